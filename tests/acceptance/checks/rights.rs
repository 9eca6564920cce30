//! Of rights that are missing.

use super::{API, NOTEBOOKS, Story, ZONES, both_zones, each_is_told, flag_of, group_of};
use crate::pieces;

#[test]
fn of_rights() {
    each_is_told(&stories());
}

pub fn stories() -> Vec<Story> {
    let zone = format!("private_dns_zone_id = \"${{local.network}}/privateDnsZones/{API}\"");
    let link = pieces::LINK.replace("private_dns_zone_id = azureai_private_dns_zone.api.id", &zone);
    vec![
        Story::in_azure(
            "AAI020",
            pieces::ENDPOINT,
            |cloud| {
                let subnet = "Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe";
                cloud.deny(subnet, "Microsoft.Network/virtualNetworks/subnets/join/action");
            },
            "--role \"Network Contributor\" --scope",
        ),
        Story::in_azure(
            "AAI021",
            &group_of(&[API, NOTEBOOKS]),
            |cloud| {
                let zone = format!("{ZONES}/{NOTEBOOKS}");
                cloud.deny(&zone, "Microsoft.Network/privateDnsZones/join/action");
            },
            "--role \"Private DNS Zone Contributor\" --scope",
        )
        .given(both_zones),
        Story::in_azure(
            "AAI022",
            pieces::ENDPOINT,
            |cloud| {
                let action = "*/PrivateEndpointConnectionsApproval/action";
                cloud.deny(pieces::WORKSPACE_PATH, action);
            },
            "the connection stays pending",
        ),
        Story::in_azure(
            "AAI023",
            &flag_of("local.workspace"),
            |cloud| cloud.deny(pieces::WORKSPACE_PATH, "*/workspaces/write"),
            "No right to set a property of the resource \"airef-hub\"",
        ),
        Story::in_azure(
            "AAI024",
            &link,
            |cloud| {
                let network = "Microsoft.Network/virtualNetworks/vnet-ai";
                cloud.deny(network, "Microsoft.Network/virtualNetworks/join/action");
            },
            "No right to link the network",
        )
        .given(both_zones),
    ]
}

//! Checks of missing permissions.

use emulator::Role;

use super::{API, CheckCase, NOTEBOOKS, both_zones, each_is_reported, flag_of, group_of};
use crate::pieces;
use crate::world::World;

#[test]
fn missing_permissions_are_reported() {
    each_is_reported(&cases());
}

/// The check reads the permissions on the resource group first, because they apply to every object
/// in the group. It also finds the permissions of a role on the object alone.
#[test]
fn role_on_the_object_alone_is_enough() {
    let world = World::new();
    both_zones(&world.cloud);
    let zone = |name: &str| world.cloud.id(&format!("Microsoft.Network/privateDnsZones/{name}"));
    let subnet = world.cloud.id("Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe");
    let workspace = world.cloud.id(pieces::WORKSPACE_PATH);
    let join = ["Microsoft.Network/*/join/action"];
    let approve = ["*/PrivateEndpointConnectionsApproval/action"];
    let roles = || {
        vec![
            Role::new(&["*/read", "Microsoft.Network/privateEndpoints/*"]),
            Role::new(&join).at(&subnet),
            Role::new(&join).at(&zone(API)),
            Role::new(&join).at(&zone(NOTEBOOKS)),
            Role::new(&approve).at(&workspace),
        ]
    };
    world.config(&group_of(&[API, NOTEBOOKS]));
    world.cloud.assign(roles());
    world.plan().succeeds().keeps_quiet_about("AAI");
    let mut fewer = roles();
    fewer.truncate(3);
    world.cloud.assign(fewer);
    let plan = world.plan().fails_with("AAI021").says(NOTEBOOKS).says("AAI022");
    plan.keeps_quiet_about("AAI020");
}

pub fn cases() -> Vec<CheckCase> {
    let zone = format!("private_dns_zone_id = \"${{local.network}}/privateDnsZones/{API}\"");
    let link = pieces::LINK.replace("private_dns_zone_id = azureai_private_dns_zone.api.id", &zone);
    vec![
        CheckCase::in_azure(
            "AAI020",
            pieces::ENDPOINT,
            |cloud| {
                let action = "Microsoft.Network/virtualNetworks/subnets/join/action";
                cloud.deny(&cloud.group(), action);
            },
            "--role \"Network Contributor\" --scope",
        ),
        CheckCase::in_azure(
            "AAI021",
            &group_of(&[API, NOTEBOOKS]),
            |cloud| {
                let action = "Microsoft.Network/privateDnsZones/join/action";
                cloud.deny(&cloud.group(), action);
            },
            "--role \"Private DNS Zone Contributor\" --scope",
        )
        .given(both_zones),
        CheckCase::in_azure(
            "AAI022",
            pieces::ENDPOINT,
            |cloud| {
                let action = "*/PrivateEndpointConnectionsApproval/action";
                cloud.deny(&cloud.group(), action);
            },
            "the connection stays pending",
        ),
        CheckCase::in_azure(
            "AAI023",
            &flag_of("local.workspace"),
            |cloud| cloud.deny(&cloud.group(), "*/workspaces/write"),
            "Missing permission to set a property of the resource \"airef-hub\"",
        ),
        CheckCase::in_azure(
            "AAI024",
            &link,
            |cloud| {
                let action = "Microsoft.Network/virtualNetworks/join/action";
                cloud.deny(&cloud.group(), action);
            },
            "Missing permission to link a zone to the network",
        )
        .given(both_zones),
    ]
}

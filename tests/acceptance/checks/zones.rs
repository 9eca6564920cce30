//! Of zones, their groups and their links.

use serde_json::json;

use super::{API, NOTEBOOKS, Story, ZONES, both_zones, each_is_told, group_of};
use crate::cloud::Cloud;
use crate::pieces;

pub fn stories() -> Vec<Story> {
    let mut stories = of_the_block();
    stories.extend(of_the_resource());
    stories.extend(of_new_zones());
    stories.extend(of_links());
    stories.push(of_two_endpoints());
    stories
}

#[test]
fn of_a_group_in_the_endpoint() {
    each_is_told(&of_the_block());
}

#[test]
fn of_a_group_of_its_own() {
    each_is_told(&of_the_resource());
}

#[test]
fn of_zones_that_are_made() {
    each_is_told(&of_new_zones());
}

#[test]
fn of_links_that_are_made() {
    each_is_told(&of_links());
}

fn of_the_block() -> Vec<Story> {
    let good = group_of(&[API, NOTEBOOKS]);
    let second = format!(", \"${{local.network}}/privateDnsZones/{NOTEBOOKS}\"");
    let six: String = (0..6).map(|n| second.replace("notebooks", &format!("z{n}"))).collect();
    let policy = pieces::endpoint_with("  dns_zone_group_mode = \"policy\"\n");
    let groups = "subresource_names              = [\"amlworkspace\"]\n";
    let manual =
        format!("{groups}    is_manual_connection = true\n    request_message      = \"please\"\n");
    let story = |code, good_piece: &str, bad, says| {
        Story::of(code, &good, good_piece, bad, says).given(both_zones)
    };
    vec![
        story("AAI002", &second, "", "lacks privatelink.notebooks.azure.net"),
        story("AAI003", API, "privatelink.api.azurml.ms", "no names in the zone"),
        story("AAI003", API, "privatelink.vaultcore.azure.net", "for another service"),
        story("AAI003", API, "corp.example.org", "not known to use this zone").only_warns(),
        story("AAI011", API, NOTEBOOKS, "occurs twice"),
        story("AAI011", &second, &six, "The zone group has 7 zones"),
        Story::of("AAI012", &policy, groups, &manual, "create no zone group for a manual"),
    ]
}

#[test]
fn of_zones_that_another_endpoint_is_in() {
    each_is_told(&[of_two_endpoints()]);
}

/// A second endpoint to the workspace, at first in no zone.
fn of_two_endpoints() -> Story {
    let first = group_of(&[API, NOTEBOOKS]);
    let second = first.replace("\"hub\"", "\"second\"").replace("pe-hub", "pe-second");
    let (before, group) = second.split_at(second.find("  private_dns_zone_group").unwrap());
    let hcl = [&*first, before, "  # no group\n}\n"].concat();
    let group = group.trim_end().trim_end_matches('}');
    let says = "\"pe-hub\", has the same records in privatelink.api.azureml.ms, \
                privatelink.notebooks.azure.net";
    let story = Story::of("AAI017", &hcl, "  # no group\n", group, says);
    story.given(both_zones).after(&first)
}

/// A group of its own for an endpoint that is there already.
fn of_the_resource() -> Vec<Story> {
    let block = |name: &str, zone: &str| {
        format!(
            "  private_dns_zone_config {{\n    name                = {name:?}\n    \
             private_dns_zone_id = \"${{local.network}}/privateDnsZones/{zone}\"\n  }}\n"
        )
    };
    let (api, notebooks) = (block("api", API), block("notebooks", NOTEBOOKS));
    let group = format!(
        "resource \"azureai_private_dns_zone_group\" \"it\" {{\n  name = \"default\"\n  \
         private_endpoint_id = \"${{local.network}}/privateEndpoints/pe-made\"\n\
         {api}{notebooks}}}\n"
    );
    let story = |code, good, bad, says| Story::of(code, &group, good, bad, says).given(made);
    vec![
        story("AAI002", &notebooks, "", "lacks privatelink.notebooks.azure.net"),
        story("AAI003", API, "privatelink.api.azurml.ms", "no names in the zone"),
        story("AAI003", API, "corp.example.org", "not known to use this zone").only_warns(),
        story("AAI011", "\"notebooks\"", "\"api\"", "`name` \"api\" occurs twice"),
        story("AAI011", NOTEBOOKS, API, "occurs twice"),
    ]
}

/// Both zones, and an endpoint that somebody else has made.
fn made(cloud: &Cloud) {
    both_zones(cloud);
    let connection = json!({"name": "c", "properties": {
        "privateLinkServiceId": cloud.id(pieces::WORKSPACE_PATH),
        "groupIds": ["amlworkspace"],
        "privateLinkServiceConnectionState": {"status": "Approved"},
    }});
    let subnet = cloud.id("Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe");
    let body = json!({"location": "eastus", "properties": {
        "provisioningState": "Succeeded",
        "subnet": {"id": subnet},
        "privateLinkServiceConnections": [connection],
    }});
    cloud.put("Microsoft.Network/privateEndpoints/pe-made", &body);
}

fn of_new_zones() -> Vec<Story> {
    let story = |bad, says| Story::of("AAI003", pieces::ZONE, API, bad, says);
    vec![
        story("privatelink.api.azurml.ms", "Did you mean \"privatelink.api.azureml.ms\"?"),
        story("privatelink.api.ml.azure.us", "is for another cloud"),
    ]
}

fn of_links() -> Vec<Story> {
    let zone = format!("private_dns_zone_id = \"${{local.network}}/privateDnsZones/{API}\"");
    let link = pieces::LINK.replace("private_dns_zone_id = azureai_private_dns_zone.api.id", &zone);
    let network = "  virtual_network_id  = local.vnet\n";
    let registering = format!("{network}  registration_enabled = true\n");
    let story = |wrong, says| Story::in_azure("AAI010", &link, wrong, says).given(both_zones);
    vec![
        story(|cloud| put_link(cloud, &cloud.id(&format!("{ZONES}/{API}"))), "to the zone"),
        story(
            |cloud| {
                cloud.put_group("rg-dns");
                let zone = cloud.id(&format!("{ZONES}/{API}")).replace("rg-ai", "rg-dns");
                cloud.put_zone(&zone);
                put_link(cloud, &zone);
            },
            "is linked to another zone",
        ),
        Story::of("AAI013", &link, network, &registering, "register virtual machines (AAI013)")
            .given(both_zones),
    ]
}

/// A link of the network to a zone, by somebody else.
fn put_link(cloud: &Cloud, zone: &str) {
    let network = cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
    let body = json!({"location": "global", "properties": {
        "virtualNetwork": {"id": network},
        "registrationEnabled": false,
        "virtualNetworkLinkState": "Completed",
    }});
    cloud.put(&format!("{zone}/virtualNetworkLinks/theirs"), &body);
}

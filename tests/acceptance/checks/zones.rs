//! Checks of zones, zone groups, and links.

use serde_json::json;

use super::{API, CheckCase, NOTEBOOKS, ZONES, both_zones, each_is_reported, group_of};
use crate::cloud::Cloud;
use crate::pieces;

pub fn cases() -> Vec<CheckCase> {
    let mut cases = block_cases();
    cases.extend(group_resource_cases());
    cases.extend(new_zone_cases());
    cases.extend(link_cases());
    cases.push(two_endpoints_case());
    cases
}

#[test]
fn wrong_zones_in_an_endpoint_are_reported() {
    each_is_reported(&block_cases());
}

#[test]
fn wrong_zones_in_a_zone_group_are_reported() {
    each_is_reported(&group_resource_cases());
}

#[test]
fn wrong_names_of_new_zones_are_reported() {
    each_is_reported(&new_zone_cases());
}

#[test]
fn conflicting_links_are_reported() {
    each_is_reported(&link_cases());
}

fn block_cases() -> Vec<CheckCase> {
    let good = group_of(&[API, NOTEBOOKS]);
    let second = format!(", \"${{local.network}}/privateDnsZones/{NOTEBOOKS}\"");
    let six: String = (0..6).map(|n| second.replace("notebooks", &format!("z{n}"))).collect();
    let policy = pieces::endpoint_with("  dns_zone_group_mode = \"policy\"\n");
    let groups = "subresource_names              = [\"amlworkspace\"]\n";
    let manual =
        format!("{groups}    is_manual_connection = true\n    request_message      = \"please\"\n");
    let case = |code, good_piece: &str, bad, says| {
        CheckCase::of(code, &good, good_piece, bad, says).given(both_zones)
    };
    vec![
        case("AAI002", &second, "", "lacks privatelink.notebooks.azure.net"),
        case("AAI003", API, "privatelink.api.azurml.ms", "no names in the zone"),
        case("AAI003", API, "privatelink.vaultcore.azure.net", "for another service"),
        case("AAI003", API, "corp.example.org", "not known to use this zone").only_warns(),
        case("AAI011", API, NOTEBOOKS, "occurs twice"),
        case("AAI011", &second, &six, "The zone group has 7 zones"),
        CheckCase::of("AAI012", &policy, groups, &manual, "create no zone group for a manual"),
    ]
}

#[test]
fn zones_with_records_of_another_endpoint_are_reported() {
    each_is_reported(&[two_endpoints_case()]);
}

/// Returns a case with a second endpoint to the workspace, which at first has no zone group.
fn two_endpoints_case() -> CheckCase {
    let first = group_of(&[API, NOTEBOOKS]);
    let second = first.replace("\"hub\"", "\"second\"").replace("pe-hub", "pe-second");
    let (before, group) = second.split_at(second.find("  private_dns_zone_group").unwrap());
    let hcl = [&*first, before, "  # no group\n}\n"].concat();
    let group = group.trim_end().trim_end_matches('}');
    let says = "\"pe-hub\", has the same records in privatelink.api.azureml.ms, \
                privatelink.notebooks.azure.net";
    let case = CheckCase::of("AAI017", &hcl, "  # no group\n", group, says);
    case.given(both_zones).after(&first)
}

/// Returns cases with a separate zone group of an existing endpoint.
fn group_resource_cases() -> Vec<CheckCase> {
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
    let case = |code, good, bad, says| CheckCase::of(code, &group, good, bad, says).given(made);
    vec![
        case("AAI002", &notebooks, "", "lacks privatelink.notebooks.azure.net"),
        case("AAI003", API, "privatelink.api.azurml.ms", "no names in the zone"),
        case("AAI003", API, "corp.example.org", "not known to use this zone").only_warns(),
        case("AAI011", "\"notebooks\"", "\"api\"", "`name` \"api\" occurs twice"),
        case("AAI011", NOTEBOOKS, API, "occurs twice"),
    ]
}

/// Creates both zones, and the endpoint of another client.
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

fn new_zone_cases() -> Vec<CheckCase> {
    let case = |bad, says| CheckCase::of("AAI003", pieces::ZONE, API, bad, says);
    vec![
        case("privatelink.api.azurml.ms", "Did you mean \"privatelink.api.azureml.ms\"?"),
        case("privatelink.api.ml.azure.us", "is for another cloud"),
    ]
}

fn link_cases() -> Vec<CheckCase> {
    let zone = format!("private_dns_zone_id = \"${{local.network}}/privateDnsZones/{API}\"");
    let link = pieces::LINK.replace("private_dns_zone_id = azureai_private_dns_zone.api.id", &zone);
    let network = "  virtual_network_id  = local.vnet\n";
    let registering = format!("{network}  registration_enabled = true\n");
    let case = |wrong, says| CheckCase::in_azure("AAI010", &link, wrong, says).given(both_zones);
    vec![
        case(|cloud| put_link(cloud, &cloud.id(&format!("{ZONES}/{API}"))), "to the zone"),
        case(
            |cloud| {
                cloud.put_group("rg-dns");
                let zone = cloud.id(&format!("{ZONES}/{API}")).replace("rg-ai", "rg-dns");
                cloud.put_zone(&zone);
                put_link(cloud, &zone);
            },
            "is linked to another zone",
        ),
        CheckCase::of("AAI013", &link, network, &registering, "register virtual machines (AAI013)")
            .given(both_zones),
    ]
}

/// Links the network to a zone, as another client would.
fn put_link(cloud: &Cloud, zone: &str) {
    let network = cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
    let body = json!({"location": "global", "properties": {
        "virtualNetwork": {"id": network},
        "registrationEnabled": false,
        "virtualNetworkLinkState": "Completed",
    }});
    cloud.put(&format!("{zone}/virtualNetworkLinks/theirs"), &body);
}

//! Data sources of several objects: connections, private link resources, and zones.

use serde_json::{Value, json};

use crate::pieces;
use crate::world::World;

/// The six target services, each with one of its subresources.
const TARGETS: [(&str, &str); 6] = [
    ("Microsoft.MachineLearningServices/workspaces/airef-hub", "amlworkspace"),
    ("Microsoft.CognitiveServices/accounts/airef-services", "account"),
    ("Microsoft.Storage/storageAccounts/airefstorage", "blob"),
    ("Microsoft.KeyVault/vaults/airefkv", "vault"),
    ("Microsoft.ContainerRegistry/registries/airefacr", "registry"),
    ("Microsoft.Search/searchServices/airef-search", "searchService"),
];

fn endpoint(name: &str, target: &str, group: &str, manual: bool) -> String {
    let message = if manual { "request_message = \"Please.\"" } else { "" };
    format!(
        r#"
resource "azureai_private_endpoint" "{name}" {{
  name                = "pe-{name}"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {{
    name                           = "c"
    private_connection_resource_id = {target}
    subresource_names              = ["{group}"]
    is_manual_connection           = {manual}
    {message}
  }}
}}
"#
    )
}

#[test]
fn connections_of_every_target_type_are_listed() {
    let world = World::new();
    let mut hcl = String::new();
    for (index, (target, group)) in TARGETS.iter().enumerate() {
        let target = format!("\"${{local.group}}/providers/{target}\"");
        hcl.push_str(&endpoint(&format!("e{index}"), &target, group, false));
        hcl.push_str(&format!(
            "data \"azureai_private_endpoint_connections\" \"e{index}\" {{\n  target_resource_id = \
             upper({target})\n  depends_on = [azureai_private_endpoint.e{index}]\n}}\n"
        ));
    }
    world.config(&hcl);
    world.apply().creates(TARGETS.len());
    world.plan().is_quiet();
    for (index, (target, group)) in TARGETS.iter().enumerate() {
        let address = format!("data.azureai_private_endpoint_connections.e{index}");
        let listed = world.attribute(&address, "connections");
        let [connection] = &listed.as_array().unwrap()[..] else { panic!("{target}: {listed}") };
        let endpoint = world.attribute(&format!("azureai_private_endpoint.e{index}"), "id");
        assert_eq!(connection["private_endpoint_id"], endpoint, "{target}");
        assert_eq!(connection["status"], "Approved", "{target}");
        assert_eq!(connection["actions_required"], "None", "{target}");
        // Only these two services return the group ID of a connection.
        let tells = ["account", "searchService"].contains(group);
        let groups = if tells { json!([group]) } else { json!([]) };
        assert_eq!(connection["group_ids"], groups, "{target}");
        let name = connection["name"].as_str().unwrap();
        assert!(connection["id"].as_str().unwrap().ends_with(name));
    }
}

#[test]
fn connections_are_filtered_by_status() {
    let world = World::new();
    let listed = |name: &str, more: &str| {
        format!(
            "data \"azureai_private_endpoint_connections\" \"{name}\" {{\n  target_resource_id = \
             local.storage\n  {more}\n  depends_on = [azureai_private_endpoint.asked, \
             azureai_private_endpoint.open]\n}}\n"
        )
    };
    let parts = [
        endpoint("open", "local.storage", "blob", false),
        endpoint("asked", "local.storage", "file", true),
        listed("all", ""),
        listed("pending", "status = \"Pending\""),
        listed("rejected", "status = \"Rejected\""),
    ];
    world.config(&parts.concat());
    world.apply().creates(2);
    world.plan().is_quiet();
    let of = |name: &str| -> Value {
        let address = format!("data.azureai_private_endpoint_connections.{name}");
        world.attribute(&address, "connections")
    };
    assert_eq!(of("all").as_array().map(Vec::len), Some(2));
    assert_eq!(of("rejected"), json!([]));
    let pending = of("pending");
    assert_eq!(pending.as_array().map(Vec::len), Some(1));
    let asked = world.attribute("azureai_private_endpoint.asked", "id");
    assert_eq!(pending[0]["private_endpoint_id"], asked);
    assert_eq!(pending[0]["description"], "Please.");
}

#[test]
fn every_target_type_lists_its_subresources_and_zones() {
    let world = World::new();
    let mut hcl = String::new();
    for (index, (target, _)) in TARGETS.iter().enumerate() {
        hcl.push_str(&format!(
            "data \"azureai_private_link_resources\" \"t{index}\" {{\n  target_resource_id = \
             \"${{local.group}}/providers/{target}\"\n}}\n"
        ));
    }
    world.config(&hcl);
    world.apply().succeeds();
    world.plan().is_quiet();
    for (index, (target, group)) in TARGETS.iter().enumerate() {
        let address = format!("data.azureai_private_link_resources.t{index}");
        let listed = world.attribute(&address, "resources");
        let listed = listed.as_array().unwrap();
        let found = listed.iter().find(|it| it["group_id"] == *group);
        let found = found.unwrap_or_else(|| panic!("{target}: {listed:?}"));
        assert!(!found["required_members"].as_array().unwrap().is_empty());
        let zones = found["zone_names_for_environment"].as_array().unwrap();
        let count = match *group {
            "amlworkspace" => 2,
            "account" => 3,
            // Azure also returns a regional zone, which a zone group does not need.
            _ => 1,
        };
        assert_eq!(zones.len(), count, "{target}: {zones:?}");
        assert!(zones.iter().all(|it| it.as_str().unwrap().starts_with("privatelink.")));
    }
}

#[test]
fn zones_are_found_by_name_in_groups_and_subscriptions() {
    let world = World::new();
    let zones = r#"
resource "azureai_private_dns_zone" "it" {
  for_each            = toset(["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"])
  name                = each.key
  resource_group_name = "rg-ai"
}
"#;
    let find = |names: &str, places: &str| {
        format!(
            "data \"azureai_private_dns_zones\" \"it\" {{\n  names = {names}\n  {places}\n  \
             depends_on = [azureai_private_dns_zone.it]\n}}\n"
        )
    };
    let both = "[\"privatelink.api.azureml.ms\", \"PRIVATELINK.notebooks.azure.net\"]";
    let places = [
        "",
        "resource_group_ids = [upper(local.group)]",
        "subscription_ids = [split(\"/\", local.group)[2]]",
        "subscription_ids = [split(\"/\", local.group)[2]]\n  resource_group_ids = [local.group]",
    ];
    for place in places {
        world.config(&[zones, &find(both, place)].concat());
        world.apply().succeeds();
        world.plan().is_quiet();
        let ids = world.attribute("data.azureai_private_dns_zones.it", "ids");
        let id = |name: &str| world.cloud.id(&format!("Microsoft.Network/privateDnsZones/{name}"));
        let expected = json!({
            "privatelink.api.azureml.ms": id("privatelink.api.azureml.ms"),
            "PRIVATELINK.notebooks.azure.net": id("privatelink.notebooks.azure.net"),
        });
        assert_eq!(ids, expected, "{place}");
    }
    // Another group has no such zones, and a second zone with a name makes the name ambiguous.
    let elsewhere = "resource_group_ids = [replace(local.group, \"rg-ai\", \"rg-none\")]";
    world.config(&[zones, &find(both, elsewhere)].concat());
    world
        .plan()
        .fails_with("\"privatelink.api.azureml.ms\" does not exist")
        .says("\"PRIVATELINK.notebooks.azure.net\" does not exist")
        .says("/resourceGroups/rg-none");
    let second = world.cloud.id(pieces::ZONE_PATH).replace("rg-ai", "rg-hub");
    world.cloud.put(&second, &json!({"location": "global"}));
    world.config(&[zones, &find(both, "")].concat());
    world
        .plan()
        .fails_with("2 private DNS zones have the name")
        .says("/rg-hub/")
        .says("/rg-ai/")
        .keeps_quiet_about("does not exist");
}

#[test]
fn zone_for_vnet_finds_the_linked_zone_in_any_group() {
    const IT: &str = "data.azureai_private_dns_zone_for_vnet.it";
    let world = World::new();
    let asked = |name: &str| {
        format!(
            "data \"azureai_private_dns_zone_for_vnet\" \"it\" {{\n  \
             virtual_network_id = upper(local.vnet)\n  zone_name = \"{name}\"\n}}\n"
        )
    };
    let zone = world.cloud.id(pieces::ZONE_PATH).replace("rg-ai", "rg-hub");
    world.cloud.put_group("rg-hub");
    world.cloud.put_zone(&zone);
    world.cloud.put_zone(pieces::ZONE_PATH);
    world.config(&asked("PrivateLink.api.azureml.ms"));
    world.apply().succeeds();
    for name in ["private_dns_zone_id", "link_id", "link_name", "registration_enabled"] {
        assert!(world.attribute(IT, name).is_null(), "{name}");
    }
    let network = world.cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
    let link = json!({"location": "global", "properties": {
        "virtualNetwork": {"id": network}, "registrationEnabled": false,
    }});
    world.cloud.put(&format!("{zone}/virtualNetworkLinks/theirs"), &link);
    world.apply().succeeds();
    assert_eq!(world.attribute(IT, "private_dns_zone_id"), zone);
    assert_eq!(world.attribute(IT, "link_name"), "theirs");
    assert_eq!(world.attribute(IT, "registration_enabled"), false);
    world.plan().is_quiet();
    world.config(&asked("privatelink.azurecr.io"));
    world.apply().succeeds();
    assert!(world.attribute(IT, "private_dns_zone_id").is_null());
    // A denied read is an error, not an empty result.
    let hidden = emulator::Fault::status(403, "AuthorizationFailed", "You may not.").count(0);
    world.cloud.fault(hidden.path("virtualNetworkLinks"));
    world.config(&asked("privatelink.api.azureml.ms"));
    world.plan().fails_with("The zone that the network uses").says("You may not.");
}

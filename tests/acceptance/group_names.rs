//! Acceptance tests of `config_names`: the names of the zones in an endpoint's inline zone group.

use serde_json::{Value, json};

use crate::pieces;
use crate::world::World;

const IT: &str = "azureai_private_endpoint.hub";
const GROUP: &str = "Microsoft.Network/privateEndpoints/pe-hub/privateDnsZoneGroups/default";

const ZONES: &str = r#"
resource "azureai_private_dns_zone" "notebooks" {
  name                = "privatelink.notebooks.azure.net"
  resource_group_name = "rg-ai"
}
locals {
  api       = azureai_private_dns_zone.api.id
  notebooks = azureai_private_dns_zone.notebooks.id
}
"#;

/// Returns an endpoint whose zone group has both zones and these arguments.
fn named(names: &str) -> String {
    let group = format!(
        "  private_dns_zone_group {{\n    name = \"default\"\n    \
         private_dns_zone_ids = [local.api, local.notebooks]\n    {names}\n  }}\n"
    );
    [pieces::ZONE, ZONES, &pieces::endpoint_with(&group)].concat()
}

/// Returns the names in Azure, in the order of the zones.
fn names(world: &World) -> Vec<String> {
    let group = world.cloud.get(GROUP).unwrap();
    let configs = group["properties"]["privateDnsZoneConfigs"].as_array().unwrap();
    configs.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn config_names_default_to_the_names_of_the_zones() {
    let world = World::new();
    world.config(&named(""));
    world.apply().creates(3);
    world.plan().is_quiet();
    assert_eq!(names(&world), ["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"]);

    world.config(&named("config_names = { (lower(local.api)) = \"api\" }"));
    world.apply().updates(1).replaces(0);
    world.plan().is_quiet();
    assert_eq!(names(&world), ["api", "privatelink.notebooks.azure.net"]);

    // Another casing, an empty map, and a missing map keep the names.
    for given in ["config_names = { (upper(local.api)) = \"API\" }", "config_names = {}", ""] {
        world.config(&named(given));
        world.plan().is_quiet();
    }
    world.config(&named("config_names = { (local.api) = \"api\", (local.notebooks) = \"books\" }"));
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(names(&world), ["api", "books"]);
}

#[test]
fn config_names_are_imported_and_their_drift_is_corrected() {
    let world = World::new();
    world.config(&named("config_names = { (local.api) = \"api\" }"));
    world.apply().creates(3);
    world.run(&["state", "rm", IT]).succeeds();
    world.import(IT, &world.cloud.id(pieces::ENDPOINT_PATH)).succeeds();
    world.plan().is_quiet();
    let shown = world.attribute(IT, "private_dns_zone_group.0.config_names");
    assert_eq!(shown.as_object().map(serde_json::Map::len), Some(2), "{shown}");

    let mut configs =
        world.cloud.get(GROUP).unwrap()["properties"]["privateDnsZoneConfigs"].clone();
    configs[0]["name"] = json!("theirs");
    world.cloud.patch(GROUP, &json!({"properties": {"privateDnsZoneConfigs": configs}}));
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(names(&world)[0], "api");
}

#[test]
fn a_config_name_can_be_added_with_its_zone() {
    let world = World::new();
    let all = "config_names = { (local.api) = \"api\", (local.notebooks) = \"books\" }";
    let one = named(all).replace("[local.api, local.notebooks]", "[local.api]");
    world.config(&one.replace(", (local.notebooks) = \"books\"", ""));
    world.apply().succeeds();
    world.config(&named(all));
    world.apply().updates(1).replaces(0);
    world.plan().is_quiet();
    assert_eq!(names(&world), ["api", "books"]);
    let shown = world.attribute(IT, "private_dns_zone_group.0.config_names");
    let given: Vec<&Value> = shown.as_object().unwrap().values().collect();
    assert_eq!(given, [&json!("api"), &json!("books")]);
}

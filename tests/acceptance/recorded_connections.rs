//! Acceptance tests of private endpoint connections: how services were recorded to decide on them
//! and to name them.

use serde_json::{Value, json};

use crate::world::World;

const ADDRESS: &str = "azureai_private_endpoint_connection_approval.it";
const STORAGE: (&str, &str) = ("Microsoft.Storage/storageAccounts/airefstorage", "blob");
const SEARCH: (&str, &str) = ("Microsoft.Search/searchServices/airef-search", "searchService");
const SERVICES: (&str, &str) = ("Microsoft.CognitiveServices/accounts/airef-services", "account");

fn endpoint((target, part): (&str, &str), manual: bool) -> String {
    let message = if manual { "request_message = \"Let us in.\"" } else { "" };
    format!(
        r#"
resource "azureai_private_endpoint" "it" {{
  name                = "pe-it"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {{
    name                           = "it"
    is_manual_connection           = {manual}
    private_connection_resource_id = "${{local.group}}/providers/{target}"
    subresource_names              = ["{part}"]
    {message}
  }}
}}
"#
    )
}

fn approval((target, _): (&str, &str), more: &str) -> String {
    format!(
        r#"
resource "azureai_private_endpoint_connection_approval" "it" {{
  target_resource_id  = "${{local.group}}/providers/{target}"
  private_endpoint_id = azureai_private_endpoint.it.id
  {more}
}}
"#
    )
}

fn connection(world: &World) -> Value {
    let mut found = world.cloud.everything().into_values().filter(|it| {
        it["id"].as_str().is_some_and(|id| id.contains("/privateEndpointConnections/"))
    });
    found.next().unwrap()
}

fn state(world: &World, name: &str) -> Value {
    connection(world)["properties"]["privateLinkServiceConnectionState"][name].clone()
}

/// Storage accounts approve neither an approved nor a rejected connection.
#[test]
fn decisions_that_storage_rejects_fail_the_plan() {
    let world = World::new();
    let with = |more: &str| [endpoint(STORAGE, true), approval(STORAGE, more)].concat();
    world.config(&with("description = \"first\""));
    world.apply().creates(2);
    world.plan().is_quiet();
    world.config(&with("description = \"second\""));
    world.plan().fails_with("description = \"second\"").says("cannot be changed");
    world.config(&with("description = \"no\"\n  status = \"Rejected\""));
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(state(&world, "status"), "Rejected");
    world.config(&with("status = \"Approved\""));
    world.plan().fails_with("status = \"Approved\"").says("cannot be approved again");
    world.config(&with("description = \"no\"\n  status = \"Rejected\""));
    world.plan().is_quiet();
}

/// The plan does not know a connection that was decided before the resource is created.
#[test]
fn decisions_that_storage_has_made_before_fail_the_apply() {
    let world = World::new();
    let with = |more: &str| [endpoint(STORAGE, false), approval(STORAGE, more)].concat();
    world.config(&with("description = \"ours\""));
    world.apply().fails_with("description = \"ours\"").says("cannot be changed");
    assert_eq!(state(&world, "description"), "Auto-Approved");
    world.config(&with(""));
    world.apply().succeeds();
    world.plan().is_quiet();
}

/// Search services approve a rejected connection through Pending.
#[test]
fn search_approves_a_rejected_connection_through_pending() {
    let world = World::new();
    let with = |more: &str| [endpoint(SEARCH, true), approval(SEARCH, more)].concat();
    world.config(&with("description = \"first\""));
    world.apply().creates(2);
    for more in [
        "description = \"second\"",
        "description = \"no\"\n  status = \"Rejected\"",
        "description = \"third\"\n  status = \"Approved\"",
    ] {
        world.config(&with(more));
        world.apply().updates(1);
        world.plan().is_quiet();
    }
    assert_eq!(state(&world, "status"), "Approved");
    assert_eq!(state(&world, "description"), "third");
    // Another client rejects the connection.
    let rejected = json!({"privateLinkServiceConnectionState": {"status": "Rejected"}});
    let id = connection(&world)["id"].as_str().unwrap().to_owned();
    world.cloud.patch(&id, &json!({ "properties": rejected }));
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(state(&world, "status"), "Approved");
    world.destroy().succeeds();
}

/// Azure AI services name a connection `ACCOUNT/ENDPOINT.GUID`, and its ID ends with the last part.
#[test]
fn a_connection_of_ai_services_is_named_like_the_end_of_its_id() {
    let world = World::new();
    world.config(&endpoint(SERVICES, true));
    world.apply().creates(1);
    let id = connection(&world)["id"].as_str().unwrap().to_owned();
    let name = id.rsplit('/').next().unwrap();
    let shown = world.cloud.get(&id).unwrap();
    assert_eq!(shown["name"], format!("airef-services/{name}"));
    let by_name = approval(SERVICES, "")
        .replace("private_endpoint_id", "connection_name")
        .replace("azureai_private_endpoint.it.id", &format!("\"{name}\""));
    let list = r#"
data "azureai_private_endpoint_connections" "it" {
  target_resource_id = join("/", [
    local.group, "providers/Microsoft.CognitiveServices/accounts", "airef-services",
  ])
}
output "names" {
  value = data.azureai_private_endpoint_connections.it.connections[*].name
}
"#;
    world.config(&[&endpoint(SERVICES, true), &by_name, list].concat());
    let said = world.apply().creates(1).says(&format!("\"{name}\","));
    said.keeps_quiet_about("airef-services/pe-it");
    world.plan().is_quiet();
    assert_eq!(world.attribute(ADDRESS, "connection_name"), name);
    world.run(&["state", "rm", ADDRESS]).succeeds();
    world.import(ADDRESS, &id).succeeds();
    world.plan().is_quiet();
    assert_eq!(state(&world, "status"), "Approved");
}

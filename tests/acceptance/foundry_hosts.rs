//! Capability hosts of Foundry accounts and projects: `azureai_foundry_capability_host`.

use emulator::{Fault, FaultKind, Role};
use serde_json::{Value, json};

use crate::foundry_connections::{ACCOUNT, STORES, foundry};
use crate::pieces;
use crate::world::World;

const COSMOS: &str = "Microsoft.CognitiveServices/accounts/aif/projects/agents/connections/cosmos";
const OWN: &str = "aif@aml_aiagentservice";

pub const ACCOUNT_HOST: &str = r#"
resource "azureai_foundry_capability_host" "account" {
  name      = "account"
  parent_id = local.account
}
"#;

pub const HOST: &str = r#"
resource "azureai_foundry_capability_host" "project" {
  name                       = "agents"
  parent_id                  = local.project
  thread_storage_connections = [azureai_foundry_connection.cosmos.name]
  storage_connections        = [azureai_foundry_connection.storage.name]
  vector_store_connections   = [azureai_foundry_connection.search.name]
}
"#;

const HOST_PATH: &str =
    "Microsoft.CognitiveServices/accounts/aif/projects/agents/capabilityHosts/agents";

fn whole() -> String {
    [STORES, ACCOUNT_HOST, HOST].concat()
}

fn host(world: &World, path: &str) -> Value {
    world.cloud.get(path).unwrap()["properties"].clone()
}

/// Creates a capability host of the account, as another client would.
fn put_host(world: &World, name: &str, state: &str) {
    let body = json!({"properties": {"capabilityHostKind": "Agents", "provisioningState": state}});
    world.cloud.put(&format!("{ACCOUNT}/capabilityHosts/{name}"), &body);
}

#[test]
fn host_uses_custom_stores_and_is_destroyed() {
    let world = foundry();
    let before = world.cloud.everything();
    world.config(&whole());
    world.plan().creates(5).keeps_quiet_about("Warning: \"agents\" has no connection");
    world.apply().creates(5);
    world.plan().is_quiet();
    let made = host(&world, HOST_PATH);
    assert_eq!(made["threadStorageConnections"], json!(["cosmos"]));
    assert_eq!(made["capabilityHostKind"], "Agents");
    let address = "azureai_foundry_capability_host.project";
    assert_eq!(world.attribute(address, "provisioning_state"), "Succeeded");
    world.config(&whole().replace("name                       = \"agents\"", "name = \"other\""));
    world.plan().replaces(1);
    world.config(&whole());
    // Azure does not delete the account's host while the project's host exists.
    let after = "  depends_on = [azureai_foundry_capability_host.account]\n";
    world.config(&[STORES, ACCOUNT_HOST, &pieces::with(HOST, after)].concat());
    world.apply().succeeds();
    world.destroy().destroys(5);
    world.cloud.is_as_it_was(&before);
}

#[test]
fn automatically_created_host_is_adopted() {
    let world = foundry();
    put_host(&world, OWN, "Succeeded");
    let own = ACCOUNT_HOST.replace("\"account\"\n  parent", &format!("\"{OWN}\"\n  parent"));
    world.config(&[STORES, &own].concat());
    world.apply().fails_with("already exists");
    world.config(&[STORES, &pieces::with(&own, "  adopt_existing = true\n"), HOST].concat());
    world.apply().succeeds();
    world.plan().is_quiet();
    world.config(&[STORES, ACCOUNT_HOST].concat());
    world.apply().succeeds();
    world.destroy().succeeds();
}

#[test]
fn another_host_of_the_account_is_an_error_that_suggests_adoption() {
    let world = foundry();
    put_host(&world, OWN, "Succeeded");
    world.config(&[STORES, ACCOUNT_HOST].concat());
    world
        .apply()
        .fails_with(&format!("has another capability host: {OWN:?}"))
        .says("adopt_existing = true");
    let lines = world.cloud.request_lines();
    let puts = lines.lines().filter(|it| it.contains("PUT") && it.contains("capabilityHosts"));
    assert_eq!(puts.count(), 0, "nothing is sent");
}

#[test]
fn project_host_waits_for_the_account_host() {
    let world = foundry();
    put_host(&world, OWN, "Creating");
    world.config(&[STORES, HOST].concat());
    let path = format!("{ACCOUNT}/capabilityHosts/{OWN}");
    let change = json!({"properties": {"provisioningState": "Succeeded"}});
    let ready = FaultKind::Change { id: world.cloud.id(&path), change };
    let looks = "/accounts/aif/capabilityHosts";
    world.cloud.fault(Fault::new(ready).method("GET").path(looks).nth(5));
    world.apply().creates(4);
    world.plan().is_quiet();
}

#[test]
fn missing_or_failed_account_host_is_an_error() {
    let world = foundry();
    let quick = pieces::with(HOST, "\n  timeouts {\n    create = \"4s\"\n  }\n");
    world.config(&[STORES, &quick].concat());
    world.apply().fails_with("The account \"aif\" has no capability host");
    put_host(&world, OWN, "Failed");
    world.apply().fails_with("is Failed");
}

#[test]
fn host_create_retries_transient_errors() {
    let text = "Create: Capability Host agents is currently in non creating, retry after its \
                complete: x";
    let world = foundry();
    world.config(&whole());
    let hosts = "/agents/capabilityHosts/agents";
    world.cloud.fault(Fault::status(409, "Conflict", text).method("PUT").path(hosts).count(3));
    world.apply().creates(5);
    world.plan().is_quiet();

    let world = foundry();
    world.config(&whole());
    world.cloud.contend(1.0);
    let late = Fault::status(200, "TransientError", "Try again.").method("GET");
    world.cloud.fault(late.path("/operations/").count(4));
    world.apply().creates(5);
    world.plan().is_quiet();

    let world = foundry();
    world.config(&whole());
    let busy = Fault::operation("Conflict", "Resource agents is in conflicting state");
    world.cloud.fault(busy.method("PUT").path(hosts));
    world.apply().creates(5);
    world.plan().is_quiet();
}

#[test]
fn invalid_host_arguments_are_errors_in_the_plan() {
    for (from, to, says) in [
        (
            "[azureai_foundry_connection.storage.name]",
            "null",
            "The capability host lacks `storage_connections`",
        ),
        (
            "[azureai_foundry_connection.cosmos.name]",
            "[\"a1\", \"b1\"]",
            "A store needs exactly one",
        ),
        ("  storage_conn", "  subnet_id = local.subnet\n  storage_conn", "cannot have `subnet_id`"),
        ("\"agents\"", "\"agents of mine\"", "is not a capability host name"),
    ] {
        let world = foundry();
        let bad = HOST.replace(from, to);
        assert_ne!(bad, HOST);
        world.config(&[STORES, &bad].concat());
        world.plan().fails_with(says);
    }
}

#[test]
fn unsuitable_connections_are_reported_in_the_plan() {
    let world = foundry();
    let wrong = HOST.replace("[azureai_foundry_connection.storage.name]", "[\"search\"]");
    world.config(STORES);
    world.apply().creates(3);
    world.config(&[STORES, ACCOUNT_HOST, HOST].concat());
    world.plan().creates(2).keeps_quiet_about("AAI027");
    world.config(&[STORES, ACCOUNT_HOST, &wrong].concat());
    world.plan().fails_with("its category is \"CognitiveSearch\"").says("AAI027");
    let none = "cosmos.name == \"\" ? \"\" : \"none\"]";
    world.config(&[STORES, ACCOUNT_HOST, &HOST.replace("cosmos.name]", none)].concat());
    world.plan().warns("\"agents\" has no connection named \"none\"").says("AAI027");
    let keyed = json!({"properties": {"authType": "AccountKey"}});
    world.cloud.patch(COSMOS, &keyed);
    world.config(&[STORES, ACCOUNT_HOST, HOST].concat());
    world.plan().fails_with("not \"AAD\"");
}

/// The create waits for the roles that the project's identity needs in its stores. If a role is not
/// assigned in time, the error names it.
#[test]
fn host_create_waits_for_the_roles_of_the_project() {
    const ME: &str = "11111111-2222-4333-8444-555555555555";
    let world = foundry();
    let project = "Microsoft.CognitiveServices/accounts/aif/projects/agents";
    let other = json!({"type": "SystemAssigned", "principalId": ME.replace('1', "6")});
    world.cloud.patch(project, &json!({ "identity": other }));
    let all = Role::new(&["*"]).on_data(&["*"]).at(&world.cloud.group());
    world.cloud.give(ME, "ServicePrincipal", &all);
    let quick = pieces::with(HOST, "\n  timeouts {\n    create = \"4s\"\n  }\n");
    world.config(&[STORES, ACCOUNT_HOST, &quick].concat());
    let refused = world.apply().fails_with("lacks the role Cosmos DB Operator on \"threads\"");
    refused
        .says("thread_storage_connections")
        .says("role_definition_name = \"Cosmos DB Operator\"");
    assert!(!world.cloud.has(HOST_PATH), "nothing is sent");
    let lists = world.cloud.last_request();
    world.config(&[STORES, ACCOUNT_HOST, HOST].concat());
    let change = json!({"identity": {"principalId": ME}});
    let given = FaultKind::Change { id: world.cloud.id(project), change };
    let list = "/databaseAccounts/threads/providers/Microsoft.Authorization/roleAssignments";
    world.cloud.fault(Fault::new(given).method("GET").path(list).nth(4));
    world.apply().creates(1);
    world.plan().is_quiet();
    let asked = world.cloud.requests_after(lists);
    assert!(asked.iter().filter(|it| it.path.ends_with(list)).count() >= 4, "it waited");
    let log = world.provider_log();
    let took = "Creating azureai_foundry_capability_host took";
    let last = log.lines().rfind(|line| line.contains(took)).unwrap_or_else(|| panic!("{log}"));
    assert!(last.contains("roles on \"threads\""), "{last}");
}

#[test]
fn host_create_succeeds_without_permission_to_read_roles() {
    let world = foundry();
    let project = "Microsoft.CognitiveServices/accounts/aif/projects/agents";
    let identity = json!({"principalId": "11111111-2222-4333-8444-555555555555"});
    world.cloud.patch(project, &json!({ "identity": identity }));
    world.cloud.deny(&world.cloud.group(), "Microsoft.Authorization/roleAssignments/read");
    world.config(&whole());
    world.apply().creates(5).warns("Checks not run: AAI027");
}

#[test]
fn unregistered_resource_provider_is_reported_in_the_plan() {
    let world = foundry();
    world.config(&[STORES, ACCOUNT_HOST].concat());
    world.plan().creates(4).keeps_quiet_about("AAI026");
    world.cloud.unregister("Microsoft.App");
    world
        .plan()
        .fails_with("Microsoft.App is not registered in the subscription (AAI026)")
        .says("az provider register --wait --namespace Microsoft.App");
}

#[test]
fn project_host_is_imported_in_any_casing() {
    let world = foundry();
    world.config(&whole());
    world.apply().creates(5);
    let address = "azureai_foundry_capability_host.project";
    world.run(&["state", "rm", address]).succeeds();
    let id = world.cloud.id(HOST_PATH).replace("capabilityHosts", "CAPABILITYHOSTS");
    world.import(address, &id).succeeds();
    world.apply().creates(0).replaces(0).destroys(0);
    world.plan().is_quiet();
}

//! Acceptance tests of the posture of a Foundry account: the roles of its projects, unreadable
//! objects, the number of reads, and its arguments.

use std::collections::BTreeMap;

use emulator::Role;
use serde_json::json;

use crate::diagrams;
use crate::foundry_connections::ACCOUNT;
use crate::perimeters::associate;
use crate::postures_foundry::{
    AGENTS, COSMOS, IT, SEARCH, STORAGE, agents_subnet, data_role, findings, formatted, foundry,
    give_roles, has_only, is_isolated, isolated, project, put_data_role, read_posture,
};
use crate::world::World;

const POSTURE: &str = r#"
data "azureai_network_isolation_posture" "account" {
  resource_id = var.account_id
}

variable "account_id" {
  type = string
}
"#;

/// Replaces the scenario's configuration with a read-only posture, and keeps its objects in Azure.
fn only_look(world: &World, posture: &str) {
    let _ = std::fs::remove_file(world.path("terraform.tfstate"));
    let reader = "provider \"azureai\" {\n  read_only = true\n}\n";
    world.config_with_provider(reader, posture);
}

/// The actions of a role count, not its name.
#[test]
fn a_missing_role_of_a_project_is_an_error_and_an_uncertain_one_is_not() {
    let world = foundry();
    world.copy("examples/scenarios/foundry-existing");
    world.apply().succeeds().says("AAI120");
    let lacks = |store: &str| format!("AAI120 error {store}");
    let all = ["airef-search", "airef-search", "airefstorage", "threads", "threads"].map(lacks);
    assert_eq!(findings(&world), all);
    formatted(&world);
    let fixes = world.attribute(IT, "findings").to_string();
    for says in [
        "azurerm_role_assignment",
        "Search Index Data Contributor",
        "azurerm_cosmosdb_sql_role_assignment",
        "/dbs/enterprise_memory",
        AGENTS,
    ] {
        assert!(fixes.contains(says), "{says}: {fixes}");
    }
    // A group or a condition may grant the missing permission, so the finding is uncertain.
    let group = Role::new(&["Microsoft.Search/*"]).on_data(&["*"]);
    world.cloud.give("a-group", "Group", &group.at(&world.cloud.group()));
    put_data_role(&world, "bbbbbbbb-0000-4000-8000-000000000001", "");
    read_posture(&world);
    let uncertain = |store: &str| format!("AAI115 warning {store}");
    let mut expected =
        ["airef-search", "airef-search", "airefstorage", "threads"].map(uncertain).to_vec();
    expected.push(lacks("threads"));
    assert_eq!(findings(&world), expected);
    assert_eq!(world.attribute(IT, "compliant"), false);
    world.cloud.delete(&data_role());
    give_roles(&world);
    read_posture(&world);
    is_isolated(&world);
    // The identity of the account is no group, so its role grants the project nothing.
    let account = world.cloud.get(ACCOUNT).unwrap();
    put_data_role(&world, account["identity"]["principalId"].as_str().unwrap(), "");
    has_only(&world, &lacks("threads"));
    put_data_role(&world, AGENTS, "/dbs/another");
    has_only(&world, &lacks("threads"));
    // One of several identities with the role is enough.
    put_data_role(&world, AGENTS, "");
    let identities = json!({
        "/subscriptions/s/one": {"principalId": "cccccccc-0000-4000-8000-000000000001"},
        "/subscriptions/s/two": {"principalId": AGENTS},
    });
    let identity = json!({"type": "UserAssigned", "userAssignedIdentities": identities});
    let body = world.cloud.get(&project("")).unwrap();
    let body =
        json!({"identity": identity, "properties": body["properties"], "location": "eastus"});
    world.cloud.put(&project(""), &body);
    read_posture(&world);
    is_isolated(&world);
}

/// Agents may run in a network that Microsoft manages. The account approves the endpoints of that
/// network.
#[test]
fn a_pending_connection_of_the_managed_network_names_the_identity_of_the_account() {
    let world = isolated();
    let injection =
        json!({"scenario": "agent", "subnetArmId": "", "useMicrosoftManagedNetwork": true});
    world.cloud.patch(ACCOUNT, &json!({"properties": {"networkInjections": [injection]}}));
    // The network allows the internet, but the stores are private.
    let network = json!({"isolationMode": "AllowInternetOutbound", "status": {"status": "Active"}});
    let network = json!({ "properties": { "managedNetwork": network } });
    world.cloud.put(&format!("{ACCOUNT}/managedNetworks/default"), &network);
    read_posture(&world);
    let unled = ["airef-search", "airefstorage", "threads"].map(|it| format!("AAI123 error {it}"));
    assert_eq!(findings(&world), unled);
    let endpoint = "/subscriptions/00000000-0000-4000-8000-0000000000ff/resourceGroups/theirs/\
                    providers/Microsoft.Network/privateEndpoints/__SYS_PE_airefstorage_blob";
    let waiting = json!({"properties": {
        "privateEndpoint": {"id": endpoint},
        "privateLinkServiceConnectionState": {"status": "Pending"},
    }});
    world.cloud.put(&format!("{STORAGE}/privateEndpointConnections/airefstorage.1"), &waiting);
    read_posture(&world);
    assert_eq!(findings(&world)[0], "AAI107 error airefstorage");
    let account = world.cloud.get(ACCOUNT).unwrap();
    let principal = account["identity"]["principalId"].as_str().unwrap();
    let found = world.attribute(IT, "findings");
    let found = found.as_array().unwrap().iter().find(|it| it["code"] == "AAI107").unwrap();
    let message = found["message"].as_str().unwrap();
    assert!(message.contains(principal) && message.contains("but lacks"), "{message}");
}

#[test]
fn an_unreadable_object_of_an_account_does_not_pass() {
    let world = isolated();
    for (path, action, expected) in [
        (ACCOUNT.to_owned(), "*/accounts/projects/read", "aif"),
        (ACCOUNT.to_owned(), "*/accounts/connections/read", "aif"),
        (ACCOUNT.to_owned(), "*/accounts/capabilityHosts/read", "aif"),
        (project(""), "*/projects/connections/read", "agents"),
        (project(""), "*/projects/capabilityHosts/read", "agents"),
        (agents_subnet(), "*/subnets/read", "agents"),
        (STORAGE.to_owned(), "*/roleAssignments/read", "airefstorage"),
        (COSMOS.to_owned(), "*/sqlRoleAssignments/read", "threads"),
        (COSMOS.to_owned(), "*/databaseAccounts/read", "threads"),
    ] {
        world.cloud.deny(&path, action);
        has_only(&world, &format!("AAI115 warning {expected}"));
        world.cloud.allow_all();
    }
    read_posture(&world);
    is_isolated(&world);
}

/// The posture reads lists where Azure has lists.
#[test]
fn the_posture_of_an_account_reads_each_object_once() {
    let world = isolated();
    only_look(&world, POSTURE);
    let before = world.cloud.requests().len();
    world.apply().succeeds();
    let mut read: BTreeMap<String, usize> = BTreeMap::new();
    for request in &world.cloud.requests()[before..] {
        if request.path.starts_with("/subscriptions/") {
            *read.entry(request.path.to_lowercase()).or_default() += 1;
        }
    }
    let twice: Vec<_> = read.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "{twice:#?}");
    // The account with its projects, the connections and hosts of both, and the subnet; 3 stores
    // with two lists of rights each, 4 definitions of roles and the list of Cosmos DB; perimeters
    // of the account and 2 stores; 4 endpoints with interface and zone group; 6 zones with links
    // and records.
    let expected = (2 + 4 + 1) + (3 * 3 + 4 + 1) + 3 + 4 * 3 + 6 * 2;
    assert_eq!(read.len(), expected, "{read:#?}");
}

/// An enforced perimeter overrides the flag.
#[test]
fn an_account_in_an_enforced_perimeter_is_not_public() {
    let world = isolated();
    world.cloud.patch(ACCOUNT, &json!({"properties": {"publicNetworkAccess": "Enabled"}}));
    has_only(&world, "AAI103 error aif");
    associate(&world, ACCOUNT, Some("Enforced"), "Succeeded");
    read_posture(&world);
    is_isolated(&world);
    assert_eq!(world.attribute(IT, "resources.0.exposure"), "perimeter");
}

/// Runs `examples/scenarios/foundry-posture-in-ci` as a principal with the role Reader.
#[test]
fn a_nightly_job_fails_until_the_account_is_isolated() {
    let world = isolated();
    std::fs::remove_file(world.path("terraform.tfstate")).unwrap();
    world.copy("examples/scenarios/foundry-posture-in-ci");
    world.cloud.only_reads();
    world.plan().says("+ compliant = true");
    world.cloud.patch(ACCOUNT, &json!({"properties": {"networkInjections": null}}));
    world.plan().says("+ compliant = true").says("AAI116");
    world.cloud.patch(SEARCH, &json!({"properties": {"publicNetworkAccess": "Enabled"}}));
    world
        .plan()
        .fails_with("Module output value precondition failed")
        .says("`aif` is not isolated: 2 findings")
        .says("AAI101");
    diagrams::workflow_comments(&world);
}

#[test]
fn a_hybrid_account_can_be_public_and_shows_its_projects() {
    let world = isolated();
    world.cloud.patch(ACCOUNT, &json!({"properties": {"publicNetworkAccess": "Enabled"}}));
    let more = "resource_id = var.account_id\n  expected = \"hybrid\"\n  include_projects = true\n";
    only_look(&world, &POSTURE.replace("resource_id = var.account_id\n", more));
    world.apply().succeeds();
    is_isolated(&world);
    assert_eq!(world.attribute(IT, "resources.4.role"), "project");
    assert_eq!(
        world.attribute(IT, "resources.4.type"),
        "Microsoft.CognitiveServices/accounts/projects"
    );
}

/// Every account of AI services has a flag, endpoints, names, and keys. Without projects it has no
/// agents.
#[test]
fn the_posture_of_an_account_without_projects_ignores_agents() {
    let world = World::new();
    let posture = |id: &str| POSTURE.replace("var.account_id\n}", &format!("{id}\n}}"));
    let services =
        "replace(local.storage, \"/Storage.*/\", \"CognitiveServices/accounts/airef-services\")";
    world.config(&posture(services).replace("variable \"account_id\" {\n  type = string\n}", ""));
    world.apply().succeeds();
    let name = "airef-services";
    let expected = ["AAI101 error", "AAI105 error", "AAI119 warning"];
    assert_eq!(findings(&world), expected.map(|it| format!("{it} {name}")));
    let lines = world.cloud.request_lines();
    assert!(!lines.contains("/projects") && !lines.contains("capabilityHosts"), "{lines}");
}

#[test]
fn exactly_one_attribute_selects_the_account_or_workspace() {
    let world = World::new();
    let given = |lines: &str| {
        let hcl =
            format!("data \"azureai_network_isolation_posture\" \"account\" {{\n{lines}\n}}\n");
        world.config(&hcl);
    };
    let account = "${local.group}/providers/Microsoft.CognitiveServices/accounts/none";
    given("");
    world.validate().fails_with("Exactly one of `resource_id`").says("None is set");
    given("workspace_id = local.workspace\nresource_id = local.workspace");
    world.validate().fails_with("Exactly one of `resource_id`").says("Both are set");
    given(&format!("workspace_id = \"{account}\""));
    world.validate().fails_with("not of a Microsoft.MachineLearningServices/workspaces");
    given(&format!("resource_id = \"{account}/projects/p\""));
    world.validate().fails_with("is the ID of a Microsoft.CognitiveServices/accounts/projects");
    given(&format!("resource_id = \"{account}\""));
    world.apply().fails_with("\"none\" cannot be judged").says("The account does not exist.");
    given("resource_id = replace(local.workspace, \"hub\", \"project\")");
    world.apply().fails_with("is a project").says("Set `resource_id` to the project's `hub_id`");
    given("workspace_id = local.workspace");
    world.apply().succeeds();
    let by_workspace = world.attribute(IT, "findings");
    given("resource_id = local.workspace");
    world.apply().succeeds();
    assert_eq!(world.attribute(IT, "findings"), by_workspace);
}

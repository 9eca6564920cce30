//! Connections of Foundry accounts and projects: `azureai_foundry_connection`.

use emulator::{Emulator, Fault, HostRoles};
use serde_json::{Value, json};

use crate::world::World;

pub const ACCOUNT: &str = "Microsoft.CognitiveServices/accounts/aif";
const PROJECT: &str = "Microsoft.CognitiveServices/accounts/aif/projects/agents";
const COSMOS: &str = "Microsoft.DocumentDB/databaseAccounts/threads";

/// Returns a world with a Foundry account, its project, and a Cosmos DB account.
pub fn foundry() -> World {
    // The project has no identity that a role could be assigned to.
    let world = World::of(Emulator::builder().host_roles(HostRoles::Ignored));
    world.cloud.put(
        ACCOUNT,
        &json!({
            "location": "eastus",
            "kind": "AIServices",
            "sku": { "name": "S0" },
            "properties": {
                "allowProjectManagement": true,
                "customSubDomainName": "aif",
                "endpoint": "https://aif.cognitiveservices.azure.com/",
                "provisioningState": "Succeeded",
            },
        }),
    );
    put_project(&world, "aif");
    world
}

/// Creates a project of an account, and a Cosmos DB account.
pub fn put_project(world: &World, account: &str) {
    let path = format!("Microsoft.CognitiveServices/accounts/{account}/projects/agents");
    let project = json!({"location": "eastus", "properties": {"provisioningState": "Succeeded"}});
    world.cloud.put(&path, &project);
    let endpoint = "https://threads.documents.azure.com:443/";
    let cosmos = json!({"location": "East US", "properties": {"documentEndpoint": endpoint}});
    world.cloud.put(COSMOS, &cosmos);
}

/// Locals for existing resources, and the project's connections to its three stores.
pub const STORES: &str = r#"
locals {
  account = "${local.group}/providers/Microsoft.CognitiveServices/accounts/aif"
  project = "${local.account}/projects/agents"
  cosmos  = "${local.group}/providers/Microsoft.DocumentDB/databaseAccounts/threads"
  search  = "${local.group}/providers/Microsoft.Search/searchServices/airef-search"
}

resource "azureai_foundry_connection" "cosmos" {
  name               = "cosmos"
  parent_id          = local.project
  target_resource_id = local.cosmos
}

resource "azureai_foundry_connection" "storage" {
  name               = "storage"
  parent_id          = local.project
  target_resource_id = local.storage
}

resource "azureai_foundry_connection" "search" {
  name               = "search"
  parent_id          = local.project
  target_resource_id = local.search
}
"#;

const LOCALS: &str = r#"
locals {
  account = "${local.group}/providers/Microsoft.CognitiveServices/accounts/aif"
}
"#;

const KEYED: &str = r#"
resource "azureai_foundry_connection" "tool" {
  name        = "tool"
  parent_id   = local.account
  category    = "ApiKey"
  target      = "https://tools.example/"
  auth_type   = "ApiKey"
  credentials = { key = "first-key" }
  metadata    = { Type = "tool" }
}
"#;

fn keyed() -> String {
    [LOCALS, KEYED].concat()
}

fn properties(world: &World, path: &str) -> Value {
    world.cloud.get(path).unwrap()["properties"].clone()
}

/// Returns the bodies of the `PUT` requests of a connection.
fn written(world: &World, name: &str) -> Vec<Value> {
    let path = format!("/connections/{name}");
    let requests = world.cloud.requests().into_iter();
    let puts = requests.filter(|it| it.method == "PUT" && it.path.ends_with(&path));
    puts.map(|it| it.body.unwrap()).collect()
}

#[test]
fn target_resource_id_determines_the_whole_connection() {
    let world = foundry();
    let before = world.cloud.everything();
    world.config(STORES);
    world.plan().creates(3).says("/projects/agents/connections/cosmos");
    world.apply().creates(3);
    world.plan().is_quiet();
    for (name, category, target, id) in [
        ("cosmos", "CosmosDb", "https://threads.documents.azure.com:443/", COSMOS),
        (
            "storage",
            "AzureStorageAccount",
            "https://airefstorage.blob.core.windows.net/",
            "Microsoft.Storage/storageAccounts/airefstorage",
        ),
        (
            "search",
            "CognitiveSearch",
            "https://airef-search.search.windows.net",
            "Microsoft.Search/searchServices/airef-search",
        ),
    ] {
        let of = properties(&world, &format!("{PROJECT}/connections/{name}"));
        assert_eq!(of["category"], category);
        let address = of["target"].as_str().unwrap().trim_end_matches('/');
        assert_eq!(address, target.trim_end_matches('/'));
        assert_eq!(of["authType"], "AAD");
        assert_eq!(of["metadata"]["ResourceId"], json!(world.cloud.id(id)));
        assert_eq!(of["metadata"]["ApiType"], "Azure");
        assert!(of["metadata"]["location"].is_string(), "{of}");
    }
    world.destroy().destroys(3);
    world.cloud.is_as_it_was(&before);
}

#[test]
fn metadata_that_azure_adds_shows_no_changes() {
    let world = foundry();
    world.config(STORES);
    world.apply().creates(3);
    let path = format!("{PROJECT}/connections/search");
    assert!(properties(&world, &path)["metadata"]["ApiVersion"].is_string());
    world.cloud.patch(&path, &json!({"properties": {"metadata": {"Added": "later"}}}));
    world.plan().is_quiet();
    let address = "azureai_foundry_connection.search";
    world.apply().succeeds();
    assert_eq!(world.attribute(address, "effective_metadata.Added"), "later");
    let own = "\"search\"\n  metadata = { Own = \"1\" }\n  parent_id";
    let with = STORES.replace("\"search\"\n  parent_id", own);
    world.config(&with);
    world.apply().updates(1);
    world.plan().is_quiet();
    let metadata = &properties(&world, &path)["metadata"];
    assert_eq!(metadata["Own"], "1");
    assert!(metadata["ApiVersion"].is_string() && metadata["ResourceId"].is_string(), "{metadata}");
    world.cloud.patch(&path, &json!({"properties": {"metadata": {"Own": "theirs"}}}));
    world.plan().updates(1);
    world.config(STORES);
    world.apply().updates(1);
    assert!(properties(&world, &path)["metadata"]["Own"].is_null());
    world.plan().is_quiet();
}

#[test]
fn keys_are_written_and_never_read() {
    let world = foundry();
    world.config(&keyed());
    world.apply().creates(1).keeps_quiet_about("first-key");
    world.plan().is_quiet();
    world.config(&keyed().replace("first-key", "second-key"));
    world.apply().updates(1).keeps_quiet_about("second-key");
    world.plan().is_quiet();
    let keys: Vec<_> = written(&world, "tool");
    let keys: Vec<_> = keys.iter().map(|it| &it["properties"]["credentials"]["key"]).collect();
    assert_eq!(keys, ["first-key", "second-key"]);
    // An update of another attribute writes the keys again, because a `PUT` without them might
    // clear them.
    let shared = keyed().replace("first-key", "second-key");
    world.config(&shared.replace("metadata ", "is_shared_to_all = true\n  metadata "));
    world.apply().updates(1);
    world.plan().is_quiet();
    let last = written(&world, "tool").pop().unwrap();
    assert_eq!(last["properties"]["credentials"]["key"], "second-key");
    assert_eq!(properties(&world, &format!("{ACCOUNT}/connections/tool"))["isSharedToAll"], true);
}

#[test]
fn write_only_credentials_are_not_in_the_state() {
    let world = foundry();
    let unkept = "credentials_wo_version = 1\n  credentials_wo = {";
    let unkept = keyed().replace("credentials = {", unkept);
    world.config(&unkept);
    world.apply().creates(1);
    world.plan().is_quiet();
    let state = world.state().to_string();
    assert!(!state.contains("first-key"), "{state}");
    world.config(&unkept.replace("first-key", "second-key"));
    world.plan().is_quiet();
    world.config(&unkept.replace("first-key", "second-key").replace("version = 1", "version = 2"));
    world.apply().updates(1);
    let last = written(&world, "tool").pop().unwrap();
    assert_eq!(last["properties"]["credentials"]["key"], "second-key");
    world.plan().is_quiet();
}

#[test]
fn an_ephemeral_key_is_in_no_plan_and_no_state() {
    let mut world = foundry();
    let unkept = "credentials_wo_version = 1\n  credentials_wo = {";
    let config = keyed().replace("credentials = {", unkept).replace("\"first-key\"", "var.key");
    let variable = "variable \"key\" {\n  type      = string\n  ephemeral = true\n}\n";
    world.config(&[&config, variable].concat());
    world.set("TF_VAR_key", "first-key");
    world.run(&["plan", "-input=false", "-out=saved"]).succeeds();
    world.run(&["show", "-json", "saved"]).succeeds().keeps_quiet_about("first-key");
    // The plan has no value, so the apply gets it again from the variable.
    world.run(&["apply", "-input=false", "saved"]).succeeds();
    let body = written(&world, "tool").pop().unwrap();
    assert_eq!(body["properties"]["credentials"]["key"], "first-key");
    let state = world.state().to_string();
    assert!(!state.contains("first-key"), "{state}");
    world.plan().is_quiet();
}

#[test]
fn custom_keys_are_sent_under_their_names() {
    let world = foundry();
    let keys = keyed().replace("\"ApiKey\"", "\"CustomKeys\"").replace("key =", "x-header =");
    world.config(&keys);
    world.apply().creates(1);
    world.plan().is_quiet();
    let body = written(&world, "tool").pop().unwrap();
    assert_eq!(body["properties"]["credentials"], json!({"keys": {"x-header": "first-key"}}));
}

#[test]
fn keys_are_not_logged() {
    let mut world = foundry();
    world.set("TF_LOG_PROVIDER", "TRACE");
    world.config(&keyed());
    world.apply().creates(1).keeps_quiet_about("first-key");
}

#[test]
fn lost_response_of_a_connection_create_is_recovered() {
    let world = foundry();
    world.config(&keyed());
    world.cloud.fault(Fault::new(emulator::FaultKind::ResetAfter).method("PUT").path("/tool"));
    world.apply().creates(1);
    world.plan().is_quiet();
}

#[test]
fn create_fails_for_the_connection_of_another_client() {
    let world = foundry();
    let theirs = json!({"properties": {
        "category": "ApiKey", "authType": "ApiKey", "target": "https://theirs.example/",
    }});
    world.cloud.put(&format!("{ACCOUNT}/connections/tool"), &theirs);
    world.config(&keyed());
    world.apply().fails_with("already exists");
    let target = &properties(&world, &format!("{ACCOUNT}/connections/tool"))["target"];
    assert_eq!(target, "https://theirs.example/");
}

#[test]
fn invalid_connections_are_errors_before_create() {
    for (from, to, says) in [
        ("  category    = \"ApiKey\"\n", "", "A connection needs `category`"),
        ("  target      = \"https://tools.example/\"\n", "", "A connection needs `target`"),
        ("  auth_type   = \"ApiKey\"\n", "", "A connection needs `auth_type`"),
        ("{ key = \"first-key\" }", "{ token = \"x\" }", "`token` is not a credential of ApiKey"),
        ("{ key = \"first-key\" }", "null", "A connection of ApiKey needs credentials"),
        (
            "\"ApiKey\"\n  credentials",
            "\"AAD\"\n  credentials",
            "This `auth_type` has no credentials.",
        ),
        ("\"ApiKey\"\n  credentials", "\"Magic\"\n  credentials", "auth_type"),
        ("\"tool\"\n  parent", "\"a tool\"\n  parent", "is not a connection name"),
        ("local.account", "local.vnet", "parent_id"),
    ] {
        let world = foundry();
        let bad = KEYED.replace("name        = \"tool\"\n  parent", "name = \"tool\"\n  parent");
        let changed = bad.replace(from, to);
        assert_ne!(changed, bad, "{from}");
        world.config(&[LOCALS, &changed].concat());
        world.plan().fails_with(says);
    }
    let world = foundry();
    world.config(&STORES.replace("databaseAccounts/threads", "databaseAccounts/nowhere"));
    world.apply().fails_with("The resource that the connection leads to does not exist");
    let component = "\"${local.group}/providers/Microsoft.Insights/components/airef-insights\"\n";
    world.config(&STORES.replace("local.cosmos\n", component));
    world.plan().fails_with("The value is the component's connection string.");
}

#[test]
fn connections_are_imported_in_any_casing() {
    let world = foundry();
    world.config(&[STORES, KEYED].concat());
    world.apply().creates(4);
    let own = format!("{PROJECT}/connections/cosmos").replace("connections", "CONNECTIONS");
    for (address, path) in [
        ("azureai_foundry_connection.cosmos", own),
        ("azureai_foundry_connection.tool", format!("{ACCOUNT}/connections/tool")),
    ] {
        world.run(&["state", "rm", address]).succeeds();
        let id = world.cloud.id(&path).replace("resourceGroups", "resourcegroups");
        world.import(address, &id).succeeds();
    }
    let cosmos = world.attribute("azureai_foundry_connection.cosmos", "target_resource_id");
    assert_eq!(cosmos, json!(world.cloud.id(COSMOS)));
    // Writes only the key again, because Azure does not return it.
    world.apply().updates(1);
    world.plan().is_quiet();
    let elsewhere = world.cloud.id("Microsoft.KeyVault/vaults/airefkv");
    world.run(&["state", "rm", "azureai_foundry_connection.tool"]).succeeds();
    world
        .import("azureai_foundry_connection.tool", &elsewhere)
        .fails_with("accounts/NAME/projects/NAME/connections/NAME");
}

#[test]
fn create_succeeds_without_permission_to_read_the_target() {
    let world = foundry();
    let id = "Microsoft.Storage/storageAccounts/airefstorage";
    world.cloud.deny(id, "Microsoft.Storage/storageAccounts/read");
    world.config(STORES);
    world.apply().creates(3);
    world.plan().is_quiet();
    let storage = properties(&world, &format!("{PROJECT}/connections/storage"));
    assert_eq!(storage["target"], "https://airefstorage.blob.core.windows.net/");
    assert!(storage["metadata"]["location"].is_null());
}

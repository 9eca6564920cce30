//! Acceptance tests of managed networks of Foundry accounts and of hubs: `azureai_managed_network`.

use emulator::Fault;
use serde_json::{Value, json};

use crate::bad_input::are_refused;
use crate::foundry_connections::{ACCOUNT, foundry};
use crate::moves::are_moved;
use crate::pieces;
use crate::workspaces::{HUB, PROJECT};
use crate::world::World;

const ADDRESS: &str = "azureai_managed_network.it";
const NETWORK: &str = "Microsoft.CognitiveServices/accounts/aif/managedNetworks/default";

pub const OF_ACCOUNT: &str = r#"
resource "azureai_managed_network" "it" {
  parent_id      = "${local.group}/providers/Microsoft.CognitiveServices/accounts/aif"
  isolation_mode = "AllowInternetOutbound"
}
"#;

pub const OF_HUB: &str = r#"
resource "azureai_managed_network" "it" {
  parent_id      = local.workspace
  isolation_mode = "AllowInternetOutbound"
}
"#;

/// Returns the managed network of the object at `path`.
fn network(world: &World, path: &str) -> Value {
    world.cloud.get(path).unwrap()["properties"]["managedNetwork"].clone()
}

/// Returns the network in the mode `AllowOnlyApprovedOutbound`.
fn approved(hcl: &str) -> String {
    let stricter = hcl.replace("AllowInternetOutbound", "AllowOnlyApprovedOutbound");
    assert_ne!(stricter, hcl);
    stricter
}

fn provisioned(hcl: &str) -> String {
    pieces::with(hcl, "  provision = true\n")
}

#[test]
fn the_network_of_an_account_is_created_and_deleted() {
    let world = foundry();
    let before = world.cloud.everything();
    world.config(OF_ACCOUNT);
    world.plan().creates(1).says("/accounts/aif/managedNetworks/default");
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(network(&world, NETWORK)["isolationMode"], "AllowInternetOutbound");
    assert_eq!(world.attribute(ADDRESS, "managed_network_kind"), "V2");
    assert_eq!(world.attribute(ADDRESS, "firewall_sku"), "Standard");
    assert_eq!(world.attribute(ADDRESS, "status"), "Active", "the PUT itself makes it");
    assert_eq!(world.attribute(ADDRESS, "provisioning_state"), "Succeeded");
    assert_eq!(world.attribute(ADDRESS, "network_id").as_str().unwrap().len(), 36);

    world.config(&provisioned(&approved(OF_ACCOUNT)));
    world.apply().updates(1);
    world.plan().is_quiet();
    let lines = world.cloud.request_lines();
    assert!(!lines.contains("provisionManagedNetwork"), "it is made already: {lines}");
    let rules = world.attribute(ADDRESS, "outbound_rules");
    let first = &rules[0];
    assert_eq!(first["category"], "Required", "what Azure makes by itself is shown: {rules}");
    assert!(first["name"].as_str().unwrap().starts_with("__SYS_"), "{rules}");

    world.destroy().destroys(1).keeps_quiet_about("stays");
    world.cloud.is_as_it_was(&before);
}

#[test]
fn a_network_is_imported_by_its_id_or_its_parents_id() {
    let world = foundry();
    world.config(&approved(OF_ACCOUNT));
    world.apply().creates(1);
    for id in [ACCOUNT, NETWORK] {
        world.run(&["state", "rm", ADDRESS]).succeeds();
        world.import(ADDRESS, &pieces::odd_casing(&world.cloud.id(id))).succeeds();
        // The casing in which Azure returns this ID is not known.
        let own = world.attribute(ADDRESS, "id").as_str().unwrap().to_lowercase();
        assert_eq!(own, world.cloud.id(NETWORK).to_lowercase());
        world.apply().creates(0).replaces(0).destroys(0);
        world.plan().is_quiet();
    }
    let zone = world.cloud.id("Microsoft.Network/privateDnsZones/a.b");
    world.run(&["state", "rm", ADDRESS]).succeeds();
    world.import(ADDRESS, &zone).fails_with("is not the ID of a managed");

    let world = World::new();
    world.config(OF_HUB);
    let hub = world.cloud.id(pieces::WORKSPACE_PATH);
    world.import(ADDRESS, &hub).fails_with("Cannot import non-existent");
    world.apply().creates(1);
    world.run(&["state", "rm", ADDRESS]).succeeds();
    world.import(ADDRESS, &pieces::odd_casing(&hub)).succeeds();
    assert_eq!(world.attribute(ADDRESS, "parent_id"), hub);
    world.apply().creates(0).replaces(0).destroys(0);
    world.plan().is_quiet();
}

/// Azure creates the network of an account whose agents run in a managed network.
#[test]
fn a_network_that_azure_creates_is_adopted() {
    let world = World::new();
    let before = world.cloud.everything();
    let account = crate::foundry::ACCOUNT;
    let account = pieces::with(account, "  managed_network = true\n");
    let parent = "\"${local.group}/providers/Microsoft.CognitiveServices/accounts/aif\"";
    let own = approved(OF_ACCOUNT).replace(parent, "azureai_foundry_account.it.id");
    world.config(&[account, own].concat());
    world.apply().creates(2);
    world.plan().is_quiet();
    assert_eq!(world.attribute(ADDRESS, "adopt_existing"), true);
    let path = "Microsoft.CognitiveServices/accounts/aif-it/managedNetworks/default";
    assert_eq!(network(&world, path)["isolationMode"], "AllowOnlyApprovedOutbound");
    world.destroy().destroys(2);
    world.cloud.is_as_it_was(&before);
}

#[test]
fn an_existing_network_is_adopted_on_request() {
    let world = foundry();
    world.config(OF_ACCOUNT);
    world.apply().creates(1);
    world.run(&["state", "rm", ADDRESS]).succeeds();
    world.apply().fails_with("already exists").says("import {");
    world.config(&pieces::with(OF_ACCOUNT, "  adopt_existing = true\n"));
    world.apply().creates(1);
    world.plan().is_quiet();
    world.destroy().destroys(1);
}

#[test]
fn the_network_of_a_hub_stays_after_a_destroy() {
    let world = World::new();
    let before = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
    world.config(OF_HUB);
    world.plan().creates(1).says("/workspaces/airef-hub");
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(world.attribute(ADDRESS, "status"), "Inactive", "it is put off");
    assert_eq!(network(&world, pieces::WORKSPACE_PATH)["isolationMode"], "AllowInternetOutbound");

    world.config(&provisioned(OF_HUB));
    world.plan().updates(1).says("Inactive");
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(world.attribute(ADDRESS, "status"), "Active");
    assert_eq!(world.attribute(ADDRESS, "spark_ready"), false);

    let spark = pieces::with(&provisioned(OF_HUB), "  include_spark = true\n");
    world.config(&spark);
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(world.attribute(ADDRESS, "spark_ready"), true);

    world.config(&pieces::with(&approved(&spark), "  firewall_sku = \"Basic\"\n"));
    world.apply().updates(1);
    world.plan().is_quiet();
    assert_eq!(network(&world, pieces::WORKSPACE_PATH)["firewallSku"], "Basic");

    world.destroy().destroys(1).warns("The managed network of \"airef-hub\" stays");
    let left = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
    assert_eq!(left["properties"]["managedNetwork"]["isolationMode"], "AllowOnlyApprovedOutbound");
    for name in ["storageAccount", "keyVault", "publicNetworkAccess", "friendlyName"] {
        assert_eq!(left["properties"][name], before["properties"][name], "{name}");
    }
}

#[test]
fn one_apply_creates_a_hub_and_its_provisioned_network() {
    let world = World::new();
    let before = world.cloud.everything();
    let own = provisioned(OF_HUB).replace("local.workspace", "azureai_workspace.hub.id");
    world.config(&[HUB, &own].concat());
    world.apply().creates(2);
    world.plan().is_quiet();
    assert_eq!(world.attribute(ADDRESS, "status"), "Active");
    world.destroy().destroys(2);
    world.cloud.is_as_it_was(&before);
}

#[test]
fn a_mode_that_azure_rejects_fails_the_plan() {
    let world = foundry();
    for (hcl, way) in [(OF_ACCOUNT, "remove the resource"), (OF_HUB, "create a new hub")] {
        world.config(&approved(hcl));
        world.apply().succeeds();
        world.config(hcl);
        let plan = world.plan().fails_with("cannot change from AllowOnlyApprovedOutbound");
        plan.says("AAI028").says(way).says("on main.tf line");
        // The plan also fails without the network in the state.
        world.run(&["state", "rm", ADDRESS]).succeeds();
        world.plan().fails_with("cannot change from AllowOnlyApprovedOutbound");
    }
}

#[test]
fn a_change_of_kind_replaces_only_the_network_of_an_account() {
    let world = foundry();
    let of =
        |hcl: &str, kind: &str| pieces::with(hcl, &format!("  managed_network_kind = {kind:?}\n"));
    world.config(&of(OF_ACCOUNT, "V1"));
    world.apply().creates(1);
    world.plan().is_quiet();
    // A replacement may have a less strict mode.
    world.config(&approved(&of(OF_ACCOUNT, "V1")));
    world.apply().updates(1);
    world.config(&of(OF_ACCOUNT, "V2"));
    world.apply().replaces(1).warns("Azure deletes the old network with its outbound rules");
    world.plan().is_quiet();
    world.destroy().destroys(1);

    world.config(&of(OF_HUB, "V1"));
    world.apply().creates(1);
    world.plan().is_quiet();
    world.config(&of(OF_HUB, "V2"));
    world.plan().fails_with("cannot change its kind V1").says("managed_network_kind = \"V1\"");
}

#[test]
fn two_resources_with_the_mode_of_one_hub_are_reported() {
    let world = World::new();
    let own = OF_HUB.replace("local.workspace", "azureai_workspace.hub.id");
    let block = |mode: &str| {
        let block = format!("\n  managed_network {{\n    isolation_mode = {mode:?}\n  }}\n");
        pieces::with(HUB, &block)
    };
    world.config(&[block("AllowOnlyApprovedOutbound"), own.clone()].concat());
    let plan = world.plan().fails_with("Two resources set the isolation mode");
    plan.says("AAI028").says("Remove the block");
    world.config(&[block("AllowInternetOutbound"), own.clone()].concat());
    world.apply().warns("Two resources set the isolation mode").creates(2);
    world.plan().is_quiet().warns("Two resources set the isolation mode");
    world.config(&[HUB, &own].concat());
    world.apply().succeeds().keeps_quiet_about("Two resources");
    world.config(&[HUB, &approved(&own)].concat());
    world.apply().updates(1);
    world.plan().is_quiet().keeps_quiet_about("Two resources");
    // The block cannot return to the less strict mode either.
    world.config(&block("AllowInternetOutbound"));
    world.plan().fails_with("cannot change from").says("AAI028");
    world.config(HUB);
    world.destroy().succeeds();
}

#[test]
fn the_network_of_a_project_is_rejected_with_the_name_of_its_hub() {
    let world = World::new();
    world.config(&[HUB, PROJECT].concat());
    world.apply().creates(2);
    let own = OF_HUB.replace("local.workspace", "azureai_workspace.project.id");
    world.config(&[HUB, PROJECT, &own].concat());
    world.plan().fails_with("A project uses the managed network of its hub").says("hub-it");
    world.config("");
    world.destroy().succeeds();
}

/// The state does not have a network whose provisioning failed. The next apply provisions it.
#[test]
fn a_failed_provisioning_is_reported_and_repeated() {
    let world = World::new();
    world.config(&provisioned(OF_HUB));
    let fails = || Fault::operation("InternalServerError", "No address is left.");
    world.cloud.fault(fails().method("POST").path("provisionManagedNetwork"));
    world.apply().fails_with("No address is left.").says("Provisioning managed network");
    assert_eq!(network(&world, pieces::WORKSPACE_PATH)["isolationMode"], "AllowInternetOutbound");
    world.plan().creates(1);
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(world.attribute(ADDRESS, "status"), "Active");

    let world = World::new();
    world.config(OF_HUB);
    world.apply().creates(1);
    world.config(&provisioned(OF_HUB));
    world.cloud.fault(fails().method("POST").path("provisionManagedNetwork"));
    world.apply().fails_with("No address is left.");
    world.plan().updates(1);
    world.apply().updates(1);
    world.plan().is_quiet();

    let quick = "  timeouts {\n    create = \"3s\"\n  }\n";
    let world = World::new();
    world.config(&pieces::with(&provisioned(OF_HUB), quick));
    let slow = Fault::status(429, "TooManyRequests", "Later.").method("POST");
    world.cloud.fault(slow.path("provisionManagedNetwork").count(1000));
    let _ = world.apply();
    world.cloud.forget_faults();
    world.apply().succeeds();
    world.plan().is_quiet();
    assert_eq!(world.attribute(ADDRESS, "status"), "Active");
}

#[test]
fn a_deleted_network_is_recreated() {
    let world = foundry();
    world.config(OF_ACCOUNT);
    world.apply().creates(1);
    world.cloud.delete(NETWORK);
    world.plan().creates(1);
    world.apply().creates(1);
    world.plan().is_quiet();
    world.cloud.delete(ACCOUNT);
    world.config("");
    world.apply().succeeds();
}

#[test]
fn azapi_networks_are_moved() {
    let world = World::new();
    let account = OF_ACCOUNT.replace("accounts/aif\"", "accounts/airef-services\"");
    let account = pieces::with(&account, "  managed_network_kind = \"V2\"\n");
    are_moved(&world, &account, &["azapi_resource-managed_network"]);
    world.destroy().destroys(1);

    let world = World::new();
    are_moved(&world, OF_HUB, &["azapi_update_resource-managed_network"]);
    world.destroy().destroys(1);
}

#[test]
fn the_data_source_reads_networks_of_accounts_and_hubs() {
    let world = foundry();
    let data = |parent: &str| {
        format!("data \"azureai_managed_network\" \"it\" {{\n  parent_id = {parent}\n}}\n")
    };
    let shown = |name: &str| world.attribute("data.azureai_managed_network.it", name);
    world.config(&data("local.workspace"));
    world.apply().succeeds();
    assert_eq!(shown("isolation_mode"), "Disabled");
    for (hcl, path) in [(OF_ACCOUNT, NETWORK), (OF_HUB, pieces::WORKSPACE_PATH)] {
        world.config(&[approved(hcl), data("azureai_managed_network.it.parent_id")].concat());
        world.apply().succeeds();
        assert_eq!(shown("isolation_mode"), "AllowOnlyApprovedOutbound");
        assert_eq!(shown("id"), world.cloud.id(path));
        assert_eq!(shown("outbound_rules"), world.attribute(ADDRESS, "outbound_rules"));
        world.config("");
        world.apply().succeeds();
    }
    world.config(&data("\"${local.workspace}s\""));
    world.plan().fails_with("Workspace \"airef-hubs\" does not exist");
    world.config(&data("\"${local.group}/providers/Microsoft.CognitiveServices/accounts/aif\""));
    world.plan().fails_with("Managed network \"default\" does not exist").says("parent_id");
}

#[test]
fn invalid_arguments_are_errors() {
    are_refused(
        OF_HUB,
        r#"
good: local.workspace
bad:  local.vault
says: is the ID of a Microsoft.KeyVault/vaults

good: "AllowInternetOutbound"
bad:  "Disabled"
says: means no managed network

good: "AllowInternetOutbound"
bad:  "allowInternetOutbound"
says: is not one of

good: isolation_mode
bad:  adopt_existing = true
bad:  isolation_mode
says: has no network to adopt

good: isolation_mode
bad:  include_spark  = true
bad:  isolation_mode
says: `include_spark` has no effect without `provision`

good: isolation_mode
bad:  managed_network_kind = "V3"
bad:  isolation_mode
says: one of
"#,
    );
    let account = provisioned(OF_ACCOUNT);
    let spark = pieces::with(&account, "  include_spark = true\n");
    let world = World::new();
    world.config(&spark);
    world.validate().fails_with("A Foundry account does not support serverless Spark");
    assert_eq!(json!(world.cloud.requests().len()), 0);
}

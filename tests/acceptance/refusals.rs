//! Acceptance tests of errors that only a plan or an apply finds: the guard, credentials, and
//! Azure's own errors.

use crate::pieces;
use crate::world::World;

#[test]
fn the_guard_stops_a_flag_that_locks_out_all_clients() {
    let world = World::new();
    let flag =
        pieces::FLAG.replace("  depends_on            = [azureai_private_endpoint.hub]\n", "");
    world.config(&flag);
    world.apply().fails_with("would lock out all clients").says("guard { mode = \"off\" }");
    let hub = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
    assert_eq!(hub["properties"]["publicNetworkAccess"], "Enabled");

    world.config(&pieces::with(
        &flag,
        "  guard {
    mode = \"off\"
  }
",
    ));
    world.apply().succeeds();
    world.plan().is_quiet();
}

#[test]
fn missing_and_wrong_credentials_are_reported() {
    let mut world = World::new();
    let secret = world.cloud.client_secret();
    world.config(pieces::ZONE);
    world.set("ARM_CLIENT_SECRET", "not-the-secret");
    world.apply().fails_with("AADSTS7000215").keeps_quiet_about("not-the-secret");
    world.unset("ARM_CLIENT_SECRET");
    world.apply().fails_with("client_secret").says("ARM_CLIENT_SECRET");
    world.set("ARM_CLIENT_SECRET", &secret).unset("ARM_TENANT_ID");
    world.apply().fails_with("tenant_id").says("ARM_TENANT_ID");
    assert!(!world.cloud.has(pieces::ZONE_PATH));
}

#[test]
fn a_missing_subscription_is_reported() {
    let mut world = World::new();
    world.unset("ARM_SUBSCRIPTION_ID").config(pieces::ZONE);
    world.apply().fails_with("subscription_id").says("ARM_SUBSCRIPTION_ID");
}

#[test]
fn an_unreachable_metadata_host_is_reported() {
    let mut world = World::new();
    // Port 1 is reserved, and no process listens on it.
    world.set("ARM_METADATA_HOSTNAME", "localhost:1").config(pieces::ZONE);
    world.apply().fails_with("localhost:1");
}

#[test]
fn the_message_of_an_error_of_azure_is_printed() {
    let world = World::new();
    world.config(&pieces::ZONE.replace("rg-ai", "rg-none"));
    world
        .apply()
        .fails_with("ResourceGroupNotFound")
        .says("Resource group 'rg-none' could not be found.")
        .says("with azureai_private_dns_zone.api");
}

#[test]
fn a_missing_workspace_is_reported() {
    let world = World::new();
    let missing =
        r#"data "azureai_workspace" "it" { id = replace(local.workspace, "hub", "none") }"#;
    world.config(missing);
    world.plan().fails_with("airef-none").says("does not exist").says("data.azureai_workspace.it");
    world.config(r#"data "azureai_workspace" "it" { id = local.vnet }"#);
    world.validate().fails_with("virtualNetworks").says("on main.tf line");
}

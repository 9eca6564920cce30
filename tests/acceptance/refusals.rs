//! What only a plan or an apply can know: the guard, credentials, and Azure's own refusals.

use crate::pieces;
use crate::world::World;

#[test]
fn a_flag_is_not_switched_off_while_nobody_could_come_in() {
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
fn credentials_that_are_missing_or_wrong() {
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
fn no_subscription_anywhere() {
    let mut world = World::new();
    world.unset("ARM_SUBSCRIPTION_ID").config(pieces::ZONE);
    world.apply().fails_with("subscription_id").says("ARM_SUBSCRIPTION_ID");
}

#[test]
fn an_endpoint_of_azure_that_does_not_answer() {
    let mut world = World::new();
    // Port 1 is reserved and nobody listens there.
    world.set("ARM_METADATA_HOSTNAME", "localhost:1").config(pieces::ZONE);
    world.apply().fails_with("localhost:1");
}

#[test]
fn what_azure_refuses_is_told_in_its_own_words() {
    let world = World::new();
    world.config(&pieces::ZONE.replace("rg-ai", "rg-none"));
    world
        .apply()
        .fails_with("ResourceGroupNotFound")
        .says("Resource group 'rg-none' could not be found.")
        .says("with azureai_private_dns_zone.api");
}

#[test]
fn a_workspace_that_is_not_there() {
    let world = World::new();
    let missing =
        r#"data "azureai_workspace" "it" { id = replace(local.workspace, "hub", "none") }"#;
    world.config(missing);
    world.plan().fails_with("airef-none").says("does not exist").says("data.azureai_workspace.it");
    world.config(r#"data "azureai_workspace" "it" { id = local.vnet }"#);
    world.validate().fails_with("virtualNetworks").says("on main.tf line");
}

//! Acceptance tests of `terraform query` and of import by identity. Terraform 1.11 has neither, so
//! they run with `AZUREAI_NEWER_TERRAFORM`. The tests in `tests/protocol` make the underlying calls
//! in every run.

use std::fs;
use std::io::Write as _;

use crate::example;
use crate::pieces;
use crate::world::World;

/// Returns a world with the newer Terraform, or `None` if `AZUREAI_NEWER_TERRAFORM` is not set.
/// Writes the skipped test to standard error directly, because the test runner captures what a
/// passing test prints.
pub fn world(test: &str) -> Option<World> {
    let Ok(program) = std::env::var("AZUREAI_NEWER_TERRAFORM") else {
        let text = format!("SKIPPED: {test}: AZUREAI_NEWER_TERRAFORM is not set\n");
        std::io::stderr().write_all(text.as_bytes()).unwrap();
        return None;
    };
    let mut world = World::new();
    world.use_terraform(&program);
    let subscription = world.cloud.subscription();
    world.set("TF_VAR_subscription_id", &subscription);
    Some(world)
}

/// Subscription in the examples.
const EXAMPLE_SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000000";

/// Returns a file of an example with the subscription of this world, or `None` if it does not
/// exist.
pub fn example(world: &World, path: &str) -> Option<String> {
    let text = example::text(path)?;
    Some(text.replace(EXAMPLE_SUBSCRIPTION, &world.cloud.subscription()))
}

/// Returns the names of the resources, each of which has an example and a list.
fn resources() -> Vec<String> {
    let entries = fs::read_dir(example::folder().join("resources")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Returns the generated name of the vault's only connection.
fn connection(world: &World) -> Option<String> {
    let all = world.cloud.of_kind("Microsoft.KeyVault/vaults/privateEndpointConnections");
    Some(all.first()?["name"].as_str()?.to_owned())
}

#[test]
fn newer_every_resource_is_imported_by_identity() {
    for name in resources() {
        let Some(world) = world("import by identity") else { return };
        world.copy("examples/provider").copy(&format!("examples/resources/{name}"));
        world.apply().succeeds();
        world.plan().is_quiet();
        let path = format!("resources/{name}/import-by-identity.tf");
        let mut block = example(&world, &path).unwrap();
        if let Some(connection) = connection(&world) {
            block = block.replace("0123456789abcdef0123456789abcdef", &connection);
        }
        let address = block.lines().find_map(|line| line.trim().strip_prefix("to = ")).unwrap();
        world.run(&["state", "rm", address]).succeeds();
        world.file("imports.tf", &block);
        world.plan().imports(1);
        world.apply().creates(0).replaces(0).destroys(0);
        world.plan().is_quiet();
        fs::remove_file(world.path("imports.tf")).unwrap();
        world.destroy().succeeds();
    }
}

#[test]
fn newer_an_identity_accepts_any_casing_and_no_subscription() {
    let Some(world) = world("import by an identity in another casing") else { return };
    world.config(pieces::ZONE);
    world.apply().creates(1);
    world.run(&["state", "rm", "azureai_private_dns_zone.api"]).succeeds();
    let import = r#"
import {
  to = azureai_private_dns_zone.api

  identity = {
    resource_group_name = "RG-ai"
    name                = "privatelink.API.azureml.ms"
  }
}
"#;
    world.config(&[pieces::ZONE, import].concat());
    world.plan().imports(1);
    world.apply().imports(1);
    world.plan().is_quiet();
}

/// The state of an older Terraform has no identities.
#[test]
fn newer_terraform_reads_the_state_of_an_older_version() {
    let Some(mut newer) = world("from Terraform 1.11 to a newer one") else { return };
    let program = std::env::var("AZUREAI_NEWER_TERRAFORM").unwrap();
    newer.use_terraform("terraform");
    newer.config(&pieces::one_of_each());
    newer.apply().creates(5);
    newer.use_terraform(&program);
    newer.plan().is_quiet();
    newer.run(&["plan", "-refresh=false", "-input=false", "-detailed-exitcode"]).is_quiet();
    newer.run(&["apply", "-replace=azureai_private_endpoint.hub", "-auto-approve"]).succeeds();
    newer.plan().is_quiet();
    newer.destroy().destroys(5);
}

#[test]
fn newer_every_example_of_a_list_works() {
    for name in resources() {
        let Some(world) = world("lists") else { return };
        let resource = format!("examples/resources/{name}");
        world.copy("examples/provider").copy(&resource);
        world.apply().succeeds();
        let query = format!("list-resources/{name}/list-resource.tfquery.hcl");
        world.file("it.tfquery.hcl", &example(&world, &query).unwrap());
        world.run(&["query"]).succeeds();
    }
}

/// Finds one object of each kind, generates its configuration, and imports it without changes.
#[test]
fn newer_a_query_generates_the_configuration_of_existing_objects() {
    const KINDS: [&str; 7] = [
        "azureai_private_dns_zone",
        "azureai_private_dns_zone_virtual_network_link",
        "azureai_private_endpoint",
        "azureai_private_endpoint_connection_approval",
        "azureai_public_network_access",
        "azureai_subnet_private_endpoint_policy",
        "azureai_workspace",
    ];
    let Some(world) = world("query -generate-config-out") else { return };
    world.config(&pieces::one_of_each());
    world.apply().creates(5);
    fs::remove_file(world.path("terraform.tfstate")).unwrap();
    world.config("");
    let list = |kind: &str| {
        format!("list \"{kind}\" \"all\" {{\n  provider = azureai\n  include_resource = true\n}}\n")
    };
    world.file("all.tfquery.hcl", &KINDS.map(list).concat());
    let before = world.cloud.everything();
    let query = ["query", "-generate-config-out=generated.tf"];
    world.run(&query).succeeds().says("pe-hub").says("airef-project");
    world.plan().says("0 to add, 0 to change, 0 to destroy");
    world.apply().creates(0).updates(0).replaces(0).destroys(0);
    world.plan().is_quiet();
    world.cloud.is_as_it_was(&before);
}

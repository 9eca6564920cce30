//! What exists is found by `terraform query` and imported by identity. Terraform 1.11 has neither:
//! these stories are told with `AZUREAI_NEWER_TERRAFORM`. What they rest on, the calls themselves,
//! `tests/protocol` makes always.

use std::fs;
use std::io::Write as _;

use crate::example;
use crate::pieces;
use crate::world::World;

/// A world with the newer Terraform; none where there is no such program, which is said on the
/// terminal, past the test runner that would keep it to itself.
pub fn world(story: &str) -> Option<World> {
    let Ok(program) = std::env::var("AZUREAI_NEWER_TERRAFORM") else {
        let text = format!("LEFT OUT: {story}: AZUREAI_NEWER_TERRAFORM is not set\n");
        std::io::stderr().write_all(text.as_bytes()).unwrap();
        return None;
    };
    let mut world = World::new();
    world.use_terraform(&program);
    let subscription = world.cloud.subscription();
    world.set("TF_VAR_subscription_id", &subscription);
    Some(world)
}

/// The subscription in the examples.
const NOBODYS: &str = "00000000-0000-0000-0000-000000000000";

/// A file of an example, with the subscription of this world in it.
pub fn example(world: &World, path: &str) -> Option<String> {
    let text = example::text(path)?;
    Some(text.replace(NOBODYS, &world.cloud.subscription()))
}

/// The resources, each of which has an example and a list.
fn resources() -> Vec<String> {
    let entries = fs::read_dir(example::folder().join("resources")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The name that Azure made up for the only connection of the vault.
fn connection(world: &World) -> Option<String> {
    let all = world.cloud.of_kind("Microsoft.KeyVault/vaults/privateEndpointConnections");
    Some(all.first()?["name"].as_str()?.to_owned())
}

#[test]
fn newer_every_resource_is_taken_over_by_its_identity() {
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
fn newer_an_identity_may_be_oddly_spelt_and_leave_the_subscription_out() {
    let Some(world) = world("import by an oddly spelt identity") else { return };
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

/// State that an older Terraform wrote has no identities.
#[test]
fn newer_terraform_takes_over_from_an_older_one() {
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
fn newer_every_example_of_a_list_finds_what_there_is() {
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

/// Everything that a job consists of, found, written down, taken over and left alone.
#[test]
fn newer_what_was_made_by_hand_becomes_configuration() {
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

//! What stands in `examples/`, and so in the documentation, works as it stands.

use std::fs;
use std::path::Path;

use crate::world::World;

/// Applies an example, checks that nothing is left to do, and takes it away again.
fn works(folder: &str) {
    let world = world_with(folder);
    let before = world.cloud.everything();
    world.validate().succeeds();
    world.apply().succeeds();
    world.plan().is_quiet();
    import_works(&world, folder);
    world.destroy().succeeds();
    world.cloud.is_as_it_was(&before);
}

fn world_with(folder: &str) -> World {
    let mut world = World::new();
    let subscription = world.cloud.subscription();
    world.set("TF_VAR_subscription_id", &subscription);
    world.copy("examples/provider").copy(folder);
    world
}

/// The documented command takes over what Terraform has forgotten.
fn import_works(world: &World, folder: &str) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(folder)
        .join("import.sh");
    let Ok(script) = fs::read_to_string(script) else {
        return;
    };
    let words: Vec<&str> = script
        .split_whitespace()
        .filter(|word| *word != "\\")
        .collect();
    let ["terraform", "import", address, id] = words[..] else {
        panic!("this is not one import command: {script}")
    };
    let id = id.replace(
        "00000000-0000-0000-0000-000000000000",
        &world.cloud.subscription(),
    );
    world.run(&["state", "rm", address]).succeeds();
    world.import(address, &id).succeeds();
    world.plan().succeeds().says("No changes.");
}

#[test]
fn resource_private_endpoint() {
    works("examples/resources/azureai_private_endpoint");
}

#[test]
fn resource_private_dns_zone() {
    works("examples/resources/azureai_private_dns_zone");
}

#[test]
fn resource_private_dns_zone_virtual_network_link() {
    works("examples/resources/azureai_private_dns_zone_virtual_network_link");
}

#[test]
fn resource_private_dns_zone_group() {
    works("examples/resources/azureai_private_dns_zone_group");
}

#[test]
fn resource_public_network_access() {
    works("examples/resources/azureai_public_network_access");
}

#[test]
fn data_source_workspace() {
    works("examples/data-sources/azureai_workspace");
}

#[test]
fn function_parse_resource_id() {
    works("examples/functions/parse_resource_id");
}

/// A new folder under `examples/` needs a test here.
#[test]
fn every_example_has_a_test() {
    let tests = include_str!("examples.rs");
    for group in ["resources", "data-sources", "functions"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("examples")
            .join(group);
        for entry in fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            let wanted = format!("works(\"examples/{group}/{name}\")");
            assert!(tests.contains(&wanted), "no test has {wanted}");
        }
    }
}

#[test]
fn everything_is_formatted_as_terraform_does_it() {
    let world = World::new();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    world
        .run(&["fmt", "-check", "-recursive", examples.to_str().unwrap()])
        .succeeds();
}

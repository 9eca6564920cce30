//! The files in `examples/`, which the documentation shows, work unchanged.

use std::fs;
use std::path::Path;

use crate::example;
use crate::world::World;

/// Asserts that an example applies, plans no changes, and is destroyed, and that its import command
/// works.
pub fn works(folder: &str) {
    let world = world_with(folder);
    comes_and_goes(&world);
    import_works(&world, folder);
}

/// Asserts that the configuration applies, plans no changes, and is destroyed without leaving a
/// resource.
pub fn comes_and_goes(world: &World) {
    let before = world.cloud.everything();
    world.validate().succeeds();
    world.apply().succeeds();
    world.plan().is_quiet();
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

/// Asserts that the documented command imports a resource that was removed from the state.
fn import_works(world: &World, folder: &str) {
    let folder = folder.strip_prefix("examples/").unwrap();
    let Some(script) = example::text(&format!("{folder}/import.sh")) else { return };
    let words: Vec<&str> = script.split_whitespace().filter(|word| *word != "\\").collect();
    let ["terraform", "import", address, id] = words[..] else {
        panic!("this is not one import command: {script}")
    };
    let id = id.replace("00000000-0000-0000-0000-000000000000", &world.cloud.subscription());
    world.apply().succeeds();
    let id = as_made(world, id.trim_matches('\''));
    world.run(&["state", "rm", address]).succeeds();
    world.import(address, &id).succeeds();
    // The next apply writes attributes that only the configuration has, such as `on_destroy`.
    world.apply().creates(0).replaces(0).destroys(0);
    world.plan().is_quiet();
}

/// Returns the ID with the name that the service generated, if the service generates one.
fn as_made(world: &World, id: &str) -> String {
    match id.rsplit_once('/') {
        Some((parent, _)) if parent.ends_with("/privateEndpointConnections") => {
            let made = world.cloud.everything().into_values();
            let made = made.filter_map(|object| Some(object["id"].as_str()?.to_owned()));
            let mut made = made.filter(|made| made.starts_with(&format!("{parent}/")));
            made.next().unwrap()
        }
        _ => id.to_owned(),
    }
}

#[test]
fn resource_private_endpoint() {
    works("examples/resources/azureai_private_endpoint");
}

#[test]
fn resource_foundry_account() {
    works("examples/resources/azureai_foundry_account");
}

#[test]
fn resource_foundry_project() {
    works("examples/resources/azureai_foundry_project");
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
fn resource_foundry_connection() {
    works("examples/resources/azureai_foundry_connection");
}

#[test]
fn resource_foundry_capability_host() {
    works("examples/resources/azureai_foundry_capability_host");
}

#[test]
fn resource_managed_network() {
    works("examples/resources/azureai_managed_network");
}

#[test]
fn data_source_managed_network() {
    works("examples/data-sources/azureai_managed_network");
}

#[test]
fn resource_managed_network_outbound_rule() {
    works("examples/resources/azureai_managed_network_outbound_rule");
}

#[test]
fn resource_search_shared_private_link() {
    works("examples/resources/azureai_search_shared_private_link");
}

#[test]
fn resource_public_network_access() {
    works("examples/resources/azureai_public_network_access");
}

#[test]
fn data_source_foundry_account() {
    works("examples/data-sources/azureai_foundry_account");
}

#[test]
fn data_source_foundry_project() {
    works("examples/data-sources/azureai_foundry_project");
}

#[test]
fn data_source_network_isolation_posture() {
    works("examples/data-sources/azureai_network_isolation_posture");
}

#[test]
fn data_source_private_dns_check() {
    works("examples/data-sources/azureai_private_dns_check");
}

#[test]
fn data_source_client_config() {
    works("examples/data-sources/azureai_client_config");
}

#[test]
fn data_source_private_dns_zone() {
    works("examples/data-sources/azureai_private_dns_zone");
}

#[test]
fn data_source_private_dns_zones() {
    works("examples/data-sources/azureai_private_dns_zones");
}

#[test]
fn data_source_private_dns_zone_for_vnet() {
    works("examples/data-sources/azureai_private_dns_zone_for_vnet");
}

#[test]
fn data_source_private_dns_zone_virtual_network_link() {
    works("examples/data-sources/azureai_private_dns_zone_virtual_network_link");
}

#[test]
fn data_source_private_endpoint() {
    works("examples/data-sources/azureai_private_endpoint");
}

#[test]
fn data_source_private_endpoint_connection() {
    works("examples/data-sources/azureai_private_endpoint_connection");
}

#[test]
fn data_source_private_endpoint_connections() {
    works("examples/data-sources/azureai_private_endpoint_connections");
}

#[test]
fn data_source_private_link_resources() {
    works("examples/data-sources/azureai_private_link_resources");
}

#[test]
fn resource_private_endpoint_application_security_group_association() {
    works("examples/resources/azureai_private_endpoint_application_security_group_association");
}

#[test]
fn resource_private_endpoint_connection_approval() {
    works("examples/resources/azureai_private_endpoint_connection_approval");
}

#[test]
fn resource_subnet_private_endpoint_policy() {
    works("examples/resources/azureai_subnet_private_endpoint_policy");
}

#[test]
fn resource_workspace() {
    works("examples/resources/azureai_workspace");
}

#[test]
fn data_source_workspace() {
    works("examples/data-sources/azureai_workspace");
}

#[test]
fn function_normalise_resource_id() {
    works("examples/functions/normalise_resource_id");
}

#[test]
fn function_conditional_forwarders() {
    works("examples/functions/conditional_forwarders");
}

#[test]
fn function_private_dns_record_name() {
    works("examples/functions/private_dns_record_name");
}

#[test]
fn function_private_dns_zone_names() {
    works("examples/functions/private_dns_zone_names");
}

#[test]
fn function_private_link_group_ids() {
    works("examples/functions/private_link_group_ids");
}

#[test]
fn function_workspace_fqdns() {
    works("examples/functions/workspace_fqdns");
}

#[test]
fn function_parse_resource_id() {
    works("examples/functions/parse_resource_id");
}

/// A new folder under `examples/` needs a test here, or in the file that tests its resource.
#[test]
fn every_example_has_a_test() {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/acceptance");
    let files = fs::read_dir(files).unwrap().map(|it| it.unwrap().path());
    let tests: String = files.filter_map(|path| fs::read_to_string(path).ok()).collect();
    for group in ["resources", "data-sources", "functions"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(group);
        for entry in fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            let wanted = format!("works(\"examples/{group}/{name}\")");
            assert!(tests.contains(&wanted), "no test has {wanted}");
        }
    }
}

#[test]
fn examples_are_formatted_by_terraform_fmt() {
    let world = World::new();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    world.run(&["fmt", "-check", "-recursive", examples.to_str().unwrap()]).succeeds();
}

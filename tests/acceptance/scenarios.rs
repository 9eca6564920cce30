//! Acceptance tests of the scenarios and modules under `examples/`: each is applied unchanged, has
//! no further changes, and is destroyed.

use std::fs;
use std::path::{Path, PathBuf};

use emulator::{Builder, Emulator, Policy};
use serde_json::{Value, json};

use crate::pieces;
use crate::world::World;

/// Second subscription, and the tenant that it may belong to.
const OTHER: &str = "22222222-2222-2222-2222-222222222222";
const PARTNER: &str = "44444444-4444-4444-4444-444444444444";

/// Returns a world with values for the variables of the scenarios.
fn world() -> World {
    world_of(Emulator::builder())
}

fn world_of(azure: Builder) -> World {
    let mut world = World::of(azure);
    let network = world.cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
    let workspace = world.cloud.id(pieces::WORKSPACE_PATH);
    let subscription = world.cloud.subscription();
    // A vault shows no rules until they are written once, and from then on Azure's own.
    let rules = json!({"networkAcls": {"bypass": "AzureServices", "defaultAction": "Allow"}});
    world.cloud.patch("Microsoft.KeyVault/vaults/airefkv", &json!({ "properties": rules }));
    world
        .set("TF_VAR_subscription_id", &subscription)
        .set("TF_VAR_connectivity_subscription_id", &subscription)
        .set("TF_VAR_owner_subscription_id", &subscription)
        .set("TF_VAR_resource_group_name", "rg-ai")
        .set("TF_VAR_workspace_id", &workspace)
        .set("TF_VAR_virtual_network_id", &network)
        .set("TF_VAR_subnet_id", &format!("{network}/subnets/snet-pe"));
    world
}

/// Creates this many resources, plans no changes, and asserts that a destroy restores everything.
fn comes_and_goes(world: &World, scenario: &str, resources: usize) {
    let before = world.cloud.everything();
    world.copy(&format!("examples/scenarios/{scenario}"));
    world.validate().succeeds();
    world.apply().creates(resources);
    world.plan().is_quiet();
    world.destroy().destroys(resources);
    world.cloud.is_as_it_was(&before);
}

fn zones_of_another_team(world: &World) {
    zones_in(world, &world.cloud.subscription());
}

fn zones_in(world: &World, subscription: &str) {
    let group = format!("/subscriptions/{subscription}/resourceGroups/rg-dns");
    world.cloud.put(&group, &json!({"location": "eastus"}));
    for name in ["privatelink.api.azureml.ms", "privatelink.notebooks.azure.net"] {
        let zone = format!("{group}/providers/Microsoft.Network/privateDnsZones/{name}");
        world.cloud.put(&zone, &json!({"location": "global"}));
    }
}

#[test]
fn the_existing_workspace_scenario_works() {
    let world = world();
    // Ten zones with their links, seven endpoints, and six flags.
    comes_and_goes(&world, "existing-workspace", 10 + 10 + 7 + 6);
}

#[test]
fn the_hub_and_spoke_scenario_works() {
    let mut world = world();
    zones_of_another_team(&world);
    let spoke = world.cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
    comes_and_goes(&world, "hub-and-spoke", 1);
    world.set("TF_VAR_link_virtual_network_id", &spoke);
    comes_and_goes(&world, "hub-and-spoke", 3);
}

/// The network team has its own subscription, which may be in its own tenant.
#[test]
fn the_hub_and_spoke_scenario_works_in_two_subscriptions() {
    for tenant in [None, Some(PARTNER)] {
        let mut world = world_of(Emulator::builder().other_subscription(OTHER, tenant));
        zones_in(&world, OTHER);
        let spoke = world.cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
        world
            .set("TF_VAR_connectivity_subscription_id", OTHER)
            .set("TF_VAR_link_virtual_network_id", &spoke)
            .set("ARM_AUXILIARY_TENANT_IDS", tenant.unwrap_or_default());
        comes_and_goes(&world, "hub-and-spoke", 3);
    }
}

#[test]
fn the_policy_managed_dns_scenario_works() {
    let world = world();
    zones_of_another_team(&world);
    let group = world.cloud.group().replace("rg-ai", "rg-dns");
    let zone = |name: &str| format!("{group}/providers/Microsoft.Network/privateDnsZones/{name}");
    let zones = [zone("privatelink.api.azureml.ms"), zone("privatelink.notebooks.azure.net")];
    let zones = zones.each_ref().map(String::as_str);
    world.cloud.policy(Policy::zone_group("amlworkspace", &zones));
    comes_and_goes(&world, "policy-managed-dns", 2);
}

#[test]
fn the_manual_approval_scenario_works() {
    comes_and_goes(&world(), "manual-approval", 2);
}

/// The consumer is in another tenant, where it has its own network.
#[test]
fn the_manual_approval_scenario_works_across_tenants() {
    let mut world = world_of(Emulator::builder().other_subscription(OTHER, Some(PARTNER)));
    let owner = world.cloud.tenant();
    let network = world.cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
    let moved = |id: &str| id.replace(&world.cloud.subscription(), OTHER);
    world.cloud.put(&moved(&world.cloud.group()), &json!({"location": "eastus"}));
    for id in [network.clone(), format!("{network}/subnets/snet-pe")] {
        let body: Value = world.cloud.get(&id).unwrap();
        let body = moved(&body.to_string());
        world.cloud.put(&moved(&id), &serde_json::from_str(&body).unwrap());
    }
    let subnet = moved(&format!("{network}/subnets/snet-pe"));
    world
        .set("TF_VAR_subscription_id", OTHER)
        .set("TF_VAR_subnet_id", &subnet)
        .set("TF_VAR_owner_tenant_id", &owner)
        .set("ARM_TENANT_ID", PARTNER);
    comes_and_goes(&world, "manual-approval", 2);
}

/// Two teams have separate states. The output of one team is the input of the other.
#[test]
fn the_custom_dns_scenario_works() {
    let world = world();
    world.cloud.put_group("rg-dns");
    world.copy("examples/scenarios/custom-dns/workspace");
    world.apply().creates(1);
    world.plan().is_quiet();
    let records = world.run(&["output", "-json", "records"]).succeeds();
    let network = world.cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
    let handed_over = json!({
        "records": serde_json::from_str::<Value>(records.output()).unwrap(),
        "resource_group_name": "rg-dns",
        "virtual_network_ids": {"link-vnet-ai": network},
    });
    copy_whole(&project("examples/scenarios/custom-dns/central"), &world.path("central"));
    world.file("central/records.auto.tfvars.json", &handed_over.to_string());
    let central = |arguments: &[&str]| {
        world.run(&[&["-chdir=central"], arguments, &["-input=false"]].concat())
    };
    // Two zones with their links, and every name that the workspace needs.
    central(&["apply", "-auto-approve"]).creates(2 + 2 + 4);
    central(&["plan", "-detailed-exitcode"]).is_quiet();
    let records = world.cloud.of_kind("Microsoft.Network/privateDnsZones/A");
    let wildcard =
        |record: &Value| record["name"].as_str().is_some_and(|name| name.starts_with("*."));
    assert!(records.iter().any(wildcard), "online endpoints need the wildcard: {records:?}");
    central(&["destroy", "-auto-approve"]).destroys(8);
}

/// The module's own tests run offline.
#[test]
fn the_tests_of_the_private_workspace_module_pass() {
    let world = world();
    let before = world.cloud.everything();
    copy_whole(&project("examples/modules/private-workspace"), &world.path(""));
    world.run(&["get"]).succeeds();
    world.run(&["test"]).succeeds().says("12 passed, 0 failed");
    world.cloud.is_as_it_was(&before);
}

#[test]
fn the_tests_of_the_private_foundry_module_pass() {
    let world = World::of(Emulator::builder().policy(Policy::agent_roles()));
    let before = world.cloud.everything();
    copy_whole(&project("examples/modules/private-foundry"), &world.path(""));
    world.run(&["get"]).succeeds();
    world.run(&["test"]).succeeds().says("17 passed, 0 failed");
    world.cloud.is_as_it_was(&before);
}

/// Returns the path of a folder of the project.
pub fn project(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// Copies a folder with everything in it.
pub fn copy_whole(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_whole(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}

/// A new folder needs a test here or in one of the files of this list.
#[test]
fn every_scenario_and_module_has_a_test() {
    let here = include_str!("scenarios.rs");
    let elsewhere = [
        ("foundry-private", include_str!("foundry_whole.rs")),
        ("foundry-managed-network", include_str!("managed_whole.rs")),
        ("hub-managed-network", include_str!("managed_whole.rs")),
        ("private-workspace", include_str!("whole_job.rs")),
        ("isolated-workspace", include_str!("postures.rs")),
        ("posture-in-ci", include_str!("postures.rs")),
        ("foundry-existing", include_str!("postures_foundry.rs")),
        ("foundry-posture-in-ci", include_str!("postures_foundry_more.rs")),
    ];
    for group in ["scenarios", "modules"] {
        let entries = fs::read_dir(project("examples").join(group)).unwrap();
        for entry in entries.filter(|entry| entry.as_ref().unwrap().path().is_dir()) {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            let tested = here.contains(&format!("\"{name}\""))
                || here.contains(&format!("examples/{group}/{name}"))
                || elsewhere.iter().any(|(known, text)| {
                    *known == name && text.contains(&format!("examples/{group}/{name}"))
                });
            assert!(tested, "no test applies examples/{group}/{name}");
        }
    }
}

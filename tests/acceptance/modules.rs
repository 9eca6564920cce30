//! Modules as their users get them: from a Git repository of their own, and tested without Azure.

use std::fs;
use std::path::Path;
use std::process::Command;

use emulator::{Builder, Emulator, Policy};
use serde_json::json;

use crate::scenarios::{copy_whole, project};
use crate::world::World;

/// Returns a world in which the variables of the complete examples have values.
fn world(azure: Builder) -> World {
    let mut world = World::of(azure);
    let id = |path: &str| world.cloud.id(path);
    let network = id("Microsoft.Network/virtualNetworks/vnet-ai");
    let values = [
        ("subscription_id", world.cloud.subscription()),
        ("resource_group_name", "rg-ai".to_owned()),
        ("workspace_id", id("Microsoft.MachineLearningServices/workspaces/airef-hub")),
        ("virtual_network_id", network.clone()),
        ("subnet_id", format!("{network}/subnets/snet-pe")),
        ("agent_subnet_id", format!("{network}/subnets/snet-agents")),
        ("cosmos_db_account_id", id("Microsoft.DocumentDB/databaseAccounts/airef-cosmos")),
        ("storage_account_id", id("Microsoft.Storage/storageAccounts/aireffoundry")),
        ("search_service_id", id("Microsoft.Search/searchServices/airef-foundry-search")),
    ];
    for (name, value) in values {
        world.set(&format!("TF_VAR_{name}"), &value);
    }
    world
}

/// Creates a repository with the files of a module and a tag, and returns its address.
fn published(world: &World, module: &str) -> String {
    let repository = world.folder().join(format!("terraform-azureai-{module}"));
    copy_whole(&project(&format!("examples/modules/{module}")), &repository);
    for arguments in [
        &["init", "-q"][..],
        &["add", "."],
        &["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "Release"],
        &["tag", "v0.1.0"],
    ] {
        git(&repository, arguments);
    }
    format!("git::file://{}?ref=v0.1.0", repository.display())
}

fn git(repository: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(repository).env("HOME", repository);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Applies the complete example of a module that comes from its own repository. azurerm, which
/// assigns roles in `roles.tf`, cannot be had here: policies of the world assign them.
fn the_example_works(world: &World, module: &str, resources: usize) {
    let address =
        format!("github.com/azureai/terraform-provider-azureai//examples/modules/{module}");
    world.copy(&format!("examples/modules/{module}/examples/complete"));
    let _ = fs::remove_file(world.path("roles.tf"));
    let main = fs::read_to_string(world.path("main.tf")).unwrap();
    assert!(main.contains(&address), "{main}");
    world.file("main.tf", &main.replace(&address, &published(world, module)));
    world.run(&["get"]).succeeds();
    world.validate().succeeds();
    let before = world.cloud.everything();
    world.apply().creates(resources).keeps_quiet_about("Check block assertion failed");
    world.plan().is_quiet();
    world.destroy().destroys(resources);
    // The assignments of a policy remain.
    for role in world.cloud.of_kind("Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments") {
        world.cloud.delete(role["id"].as_str().unwrap());
    }
    world.cloud.is_as_it_was(&before);
}

#[test]
fn the_complete_example_of_the_private_foundry_module_works_from_a_repository() {
    let azure = Emulator::builder().policy(Policy::agent_roles());
    let world = world(azure.policy(Policy::agent_data_role()));
    the_example_works(&world, "private-foundry", 29);
}

#[test]
fn the_complete_example_of_the_private_workspace_module_works_from_a_repository() {
    let world = world(Emulator::builder());
    // A vault shows no rules until a client writes them, and then Azure's own for ever.
    let rules = json!({"networkAcls": {"bypass": "AzureServices", "defaultAction": "Allow"}});
    world.cloud.patch("Microsoft.KeyVault/vaults/airefkv", &json!({ "properties": rules }));
    the_example_works(&world, "private-workspace", 33);
}

/// Nothing of Azure's is in the environment, not even credentials.
#[test]
fn the_mocked_tests_of_the_modules_send_no_requests() {
    for module in ["private-foundry", "private-workspace"] {
        let mut world = World::new();
        for (name, _) in world.cloud.environment() {
            world.unset(name);
        }
        copy_whole(&project(&format!("examples/modules/{module}")), &world.path(""));
        world.run(&["get"]).succeeds();
        let last = world.cloud.last_request();
        let outcome = world.run(&["test", "-filter=tests/plan.tftest.hcl"]);
        outcome.succeeds().says(" passed, 0 failed");
        assert_eq!(world.cloud.last_request(), last);
    }
}

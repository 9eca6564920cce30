//! Foundry accounts whose agents run in a subnet, which Azure releases only after the account's
//! purge.

use emulator::Emulator;
use serde_json::json;

use crate::foundry::{PATH, properties, sent, unpurged};
use crate::newer_queries::world;
use crate::pieces;
use crate::world::World;

/// Creates two subnets for agents, and returns an account whose agents run in one of them.
fn with_agents(world: &World) -> String {
    world.cloud.put_network("vnet-agents", "10.7.0.0/16");
    let delegation =
        json!({"name": "a", "properties": {"serviceName": "Microsoft.App/environments"}});
    let subnet = json!({"properties": {
        "addressPrefix": "10.7.0.0/24", "delegations": [delegation],
        "provisioningState": "Succeeded",
    }});
    for name in ["agents", "others"] {
        world.cloud.put(&format!("{SUBNETS}/{name}"), &subnet);
    }
    let subnet =
        "  agent_subnet_id = \"${local.network}/virtualNetworks/vnet-agents/subnets/agents\"\n";
    pieces::with(&unpurged(), subnet)
}

const SUBNETS: &str = "Microsoft.Network/virtualNetworks/vnet-agents/subnets";

fn links(world: &World) -> usize {
    let subnet = properties(world, &format!("{SUBNETS}/agents"));
    subnet["serviceAssociationLinks"].as_array().map_or(0, Vec::len)
}

#[test]
fn destroy_waits_for_the_release_of_the_subnet() {
    let world = World::of(Emulator::builder().link_release_seconds(2.0));
    let account = with_agents(&world);
    world.config(&account);
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(links(&world), 1);
    let done = world.destroy().destroys(1).keeps_quiet_about("took");
    assert!(done.time().as_secs() >= 2);
    let log = world.provider_log();
    let count = |words: &str| log.matches(words).count();
    // The provider polls every half second, and logs one line at the end.
    assert_eq!(count("waiting for the release of the subnet"), 1, "{log}");
    assert_eq!(count("Destroying azureai_foundry_account took"), 1, "{log}");
    assert_eq!(links(&world), 0);
    assert_eq!(sent(&world, "DELETE", "/deletedAccounts/aif-it"), 1, "it is purged");
}

#[test]
fn timed_out_release_is_an_error_and_the_next_destroy_resumes() {
    let world = World::of(Emulator::builder().link_release_seconds(10_000.0));
    let times = "\n  timeouts {\n    delete = \"4s\"\n  }\n";
    world.config(&pieces::with(&with_agents(&world), times));
    world.apply().creates(1);
    for _ in 0..2 {
        let held = world.destroy().fails_with("Waiting for the release of the subnet \"agents\"");
        held.says("The provider waited").says("still holds").says("terraform destroy");
    }
    assert!(!world.cloud.has(PATH));
    world.cloud.advance(10_001.0);
    world.destroy().destroys(1);
    assert_eq!(sent(&world, "DELETE", "/deletedAccounts/aif-it"), 1);
}

#[test]
fn destroy_does_not_wait_without_wait_for_subnet_release() {
    let world = World::of(Emulator::builder().link_release_seconds(10_000.0));
    let account = with_agents(&world);
    world.config(&pieces::with(&account, "  wait_for_subnet_release = false\n"));
    world.apply().creates(1);
    world.destroy().destroys(1);
    assert_eq!(links(&world), 1);
}

#[test]
fn destroy_warns_about_an_unreadable_subnet() {
    let world = World::of(Emulator::builder().link_release_seconds(10_000.0));
    world.config(&with_agents(&world));
    world.apply().creates(1);
    world
        .cloud
        .deny(&format!("{SUBNETS}/agents"), "Microsoft.Network/virtualNetworks/subnets/read");
    world.destroy().destroys(1).warns("did not wait for the release");
}

#[test]
fn change_of_the_agent_subnet_warns_about_the_replacement() {
    let world = World::new();
    let account = with_agents(&world);
    world.config(&account);
    world.apply().creates(1);
    world.config(&account.replace("subnets/agents", "subnets/others"));
    let plan = world.plan().replaces(1).warns("The account \"aif-it\" will be replaced");
    plan.says("agent_subnet_id").says("forces replacement");
    world.apply().replaces(1);
    world.plan().is_quiet();
}

#[test]
fn newer_action_purges_a_deleted_account() {
    let Some(world) = world("the purge of an account") else { return };
    world.config(&unpurged());
    world.apply().creates(1);
    world.destroy().destroys(1);
    let path = "examples/actions/azureai_purge_foundry_account/action.tf";
    let action = crate::newer_queries::example(&world, path.trim_start_matches("examples/"));
    world.config(&action.unwrap().replace("aif-research", "aif-it"));
    let invoke = "-invoke=action.azureai_purge_foundry_account.research";
    world.run(&["apply", "-input=false", "-auto-approve", invoke]).succeeds().says("is purged");
    assert_eq!(sent(&world, "DELETE", "/deletedAccounts/aif-it"), 1);
}

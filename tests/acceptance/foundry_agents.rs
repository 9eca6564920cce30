//! Foundry accounts whose agents run in a subnet, which Azure holds until after their purge.

use emulator::Emulator;
use serde_json::json;

use crate::foundry::{PATH, properties, sent, unpurged};
use crate::newer_queries::world;
use crate::pieces;
use crate::world::World;

/// A subnet for agents, and an account whose agents run there.
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
fn a_destroy_waits_until_the_subnet_of_the_agents_is_free() {
    let world = World::of(Emulator::builder().link_release_seconds(2.0));
    let account = with_agents(&world);
    world.config(&account);
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(links(&world), 1);
    let done = world.destroy().destroys(1).keeps_quiet_about("minutes longer");
    assert!(done.time().as_secs() >= 2);
    let log = world.provider_log();
    let told = |words: &str| log.matches(words).count();
    // It looks each half second, and tells each minute.
    assert_eq!(told("waiting for the release of the subnet"), 1, "{log}");
    assert_eq!(told("waited for the release of the subnet"), 1, "{log}");
    assert_eq!(links(&world), 0);
    assert_eq!(sent(&world, "DELETE", "/deletedAccounts/aif-it"), 1, "it is purged without a word");
}

#[test]
fn a_destroy_that_waits_in_vain_says_what_to_do_and_goes_on_the_next_time() {
    let world = World::of(Emulator::builder().link_release_seconds(10_000.0));
    let times = "\n  timeouts {\n    delete = \"4s\"\n  }\n";
    world.config(&pieces::with(&with_agents(&world), times));
    world.apply().creates(1);
    for _ in 0..2 {
        let held = world.destroy().fails_with("Waiting for the release of the subnet \"agents\"");
        held.says("It waited").says("still holds").says("terraform destroy");
    }
    assert!(!world.cloud.has(PATH));
    world.cloud.advance(10_001.0);
    world.destroy().destroys(1);
    assert_eq!(sent(&world, "DELETE", "/deletedAccounts/aif-it"), 1);
}

#[test]
fn nobody_waits_for_the_subnet_who_does_not_want_to() {
    let world = World::of(Emulator::builder().link_release_seconds(10_000.0));
    let account = with_agents(&world);
    world.config(&pieces::with(&account, "  wait_for_subnet_release = false\n"));
    world.apply().creates(1);
    world.destroy().destroys(1);
    assert_eq!(links(&world), 1);
}

#[test]
fn a_subnet_that_may_not_be_read_is_not_waited_for() {
    let world = World::of(Emulator::builder().link_release_seconds(10_000.0));
    world.config(&with_agents(&world));
    world.apply().creates(1);
    world
        .cloud
        .deny(&format!("{SUBNETS}/agents"), "Microsoft.Network/virtualNetworks/subnets/read");
    world.destroy().destroys(1).warns("did not wait for the release");
}

#[test]
fn a_plan_says_what_another_network_for_the_agents_costs() {
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
fn newer_a_deleted_account_is_purged_by_an_action() {
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

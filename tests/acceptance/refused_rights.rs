//! Rights that are missing, and what Azure's refusals say to do next.

use emulator::{Lock, Policy};

use crate::pieces;
use crate::world::World;

const SUBNET: &str = "Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe";
const JOIN_SUBNET: &str = "Microsoft.Network/virtualNetworks/subnets/join/action";

#[test]
fn a_missing_right_is_told_by_the_plan_with_the_role_that_has_it() {
    let world = World::new();
    world.cloud.deny(SUBNET, JOIN_SUBNET);
    world.config(pieces::ENDPOINT);
    let refused = world.plan().fails_with("AAI020").says(JOIN_SUBNET);
    refused.says("--role \"Network Contributor\" --scope").says("on main.tf line");
    world.cloud.allow_all();
    world.plan().succeeds().keeps_quiet_about("AAI");
}

#[test]
fn with_the_checks_off_azure_refuses_and_the_role_is_told_then() {
    let world = World::new();
    world.cloud.deny(SUBNET, JOIN_SUBNET);
    let off =
        "provider \"azureai\" {\n  checks = \"off\"\n  rbac_propagation_timeout = \"0s\"\n}\n";
    world.config_with_provider(off, pieces::ENDPOINT);
    let refused = world.apply().fails_with("LinkedAuthorizationFailed");
    refused.says("az role assignment create").says("\"Network Contributor\"");
    let asked = world.cloud.request_lines();
    assert!(!asked.contains("/permissions"), "nothing is read for checks: {asked}");
}

#[test]
fn a_check_that_may_not_look_does_not_stand_in_the_way() {
    let world = World::new();
    world.cloud.deny("Microsoft.Network/virtualNetworks/vnet-ai", "*/read");
    world.config(pieces::ENDPOINT);
    world.plan().warns("Not verified").says("AAI006");
}

#[test]
fn a_policy_and_a_lock_are_named() {
    let world = World::new();
    world.config(pieces::ZONE);
    world.cloud.policy(Policy::deny("Microsoft.Network/privateDnsZones"));
    world.apply().fails_with("policy assignment").says("policy definition");
    let world = World::new();
    world.config(pieces::ZONE);
    world.cloud.lock(&world.cloud.group(), Lock::ReadOnly);
    world.apply().fails_with("ScopeLocked").says("az lock delete");
}

#[test]
fn each_question_is_asked_once_however_many_endpoints_there_are() {
    let world = World::new();
    let many = pieces::ENDPOINT.replace("\"pe-hub\"", "\"pe-hub-${count.index}\"");
    world.config(&pieces::with(&many, "  count = 20\n"));
    world.plan().succeeds();
    let requests = world.cloud.requests();
    let about = |end: &str| requests.iter().filter(|it| it.path.ends_with(end)).count();
    assert_eq!(about("/virtualNetworks/vnet-ai"), 1);
    assert_eq!(about("/privateLinkResources"), 1);
    assert_eq!(about("/workspaces/airef-hub"), 1);
    // Of the subnet, and of the workspace.
    assert_eq!(about("/permissions"), 2);
}

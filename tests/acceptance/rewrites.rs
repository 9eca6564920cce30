//! Acceptance tests of changes to a managed flag by others: policies that overwrite it, and clients
//! that change it back.

use emulator::Policy;
use serde_json::{Value, json};

use crate::pieces;
use crate::world::World;

const STORAGE: &str = "Microsoft.Storage/storageAccounts";
const IT: &str = "azureai_public_network_access.it";
const NAMED: &str = "policyAssignments/open-up";

/// Returns the disabled flag of a resource, without a guard.
fn off(target: &str) -> String {
    format!(
        "resource \"azureai_public_network_access\" \"it\" {{\n  resource_id = {target}\n  \
         public_network_access = \"Disabled\"\n  guard {{\n    mode = \"off\"\n  }}\n}}\n"
    )
}

/// Returns a policy that writes the flag of a type.
fn writes(kind: &str, value: &str) -> Policy {
    Policy::modify(kind, "properties.publicNetworkAccess", json!(value))
}

fn flag(value: &str) -> Value {
    json!({"properties": {"publicNetworkAccess": value}})
}

/// Covers every kind. The apply fails at once and names the policy. The state does not have the
/// flag, so the next apply replaces nothing and records the value before the first apply.
#[test]
fn a_policy_that_overwrites_the_flag_is_named() {
    for path in [
        pieces::WORKSPACE_PATH,
        "Microsoft.Storage/storageAccounts/airefstorage",
        "Microsoft.KeyVault/vaults/airefkv",
        "Microsoft.ContainerRegistry/registries/airefacr",
        "Microsoft.CognitiveServices/accounts/airef-services",
        "Microsoft.Search/searchServices/airef-search",
    ] {
        let world = World::new();
        let kind = path.rsplit_once('/').unwrap().0;
        world.cloud.policy(writes(kind, "Enabled").named("open-up", "Keep it open"));
        world.config(&off(&format!("\"${{local.group}}/providers/{path}\"")));
        let refused = world.apply().fails_with("does not stay as written").says(NAMED);
        refused.says("\"Keep it open\"").says("az policy exemption create").says("on main.tf line");
        assert!(world.instances().is_empty(), "{path}");
        world.cloud.forget_policies();
        world.apply().creates(1).replaces(0);
        assert_eq!(world.attribute(IT, "rewritten_by_policy"), Value::Null);
        world.plan().is_quiet();
    }
}

#[test]
fn a_policy_that_does_not_overwrite_the_flag_is_not_named() {
    let world = World::new();
    world.cloud.policy(writes(STORAGE, "Disabled").named("shut", "Disable public network access"));
    let tag = Policy::modify(STORAGE, "tags.team", json!("ai")).named("tag", "Add a tag");
    world.cloud.policy(tag);
    world.config(&off("local.storage"));
    world.apply().creates(1).keeps_quiet_about("policyAssignments");
    assert_eq!(world.attribute(IT, "rewritten_by_policy"), Value::Null);
    world.plan().is_quiet().keeps_quiet_about("changed outside");
}

#[test]
fn a_flag_that_was_changed_back_is_reported() {
    let path = format!("{STORAGE}/airefstorage");
    let world = World::new();
    world.config(&off("local.storage"));
    world.apply().creates(1);
    world.plan().is_quiet().keeps_quiet_about("changed outside");

    // A person, or a tool that writes the whole account, changes the flag.
    world.cloud.patch(&path, &flag("Enabled"));
    let said = world.plan().warns("was changed outside of Terraform").says("on main.tf line");
    said.says("was set to \"Disabled\" and is now \"Enabled\", its value before the first apply")
        .says("ignore_changes");
    world.apply().updates(1).warns("changed outside");
    world.plan().is_quiet().keeps_quiet_about("changed outside");

    // A policy that was assigned after the apply changes the flag.
    let policy = writes(STORAGE, "SecuredByPerimeter").named("open-up", "Keep it open");
    world.cloud.policy(policy);
    world.cloud.patch(&path, &flag("SecuredByPerimeter"));
    let said = world.plan().warns("changed outside").says(NAMED);
    said.says("and is now \"SecuredByPerimeter\"").keeps_quiet_about("its value before");
    world.run(&["apply", "-refresh-only", "-auto-approve"]).warns(NAMED);
    assert!(world.attribute(IT, "rewritten_by_policy").as_str().unwrap().ends_with(NAMED));
    // Once the state has the change, it is a difference like any other.
    world.plan().succeeds().keeps_quiet_about("changed outside");
    world.cloud.forget_policies();
    world.apply().updates(1);
    assert_eq!(world.attribute(IT, "rewritten_by_policy"), Value::Null);
}

#[test]
fn changes_of_unmanaged_rules_are_ignored() {
    let path = format!("{STORAGE}/airefstorage");
    let rules = |action: &str| json!({"properties": {"networkAcls": {"defaultAction": action}}});
    let denied = pieces::with(&off("local.storage"), "  default_action = \"Deny\"\n");
    let world = World::new();
    world.config(&off("local.storage"));
    world.apply().creates(1);
    world.cloud.patch(&path, &rules("Deny"));
    world.plan().is_quiet().keeps_quiet_about("changed outside");
    world.cloud.patch(&path, &rules("Allow"));
    world.config(&denied);
    world.apply().updates(1).keeps_quiet_about("changed outside");
    world.cloud.patch(&path, &rules("Allow"));
    world.plan().warns("changed outside").says("default_action was set to \"Deny\"");
}

/// A tool that writes a whole subnet also writes its policies.
#[test]
fn a_subnet_policy_that_was_changed_back_is_reported() {
    let subnet = "Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe";
    let policies = |value: &str| json!({"properties": {"privateEndpointNetworkPolicies": value}});
    let world = World::new();
    world.cloud.patch(subnet, &policies("Disabled"));
    world.config(
        "resource \"azureai_subnet_private_endpoint_policy\" \"it\" {\n  \
         subnet_id = local.subnet\n  private_endpoint_network_policies = \"Enabled\"\n}\n",
    );
    world.apply().creates(1);
    world.plan().is_quiet().keeps_quiet_about("changed outside");
    world.cloud.patch(subnet, &policies("Disabled"));
    let said = world.plan().warns("\"snet-pe\" of \"vnet-ai\" was changed outside of Terraform");
    said.says("is now \"Disabled\", its value before the first apply").says("ignore_changes");
    world.apply().updates(1);
    world.plan().is_quiet().keeps_quiet_about("changed outside");
}

//! Acceptance tests of actions, which run by hand or after a resource is created. Terraform 1.11
//! has no actions, so they run with `AZUREAI_NEWER_TERRAFORM`. The tests in `tests/protocol` make
//! the underlying calls in every run.

use serde_json::Value;

use crate::newer_queries::{example, world};
use crate::outcome::Outcome;
use crate::pieces;
use crate::world::World;

const SET: &str = "azureai_set_public_network_access";
const DECIDE: &str = "azureai_private_endpoint_connection_decision";
const VAULT: &str = "Microsoft.KeyVault/vaults/airefkv";

/// Returns an action called `it`.
fn action(name: &str, config: &str) -> String {
    format!("action {name:?} \"it\" {{\n  config {{\n{config}\n  }}\n}}\n")
}

fn invoke(world: &World, name: &str) -> Outcome {
    world.run(&["apply", "-input=false", "-auto-approve", &format!("-invoke=action.{name}")])
}

fn flag(world: &World) -> Value {
    world.cloud.get(pieces::WORKSPACE_PATH).unwrap()["properties"]["publicNetworkAccess"].clone()
}

/// Returns the state of the vault's only connection.
fn decided(world: &World) -> Option<String> {
    let all = world.cloud.of_kind("Microsoft.KeyVault/vaults/privateEndpointConnections");
    let state = &all.first()?["properties"]["privateLinkServiceConnectionState"];
    Some(state["status"].as_str()?.to_owned())
}

/// Returns an endpoint to the vault whose connection waits for approval.
fn waiting() -> String {
    pieces::ENDPOINT
        .replace("\"hub\"", "\"vault\"")
        .replace("local.workspace", "local.vault\n    is_manual_connection = true")
        .replace("[\"amlworkspace\"]", "[\"vault\"]\n    request_message = \"Please\"")
}

#[test]
fn newer_every_example_of_an_action_works() {
    let Some(world) = world("the example of a flag") else { return };
    world.copy("examples/provider");
    world.file("it.tf", &example(&world, &format!("actions/{SET}/action.tf")).unwrap());
    world.cloud.patch(
        pieces::WORKSPACE_PATH,
        &serde_json::json!({"properties": {"publicNetworkAccess": "Disabled"}}),
    );
    world.apply().succeeds();
    assert_eq!(flag(&world), "Disabled", "nothing is done unless it is asked for");
    let done = invoke(&world, &format!("{SET}.open")).succeeds();
    done.says("to Enabled (The on-call engineer works remotely until noon.)").says("is Enabled");
    assert_eq!(flag(&world), "Enabled");

    let Some(world) = crate::newer_queries::world("the example of a decision") else { return };
    world.copy("examples/provider");
    world.file("it.tf", &example(&world, &format!("actions/{DECIDE}/action.tf")).unwrap());
    world.apply().creates(1).says("is Approved");
    assert_eq!(decided(&world).as_deref(), Some("Approved"));
    world.plan().is_quiet();
    world.destroy().destroys(1);
}

#[test]
fn newer_the_guard_stops_an_action_that_locks_out_all_clients() {
    let Some(world) = world("the guard of an action") else { return };
    let off = |more: &str| {
        let config = format!("resource_id = local.workspace\n value = \"Disabled\"\n {more}");
        action(SET, &config)
    };
    let it = format!("{SET}.it");
    world.config(&off(""));
    let refused = invoke(&world, &it).fails_with("would lock out all clients");
    refused.says("no private endpoint connection is approved").says("skip_guard = true");
    assert_eq!(flag(&world), "Enabled");

    world.config(&off("skip_guard = true"));
    invoke(&world, &it).succeeds().says("is Disabled: private_only");
    assert_eq!(flag(&world), "Disabled");

    world.config(&off("").replace("Disabled", "Enabled"));
    invoke(&world, &it).succeeds().says("is Enabled: public");
    world.config(&[pieces::ENDPOINT, &off("")].concat());
    world.apply().creates(1);
    invoke(&world, &it).succeeds().says("is Disabled");
    invoke(&world, &it).succeeds();
    assert_eq!(flag(&world), "Disabled");
}

#[test]
fn newer_an_action_trigger_accepts_an_unknown_id() {
    let Some(world) = world("an action after a create") else { return };
    let trigger = "  lifecycle {\n    action_trigger {\n      events = [after_create]\n      \
                   actions = [action.azureai_set_public_network_access.it]\n    }\n  }\n";
    let reason = "resource_id = local.workspace\n value = \"Disabled\"\n \
                  reason = azureai_private_endpoint.hub.id";
    world.config(&[pieces::endpoint_with(trigger), action(SET, reason)].concat());
    world.apply().creates(1).says("is Disabled");
    assert_eq!(flag(&world), "Disabled");
    world.plan().is_quiet();
}

#[test]
fn newer_a_connection_can_be_selected_in_three_ways() {
    let Some(world) = world("decisions") else { return };
    let it = format!("{DECIDE}.it");
    let decide = |by: &str, decision: &str| {
        let config = format!(
            "target_resource_id = local.vault\n {by}\n decision = {decision:?}\n \
             wait_for_connection = \"1s\""
        );
        world.config(&[waiting(), action(DECIDE, &config)].concat());
    };
    decide("request_message = \"Please\"", "approve");
    world.apply().creates(1);
    assert_eq!(decided(&world).as_deref(), Some("Pending"));
    invoke(&world, &it).succeeds().says("is Approved");
    assert_eq!(decided(&world).as_deref(), Some("Approved"));

    let endpoint = "private_endpoint_id = azureai_private_endpoint.vault.id";
    decide(&format!("{endpoint}\n description = \"Not this week\""), "reject");
    invoke(&world, &it).succeeds().says("is Rejected");
    assert_eq!(decided(&world).as_deref(), Some("Rejected"));

    decide("connection_name = \"nobodys\"", "delete");
    invoke(&world, &it)
        .fails_with("lacks the selected private endpoint connection")
        .says("Rejected");
    decide(endpoint, "delete");
    invoke(&world, &it).succeeds().says("is deleted");
    assert_eq!(decided(&world), None);
    invoke(&world, &it).fails_with("The resource has no connections.");
    assert!(world.cloud.has(VAULT));
}

#[test]
fn newer_invalid_arguments_fail_before_any_request() {
    let Some(world) = world("mistakes in actions") else { return };
    let cases = [
        (SET, "resource_id = local.vnet\n value = \"Enabled\"", "resource_id"),
        (SET, "resource_id = local.workspace\n value = \"\"", "value"),
        (SET, "resource_id = local.vault\n value = \"disabled\"", "value"),
        (
            DECIDE,
            "target_resource_id = local.vault\n decision = \"approve\"",
            "Exactly one attribute must select",
        ),
        (
            DECIDE,
            "target_resource_id = local.vault\n connection_name = \"a\"\n decision = \"Approved\"",
            "decision",
        ),
    ];
    for (name, config, says) in cases {
        world.config(&action(name, config));
        world.validate().fails_with(says).says("on main.tf line");
    }
    assert!(world.cloud.requests().is_empty());
    let config = "resource_id = local.vault\n value = \"Enabled\"";
    world.config_with_provider(
        "provider \"azureai\" {\n  read_only = true\n}\n",
        &action(SET, config),
    );
    invoke(&world, &format!("{SET}.it")).fails_with("The provider is read-only");
}

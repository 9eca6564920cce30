//! Acceptance tests of managed networks that need a newer Terraform: the action and the list. They
//! run with `AZUREAI_NEWER_TERRAFORM`, as the tests of `newer_actions.rs` do.

use crate::foundry_connections::ACCOUNT;
use crate::managed_networks::{OF_ACCOUNT, OF_HUB};
use crate::newer_queries::{example, world};
use crate::outcome::Outcome;
use crate::pieces;
use crate::world::World;
use serde_json::{Value, json};

const ACTION: &str = "azureai_provision_managed_network";

fn invoke(world: &World, name: &str) -> Outcome {
    world.run(&["apply", "-input=false", "-auto-approve", &format!("-invoke=action.{name}")])
}

fn status(world: &World) -> Value {
    let hub = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
    hub["properties"]["managedNetwork"]["status"].clone()
}

#[test]
fn newer_an_action_provisions_a_managed_network() {
    let Some(world) = world("the example of a provisioning") else { return };
    world.copy("examples/provider");
    world.file("it.tf", &example(&world, &format!("actions/{ACTION}/action.tf")).unwrap());
    let it = format!("{ACTION}.before_the_course");
    invoke(&world, &it).fails_with("\"airef-hub\" has no managed network");
    let mode =
        json!({"properties": {"managedNetwork": {"isolationMode": "AllowInternetOutbound"}}});
    world.cloud.patch(pieces::WORKSPACE_PATH, &mode);
    invoke(&world, &it).succeeds().says("The managed network of \"airef-hub\" is provisioned.");
    assert_eq!(status(&world), json!({"status": "Active", "sparkReady": true}));
    invoke(&world, &it).succeeds().says("was already provisioned");
}

#[test]
fn newer_an_action_trigger_provisions_a_new_network() {
    let Some(world) = world("a provisioning after a create") else { return };
    let trigger = "  lifecycle {\n    action_trigger {\n      events = [after_create]\n      \
                   actions = [action.azureai_provision_managed_network.it]\n    }\n  }\n";
    let of =
        |config: &str| format!("action {ACTION:?} \"it\" {{\n  config {{\n{config}\n  }}\n}}\n");
    let hub = pieces::with(OF_HUB, trigger);
    world.config(&[hub.as_str(), &of("parent_id = local.workspace")].concat());
    world.apply().creates(1).says("is provisioned.");
    assert_eq!(status(&world)["status"], "Active");
    world.plan().succeeds();
    let spark = "parent_id = \"${local.account}\"\ninclude_spark = true";
    let locals = "locals {\n  account = \"${local.group}/providers/Microsoft.CognitiveServices/\
                  accounts/aif\"\n}\n";
    world.config(&[locals, &of(spark)].concat());
    invoke(&world, &format!("{ACTION}.it"))
        .fails_with("A Foundry account does not support serverless Spark");
}

#[test]
fn newer_a_query_finds_managed_networks() {
    let Some(world) = world("the list of managed networks") else { return };
    let properties = json!({"customSubDomainName": "aif", "provisioningState": "Succeeded"});
    let account = json!({"location": "eastus", "kind": "AIServices", "properties": properties});
    world.cloud.put(ACCOUNT, &account);
    world.config(&[OF_ACCOUNT, &OF_HUB.replace("\"it\"", "\"hub\"")].concat());
    world.apply().creates(2);
    let query = "list-resources/azureai_managed_network/list-resource.tfquery.hcl";
    world.file("it.tfquery.hcl", &example(&world, query).unwrap());
    let found = world.run(&["query"]).succeeds();
    found.says("managed network of aif").says("managed network of airef-hub");
}

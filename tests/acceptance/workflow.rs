//! Acceptance tests of Terraform's own workflows: targets, forced replacement, and plans without a
//! refresh.

use crate::pieces;
use crate::world::World;

fn applied() -> World {
    let world = World::new();
    world.config(&pieces::one_of_each());
    world.apply().creates(5);
    world
}

#[test]
fn an_endpoint_is_replaced_on_request_and_after_a_taint() {
    let world = applied();
    let endpoint = "azureai_private_endpoint.hub";
    // A resource that refers to the endpoint's ID is replaced with it. The flag only depends on the
    // endpoint.
    let replace = "-replace=azureai_private_endpoint.hub";
    world.run(&["apply", replace, "-input=false", "-auto-approve"]).replaces(2);
    world.plan().is_quiet();
    world.run(&["taint", endpoint]).succeeds();
    world.plan().replaces(2).says("is tainted");
    world.run(&["untaint", endpoint]).succeeds();
    world.plan().is_quiet();
}

#[test]
fn targets_apply_and_destroy_parts_of_a_configuration() {
    let world = World::new();
    world.config(&pieces::one_of_each());
    let link = "-target=azureai_private_dns_zone_virtual_network_link.api";
    world
        .run(&["apply", link, "-input=false", "-auto-approve"])
        .warns("Resource targeting is in effect")
        .creates(2);
    world.apply().creates(3);
    world.plan().is_quiet();
    world.run(&["destroy", link, "-input=false", "-auto-approve"]).destroys(1);
    world.plan().creates(1);
    world.run(&["plan", "-destroy", "-input=false", "-detailed-exitcode"]).destroys(4);
}

#[test]
fn a_plan_without_a_refresh_does_not_read_objects_in_the_state() {
    let world = applied();
    world.cloud.delete(&world.cloud.id(pieces::ZONE_PATH));
    world.run(&["plan", "-refresh=false", "-input=false", "-detailed-exitcode"]).is_quiet();
    world.plan().succeeds().says("azureai_private_dns_zone.api will be created");
}

#[test]
fn create_before_destroy_replaces_an_endpoint() {
    let world = World::new();
    let endpoint = pieces::endpoint_with(
        "  lifecycle {
    create_before_destroy = true
  }
",
    );
    world.config(&endpoint);
    world.apply().creates(1);
    world.config(&endpoint.replace("pe-hub", "pe-new"));
    world.apply().replaces(1).says("+/- create replacement and then destroy");
    world.plan().is_quiet();
    assert!(!world.cloud.has(pieces::ENDPOINT_PATH));
}

#[test]
fn ignored_changes_are_not_planned() {
    let world = World::new();
    let zone = pieces::ZONE.replace(
        "\"rg-ai\"\n",
        "\"rg-ai\"\n  tags = { a = \"1\" }\n  lifecycle {\n    ignore_changes = [tags]\n  }\n",
    );
    world.config(&zone);
    world.apply().creates(1);
    world.cloud.patch(pieces::ZONE_PATH, &serde_json::json!({"tags": {"b": "2"}}));
    world.plan().is_quiet();
    world.config(&zone.replace("a = \"1\"", "c = \"3\""));
    world.plan().is_quiet();
}

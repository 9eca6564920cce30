//! Acceptance tests of `azureai_private_endpoint_application_security_group_association`: a member
//! of a list that other clients change too.

use emulator::Fault;
use serde_json::json;

use crate::attributes::each_works;
use crate::bad_input::are_refused;
use crate::pieces;
use crate::world::World;

const ADDRESS: &str = "azureai_private_endpoint_application_security_group_association.it";
const GROUPS: &str = "Microsoft.Network/applicationSecurityGroups";

const ASSOCIATION: &str = r#"
resource "azureai_private_endpoint_application_security_group_association" "it" {
  private_endpoint_id           = azureai_private_endpoint.hub.id
  application_security_group_id = "${local.network}/applicationSecurityGroups/asg-ai"
}
"#;

fn hcl() -> String {
    [pieces::ENDPOINT, ASSOCIATION].concat()
}

fn world() -> World {
    let world = World::new();
    for name in ["asg-one", "asg-two", "asg-theirs"] {
        world.cloud.put(&format!("{GROUPS}/{name}"), &json!({"location": "eastus"}));
    }
    world
}

/// Returns the names of the endpoint's security groups.
fn groups(world: &World) -> Vec<String> {
    let endpoint = world.cloud.get(pieces::ENDPOINT_PATH).unwrap();
    let groups = endpoint["properties"]["applicationSecurityGroups"].as_array();
    let name = |id: &str| id.rsplit('/').next().unwrap().to_lowercase();
    let groups = groups.into_iter().flatten();
    let mut names: Vec<_> = groups.map(|group| name(group["id"].as_str().unwrap())).collect();
    names.sort();
    names
}

/// Makes another client set the endpoint's security groups.
fn others_put(world: &World, names: &[&str]) {
    let id = |name: &&str| json!({"id": world.cloud.id(&format!("{GROUPS}/{name}"))});
    let groups: Vec<_> = names.iter().map(id).collect();
    let change = json!({"properties": {"applicationSecurityGroups": groups}});
    world.cloud.patch(pieces::ENDPOINT_PATH, &change);
}

#[test]
fn memberships_of_other_clients_stay() {
    let world = world();
    world.config(pieces::ENDPOINT);
    world.apply().creates(1);
    others_put(&world, &["asg-theirs"]);
    world.config(&hcl());
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(groups(&world), ["asg-ai", "asg-theirs"]);
    others_put(&world, &["asg-one", "asg-ai", "asg-two"]);
    world.plan().is_quiet();
    world.config(pieces::ENDPOINT);
    world.apply().destroys(1);
    assert_eq!(groups(&world), ["asg-one", "asg-two"]);
}

#[test]
fn several_associations_are_created_at_once() {
    let world = world();
    let many = ASSOCIATION
        .replace(
            "  private_endpoint_id ",
            "  for_each = toset([\"ai\", \"one\", \"two\"])\n  private_endpoint_id ",
        )
        .replace("asg-ai", "asg-${each.key}");
    world.config(&[pieces::ENDPOINT, &many].concat());
    world.apply().creates(4);
    world.plan().is_quiet();
    assert_eq!(groups(&world), ["asg-ai", "asg-one", "asg-two"]);
    world.config(pieces::ENDPOINT);
    world.apply().destroys(3);
    assert!(groups(&world).is_empty());
}

#[test]
fn every_attribute_replaces_as_documented() {
    let second = pieces::ENDPOINT.replace("\"hub\"", "\"two\"").replace("pe-hub", "pe-two");
    each_works(
        &world(),
        &[pieces::ENDPOINT, &second, ASSOCIATION].concat(),
        r#"
replace: application_security_group_id
place:   asg-ai
to:      asg-one

replace: private_endpoint_id
place:   azureai_private_endpoint.hub.id
to:      azureai_private_endpoint.two.id
"#,
    );
}

#[test]
fn drift_deletion_and_import_are_handled() {
    let world = world();
    world.config(&hcl());
    world.apply().creates(2);
    others_put(&world, &["asg-one"]);
    world.apply().creates(1);
    assert_eq!(groups(&world), ["asg-ai", "asg-one"]);
    world.run(&["state", "rm", ADDRESS]).succeeds();
    world.apply().fails_with("already belongs to the application security group").says("import {");
    let endpoint = world.cloud.id(pieces::ENDPOINT_PATH);
    let group = world.cloud.id(&format!("{GROUPS}/asg-ai"));
    let id = pieces::odd_casing(&format!("{endpoint}|{group}"));
    world.import(ADDRESS, &id).succeeds();
    world.plan().is_quiet();
    assert_eq!(world.attribute(ADDRESS, "id"), format!("{endpoint}|{group}"));
    // The endpoint no longer exists, so there is no membership to remove.
    world.cloud.delete(pieces::ENDPOINT_PATH);
    world.destroy().succeeds();
}

#[test]
fn a_failed_association_is_not_in_the_state_and_is_created_again() {
    let world = world();
    world.config(pieces::ENDPOINT);
    world.apply().creates(1);
    let broken = Fault::operation("InternalServerError", "The fabric broke.");
    let broken = broken.method("PUT").path("/privateEndpoints/");
    world.cloud.fault(broken);
    world.config(&hcl());
    world.apply().fails_with("The fabric broke.").says("The state does not have the change");
    world.apply().creates(1).replaces(0);
    world.plan().is_quiet();
    assert_eq!(groups(&world), ["asg-ai"]);
}

#[test]
fn an_import_needs_both_ids() {
    let world = world();
    world.config(&hcl());
    let endpoint = world.cloud.id(pieces::ENDPOINT_PATH);
    let group = world.cloud.id(&format!("{GROUPS}/asg-ai"));
    for wrong in [endpoint.clone(), format!("{group}|{endpoint}"), format!("{endpoint}|")] {
        world.import(ADDRESS, &wrong).fails_with("Expected two IDs separated by `|`");
    }
    world
        .import(ADDRESS, &format!("{endpoint}|{group}"))
        .fails_with("Cannot import non-existent remote object");
}

#[test]
fn invalid_arguments_are_errors() {
    are_refused(
        &hcl(),
        r#"
good: private_endpoint_id           = azureai_private_endpoint.hub.id
bad:  private_endpoint_id = local.subnet
says: privateEndpoints/…

good: "${local.network}/applicationSecurityGroups/asg-ai"
bad:  local.vnet
says: applicationSecurityGroups/…
"#,
    );
}

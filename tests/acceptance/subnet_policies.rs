//! Acceptance tests of `azureai_subnet_private_endpoint_policy`: one property of a subnet that
//! another configuration owns.

use emulator::Fault;
use serde_json::json;

use crate::attributes::each_works;
use crate::bad_input::are_refused;
use crate::pieces;
use crate::world::World;

const ADDRESS: &str = "azureai_subnet_private_endpoint_policy.it";
const SUBNET: &str = "Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe";

const POLICY: &str = r#"
resource "azureai_subnet_private_endpoint_policy" "it" {
  subnet_id                         = local.subnet
  private_endpoint_network_policies = "Enabled"
}
"#;

fn policies(world: &World) -> String {
    let subnet = world.cloud.get(SUBNET).unwrap();
    subnet["properties"]["privateEndpointNetworkPolicies"].as_str().unwrap().to_owned()
}

fn puts(world: &World) -> usize {
    world.cloud.requests().iter().filter(|request| request.to_line().contains("PUT")).count()
}

#[test]
fn every_attribute_updates_or_replaces_as_documented() {
    each_works(
        &World::new(),
        &pieces::with(POLICY, "  # here\n"),
        r#"
update: private_endpoint_network_policies
place:  "Enabled"
to:     "RouteTableEnabled"

update: on_destroy
from:   on_destroy = "restore"
to:     on_destroy = "retain"

replace: subnet_id
place:   local.subnet
to:      replace(local.subnet, "snet-pe", "snet-other")
"#,
    );
}

#[test]
fn other_properties_of_the_subnet_stay() {
    let world = World::new();
    let guard = "Microsoft.Network/networkSecurityGroups/nsg-ai";
    world.cloud.put(guard, &json!({"location": "eastus"}));
    let guard = world.cloud.id(guard);
    let change = json!({"properties": {
        "networkSecurityGroup": {"id": guard},
        "serviceEndpoints": [{"service": "Microsoft.Storage"}],
        "delegations": [{"name": "d", "properties": {"serviceName": "Microsoft.Web/serverFarms"}}],
    }});
    world.cloud.patch(SUBNET, &change);
    let before = world.cloud.everything();
    world.config(&pieces::with(POLICY, "  on_destroy = \"restore\"\n"));
    world.apply().creates(1);
    world.plan().is_quiet();
    assert_eq!(policies(&world), "Enabled");
    assert_eq!(world.attribute(ADDRESS, "previous_value"), "Disabled");
    assert_eq!(world.attribute(ADDRESS, "network_security_group_id"), guard.as_str());
    assert_eq!(world.attribute(ADDRESS, "route_table_id"), serde_json::Value::Null);
    world.destroy().destroys(1);
    world.cloud.is_as_it_was(&before);
}

#[test]
fn an_equal_value_is_not_written() {
    let world = World::new();
    world.config(&POLICY.replace("Enabled", "Disabled"));
    world.apply().creates(1);
    assert_eq!(puts(&world), 0);
    world.destroy().destroys(1);
    assert_eq!(puts(&world), 0);
}

#[test]
fn the_value_stays_unless_the_provider_restores_it() {
    let world = World::new();
    world.config(POLICY);
    world.apply().creates(1);
    world.destroy().destroys(1);
    assert_eq!(policies(&world), "Enabled");
    let provider = "provider \"azureai\" {\n  on_destroy = \"restore\"\n}\n";
    let policy = POLICY.replace("\"Enabled\"", "\"RouteTableEnabled\"");
    world.config_with_provider(provider, &policy);
    world.apply().creates(1);
    world.destroy().destroys(1);
    assert_eq!(policies(&world), "Enabled");
}

#[test]
fn a_concurrent_write_is_repeated() {
    let world = World::new();
    let changed = Fault::status(412, "PreconditionFailed", "The etag does not match.");
    world.cloud.fault(changed.method("PUT").path("/subnets/").count(2));
    world.config(POLICY);
    world.apply().creates(1);
    assert_eq!(policies(&world), "Enabled");
}

#[test]
fn drift_deletion_and_import_are_handled() {
    let world = World::new();
    world.config(POLICY);
    world.apply().creates(1);
    let change = json!({"properties": {"privateEndpointNetworkPolicies": "Disabled"}});
    world.cloud.patch(SUBNET, &change);
    world.apply().updates(1).says("private_endpoint_network_policies");
    world.plan().is_quiet();
    world.run(&["state", "rm", ADDRESS]).succeeds();
    world
        .import(ADDRESS, &world.cloud.id(pieces::ZONE_PATH))
        .fails_with("is not the ID of a subnet");
    let id = pieces::odd_casing(&world.cloud.id(SUBNET));
    world.import(ADDRESS, &id).succeeds();
    world.apply().creates(0).replaces(0).destroys(0);
    world.plan().is_quiet();
    world.cloud.delete(SUBNET);
    world.plan().creates(1);
    world.apply().fails_with("\"snet-pe\" of \"vnet-ai\" does not exist").says("subnet_id");
}

#[test]
fn invalid_arguments_are_errors() {
    are_refused(
        POLICY,
        r#"
good: subnet_id                         = local.subnet
bad:  subnet_id = local.vnet
says: virtualNetworks/…/subnets/…

good: private_endpoint_network_policies = "Enabled"
bad:  private_endpoint_network_policies = "enabled"
says: Did you mean "Enabled"?

good: private_endpoint_network_policies = "Enabled"
bad:  private_endpoint_network_policies = "Enabled"
bad:  on_destroy                        = "reset"
line: on_destroy                        = "reset"
says: "retain"
"#,
    );
}

//! When Azure fails during an apply, the state has what exists, and the next apply completes the
//! work.

use emulator::Fault;

use crate::pieces;
use crate::world::World;

const ENDPOINT: &str = "azureai_private_endpoint.hub";
const ZONE: &str = "azureai_private_dns_zone.api";

#[test]
fn create_of_an_existing_resource_fails_with_an_import_block() {
    for (hcl, path, address) in [
        (pieces::ZONE, pieces::ZONE_PATH, ZONE),
        (pieces::ENDPOINT, pieces::ENDPOINT_PATH, ENDPOINT),
    ] {
        let world = World::new();
        world.config(hcl);
        world.apply().succeeds();
        world.run(&["state", "rm", address]).succeeds();
        let before = world.cloud.get(path);
        let kind = address.split('.').next().unwrap();
        world
            .apply()
            .fails_with("exists")
            .says(&format!("import {{ to = {kind}."))
            .says(&world.cloud.id(path));
        assert_eq!(world.cloud.get(path), before, "it is left as it is");
        assert!(world.instance(address).is_null(), "and not recorded");
    }
}

#[test]
fn failed_create_operation_is_recorded_as_tainted() {
    let world = World::new();
    world.config(pieces::ENDPOINT);
    let fault = Fault::operation("InternalServerError", "The fabric broke.");
    world.cloud.fault(fault.method("PUT").path("/privateEndpoints/"));
    world.apply().fails_with("The fabric broke.").says("InternalServerError");
    assert!(world.is_tainted(ENDPOINT));
    let id = world.attribute(ENDPOINT, "id");
    assert_eq!(id, world.cloud.id(pieces::ENDPOINT_PATH).as_str());
    world.apply().replaces(1);
    world.plan().is_quiet();
    world.destroy().destroys(1);
}

#[test]
fn endpoint_is_recorded_when_its_zone_group_fails() {
    let world = World::new();
    let endpoint = pieces::endpoint_with(pieces::INLINE_GROUP);
    world.config(&[pieces::ZONE, &endpoint].concat());
    let fault = Fault::status(403, "LinkedAuthorizationFailed", "No right to join the zone.");
    world.cloud.fault(fault.method("PUT").path("/privateDnsZoneGroups/").count(0));
    world.apply().fails_with("No right to join the zone.");
    assert!(world.attribute(ENDPOINT, "id").is_string(), "the endpoint is on record");
    world.cloud.forget_faults();
    world.apply().succeeds();
    world.plan().is_quiet();
}

#[test]
fn failed_update_keeps_the_old_values_in_the_state() {
    let world = World::new();
    world.config(pieces::ZONE);
    world.apply().succeeds();
    let tagged = pieces::ZONE.replace("\"rg-ai\"\n", "\"rg-ai\"\n  tags = { a = \"1\" }\n");
    world.config(&tagged);
    let fault = Fault::status(403, "RequestDisallowedByPolicy", "No tags here.");
    world.cloud.fault(fault.method("PUT").path("/privateDnsZones/").count(0));
    let also = Fault::status(403, "RequestDisallowedByPolicy", "No tags here.");
    world.cloud.fault(also.method("PATCH").path("/privateDnsZones/").count(0));
    world.apply().fails_with("No tags here.").says("RequestDisallowedByPolicy");
    assert_eq!(world.attribute(ZONE, "tags"), serde_json::json!({}));
    assert!(!world.is_tainted(ZONE));
    world.cloud.forget_faults();
    world.apply().updates(1);
    world.plan().is_quiet();
}

#[test]
fn failed_delete_keeps_the_resource_in_the_state() {
    let world = World::new();
    world.config(pieces::ZONE);
    world.apply().succeeds();
    let fault = Fault::status(409, "ScopeLocked", "A lock holds it.");
    world.cloud.fault(fault.method("DELETE").count(0));
    world.destroy().fails_with("A lock holds it.").says("ScopeLocked");
    assert!(world.attribute(ZONE, "id").is_string());
    world.cloud.forget_faults();
    world.destroy().destroys(1);
    assert!(!world.cloud.has(pieces::ZONE_PATH));
}

#[test]
fn destroy_succeeds_for_an_object_that_no_longer_exists() {
    let world = World::new();
    world.config(pieces::ZONE);
    world.apply().succeeds();
    world.cloud.delete(pieces::ZONE_PATH);
    world.run(&["destroy", "-refresh=false", "-input=false", "-auto-approve"]).destroys(1);
}

#[test]
fn throttled_and_unavailable_requests_are_retried() {
    let world = World::new();
    world.config(&pieces::one_of_each());
    let busy = || Fault::status(429, "TooManyRequests", "Slow down.").retry_after("0");
    world.cloud.fault(busy().path("/privateDnsZones/").count(2));
    world
        .cloud
        .fault(Fault::status(503, "ServiceUnavailable", "Later.").path("/privateEndpoints/"));
    world.apply().creates(5);
    world.plan().is_quiet();
}

#[test]
fn lost_response_of_a_create_leaves_no_orphan() {
    let world = World::new();
    world.config(pieces::ENDPOINT);
    let lost = Fault::new(emulator::FaultKind::ResetAfter);
    world.cloud.fault(lost.method("PUT").path("/privateEndpoints/"));
    world.apply().succeeds();
    world.plan().is_quiet();
    world.destroy().destroys(1);
}

//! Acceptance tests of existing objects of other clients: creating them fails and does not change
//! them, whatever goes wrong.

use emulator::Fault;
use serde_json::json;

use crate::foreign::{Foreign, become_theirs, with_their_providers};
use crate::pieces;
use crate::theirs::{Content, Creation, Kind, faults, keys};
use crate::world::World;

/// Asserts that existing objects are not adopted after each kind of fault.
fn are_not_adopted(kind: Kind, content: Content) {
    let creation = Creation::of_existing(kind, content, &keys(kind));
    for (key, fault) in faults(kind) {
        fault.into_iter().for_each(|fault| creation.add_fault(key, fault));
    }
    creation.is_rejected(&creation.world.apply());
    creation.world.cloud.forget_faults();
    creation.is_rejected(&creation.world.apply().says("import {"));
    creation.world.destroy().destroys(0);
    creation.is_unchanged();
}

#[test]
fn an_existing_zone_with_other_tags_is_not_adopted() {
    are_not_adopted(Kind::Zone, Content::Other);
}

#[test]
fn an_existing_identical_zone_is_not_adopted() {
    are_not_adopted(Kind::Zone, Content::Same);
}

#[test]
fn an_existing_link_with_registration_is_not_adopted() {
    are_not_adopted(Kind::Link, Content::Other);
}

#[test]
fn an_existing_identical_link_is_not_adopted() {
    are_not_adopted(Kind::Link, Content::Same);
}

#[test]
fn an_existing_record_with_other_tags_is_not_adopted() {
    are_not_adopted(Kind::Record, Content::Other);
}

#[test]
fn an_existing_identical_record_is_not_adopted() {
    are_not_adopted(Kind::Record, Content::Same);
}

#[test]
fn an_existing_endpoint_with_other_tags_is_not_adopted() {
    are_not_adopted(Kind::Endpoint, Content::Other);
}

#[test]
fn an_existing_identical_endpoint_is_not_adopted() {
    are_not_adopted(Kind::Endpoint, Content::Same);
}

/// Interruption of a run while Azure works on its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interruption {
    /// Azure refuses the polls of the operation.
    PollsRefused,
    /// `timeouts.create` expires before the operation ends.
    Timeout,
    CtrlC,
    Killed,
}

impl Interruption {
    /// Runs an apply with this interruption, if it does not end before, and then removes the cause
    /// of the interruption.
    pub fn during_apply(self, creation: &Creation) -> crate::outcome::Outcome {
        let (world, cloud) = (&creation.world, &creation.world.cloud);
        if self == Self::PollsRefused {
            let refused = Fault::status(403, "AuthorizationFailed", "You may not ask.");
            cloud.fault(refused.method("GET").path(creation.kind.operation_path()).count(0));
            let outcome = world.apply();
            cloud.forget_faults();
            return outcome;
        }
        cloud.hold(true);
        if self == Self::Timeout {
            world.config(&creation.hcl("  timeouts {\n    create = \"4s\"\n  }\n"));
        }
        let mut running = world.start(&["apply", "-input=false", "-auto-approve"]);
        if self != Self::Timeout
            && running.wait_until_or_end("Azure works", || creation.is_polled("it"))
        {
            running.signal(if self == Self::CtrlC { "INT" } else { "KILL" });
        }
        let outcome = world.end(running);
        cloud.hold(false);
        world.config(&creation.hcl(""));
        outcome
    }
}

/// Asserts that an existing object is neither in the state nor changed after an interruption, and
/// that the next apply reports it.
fn adopts_nothing(interruption: Interruption) {
    for (kind, content) in [
        (Kind::Zone, Content::Other),
        (Kind::Zone, Content::Same),
        (Kind::Link, Content::Other),
        (Kind::Endpoint, Content::Other),
    ] {
        let creation = Creation::of_existing(kind, content, &["it"]);
        let outcome = interruption.during_apply(&creation);
        if interruption != Interruption::Killed {
            outcome.fails_with("Error:");
        }
        creation.is_unchanged();
        creation.is_rejected(&creation.world.apply());
        creation.world.destroy().destroys(0);
        creation.is_unchanged();
    }
}

#[test]
fn refused_polls_adopt_nothing() {
    adopts_nothing(Interruption::PollsRefused);
}

#[test]
fn a_timeout_adopts_nothing() {
    adopts_nothing(Interruption::Timeout);
}

#[test]
fn an_interrupt_adopts_nothing() {
    adopts_nothing(Interruption::CtrlC);
}

#[test]
fn a_killed_run_adopts_nothing() {
    adopts_nothing(Interruption::Killed);
}

const IT: &str = "azureai_private_endpoint.hub";

/// Creates another client's zone group of the endpoint, and returns its path.
fn put_group(world: &World, name: &str) -> String {
    world.cloud.put_zone(pieces::ZONE_PATH);
    let config = json!({"name": "theirs", "properties": {
        "privateDnsZoneId": world.cloud.id(pieces::ZONE_PATH),
        "provisioningState": "Succeeded", "recordSets": [],
    }});
    let path = format!("{}/privateDnsZoneGroups/{name}", pieces::ENDPOINT_PATH);
    let properties = json!({"provisioningState": "Succeeded", "privateDnsZoneConfigs": [config]});
    world.cloud.put(&path, &json!({ "properties": properties }));
    path
}

fn tagged(value: &str) -> String {
    pieces::endpoint_with(&format!("  tags = {{ a = {value:?} }}\n"))
}

/// Covers updates of the endpoint that fail.
#[test]
fn updates_of_an_imported_endpoint_keep_an_existing_zone_group() {
    let world = World::new();
    world.config(pieces::ENDPOINT);
    world.apply().creates(1);
    let path = put_group(&world, "theirs");
    let group = world.cloud.get(&path);
    world.forget_everything();
    world.import(IT, &world.cloud.id(pieces::ENDPOINT_PATH)).succeeds();
    let puts = |fault: Fault| fault.method("PUT").path("/privateEndpoints/");
    world.cloud.fault(puts(Fault::status(403, "AuthorizationFailed", "You may not.")));
    world.config(&tagged("b"));
    world.apply().fails_with("You may not.");
    assert_eq!(world.cloud.get(&path), group);
    world.cloud.fault(puts(Fault::operation("InternalServerError", "It broke.").count(0)));
    world.apply().fails_with("It broke.");
    world.cloud.forget_faults();
    assert_eq!(world.cloud.get(&path), group);
    world.apply().updates(1).replaces(0);
    assert_eq!(world.cloud.get(&path), group);
    world.config(&tagged("c"));
    world.apply().updates(1);
    assert_eq!(world.cloud.get(&path), group);
    world.plan().is_quiet();
    assert_eq!(world.attribute(IT, "private_dns_zone_configs.0.name"), "theirs");
}

/// azurerm shows every group like a configured one. Its configuration had the group under
/// `ignore_changes`.
#[test]
fn a_moved_endpoint_keeps_an_existing_zone_group() {
    let world = World::new();
    with_their_providers(&world);
    let hcl = pieces::endpoint_with(
        "  tags = { team = \"research\" }\n  timeouts {\n    create = \"45m\"\n    \
         read   = \"10m\"\n  }\n",
    );
    world.config(&hcl);
    world.apply().creates(1);
    // Policies use another name.
    let path = put_group(&world, "default");
    let before = world.cloud.everything();
    let foreign = [Foreign::read(&world, "azurerm_private_endpoint-4")];
    become_theirs(&world, &foreign);
    world.config(&[hcl, foreign[0].block()].concat());
    // As after an import, the state drops the block, and Azure keeps the group.
    let said = world.plan().updates(1).says("0 to add, 1 to change, 0 to destroy");
    said.says("private DNS zone group \"default\" of \"pe-hub\" stays in Azure");
    world.apply().updates(1).says("stays in Azure");
    world.cloud.is_as_it_was(&before);
    world.plan().is_quiet();
    world.config(&tagged("b"));
    world.apply().updates(1);
    assert!(world.cloud.has(&path));
}

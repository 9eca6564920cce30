//! What somebody else has made is refused, and nothing of it changes, whatever goes wrong.

use emulator::Fault;
use serde_json::json;

use crate::foreign::{Foreign, become_theirs, with_their_providers};
use crate::pieces;
use crate::theirs::{Content, Kind, Story, faults, keys};
use crate::world::World;

/// Theirs is there; each kind of fault meets one of the requests that would make ours.
fn is_never_taken(kind: Kind, content: Content) {
    let story = Story::of_theirs(kind, content, &keys(kind));
    for (key, fault) in faults(kind) {
        fault.into_iter().for_each(|fault| story.order(key, fault));
    }
    story.is_refused(&story.world.apply());
    story.world.cloud.forget_faults();
    story.is_refused(&story.world.apply().says("import {"));
    story.world.destroy().destroys(0);
    story.is_left_alone();
}

#[test]
fn a_zone_with_other_tags() {
    is_never_taken(Kind::Zone, Content::Other);
}

#[test]
fn a_zone_that_looks_just_like_ours() {
    is_never_taken(Kind::Zone, Content::Same);
}

#[test]
fn a_link_that_registers_machines() {
    is_never_taken(Kind::Link, Content::Other);
}

#[test]
fn a_link_that_looks_just_like_ours() {
    is_never_taken(Kind::Link, Content::Same);
}

#[test]
fn a_record_with_other_tags() {
    is_never_taken(Kind::Record, Content::Other);
}

#[test]
fn a_record_with_the_same_addresses() {
    is_never_taken(Kind::Record, Content::Same);
}

#[test]
fn an_endpoint_with_other_tags() {
    is_never_taken(Kind::Endpoint, Content::Other);
}

#[test]
fn an_endpoint_that_looks_just_like_ours() {
    is_never_taken(Kind::Endpoint, Content::Same);
}

/// What comes over a run while Azure works on what it has asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody may ask how the operation stands.
    PollsRefused,
    /// `timeouts.create` is over before the operation ends.
    TimeOver,
    CtrlC,
    Killed,
}

impl Trouble {
    /// An apply that has this trouble, if it comes so far. Afterwards there is none.
    pub fn befalls(self, story: &Story) -> crate::outcome::Outcome {
        let (world, cloud) = (&story.world, &story.world.cloud);
        if self == Self::PollsRefused {
            let refused = Fault::status(403, "AuthorizationFailed", "You may not ask.");
            cloud.fault(refused.method("GET").path(story.kind.polls()).count(0));
            let outcome = world.apply();
            cloud.forget_faults();
            return outcome;
        }
        cloud.hold(true);
        if self == Self::TimeOver {
            world.config(&story.hcl("  timeouts {\n    create = \"4s\"\n  }\n"));
        }
        let mut running = world.start(&["apply", "-input=false", "-auto-approve"]);
        if self != Self::TimeOver
            && running.wait_until_or_end("Azure works", || story.is_under_way("it"))
        {
            running.signal(if self == Self::CtrlC { "INT" } else { "KILL" });
        }
        let outcome = world.end(running);
        cloud.hold(false);
        world.config(&story.hcl(""));
        outcome
    }
}

/// Theirs is neither on record nor touched, and the next apply says whose it is.
fn is_not_taken_in(trouble: Trouble) {
    for (kind, content) in [
        (Kind::Zone, Content::Other),
        (Kind::Zone, Content::Same),
        (Kind::Link, Content::Other),
        (Kind::Endpoint, Content::Other),
    ] {
        let story = Story::of_theirs(kind, content, &["it"]);
        let outcome = trouble.befalls(&story);
        if trouble != Trouble::Killed {
            outcome.fails_with("Error:");
        }
        story.is_left_alone();
        story.is_refused(&story.world.apply());
        story.world.destroy().destroys(0);
        story.is_left_alone();
    }
}

#[test]
fn polls_that_are_refused() {
    is_not_taken_in(Trouble::PollsRefused);
}

#[test]
fn a_time_that_is_over() {
    is_not_taken_in(Trouble::TimeOver);
}

#[test]
fn an_interrupt() {
    is_not_taken_in(Trouble::CtrlC);
}

#[test]
fn a_run_that_is_killed() {
    is_not_taken_in(Trouble::Killed);
}

const IT: &str = "azureai_private_endpoint.hub";

/// Somebody else's zone group of the endpoint.
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

/// However many updates of the endpoint have failed before.
#[test]
fn a_zone_group_beside_an_imported_endpoint() {
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

/// azurerm shows every group as if it were the configuration's, which had it under
/// `ignore_changes`.
#[test]
fn a_zone_group_beside_an_endpoint_that_is_moved_here() {
    let world = World::new();
    with_their_providers(&world);
    let hcl = pieces::endpoint_with(
        "  tags = { team = \"research\" }\n  timeouts {\n    create = \"45m\"\n    \
         read   = \"10m\"\n  }\n",
    );
    world.config(&hcl);
    world.apply().creates(1);
    // Not the name that policies give.
    let path = put_group(&world, "default");
    let before = world.cloud.everything();
    let theirs = [Foreign::read(&world, "azurerm_private_endpoint-4")];
    become_theirs(&world, &theirs);
    world.config(&[hcl, theirs[0].block()].concat());
    // As after an import, the state lets go of the block, and Azure keeps the group.
    let said = world.plan().updates(1).says("0 to add, 1 to change, 0 to destroy");
    said.says("private DNS zone group \"default\" of \"pe-hub\" stays in Azure");
    world.apply().updates(1).says("stays in Azure");
    world.cloud.is_as_it_was(&before);
    world.plan().is_quiet();
    world.config(&tagged("b"));
    world.apply().updates(1);
    assert!(world.cloud.has(&path));
}

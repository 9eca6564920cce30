//! Acceptance tests of records that Azure writes some time after it has created the zone group.

use emulator::Emulator;

use crate::pieces;
use crate::world::World;

const ENDPOINT: &str = "azureai_private_endpoint.hub";
const GROUP: &str = "azureai_private_dns_zone_group.hub";
const IN_BLOCK: &str = "private_dns_zone_configs.0.record_sets";
const MISSING: &str = "has no record yet in privatelink.api.azureml.ms";

/// Returns a world whose Azure writes records this many seconds after their group.
fn world(seconds: f64) -> World {
    World::of(Emulator::builder().record_seconds(seconds))
}

fn inline(more: &str) -> String {
    [pieces::ZONE, &pieces::endpoint_with(&[pieces::INLINE_GROUP, more].concat())].concat()
}

fn count(world: &World, address: &str, path: &str) -> usize {
    world.attribute(address, path).as_array().map(Vec::len).unwrap_or_default()
}

/// Resources that depend on the endpoint can resolve its names.
#[test]
fn an_apply_waits_for_the_records() {
    let alone = [pieces::ZONE, pieces::ENDPOINT, pieces::GROUP].concat();
    for (hcl, address, path) in [(inline(""), ENDPOINT, IN_BLOCK), (alone, GROUP, "record_sets")] {
        let world = world(1.0);
        world.config(&hcl);
        world.apply().succeeds().keeps_quiet_about("no record yet");
        assert_eq!(count(&world, address, path), 3, "{address}");
        world.plan().is_quiet();
    }
}

/// The endpoint itself is complete, so it is not tainted.
#[test]
fn missing_records_are_a_warning() {
    let times = "  timeouts {\n    create = \"3s\"\n  }\n";
    let group = pieces::with(pieces::GROUP, times);
    let alone = [pieces::ZONE, pieces::ENDPOINT, &*group].concat();
    for (hcl, address, path) in [(inline(times), ENDPOINT, IN_BLOCK), (alone, GROUP, "record_sets")]
    {
        let world = world(1e6);
        world.config(&hcl);
        world.apply().succeeds().warns(MISSING);
        assert!(!world.is_tainted(address));
        assert_eq!(count(&world, address, path), 0, "{address}");
        world.cloud.advance(1e6);
        world.plan().is_quiet();
        world.run(&["apply", "-refresh-only", "-input=false", "-auto-approve"]).succeeds();
        assert_eq!(count(&world, address, path), 3, "{address}");
    }
}

/// An update of the tags does not wait for the records again.
#[test]
fn only_a_write_of_the_group_waits_for_records() {
    let world = world(1e6);
    let times = "  timeouts {\n    create = \"3s\"\n  }\n";
    world.config(&inline(times));
    world.apply().succeeds().warns(MISSING);
    world.config(&inline(&[times, "  tags = { team = \"network\" }\n"].concat()));
    world.apply().updates(1).keeps_quiet_about("no record yet");
}

/// The endpoint is complete when Ctrl-C interrupts the wait, so it is not tainted.
#[test]
fn an_interrupt_while_waiting_for_records_loses_nothing() {
    let world = world(1e6);
    world.config(&inline(""));
    let mut running = world.start(&["apply", "-input=false", "-auto-approve"]);
    let group = "Microsoft.Network/privateEndpoints/pe-hub/privateDnsZoneGroups/default";
    let looks = || {
        let requests = world.cloud.requests();
        requests.iter().filter(|it| it.path.ends_with("privateDnsZoneGroups")).count()
    };
    running.wait_until("the records are awaited", || world.cloud.has(group) && looks() > 2);
    running.signal("INT");
    let _ = world.end(running);
    assert!(!world.is_tainted(ENDPOINT));
    world.cloud.advance(1e6);
    world.apply().succeeds();
    world.plan().is_quiet();
}

/// A connection without an approval, and a zone that the service does not use, get no records.
#[test]
fn an_apply_does_not_wait_for_impossible_records() {
    let world = world(1e6);
    let manual = "    is_manual_connection = true\n    request_message = \"please\"\n";
    let subresource = "    subresource_names              = [\"amlworkspace\"]\n";
    let hcl = inline("");
    assert!(hcl.contains(subresource));
    world.config(&hcl.replace(subresource, &[subresource, manual].concat()));
    world.apply().succeeds().keeps_quiet_about("no record yet");

    let world = self::world(1e6);
    let other = pieces::ZONE.replace("privatelink.api.azureml.ms", "corp.example.org");
    let hcl = hcl.replace(pieces::ZONE, &other);
    world.config_with_provider("provider \"azureai\" {\n  checks = \"off\"\n}\n", &hcl);
    world.apply().succeeds().keeps_quiet_about("no record yet");
}

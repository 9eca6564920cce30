//! Records that Azure writes some time after it has made the zone group.

use emulator::Emulator;

use crate::pieces;
use crate::world::World;

const ENDPOINT: &str = "azureai_private_endpoint.hub";
const GROUP: &str = "azureai_private_dns_zone_group.hub";
const IN_BLOCK: &str = "private_dns_zone_configs.0.record_sets";
const LACKING: &str = "has no record yet in privatelink.api.azureml.ms";

/// A world whose records come so many seconds after their group.
fn world(seconds: f64) -> World {
    World::of(Emulator::builder().record_seconds(seconds))
}

fn inline(more: &str) -> String {
    [pieces::ZONE, &pieces::endpoint_with(&[pieces::INLINE_GROUP, more].concat())].concat()
}

fn count(world: &World, address: &str, path: &str) -> usize {
    world.attribute(address, path).as_array().map(Vec::len).unwrap_or_default()
}

/// Who comes after the endpoint finds its names.
#[test]
fn they_are_there_when_the_apply_ends() {
    let alone = [pieces::ZONE, pieces::ENDPOINT, pieces::GROUP].concat();
    for (hcl, address, path) in [(inline(""), ENDPOINT, IN_BLOCK), (alone, GROUP, "record_sets")] {
        let world = world(1.0);
        world.config(&hcl);
        world.apply().succeeds().keeps_quiet_about("no record yet");
        assert_eq!(count(&world, address, path), 3, "{address}");
        world.plan().is_quiet();
    }
}

/// Nothing of the object is lacking, so nothing is replaced for it.
#[test]
fn where_they_stay_away_it_is_said_and_no_failure() {
    let times = "  timeouts {\n    create = \"3s\"\n  }\n";
    let group = pieces::with(pieces::GROUP, times);
    let alone = [pieces::ZONE, pieces::ENDPOINT, &*group].concat();
    for (hcl, address, path) in [(inline(times), ENDPOINT, IN_BLOCK), (alone, GROUP, "record_sets")]
    {
        let world = world(1e6);
        world.config(&hcl);
        world.apply().succeeds().warns(LACKING);
        assert!(!world.is_tainted(address));
        assert_eq!(count(&world, address, path), 0, "{address}");
        world.cloud.advance(1e6);
        world.plan().is_quiet();
        world.run(&["apply", "-refresh-only", "-input=false", "-auto-approve"]).succeeds();
        assert_eq!(count(&world, address, path), 3, "{address}");
    }
}

/// What was told once is not waited for at every change.
#[test]
fn they_are_awaited_only_where_a_group_was_written() {
    let world = world(1e6);
    let times = "  timeouts {\n    create = \"3s\"\n  }\n";
    world.config(&inline(times));
    world.apply().succeeds().warns(LACKING);
    world.config(&inline(&[times, "  tags = { team = \"network\" }\n"].concat()));
    world.apply().updates(1).keeps_quiet_about("no record yet");
}

/// Ctrl-C while only the records are lacking: what was made is whole, and stays.
#[test]
fn an_interruption_while_they_are_awaited_loses_nothing() {
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

/// A connection that nobody has approved yet, and zones that the service does not use, get none.
#[test]
fn what_is_not_to_come_is_not_awaited() {
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

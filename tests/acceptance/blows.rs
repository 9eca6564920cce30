//! A run that is ended in whatever way, while it makes, changes and deletes, each in every phase:
//! the request on its way, Azure at work, and done. The next apply brings it to its end.

use std::collections::BTreeSet;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use emulator::{Fault, FaultKind};

use crate::process::{Running, send};
use crate::world::World;

const APPLY: [&str; 3] = ["apply", "-input=false", "-auto-approve"];

/// The configuration with these zones, and these records in a zone of their own.
fn config(zones: &[&str], records: &[&str], turn: usize) -> String {
    r#"
resource "azureai_private_dns_zone" "base" {
  name                = "base.example.org"
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_zone" "all" {
  for_each            = toset(ZONES)
  name                = "${each.key}.example.org"
  resource_group_name = "rg-ai"
  tags                = { turn = "TURN" }
}

resource "azureai_private_dns_a_record" "all" {
  for_each            = toset(RECORDS)
  name                = each.key
  private_dns_zone_id = azureai_private_dns_zone.base.id
  ttl                 = TURN
  records             = ["10.0.1.9"]
}
"#
    .replace("ZONES", &format!("{zones:?}"))
    .replace("RECORDS", &format!("{records:?}"))
    .replace("TURN", &turn.to_string())
}

fn zone(name: &str) -> String {
    format!("Microsoft.Network/privateDnsZones/{name}.example.org")
}

fn record(name: &str) -> String {
    format!("{}/A/{name}", zone("base"))
}

/// Begins an apply, and lets it come to where each operation is in each phase.
fn under_way() -> (World, Running) {
    let world = World::new();
    let old = ["update-sent", "update-polled", "delete-sent", "delete-polled"];
    world.config(&config(&old, &["update", "delete"], 1));
    world.apply().succeeds();
    let new = ["create-sent", "create-polled", "update-sent", "update-polled"];
    world.config(&config(&new, &["create", "update"], 2));
    for (method, name) in
        [("PUT", "create-sent"), ("PUT", "update-sent"), ("DELETE", "delete-sent")]
    {
        let late = Fault::new(FaultKind::Delay { milliseconds: 3_000 });
        world.cloud.fault(late.method(method).path(&format!("/{name}.")));
    }
    world.cloud.hold(true);
    let before = world.cloud.requests().len();
    let mut running = world.start(&APPLY);
    running.wait_until("everything is under way", || {
        let requests = world.cloud.requests().split_off(before);
        let accepted = |method: &str, name: &str| {
            let path = world.cloud.id(&zone(name));
            requests.iter().any(|it| it.method == method && it.path == path && it.status < 300)
        };
        world.cloud.faults_met() == 3
            && accepted("PUT", "create-polled")
            && accepted("PUT", "update-polled")
            && accepted("DELETE", "delete-polled")
            && world.cloud.has(&record("create"))
            && world.cloud.get(&record("update")).unwrap()["properties"]["ttl"] == 2
            && !world.cloud.has(&record("delete"))
            && is_written_down(&world)
    });
    (world, running)
}

/// Whether the state has all that is done. Terraform writes it over the old one in place, and who
/// kills it meanwhile has neither; from now on there is nothing to write.
fn is_written_down(world: &World) -> bool {
    let text = fs::read_to_string(world.path("terraform.tfstate")).unwrap_or_default();
    serde_json::from_str::<serde_json::Value>(&text).is_ok()
        && text.contains("/A/create\"")
        && !text.contains("/A/delete\"")
        && text.matches("\"ttl\": 2").count() == 2
}

/// Deals the blow; Azure ends what it has begun; the next apply ends what is left.
fn is_survived(blow: impl Fn(&World, &Running)) {
    let (world, running) = under_way();
    blow(&world, &running);
    drop(world.end(running));
    // A provider that was left alone ends by itself.
    let begun = Instant::now();
    while !world.processes().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", world.processes());
        thread::park_timeout(Duration::from_millis(20));
    }
    world.cloud.hold(false);
    world.cloud.forget_faults();
    converges(&world);
}

/// The next apply makes, changes and deletes what is left, and replaces nothing. What was made and
/// came into no state is taken up as it is.
fn converges(world: &World) {
    world.run(&APPLY).succeeds().keeps_quiet_about("must be replaced");
    world.plan().is_quiet();
    let kinds = ["Microsoft.Network/privateDnsZones", "Microsoft.Network/privateDnsZones/A"];
    let there = kinds.iter().flat_map(|kind| world.cloud.of_kind(kind));
    let there: BTreeSet<_> = there.map(|it| it["id"].as_str().unwrap().to_lowercase()).collect();
    let known = world.instances().into_iter().map(|(_, id)| id.to_lowercase());
    assert_eq!(known.collect::<BTreeSet<_>>(), there);
    assert_eq!(there.len(), 7, "{there:?}");
}

#[test]
fn ctrl_c_in_the_terminal() {
    is_survived(|_, running| running.signal("INT"));
}

/// Terraform then no longer waits for the provider.
#[test]
fn ctrl_c_in_the_terminal_twice() {
    is_survived(|_, running| {
        running.signal("INT");
        running.signal("INT");
    });
}

#[test]
fn a_runner_that_ends_terraform() {
    is_survived(|_, running| running.signal_alone("TERM"));
}

#[test]
fn a_runner_that_ends_the_whole_group() {
    is_survived(|_, running| running.signal("TERM"));
}

#[test]
fn a_terraform_that_is_killed() {
    is_survived(|_, running| running.signal_alone("KILL"));
}

#[test]
fn a_provider_that_is_killed() {
    is_survived(|world, _| {
        for id in world.processes() {
            let name = fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
            if name.starts_with("terraform-provi") {
                send("KILL", &id);
            }
        }
    });
}

#[test]
fn a_machine_that_is_switched_off() {
    is_survived(|_, running| running.signal("KILL"));
}

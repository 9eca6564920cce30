//! Interrupted applies. Terraform or the provider ends while creates, updates, and deletes are in
//! every phase: request sent, operation running, and done. The next apply completes the work.

use std::collections::BTreeSet;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use emulator::{Fault, FaultKind};

use crate::process::{Running, send};
use crate::world::World;

const APPLY: [&str; 3] = ["apply", "-input=false", "-auto-approve"];

/// Returns a configuration with these zones, and with these records in the zone `base`.
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

/// Starts an apply and waits until every operation has reached its phase.
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

/// Returns `true` if the state has every completed change. Terraform overwrites the state file in
/// place, so a kill during the write loses both versions. Nothing more is written after this.
fn is_written_down(world: &World) -> bool {
    let text = fs::read_to_string(world.path("terraform.tfstate")).unwrap_or_default();
    serde_json::from_str::<serde_json::Value>(&text).is_ok()
        && text.contains("/A/create\"")
        && !text.contains("/A/delete\"")
        && text.matches("\"ttl\": 2").count() == 2
}

/// Interrupts an apply, lets Azure complete its operations, and asserts that the next apply
/// completes the rest.
fn is_survived(interrupt: impl Fn(&World, &Running)) {
    let (world, running) = under_way();
    interrupt(&world, &running);
    drop(world.end(running));
    // A provider that Terraform left running exits by itself.
    let begun = Instant::now();
    while !world.processes().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", world.processes());
        thread::park_timeout(Duration::from_millis(20));
    }
    world.cloud.hold(false);
    world.cloud.forget_faults();
    converges(&world);
}

/// Asserts that the next apply completes the remaining creates, updates, and deletes, replaces
/// nothing, and adopts objects that were created but not written to the state.
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
fn next_apply_completes_after_ctrl_c() {
    is_survived(|_, running| running.signal("INT"));
}

/// After a second interrupt, Terraform no longer waits for the provider.
#[test]
fn next_apply_completes_after_a_second_ctrl_c() {
    is_survived(|_, running| {
        running.signal("INT");
        running.signal("INT");
    });
}

#[test]
fn next_apply_completes_after_sigterm_to_terraform() {
    is_survived(|_, running| running.signal_alone("TERM"));
}

#[test]
fn next_apply_completes_after_sigterm_to_the_process_group() {
    is_survived(|_, running| running.signal("TERM"));
}

#[test]
fn next_apply_completes_after_sigkill_of_terraform() {
    is_survived(|_, running| running.signal_alone("KILL"));
}

#[test]
fn next_apply_completes_after_sigkill_of_the_provider() {
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
fn next_apply_completes_after_sigkill_of_the_process_group() {
    is_survived(|_, running| running.signal("KILL"));
}

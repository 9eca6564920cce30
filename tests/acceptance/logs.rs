//! Acceptance tests of the provider's lines in Terraform's log: they are well-formed, filtered by
//! level, and free of secrets.

use emulator::Emulator;
use serde_json::Value;

use crate::pieces;
use crate::world::World;

fn applied_with(settings: &[(&str, &str)]) -> (World, String) {
    let mut world = World::new();
    world.unset("TF_LOG_PROVIDER");
    for (name, value) in settings {
        world.set(name, value);
    }
    world.config(&pieces::one_of_each());
    world.apply().creates(5);
    let log = world.provider_log();
    (world, log)
}

/// Returns the levels of the provider's own lines.
fn levels(log: &str) -> Vec<String> {
    let entries = log.lines().map(|line| serde_json::from_str::<Value>(line).expect(line));
    entries
        .filter(|entry| {
            let module = entry["@module"].as_str().unwrap_or_default();
            module.starts_with("provider.terraform-provider-azureai") || module.contains("azureai")
        })
        .map(|entry| {
            assert!(entry["@message"].is_string(), "{entry}");
            entry["@level"].as_str().unwrap().to_owned()
        })
        .collect()
}

#[test]
fn every_line_of_the_json_log_is_well_formed() {
    let (_world, log) = applied_with(&[("TF_LOG", "json")]);
    let levels = levels(&log);
    assert!(levels.iter().any(|level| level != "trace"), "the provider says something");
    let known = ["trace", "debug", "info", "warn", "error"];
    assert!(levels.iter().all(|level| known.contains(&level.as_str())), "{levels:?}");
    assert!(!log.contains("unexpected data"));
}

#[test]
fn the_log_level_filters_lines() {
    let (_world, log) = applied_with(&[("TF_LOG_PROVIDER", "ERROR")]);
    assert!(!log.contains("provider.terraform-provider-azureai"), "{log}");
    let (_world, log) = applied_with(&[("TF_LOG_PROVIDER", "INFO")]);
    assert!(!log.contains("[DEBUG]") && !log.contains("[TRACE]"));
}

#[test]
fn no_secret_is_logged() {
    let (world, log) = applied_with(&[("TF_LOG", "TRACE")]);
    assert!(log.contains("privateEndpoints"), "the log has the requests");
    for secret in [world.cloud.client_secret(), "Bearer ey".to_owned()] {
        assert!(!log.contains(&secret), "the log has {secret}");
    }
}

#[test]
fn the_log_says_at_the_end_of_an_operation_what_it_waited_for() {
    let mut world = World::of(Emulator::builder().operation_seconds(2.5));
    world.set("TF_LOG_PROVIDER", "INFO");
    world.config(&pieces::with(pieces::ENDPOINT, ""));
    world.apply().creates(1).keeps_quiet_about("took");
    let log = world.provider_log();
    let line = log.lines().find(|line| line.contains("Creating azureai_private_endpoint took"));
    let line = line.unwrap_or_else(|| panic!("{log}"));
    assert!(line.contains("seconds waiting for Azure's operation on \"pe-hub\""), "{line}");
    assert!(line.contains("id=/subscriptions/"), "{line}");
}

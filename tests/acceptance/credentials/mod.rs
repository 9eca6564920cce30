//! Sign-in with the real Terraform: every method, its faults, and secrets that are not logged.

mod azure_cli;
mod cloud;
mod methods;
mod platform;
mod proxy;
mod several;
mod trouble;

use std::fs;
use std::path::{Path, PathBuf};

use crate::pieces;
use crate::world::World;

/// Returns a world without the client secret.
fn world() -> World {
    let mut world = World::new();
    world.unset("ARM_CLIENT_SECRET").config(pieces::ZONE);
    world
}

/// Sets the most detailed log level.
fn verbose(world: &mut World) {
    world.unset("TF_LOG_PROVIDER").set("TF_LOG", "TRACE");
}

/// Asserts that none of these secrets is in the logs or in the state.
fn keeps_secret(world: &World, secrets: &[&str]) {
    keeps_secret_beside(world, "privateDnsZones", secrets);
}

/// Asserts that none of these secrets is in the state or in the logs, and that the logs contain
/// `logged`.
fn keeps_secret_beside(world: &World, logged: &str, secrets: &[&str]) {
    let state = fs::read_to_string(world.path("terraform.tfstate")).unwrap_or_default();
    let log = world.provider_log();
    assert!(log.contains(logged), "the log has the requests");
    for secret in secrets {
        assert!(!log.contains(secret), "the log has {secret}");
        assert!(!state.contains(secret), "the state has {secret}");
    }
}

/// Returns `true` if each process requested at most one token. Terraform plans in one process,
/// which sends requests only for the checks, and applies in another.
fn one_for_each_process(tokens: usize) -> bool {
    (1..=2).contains(&tokens)
}

/// Returns the number of tokens that were issued.
fn tokens(world: &World) -> usize {
    let requests = world.cloud.requests();
    requests
        .iter()
        .filter(|request| request.path.ends_with("/token") && request.status == 200)
        .count()
}

/// Writes a file that is not part of the configuration, and returns its path.
fn secret_file(world: &World, name: &str, text: &str) -> String {
    let path = world.folder().join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Returns the path of a key or certificate that was generated for tests.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/azure/tests/sign_in/fixtures").join(name)
}

//! Signing in with real Terraform: each way, what can go wrong with it, and that no secret is told.

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

/// A world in which nobody can sign in by the usual secret.
fn world() -> World {
    let mut world = World::new();
    world.unset("ARM_CLIENT_SECRET").config(pieces::ZONE);
    world
}

/// Logs everything there is to log.
fn verbose(world: &mut World) {
    world.unset("TF_LOG_PROVIDER").set("TF_LOG", "TRACE");
}

/// None of these texts is in the logs or in the state.
fn keeps_secret(world: &World, secrets: &[&str]) {
    keeps_secret_beside(world, "privateDnsZones", secrets);
}

/// None of these texts is in the state or in the logs, which have this one.
fn keeps_secret_beside(world: &World, logged: &str, secrets: &[&str]) {
    let state = fs::read_to_string(world.path("terraform.tfstate")).unwrap_or_default();
    let log = world.provider_log();
    assert!(log.contains(logged), "the log tells what was asked");
    for secret in secrets {
        assert!(!log.contains(secret), "the log tells {secret}");
        assert!(!state.contains(secret), "the state tells {secret}");
    }
}

/// Terraform plans in one process, which asks Azure only for the checks, and applies in another.
fn one_for_each_process(tokens: usize) -> bool {
    (1..=2).contains(&tokens)
}

/// How often a token was asked for.
fn tokens(world: &World) -> usize {
    let requests = world.cloud.requests();
    requests
        .iter()
        .filter(|request| request.path.ends_with("/token") && request.status == 200)
        .count()
}

/// A file for the world that is not part of the configuration.
fn secret_file(world: &World, name: &str, text: &str) -> String {
    let path = world.folder().join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Key and certificate that were made for tests.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/azure/tests/sign_in/fixtures").join(name)
}

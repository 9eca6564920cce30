//! Sign-in with the Azure CLI: a script that prints what `az account get-access-token` prints.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use super::{keeps_secret, one_for_each_process, verbose};
use crate::pieces;
use crate::world::World;

/// Returns a world without credentials, with an `az` that runs this script.
fn world_with_az(script: &str) -> World {
    let mut world = World::new();
    for name in ["ARM_CLIENT_SECRET", "ARM_CLIENT_ID", "ARM_TENANT_ID"] {
        world.unset(name);
    }
    let bin = world.folder().join("az-bin");
    fs::create_dir(&bin).unwrap();
    let (az, calls) = (bin.join("az"), world.folder().join("az-calls"));
    let text = format!("#!/bin/sh\necho \"$@\" >> {}\n{script}\n", calls.display());
    fs::write(&az, text).unwrap();
    fs::set_permissions(&az, fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    world.set("PATH", &format!("{}:{path}", bin.display()));
    world.config(pieces::ZONE);
    world
}

fn calls(world: &World) -> Vec<String> {
    let text = fs::read_to_string(world.folder().join("az-calls")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Returns the output of `az` and the token in it, which the emulator issued.
fn printed(world: &World) -> (String, String) {
    let token = world.cloud.token();
    let text = json!({
        "accessToken": token,
        "expiresOn": "2099-01-01 00:00:00.000000",
        "expires_on": 4_070_908_800_u64,
        "subscription": world.cloud.subscription(),
        "tenant": world.cloud.tenant(),
        "tokenType": "Bearer",
    });
    (format!("{text:#}"), token)
}

#[test]
fn azure_cli_signs_in_without_other_credentials() {
    let mut world = world_with_az("cat \"$HOME/az-answer\"");
    let (text, token) = printed(&world);
    fs::write(world.folder().join("az-answer"), text).unwrap();
    verbose(&mut world);
    world.config(&pieces::one_of_each());
    world.apply().creates(5);
    keeps_secret(&world, &[&token]);
    let calls = calls(&world);
    assert!(one_for_each_process(calls.len()), "{calls:?}");
    let (start, subscription) = (
        "account get-access-token -o json --scope https://localhost:",
        format!("--subscription {}", world.cloud.subscription()),
    );
    assert!(calls[0].starts_with(start) && calls[0].ends_with(&subscription), "{}", calls[0]);

    world.set("ARM_TENANT_ID", &world.cloud.tenant());
    world.plan().is_quiet();
    let last = self::calls(&world).pop().unwrap();
    assert!(last.ends_with(&format!("--tenant {}", world.cloud.tenant())), "{last}");
}

#[test]
fn azure_cli_error_is_reported_with_all_methods() {
    let world =
        world_with_az("echo \"ERROR: Please run 'az login' to setup account.\" >&2; exit 1");
    world
        .apply()
        .fails_with("Please run 'az login' to setup account.")
        .says("signing in to Azure failed")
        .says("The provider tried to sign in with the Azure CLI")
        .says("No other method is configured. The methods are: - Azure CLI: run `az login`")
        .says("ARM_CLIENT_CERTIFICATE_PATH");
}

#[test]
fn expired_azure_cli_session_is_explained() {
    let words = "ERROR: AADSTS70043: The refresh token has expired.";
    let world = world_with_az(&format!("echo '{words}' >&2; exit 1"));
    world
        .apply()
        .fails_with("AADSTS70043: The refresh token has expired.")
        .says("Sign in again")
        .says("  az login");
}

#[test]
fn subscription_unknown_to_the_azure_cli_is_explained() {
    let words = "ERROR: Subscription 's' not found. Check the spelling and casing and try again.";
    let world = world_with_az(&format!("echo \"{words}\" >&2; exit 1"));
    world
        .apply()
        .fails_with("Check the spelling and casing and try again.")
        .says("az account list")
        .says("az login --tenant TENANT")
        .keeps_quiet_about("rust");
}

#[test]
fn azure_cli_output_without_a_token_is_an_error() {
    let world = world_with_az("echo 'WARNING: beta'");
    world.apply().fails_with("The Azure CLI returned no token");
}

#[test]
fn missing_azure_cli_error_lists_the_methods() {
    let mut world = world_with_az("exit 0");
    // `PATH` has only what Terraform and the shell need, without `az`.
    fs::remove_file(world.folder().join("az-bin/az")).unwrap();
    let only = world.folder().join("az-bin");
    let terraform = std::env::split_paths(&std::env::var_os("PATH").unwrap())
        .map(|folder| folder.join("terraform"))
        .find(|path| path.is_file())
        .unwrap();
    std::os::unix::fs::symlink(terraform, only.join("terraform")).unwrap();
    world.set("PATH", only.to_str().unwrap());
    world.apply().fails_with("az not found on PATH").says("The methods are:");
}

//! Acceptance tests of a journal folder that another user has created: the provider leaves it
//! unchanged, and only disables the journal.

use std::fs::{self, File};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::pieces;
use crate::world::World;

const JOURNAL: &str = ".terraform/terraform-provider-azureai";

/// Returns a world with Terraform's data folder, and the path of the journal in it.
fn world() -> (World, PathBuf) {
    let world = World::new();
    world.config(pieces::ZONE);
    fs::create_dir(world.path(".terraform")).unwrap();
    let journal = world.path(JOURNAL);
    (world, journal)
}

/// Asserts that an apply, a plan without changes and a destroy succeed while the journal is
/// disabled.
fn works(world: &World) {
    world.apply().creates(1);
    world.plan().is_quiet();
    world.destroy().destroys(1);
    let log = fs::read_to_string(world.folder().join("provider.log")).unwrap();
    assert!(log.contains("the journal is disabled"), "{log}");
}

#[test]
fn a_symlink_is_not_followed() {
    let (world, journal) = world();
    let elsewhere = world.folder().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    // The second file has a name that a journal entry could have.
    let files = ["precious.json".to_owned(), format!("{}.json", "a".repeat(64))];
    for name in &files {
        fs::write(elsewhere.join(name), "precious").unwrap();
        let old = SystemTime::now() - Duration::from_secs(30 * 24 * 3600);
        let file = File::options().append(true).open(elsewhere.join(name)).unwrap();
        file.set_modified(old).unwrap();
    }
    symlink(&elsewhere, &journal).unwrap();
    let written = fs::metadata(&elsewhere).unwrap().modified().unwrap();
    works(&world);
    assert_eq!(fs::metadata(&elsewhere).unwrap().modified().unwrap(), written);
    for name in &files {
        assert_eq!(fs::read_to_string(elsewhere.join(name)).unwrap(), "precious");
    }
    assert_eq!(fs::read_link(&journal).unwrap(), elsewhere);
}

#[test]
fn a_fifo_does_not_block() {
    let (world, journal) = world();
    assert!(Command::new("mkfifo").arg(&journal).status().unwrap().success());
    works(&world);
    assert!(fs::symlink_metadata(&journal).unwrap().file_type().is_fifo());
}

/// Other users of the machine cannot see what is created.
#[test]
fn only_the_owner_can_read_the_journal() {
    let (world, journal) = world();
    world.cloud.hold(true);
    let mut running = world.start(&["apply", "-input=false", "-auto-approve"]);
    // The provider writes the entry before it polls.
    running.wait_until("it polls", || {
        let requests = world.cloud.requests();
        requests.iter().any(|it| it.path.contains("privateDnsOperationStatuses"))
    });
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let files = fs::read_dir(&journal).unwrap().map(|entry| entry.unwrap().path());
    assert_eq!(files.map(|file| mode(&file)).collect::<Vec<_>>(), [0o600]);
    assert_eq!(mode(&journal), 0o700);
    world.cloud.hold(false);
    world.end(running).creates(1);
}

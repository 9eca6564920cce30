//! What somebody else may have put where the provider keeps its notes: it is left as it is, and
//! costs the notes alone.

use std::fs::{self, File};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::pieces;
use crate::world::World;

const NOTES: &str = ".terraform/terraform-provider-azureai";

/// A world with Terraform's data folder, and the place of the notes in it.
fn world() -> (World, PathBuf) {
    let world = World::new();
    world.config(pieces::ZONE);
    fs::create_dir(world.path(".terraform")).unwrap();
    let notes = world.path(NOTES);
    (world, notes)
}

/// Applies, changes nothing more and destroys.
fn works(world: &World) {
    world.apply().creates(1);
    world.plan().is_quiet();
    world.destroy().destroys(1);
    let log = fs::read_to_string(world.folder().join("provider.log")).unwrap();
    assert!(log.contains("the journal is disabled"), "{log}");
}

#[test]
fn a_link_is_not_followed() {
    let (world, notes) = world();
    let elsewhere = world.folder().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    // One with a name that a note might have, too.
    let files = ["precious.json".to_owned(), format!("{}.json", "a".repeat(64))];
    for name in &files {
        fs::write(elsewhere.join(name), "precious").unwrap();
        let old = SystemTime::now() - Duration::from_secs(30 * 24 * 3600);
        let file = File::options().append(true).open(elsewhere.join(name)).unwrap();
        file.set_modified(old).unwrap();
    }
    symlink(&elsewhere, &notes).unwrap();
    let written = fs::metadata(&elsewhere).unwrap().modified().unwrap();
    works(&world);
    assert_eq!(fs::metadata(&elsewhere).unwrap().modified().unwrap(), written);
    for name in &files {
        assert_eq!(fs::read_to_string(elsewhere.join(name)).unwrap(), "precious");
    }
    assert_eq!(fs::read_link(&notes).unwrap(), elsewhere);
}

#[test]
fn a_fifo_is_not_waited_for() {
    let (world, notes) = world();
    assert!(Command::new("mkfifo").arg(&notes).status().unwrap().success());
    works(&world);
    assert!(fs::symlink_metadata(&notes).unwrap().file_type().is_fifo());
}

/// Nobody else who works on the machine needs to know what is being made.
#[test]
fn the_notes_are_for_their_owner_alone() {
    let (world, notes) = world();
    world.cloud.hold(true);
    let mut running = world.start(&["apply", "-input=false", "-auto-approve"]);
    // Before it polls, it has written its note.
    running.wait_until("it polls", || {
        let requests = world.cloud.requests();
        requests.iter().any(|it| it.path.contains("privateDnsOperationStatuses"))
    });
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let files = fs::read_dir(&notes).unwrap().map(|entry| entry.unwrap().path());
    assert_eq!(files.map(|file| mode(&file)).collect::<Vec<_>>(), [0o600]);
    assert_eq!(mode(&notes), 0o700);
    world.cloud.hold(false);
    world.end(running).creates(1);
}

//! `terraform test` with a mocked provider, as the guide "Offline module tests" shows it.

use std::fs;
use std::path::Path;

use crate::world::World;

const FILE: &str = "tests/mocks.tftest.hcl";

/// Returns the text of a file of this repository.
fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn a_mocked_provider_needs_no_credentials() {
    let mut world = World::new();
    for name in [
        "ARM_CLIENT_ID",
        "ARM_CLIENT_SECRET",
        "ARM_METADATA_HOSTNAME",
        "ARM_SUBSCRIPTION_ID",
        "ARM_TENANT_ID",
        "SSL_CERT_FILE",
    ] {
        world.unset(name);
    }
    let scenario = "examples/scenarios/private-workspace";
    world.copy(scenario).file(FILE, &text(&format!("{scenario}/{FILE}")));
    world.run(&["fmt", "-check", "-diff", FILE]).succeeds();
    let before = world.cloud.requests().len();
    world.run(&["test"]).succeeds().says("2 passed, 0 failed");
    assert_eq!(world.cloud.requests().len(), before, "no request is sent");
}

/// The guide shows the file without its first comment and with the IDs cut short.
#[test]
fn the_guide_shows_the_mocks() {
    let guide = text("docs/guides/testing-modules-offline.md");
    let file = text("examples/scenarios/private-workspace/tests/mocks.tftest.hcl");
    let shown = |line: &&str| line.contains("mock_") || line.contains("run \"");
    let lines: Vec<_> = file.lines().filter(shown).collect();
    assert_eq!(lines.len(), 5);
    for line in lines {
        assert!(guide.contains(line), "{line}");
    }
}

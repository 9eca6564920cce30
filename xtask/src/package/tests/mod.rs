//! Tests the files of a release, and each way to install them.

mod installed;
mod published;
mod registry;
mod served;
mod workflow;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use tempfile::TempDir;
use zip::ZipArchive;

use super::{archive, pack, start, sum_up, sums};
use crate::platform::Platform;
use crate::process;
use crate::project::{self, EMULATOR, PROVIDER, VERSION};

/// Returns a folder with the output of `cargo xtask package --debug`, which is built once for all
/// tests.
fn release() -> &'static Path {
    static RELEASE: OnceLock<TempDir> = OnceLock::new();
    let release = RELEASE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let here = Platform::of(None).unwrap();
        pack(&project::build(false).unwrap(), here, folder.path()).unwrap();
        sum_up(folder.path()).unwrap();
        folder
    });
    release.path()
}

fn provider_archive() -> PathBuf {
    release().join(format!("{PROVIDER}_{VERSION}_{}.zip", project::platform()))
}

#[test]
fn archive_holds_an_executable_program_and_the_license() {
    let file = fs::File::open(provider_archive()).unwrap();
    let mut zip = ZipArchive::new(file).unwrap();
    let mut found = Vec::new();
    for index in 0..zip.len() {
        let file = zip.by_index(index).unwrap();
        found.push((file.name().unwrap().into_owned(), file.unix_mode().unwrap() & 0o777));
    }
    let program = format!("{PROVIDER}_v{VERSION}");
    assert_eq!(found, [(program, 0o755), ("LICENSE".to_owned(), 0o644)]);
}

#[test]
fn equal_files_make_equal_archives() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    fs::write(&program, "#!/bin/sh\n").unwrap();
    let made = |name: &str| {
        let path = folder.path().join(name);
        archive::write(&path, "program_v1", &program, &[]).unwrap();
        fs::read(path).unwrap()
    };
    let first = made("first.zip");
    // The time and the mode of the program's file do not affect the archive.
    fs::remove_file(&program).unwrap();
    fs::write(&program, "#!/bin/sh\n").unwrap();
    assert_eq!(first, made("second.zip"));
}

#[test]
fn checksums_equal_those_of_sha256sum() {
    for name in [PROVIDER, EMULATOR] {
        let sums = format!("{name}_{VERSION}_SHA256SUMS");
        let mut command = Command::new("sha256sum");
        command.current_dir(release()).args(["--check", "--strict", &sums]);
        let checked = process::run(&mut command, Duration::from_secs(60), |_| {}).unwrap();
        assert_eq!(checked.code, Some(0), "{}", checked.output);
    }
    let text = fs::read_to_string(release().join(format!("{PROVIDER}_{VERSION}_SHA256SUMS")));
    let named = format!("  {PROVIDER}_{VERSION}_manifest.json\n");
    assert!(text.unwrap().ends_with(&named), "the registry wants the manifest's sum too");
}

#[test]
fn sum_up_fails_without_archives() {
    let folder = tempfile::tempdir().unwrap();
    let failure = sum_up(folder.path()).unwrap_err().to_string();
    assert!(failure.contains("has no archive terraform-provider-azureai_"), "{failure}");
}

/// A temporary keyring with one key.
struct Keyring(TempDir);

const SIGNER: &str = "release@example.org";
const PASSPHRASE: &str = "open sesame";

impl Keyring {
    /// Creates a key of the kind that the Terraform Registry accepts.
    fn new() -> Option<Self> {
        Self::of("rsa2048")
    }

    /// Creates a key of a kind, or returns `None` if gpg is missing, which is allowed only on a
    /// developer's machine.
    fn of(kind: &str) -> Option<Self> {
        let mut version = Command::new("gpg");
        if process::run(version.arg("--version"), Duration::from_secs(60), |_| {}).is_err() {
            assert!(std::env::var_os("CI").is_none(), "gpg is not on the PATH");
            crate::screen::not_tested("signing a release, since gpg is not on the PATH");
            return None;
        }
        let keyring = Self(tempfile::tempdir().unwrap());
        keyring.gpg(&["--quick-generate-key", SIGNER, kind, "sign", "never"]);
        Some(keyring)
    }

    fn gpg(&self, args: &[&str]) -> String {
        let mut command = Command::new("gpg");
        command.args(["--batch", "--yes", "--quiet", "--pinentry-mode", "loopback"]);
        self.run(command.args(["--passphrase", PASSPHRASE]).args(args))
    }

    fn run(&self, command: &mut Command) -> String {
        command.env("GNUPGHOME", self.0.path());
        let finished = process::run(command, Duration::from_secs(60), |_| {}).unwrap();
        assert_eq!(finished.code, Some(0), "{command:?}:\n{}", finished.output);
        finished.output
    }

    fn private_key(&self) -> String {
        self.gpg(&["--armor", "--export-secret-keys", SIGNER])
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        // A test that fails here must not end the others, so this reports nothing.
        let mut command = Command::new("gpgconf");
        command.env("GNUPGHOME", self.0.path()).args(["--kill", "gpg-agent"]);
        let _ = process::run(&mut command, Duration::from_secs(60), |_| {});
    }
}

/// The Terraform Registry accepts "both RSA and DSA keys, but not the default ECC type"
/// (developer.hashicorp.com/terraform/registry/providers/publishing).
#[test]
fn a_key_that_the_registry_refuses_signs_nothing() {
    let Some(keyring) = Keyring::of("ed25519") else { return };
    let folder = tempfile::tempdir().unwrap();
    let sums = folder.path().join("SHA256SUMS");
    fs::write(&sums, "abc  x.zip\n").unwrap();
    let failure = sums::sign(&sums, &keyring.private_key(), PASSPHRASE).unwrap_err().to_string();
    assert!(failure.contains("accepts RSA and DSA keys only"), "{failure}");
    assert!(!folder.path().join("SHA256SUMS.sig").exists());
}

/// Starts the packaged programs, and applies and destroys a scenario with the real Terraform.
#[test]
fn packaged_programs_start_and_work() {
    start::check(release(), Platform::of(None).unwrap()).unwrap();
}

#[test]
fn check_fails_for_what_a_user_could_not_start() {
    let here = Platform::of(None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let attempt = || start::check(folder.path(), here).unwrap_err().to_string();
    let failure = attempt();
    assert!(failure.contains("Unpacking ") && failure.contains(here.name), "{failure}");
    let provider = folder.path().join("provider");
    let emulator = folder.path().join("emulator");
    for program in [&provider, &emulator] {
        fs::write(program, "#!/bin/sh\necho no handshake\n").unwrap();
    }
    pack(&project::Programs { provider, emulator }, here, folder.path()).unwrap();
    let failure = attempt();
    assert!(failure.contains("no handshake"), "{failure}");
}

#[test]
fn signature_verifies_and_no_key_is_left() {
    let Some(keyring) = Keyring::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let sums = folder.path().join("SHA256SUMS");
    fs::write(&sums, "abc  x.zip\n").unwrap();
    let signature = sums::sign(&sums, &keyring.private_key(), PASSPHRASE).unwrap();
    let bytes = fs::read(&signature).unwrap();
    assert!(!bytes.starts_with(b"-----BEGIN"), "the registry wants a binary signature");
    keyring.gpg(&["--verify", signature.to_str().unwrap(), sums.to_str().unwrap()]);
    let failure = sums::sign(&sums, "no key", "").unwrap_err().to_string();
    assert!(failure.contains("gpg did not succeed"), "{failure}");
}

//! Checksums of a release, and their signature.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};

use crate::failure::{Context as _, Failure, Result};
use crate::process;

/// OpenPGP's numbers of RSA and DSA. The Terraform Registry accepts keys of these kinds only.
const ACCEPTED_KEYS: [&str; 2] = ["1", "17"];

const GPG_TAKES: Duration = Duration::from_secs(60);

/// Returns the SHA-256 of a file in lower-case hexadecimal.
pub(crate) fn sha256(file: &Path) -> Result<String> {
    let bytes = fs::read(file).context(format!("Reading {}", file.display()))?;
    let sum = digest(&SHA256, &bytes);
    Ok(sum.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Returns the files of a folder whose names have this prefix and suffix, sorted by name.
pub(crate) fn files(folder: &Path, prefix: &str, suffix: &str) -> Result<Vec<PathBuf>> {
    let doing = format!("Cannot read {}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).context(&doing)? {
        let path = entry.context(&doing)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(prefix) && name.ends_with(suffix) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Writes `HEX  NAME` for each file, as `sha256sum` does.
pub(crate) fn write(sums: &Path, files: &[PathBuf]) -> Result<()> {
    let mut text = String::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        text.push_str(&format!("{}  {name}\n", sha256(file)?));
    }
    fs::write(sums, text).context(format!("Writing {}", sums.display()))
}

/// Writes a detached binary signature beside the checksums: `SUMS.sig`.
///
/// The key is the ASCII-armored private key from `GPG_PRIVATE_KEY`, and `GPG_PASSPHRASE` is its
/// passphrase, if it has one. The key is imported into a temporary folder, never into the user's
/// keyring.
///
/// # Errors
///
/// Returns an error if gpg does not succeed, or if the Terraform Registry does not accept keys of
/// this kind.
pub(crate) fn sign(sums: &Path, key: &str, passphrase: &str) -> Result<PathBuf> {
    let home = tempfile::tempdir().context("Cannot create a folder for the key")?;
    let key_file = home.path().join("key.asc");
    fs::write(&key_file, key).context("Cannot write the key")?;
    let passphrase_file = home.path().join("passphrase");
    fs::write(&passphrase_file, passphrase).context("Cannot write the passphrase")?;
    let signature = PathBuf::from(format!("{}.sig", sums.display()));
    let gpg = |args: &[&str]| {
        let mut command = Command::new("gpg");
        command.env("GNUPGHOME", home.path()).args(["--batch", "--yes", "--quiet"]);
        command.args(["--pinentry-mode", "loopback", "--passphrase-file"]).arg(&passphrase_file);
        let finished = process::run(command.args(args), GPG_TAKES, |_| {})?;
        match finished.code {
            Some(0) => Ok(finished.output),
            _ => Err(Failure::new("gpg did not succeed").with("Output of gpg", &finished.output)),
        }
    };
    let output = signature.to_string_lossy();
    let signed = gpg(&["--import", &key_file.to_string_lossy()])
        .and_then(|_| gpg(&["--list-secret-keys", "--with-colons"]))
        .and_then(|listed| accepted(&listed))
        .and_then(|()| gpg(&["--output", &output, "--detach-sign", &sums.to_string_lossy()]));
    // Ends the agent that gpg started for this folder.
    let mut agent = Command::new("gpgconf");
    agent.env("GNUPGHOME", home.path()).args(["--kill", "gpg-agent"]);
    process::run(&mut agent, GPG_TAKES, |_| {})?;
    signed.map(|_| signature)
}

/// Returns an error if the Terraform Registry does not accept a key that can sign. `listed` has a
/// line for each key: `sec` or `ssb`, with its algorithm in the fourth column and its capabilities
/// in the twelfth (`doc/DETAILS` of GnuPG).
fn accepted(listed: &str) -> Result<()> {
    let keys = listed.lines().filter(|line| line.starts_with("sec:") || line.starts_with("ssb:"));
    let columns = keys.map(|key| key.split(':').collect::<Vec<&str>>());
    let mut refused = columns.filter(|key| {
        let [kind, capabilities] = [3, 11].map(|at| key.get(at).copied().unwrap_or_default());
        capabilities.contains('s') && !ACCEPTED_KEYS.contains(&kind)
    });
    if refused.next().is_some() {
        return Err(Failure::new(
            "The Terraform Registry accepts RSA and DSA keys only, and the key in \
             GPG_PRIVATE_KEY is of another kind. Create one with `gpg --quick-generate-key \
             NAME rsa4096 sign never`, and add its public key to the registries",
        ));
    }
    Ok(())
}

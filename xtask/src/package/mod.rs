//! `cargo xtask package`: writes the files of a release in the form that Terraform's registry
//! requires.
//!
//! On each platform, `cargo xtask package` writes the archives of that platform. `cargo xtask
//! package --sums-only` then writes and signs the checksums of all archives in one folder.

mod alone;
mod archive;
mod sums;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

pub(crate) use sums::{files, sha256};

use crate::failure::{Context as _, Failure, Result};
use crate::project::{self, EMULATOR, PROVIDER, Programs, VERSION};
use crate::screen;

/// The registry's description of the provider, which is part of a release.
const MANIFEST: &str = "terraform-registry-manifest.json";

/// Options of the command.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Folder for the files, which is created if it does not exist
    #[arg(long, value_name = "FOLDER", default_value = "target/dist")]
    pub(crate) out: PathBuf,
    /// Packages the debug build, which builds faster; for tests, not for a release
    #[arg(long)]
    debug: bool,
    /// Builds nothing, and writes and signs the checksums of the archives in the folder
    #[arg(long)]
    sums_only: bool,
}

/// Builds and packages the programs, and writes the checksums. Signs them if there is a key.
pub(crate) fn run(options: &Options) -> Result<()> {
    let out = project::root().join(&options.out);
    fs::create_dir_all(&out).context(format!("Making {}", out.display()))?;
    if !options.sums_only {
        let build = if options.debug { "debug" } else { "release" };
        screen::step(&format!("building the programs ({build})"));
        let programs =
            if options.debug { project::build(false)? } else { project::build_for_release()? };
        let archives = pack(&programs, &out)?;
        for archive in &archives {
            screen::aside(&format!("{}  {}", size(archive)?, archive.display()));
        }
        if !options.debug {
            start_alone(&archives)?;
        }
    }
    screen::step("writing the checksums");
    for sums in sum_up(&out)? {
        screen::aside(&sums.display().to_string());
        match std::env::var("GPG_PRIVATE_KEY") {
            Ok(key) => {
                let passphrase = std::env::var("GPG_PASSPHRASE").unwrap_or_default();
                let signature = sums::sign(&sums, &key, &passphrase)?;
                screen::aside(&signature.display().to_string());
            }
            Err(_) => screen::aside("not signed, because GPG_PRIVATE_KEY is not set"),
        }
    }
    Ok(())
}

/// Packages both programs for this platform.
pub(crate) fn pack(programs: &Programs, out: &Path) -> Result<Vec<PathBuf>> {
    let (platform, exe) = (project::platform(), std::env::consts::EXE_SUFFIX);
    let licence = project::root().join("LICENSE");
    let differences = project::root().join("crates/emulator/DIFFERENCES.md");
    let provider = out.join(format!("{PROVIDER}_{VERSION}_{platform}.zip"));
    let name = format!("{PROVIDER}_v{VERSION}{exe}");
    archive::write(&provider, &name, &programs.provider, &[&licence])?;
    let emulator = out.join(format!("{EMULATOR}_{VERSION}_{platform}.zip"));
    let name = format!("{EMULATOR}{exe}");
    archive::write(&emulator, &name, &programs.emulator, &[&licence, &differences])?;
    Ok(vec![provider, emulator])
}

/// Writes the manifest and the checksums of all archives. The emulator's checksums have a file of
/// their own, because the registry reads the provider's file and accepts no other archives in it.
pub(crate) fn sum_up(out: &Path) -> Result<Vec<PathBuf>> {
    let manifest = out.join(format!("{PROVIDER}_{VERSION}_manifest.json"));
    fs::copy(project::root().join(MANIFEST), &manifest).context("Cannot copy the manifest")?;
    let mut written = Vec::new();
    for (name, more) in [(PROVIDER, vec![manifest]), (EMULATOR, Vec::new())] {
        let prefix = format!("{name}_{VERSION}_");
        let mut files = files(out, &prefix, ".zip")?;
        if files.is_empty() {
            let folder = out.display();
            return Err(Failure::new(format!("{folder} has no archive {prefix}*.zip")));
        }
        files.extend(more);
        let sums = out.join(format!("{prefix}SHA256SUMS"));
        sums::write(&sums, &files)?;
        written.push(sums);
    }
    Ok(written)
}

/// Returns the plugin protocol versions of the manifest.
pub(crate) fn protocols() -> Result<Value> {
    let text =
        fs::read_to_string(project::root().join(MANIFEST)).context("Cannot read the manifest")?;
    let manifest: Value = serde_json::from_str(&text).context("Cannot read the manifest")?;
    Ok(manifest["metadata"]["protocol_versions"].clone())
}

/// Starts the packaged programs in an empty root folder.
fn start_alone(archives: &[PathBuf]) -> Result<()> {
    screen::step("starting the packaged programs in an empty root folder");
    if !alone::possible() {
        screen::aside("skipped, because this system has no `unshare` or does not permit it");
        return Ok(());
    }
    for archive in archives {
        let name = archive.file_name().unwrap_or_default().to_string_lossy();
        let is_provider = name.starts_with(PROVIDER);
        let program = if is_provider { format!("{PROVIDER}_v{VERSION}") } else { EMULATOR.into() };
        alone::starts(archive, &program, is_provider)?;
        screen::aside(&format!("{program} starts"));
    }
    Ok(())
}

fn size(file: &Path) -> Result<String> {
    let bytes = fs::metadata(file).context(format!("Measuring {}", file.display()))?.len();
    Ok(format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10))
}

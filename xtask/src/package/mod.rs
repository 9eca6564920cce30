//! `cargo xtask package`: what a release consists of, as Terraform's registry wants it.
//!
//! On each platform `cargo xtask package` makes that platform's archives; `cargo xtask package
//! --sums-only` then sums up and signs what has been brought together in one folder.

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

/// The registry's description of the provider, which a release carries.
const MANIFEST: &str = "terraform-registry-manifest.json";

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Folder for the files; made if it is not there
    #[arg(long, value_name = "FOLDER", default_value = "target/dist")]
    pub(crate) out: PathBuf,
    /// Packs the debug build, which is made faster: to try the packing, not to publish
    #[arg(long)]
    debug: bool,
    /// Builds nothing: sums up, and signs, the archives that are in the folder
    #[arg(long)]
    sums_only: bool,
}

/// Builds, packs, sums up, and signs where there is a key.
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
    screen::step("summing up");
    for sums in sum_up(&out)? {
        screen::aside(&sums.display().to_string());
        match std::env::var("GPG_PRIVATE_KEY") {
            Ok(key) => {
                let passphrase = std::env::var("GPG_PASSPHRASE").unwrap_or_default();
                let signature = sums::sign(&sums, &key, &passphrase)?;
                screen::aside(&signature.display().to_string());
            }
            Err(_) => screen::aside("not signed: GPG_PRIVATE_KEY is not set"),
        }
    }
    Ok(())
}

/// Packs both programs for this platform.
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

/// Writes the manifest and the sums of everything that is there. The emulator's have a file of
/// their own: the registry reads the provider's and knows no other archives.
pub(crate) fn sum_up(out: &Path) -> Result<Vec<PathBuf>> {
    let manifest = out.join(format!("{PROVIDER}_{VERSION}_manifest.json"));
    fs::copy(project::root().join(MANIFEST), &manifest).context("Copying the manifest")?;
    let mut written = Vec::new();
    for (name, more) in [(PROVIDER, vec![manifest]), (EMULATOR, Vec::new())] {
        let prefix = format!("{name}_{VERSION}_");
        let mut files = files(out, &prefix, ".zip")?;
        if files.is_empty() {
            let folder = out.display();
            return Err(Failure::new(format!("{folder} holds no archive {prefix}*.zip")));
        }
        files.extend(more);
        let sums = out.join(format!("{prefix}SHA256SUMS"));
        sums::write(&sums, &files)?;
        written.push(sums);
    }
    Ok(written)
}

/// The versions of the plugin protocol that the manifest names.
pub(crate) fn protocols() -> Result<Value> {
    let text =
        fs::read_to_string(project::root().join(MANIFEST)).context("Reading the manifest")?;
    let manifest: Value = serde_json::from_str(&text).context("Reading the manifest")?;
    Ok(manifest["metadata"]["protocol_versions"].clone())
}

/// Starts what was packed where there is nothing else.
fn start_alone(archives: &[PathBuf]) -> Result<()> {
    screen::step("starting the packed programs in an empty root folder");
    if !alone::possible() {
        screen::aside("left out: this system has no `unshare`, or does not permit it");
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

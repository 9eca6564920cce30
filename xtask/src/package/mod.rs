//! `cargo xtask package`: writes the files of a release in the form that Terraform's registry
//! requires.
//!
//! `cargo xtask package` writes the archives of one platform, and `cargo xtask package --check`
//! starts what they contain. `cargo xtask package --sums-only` then writes and signs the checksums
//! of all archives in one folder.

mod alone;
mod archive;
mod start;
mod sums;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

pub(crate) use sums::{files, sha256};

use crate::failure::{Context as _, Failure, Result};
use crate::platform::Platform;
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
    /// Target to build for, such as `armv7-unknown-linux-gnueabihf`, instead of this machine
    #[arg(long, value_name = "TRIPLE", conflicts_with = "debug")]
    target: Option<String>,
    /// Builds nothing, and starts the programs of the archives in the folder, also with Terraform
    #[arg(long, conflicts_with = "debug")]
    check: bool,
    /// Builds nothing, and writes and signs the checksums of the archives in the folder
    #[arg(long, conflicts_with_all = ["debug", "target", "check"])]
    sums_only: bool,
}

/// Builds and packages the programs, and writes the checksums. Signs them if there is a key. With
/// `check`, only starts the programs of the archives.
pub(crate) fn run(options: &Options) -> Result<()> {
    let out = project::root().join(&options.out);
    fs::create_dir_all(&out).context(format!("Making {}", out.display()))?;
    let platform = || Platform::of(options.target.as_deref());
    if options.check {
        return start::check(&out, platform()?);
    }
    if !options.sums_only {
        build(platform()?, options.debug, &out)?;
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

/// Builds and packages both programs.
fn build(platform: Platform, debug: bool, out: &Path) -> Result<()> {
    let build = if debug { "debug" } else { "release" };
    screen::step(&format!("building the programs for {} ({build})", platform.name));
    let programs =
        if debug { project::build(false)? } else { project::build_for_release(platform)? };
    let archives = pack(&programs, platform, out)?;
    for archive in &archives {
        screen::aside(&format!("{}  {}", size(archive)?, archive.display()));
    }
    if debug { Ok(()) } else { start_alone(&archives, platform) }
}

/// Packages both programs for a platform.
pub(crate) fn pack(programs: &Programs, platform: Platform, out: &Path) -> Result<Vec<PathBuf>> {
    let licence = project::root().join("LICENSE");
    let differences = project::root().join("crates/emulator/DIFFERENCES.md");
    let provider = archive_path(out, PROVIDER, platform);
    let name = program_name(PROVIDER, platform);
    archive::write(&provider, &name, &programs.provider, &[&licence])?;
    let emulator = archive_path(out, EMULATOR, platform);
    let name = program_name(EMULATOR, platform);
    archive::write(&emulator, &name, &programs.emulator, &[&licence, &differences])?;
    Ok(vec![provider, emulator])
}

/// Returns the path of a program's archive, whose name the registries require.
fn archive_path(out: &Path, name: &str, platform: Platform) -> PathBuf {
    out.join(format!("{name}_{VERSION}_{}.zip", platform.name))
}

/// Returns the file name of a program in its archive. Terraform finds the provider by the version.
fn program_name(name: &str, platform: Platform) -> String {
    let version = if name == PROVIDER { format!("_v{VERSION}") } else { String::new() };
    format!("{name}{version}{}", platform.exe())
}

/// Writes the manifest and the checksums of all archives. The emulator's checksums have a file of
/// their own, because its archives have a release of their own: a registry reads the provider's.
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
fn start_alone(archives: &[PathBuf], platform: Platform) -> Result<()> {
    screen::step("starting the packaged programs in an empty root folder");
    if !platform.is_here() {
        screen::aside("skipped, because the programs are for another platform");
        return Ok(());
    }
    if !alone::possible() {
        screen::aside("skipped, because this system has no `unshare` or does not permit it");
        return Ok(());
    }
    for archive in archives {
        let name = archive.file_name().unwrap_or_default().to_string_lossy();
        let is_provider = name.starts_with(PROVIDER);
        let program = program_name(if is_provider { PROVIDER } else { EMULATOR }, platform);
        alone::starts(archive, &program, is_provider)?;
        screen::aside(&format!("{program} starts"));
    }
    Ok(())
}

fn size(file: &Path) -> Result<String> {
    let bytes = fs::metadata(file).context(format!("Measuring {}", file.display()))?.len();
    Ok(format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10))
}

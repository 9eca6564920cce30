//! `cargo xtask sbom`: writes a software bill of materials for each program and platform, in the
//! format CycloneDX.
//!
//! `cargo cyclonedx` writes it. It lists every crate that any member of the workspace enables, even
//! for its tests. This command keeps the crates that `cargo tree` finds in the released program.

mod bill;
mod crates;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use clap::Args;

use crate::failure::{Context as _, Failure, Result};
use crate::platform::{self, Platform};
use crate::project::{self, EMULATOR, PROVIDER, VERSION};
use crate::{process, screen};

/// Version of `cargo cyclonedx` that the workflows install.
const TOOL: &str = "0.5.9";

/// `cargo cyclonedx` reads the manifests of a few hundred crates, and downloads those that are not
/// there.
const TOOL_TAKES: Duration = Duration::from_secs(600);

/// The programs: the name in files, the package, and the package's folder.
const PROGRAMS: [(&str, &str, &str); 2] =
    [(PROVIDER, PROVIDER, ""), (EMULATOR, "emulator", "/crates/emulator")];

/// Options of the command.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Folder for the files, which is created if it does not exist
    #[arg(long, value_name = "FOLDER", default_value = "target/dist")]
    out: PathBuf,
    /// Target of the programs, such as `x86_64-unknown-linux-gnu`, instead of every target
    #[arg(long, value_name = "TRIPLE")]
    target: Vec<String>,
}

/// Writes a bill for each program and target.
pub(crate) fn run(options: &Options) -> Result<()> {
    let out = project::root().join(&options.out);
    fs::create_dir_all(&out).context(format!("Making {}", out.display()))?;
    let named = options.target.iter().map(|target| Platform::of(Some(target)));
    let mut platforms = named.collect::<Result<Vec<_>>>()?;
    if platforms.is_empty() {
        platforms.extend(platform::ALL);
    }
    screen::step("writing the software bills of materials");
    for platform in platforms {
        for (file, crates) in write(&out, platform)? {
            screen::aside(&format!("{crates} crates  {}", file.display()));
        }
    }
    Ok(())
}

/// Writes the bills of both programs for a platform. Returns each file with the number of crates
/// that it lists.
fn write(out: &Path, platform: Platform) -> Result<Vec<(PathBuf, usize)>> {
    let copy = tempfile::tempdir().context("Cannot create a folder for the manifests")?;
    copy_sources(copy.path())?;
    run_tool(copy.path(), platform)?;
    let tree = crates::Tree::of(platform, &PROGRAMS.map(|(_, package, _)| package))?;
    let mut written = Vec::new();
    for (name, package, folder) in PROGRAMS {
        let made = copy.path().join(folder.trim_start_matches('/')).join("sbom.json");
        let doing = format!("Reading {}", made.display());
        let text = fs::read_to_string(&made).context(&doing)?;
        let mut bill = serde_json::from_str(&text).context(&doing)?;
        let crates = bill::keep(&mut bill, &tree.below(package)?, folder)?;
        let file = out.join(format!("{name}_{VERSION}_{}.cdx.json", platform.name));
        let doing = format!("Writing {}", file.display());
        let text = serde_json::to_string_pretty(&bill).context(&doing)? + "\n";
        fs::write(&file, text).context(&doing)?;
        written.push((file, crates));
    }
    Ok(written)
}

/// Copies what cargo needs to read the manifests, since the tool writes its files beside them.
fn copy_sources(target: &Path) -> Result<()> {
    for name in ["Cargo.toml", "Cargo.lock", "src", "crates", "xtask"] {
        copy(&project::root().join(name), &target.join(name))?;
    }
    Ok(())
}

fn copy(source: &Path, target: &Path) -> Result<()> {
    let doing = format!("Copying {}", source.display());
    if !source.is_dir() {
        return fs::copy(source, target).map(|_| ()).context(doing);
    }
    fs::create_dir(target).context(&doing)?;
    for entry in fs::read_dir(source).context(&doing)? {
        let name = entry.context(&doing)?.file_name();
        copy(&source.join(&name), &target.join(&name))?;
    }
    Ok(())
}

fn run_tool(folder: &Path, platform: Platform) -> Result<()> {
    let mut command = project::cargo_command();
    // With a given time, the tool also leaves out the random serial number.
    command.current_dir(folder).env("SOURCE_DATE_EPOCH", time_of_commit()?);
    command.args(["cyclonedx", "--format", "json", "--spec-version", "1.5", "--all"]);
    command.args(["--no-build-deps", "--override-filename", "sbom", "--target", platform.target]);
    let finished = process::run(&mut command, TOOL_TAKES, |_| {})?;
    match finished.code {
        Some(0) => Ok(()),
        _ => Err(Failure::new(format!(
            "cargo cyclonedx did not succeed. If it is missing, run `cargo install cargo-cyclonedx \
             --version {TOOL} --locked`"
        ))
        .with("Output of cargo cyclonedx", &finished.output)),
    }
}

/// Returns the time of the commit in seconds since 1970, unless `SOURCE_DATE_EPOCH` has another.
fn time_of_commit() -> Result<String> {
    if let Ok(time) = std::env::var("SOURCE_DATE_EPOCH") {
        return Ok(time);
    }
    let mut git = Command::new("git");
    git.current_dir(project::root()).args(["log", "-1", "--format=%ct"]);
    let finished = process::run(&mut git, Duration::from_secs(60), |_| {})?;
    match finished.code {
        Some(0) => Ok(finished.output.trim().to_owned()),
        _ => Err(Failure::new(
            "The time of the commit is unknown. Run the command in a clone of the repository, or \
             set SOURCE_DATE_EPOCH",
        )
        .with("Output of git", &finished.output)),
    }
}

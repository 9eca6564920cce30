//! `cargo xtask image`: writes a container image of the emulator without a container engine.
//!
//! The result is an image layout of the Open Container Initiative (OCI), as a folder or as a tar
//! archive, which `skopeo`, `podman` and `docker` read. Equal programs of one commit make equal
//! bytes.

mod blob;
mod config;
mod layout;
mod libraries;
mod root;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::failure::{Context as _, Failure, Result};
use crate::package;
use crate::project::{self, EMULATOR, VERSION};
use crate::screen;
use config::{Image, Platform, Source};
use root::Root;

/// Options of the command.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// File (*.tar) or folder to write. Defaults to
    /// target/dist/azureai-emulator_VERSION[_PLATFORM].oci.tar
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Folder with archives of `cargo xtask package`. Writes one image for all Linux platforms that
    /// it finds there, and builds nothing
    #[arg(long, value_name = "FOLDER", conflicts_with = "debug")]
    from: Option<PathBuf>,
    /// Uses the debug build and adds this machine's libraries; for tests, not for a release
    #[arg(long)]
    debug: bool,
    /// Writes the unpacked files of the image to this folder, and no image; for the Dockerfile
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["out", "from"])]
    root: Option<PathBuf>,
}

/// Writes the image.
pub(crate) fn run(options: &Options) -> Result<()> {
    let source = Source::of_the_tree()?;
    let roots = match &options.from {
        Some(folder) => from_archives(&project::root().join(folder))?,
        None => vec![built(options.debug)?],
    };
    if let (Some(folder), [(_, root)]) = (&options.root, &roots[..]) {
        return root.unpack(&project::root().join(folder));
    }
    screen::step("writing the image");
    let name = match (&options.from, &roots[..]) {
        (None, [(platform, _)]) => format!("{EMULATOR}_{VERSION}_linux_{}", platform.name()),
        _ => format!("{EMULATOR}_{VERSION}"),
    };
    let standard = || PathBuf::from(format!("target/dist/{name}.oci.tar"));
    let out = project::root().join(options.out.clone().unwrap_or_else(standard));
    let images = roots
        .iter()
        .map(|(platform, root)| Image::new(platform.clone(), root, &source))
        .collect::<Result<Vec<_>>>()?;
    let layout = layout::Layout::new(&images, &source);
    layout.write(&out)?;
    for image in &images {
        screen::aside(&format!("linux/{}  {}", image.platform, image.manifest.digest));
    }
    screen::aside(&out.display().to_string());
    Ok(())
}

/// Builds the emulator for this machine, and returns the files of its image.
fn built(debug: bool) -> Result<(Platform, Root)> {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "The image needs a Linux program. Use --from with the Linux archives of a release",
        ));
    }
    let platform = Platform::of(&project::platform())?;
    screen::step(&format!("building the emulator ({})", if debug { "debug" } else { "release" }));
    let programs = match debug {
        true => project::build(false)?,
        false => project::build_for_release(crate::platform::Platform::of(None)?)?,
    };
    Ok((platform, with_program(&programs.emulator)?))
}

/// Returns the files of an image for a program of this machine.
fn with_program(program: &Path) -> Result<Root> {
    let licence = project::root().join("LICENSE");
    let differences = project::root().join("crates/emulator/DIFFERENCES.md");
    let mut root = Root::default();
    root.program(EMULATOR, read(program)?);
    root.text("LICENSE", read(&licence)?);
    root.text("DIFFERENCES.md", read(&differences)?);
    // A release has none.
    for library in libraries::of(program)? {
        root.program(&library.display().to_string(), read(&library)?);
    }
    Ok(root)
}

/// Returns the files of an image for each Linux archive in a folder.
fn from_archives(folder: &Path) -> Result<Vec<(Platform, Root)>> {
    let prefix = format!("{EMULATOR}_{VERSION}_");
    let mut roots = Vec::new();
    for archive in package::files(folder, &format!("{prefix}linux_"), ".zip")? {
        let name = archive.file_name().unwrap_or_default().to_string_lossy();
        let platform = name.trim_start_matches(&prefix).trim_end_matches(".zip");
        roots.push((Platform::of(platform)?, Root::of_archive(&archive)?));
    }
    if roots.is_empty() {
        let folder = folder.display();
        return Err(Failure::new(format!("{folder} has no archive {prefix}linux_*.zip")));
    }
    Ok(roots)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).context(format!("Reading {}", file.display()))
}

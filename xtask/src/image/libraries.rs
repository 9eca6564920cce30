//! Shared libraries of a program. A release needs none, and a debug build needs the system's.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::failure::{Failure, Result};
use crate::process;

const LDD_TAKES: Duration = Duration::from_secs(30);

/// Returns the libraries that the loader of this machine finds for a program, and the loader.
pub(super) fn of(program: &Path) -> Result<Vec<PathBuf>> {
    let finished = process::run(Command::new("ldd").arg(program), LDD_TAKES, |_| {})?;
    // ldd fails for a program without libraries, and says so in one of two ways.
    let output = &finished.output;
    if output.contains("statically linked") || output.contains("not a dynamic executable") {
        return Ok(Vec::new());
    }
    if finished.code != Some(0) || output.contains("not found") {
        let summary = format!("Cannot find the libraries of {}", program.display());
        return Err(Failure::new(summary).with("Output of ldd", output));
    }
    // A line is `NAME => PATH (ADDRESS)` or `PATH (ADDRESS)`. The kernel's own library has no path.
    let paths = output.lines().filter_map(|line| {
        let path = line.split("=>").last()?.trim().split(" (").next()?;
        path.starts_with('/').then(|| PathBuf::from(path))
    });
    Ok(paths.collect())
}

//! Starts the packaged programs of a platform as a user does: unpacked, and with Terraform.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{archive, archive_path, program_name};
use crate::failure::{Context as _, Failure, Result};
use crate::platform::Platform;
use crate::project::{EMULATOR, PROVIDER, Programs, VERSION};
use crate::{demo, plugin, process, screen};

/// A program may start on an emulated processor.
const ANSWER_TAKES: Duration = Duration::from_secs(120);

/// Unpacks both archives of a platform, starts both programs, and lets Terraform apply and destroy
/// a scenario with them.
///
/// # Errors
///
/// Returns an error if an archive is missing or incomplete, if a program does not start, or if
/// Terraform does not succeed.
pub(crate) fn check(out: &Path, platform: Platform) -> Result<()> {
    screen::step(&format!("starting the packaged programs of {}", platform.name));
    if let Some(runner) = platform.runner() {
        screen::aside(&format!("each program runs by `{runner}`"));
    } else if !platform.is_here() {
        screen::aside("the system must run programs of another platform by itself");
    }
    let folder = tempfile::tempdir().context("Cannot create a folder for the programs")?;
    let programs = Programs {
        provider: unpacked(out, PROVIDER, platform, folder.path())?,
        emulator: unpacked(out, EMULATOR, platform, folder.path())?,
    };
    let mut child = plugin::start(Command::new(&programs.provider), folder.path())?;
    let answered = plugin::handshake(&mut child);
    process::stop(&mut child);
    answered?;
    screen::aside(&format!("{PROVIDER} starts, and prints Terraform's handshake line"));
    screen::aside(&format!("{} starts", version(&programs.emulator)?));
    let (apply, destroy) = demo::measure(&programs)?;
    let [apply, destroy] = [apply, destroy].map(|time| time.as_secs_f64());
    screen::aside(&format!("Terraform applied a scenario in {apply:.1} s"));
    screen::aside(&format!("Terraform destroyed the scenario in {destroy:.1} s"));
    Ok(())
}

/// Unpacks the archive of a program, and returns what starts the program on this machine.
fn unpacked(out: &Path, name: &str, platform: Platform, folder: &Path) -> Result<PathBuf> {
    let archive = archive_path(out, name, platform);
    let folder = folder.join(name);
    archive::unpack(&archive, &folder)?;
    let program = folder.join(program_name(name, platform));
    for file in [&program, &folder.join("LICENSE")] {
        if !file.is_file() {
            let missing = file.file_name().unwrap_or_default().to_string_lossy();
            return Err(Failure::new(format!("{} has no {missing}", archive.display())));
        }
    }
    platform.startable(&program)
}

/// Returns the name and version that a program prints.
fn version(program: &Path) -> Result<String> {
    let finished = process::run(Command::new(program).arg("--version"), ANSWER_TAKES, |_| {})?;
    let printed = finished.output.trim();
    if finished.code != Some(0) || !printed.ends_with(VERSION) {
        let summary = format!("{} --version does not print {VERSION}", program.display());
        return Err(Failure::new(summary).with("Output of the program", &finished.output));
    }
    Ok(printed.to_owned())
}

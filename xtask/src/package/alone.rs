//! Checks that the packaged programs do not depend on the system: each starts in a root folder that
//! holds nothing else.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::archive;
use crate::failure::{Context as _, Failure, Result};
use crate::{plugin, process};

const ANSWER_TAKES: Duration = Duration::from_secs(30);

/// Returns `true` if the system can run a program in another root folder.
pub(crate) fn possible() -> bool {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "true"]);
    cfg!(target_os = "linux")
        && process::run(&mut command, ANSWER_TAKES, |_| {}).is_ok_and(|it| it.code == Some(0))
}

/// Unpacks an archive into an empty folder and starts its program with that folder as the root.
pub(crate) fn starts(archive: &Path, program: &str, is_plugin: bool) -> Result<()> {
    let root = tempfile::tempdir().context("Cannot create an empty root folder")?;
    archive::unpack(archive, root.path())?;
    fs::create_dir(root.path().join("tmp"))
        .context("Cannot create a folder for temporary files")?;
    let mut command = Command::new("unshare");
    command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.arg("--map-root-user").arg(format!("--root={}", root.path().display()));
    command.args(["--wd=/", &format!("/{program}")]);
    if is_plugin {
        let mut child = plugin::start(command, Path::new("/tmp"))?;
        let answered = plugin::handshake(&mut child);
        process::stop(&mut child);
        return answered;
    }
    let finished = process::run(command.arg("--version"), ANSWER_TAKES, |_| {})?;
    match finished.code {
        Some(0) => Ok(()),
        _ => Err(Failure::new(format!("{program} does not start in an empty root folder"))
            .with("Output of the program", &finished.output)),
    }
}

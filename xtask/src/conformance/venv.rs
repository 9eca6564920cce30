//! The virtual environment: made once, used as long as the list of packages stays the same.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::failure::{Context as _, Failure, Result};
use crate::{process, project, screen};

/// The Azure CLI has about a hundred packages.
const DEADLINE: Duration = Duration::from_secs(900);

/// How long pip waits for a registry that does not answer.
const PATIENCE: &str = "--timeout=15";

/// A virtual environment with everything in it.
#[derive(Debug)]
pub(crate) struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// The environment, filled if it was not.
    pub(crate) fn ready(target: &Path) -> Result<Self> {
        let list = project::root().join("xtask/conformance/requirements.txt");
        let wanted = std::fs::read_to_string(&list).context("Reading requirements.txt")?;
        let venv = Self { folder: target.join("conformance").join("venv") };
        // Written last, so that a half-filled environment is never taken for a whole one.
        let mark = venv.folder.join("complete.txt");
        if std::fs::read_to_string(&mark).is_ok_and(|complete| complete == wanted) {
            screen::aside(&format!("reusing {}", venv.folder.display()));
            return Ok(venv);
        }
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv.folder))?;
        let mut pip = Command::new(venv.program("python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        pip.args(["--only-binary", ":all:", "--retries=1", PATIENCE, "-r"]).arg(&list);
        run(&mut pip)?;
        std::fs::write(&mark, wanted).context("Marking the environment complete")?;
        Ok(venv)
    }

    /// The folder of its programs.
    pub(crate) fn programs(&self) -> PathBuf {
        self.folder.join("bin")
    }

    /// A program in it.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs().join(name)
    }

    /// The version of what a story is about.
    pub(crate) fn version(&self, package: &str) -> Result<String> {
        let script = "import sys; from importlib.metadata import version; \
                      print(', '.join(name + ' ' + version(name) for name in sys.argv[1:]))";
        let names: &[&str] = match package {
            "Python SDKs" => &["azure-mgmt-network", "azure-identity"],
            _ => &["azure-cli"],
        };
        let mut python = Command::new(self.program("python"));
        let finished = process::run(python.args(["-c", script]).args(names), DEADLINE, |_| {})?;
        Ok(format!("({})", finished.output.trim()))
    }
}

fn run(command: &mut Command) -> Result<()> {
    let finished = process::run(command, DEADLINE, |_| {})?;
    if finished.code == Some(0) {
        return Ok(());
    }
    let text = "Python 3 with its venv module, and the packages of \
                xtask/conformance/requirements.txt, cannot be had here";
    Err(Failure::new(text).with("Its output", &finished.output))
}

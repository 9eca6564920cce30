//! Python virtual environment, which is recreated only when the list of packages changes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::failure::{Context as _, Failure, Result};
use crate::{process, project, screen};

/// Time limit of the installation. The Azure CLI has about a hundred packages.
const DEADLINE: Duration = Duration::from_secs(900);

/// Time that pip waits for a package index that does not answer.
const PATIENCE: &str = "--timeout=15";

/// Virtual environment with all packages.
#[derive(Debug)]
pub(crate) struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// Returns the environment, and installs the packages if necessary.
    pub(crate) fn ready(target: &Path) -> Result<Self> {
        let list = project::root().join("xtask/conformance/requirements.txt");
        let wanted = std::fs::read_to_string(&list).context("Cannot read requirements.txt")?;
        let venv = Self { folder: target.join("conformance").join("venv") };
        // Written last, so that an incomplete environment does not count as complete.
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
        std::fs::write(&mark, wanted).context("Cannot write complete.txt")?;
        Ok(venv)
    }

    /// Returns the folder of the environment's programs.
    pub(crate) fn programs(&self) -> PathBuf {
        self.folder.join("bin")
    }

    /// Returns the path of one of the environment's programs.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.programs().join(name)
    }

    /// Returns the versions of the packages that a client consists of.
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
    let text = "The Python packages of xtask/conformance/requirements.txt cannot be installed. \
                Install Python 3 with its venv module, and check the access to the package index";
    Err(Failure::new(text).with("Output of Python", &finished.output))
}

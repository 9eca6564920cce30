//! World of one test, with its own Azure, folder, and environment.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use emulator::{Builder, Emulator};
use tempfile::TempDir;

use crate::cloud::Cloud;
use crate::outcome::Outcome;
use crate::pieces;
use crate::process::{Finished, Running};

/// Program under test.
const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-azureai");

#[derive(Debug)]
pub struct World {
    pub cloud: Cloud,
    folder: TempDir,
    environment: Vec<(String, String)>,
    terraform: String,
    last: RefCell<Option<Finished>>,
}

/// Prints the report of the last command if the test fails in any way.
impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.report(self.last.borrow().as_ref()));
        }
    }
}

impl World {
    /// Returns a world whose Azure finishes background work at once.
    pub fn new() -> Self {
        Self::of(Emulator::builder())
    }

    /// Returns a world with this Azure.
    pub fn of(azure: Builder) -> Self {
        let cloud = Cloud::start(azure);
        let folder = tempfile::Builder::new().prefix("azureai-").tempdir().unwrap();
        for name in ["work", "tmp", "bin"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let environment = environment(&cloud, folder.path());
        let terraform = "terraform".to_owned();
        let world = Self { cloud, folder, environment, terraform, last: RefCell::new(None) };
        world.install_provider();
        world
    }

    /// Installs the provider alone in a folder: Terraform runs the first file there whose name
    /// fits.
    fn install_provider(&self) {
        let bin = self.folder.path().join("bin");
        let target = bin.join("terraform-provider-azureai");
        // A hard link outlives a build that replaces the file while the tests run.
        if fs::hard_link(PROVIDER, &target).is_err() {
            std::os::unix::fs::symlink(PROVIDER, &target).unwrap();
        }
        let config = format!(
            r#"provider_installation {{
  dev_overrides {{
    "azureai/azureai" = "{}"
  }}
  direct {{
    exclude = ["*/*"]
  }}
}}
"#,
            bin.display()
        );
        fs::write(self.folder.path().join("terraform.rc"), config).unwrap();
    }

    /// Returns the folder with everything of this world.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the path of a file in the folder in which Terraform works.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("work").join(name)
    }

    /// Returns the folder for temporary files of Terraform and of the provider.
    pub fn temporary_files(&self) -> PathBuf {
        self.folder.path().join("tmp")
    }

    /// Sets an environment variable for all later commands.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.unset(name);
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Removes an environment variable.
    pub fn unset(&mut self, name: &str) -> &mut Self {
        self.environment.retain(|(known, _)| known != name);
        self
    }

    /// Runs this program for all later commands, instead of the `terraform` on the PATH.
    pub fn use_terraform(&mut self, program: &str) -> &mut Self {
        program.clone_into(&mut self.terraform);
        self
    }

    /// Writes the configuration: the usual opening, and this text.
    pub fn config(&self, hcl: &str) -> &Self {
        self.file("main.tf", &format!("{}\n{hcl}\n", pieces::opening(&self.cloud)))
    }

    /// Writes the configuration with this provider block.
    pub fn config_with_provider(&self, provider: &str, hcl: &str) -> &Self {
        let opening = pieces::opening(&self.cloud).replace(pieces::PROVIDER, provider);
        self.file("main.tf", &format!("{opening}\n{hcl}\n"))
    }

    /// Writes a file into the folder in which Terraform works.
    pub fn file(&self, name: &str, text: &str) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Copies the configuration files of a folder of the project, except its ways to import.
    pub fn copy(&self, folder: &str) -> &Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if name.starts_with("import-by-") {
                continue;
            }
            if path.extension().is_some_and(|extension| extension == "tf") {
                fs::copy(&path, self.path(path.file_name().unwrap().to_str().unwrap())).unwrap();
            }
        }
        self
    }

    #[must_use = "assert at least that it succeeds"]
    pub fn validate(&self) -> Outcome {
        self.run(&["validate"])
    }

    #[must_use = "assert at least that it succeeds"]
    pub fn plan(&self) -> Outcome {
        self.run(&["plan", "-input=false", "-detailed-exitcode"])
    }

    #[must_use = "assert at least that it succeeds"]
    pub fn apply(&self) -> Outcome {
        self.run(&["apply", "-input=false", "-auto-approve"])
    }

    #[must_use = "assert at least that it succeeds"]
    pub fn destroy(&self) -> Outcome {
        self.run(&["destroy", "-input=false", "-auto-approve"])
    }

    #[must_use = "assert at least that it succeeds"]
    pub fn import(&self, address: &str, id: &str) -> Outcome {
        self.run(&["import", "-input=false", address, id])
    }

    #[must_use = "assert at least that it succeeds"]
    pub fn refresh_only(&self) -> Outcome {
        self.run(&["plan", "-refresh-only", "-input=false", "-detailed-exitcode"])
    }

    /// Evaluates an expression with `terraform console`.
    #[must_use = "assert at least that it succeeds"]
    pub fn console(&self, expression: &str) -> Outcome {
        self.end(self.start_with_input(&["console"], Some(expression)))
    }

    #[must_use = "assert at least that it succeeds"]
    pub fn run(&self, args: &[&str]) -> Outcome {
        self.end(self.start(args))
    }

    /// Starts a command that runs beside the test.
    pub fn start(&self, args: &[&str]) -> Running {
        self.start_with_input(args, None)
    }

    /// Returns the outcome of a started command.
    #[must_use = "assert at least that it succeeds"]
    pub fn end(&self, running: Running) -> Outcome {
        let finished = running.finish();
        self.last.replace(Some(finished.clone()));
        Outcome::new(finished)
    }

    fn start_with_input(&self, args: &[&str], input: Option<&str>) -> Running {
        let mut command = Command::new(&self.terraform);
        command.args(args).current_dir(self.path("")).env_clear();
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        Running::start(command, format!("terraform {}", args.join(" ")), input)
    }
}

fn environment(cloud: &Cloud, folder: &Path) -> Vec<(String, String)> {
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let mut environment = cloud.environment();
    environment.extend([
        ("HOME", file("")),
        ("TMPDIR", file("tmp")),
        ("TF_CLI_CONFIG_FILE", file("terraform.rc")),
        ("TF_LOG_PROVIDER", "DEBUG".to_owned()),
        ("TF_LOG_PATH", file("provider.log")),
        ("TF_IN_AUTOMATION", "1".to_owned()),
        ("TF_CLI_ARGS", "-no-color".to_owned()),
        ("CHECKPOINT_DISABLE", "1".to_owned()),
        // Terraform is a Go program that lives for a second: it collects no garbage until it must.
        ("GOGC", "off".to_owned()),
        ("GOMEMLIMIT", "512MiB".to_owned()),
        ("PATH", std::env::var("PATH").unwrap_or_default()),
    ]);
    environment.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

//! Runs the real `terraform`, or a program that behaves like it such as `tofu`, isolated from the
//! user's settings and from every registry.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::failure::{Context as _, Failure, Result};
use crate::process::{self, Finished};
use crate::project::SOURCE;

const DEADLINE: Duration = Duration::from_secs(300);
const OLDEST: (u32, u32) = (1, 5);

/// Terraform in one working folder.
#[derive(Debug)]
pub(crate) struct Terraform {
    program: String,
    folder: PathBuf,
    environment: Vec<(&'static str, String)>,
    deadline: Duration,
}

impl Terraform {
    /// Returns Terraform in `folder`, which installs the provider from `mirror` only.
    ///
    /// # Errors
    ///
    /// Returns an error if Terraform is missing or too old.
    pub(crate) fn new(folder: &Path, mirror: &Path) -> Result<Self> {
        Self::of("terraform", folder, mirror)
    }

    /// Like [`Terraform::new`], with another program.
    ///
    /// # Errors
    ///
    /// Returns an error if the program is missing or too old.
    pub(crate) fn of(program: &str, folder: &Path, mirror: &Path) -> Result<Self> {
        let config = folder.join("terraform.rc");
        std::fs::write(&config, cli_config(mirror)).context("Writing Terraform's CLI config")?;
        let environment = vec![
            ("TF_CLI_CONFIG_FILE", config.display().to_string()),
            ("CHECKPOINT_DISABLE", "1".to_owned()),
            ("TF_IN_AUTOMATION", "1".to_owned()),
            // The emulator is on this machine, so requests to it must not use a proxy.
            ("NO_PROXY", "localhost,127.0.0.1".to_owned()),
            ("no_proxy", "localhost,127.0.0.1".to_owned()),
        ];
        let (program, folder) = (program.to_owned(), folder.to_owned());
        let terraform = Self { program, folder, environment, deadline: DEADLINE };
        terraform.check_version()?;
        Ok(terraform)
    }

    /// Adds variables to the environment of every run.
    pub(crate) fn set(&mut self, variables: impl IntoIterator<Item = (&'static str, String)>) {
        self.environment.extend(variables);
    }

    /// Sets the longest time that a command may take.
    pub(crate) fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Returns the variables that a user must export to continue manually.
    pub(crate) fn exports(&self) -> &[(&'static str, String)] {
        &self.environment
    }

    /// Runs a command that must succeed.
    pub(crate) fn run(&self, args: &[&str], on_line: impl FnMut(&str)) -> Result<Finished> {
        let finished = self.attempt(args, on_line)?;
        if finished.code == Some(0) {
            return Ok(finished);
        }
        let how = match finished.code {
            Some(code) => format!("ended with code {code}"),
            None => "was killed".to_owned(),
        };
        let summary = format!("{} {} {how}", self.program, args.join(" "));
        Err(Failure::new(summary).with("Output of Terraform", &finished.output))
    }

    /// Runs a command and returns its result, whether it succeeded or not.
    pub(crate) fn attempt(&self, args: &[&str], on_line: impl FnMut(&str)) -> Result<Finished> {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.folder).args(args);
        for (name, _) in std::env::vars_os() {
            if is_foreign(&name.to_string_lossy()) {
                command.env_remove(name);
            }
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        // Not among the exports, because a user may want colors.
        command.env("TF_CLI_ARGS", "-no-color");
        process::run(&mut command, self.deadline, on_line)
    }

    fn check_version(&self) -> Result<()> {
        let wanted = format!("Terraform {}.{} or newer is required", OLDEST.0, OLDEST.1);
        let there = self.attempt(&["version", "-json"], |_| {}).map_err(|_| {
            Failure::new(format!(
                "{wanted}, but {} does not start. See \
                 https://developer.hashicorp.com/terraform/install",
                self.program
            ))
        })?;
        let answer: Value = serde_json::from_str(&there.output).unwrap_or_default();
        let version = answer["terraform_version"].as_str().unwrap_or("of an unknown version");
        if number(version).is_none_or(|number| number < OLDEST) {
            let program = &self.program;
            return Err(Failure::new(format!("{wanted}; the version of {program} is {version}")));
        }
        Ok(())
    }
}

/// Returns the first two numbers of a version.
fn number(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Returns `true` for variables that the user may have set for other work.
fn is_foreign(variable: &str) -> bool {
    let meant = ["TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_CORE"];
    let prefixes = ["TF_", "ARM_", "AZURE_"];
    !meant.contains(&variable) && prefixes.iter().any(|prefix| variable.starts_with(prefix))
}

fn cli_config(mirror: &Path) -> String {
    // Terraform accepts forward slashes on every system, and a backslash would need escaping.
    let mirror = mirror.display().to_string().replace('\\', "/");
    format!(
        r#"disable_checkpoint = true

provider_installation {{
  filesystem_mirror {{
    path    = "{mirror}"
    include = ["{SOURCE}"]
  }}
  direct {{
    exclude = ["{SOURCE}"]
  }}
}}
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(number("1.11.4") > Some(OLDEST));
        assert!(number("1.4.9") < Some(OLDEST));
        assert_eq!(number("nonsense"), None);
    }

    #[test]
    fn foreign_variables_are_recognized() {
        assert!(is_foreign("TF_CLI_ARGS"));
        assert!(is_foreign("ARM_CLIENT_ID"));
        assert!(!is_foreign("TF_LOG"));
        assert!(!is_foreign("PATH"));
    }
}

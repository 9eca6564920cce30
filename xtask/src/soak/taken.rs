//! Resources that the second writer already created: the provider must refuse to create each of
//! them.

use std::path::{Path, PathBuf};

use super::ids_of_state;
use super::second::MANY_TAKEN;
use crate::failure::{Context as _, Failure, Result};
use crate::terraform::Terraform;

/// Terraform with a configuration of resources that already exist.
pub(super) struct Taken {
    terraform: Terraform,
    state: PathBuf,
}

impl Taken {
    pub(super) fn new(
        folder: &Path,
        group: &str,
        variables: Vec<(&'static str, String)>,
    ) -> Result<Self> {
        let own = folder.join("taken");
        std::fs::create_dir(&own).context("Cannot create a folder")?;
        let mut terraform = Terraform::new(&own, &folder.join("mirror"))?;
        terraform.set(variables);
        let text = include_str!("taken.tf").replace("GROUP_ID", group);
        let text = text.replace("MANY_TAKEN", &MANY_TAKEN.to_string());
        std::fs::write(own.join("main.tf"), text).context("Cannot write the configuration")?;
        terraform.run(&["init", "-input=false"], |_| {})?;
        Ok(Self { terraform, state: own.join("terraform.tfstate") })
    }

    /// Applies the configuration, and checks that each resource is refused because it exists.
    pub(super) fn refused(&self) -> Result<()> {
        let args = ["apply", "-input=false", "-auto-approve", "-parallelism=20"];
        let finished = self.terraform.attempt(&args, |_| {})?;
        let refusals = |line: &&str| line.contains("Error: ") && line.contains("already exists");
        let refused = finished.output.lines().filter(refusals).count();
        let others = finished.output.lines().filter(|line| line.contains("Error: "));
        let others = others.filter(|line| !refusals(line)).collect::<Vec<_>>().join("\n");
        let ours = ids_of_state(&self.state)?;
        if refused == 4 * MANY_TAKEN && ours.is_empty() {
            return Ok(());
        }
        let ours = ours.into_iter().collect::<Vec<_>>().join("\n");
        // The next round starts without these resources in the state.
        std::fs::remove_file(&self.state)
            .context("Cannot remove the state of the second writer's resources")?;
        let all = 4 * MANY_TAKEN;
        let failure = Failure::new(format!("{refused} of {all} existing resources were refused"));
        Err(failure.with("Other errors", &others).with("Resources in the state", &ours))
    }
}

//! What somebody else has made already, and we want to make: it must be refused each time.

use std::path::{Path, PathBuf};

use super::ids_of_state;
use super::second::MANY_TAKEN;
use crate::failure::{Context as _, Failure, Result};
use crate::terraform::Terraform;

/// A configuration of what somebody else has made already.
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
        std::fs::create_dir(&own).context("Making a folder")?;
        let mut terraform = Terraform::new(&own, &folder.join("mirror"))?;
        terraform.set(variables);
        let text = include_str!("taken.tf").replace("GROUP_ID", group);
        let text = text.replace("MANY_TAKEN", &MANY_TAKEN.to_string());
        std::fs::write(own.join("main.tf"), text).context("Writing the configuration")?;
        terraform.run(&["init", "-input=false"], |_| {})?;
        Ok(Self { terraform, state: own.join("terraform.tfstate") })
    }

    /// Wants to make all of it, and must be told each time that it exists already.
    pub(super) fn refused(&self) -> Result<()> {
        let args = ["apply", "-input=false", "-auto-approve", "-parallelism=20"];
        let finished = self.terraform.attempt(&args, |_| {})?;
        let refusals = |line: &&str| line.contains("Error: ") && line.contains("exists already");
        let refused = finished.output.lines().filter(refusals).count();
        let others = finished.output.lines().filter(|line| line.contains("Error: "));
        let others = others.filter(|line| !refusals(line)).collect::<Vec<_>>().join("\n");
        let ours = ids_of_state(&self.state)?;
        if refused == 4 * MANY_TAKEN && ours.is_empty() {
            return Ok(());
        }
        let ours = ours.into_iter().collect::<Vec<_>>().join("\n");
        // So that the next round begins without them.
        std::fs::remove_file(&self.state).context("Forgetting what is theirs")?;
        let all = 4 * MANY_TAKEN;
        let failure = Failure::new(format!("{refused} of {all} that exist already were refused"));
        Err(failure.with("Said of the others", &others).with("In the state", &ours))
    }
}

//! `cargo xtask docs`: writes `docs/` from the models.

use std::process::Command;

use crate::failure::{Context as _, Failure, Result};
use crate::project;

/// Runs the test that compares `docs/` with the models, and has it write what differs. This
/// package does not link the provider, so that it is built fast.
pub(crate) fn run() -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .current_dir(project::root())
        .args(["test", "--quiet", "--workspace", "--test", "docs"])
        .env("UPDATE_DOCS", "1")
        .status()
        .context("Starting cargo")?;
    if !status.success() {
        return Err(Failure::new("The pages could not be written; cargo says why above."));
    }
    println!("docs/ is what the models say.");
    Ok(())
}

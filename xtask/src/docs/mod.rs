//! `cargo xtask docs`: writes `docs/` from the models.

mod preview;

use std::process::Command;

use clap::Args;

use crate::failure::{Context as _, Failure, Result};
use crate::project;

/// What can be chosen.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Writes pages for a browser too, to see how they look
    #[arg(long)]
    html: bool,
}

/// Runs the test that compares `docs/` with the models, and has it write what differs. This
/// package does not link the provider, so that it is built fast.
pub(crate) fn run(options: &Options) -> Result<()> {
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
    if options.html {
        let root = project::root();
        let first = preview::write(&root.join("docs"), &root.join("target/docs-html"))?;
        println!("To look at: {}", first.display());
    }
    Ok(())
}

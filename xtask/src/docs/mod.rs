//! `cargo xtask docs`: generates `docs/` from the models.

mod preview;

use std::process::Command;

use clap::Args;

use crate::failure::{Context as _, Failure, Result};
use crate::project;

/// Options of the command.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Also writes HTML pages to target/docs-html, laid out as in the registry
    #[arg(long)]
    html: bool,
}

/// Runs the test that compares `docs/` with the models, with the setting that makes it write
/// differing pages. `xtask` does not link the provider, so that it builds fast.
pub(crate) fn run(options: &Options) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .current_dir(project::root())
        .args(["test", "--quiet", "--workspace", "--test", "docs"])
        .env("UPDATE_DOCS", "1")
        .status()
        .context("Cannot start cargo")?;
    if !status.success() {
        return Err(Failure::new(
            "The pages of docs/ were not written. See the output of cargo above",
        ));
    }
    println!("docs/ is up to date.");
    if options.html {
        let root = project::root();
        let first = preview::write(&root.join("docs"), &root.join("target/docs-html"))?;
        println!("Open {} in a browser.", first.display());
    }
    Ok(())
}

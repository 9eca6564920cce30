//! `cargo xtask install`: the provider in the user's own mirror, so that `terraform init` finds it.

use std::path::PathBuf;

use clap::Args;

use crate::failure::{Context as _, Result};
use crate::project::{self, SOURCE, VERSION};
use crate::screen;

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Installs the debug build, which is made faster and starts slower
    #[arg(long)]
    debug: bool,
}

/// Builds the provider, copies it and says what to write into a configuration.
pub(crate) fn run(options: &Options) -> Result<()> {
    let build = if options.debug { "debug" } else { "release" };
    screen::step(&format!("building the provider ({build})"));
    let provider = project::build_provider(!options.debug)?;
    let installed = project::fill_mirror(&mirror()?, &provider)?;
    println!("\nInstalled {}\n", installed.display());
    println!(
        "`terraform init` finds it there, without a registry, for a configuration that says:\n"
    );
    println!("{}", required_providers());
    println!("After installing the same version again, remove .terraform.lock.hcl first: it holds");
    println!("the checksum of the former build.");
    Ok(())
}

/// The folder in which Terraform looks before it asks any registry.
fn mirror() -> Result<PathBuf> {
    let no_home = "No home folder: neither HOME nor APPDATA is set";
    if cfg!(windows) {
        let settings = std::env::var_os("APPDATA").context(no_home)?;
        return Ok(PathBuf::from(settings).join("terraform.d").join("plugins"));
    }
    let home = std::env::var_os("HOME").context(no_home)?;
    Ok(PathBuf::from(home).join(".terraform.d").join("plugins"))
}

fn required_providers() -> String {
    format!(
        r#"    terraform {{
      required_providers {{
        azureai = {{
          source  = "{SOURCE}"
          version = "{VERSION}"
        }}
      }}
    }}
"#
    )
}

//! `cargo xtask install`: installs the provider in the user's plugin folder, where `terraform init`
//! and `tofu init` find it.

use std::path::PathBuf;

use clap::Args;

use crate::failure::{Context as _, Result};
use crate::project::{self, SOURCE, VERSION};
use crate::screen;

/// Options of the command.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Installs the debug build, which builds faster and starts slower
    #[arg(long)]
    debug: bool,
}

/// Builds the provider, copies it and prints the configuration that uses it.
pub(crate) fn run(options: &Options) -> Result<()> {
    let build = if options.debug { "debug" } else { "release" };
    screen::step(&format!("building the provider ({build})"));
    let provider = project::build_provider(!options.debug)?;
    let installed = project::fill_mirror(&mirror()?, &provider)?;
    println!();
    for file in &installed {
        println!("Installed {}", file.display());
    }
    println!("\n`terraform init` and `tofu init` install it from there, without a registry, for");
    println!("this configuration:\n");
    println!("{}", required_providers());
    println!(
        "If you install this version again, delete .terraform.lock.hcl before `init`: the file"
    );
    println!("holds the checksum of the previous build.");
    Ok(())
}

/// Returns the folder that Terraform and OpenTofu search before any registry. OpenTofu searches it
/// even if `$XDG_DATA_HOME/opentofu/plugins` exists (`cliconfig/config_unix.go`, `dataDirs`).
fn mirror() -> Result<PathBuf> {
    let no_home = "No home folder was found. Set HOME, or APPDATA on Windows";
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

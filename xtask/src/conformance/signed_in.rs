//! Runs Terraform with the provider, which has no credentials except those of the Azure CLI.

use super::{Stage, az};
use crate::failure::{Context as _, Failure, Result};
use crate::project;
use crate::screen;
use crate::terraform::Terraform;

const CONFIGURATION: &str = r#"
terraform {
  required_providers {
    azureai = { source = "azureai/azureai" }
  }
}

data "azureai_client_config" "it" {}

resource "azureai_private_dns_zone" "api" {
  name                = "privatelink.api.azureml.ms"
  resource_group_name = "rg-ai"
}

locals {
  who = data.azureai_client_config.it
}

output "who" {
  value = "${local.who.tenant_id} ${local.who.client_id}"
}
"#;

/// Signs in, applies and destroys. Returns the number of steps.
pub(super) fn tell(stage: &Stage<'_>) -> Result<usize> {
    let steps = az::sign_in(stage)?;
    let (folder, emulator) = (stage.folder, stage.emulator);
    let mirror = folder.join("mirror");
    let mut terraform = Terraform::new(folder, &mirror)?;
    project::fill_mirror(&mirror, stage.provider)?;
    std::fs::write(folder.join("main.tf"), CONFIGURATION).context("Cannot write main.tf")?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = [stage.venv.programs()].into_iter().chain(std::env::split_paths(&path));
    let path = std::env::join_paths(places).context("Cannot set PATH")?;
    let ca = emulator.fact("ca")?;
    terraform.set(az::environment(stage));
    terraform.set([
        ("PATH", path.to_string_lossy().into_owned()),
        ("HOME", folder.display().to_string()),
        ("SSL_CERT_FILE", ca.to_owned()),
        ("REQUESTS_CA_BUNDLE", ca.to_owned()),
        ("ARM_METADATA_HOSTNAME", emulator.fact("host")?.to_owned()),
        ("ARM_SUBSCRIPTION_ID", emulator.fact("subscription")?.to_owned()),
    ]);
    let commands: [(&str, &[&str]); 4] = [
        ("init", &["init", "-input=false"]),
        ("apply", &["apply", "-input=false", "-auto-approve"]),
        ("plan again: no changes", &["plan", "-input=false", "-detailed-exitcode"]),
        ("destroy", &["destroy", "-input=false", "-auto-approve"]),
    ];
    let who = format!("{} {}", emulator.fact("tenant")?, emulator.fact("client_id")?);
    for (title, arguments) in commands {
        let finished = terraform.run(arguments, |_| {})?;
        if title == "apply" && !finished.output.contains(&who) {
            let summary = "Terraform did not sign in with the account of the Azure CLI";
            return Err(Failure::new(summary).with("Output of Terraform", &finished.output));
        }
        screen::result(&format!("terraform {title}"), finished.time.as_secs_f64());
    }
    Ok(steps + commands.len())
}

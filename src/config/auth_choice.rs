//! Which way to sign in: azurerm's order, the first way whose inputs are there and whose switch
//! allows it.
//!
//! One thing is stricter than in azurerm: a way that is asked for, but lacks something, is an error
//! where azurerm would go on to the Azure CLI and act as whoever happens to have signed in there.

use super::auth_methods::{AuthOption, Principal};
use super::credentials::Credentials;
use super::inputs::{Inputs, Origin, Switch, variable};
use azure::credential::{self, AuthMethod, AzureCli};
use plugin::prelude::*;

/// The ways there are, for those who have configured none of them.
const WAYS: &str = "\
  - Azure CLI: run `az login`. For people.
  - Managed identity: `use_msi = true` (ARM_USE_MSI). For machines in Azure.
  - OIDC: `use_oidc = true` (ARM_USE_OIDC) with `client_id`, `tenant_id` (ARM_CLIENT_ID, \
ARM_TENANT_ID) and, where the platform does not set it, `oidc_token` or `oidc_token_file_path`; on \
Azure DevOps `ado_pipeline_service_connection_id`. For pipelines.
  - AKS workload identity: `use_aks_workload_identity = true` (ARM_USE_AKS_WORKLOAD_IDENTITY).
  - Client certificate: `client_id`, `tenant_id` and `client_certificate_path` \
(ARM_CLIENT_CERTIFICATE_PATH).
  - Client secret: `client_id`, `tenant_id` and `client_secret` (ARM_CLIENT_SECRET).

The guide \"Authentication\" of this provider has a section for each.";

impl Credentials {
    /// Picks the way.
    ///
    /// # Errors
    ///
    /// When inputs contradict each other. What is missing is the inner error: it matters only when
    /// something is asked of Azure.
    pub(super) fn choose(
        &self,
        inputs: &Inputs<'_>,
        subscription: Option<&str>,
        warnings: &mut Diagnostics,
    ) -> Result<Result<credential::CredentialSettings, Diagnostic>, Diagnostic> {
        let aks = self.switch(inputs, "use_aks_workload_identity")?;
        let who = self.who(inputs, aks)?;
        let cli = self.switch(inputs, "use_cli")?;
        let mut ways = Vec::new();
        ways.extend(self.certificate(inputs, &who));
        ways.extend(self.secret(inputs, &who)?);
        ways.extend(self.oidc(inputs, &who, aks)?);
        ways.extend(self.managed(inputs, &who)?);
        warnings.extend(several(&ways));
        let partly = ways.iter().position(|way| way.method.is_err());
        if let Some(ready) = ways.iter().position(|way| way.method.is_ok()) {
            let way = ways.swap_remove(ready);
            return self.settle(inputs, who, way);
        }
        if let (Some(partly), false) = (partly, cli.on && cli.origin.is_some()) {
            return Ok(Err(incomplete(inputs, &ways.swap_remove(partly))));
        }
        if !cli.on {
            return Ok(Err(nothing(inputs, cli)));
        }
        let subscription = subscription.map(str::to_owned);
        let way = AuthOption {
            by: "by the Azure CLI",
            asked: ("use_cli", cli.origin),
            uses: &["tenant_id", "client_id", "subscription_id", "use_cli"],
            method: Ok(AuthMethod::AzureCli(AzureCli { subscription })),
        };
        self.settle(inputs, who, way)
    }

    fn settle(
        &self,
        inputs: &Inputs<'_>,
        who: Principal,
        way: AuthOption,
    ) -> Result<Result<credential::CredentialSettings, Diagnostic>, Diagnostic> {
        let auxiliary_tenants = self.auxiliary_tenants(inputs);
        let method = match way.method {
            Ok(AuthMethod::ManagedIdentity(_)) if !auxiliary_tenants.is_empty() => {
                return Err(Diagnostic::error(
                    "A managed identity has no tokens of other tenants",
                    "`use_msi` and `auxiliary_tenant_ids` exclude each other. Sign in as a service \
                     principal that the other tenants know too.",
                )
                .at(Path::of("auxiliary_tenant_ids")));
            }
            Ok(method) => method,
            Err(_) => return Ok(Err(incomplete(inputs, &way))),
        };
        let mut note = format!("The sign-in was tried {}", way.by);
        match inputs.told(way.uses) {
            told if told.is_empty() => note.push('.'),
            told => note.push_str(&format!(", with\n{told}")),
        }
        if matches!(method, AuthMethod::AzureCli(_)) && way.asked.1.is_none() {
            note.push_str("\n\nNothing else is configured. The ways to sign in are:\n");
            note.push_str(WAYS);
        }
        Ok(Ok(credential::CredentialSettings {
            tenant: who.tenant.map(|given| given.value),
            auxiliary_tenants,
            method,
            note,
        }))
    }

    fn auxiliary_tenants(&self, inputs: &Inputs<'_>) -> Vec<String> {
        if let Some(tenants) = &self.auxiliary_tenant_ids {
            return tenants.clone();
        }
        let given = inputs.text("auxiliary_tenant_ids", None);
        let text = given.map(|given| given.value).unwrap_or_default();
        let tenants = text.split(';').map(str::trim);
        tenants.filter(|tenant| !tenant.is_empty()).map(str::to_owned).collect()
    }
}

/// Ways that the configuration itself asks for beside the one that is taken.
fn several(ways: &[AuthOption]) -> Option<Diagnostic> {
    let written = |way: &&AuthOption| way.asked.1 == Some(Origin::Argument);
    let mut written = ways.iter().filter(written);
    let (first, second) = (written.next()?, written.next()?);
    let taken = ways.iter().find(|way| way.method.is_ok()).unwrap_or(first);
    let detail = format!(
        "`{}` asks to sign in {}, and `{}` asks to sign in {}. Terraform will sign in {}. Remove \
         what is not meant.",
        first.asked.0, first.by, second.asked.0, second.by, taken.by
    );
    let summary = "The provider is configured to sign in by more than one way";
    Some(Diagnostic::warning(summary, detail).at(Path::of(second.asked.0)))
}

fn incomplete(inputs: &Inputs<'_>, way: &AuthOption) -> Diagnostic {
    let lacking = way.method.as_ref().err().cloned().unwrap_or_default();
    let lines: Vec<String> = lacking
        .iter()
        .map(|name| match (*name, variable(name)) {
            ("oidc_token", _) => "  - a token: `oidc_token` (or ARM_OIDC_TOKEN), \
                 `oidc_token_file_path` (or ARM_OIDC_TOKEN_FILE_PATH), or where to ask for one: \
                 `oidc_request_url` and `oidc_request_token`. On GitHub, give the job \
                 `permissions: id-token: write`"
                .to_owned(),
            (name, "") => format!("  - the environment variable {name}"),
            (name, variable) => format!("  - `{name}` (or {variable})"),
        })
        .collect();
    let (asked, origin) = way.asked;
    let origin = origin.map(|origin| format!(" from {origin}"));
    let detail = format!(
        "`{asked}`{} asks to sign in {}, and this is missing:\n{}\n\nThis was seen:\n{}",
        origin.unwrap_or_default(),
        way.by,
        lines.join("\n"),
        inputs.told(way.uses)
    );
    Diagnostic::error("The provider's credentials are incomplete", detail).at(Path::of(asked))
}

fn nothing(inputs: &Inputs<'_>, cli: Switch) -> Diagnostic {
    let mut detail = "Nothing says how to sign in to Azure".to_owned();
    if let Some(origin) = cli.origin {
        detail.push_str(&format!(", and `use_cli` from {origin} forbids the Azure CLI"));
    }
    match inputs.told(&["tenant_id", "client_id", "client_id_file_path"]) {
        told if told.is_empty() => detail.push('.'),
        told => detail.push_str(&format!(". This was seen:\n{told}")),
    }
    detail.push_str("\n\nThe ways to sign in are:\n");
    detail.push_str(WAYS);
    Diagnostic::error("The provider has no credentials", detail).at(Path::of("use_cli"))
}

//! Chooses how to sign in: the first method, in azurerm's order, that has its inputs and that its
//! switch allows.
//!
//! One rule is stricter than azurerm's: a requested method that lacks an input is an error. azurerm
//! falls back to the Azure CLI and acts as the account that is signed in there.

use super::auth_methods::{AuthOption, Principal};
use super::credentials::Credentials;
use super::inputs::{Inputs, Origin, Switch, variable};
use azure::credential::{self, AuthMethod, AzureCli};
use plugin::prelude::*;

/// The methods of signing in, listed when none is configured.
const WAYS: &str = "\
  - Azure CLI: run `az login`. For interactive use.
  - Managed identity: `use_msi = true` (ARM_USE_MSI). For machines in Azure.
  - OIDC: `use_oidc = true` (ARM_USE_OIDC) with `client_id`, `tenant_id` (ARM_CLIENT_ID, \
ARM_TENANT_ID) and, where the platform does not set it, `oidc_token` or `oidc_token_file_path`; on \
Azure DevOps `ado_pipeline_service_connection_id`. For pipelines.
  - AKS workload identity: `use_aks_workload_identity = true` (ARM_USE_AKS_WORKLOAD_IDENTITY).
  - Client certificate: `client_id`, `tenant_id` and `client_certificate_path` \
(ARM_CLIENT_CERTIFICATE_PATH).
  - Client secret: `client_id`, `tenant_id` and `client_secret` (ARM_CLIENT_SECRET).

The provider's guide \"Authentication\" describes each of them.";

impl Credentials {
    /// Chooses the method.
    ///
    /// # Errors
    ///
    /// Returns an error if inputs contradict each other. The inner error names missing inputs; it
    /// matters only when a request to Azure needs a token.
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
            by: "with the Azure CLI",
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
                    "A managed identity cannot sign in to other tenants",
                    "`use_msi` and `auxiliary_tenant_ids` exclude each other. Remove \
                     `auxiliary_tenant_ids`, or sign in with a service principal that exists in \
                     the other tenants.",
                )
                .at(Path::of("auxiliary_tenant_ids")));
            }
            Ok(method) => method,
            Err(_) => return Ok(Err(incomplete(inputs, &way))),
        };
        let mut note = format!("The provider tried to sign in {}.", way.by);
        let told = inputs.told(way.uses);
        if !told.is_empty() {
            note.push_str(&format!(" These inputs are set:\n{told}"));
        }
        if matches!(method, AuthMethod::AzureCli(_)) && way.asked.1.is_none() {
            note.push_str("\n\nNo other method is configured. The methods are:\n");
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

/// Returns a warning if the configuration itself requests more than one method.
fn several(ways: &[AuthOption]) -> Option<Diagnostic> {
    let written = |way: &&AuthOption| way.asked.1 == Some(Origin::Argument);
    let mut written = ways.iter().filter(written);
    let (first, second) = (written.next()?, written.next()?);
    let taken = ways.iter().find(|way| way.method.is_ok()).unwrap_or(first);
    let detail = format!(
        "`{}` requests signing in {}, and `{}` requests signing in {}. The provider signs in {}. \
         Remove the other arguments.",
        first.asked.0, first.by, second.asked.0, second.by, taken.by
    );
    let summary = "The provider's configuration requests several methods of signing in";
    Some(Diagnostic::warning(summary, detail).at(Path::of(second.asked.0)))
}

fn incomplete(inputs: &Inputs<'_>, way: &AuthOption) -> Diagnostic {
    let lacking = way.method.as_ref().err().cloned().unwrap_or_default();
    let lines: Vec<String> = lacking
        .iter()
        .map(|name| match (*name, variable(name)) {
            ("oidc_token", _) => "  - a token: `oidc_token` (or ARM_OIDC_TOKEN) or \
                 `oidc_token_file_path` (or ARM_OIDC_TOKEN_FILE_PATH), or a token endpoint: \
                 `oidc_request_url` and `oidc_request_token`. On GitHub, add this to the job: \
                 `permissions: id-token: write`"
                .to_owned(),
            (name, "") => format!("  - the environment variable {name}"),
            (name, variable) => format!("  - `{name}` (or {variable})"),
        })
        .collect();
    let (asked, origin) = way.asked;
    let origin = origin.map(|origin| format!(" from {origin}"));
    let detail = format!(
        "`{asked}`{} requests signing in {}, but these inputs are missing:\n{}\n\nThese inputs are \
         set:\n{}",
        origin.unwrap_or_default(),
        way.by,
        lines.join("\n"),
        inputs.told(way.uses)
    );
    Diagnostic::error("The provider's credentials are incomplete", detail).at(Path::of(asked))
}

fn nothing(inputs: &Inputs<'_>, cli: Switch) -> Diagnostic {
    let mut detail = "No method of signing in to Azure is configured".to_owned();
    if let Some(origin) = cli.origin {
        detail.push_str(&format!(", and `use_cli` from {origin} disables the Azure CLI"));
    }
    match inputs.told(&["tenant_id", "client_id", "client_id_file_path"]) {
        told if told.is_empty() => detail.push('.'),
        told => detail.push_str(&format!(". These inputs are set:\n{told}")),
    }
    detail.push_str("\n\nThe methods are:\n");
    detail.push_str(WAYS);
    Diagnostic::error("The provider has no credentials", detail).at(Path::of("use_cli"))
}

//! Methods of signing in: what requests each, the inputs that it has, and the inputs that it lacks.

use super::credentials::Credentials;
use super::files::{agree, contents, source};
use super::inputs::{Given, Inputs, Origin, Switch};
use azure::credential::{
    Assertion, AuthMethod, AzureDevOps, CertificateSource, ClientCertificate, GitHub,
    ManagedIdentity, ManagedIdentityHost, Secret, SecretSource,
};
use plugin::diagnostic::Diagnostic;
use plugin::field;

/// A method of signing in that is configured, completely or in part.
pub(super) struct AuthOption {
    /// The method in words, as in "with a client secret".
    pub(super) by: &'static str,
    /// The argument that requests the method, and where it is set.
    pub(super) asked: (&'static str, Option<Origin>),
    /// Names of the inputs that the method uses.
    pub(super) uses: &'static [&'static str],
    /// The method, or the names of the inputs that it lacks.
    pub(super) method: Result<AuthMethod, Vec<&'static str>>,
}

/// The principal that signs in, whichever the method.
pub(super) struct Principal {
    pub(super) tenant: Option<Given>,
    pub(super) client_id: Option<Given>,
}

impl Principal {
    /// Returns the inputs that an application lacks to sign in.
    fn lacks(&self) -> Vec<&'static str> {
        let given = [("tenant_id", self.tenant.is_some()), ("client_id", self.client_id.is_some())];
        let lacking = given.into_iter().filter(|(_, given)| !given);
        lacking.map(|(name, _)| name).collect()
    }

    /// Returns a method that needs both a client ID and a tenant, or the missing inputs.
    fn method(
        &self,
        make: impl FnOnce(String) -> AuthMethod,
    ) -> Result<AuthMethod, Vec<&'static str>> {
        let client_id = self.client_id.as_ref().map(|given| given.value.clone());
        match client_id.filter(|_| self.tenant.is_some()) {
            Some(client_id) => Ok(make(client_id)),
            None => Err(self.lacks()),
        }
    }
}

impl Credentials {
    pub(super) fn switch(
        &self,
        inputs: &Inputs<'_>,
        name: &'static str,
    ) -> Result<Switch, Diagnostic> {
        let (argument, default) = match name {
            "use_oidc" => (self.use_oidc, false),
            "use_aks_workload_identity" => (self.use_aks_workload_identity, false),
            "use_msi" => (self.use_msi, false),
            _ => (self.use_cli, true),
        };
        inputs.switch(name, argument, default)
    }

    pub(super) fn who(&self, inputs: &Inputs<'_>, aks: Switch) -> Result<Principal, Diagnostic> {
        let pod = |variable| aks.on.then(|| inputs.outside(variable)).flatten();
        let file = inputs.text("client_id_file_path", self.client_id_file_path.as_deref());
        let file = file.map(|file| contents(&file)).transpose()?;
        let own = inputs.text("client_id", self.client_id.as_deref());
        let client_id = agree("client_id", own, file)?;
        let client_id = agree("client_id", client_id, pod("AZURE_CLIENT_ID"))?;
        let tenant = inputs.text("tenant_id", self.tenant_id.as_deref());
        let tenant = agree("tenant_id", tenant, pod("AZURE_TENANT_ID"))?;
        Ok(Principal { tenant, client_id })
    }

    pub(super) fn certificate(&self, inputs: &Inputs<'_>, who: &Principal) -> Option<AuthOption> {
        let text = inputs.text("client_certificate", exposed(&self.client_certificate));
        let path = inputs.text("client_certificate_path", self.client_certificate_path.as_deref());
        let password =
            inputs.text("client_certificate_password", exposed(&self.client_certificate_password));
        let given = text.clone().or(path)?;
        let file = match text {
            Some(text) => CertificateSource::Text(Secret::new(text.value)),
            None => CertificateSource::Path(given.value.into()),
        };
        let password = password.map(|password| Secret::new(password.value));
        Some(AuthOption {
            by: "with a client certificate",
            asked: (given.name, Some(given.origin)),
            uses: &[
                "tenant_id",
                "client_id",
                "client_id_file_path",
                "client_certificate",
                "client_certificate_path",
                "client_certificate_password",
            ],
            method: who.method(|client_id| {
                AuthMethod::ClientCertificate(ClientCertificate { client_id, file, password })
            }),
        })
    }

    pub(super) fn secret(
        &self,
        inputs: &Inputs<'_>,
        who: &Principal,
    ) -> Result<Option<AuthOption>, Diagnostic> {
        let value = inputs.text("client_secret", exposed(&self.client_secret));
        let file = inputs.text("client_secret_file_path", self.client_secret_file_path.as_deref());
        let Some((given, secret)) = source("client_secret", value, file)? else {
            return Ok(None);
        };
        Ok(Some(AuthOption {
            by: "with a client secret",
            asked: (given.name, Some(given.origin)),
            uses: &[
                "tenant_id",
                "client_id",
                "client_id_file_path",
                "client_secret",
                "client_secret_file_path",
            ],
            method: who.method(|client_id| AuthMethod::ClientSecret { client_id, secret }),
        }))
    }

    pub(super) fn oidc(
        &self,
        inputs: &Inputs<'_>,
        who: &Principal,
        aks: Switch,
    ) -> Result<Option<AuthOption>, Diagnostic> {
        let oidc = self.switch(inputs, "use_oidc")?;
        let value = inputs.text("oidc_token", exposed(&self.oidc_token));
        let file = inputs.text("oidc_token_file_path", self.oidc_token_file_path.as_deref());
        let requested = self.requested(inputs);
        if !oidc.on && !aks.on {
            return Ok(None);
        }
        let pod = aks.on.then(|| inputs.outside("AZURE_FEDERATED_TOKEN_FILE")).flatten();
        let asked = if oidc.on {
            ("use_oidc", oidc.origin)
        } else {
            ("use_aks_workload_identity", aks.origin)
        };
        let (by, assertion) = match source("oidc_token", value, file.or(pod))? {
            Some((given, source)) if given.name == "AZURE_FEDERATED_TOKEN_FILE" => {
                ("with an AKS workload identity", Ok(Assertion::Token(source)))
            }
            Some((_, source)) => ("with an OIDC token", Ok(Assertion::Token(source))),
            None if oidc.on => requested,
            None => ("with an AKS workload identity", Err("AZURE_FEDERATED_TOKEN_FILE")),
        };
        let method = match assertion {
            Ok(assertion) => who.method(|client_id| AuthMethod::Assertion { client_id, assertion }),
            Err(lacking) => Err([who.lacks(), vec![lacking]].concat()),
        };
        Ok(Some(AuthOption {
            by,
            asked,
            uses: &[
                "tenant_id",
                "client_id",
                "client_id_file_path",
                "use_oidc",
                "use_aks_workload_identity",
                "oidc_token",
                "oidc_token_file_path",
                "oidc_request_url",
                "oidc_request_token",
                "ado_pipeline_service_connection_id",
            ],
            method,
        }))
    }

    /// Returns the request for a token of the platform, or the inputs that the request lacks.
    pub(super) fn requested(
        &self,
        inputs: &Inputs<'_>,
    ) -> (&'static str, Result<Assertion, &'static str>) {
        let url = inputs.text("oidc_request_url", self.oidc_request_url.as_deref());
        let token = inputs.text("oidc_request_token", exposed(&self.oidc_request_token));
        let connection = inputs.text(
            "ado_pipeline_service_connection_id",
            self.ado_pipeline_service_connection_id.as_deref(),
        );
        let by = match (&url, &connection) {
            (Some(_), Some(_)) => "with an OIDC token of Azure DevOps",
            (Some(_), None) => "with an OIDC token of GitHub",
            (None, _) => "with an OIDC token",
        };
        // The token service of Azure DevOps answers only requests that name a service connection.
        let devops = |url: &Given| url.origin == Origin::Variable("SYSTEM_OIDCREQUESTURI");
        let assertion = match (url, token, connection) {
            (None, ..) => Err("oidc_token"),
            (Some(_), None, _) => Err("oidc_request_token"),
            (Some(url), Some(_), None) if devops(&url) => Err("ado_pipeline_service_connection_id"),
            (Some(url), Some(token), connection) => {
                let (url, token) =
                    (url.value, SecretSource::Value(Secret::new(token.value.trim())));
                Ok(match connection.map(|given| given.value) {
                    Some(service_connection) => {
                        Assertion::AzureDevOps(AzureDevOps { url, token, service_connection })
                    }
                    None => Assertion::GitHub(GitHub { url, token }),
                })
            }
        };
        (by, assertion)
    }

    pub(super) fn managed(
        &self,
        inputs: &Inputs<'_>,
        who: &Principal,
    ) -> Result<Option<AuthOption>, Diagnostic> {
        let msi = self.switch(inputs, "use_msi")?;
        let endpoint = inputs.text("msi_endpoint", self.msi_endpoint.as_deref());
        let version = inputs.text("msi_api_version", self.msi_api_version.as_deref());
        if !msi.on {
            return Ok(None);
        }
        Ok(Some(AuthOption {
            by: "with a managed identity",
            asked: ("use_msi", msi.origin),
            uses: &[
                "client_id",
                "client_id_file_path",
                "use_msi",
                "msi_endpoint",
                "msi_api_version",
            ],
            method: Ok(AuthMethod::ManagedIdentity(ManagedIdentity {
                client_id: who.client_id.as_ref().map(|given| given.value.clone()),
                endpoint: endpoint.map(|given| given.value),
                api_version: version.map(|given| given.value),
                host: ManagedIdentityHost::of(inputs.environment()),
            })),
        }))
    }
}

fn exposed(secret: &Option<field::Secret<String>>) -> Option<&str> {
    secret.as_ref().map(|secret| secret.expose().as_str())
}

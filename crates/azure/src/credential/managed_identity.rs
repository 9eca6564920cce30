//! Authentication with the managed identity of the machine or app that runs the provider.
//!
//! azure_identity's ManagedIdentityCredential is not used. It supports only App Service and IMDS at
//! their default URLs, reads the process environment itself, and accepts a token's expiry only as
//! text. After any refusal it reports that no identity is assigned. The other hosts need this
//! module anyway, so App Service and IMDS add only two rows.

use super::arc;
use super::secret::Secret;
use super::token_error::{into_core_error, url_of};
use super::token_service::{HttpClients, TokenService};
use crate::error::{Error, ErrorKind};
use crate::retry;
use async_trait::async_trait;
use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::http::{Method, Request, Url};
use azure_core::time::OffsetDateTime;
use serde_json::Value as Json;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Token URL of the metadata service of every machine in Azure.
const IMDS: &str = "http://169.254.169.254/metadata/identity/oauth2/token";

/// Managed identity of a machine or an app.
#[derive(Clone, Debug)]
pub struct ManagedIdentity {
    /// Client ID of a user-assigned identity. `None` selects the system-assigned identity.
    pub client_id: Option<String>,
    /// URL of the service, if it is not the host's own.
    pub endpoint: Option<String>,
    /// API version of the service.
    pub api_version: Option<String>,
    /// Host that runs the provider.
    pub host: ManagedIdentityHost,
}

/// Host of a managed identity. Each kind has its own token service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManagedIdentityHost {
    /// Virtual machine, scale set, container instance, or cluster node.
    Machine,
    /// App Service, Functions, Container Apps, or Logic Apps.
    AppService {
        /// URL of the service.
        endpoint: String,
        /// Header value that the service requires.
        header: Secret,
    },
    /// Server outside Azure with the agent of Azure Arc.
    Arc {
        /// URL of the agent.
        endpoint: String,
        /// Folder of the agent's key files.
        folder: PathBuf,
    },
    /// Compute of Azure Machine Learning.
    MachineLearning {
        /// URL of the service.
        endpoint: String,
        /// Secret that the service requires.
        secret: Secret,
    },
    /// Azure Cloud Shell.
    CloudShell {
        /// URL of the service.
        endpoint: String,
    },
    /// Service Fabric cluster.
    ServiceFabric,
}

impl ManagedIdentityHost {
    /// Detects the host from the environment variables.
    pub fn of(environment: &dyn Fn(&str) -> Option<String>) -> Self {
        let read = |name| environment(name).filter(|text: &String| !text.is_empty());
        let hidden = |name| read(name).map(Secret::new);
        match (read("IDENTITY_ENDPOINT"), hidden("IDENTITY_HEADER")) {
            (Some(_), Some(_)) if read("IDENTITY_SERVER_THUMBPRINT").is_some() => {
                return Self::ServiceFabric;
            }
            (Some(endpoint), Some(header)) => return Self::AppService { endpoint, header },
            (Some(endpoint), None) if read("IMDS_ENDPOINT").is_some() => {
                return Self::Arc { endpoint, folder: PathBuf::from(arc::FOLDER) };
            }
            _ => {}
        }
        match (read("MSI_ENDPOINT"), hidden("MSI_SECRET")) {
            (Some(endpoint), Some(secret)) => Self::MachineLearning { endpoint, secret },
            (Some(endpoint), None) => Self::CloudShell { endpoint },
            (None, _) => Self::Machine,
        }
    }
}

impl ManagedIdentity {
    pub(super) fn credential(
        &self,
        clients: &HttpClients,
    ) -> Result<Arc<dyn TokenCredential>, Error> {
        let service = TokenService::new(clients.local.clone(), &clients.user_agent)
            .local(|status| retry::is_transient_status(status) || matches!(status, 404 | 410));
        let own = HostCredential { identity: self.clone(), service };
        own.request("")?;
        Ok(Arc::new(own))
    }
}

#[derive(Debug)]
struct HostCredential {
    identity: ManagedIdentity,
    service: TokenService,
}

impl HostCredential {
    /// Returns the token request of the host: URL, API version, name of the client ID parameter,
    /// and required header.
    fn request(&self, resource: &str) -> Result<Request, Error> {
        let metadata = ("metadata", "true");
        let (address, version, client, (name, value)) = match &self.identity.host {
            _ if self.identity.endpoint.is_some() => (IMDS, "2018-02-01", "client_id", metadata),
            ManagedIdentityHost::Machine => (IMDS, "2018-02-01", "client_id", metadata),
            ManagedIdentityHost::AppService { endpoint, header } => {
                let header = ("x-identity-header", header.expose());
                (endpoint.as_str(), "2019-08-01", "client_id", header)
            }
            ManagedIdentityHost::MachineLearning { endpoint, secret } => {
                (endpoint.as_str(), "2017-09-01", "clientid", ("secret", secret.expose()))
            }
            ManagedIdentityHost::Arc { endpoint, .. } => {
                (endpoint.as_str(), "2020-06-01", "", metadata)
            }
            ManagedIdentityHost::CloudShell { endpoint } => (endpoint.as_str(), "", "", metadata),
            ManagedIdentityHost::ServiceFabric => {
                return Err(refuse(
                    "Managed identities of Service Fabric are not supported. \
                                   Choose another way to sign in.",
                ));
            }
        };
        let address = self.identity.endpoint.as_deref().unwrap_or(address);
        let version = self.identity.api_version.as_deref().unwrap_or(version);
        let mut url = Url::parse(address)
            .map_err(|error| refuse(&format!("{address:?} is not a URL: {error}.")))?;
        let mut query = vec![("resource", resource)];
        if !version.is_empty() {
            query.insert(0, ("api-version", version));
        }
        match &self.identity.client_id {
            Some(_) if client.is_empty() => {
                return Err(refuse(
                    "This host has only a system-assigned identity. Remove the client ID.",
                ));
            }
            Some(id) => query.push((client, id)),
            None => {}
        }
        url.query_pairs_mut().extend_pairs(query);
        let mut request = Request::new(url, Method::Get);
        request.insert_header(name, value.to_owned());
        Ok(request)
    }

    async fn token(&self, resource: &str) -> Result<AccessToken, Error> {
        let mut request = self.request(resource)?;
        let body = match &self.identity.host {
            ManagedIdentityHost::Arc { folder, .. } if self.identity.endpoint.is_none() => {
                arc::ask(&self.service, &mut request, folder).await
            }
            _ => self.service.ask(&request).await,
        };
        let body = body.map_err(|error| self.explain(error))?;
        let token = body["access_token"].as_str().filter(|token| !token.is_empty());
        let token = token
            .ok_or_else(|| refuse(&format!("{} returned no `access_token`.", url_of(&request))))?;
        Ok(AccessToken::new(token.to_owned(), expiry(&body, OffsetDateTime::now_utc())))
    }

    fn explain(&self, error: Error) -> Error {
        let next = match (error.status(), &self.identity.client_id) {
            (Some(400 | 404), Some(_)) => {
                "No identity with this client ID is assigned to this host. Assign the identity \
                 to the host, or remove the client ID to use the system-assigned identity."
            }
            (Some(400 | 404), None) => {
                "This host has no system-assigned identity, or several assigned identities. \
                 Enable the system-assigned identity, or set the client ID of an assigned one."
            }
            (None, _) => {
                "No service for managed identities answers at this address. Managed identities \
                 work in Azure and on servers with Azure Arc. On other hosts, choose another way \
                 to sign in."
            }
            _ => return error,
        };
        error.with_note(next)
    }
}

#[async_trait]
impl TokenCredential for HostCredential {
    async fn get_token(
        &self,
        scopes: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let scope = scopes.first().copied().unwrap_or_default();
        let resource = scope.strip_suffix("/.default").unwrap_or(scope);
        self.token(resource).await.map_err(into_core_error)
    }
}

/// Returns the expiry of a token: seconds as number or text, in one of two fields. One service
/// sends a date instead. Its tokens are renewed after 600 seconds.
fn expiry(body: &Json, now: OffsetDateTime) -> OffsetDateTime {
    let seconds = |name: &str| {
        let field = &body[name];
        field.as_i64().or_else(|| field.as_str()?.trim().parse().ok())
    };
    let at = seconds("expires_on").and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok());
    let left = seconds("expires_in").and_then(|left| u64::try_from(left).ok());
    at.unwrap_or_else(|| now + Duration::from_secs(left.unwrap_or(600).min(86_400)))
}

fn refuse(why: &str) -> Error {
    Error::new(ErrorKind::SignIn, why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_host_is_detected_from_the_environment() {
        let check = |variables: &[&str], host: &str| {
            let environment = |name: &str| variables.contains(&name).then(|| "x".to_owned());
            let found = format!("{:?}", ManagedIdentityHost::of(&environment));
            assert!(found.starts_with(host), "{variables:?}: {found}");
        };
        check(&[], "Machine");
        check(&["IDENTITY_ENDPOINT", "IDENTITY_HEADER"], "AppService");
        check(&["IDENTITY_ENDPOINT", "IMDS_ENDPOINT"], "Arc");
        check(&["MSI_ENDPOINT", "MSI_SECRET"], "MachineLearning");
        check(&["MSI_ENDPOINT"], "CloudShell");
        check(
            &["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IDENTITY_SERVER_THUMBPRINT"],
            "ServiceFabric",
        );
    }

    #[test]
    fn the_expiry_of_a_token_is_read_in_every_form() {
        let now = OffsetDateTime::from_unix_timestamp(1_000).unwrap();
        for (body, end) in [
            (json!({"expires_on": "5000"}), 5000),
            (json!({"expires_on": 5000, "expires_in": "7"}), 5000),
            (json!({"expires_on": "9/14/2017 00:00:00 PM +00:00", "expires_in": "7"}), 1007),
            (json!({"expires_in": 7}), 1007),
            (json!({}), 1600),
        ] {
            assert_eq!(expiry(&body, now).unix_timestamp(), end, "{body}");
        }
    }
}

//! The identity of the machine, or of the app, that this runs on.
//!
//! azure_identity's ManagedIdentityCredential is not used: it knows App Service and IMDS alone,
//! at their usual addresses; it reads the process' environment itself; it takes the end of a token
//! as text only; and of a refusal it tells that the identity has not been assigned, whatever the
//! service said. With the others at hand, these two are two rows more.

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

/// Where every machine in Azure finds its metadata service.
const IMDS: &str = "http://169.254.169.254/metadata/identity/oauth2/token";

/// A machine's or an app's identity.
#[derive(Clone, Debug)]
pub struct ManagedIdentity {
    /// Client ID of the one that is meant; the system's own without it.
    pub client_id: Option<String>,
    /// Address of the service, where the host's own is not meant.
    pub endpoint: Option<String>,
    /// Version of that service.
    pub api_version: Option<String>,
    /// What this runs on.
    pub host: ManagedIdentityHost,
}

/// What tells its guests of their identity, each in its own way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManagedIdentityHost {
    /// A virtual machine, a scale set, a container instance, a node.
    Machine,
    /// App Service, Functions, Container Apps, Logic Apps.
    AppService {
        /// Its address.
        endpoint: String,
        /// What it knows its guest by.
        header: Secret,
    },
    /// A server outside of Azure, with Azure Arc's agent.
    Arc {
        /// The agent's address.
        endpoint: String,
        /// Where the agent's files are.
        folder: PathBuf,
    },
    /// A compute of Azure Machine Learning.
    MachineLearning {
        /// Its address.
        endpoint: String,
        /// What it knows its guest by.
        secret: Secret,
    },
    /// The Cloud Shell.
    CloudShell {
        /// Its address.
        endpoint: String,
    },
    /// A Service Fabric cluster.
    ServiceFabric,
}

impl ManagedIdentityHost {
    /// What the environment variables tell of.
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
    /// The host's way of being asked: its address and version, what the identity is called there,
    /// and the header that it wants.
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
                return Err(refuse("Service Fabric's managed identities are not supported."));
            }
        };
        let address = self.identity.endpoint.as_deref().unwrap_or(address);
        let version = self.identity.api_version.as_deref().unwrap_or(version);
        let mut url = Url::parse(address)
            .map_err(|error| refuse(&format!("{address:?} is no address: {error}.")))?;
        let mut query = vec![("resource", resource)];
        if !version.is_empty() {
            query.insert(0, ("api-version", version));
        }
        match &self.identity.client_id {
            Some(_) if client.is_empty() => {
                return Err(refuse(
                    "This host has one managed identity, its own: a client ID cannot be given.",
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
        let token = token.ok_or_else(|| {
            refuse(&format!("{} answered without an `access_token`.", url_of(&request)))
        })?;
        Ok(AccessToken::new(token.to_owned(), expiry(&body, OffsetDateTime::now_utc())))
    }

    fn explain(&self, error: Error) -> Error {
        let next = match (error.status(), &self.identity.client_id) {
            (Some(400 | 404), Some(_)) => {
                "No identity of this client ID is assigned to this host: assign it, or leave the \
                 client ID out to use the host's own."
            }
            (Some(400 | 404), None) => {
                "This host has no identity of its own, or several assigned ones: switch the \
                 system-assigned identity on, or give the client ID of an assigned one."
            }
            (None, _) => {
                "This host has no service for managed identities at that address. They work in \
                 Azure, and on servers with Azure Arc."
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

/// The end of a token: seconds as number or text, in either of two fields. One service writes a
/// date instead; then it is a short while from now, when the token is simply asked for again.
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
    fn the_environment_tells_what_this_runs_on() {
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
    fn the_end_of_a_token_is_read_in_every_form() {
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

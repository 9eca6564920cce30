//! Tokens of Azure DevOps for a service connection (REST API `Oidctoken - Create`, version 7.1).

use super::federated_request::{AUDIENCE, address, request};
use super::secret::SecretSource;
use super::token_error::url_of;
use super::token_service::TokenService;
use crate::error::{Error, ErrorKind};
use azure_core::http::Method;

/// Token service of Azure DevOps, as a job's environment describes it.
#[derive(Clone, Debug)]
pub struct AzureDevOps {
    /// URL of the service.
    pub url: String,
    /// Token that authorizes requests to the service.
    pub token: SecretSource,
    /// GUID of the service connection.
    pub service_connection: String,
}

impl AzureDevOps {
    pub(super) async fn token(&self, service: &TokenService) -> Result<String, Error> {
        let mut url = address(&self.url)?;
        url.query_pairs_mut()
            .append_pair("api-version", "7.1")
            .append_pair("serviceConnectionId", &self.service_connection)
            .append_pair("audience", AUDIENCE);
        let mut request = request(Method::Post, &url, &self.token)?;
        request.insert_header("content-type", "application/json");
        request.insert_header("content-length", "0");
        // Without this header, the service answers a refusal with a redirect to a sign-in page.
        request.insert_header("x-tfs-fedauthredirect", "Suppress");
        let body = service.ask(&request).await?;
        body["oidcToken"].as_str().map(str::to_owned).ok_or_else(|| {
            let text = format!("{} returned no token (`oidcToken`).", url_of(&request));
            Error::new(ErrorKind::SignIn, text)
        })
    }
}

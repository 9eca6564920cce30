//! Tokens of GitHub for the running job (GitHub's documentation of OpenID Connect in Actions).

use super::federated_request::{AUDIENCE, address, request};
use super::secret::SecretSource;
use super::token_error::url_of;
use super::token_service::TokenService;
use crate::error::{Error, ErrorKind};
use azure_core::http::Method;

/// Token service of GitHub, as a job's environment describes it.
#[derive(Clone, Debug)]
pub struct GitHub {
    /// URL of the service.
    pub url: String,
    /// Token that authorizes requests to the service.
    pub token: SecretSource,
}

impl GitHub {
    pub(super) async fn token(&self, service: &TokenService) -> Result<String, Error> {
        let mut url = address(&self.url)?;
        // Keep an audience that the configured URL contains.
        if !url.query_pairs().any(|(name, _)| name == "audience") {
            url.query_pairs_mut().append_pair("audience", AUDIENCE);
        }
        let request = request(Method::Get, &url, &self.token)?;
        let body = service.ask(&request).await?;
        body["value"].as_str().map(str::to_owned).ok_or_else(|| {
            let text = format!("{} returned no token (`value`).", url_of(&request));
            Error::new(ErrorKind::SignIn, text)
        })
    }
}

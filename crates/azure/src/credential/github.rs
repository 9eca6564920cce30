//! GitHub's tokens for the job that runs (GitHub's documentation of OpenID Connect in Actions).

use super::federated_request::{AUDIENCE, address, request};
use super::secret::SecretSource;
use super::token_error::url_of;
use super::token_service::TokenService;
use crate::error::{Error, ErrorKind};
use azure_core::http::Method;

/// GitHub's service, as it tells a job of itself.
#[derive(Clone, Debug)]
pub struct GitHub {
    /// Its address.
    pub url: String,
    /// The token that it answers to.
    pub token: SecretSource,
}

impl GitHub {
    pub(super) async fn token(&self, service: &TokenService) -> Result<String, Error> {
        let mut url = address(&self.url)?;
        // An address that names an audience already is its owner's choice.
        if !url.query_pairs().any(|(name, _)| name == "audience") {
            url.query_pairs_mut().append_pair("audience", AUDIENCE);
        }
        let request = request(Method::Get, &url, &self.token)?;
        let body = service.ask(&request).await?;
        body["value"].as_str().map(str::to_owned).ok_or_else(|| {
            let text = format!("{} answered without a token (`value`).", url_of(&request));
            Error::new(ErrorKind::SignIn, text)
        })
    }
}

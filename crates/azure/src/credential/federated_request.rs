//! Requests for a token of another issuer.

use super::secret::SecretSource;
use crate::error::{Error, ErrorKind};
use azure_core::http::{Method, Request, Url};

/// Audience that Entra ID expects in the token, in every cloud by default.
pub(super) const AUDIENCE: &str = "api://AzureADTokenExchange";

/// Returns a request for a token. The environment supplies its URL and its bearer token.
pub(super) fn request(method: Method, url: &Url, bearer: &SecretSource) -> Result<Request, Error> {
    let mut request = Request::new(url.clone(), method);
    request.insert_header("accept", "application/json");
    request.insert_header("authorization", format!("Bearer {}", bearer.read()?.expose()));
    Ok(request)
}

/// Parses a request URL.
pub(super) fn address(text: &str) -> Result<Url, Error> {
    Url::parse(text).map_err(|error| {
        let text = format!("The request URL of the OIDC token is not a URL: {error}.");
        Error::new(ErrorKind::SignIn, text)
    })
}

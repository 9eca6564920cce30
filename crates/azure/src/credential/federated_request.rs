//! What requests for a token of another issuer have in common.

use super::secret::SecretSource;
use crate::error::{Error, ErrorKind};
use azure_core::http::{Method, Request, Url};

/// The audience that Entra ID wants in such a token, in every cloud unless configured otherwise.
pub(super) const AUDIENCE: &str = "api://AzureADTokenExchange";

/// A request for such a token: to an address of the environment, by a token of the environment.
pub(super) fn request(method: Method, url: &Url, bearer: &SecretSource) -> Result<Request, Error> {
    let mut request = Request::new(url.clone(), method);
    request.insert_header("accept", "application/json");
    request.insert_header("authorization", format!("Bearer {}", bearer.read()?.expose()));
    Ok(request)
}

/// The address, if it can be one.
pub(super) fn address(text: &str) -> Result<Url, Error> {
    Url::parse(text).map_err(|error| {
        let text = format!("The address to ask for a token at is none: {error}.");
        Error::new(ErrorKind::SignIn, text)
    })
}

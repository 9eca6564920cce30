//! An application that proves itself by a token of an issuer that it trusts (OIDC).
//!
//! azure_identity's WorkloadIdentityCredential and AzurePipelinesCredential are not used: the first
//! keeps the token of a file for ten minutes, the second takes its address from one environment
//! variable alone. Its ClientAssertionCredential serves them all.

use super::service::{Service, carry};
use super::{AzureDevOps, GitHub, Place, Source, malformed};
use crate::error::{Error, Kind};
use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use azure_core::http::{ClientMethodOptions, Method, Request, Url};
use azure_identity::{
    ClientAssertion, ClientAssertionCredential, ClientAssertionCredentialOptions,
};
use std::sync::Arc;

/// The audience that Entra ID wants in such a token, in every cloud unless configured otherwise.
pub(super) const AUDIENCE: &str = "api://AzureADTokenExchange";

/// Where the token comes from, anew for each sign-in.
#[derive(Clone, Debug)]
pub enum Assertion {
    /// A value, or a file that its issuer writes.
    Token(Source),
    /// GitHub's service, for the job that runs.
    GitHub(GitHub),
    /// Azure DevOps' service, for a service connection.
    AzureDevOps(AzureDevOps),
}

pub(super) fn credential(
    place: &Place,
    client_id: &str,
    assertion: &Assertion,
) -> Result<Arc<dyn TokenCredential>, Error> {
    if let Assertion::Token(source) = assertion {
        // Says at once what is wrong with a file; it is read again when it is needed.
        source.read()?;
    }
    let by = By { assertion: assertion.clone(), service: place.service.clone() };
    make(place, client_id, by)
}

/// A credential that proves itself by what this one supplies.
pub(super) fn make<A: ClientAssertion + 'static>(
    place: &Place,
    client_id: &str,
    by: A,
) -> Result<Arc<dyn TokenCredential>, Error> {
    let options = ClientAssertionCredentialOptions { client_options: place.options() };
    let (tenant, client_id) = (place.tenant.clone(), client_id.to_owned());
    let made = ClientAssertionCredential::new(tenant, client_id, by, Some(options));
    Ok(made.map_err(malformed)?)
}

#[derive(Debug)]
struct By {
    assertion: Assertion,
    service: Service,
}

#[async_trait]
impl ClientAssertion for By {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let token = match &self.assertion {
            Assertion::Token(source) => source.read().map(|token| token.expose().to_owned()),
            Assertion::GitHub(github) => github.token(&self.service).await,
            Assertion::AzureDevOps(devops) => devops.token(&self.service).await,
        };
        token.map_err(carry)
    }
}

/// A request for such a token: to an address of the environment, by a token of the environment.
pub(super) fn request(method: Method, url: &Url, bearer: &Source) -> Result<Request, Error> {
    let mut request = Request::new(url.clone(), method);
    request.insert_header("accept", "application/json");
    request.insert_header("authorization", format!("Bearer {}", bearer.read()?.expose()));
    Ok(request)
}

/// The address, if it can be one.
pub(super) fn address(text: &str) -> Result<Url, Error> {
    Url::parse(text).map_err(|fault| {
        let text = format!("The address to ask for a token at is none: {fault}.");
        Error::new(Kind::SignIn, text)
    })
}

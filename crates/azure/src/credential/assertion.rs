//! Authentication of an application with a token of an issuer that it trusts (OpenID Connect).
//!
//! azure_identity's WorkloadIdentityCredential and AzurePipelinesCredential are not used. The first
//! caches the token of a file for ten minutes, and the second reads its URL only from one
//! environment variable. ClientAssertionCredential of azure_identity serves all issuers.

use super::azure_devops::AzureDevOps;
use super::github::GitHub;
use super::secret::SecretSource;
use super::token_endpoint::TokenEndpoint;
use super::token_error::into_core_error;
use super::token_service::TokenService;
use crate::error::Error;
use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;
use std::sync::Arc;

/// Source of the token. It is read again for each sign-in.
#[derive(Clone, Debug)]
pub enum Assertion {
    /// Value, or file that the issuer writes.
    Token(SecretSource),
    /// Token service of GitHub, for the running job.
    GitHub(GitHub),
    /// Token service of Azure DevOps, for a service connection.
    AzureDevOps(AzureDevOps),
}

pub(super) fn credential(
    endpoint: &TokenEndpoint,
    client_id: &str,
    assertion: &Assertion,
) -> Result<Arc<dyn TokenCredential>, Error> {
    if let Assertion::Token(source) = assertion {
        // Report an invalid file now. The file is read again for each sign-in.
        source.read()?;
    }
    let service = endpoint.service.clone();
    let assertion = FederatedAssertion { assertion: assertion.clone(), service };
    endpoint.assertion_credential(client_id, assertion)
}

#[derive(Debug)]
struct FederatedAssertion {
    assertion: Assertion,
    service: TokenService,
}

#[async_trait]
impl ClientAssertion for FederatedAssertion {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let token = match &self.assertion {
            Assertion::Token(source) => source.read().map(|token| token.expose().to_owned()),
            Assertion::GitHub(github) => github.token(&self.service).await,
            Assertion::AzureDevOps(devops) => devops.token(&self.service).await,
        };
        token.map_err(into_core_error)
    }
}

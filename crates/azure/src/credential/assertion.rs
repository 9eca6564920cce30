//! An application that proves itself by a token of an issuer that it trusts (OIDC).
//!
//! azure_identity's WorkloadIdentityCredential and AzurePipelinesCredential are not used: the first
//! keeps the token of a file for ten minutes, the second takes its address from one environment
//! variable alone. Its ClientAssertionCredential serves them all.

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

/// Where the token comes from, anew for each sign-in.
#[derive(Clone, Debug)]
pub enum Assertion {
    /// A value, or a file that its issuer writes.
    Token(SecretSource),
    /// GitHub's service, for the job that runs.
    GitHub(GitHub),
    /// Azure DevOps' service, for a service connection.
    AzureDevOps(AzureDevOps),
}

pub(super) fn credential(
    endpoint: &TokenEndpoint,
    client_id: &str,
    assertion: &Assertion,
) -> Result<Arc<dyn TokenCredential>, Error> {
    if let Assertion::Token(source) = assertion {
        // Says at once what is wrong with a file; it is read again when it is needed.
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

//! Token endpoint of a tenant, and azure_identity's credentials for it.

use super::token_service::{HttpClients, TokenService};
use crate::cloud::Cloud;
use crate::error::{Error, ErrorKind};
use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::TokenCredential;
use azure_core::http::{ClientOptions, RetryOptions, Transport};
use azure_identity::{
    ClientAssertion, ClientAssertionCredential, ClientAssertionCredentialOptions,
};
use std::fmt;
use std::sync::Arc;

/// Token endpoint of a tenant.
pub(super) struct TokenEndpoint {
    pub(super) tenant: String,
    authority: String,
    pub(super) service: TokenService,
}

impl TokenEndpoint {
    pub(super) fn new(
        cloud: &Cloud,
        clients: &HttpClients,
        tenant: Option<&str>,
    ) -> Result<Self, Error> {
        let missing = || Error::new(ErrorKind::SignIn, "The tenant is missing. Set the tenant ID.");
        Ok(Self {
            tenant: tenant.ok_or_else(missing)?.to_owned(),
            authority: cloud.authority().as_str().trim_end_matches('/').to_owned(),
            service: TokenService::new(clients.remote.clone(), &clients.user_agent),
        })
    }

    /// Returns the URL for token requests, as azure_identity builds it.
    pub(super) fn url(&self) -> String {
        format!("{}/{}/oauth2/v2.0/token", self.authority, self.tenant)
    }

    pub(super) fn options(&self) -> ClientOptions {
        let mut custom = CustomConfiguration::default();
        custom.authority_host.clone_from(&self.authority);
        ClientOptions {
            transport: Some(Transport::new(Arc::new(self.service.clone()))),
            cloud: Some(Arc::new(CloudConfiguration::Custom(custom))),
            retry: RetryOptions::none(),
            ..ClientOptions::default()
        }
    }

    /// Returns a credential that authenticates with an assertion.
    pub(super) fn assertion_credential<A: ClientAssertion + 'static>(
        &self,
        client_id: &str,
        assertion: A,
    ) -> Result<Arc<dyn TokenCredential>, Error> {
        let options = ClientAssertionCredentialOptions { client_options: self.options() };
        let (tenant, client_id) = (self.tenant.clone(), client_id.to_owned());
        let made = ClientAssertionCredential::new(tenant, client_id, assertion, Some(options));
        Ok(made.map_err(malformed)?)
    }
}

/// Returns the error for settings that azure_identity refuses before it sends a request.
pub(super) fn malformed(error: impl fmt::Display) -> Error {
    Error::new(ErrorKind::SignIn, format!("The credentials are malformed: {error}."))
}

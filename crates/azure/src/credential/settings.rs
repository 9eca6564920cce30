//! Settings of a sign-in, and the credential that they create.

use super::assertion::Assertion;
use super::azure_cli::AzureCli;
use super::client_certificate::ClientCertificate;
use super::managed_identity::ManagedIdentity;
use super::secret::SecretSource;
use super::token_cache::TokenCache;
use super::token_endpoint::TokenEndpoint;
use super::token_service::HttpClients;
use super::{assertion, client_secret};
use crate::cloud::Cloud;
use crate::error::Error;
#[cfg(doc)]
use crate::error::ErrorKind;
use azure_core::credentials::TokenCredential;
use std::sync::Arc;

/// Settings of a sign-in.
#[derive(Clone, Debug)]
pub struct CredentialSettings {
    /// GUID or domain of the tenant. A managed identity and the Azure CLI have a tenant of their
    /// own.
    pub tenant: Option<String>,
    /// Other tenants whose tokens are sent with each request.
    pub auxiliary_tenants: Vec<String>,
    /// Method of authentication.
    pub method: AuthMethod,
    /// Paragraph without secrets that errors add about the sign-in.
    pub note: String,
}

/// Method of authentication.
#[derive(Clone, Debug)]
pub enum AuthMethod {
    /// Application with a client secret.
    ClientSecret {
        /// Client ID of the application.
        client_id: String,
        /// Client secret.
        secret: SecretSource,
    },
    /// Application with a private key, whose certificate it has registered.
    ClientCertificate(ClientCertificate),
    /// Application with a token of an issuer that it trusts.
    Assertion {
        /// Client ID of the application.
        client_id: String,
        /// Token of the issuer.
        assertion: Assertion,
    },
    /// Managed identity of the machine or app.
    ManagedIdentity(ManagedIdentity),
    /// Account that is signed in to the Azure CLI.
    AzureCli(AzureCli),
}

impl CredentialSettings {
    /// Returns the token cache for a cloud. No request is sent yet, but files are read.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::SignIn`] if a setting is malformed or a file cannot be read.
    pub fn credential(
        &self,
        cloud: &Cloud,
        clients: &HttpClients,
    ) -> Result<Arc<TokenCache>, Error> {
        let auxiliary = self.auxiliary_tenants.iter().map(|tenant| {
            let note = format!("{}\nThis was for the auxiliary tenant {tenant}.", self.note);
            let settings = Self { tenant: Some(tenant.clone()), note, ..self.clone() };
            settings.renewable(cloud, clients, Vec::new())
        });
        let auxiliary = auxiliary.collect::<Result<_, _>>()?;
        self.renewable(cloud, clients, auxiliary)
    }

    fn renewable(
        &self,
        cloud: &Cloud,
        clients: &HttpClients,
        auxiliary: Vec<Arc<TokenCache>>,
    ) -> Result<Arc<TokenCache>, Error> {
        let (settings, cloud, clients) = (self.clone(), cloud.clone(), clients.clone());
        let make = Box::new(move || settings.make(&cloud, &clients));
        TokenCache::with_auxiliary(make, auxiliary, self.note.clone())
    }

    fn make(
        &self,
        cloud: &Cloud,
        clients: &HttpClients,
    ) -> Result<Arc<dyn TokenCredential>, Error> {
        let tenant = self.tenant.as_deref();
        let endpoint = || TokenEndpoint::new(cloud, clients, tenant);
        match &self.method {
            AuthMethod::ClientSecret { client_id, secret } => {
                client_secret::credential(&endpoint()?, client_id, secret)
            }
            AuthMethod::ClientCertificate(certificate) => certificate.credential(&endpoint()?),
            AuthMethod::Assertion { client_id, assertion } => {
                assertion::credential(&endpoint()?, client_id, assertion)
            }
            AuthMethod::ManagedIdentity(identity) => identity.credential(clients),
            AuthMethod::AzureCli(cli) => cli.credential(tenant),
        }
    }
}

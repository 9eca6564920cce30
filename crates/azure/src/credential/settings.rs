//! Who signs in, and how: the settings, and the credential that they make.

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

/// Who signs in, and how.
#[derive(Clone, Debug)]
pub struct CredentialSettings {
    /// GUID or domain of the tenant; a managed identity and the Azure CLI know their own.
    pub tenant: Option<String>,
    /// Other tenants whose tokens go with each request.
    pub auxiliary_tenants: Vec<String>,
    /// How it proves itself.
    pub method: AuthMethod,
    /// What errors are to say of it: a paragraph, without secrets.
    pub note: String,
}

/// How an identity proves itself.
#[derive(Clone, Debug)]
pub enum AuthMethod {
    /// An application, by a secret.
    ClientSecret {
        /// Its client ID.
        client_id: String,
        /// Its secret.
        secret: SecretSource,
    },
    /// An application, by a key whose certificate it knows.
    ClientCertificate(ClientCertificate),
    /// An application, by a token of an issuer that it trusts.
    Assertion {
        /// Its client ID.
        client_id: String,
        /// The token.
        assertion: Assertion,
    },
    /// The machine's own identity.
    ManagedIdentity(ManagedIdentity),
    /// The identity that has signed in to the Azure CLI.
    AzureCli(AzureCli),
}

impl CredentialSettings {
    /// The tokens for a cloud. Nothing is asked for yet, but what can be read is read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SignIn`] when a setting is malformed, or a file cannot be read.
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

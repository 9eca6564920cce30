//! Signing in: one file for each way, and what they share.
//!
//! | way | who signs in | file |
//! | --- | --- | --- |
//! | client certificate | an application, by a key | `client_certificate`, `certificate` |
//! | client secret | an application, by a secret | `client_secret` |
//! | assertion | an application, by a token of elsewhere | `assertion`, `github`, `azure_devops` |
//! | managed identity | a machine, by where it runs | `managed_identity`, `arc` |
//! | Azure CLI | whoever has signed in there | `azure_cli` |
//!
//! [`Renewable`] keeps the tokens, `Authorize` puts them on requests, `Service` talks to the token
//! services, [`advice`] knows what their refusals mean.

mod arc;
mod assertion;
mod authorize;
mod azure_cli;
mod azure_devops;
mod certificate;
mod claims;
mod client_certificate;
mod client_secret;
mod github;
mod managed_identity;
mod refusal;
mod renewable;
mod secret;
mod service;

pub use assertion::Assertion;
pub use azure_cli::AzureCli;
pub use azure_devops::AzureDevOps;
pub use claims::Claims;
pub use client_certificate::{ClientCertificate, File};
pub use github::GitHub;
pub use managed_identity::{Host, ManagedIdentity};
pub use refusal::advice;
pub use renewable::Renewable;
pub use secret::{Secret, Source};

pub(crate) use authorize::Authorize;
pub(crate) use service::carried;

use crate::cloud::Cloud;
use crate::error::{Error, Kind};
use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::TokenCredential;
use azure_core::http::{ClientOptions, HttpClient, RetryOptions, Transport};
use service::Service;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Who signs in, and how.
#[derive(Clone, Debug)]
pub struct Settings {
    /// GUID or domain of the tenant; a managed identity and the Azure CLI know their own.
    pub tenant: Option<String>,
    /// Other tenants whose tokens go with each request.
    pub auxiliary_tenants: Vec<String>,
    /// How it proves itself.
    pub method: Method,
    /// What errors are to say of it: a paragraph, without secrets.
    pub note: String,
}

/// How an identity proves itself.
#[derive(Clone, Debug)]
pub enum Method {
    /// An application, by a secret.
    ClientSecret {
        /// Its client ID.
        client_id: String,
        /// Its secret.
        secret: Source,
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

/// The ways to reach token services.
#[derive(Clone, Debug)]
pub struct Clients {
    /// For those on the network.
    pub remote: Arc<dyn HttpClient>,
    /// For those of the machine itself, which speak plain http.
    pub local: Arc<dyn HttpClient>,
    /// The `User-Agent` header.
    pub user_agent: String,
}

impl Clients {
    /// A client of the network, and one of the machine: without proxies, and soon tired, because
    /// the address that machines in Azure have for this leads nowhere on all others.
    ///
    /// # Errors
    ///
    /// [`Kind::Transport`] when the system's certificates cannot be used.
    pub fn new(remote: reqwest::Client, user_agent: &str) -> Result<Self, Error> {
        let local = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .build()
            .map_err(|fault| Error::of_source(Kind::Transport, "There is no client", &fault))?;
        let user_agent = user_agent.to_owned();
        Ok(Self { remote: Arc::new(remote), local: Arc::new(local), user_agent })
    }
}

impl Settings {
    /// The tokens for a cloud. Nothing is asked for yet, but what can be read is read.
    ///
    /// # Errors
    ///
    /// [`Kind::SignIn`] when a setting is malformed, or a file cannot be read.
    pub fn credential(&self, cloud: &Cloud, clients: &Clients) -> Result<Arc<Renewable>, Error> {
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
        clients: &Clients,
        auxiliary: Vec<Arc<Renewable>>,
    ) -> Result<Arc<Renewable>, Error> {
        let (settings, cloud, clients) = (self.clone(), cloud.clone(), clients.clone());
        let make = Box::new(move || settings.make(&cloud, &clients));
        Renewable::with_auxiliary(make, auxiliary, self.note.clone())
    }

    fn make(&self, cloud: &Cloud, clients: &Clients) -> Result<Arc<dyn TokenCredential>, Error> {
        let tenant = self.tenant.as_deref();
        let place = || Place::new(cloud, clients, tenant);
        match &self.method {
            Method::ClientSecret { client_id, secret } => {
                client_secret::credential(&place()?, client_id, secret)
            }
            Method::ClientCertificate(certificate) => certificate.credential(&place()?),
            Method::Assertion { client_id, assertion } => {
                assertion::credential(&place()?, client_id, assertion)
            }
            Method::ManagedIdentity(identity) => identity.credential(clients),
            Method::AzureCli(cli) => cli.credential(tenant),
        }
    }
}

/// The token service of one tenant.
pub(crate) struct Place {
    tenant: String,
    authority: String,
    service: Service,
}

impl Place {
    fn new(cloud: &Cloud, clients: &Clients, tenant: Option<&str>) -> Result<Self, Error> {
        let missing = || Error::new(Kind::SignIn, "There is no tenant to sign in to.");
        Ok(Self {
            tenant: tenant.ok_or_else(missing)?.to_owned(),
            authority: cloud.authority().as_str().trim_end_matches('/').to_owned(),
            service: Service::new(clients.remote.clone(), &clients.user_agent),
        })
    }

    /// The address that tokens are asked for at, as azure_identity makes it.
    fn endpoint(&self) -> String {
        format!("{}/{}/oauth2/v2.0/token", self.authority, self.tenant)
    }

    fn options(&self) -> ClientOptions {
        let mut custom = CustomConfiguration::default();
        custom.authority_host.clone_from(&self.authority);
        ClientOptions {
            transport: Some(Transport::new(Arc::new(self.service.clone()))),
            cloud: Some(Arc::new(CloudConfiguration::Custom(custom))),
            retry: RetryOptions::none(),
            ..ClientOptions::default()
        }
    }
}

/// What azure_identity thinks of settings before it asks anyone.
fn malformed(fault: impl fmt::Display) -> Error {
    Error::new(Kind::SignIn, format!("The credentials are malformed: {fault}."))
}

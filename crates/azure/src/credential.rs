//! Signing in.

use crate::cloud::Cloud;
use crate::error::{Error, Kind};
use async_trait::async_trait;
use azure_core::cloud::{CloudConfiguration, CustomConfiguration};
use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::http::{ClientOptions, Transport};
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

/// Who signs in, and how.
#[derive(Clone, Debug)]
pub struct Settings {
    /// GUID or domain of the tenant.
    pub tenant: String,
    /// The client (application) ID.
    pub client_id: String,
    /// How it proves itself.
    pub method: Method,
}

/// How an identity proves itself.
#[derive(Clone, Debug)]
pub enum Method {
    /// By a secret.
    ClientSecret(Secret),
}

impl Settings {
    /// A credential for a cloud, over this client.
    ///
    /// # Errors
    ///
    /// [`Kind::Invalid`] when a setting is malformed.
    pub fn credential(
        &self,
        cloud: &Cloud,
        client: &reqwest::Client,
    ) -> Result<Arc<Renewable>, Error> {
        let (settings, cloud, client) = (self.clone(), cloud.clone(), client.clone());
        Renewable::new(Box::new(move || settings.make(&cloud, &client)))
    }

    fn make(
        &self,
        cloud: &Cloud,
        client: &reqwest::Client,
    ) -> Result<Arc<dyn TokenCredential>, Error> {
        let mut place = CustomConfiguration::default();
        place.authority_host = cloud.authority().as_str().trim_end_matches('/').to_owned();
        let client_options = ClientOptions {
            transport: Some(Transport::new(Arc::new(client.clone()))),
            cloud: Some(Arc::new(CloudConfiguration::Custom(place))),
            ..ClientOptions::default()
        };
        let made: azure_core::Result<Arc<dyn TokenCredential>> = match &self.method {
            Method::ClientSecret(secret) => ClientSecretCredential::new(
                &self.tenant,
                self.client_id.clone(),
                secret.0.clone().into(),
                Some(ClientSecretCredentialOptions { client_options }),
            )
            .map(|credential| credential as Arc<dyn TokenCredential>),
        };
        made.map_err(|fault| {
            Error::of_source(Kind::Invalid, "The credentials are not usable", &fault)
        })
    }
}

type Make = Box<dyn Fn() -> Result<Arc<dyn TokenCredential>, Error> + Send + Sync>;

/// A credential that can forget the token that it has.
///
/// Those of azure_identity keep a token until it expires, even when ARM refuses it; this one makes
/// a new credential then, which has no token yet.
pub struct Renewable {
    make: Make,
    current: RwLock<Arc<dyn TokenCredential>>,
}

impl Renewable {
    /// A credential that is made by this function, again at each renewal.
    ///
    /// # Errors
    ///
    /// Those of the function.
    pub fn new(make: Make) -> Result<Arc<Self>, Error> {
        let current = RwLock::new(make()?);
        Ok(Arc::new(Self { make, current }))
    }

    /// Forgets the token.
    pub(crate) fn renew(&self) {
        // It was made before from the same settings, so a failure now would be a surprise; the
        // present one is then as good.
        if let Ok(new) = (self.make)() {
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        }
    }

    fn current(&self) -> Arc<dyn TokenCredential> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl fmt::Debug for Renewable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Renewable")
    }
}

#[async_trait]
impl TokenCredential for Renewable {
    async fn get_token(
        &self,
        scopes: &[&str],
        options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        self.current().get_token(scopes, options).await
    }
}

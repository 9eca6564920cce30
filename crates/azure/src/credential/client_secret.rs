//! Authentication of an application with a client secret.

use super::secret::SecretSource;
use super::token_endpoint::{TokenEndpoint, malformed};
use crate::error::Error;
use azure_core::credentials::TokenCredential;
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};
use std::sync::Arc;

pub(super) fn credential(
    endpoint: &TokenEndpoint,
    client_id: &str,
    secret: &SecretSource,
) -> Result<Arc<dyn TokenCredential>, Error> {
    let secret = secret.read()?.expose().to_owned();
    let options = ClientSecretCredentialOptions { client_options: endpoint.options() };
    let made = ClientSecretCredential::new(
        &endpoint.tenant,
        client_id.to_owned(),
        secret.into(),
        Some(options),
    );
    Ok(made.map_err(malformed)?)
}

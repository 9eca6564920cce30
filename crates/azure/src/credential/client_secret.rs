//! An application that proves itself by a secret.

use super::{Place, Source, malformed};
use crate::error::Error;
use azure_core::credentials::TokenCredential;
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};
use std::sync::Arc;

pub(super) fn credential(
    place: &Place,
    client_id: &str,
    secret: &Source,
) -> Result<Arc<dyn TokenCredential>, Error> {
    let secret = secret.read()?.expose().to_owned();
    let options = ClientSecretCredentialOptions { client_options: place.options() };
    let made = ClientSecretCredential::new(
        &place.tenant,
        client_id.to_owned(),
        secret.into(),
        Some(options),
    );
    Ok(made.map_err(malformed)?)
}

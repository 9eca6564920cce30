//! An application that proves itself by a private key: it signs an assertion of its own.
//!
//! azure_identity's ClientCertificateCredential is not used: it links OpenSSL, takes no PEM, and
//! names the certificate by SHA-1. Its ClientAssertionCredential takes what is signed here, in the
//! form of Microsoft's documentation "certificate credentials": PS256, named by SHA-256.
//!
//! It is signed without `jsonwebtoken` (seen in 12.0): that takes an RSA key as PKCS#1 alone, while
//! PKCS#12 files and most of PEM have PKCS#8, and parses it anew for each signature. What remains
//! is the base64 of two JSON texts.

use super::certificate::{Bundle, of_text};
use super::secret::Secret;
use super::token_endpoint::TokenEndpoint;
use super::token_error::into_core_error;
use crate::error::{Error, ErrorKind};
use async_trait::async_trait;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::{digest, signature};
use azure_core::credentials::TokenCredential;
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How far the assertion reaches from now, both ways: a clock may be wrong by nearly as much.
const VALIDITY: Duration = Duration::from_secs(600);

/// A key whose certificate an application knows.
#[derive(Clone, Debug)]
pub struct ClientCertificate {
    /// The application's client ID.
    pub client_id: String,
    /// Key and certificate.
    pub file: CertificateSource,
    /// The password of a PKCS#12 file.
    pub password: Option<Secret>,
}

/// Where key and certificate are.
#[derive(Clone, Debug)]
pub enum CertificateSource {
    /// In a file, PKCS#12 or PEM, read anew for each sign-in.
    Path(PathBuf),
    /// In a text: base64 of such a file, or PEM.
    Text(Secret),
}

impl ClientCertificate {
    pub(super) fn credential(
        &self,
        endpoint: &TokenEndpoint,
    ) -> Result<Arc<dyn TokenCredential>, Error> {
        let bytes = match &self.file {
            CertificateSource::Text(text) => of_text(text.expose())?,
            CertificateSource::Path(path) => std::fs::read(path).map_err(|error| {
                let text = format!("The file {} cannot be read: {error}.", path.display());
                Error::new(ErrorKind::SignIn, text)
            })?,
        };
        let bundle = Bundle::read(&bytes, self.password.as_ref())?;
        let signer =
            SignedAssertion { bundle, client_id: self.client_id.clone(), audience: endpoint.url() };
        endpoint.assertion_credential(&self.client_id, signer)
    }
}

struct SignedAssertion {
    bundle: Bundle,
    client_id: String,
    audience: String,
}

impl SignedAssertion {
    fn assertion(&self, now: Duration) -> Result<String, Error> {
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let certificates = &self.bundle.certificates;
        let own = certificates.first().map(Vec::as_slice).unwrap_or_default();
        let name = digest::digest(&digest::SHA256, own);
        // The whole chain, so that applications which trust an issuer and a subject work too.
        let chain: Vec<_> = certificates.iter().map(|one| STANDARD.encode(one)).collect();
        let header = part(json!({
            "typ": "JWT", "alg": "PS256", "x5t#S256": URL_SAFE_NO_PAD.encode(name), "x5c": chain,
        }));
        let payload = part(json!({
            "aud": self.audience,
            "iss": self.client_id,
            "sub": self.client_id,
            "jti": uuid::Uuid::new_v4().to_string(),
            "nbf": now.saturating_sub(VALIDITY).as_secs(),
            "exp": (now + VALIDITY).as_secs(),
        }));
        let text = format!("{header}.{payload}");
        let key = &self.bundle.key;
        let mut signed = vec![0; key.public_modulus_len()];
        key.sign(&signature::RSA_PSS_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signed)
            .map_err(|_| {
                Error::new(ErrorKind::SignIn, "The client certificate's key cannot sign.")
            })?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signed)))
    }
}

#[async_trait]
impl ClientAssertion for SignedAssertion {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        self.assertion(now.unwrap_or_default()).map_err(into_core_error)
    }
}

impl fmt::Debug for SignedAssertion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SignedAssertion")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

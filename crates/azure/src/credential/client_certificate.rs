//! Authentication of an application with a private key, which signs an assertion.
//!
//! azure_identity's ClientCertificateCredential is not used: it links OpenSSL, does not accept PEM,
//! and identifies the certificate by SHA-1. Its ClientAssertionCredential sends the assertion that
//! this module signs. The assertion follows Microsoft's documentation "certificate credentials":
//! PS256, with the certificate identified by SHA-256.
//!
//! `jsonwebtoken` is not used (checked in 12.0): it accepts an RSA key only as PKCS#1, while
//! PKCS#12 files and most PEM files contain PKCS#8. It also parses the key for each signature.
//! Without it, the encoding is the base64 of two JSON texts.

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

/// Validity of the assertion before and after the current time. It tolerates a clock that is wrong
/// by nearly this time.
const VALIDITY: Duration = Duration::from_secs(600);

/// Private key whose certificate is registered with an application.
#[derive(Clone, Debug)]
pub struct ClientCertificate {
    /// Client ID of the application.
    pub client_id: String,
    /// Key and certificate.
    pub file: CertificateSource,
    /// Password of a PKCS#12 file.
    pub password: Option<Secret>,
}

/// Source of key and certificate.
#[derive(Clone, Debug)]
pub enum CertificateSource {
    /// PKCS#12 or PEM file, which is read again for each sign-in.
    Path(PathBuf),
    /// Text: base64 of a PKCS#12 or PEM file, or PEM.
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
                let text = format!(
                    "The file {} cannot be read: {error}. Check the path and its \
                                    permissions.",
                    path.display()
                );
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
        // The whole chain, for applications that trust an issuer and a subject name.
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
                Error::new(ErrorKind::SignIn, "The key of the client certificate cannot sign.")
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

//! Reads a private key with its certificates: PEM, or PKCS#12 (PFX).
//!
//! PKCS#12 is by `p12-keystore`. azure_identity's own ClientCertificateCredential links OpenSSL,
//! which a static binary cannot count on; the crate `p12` knows nothing newer than 3DES; parsing
//! it ourselves would need `des` and `rc2` all the same, since exports of Windows and of Key Vault
//! are encrypted so. The price, measured: 41 small crates, 40 s of CPU in a clean release build,
//! 0.48 MB of the binary's 8.

use super::secret::Secret;
use crate::error::{Error, ErrorKind};
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p12_keystore::{KeyStore, KeyStoreEntry, Pkcs12ImportPolicy};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// A private key and its certificates, its own first.
pub(super) struct Bundle {
    pub(super) key: KeyPair,
    pub(super) certificates: Vec<Vec<u8>>,
}

impl Bundle {
    /// Reads PEM or PKCS#12.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SignIn`] when it is neither, is encrypted otherwise, or has not what is needed.
    pub(super) fn read(bytes: &[u8], password: Option<&Secret>) -> Result<Self, Error> {
        let Contents { key, certificates } = if is_pem(bytes) {
            of_pem(bytes)?
        } else {
            of_pkcs12(bytes, password.map_or("", Secret::expose))?
        };
        let parsed = match &key {
            KeyDer::Pkcs8(der) => KeyPair::from_pkcs8(der),
            KeyDer::Pkcs1(der) => KeyPair::from_der(der),
        };
        let key = parsed.map_err(|error| {
            refuse(&format!("has a key that Entra ID takes no proof of; it must be RSA ({error})"))
        })?;
        Ok(Self { certificates: own_first(&key, certificates)?, key })
    }
}

/// The bytes of a certificate that is given as text: base64 of a file, or PEM as it is.
pub(super) fn of_text(text: &str) -> Result<Vec<u8>, Error> {
    if is_pem(text.as_bytes()) {
        return Ok(text.as_bytes().to_vec());
    }
    let plain: String = text.split_whitespace().collect();
    STANDARD.decode(plain).map_err(|_| refuse("is neither PEM nor base64 of a PKCS#12 file"))
}

/// A private key, in either form.
enum KeyDer {
    Pkcs8(Vec<u8>),
    Pkcs1(Vec<u8>),
}

/// What a file has.
struct Contents {
    key: KeyDer,
    certificates: Vec<Vec<u8>>,
}

fn is_pem(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"-----BEGIN") || find(bytes, b"\n-----BEGIN ")
}

fn of_pem(bytes: &[u8]) -> Result<Contents, Error> {
    if find(bytes, b"BEGIN ENCRYPTED PRIVATE KEY") || find(bytes, b"Proc-Type: 4,ENCRYPTED") {
        return Err(refuse(
            "is PEM with an encrypted key; give a PKCS#12 file with its password instead",
        ));
    }
    let key = PrivateKeyDer::from_pem_slice(bytes)
        .map_err(|error| refuse(&format!("is PEM without a private key ({error})")))?;
    let key = match &key {
        PrivateKeyDer::Pkcs1(der) => KeyDer::Pkcs1(der.secret_pkcs1_der().to_vec()),
        other => KeyDer::Pkcs8(other.secret_der().to_vec()),
    };
    let certificates = CertificateDer::pem_slice_iter(bytes)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| refuse(&format!("has a certificate that cannot be read ({error})")))?;
    Ok(Contents { key, certificates: certificates.into_iter().map(|der| der.to_vec()).collect() })
}

fn of_pkcs12(bytes: &[u8], password: &str) -> Result<Contents, Error> {
    let store =
        KeyStore::from_pkcs12(bytes, password, Pkcs12ImportPolicy::Raw).map_err(|error| {
            refuse(&format!(
                "cannot be opened as a PKCS#12 file: its password is another one, or it is damaged \
             ({error})"
            ))
        })?;
    let (mut key, mut certificates) = (None, Vec::new());
    for (_, entry) in store.entries() {
        match entry {
            KeyStoreEntry::PrivateKeyChain(chain) => {
                key = Some(KeyDer::Pkcs8(chain.key().as_der().to_vec()));
                certificates.extend(chain.certs().iter().map(|one| one.as_der().to_vec()));
            }
            KeyStoreEntry::Certificate(one) => certificates.push(one.as_der().to_vec()),
            _ => {}
        }
    }
    let key = key.ok_or_else(|| refuse("has no private key"))?;
    Ok(Contents { key, certificates })
}

/// The certificate of the key first: files have them in any order. A certificate has the public
/// key in it byte by byte, so no parser is needed.
fn own_first(key: &KeyPair, mut certificates: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>, Error> {
    let public = key.public_key().as_ref();
    let own = certificates.iter().position(|certificate| find(certificate, public));
    let own = own.ok_or_else(|| refuse("has no certificate of its private key"))?;
    certificates[..=own].rotate_right(1);
    Ok(certificates)
}

fn find(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn refuse(why: &str) -> Error {
    Error::new(ErrorKind::SignIn, format!("The client certificate {why}."))
}

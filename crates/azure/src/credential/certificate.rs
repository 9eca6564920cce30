//! Reads a private key and its certificates from PEM or PKCS#12 (PFX).
//!
//! PKCS#12 is read with `p12-keystore`. The alternatives do not work here. azure_identity's
//! ClientCertificateCredential links OpenSSL, which a static binary cannot rely on. The crate `p12`
//! supports only ciphers up to 3DES. A parser of our own would need `des` and `rc2` too, because
//! Windows and Key Vault export with these ciphers. Measured cost: 41 small crates, 40 s of CPU in
//! a clean release build, and 0.48 MB of the binary's 8 MB.

use super::secret::Secret;
use crate::error::{Error, ErrorKind};
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p12_keystore::{KeyStore, KeyStoreEntry, Pkcs12ImportPolicy};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// Private key and its certificates. The key's own certificate comes first.
pub(super) struct Bundle {
    pub(super) key: KeyPair,
    pub(super) certificates: Vec<Vec<u8>>,
}

impl Bundle {
    /// Reads PEM or PKCS#12.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::SignIn`] if the format is unknown, the encryption is not supported, or
    /// the key or its certificate is missing.
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
            refuse(&format!("has an unsupported key ({error}). Use an RSA key"))
        })?;
        Ok(Self { certificates: own_first(&key, certificates)?, key })
    }
}

/// Returns the bytes of a certificate that is given as text: base64 of a file, or PEM.
pub(super) fn of_text(text: &str) -> Result<Vec<u8>, Error> {
    if is_pem(text.as_bytes()) {
        return Ok(text.as_bytes().to_vec());
    }
    let plain: String = text.split_whitespace().collect();
    STANDARD.decode(plain).map_err(|_| refuse("is neither PEM nor base64 of a PKCS#12 file"))
}

/// Private key in one of two encodings.
enum KeyDer {
    Pkcs8(Vec<u8>),
    Pkcs1(Vec<u8>),
}

/// Content of a certificate file.
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
            "is PEM with an encrypted key. Use an unencrypted key, or a PKCS#12 file with its \
             password",
        ));
    }
    let key = PrivateKeyDer::from_pem_slice(bytes)
        .map_err(|error| refuse(&format!("is PEM without a private key ({error})")))?;
    let key = match &key {
        PrivateKeyDer::Pkcs1(der) => KeyDer::Pkcs1(der.secret_pkcs1_der().to_vec()),
        other => KeyDer::Pkcs8(other.secret_der().to_vec()),
    };
    let certificates =
        CertificateDer::pem_slice_iter(bytes).collect::<Result<Vec<_>, _>>().map_err(|error| {
            refuse(&format!("contains a certificate that cannot be read ({error})"))
        })?;
    Ok(Contents { key, certificates: certificates.into_iter().map(|der| der.to_vec()).collect() })
}

fn of_pkcs12(bytes: &[u8], password: &str) -> Result<Contents, Error> {
    let store =
        KeyStore::from_pkcs12(bytes, password, Pkcs12ImportPolicy::Raw).map_err(|error| {
            refuse(&format!(
                "cannot be opened as a PKCS#12 file ({error}). Check the password and the file"
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
    let key = key.ok_or_else(|| refuse("contains no private key"))?;
    Ok(Contents { key, certificates })
}

/// Moves the key's own certificate to the front, because files contain certificates in any order. A
/// certificate contains the public key byte by byte, so no parser is needed.
fn own_first(key: &KeyPair, mut certificates: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>, Error> {
    let public = key.public_key().as_ref();
    let own = certificates.iter().position(|certificate| find(certificate, public));
    let own = own.ok_or_else(|| refuse("does not contain the certificate of its private key"))?;
    certificates[..=own].rotate_right(1);
    Ok(certificates)
}

fn find(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn refuse(why: &str) -> Error {
    Error::new(ErrorKind::SignIn, format!("The client certificate {why}."))
}

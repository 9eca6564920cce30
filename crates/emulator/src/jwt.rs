//! JSON web tokens, signed with one key (RS256).

use std::fmt;
use std::io;

use jsonwebtoken::dangerous::insecure_decode;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde_json::{Map, Value, json};

/// ID of the key in tokens and in the key set.
const KEY_ID: &str = "emulator";

/// Key that signs every token. It is public, because it is part of the source, so that tokens and
/// the caches of clients stay valid after a restart.
pub(crate) struct SigningKey {
    private: EncodingKey,
    public: DecodingKey,
    /// Public key as a JSON web key.
    web_key: Value,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(KEY_ID)
    }
}

impl SigningKey {
    /// Parses the key.
    pub(crate) fn load() -> io::Result<Self> {
        let pem = include_bytes!("jwt_key.pem");
        let private = EncodingKey::from_rsa_pem(pem).map_err(io::Error::other)?;
        let key = Jwk::from_encoding_key(&private, Algorithm::RS256).map_err(io::Error::other)?;
        let public = DecodingKey::from_jwk(&key).map_err(io::Error::other)?;
        let AlgorithmParameters::RSA(parameters) = key.algorithm else {
            return Err(io::Error::other("the signing key is not an RSA key"));
        };
        let web_key = json!({
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": KEY_ID,
            "x5t": KEY_ID,
            "n": parameters.n,
            "e": parameters.e,
        });
        Ok(Self { private, public, web_key })
    }

    /// Returns a signed token with these claims.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(KEY_ID.to_owned());
        header.x5t = Some(KEY_ID.to_owned());
        // A parsed key can sign, and every recipient rejects an invalid token.
        encode(&header, claims, &self.private).unwrap_or_default()
    }

    /// Returns the claims of a token that this key has signed, without validating them. The caller
    /// checks times and audience, because each error has its own answer.
    pub(crate) fn claims(&self, token: &str) -> Option<Value> {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        let token = decode::<Map<String, Value>>(token, &self.public, &validation).ok()?;
        Some(Value::Object(token.claims))
    }

    /// Returns the public key as a JSON web key set.
    pub(crate) fn public(&self) -> Value {
        json!({ "keys": [self.web_key] })
    }
}

/// Returns the claims of any token, without checking its signature.
pub(crate) fn claims(token: &str) -> Option<Value> {
    let (_, signature) = token.rsplit_once('.')?;
    let token = insecure_decode::<Map<String, Value>>(token).ok()?;
    (!signature.is_empty()).then_some(Value::Object(token.claims))
}

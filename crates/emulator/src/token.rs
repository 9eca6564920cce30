//! Tokens: made, signed, and checked when a request bears one.

use std::io;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

use crate::call::Call;
use crate::clock;
use crate::error::ArmError;
use crate::subscription;
use crate::world::{World, fixed_guid};

/// Seconds that a token is good for.
pub(crate) const LIFETIME: u64 = 3599;

/// What the tokens and the document of keys call the key.
const KEY_ID: &str = "emulator";

/// The key that signs every token. It is no secret: it lies in the source, so that a token, and a
/// client's cache of it, outlives a restart.
#[derive(Debug)]
pub(crate) struct Keys(RsaKeyPair);

impl Keys {
    /// Reads the key.
    pub(crate) fn load() -> io::Result<Self> {
        let pem = include_bytes!("sign_in/key.pem");
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem).map_err(io::Error::other)?;
        let pair = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).map_err(io::Error::other)?;
        Ok(Self(pair))
    }

    /// A signed token with these claims.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": KEY_ID, "x5t": KEY_ID });
        let text = format!("{}.{}", encode(&header), encode(claims));
        let mut signature = vec![0; self.0.public_modulus_len()];
        // Signing fails for a buffer of the wrong size only; a token without a signature is none.
        let signed =
            self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature);
        if signed.is_err() {
            signature.clear();
        }
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The claims of a token that this key has signed.
    pub(crate) fn claims(&self, token: &str) -> Option<Value> {
        let (text, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let public = self.0.public_key().as_ref();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public)
            .verify(text.as_bytes(), &signature)
            .ok()?;
        claims(token)
    }

    /// The public key as a JSON web key set.
    pub(crate) fn public(&self) -> Value {
        // PKCS #1: a sequence of two integers; the first is the modulus, behind nine bytes of
        // lengths and signs, the second is 65537.
        let der = self.0.public_key().as_ref();
        let modulus = der.get(9..9 + self.0.public_modulus_len()).unwrap_or_default();
        json!({ "keys": [{
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": KEY_ID,
            "x5t": KEY_ID,
            "n": URL_SAFE_NO_PAD.encode(modulus),
            "e": "AQAB",
        }] })
    }
}

/// The claims of any token, whoever signed it.
pub(crate) fn claims(token: &str) -> Option<Value> {
    let mut parts = token.split('.');
    let (header, payload) = (parts.next()?, parts.next()?);
    parts.next().filter(|signature| !signature.is_empty())?;
    let decode = |part: &str| -> Option<Value> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
    };
    decode(header).filter(Value::is_object)?;
    decode(payload).filter(|claims| claims.is_object() && parts.next().is_none())
}

/// A token for the service principal, which is in every tenant.
pub(crate) fn make(world: &World, audience: &str, tenant: &str) -> String {
    let settings = &world.settings;
    let now = clock::real() as u64;
    settings.keys.sign(&json!({
        "aud": audience,
        "iss": format!("{}/{tenant}/", settings.base),
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME,
        "appid": settings.client_id,
        "appidacr": "1",
        "idp": format!("{}/{tenant}/", settings.base),
        "idtyp": "app",
        "oid": object_id(),
        "sub": object_id(),
        "tid": tenant,
        "ver": "1.0",
    }))
}

/// The service principal's object ID.
pub(crate) fn object_id() -> String {
    fixed_guid("service principal").to_string()
}

/// The tenant of the token that a request bears.
pub(crate) fn tenant(call: &Call) -> Option<String> {
    let (_, token) = call.header("authorization")?.split_once(' ')?;
    Some(claims(token.trim())?["tid"].as_str()?.to_owned())
}

/// The tenants that a request may touch: that of its own token, and those of the good ones among
/// the auxiliary tokens beside it.
pub(crate) fn tenants(world: &World, call: &Call) -> Vec<String> {
    let auxiliary = call.header("x-ms-authorization-auxiliary").unwrap_or_default();
    let good = |token: &str| {
        let claims = world.settings.keys.claims(token.trim().strip_prefix("Bearer ")?)?;
        let lasts = claims["exp"].as_f64().is_some_and(|expires| expires >= clock::real());
        claims["tid"].as_str().filter(|_| lasts).map(str::to_owned)
    };
    tenant(call).into_iter().chain(auxiliary.split(',').filter_map(good)).collect()
}

/// Fails unless the request bears a token of this emulator, for ARM, that has not expired, of the
/// tenant that the subscription in question belongs to.
pub(crate) fn check(world: &World, call: &Call) -> Result<(), ArmError> {
    let Some(header) = call.header("authorization") else {
        let text = "Authentication failed. The 'Authorization' header is missing.";
        return Err(challenge(world, "AuthenticationFailed", text, ""));
    };
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        let text = "Authentication failed. The 'Authorization' header is provided in an invalid \
                    format.";
        return Err(challenge(world, "AuthenticationFailed", text, ""));
    }
    let Some(claims) = world.settings.keys.claims(token.trim()) else {
        let text = "The access token is invalid.";
        return Err(challenge(world, "InvalidAuthenticationToken", text, "invalid_token"));
    };
    if claims["exp"].as_f64().is_none_or(|expires| expires < clock::real()) {
        return Err(expired(world));
    }
    check_audience(world, claims["aud"].as_str().unwrap_or_default())?;
    check_tenant(world, call, claims["tid"].as_str().unwrap_or_default())
}

fn check_tenant(world: &World, call: &Call, own: &str) -> Result<(), ArmError> {
    let tenant = subscription::named(call).and_then(|id| world.settings.tenant_of(id));
    let Some(tenant) = tenant.filter(|tenant| !tenant.eq_ignore_ascii_case(own)) else {
        return Ok(());
    };
    let base = &world.settings.base;
    let text = format!(
        "The access token is from the wrong issuer '{base}/{own}/'. It must match the tenant \
         '{base}/{tenant}/' associated with this subscription. Please use the authority (URL) \
         '{base}/{tenant}' to get the token."
    );
    let authority = format!(
        "Bearer authorization_uri=\"{base}/{tenant}\", error=\"invalid_token\", \
         error_description=\"The access token is from the wrong issuer.\""
    );
    let refusal = ArmError::new(401, "InvalidAuthenticationTokenTenant", text);
    Err(refusal.header("WWW-Authenticate", authority))
}

fn check_audience(world: &World, audience: &str) -> Result<(), ArmError> {
    let settings = &world.settings;
    let known = [settings.cloud.audiences[0], settings.cloud.audiences[1], &settings.base];
    let bare = |text: &str| text.trim_end_matches('/').to_ascii_lowercase();
    if known.iter().any(|known| bare(known) == bare(audience)) {
        return Ok(());
    }
    let text = format!(
        "The access token has been obtained for wrong audience or resource '{audience}'. It \
         should exactly match with one of the allowed audiences '{}'.",
        known.join("','")
    );
    Err(challenge(world, "InvalidAuthenticationTokenAudience", &text, "invalid_token"))
}

/// The refusal of a token that was good once.
pub(crate) fn expired(world: &World) -> ArmError {
    let text = "The access token expiry UTC time is earlier than current UTC time.";
    challenge(world, "ExpiredAuthenticationToken", text, "invalid_token")
}

fn challenge(world: &World, code: &str, text: &str, error: &str) -> ArmError {
    let settings = &world.settings;
    let mut value = format!("Bearer authorization_uri=\"{}/{}\"", settings.base, settings.tenant);
    if !error.is_empty() {
        value.push_str(&format!(", error=\"{error}\", error_description=\"{text}\""));
    }
    ArmError::new(401, code, text).header("WWW-Authenticate", value)
}

//! Access tokens: creation and validation.

use serde_json::{Value, json};

use crate::arm_error::ArmError;
use crate::clock;
use crate::jwt::claims;
use crate::request::HttpRequest;
use crate::world::World;
use crate::world::settings::Settings;

/// Lifetime of a token in seconds.
pub(crate) const LIFETIME: u64 = 3599;

/// Creates a token for the service principal, which exists in every tenant.
pub(crate) fn make(world: &World, audience: &str, tenant: &str) -> String {
    let settings = &world.settings;
    let now = clock::real() as u64;
    settings.signing_key.sign(&json!({
        "aud": audience,
        "iss": format!("{}/{tenant}/", settings.base),
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME,
        "appid": settings.client_id,
        "appidacr": "1",
        "idp": format!("{}/{tenant}/", settings.base),
        "idtyp": "app",
        "oid": Settings::object_id(),
        "sub": Settings::object_id(),
        "tid": tenant,
        "ver": "1.0",
    }))
}

/// Returns the tenant of a request's token.
pub(crate) fn tenant(request: &HttpRequest) -> Option<String> {
    let (_, token) = request.header("authorization")?.split_once(' ')?;
    Some(claims(token.trim())?["tid"].as_str()?.to_owned())
}

/// Returns the tenants that a request may access: the tenant of its token, and those of its valid
/// auxiliary tokens.
pub(crate) fn tenants(world: &World, request: &HttpRequest) -> Vec<String> {
    let auxiliary = request.header("x-ms-authorization-auxiliary").unwrap_or_default();
    let good = |token: &str| {
        let claims = world.settings.signing_key.claims(token.trim().strip_prefix("Bearer ")?)?;
        let lasts = claims["exp"].as_f64().is_some_and(|expires| expires >= clock::real());
        claims["tid"].as_str().filter(|_| lasts).map(str::to_owned)
    };
    tenant(request).into_iter().chain(auxiliary.split(',').filter_map(good)).collect()
}

/// Returns an error unless the request has a token of this emulator for ARM that has not expired,
/// from the tenant of the subscription in the path.
pub(crate) fn check(world: &World, request: &HttpRequest) -> Result<(), ArmError> {
    let Some(header) = request.header("authorization") else {
        let text = "Authentication failed. The 'Authorization' header is missing.";
        return Err(challenge(world, "AuthenticationFailed", text, ""));
    };
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        let text = "Authentication failed. The 'Authorization' header is provided in an invalid \
                    format.";
        return Err(challenge(world, "AuthenticationFailed", text, ""));
    }
    let Some(claims) = world.settings.signing_key.claims(token.trim()) else {
        let text = "The access token is invalid.";
        return Err(challenge(world, "InvalidAuthenticationToken", text, "invalid_token"));
    };
    if claims["exp"].as_f64().is_none_or(|expires| expires < clock::real()) {
        return Err(expired(world));
    }
    check_audience(world, claims["aud"].as_str().unwrap_or_default())?;
    check_tenant(world, request, claims["tid"].as_str().unwrap_or_default())
}

fn check_tenant(world: &World, request: &HttpRequest, own: &str) -> Result<(), ArmError> {
    let tenant = request.subscription().and_then(|id| world.settings.tenant_of(id));
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

/// Returns the error for an expired token.
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

/// Returns the answer with a token, for version 2 of the endpoint or for version 1.
pub(super) fn granted(world: &World, (audience, tenant): (&str, &str), second: bool) -> Value {
    let token = make(world, audience, tenant);
    if second {
        return json!({
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "ext_expires_in": LIFETIME,
            "access_token": token,
        });
    }
    // Version 1 of the endpoint writes its numbers as text.
    let now = clock::real() as u64;
    json!({
        "token_type": "Bearer",
        "expires_in": LIFETIME.to_string(),
        "ext_expires_in": LIFETIME.to_string(),
        "expires_on": (now + LIFETIME).to_string(),
        "not_before": now.to_string(),
        "resource": audience,
        "access_token": token,
    })
}

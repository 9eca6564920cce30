//! Microsoft Entra ID, as much as a service principal needs, and the check of its tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::Call;
use crate::clock;
use crate::error::ArmError;
use crate::world::{World, fixed_guid};

/// Seconds that a token is good for.
const LIFETIME: u64 = 3599;

/// Answers a request to the sign-in endpoints; `None` when it is none.
pub(crate) fn serve(world: &World, call: &Call) -> Option<Answer> {
    let segments = call.segments();
    let lower: Vec<String> = segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    match (call.method.as_str(), lower.as_slice()) {
        ("POST", [tenant, "oauth2", "token"]) => Some(issue(world, call, tenant, false)),
        ("POST", [tenant, "oauth2", "v2.0", "token"]) => Some(issue(world, call, tenant, true)),
        ("GET", [tenant, "v2.0", ".well-known", "openid-configuration"]) => {
            Some(configuration(world, tenant, "/v2.0"))
        }
        ("GET", [tenant, ".well-known", "openid-configuration"]) => {
            Some(configuration(world, tenant, ""))
        }
        ("GET", [_, "discovery", "instance"]) => Some(discovery(world)),
        ("GET", ["metadata", "identity", "oauth2", "token"]) => Some(managed(world, call)),
        _ => None,
    }
}

fn issue(world: &World, call: &Call, tenant: &str, second: bool) -> Answer {
    let fields: Vec<(String, String)> =
        url::form_urlencoded::parse(&call.body).into_owned().collect();
    let field = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let settings = &world.settings;
    if !tenant.eq_ignore_ascii_case(&settings.tenant) {
        return refuse(400, "invalid_request", 90002, &format!("Tenant '{tenant}' not found."));
    }
    if field("grant_type") != "client_credentials" {
        let text = "The app requested an unsupported grant type.";
        return refuse(400, "unsupported_grant_type", 70003, text);
    }
    let client = field("client_id");
    if !client.eq_ignore_ascii_case(&settings.client_id) {
        let text = format!(
            "Application with identifier '{client}' was not found in the directory 'Emulator'."
        );
        return refuse(400, "unauthorized_client", 700_016, &text);
    }
    let assertion = !field("client_assertion").is_empty();
    if !assertion && field("client_secret") != settings.client_secret {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the \
             client secret value, not the client secret ID, for a secret added to app '{client}'."
        );
        return refuse(401, "invalid_client", 7_000_215, &text);
    }
    let audience = match (second, field("scope"), field("resource")) {
        (true, scope, _) if !scope.is_empty() => scope.trim_end_matches(".default"),
        (false, _, resource) if !resource.is_empty() => resource,
        _ => {
            let text = "The request body must contain the following parameter: 'scope'.";
            return refuse(400, "invalid_request", 900_144, text);
        }
    };
    Answer::ok(granted(world, audience, second))
}

fn granted(world: &World, audience: &str, second: bool) -> Value {
    let token = make(world, audience);
    if second {
        let (life, kind) = (LIFETIME, "Bearer");
        return json!({
            "token_type": kind, "expires_in": life, "ext_expires_in": life, "access_token": token,
        });
    }
    // The first version of the endpoint writes its numbers as text.
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

fn managed(world: &World, call: &Call) -> Answer {
    if !call.header("metadata").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        let text = "Required metadata header not specified";
        let body = json!({ "error": "invalid_request", "error_description": text });
        return Answer::new(400, Some(body));
    }
    let resource = call.param("resource").unwrap_or("https://management.azure.com/");
    let mut body = granted(world, resource, false);
    body["client_id"] = json!(world.settings.client_id);
    Answer::ok(body)
}

fn refuse(status: u16, error: &str, number: u32, text: &str) -> Answer {
    let trace = fixed_guid("trace");
    let body = json!({
        "error": error,
        "error_description": format!("AADSTS{number}: {text} Trace ID: {trace}"),
        "error_codes": [number],
        "timestamp": clock::stamp(clock::real()),
        "trace_id": trace.to_string(),
        "correlation_id": trace.to_string(),
        "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
    });
    Answer::new(status, Some(body))
}

fn make(world: &World, audience: &str) -> String {
    let settings = &world.settings;
    let now = clock::real() as u64;
    let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = encode(json!({ "typ": "JWT", "alg": "RS256", "kid": "emulator" }));
    let payload = encode(json!({
        "aud": audience,
        "iss": format!("{}/{}/", settings.base, settings.tenant),
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME,
        "appid": settings.client_id,
        "appidacr": "1",
        "idtyp": "app",
        "oid": object_id(),
        "sub": object_id(),
        "tid": settings.tenant,
        "ver": "1.0",
    }));
    let signature = sign(world, &format!("{header}.{payload}"));
    format!("{header}.{payload}.{signature}")
}

/// The service principal's object ID.
pub(crate) fn object_id() -> String {
    fixed_guid("service principal").to_string()
}

/// Not cryptography: enough to tell the emulator's own tokens from all others.
fn sign(world: &World, text: &str) -> String {
    let mark = fixed_guid(&format!("{} {text}", world.settings.client_secret));
    URL_SAFE_NO_PAD.encode(mark.as_bytes())
}

/// Fails unless the request bears a token of this emulator that has not expired.
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
    let Some(expires) = expiry(world, token.trim()) else {
        let text = "The access token is invalid.";
        return Err(challenge(world, "InvalidAuthenticationToken", text, "invalid_token"));
    };
    if (expires as f64) < clock::real() {
        return Err(expired(world));
    }
    Ok(())
}

/// The refusal of a token that was good once.
pub(crate) fn expired(world: &World) -> ArmError {
    let text = "The access token expiry UTC time is earlier than current UTC time.";
    challenge(world, "ExpiredAuthenticationToken", text, "invalid_token")
}

fn expiry(world: &World, token: &str) -> Option<u64> {
    let (signed, signature) = token.rsplit_once('.')?;
    if sign(world, signed) != signature {
        return None;
    }
    let (_, payload) = signed.split_once('.')?;
    let payload: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    payload["exp"].as_u64()
}

fn challenge(world: &World, code: &str, text: &str, error: &str) -> ArmError {
    let settings = &world.settings;
    let mut value = format!("Bearer authorization_uri=\"{}/{}\"", settings.base, settings.tenant);
    if !error.is_empty() {
        value.push_str(&format!(", error=\"{error}\", error_description=\"{text}\""));
    }
    ArmError::new(401, code, text).header("WWW-Authenticate", value)
}

fn configuration(world: &World, tenant: &str, version: &str) -> Answer {
    let settings = &world.settings;
    let known = ["common", "organizations", settings.tenant.as_str()];
    if !known.iter().any(|known| known.eq_ignore_ascii_case(tenant)) {
        return refuse(400, "invalid_tenant", 90002, &format!("Tenant '{tenant}' not found."));
    }
    let base = &settings.base;
    let at = format!("{base}/{tenant}/oauth2{version}");
    Answer::ok(json!({
        "token_endpoint": format!("{at}/token"),
        "authorization_endpoint": format!("{at}/authorize"),
        "device_authorization_endpoint": format!("{at}/devicecode"),
        "end_session_endpoint": format!("{at}/logout"),
        "jwks_uri": format!("{base}/{tenant}/discovery{version}/keys"),
        "issuer": format!("{base}/{}{version}", settings.tenant),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "response_types_supported": ["code", "id_token", "token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "offline_access"],
        "tenant_region_scope": null,
        "cloud_instance_name": base.trim_start_matches("https://"),
    }))
}

fn discovery(world: &World) -> Answer {
    let settings = &world.settings;
    let host = settings.base.trim_start_matches("https://");
    let endpoint =
        format!("{}/{}/v2.0/.well-known/openid-configuration", settings.base, settings.tenant);
    Answer::ok(json!({
        "tenant_discovery_endpoint": endpoint,
        "api-version": "1.1",
        "metadata": [{
            "preferred_network": host, "preferred_cache": host, "aliases": [host],
        }],
    }))
}

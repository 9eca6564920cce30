//! Documents about the token endpoints: OpenID configuration, keys, instance discovery.

use serde_json::{Value, json};

use super::form::Refusal;
use crate::request::HttpRequest;
use crate::response::HttpResponse;
use crate::world::World;

/// Answers a request for a document, or returns `None` for other requests.
pub(super) fn serve(world: &World, request: &HttpRequest, path: &[&str]) -> Option<HttpResponse> {
    if request.method != "GET" {
        return None;
    }
    match path {
        [_, "discovery", "instance"] => Some(instances(world)),
        [tenant, "discovery", "keys"] | [tenant, "discovery", "v2.0", "keys"] => {
            Some(keys(world, tenant))
        }
        [tenant, ".well-known", "openid-configuration"] => Some(configuration(world, tenant, "")),
        [tenant, "v2.0", ".well-known", "openid-configuration"] => {
            Some(configuration(world, tenant, "/v2.0"))
        }
        _ => None,
    }
}

/// Returns `true` if a tenant has this name. The platforms that issue tokens are not tenants, but
/// publish keys in the same way.
fn known(world: &World, tenant: &str) -> bool {
    let names = ["common", "organizations", "github", "devops"];
    names.iter().any(|name| name.eq_ignore_ascii_case(tenant))
        || world.settings.tenant_named(tenant).is_some()
}

fn keys(world: &World, tenant: &str) -> HttpResponse {
    match known(world, tenant) {
        true => HttpResponse::ok(world.settings.signing_key.public()),
        false => Refusal::no_tenant(tenant).into(),
    }
}

fn configuration(world: &World, tenant: &str, version: &str) -> HttpResponse {
    let settings = &world.settings;
    if !known(world, tenant) {
        return Refusal::no_tenant(tenant).into();
    }
    let base = &settings.base;
    let keys = format!("{base}/{tenant}/discovery{version}/keys");
    if matches!(tenant, "github" | "devops") {
        return HttpResponse::ok(json!({
            "issuer": format!("{base}/{tenant}"),
            "jwks_uri": keys,
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }));
    }
    let at = format!("{base}/{tenant}/oauth2{version}");
    let own = settings.tenant_named(tenant);
    HttpResponse::ok(json!({
        "token_endpoint": format!("{at}/token"),
        "authorization_endpoint": format!("{at}/authorize"),
        "device_authorization_endpoint": format!("{at}/devicecode"),
        "end_session_endpoint": format!("{at}/logout"),
        "jwks_uri": keys,
        "issuer": format!("{base}/{}{version}", own.unwrap_or(&settings.tenant)),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "response_types_supported": ["code", "id_token", "token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "offline_access"],
        "tenant_region_scope": Value::Null,
        "cloud_instance_name": base.trim_start_matches("https://"),
    }))
}

fn instances(world: &World) -> HttpResponse {
    let settings = &world.settings;
    let host = settings.base.trim_start_matches("https://");
    let endpoint =
        format!("{}/{}/v2.0/.well-known/openid-configuration", settings.base, settings.tenant);
    HttpResponse::ok(json!({
        "tenant_discovery_endpoint": endpoint,
        "api-version": "1.1",
        "metadata": [{
            "preferred_network": host, "preferred_cache": host, "aliases": [host],
        }],
    }))
}

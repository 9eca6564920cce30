//! Tokens for programs on a platform: managed identities of virtual machines and of App Service,
//! and the ID tokens of jobs on GitHub and Azure DevOps.

use serde_json::{Value, json};

use super::form::Form;
use super::token::{LIFETIME, granted};
use crate::clock;
use crate::request::HttpRequest;
use crate::response::HttpResponse;
use crate::world::World;

/// Answers a request to a platform's service, or returns `None` for other requests.
pub(super) fn serve(world: &World, request: &HttpRequest, path: &[&str]) -> Option<HttpResponse> {
    let response = match (request.method.as_str(), path) {
        ("GET", ["metadata", "identity", "oauth2", "token"]) => machine(world, request),
        ("GET" | "POST", ["msi", "token"]) => app_service(world, request),
        ("GET", ["github", .., "idtoken"]) => github(world, request),
        ("POST", ["devops", .., "oidctoken"]) => devops(world, request),
        _ => return None,
    };
    Some(response.map_or_else(|refusal| refusal, HttpResponse::ok))
}

fn refuse(status: u16, text: &str) -> HttpResponse {
    let error = if status == 401 { "unauthorized" } else { "invalid_request" };
    HttpResponse::new(status, Some(json!({ "error": error, "error_description": text })))
}

/// Answers a request to the instance metadata service of virtual machines.
fn machine(world: &World, request: &HttpRequest) -> Result<Value, HttpResponse> {
    if !says_metadata(request) {
        return Err(refuse(400, "Required metadata header not specified"));
    }
    identity(world, request, &Form(Vec::new()))
}

/// Answers a request to the identity endpoint of App Service and Functions, and to the older
/// endpoint of virtual machines at this address, which Cloud Shell still has.
fn app_service(world: &World, request: &HttpRequest) -> Result<Value, HttpResponse> {
    let secret = request.header("x-identity-header").or(request.header("secret"));
    let known = secret.map(|secret| secret == world.settings.platform.identity_header);
    if !known.unwrap_or(says_metadata(request)) {
        return Err(refuse(401, "The identity header is missing or wrong."));
    }
    let mut body = identity(world, request, &Form::of(request))?;
    if request.param("api-version") == Some("2017-09-01") {
        let ends = clock::real() + LIFETIME as f64;
        body["expires_on"] = json!(clock::american(ends));
    }
    Ok(body)
}

fn says_metadata(request: &HttpRequest) -> bool {
    request.header("metadata").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

fn identity(world: &World, request: &HttpRequest, form: &Form) -> Result<Value, HttpResponse> {
    let asked = |name: &str| {
        let field = Some(form.field(name)).filter(|value| !value.is_empty());
        request.param(name).or(field)
    };
    let Some(resource) = asked("resource") else {
        return Err(refuse(400, "Required query variable 'resource' is missing"));
    };
    let named = asked("client_id").or(asked("clientid"));
    if named.is_some_and(|named| !named.eq_ignore_ascii_case(&world.settings.client_id)) {
        return Err(refuse(400, "Identity not found"));
    }
    let mut body = granted(world, (resource, &world.settings.tenant), false);
    body["client_id"] = json!(world.settings.client_id);
    Ok(body)
}

/// Answers a request to the service of `ACTIONS_ID_TOKEN_REQUEST_URL`.
fn github(world: &World, request: &HttpRequest) -> Result<Value, HttpResponse> {
    may_ask(world, request)?;
    let subject = "repo:example/infrastructure:ref:refs/heads/main";
    let token = id_token(world, request, "github", subject);
    Ok(json!({ "count": token.len(), "value": token }))
}

/// Answers a request to the service of `SYSTEM_OIDCREQUESTURI`.
fn devops(world: &World, request: &HttpRequest) -> Result<Value, HttpResponse> {
    may_ask(world, request)?;
    if request.param("api-version").is_none() {
        let text = "No api-version was supplied for the request.";
        return Err(HttpResponse::new(400, Some(json!({ "message": text }))));
    }
    let connection = request.param("serviceConnectionId").unwrap_or("none");
    let subject = format!("sc://example/infrastructure/{connection}");
    Ok(json!({ "oidcToken": id_token(world, request, "devops", &subject) }))
}

fn may_ask(world: &World, request: &HttpRequest) -> Result<(), HttpResponse> {
    let wanted = format!("Bearer {}", world.settings.platform.request_token);
    match request.header("authorization") {
        Some(header) if header == wanted => Ok(()),
        _ => Err(HttpResponse::new(
            401,
            Some(json!({ "message": "The request token is not valid." })),
        )),
    }
}

fn id_token(world: &World, request: &HttpRequest, platform: &str, subject: &str) -> String {
    let settings = &world.settings;
    let now = clock::real() as u64;
    settings.signing_key.sign(&json!({
        "iss": format!("{}/{platform}", settings.base),
        "sub": subject,
        "aud": request.param("audience").unwrap_or("api://AzureADTokenExchange"),
        "iat": now,
        "nbf": now,
        "exp": now + 300,
    }))
}

//! Tokens for what runs on a platform: managed identities of machines and of app services, and the
//! ID tokens of jobs on GitHub and on Azure DevOps.

use serde_json::{Value, json};

use super::{Form, granted};
use crate::answer::Answer;
use crate::call::Call;
use crate::clock;
use crate::world::World;

/// The secrets that a platform puts into the environment of what it runs; plainly no real ones.
#[derive(Debug, Clone)]
pub(crate) struct Platform {
    /// `IDENTITY_HEADER`.
    pub(crate) identity_header: String,
    /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, `SYSTEM_ACCESSTOKEN`.
    pub(crate) request_token: String,
}

impl Default for Platform {
    fn default() -> Self {
        Self {
            identity_header: "emulator-identity-not-real".to_owned(),
            request_token: "emulator-job-not-real".to_owned(),
        }
    }
}

/// Answers a request to a platform; `None` when it is none.
pub(super) fn serve(world: &World, call: &Call, path: &[&str]) -> Option<Answer> {
    let answer = match (call.method.as_str(), path) {
        ("GET", ["metadata", "identity", "oauth2", "token"]) => machine(world, call),
        ("GET" | "POST", ["msi", "token"]) => app_service(world, call),
        ("GET", ["github", .., "idtoken"]) => github(world, call),
        ("POST", ["devops", .., "oidctoken"]) => devops(world, call),
        _ => return None,
    };
    Some(answer.map_or_else(|refusal| refusal, Answer::ok))
}

/// An answer of a managed identity, or a refusal.
type Outcome = Result<Value, Answer>;

fn refuse(status: u16, text: &str) -> Answer {
    let error = if status == 401 { "unauthorized" } else { "invalid_request" };
    Answer::new(status, Some(json!({ "error": error, "error_description": text })))
}

/// The instance metadata service of virtual machines.
fn machine(world: &World, call: &Call) -> Outcome {
    if !says_metadata(call) {
        return Err(refuse(400, "Required metadata header not specified"));
    }
    identity(world, call, &Form(Vec::new()))
}

/// The service of app services and functions; and the one that virtual machines had before the
/// instance metadata service, which Cloud Shell still has, at the same address.
fn app_service(world: &World, call: &Call) -> Outcome {
    let secret = call.header("x-identity-header").or(call.header("secret"));
    let known = secret.map(|secret| secret == world.settings.platform.identity_header);
    if !known.unwrap_or(says_metadata(call)) {
        return Err(refuse(401, "The identity header is missing or wrong."));
    }
    let mut body = identity(world, call, &Form::of(call))?;
    if call.param("api-version") == Some("2017-09-01") {
        let ends = clock::real() + super::LIFETIME as f64;
        body["expires_on"] = json!(clock::american(ends));
    }
    Ok(body)
}

fn says_metadata(call: &Call) -> bool {
    call.header("metadata").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

fn identity(world: &World, call: &Call, form: &Form) -> Outcome {
    let asked = |name: &str| {
        let field = Some(form.field(name)).filter(|value| !value.is_empty());
        call.param(name).or(field)
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

/// The service that `ACTIONS_ID_TOKEN_REQUEST_URL` leads to.
fn github(world: &World, call: &Call) -> Outcome {
    may_ask(world, call)?;
    let subject = "repo:example/infrastructure:ref:refs/heads/main";
    let token = id_token(world, call, "github", subject);
    Ok(json!({ "count": token.len(), "value": token }))
}

/// The service that `SYSTEM_OIDCREQUESTURI` leads to.
fn devops(world: &World, call: &Call) -> Outcome {
    may_ask(world, call)?;
    if call.param("api-version").is_none() {
        let text = "No api-version was supplied for the request.";
        return Err(Answer::new(400, Some(json!({ "message": text }))));
    }
    let connection = call.param("serviceConnectionId").unwrap_or("none");
    let subject = format!("sc://example/infrastructure/{connection}");
    Ok(json!({ "oidcToken": id_token(world, call, "devops", &subject) }))
}

fn may_ask(world: &World, call: &Call) -> Result<(), Answer> {
    let wanted = format!("Bearer {}", world.settings.platform.request_token);
    match call.header("authorization") {
        Some(header) if header == wanted => Ok(()),
        _ => Err(Answer::new(401, Some(json!({ "message": "The request token is not valid." })))),
    }
}

fn id_token(world: &World, call: &Call, platform: &str, subject: &str) -> String {
    let settings = &world.settings;
    let now = clock::real() as u64;
    settings.keys.sign(&json!({
        "iss": format!("{}/{platform}", settings.base),
        "sub": subject,
        "aud": call.param("audience").unwrap_or("api://AzureADTokenExchange"),
        "iat": now,
        "nbf": now,
        "exp": now + 300,
    }))
}

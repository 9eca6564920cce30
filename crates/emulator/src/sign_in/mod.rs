//! Microsoft Entra ID, as much as a service principal needs: token endpoints of both versions and
//! the documents about them. Beside it, in `platform`, the services that hand out tokens to what
//! runs on a platform.

mod assertion;
mod directory;
mod platform;

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::Call;
use crate::clock;
use crate::token::{self, LIFETIME};
use crate::world::{World, fixed_guid};

pub(crate) use platform::Platform;

/// Answers a request to the sign-in endpoints; `None` when it is none.
pub(crate) fn serve(world: &World, call: &Call) -> Option<Answer> {
    let segments = call.segments();
    let lower: Vec<String> = segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    match (call.method.as_str(), lower.as_slice()) {
        ("POST", [tenant, "oauth2", "token"]) => Some(issue(world, call, tenant, false)),
        ("POST", [tenant, "oauth2", "v2.0", "token"]) => Some(issue(world, call, tenant, true)),
        _ => directory::serve(world, call, &lower).or_else(|| platform::serve(world, call, &lower)),
    }
}

/// A refusal in the words of the token service.
struct Refusal {
    status: u16,
    error: &'static str,
    number: u32,
    text: String,
}

impl Refusal {
    fn new(status: u16, error: &'static str, number: u32, text: impl Into<String>) -> Self {
        Self { status, error, number, text: text.into() }
    }

    fn no_tenant(tenant: &str) -> Self {
        let text = format!("Tenant '{tenant}' not found.");
        Self::new(400, "invalid_request", 90002, text)
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let Refusal { status, error, number, text } = refusal;
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
        Self::new(status, Some(body))
    }
}

/// The fields of a form.
struct Form(Vec<(String, String)>);

impl Form {
    fn of(call: &Call) -> Self {
        Self(url::form_urlencoded::parse(&call.body).into_owned().collect())
    }

    fn field(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}

fn issue(world: &World, call: &Call, tenant: &str, second: bool) -> Answer {
    let form = Form::of(call);
    let Some(tenant) = world.settings.tenant_named(tenant) else {
        return Refusal::no_tenant(tenant).into();
    };
    match authenticate(world, &form, tenant).and_then(|()| audience(&form, second)) {
        Ok(audience) => Answer::ok(granted(world, (audience, tenant), second)),
        Err(refusal) => refusal.into(),
    }
}

/// Fails unless the form comes from the service principal, to this tenant.
fn authenticate(world: &World, form: &Form, tenant: &str) -> Result<(), Refusal> {
    let settings = &world.settings;
    if form.field("grant_type") != "client_credentials" {
        let text = "The app requested an unsupported grant type.";
        return Err(Refusal::new(400, "unsupported_grant_type", 70003, text));
    }
    let client = form.field("client_id");
    if !client.eq_ignore_ascii_case(&settings.client_id) {
        let text = format!(
            "Application with identifier '{client}' was not found in the directory 'Emulator'."
        );
        return Err(Refusal::new(400, "unauthorized_client", 700_016, text));
    }
    if !form.field("client_assertion").is_empty() {
        return assertion::check(world, form, tenant);
    }
    if form.field("client_secret") != settings.client_secret {
        let text = format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the \
             client secret value, not the client secret ID, for a secret added to app '{client}'."
        );
        return Err(Refusal::new(401, "invalid_client", 7_000_215, text));
    }
    Ok(())
}

/// What the token is asked for.
fn audience(form: &Form, second: bool) -> Result<&str, Refusal> {
    let name = if second { "scope" } else { "resource" };
    let asked = form.field(name);
    if asked.is_empty() {
        let text = format!("The request body must contain the following parameter: '{name}'.");
        return Err(Refusal::new(400, "invalid_request", 900_144, text));
    }
    // Other scopes, such as `openid`, come beside the one that names the resource.
    let resource = asked.split(' ').find(|scope| scope.contains("://")).unwrap_or(asked);
    Ok(resource.strip_suffix("/.default").unwrap_or(resource))
}

fn granted(world: &World, (audience, tenant): (&str, &str), second: bool) -> Value {
    let token = token::make(world, audience, tenant);
    if second {
        return json!({
            "token_type": "Bearer",
            "expires_in": LIFETIME,
            "ext_expires_in": LIFETIME,
            "access_token": token,
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

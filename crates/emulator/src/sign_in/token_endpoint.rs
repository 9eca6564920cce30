//! Token endpoint of Microsoft Entra ID, in both versions.

use super::assertion;
use super::form::{Form, Refusal};
use super::token::granted;
use crate::request::HttpRequest;
use crate::response::HttpResponse;
use crate::world::World;

/// Answers a token request.
pub(super) fn issue(
    world: &World,
    request: &HttpRequest,
    tenant: &str,
    second: bool,
) -> HttpResponse {
    let form = Form::of(request);
    let Some(tenant) = world.settings.tenant_named(tenant) else {
        return Refusal::no_tenant(tenant).into();
    };
    match authenticate(world, &form, tenant).and_then(|()| audience(&form, second)) {
        Ok(audience) => HttpResponse::ok(granted(world, (audience, tenant), second)),
        Err(refusal) => refusal.into(),
    }
}

/// Returns an error unless the form authenticates the service principal in this tenant.
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

/// Returns the audience of the requested token.
fn audience(form: &Form, second: bool) -> Result<&str, Refusal> {
    let name = if second { "scope" } else { "resource" };
    let asked = form.field(name);
    if asked.is_empty() {
        let text = format!("The request body must contain the following parameter: '{name}'.");
        return Err(Refusal::new(400, "invalid_request", 900_144, text));
    }
    // Other scopes, such as `openid`, can stand beside the scope of the resource.
    let resource = asked.split(' ').find(|scope| scope.contains("://")).unwrap_or(asked);
    Ok(resource.strip_suffix("/.default").unwrap_or(resource))
}

//! Client assertions: tokens by which a client authenticates without a secret, signed by its
//! certificate or by an issuer that the application trusts.

use serde_json::Value;

use super::form::{Form, Refusal};
use crate::clock;
use crate::jwt;
use crate::world::World;

const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Required audience of a trusted issuer's token, in each cloud.
const AUDIENCES: [&str; 3] = [
    "api://AzureADTokenExchange",
    "api://AzureADTokenExchangeUSGov",
    "api://AzureADTokenExchangeChina",
];

/// Allowed clock skew in seconds.
const SKEW: f64 = 300.0;

/// Returns an error unless the application could trust the form's assertion. Signatures are
/// verified for the emulator's own tokens only, because it does not have the keys of other issuers.
pub(super) fn check(world: &World, form: &Form, tenant: &str) -> Result<(), Refusal> {
    if form.field("client_assertion_type") != KIND {
        let text = "The 'client_assertion_type' must be 'urn:ietf:params:oauth:\
                    client-assertion-type:jwt-bearer'.";
        return Err(Refusal::new(400, "invalid_request", 900_023, text));
    }
    let assertion = form.field("client_assertion");
    let Some(claims) = jwt::claims(assertion) else {
        let text = "JWT token is invalid or malformed.";
        return Err(Refusal::new(400, "invalid_request", 50027, text));
    };
    check_time(&claims)?;
    let text = |name: &str| claims[name].as_str().unwrap_or_default();
    let (issuer, settings) = (text("iss"), &world.settings);
    if issuer.eq_ignore_ascii_case(form.field("client_id")) {
        return check_certificate(world, &claims, tenant);
    }
    if !AUDIENCES.contains(&text("aud")) {
        let text = format!(
            "No matching federated identity record found for presented assertion audience '{}'. \
             Check your federated identity credential Subject, Audience and Issuer against the \
             presented assertion.",
            text("aud")
        );
        return Err(Refusal::new(401, "invalid_client", 700_212, text));
    }
    if !issuer.starts_with("https://") || text("sub").is_empty() {
        let text = format!(
            "No matching federated identity record found for presented assertion issuer \
             '{issuer}'."
        );
        return Err(Refusal::new(401, "invalid_client", 700_211, text));
    }
    let own = issuer.starts_with(&settings.base);
    if own && settings.signing_key.claims(assertion).is_none() {
        let text = "Client assertion failed signature validation.";
        return Err(Refusal::new(401, "invalid_client", 5_000_611, text));
    }
    Ok(())
}

fn check_time(claims: &Value) -> Result<(), Refusal> {
    let now = clock::real();
    let ends = claims["exp"].as_f64().unwrap_or_default();
    let begins = claims["nbf"].as_f64().unwrap_or_default();
    if ends + SKEW > now && begins - SKEW < now {
        return Ok(());
    }
    let [now, begins, ends] = [now, begins, ends].map(clock::stamp);
    let text = format!(
        "Client assertion is not within its valid time range. Current time: {now}, assertion \
         valid from {begins}, expiry time of assertion {ends}."
    );
    Err(Refusal::new(401, "invalid_client", 700_024, text))
}

/// Checks an assertion that the client has signed. Its audience is the token endpoint, or the
/// tenant's issuer.
fn check_certificate(world: &World, claims: &Value, tenant: &str) -> Result<(), Refusal> {
    let settings = &world.settings;
    let text = |name: &str| claims[name].as_str().unwrap_or_default().to_ascii_lowercase();
    let (audience, subject) = (text("aud"), text("sub"));
    let host = audience.starts_with("https://");
    let tenant = audience.contains(&tenant.to_ascii_lowercase());
    if host && tenant && subject.eq_ignore_ascii_case(&settings.client_id) {
        return Ok(());
    }
    let text = "Client assertion audience claim does not match Realm issuer.";
    Err(Refusal::new(401, "invalid_client", 700_023, text))
}

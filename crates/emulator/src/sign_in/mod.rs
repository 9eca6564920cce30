//! Microsoft Entra ID for a service principal: token endpoints of both versions, and the documents
//! about them. `platform` has the token services of platforms.

mod assertion;
mod directory;
mod form;
mod platform;
pub(crate) mod token;
mod token_endpoint;

use crate::request::HttpRequest;
use crate::response::HttpResponse;
use crate::world::World;

/// Answers a request to the sign-in endpoints, or returns `None` for other requests.
pub(crate) fn serve(world: &World, request: &HttpRequest) -> Option<HttpResponse> {
    let segments = request.segments();
    let lower: Vec<String> = segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    match (request.method.as_str(), lower.as_slice()) {
        ("POST", [tenant, "oauth2", "token"]) => {
            Some(token_endpoint::issue(world, request, tenant, false))
        }
        ("POST", [tenant, "oauth2", "v2.0", "token"]) => {
            Some(token_endpoint::issue(world, request, tenant, true))
        }
        _ => directory::serve(world, request, &lower)
            .or_else(|| platform::serve(world, request, &lower)),
    }
}

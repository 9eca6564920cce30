//! `reconcile` of network security perimeters, at an associated resource or at a part of a
//! perimeter.

use serde_json::json;

use super::{providers, read, write};
use crate::arm_error::ArmError;
use crate::request::HttpRequest;
use crate::resource_id::ResourceId;
use crate::resource_types::perimeter;
use crate::response::HttpResponse;
use crate::world::World;
use crate::world::operation::{OperationKind, Outcome};

/// Answers a `reconcile` request, or returns `None` for other requests.
pub(super) fn serve(
    world: &mut World,
    request: &HttpRequest,
    version: &str,
    id: &ResourceId,
) -> Option<Result<HttpResponse, ArmError>> {
    let asked = id.types.last()?.eq_ignore_ascii_case("reconcile");
    let parent = without_last(id).filter(|it| asked && it.types.len() == it.names.len())?;
    let own = world.type_of(&parent).filter(|it| perimeter::has_empty_link(it.info()));
    let target = without_last(&parent)?;
    let shown = parent.types.last()?.eq_ignore_ascii_case("networkSecurityPerimeterConfigurations");
    let target_type =
        world.type_of(&target).filter(|it| shown && perimeter::is_shown_by(it.info().name));
    let info = own.or(target_type)?.info();
    Some((|| {
        if request.method != "POST" {
            let text = format!("The request method '{}' is not supported.", request.method);
            return Err(ArmError::new(405, "MethodNotAllowed", text));
        }
        providers::check_version(world, info, version)?;
        if own.is_some() {
            let found = world.store.get(&parent.to_string());
            return found
                .map(|_| HttpResponse::ok(json!({})))
                .ok_or_else(|| read::missing(&parent));
        }
        at_resource(world, request, version, (&target, &parent))
    })())
}

fn at_resource(
    world: &mut World,
    request: &HttpRequest,
    version: &str,
    (target, configuration): (&ResourceId, &ResourceId),
) -> Result<HttpResponse, ArmError> {
    if world.store.get(&target.to_string()).is_none() {
        return Err(read::absent(world, target));
    }
    let outcome = write::ordered_outcome(request);
    let works = matches!(outcome, Outcome::Succeeded);
    if !perimeter::reconcile(world, &target.to_string(), configuration.name(), works) {
        let text = format!("The resource '{}' was not found.", configuration.name());
        return Err(ArmError::new(404, "NotFound", text));
    }
    let operation = world.start(configuration, version, OperationKind::Nothing, outcome);
    Ok(write::with_polling(world, HttpResponse::new(202, None), &operation, false, true))
}

/// Returns the ID without its last type and name.
fn without_last(id: &ResourceId) -> Option<ResourceId> {
    let mut parent = id.clone();
    parent.types.pop()?;
    parent.names.truncate(parent.types.len());
    (!parent.types.is_empty()).then_some(parent)
}

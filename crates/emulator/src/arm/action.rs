//! Actions of resources, which are `POST` requests.

use serde_json::json;

use super::{providers, read, write};
use crate::arm_error::ArmError;
use crate::body;
use crate::request::HttpRequest;
use crate::resource_id::ResourceId;
use crate::response::HttpResponse;
use crate::world::World;
use crate::world::operation::OperationKind;
use crate::world::resource_type::ResourceType;

/// Starts an action of a resource's type. The answer is 202 with both operation headers and no
/// body.
pub(super) fn serve(
    world: &mut World,
    request: &HttpRequest,
    version: &str,
    asked: &ResourceId,
) -> Option<Result<HttpResponse, ArmError>> {
    if request.method != "POST" || asked.types.len() != asked.names.len() + 1 {
        return None;
    }
    let mut id = asked.clone();
    let action = id.types.pop().unwrap_or_default().to_ascii_lowercase();
    let resource_type = world.type_of(&id)?;
    if !resource_type.actions().contains(&&*action) {
        return None;
    }
    Some(act(world, request, resource_type, (&id, version), &action))
}

fn act(
    world: &mut World,
    request: &HttpRequest,
    resource_type: &dyn ResourceType,
    (id, version): (&ResourceId, &str),
    action: &str,
) -> Result<HttpResponse, ArmError> {
    let info = resource_type.info();
    providers::check_version(world, info, version)?;
    let body = match request.body.is_empty() {
        true => json!({}),
        false => body::parse(&request.body)?,
    };
    let Some(resource) = world.store.get(&id.to_string()) else {
        return Err(read::absent(world, id));
    };
    if world.operations.busy(&id.key()) {
        return Err(write::busy(world, info, id));
    }
    resource_type.check_action(world, resource, (action, &body))?;
    let work = OperationKind::Action(action.to_owned(), body);
    let operation = world.start(id, version, work, write::ordered_outcome(request));
    Ok(write::with_polling(world, HttpResponse::new(202, None), &operation, true, true))
}

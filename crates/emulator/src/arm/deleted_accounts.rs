//! Lists, reads and purges deleted accounts.

use super::paging::page;
use super::{admission, providers, read, write};
use crate::arm_error::ArmError;
use crate::request::HttpRequest;
use crate::resource_id::ResourceId;
use crate::response::HttpResponse;
use crate::world::World;
use crate::world::operation::OperationKind;
use crate::world::store::Resource;

const TYPE: &str = "Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts";

/// Answers a request about deleted accounts, or returns `None` for other requests.
pub(super) fn serve(
    world: &mut World,
    request: &HttpRequest,
    version: &str,
    id: &ResourceId,
) -> Option<Result<HttpResponse, ArmError>> {
    let listed = id.is_type("Microsoft.CognitiveServices/deletedAccounts") && id.names.is_empty();
    let named = id.is_type(TYPE) && id.names.len() == 3;
    (listed || named).then(|| {
        admission::authorize(world, TYPE, &request.method, &id.to_string())?;
        let account = id.sibling("Microsoft.CognitiveServices", "accounts", id.name());
        if let Some(accounts) = world.type_of(&account) {
            providers::check_version(world, accounts.info(), version)?;
        }
        match (request.method.as_str(), listed) {
            ("GET", true) => list(world, request, &id.subscription),
            ("GET", false) => {
                let found = world.trash.get(&id.to_string()).ok_or_else(|| read::missing(id))?;
                Ok(HttpResponse::ok(found.body.clone()))
            }
            ("DELETE", false) => Ok(purge(world, request, version, id)),
            (method, _) => {
                let text = format!("The request method '{method}' is not supported.");
                Err(ArmError::new(405, "MethodNotAllowed", text))
            }
        }
    })
}

fn list(
    world: &World,
    request: &HttpRequest,
    subscription: &str,
) -> Result<HttpResponse, ArmError> {
    let own = |it: &&Resource| it.id.subscription.eq_ignore_ascii_case(subscription);
    let found: Vec<&Resource> = world.trash.all().filter(own).collect();
    page(world, request, &found, 1000, |it| it.body.clone())
}

/// Purges a deleted account.
fn purge(world: &mut World, request: &HttpRequest, version: &str, id: &ResourceId) -> HttpResponse {
    if world.trash.get(&id.to_string()).is_none() {
        return HttpResponse::new(204, None);
    }
    let outcome = write::ordered_outcome(request);
    let operation = world.start(id, version, OperationKind::Delete, outcome);
    write::with_polling(world, HttpResponse::new(202, None), &operation, true, true)
}

//! Deleted accounts, which can be restored and purged for two days.

use serde_json::{Value, json};

use super::agent_subnet;
use crate::arm_error::ArmError;
use crate::clock;
use crate::resource_id::{ResourceId, region, same};
use crate::world::World;
use crate::world::resource_type::WriteRequest;
use crate::world::store::Resource;

/// Retention time in seconds.
const KEPT: f64 = 48.0 * 3600.0;

/// Returns the ID of an account after its deletion.
fn place(account: &Resource) -> String {
    let id = &account.id;
    let region = region(account.body["location"].as_str().unwrap_or_default());
    format!(
        "/subscriptions/{}/providers/Microsoft.CognitiveServices/locations/{region}/resourceGroups/\
         {}/deletedAccounts/{}",
        id.subscription,
        id.group.as_deref().unwrap_or_default(),
        id.name()
    )
}

/// Keeps an account that is deleted.
pub(super) fn keep(world: &mut World, account: &Resource) {
    let place = place(account);
    let now = world.clock.now();
    let mut body = account.body.clone();
    body["id"] = json!(place);
    body["type"] = json!("Microsoft.CognitiveServices/deletedAccounts");
    let properties = &mut body["properties"];
    properties["provisioningState"] = json!("Succeeded");
    properties["deletionDate"] = json!(clock::stamp(now));
    properties["scheduledPurgeDate"] = json!(clock::stamp(now + KEPT));
    world.trash.insert(&place, Resource::new(account.id.clone(), body));
}

/// Returns the deleted account with the ID of an account.
fn deleted<'a>(world: &'a World, id: &ResourceId) -> Option<&'a Resource> {
    world.trash.all().find(|it| it.id.key() == id.key())
}

/// Refuses the name and the subdomain of a deleted account, unless the request restores it.
pub(super) fn check(world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let restore = write.property("restore") == &json!(true);
    if write.before.is_none() {
        let twin = deleted(world, write.id);
        if twin.is_some() && !restore {
            let text = format!(
                "An existing resource with ID '{}' has been soft-deleted. To restore the resource, \
                 you must specify 'restore' to be 'true' in the property. If you don't want to \
                 restore existing resource, please purge it first.",
                write.id
            );
            return Err(ArmError::new(409, "FlagMustBeSetForRestore", text));
        }
        if twin.is_none() && restore {
            let text = format!("There is no soft-deleted resource '{}' to restore.", write.id);
            return Err(ArmError::bad("CanNotRestoreANonExistingResource", text));
        }
    }
    Ok(())
}

/// Returns `true` if a deleted account other than this one has a subdomain.
pub(super) fn has_domain(world: &World, own: &str, domain: &str) -> bool {
    world.trash.all().any(|it| it.id.key() != own && same(it.text("customSubDomainName"), domain))
}

/// Takes a deleted account out of the trash, and returns its previous body.
pub(super) fn restore(world: &mut World, id: &ResourceId) -> Option<Value> {
    let place = place(deleted(world, id)?);
    let mut body = world.trash.remove(&place)?.body;
    body["id"] = json!(id.to_string());
    body["type"] = json!(agent_subnet::ACCOUNT);
    if let Some(properties) = body["properties"].as_object_mut() {
        properties.remove("deletionDate");
        properties.remove("scheduledPurgeDate");
    }
    Some(body)
}

//! Managed identities, and properties that several providers add to a resource.

use serde_json::{Value, json};

use crate::clock;
use crate::guid::fixed_guid;
use crate::world::World;

/// Adds the principal of a system-assigned identity.
pub(super) fn fill(world: &World, next: &mut Value) {
    let id = next["id"].as_str().unwrap_or_default().to_ascii_lowercase();
    let identity = &mut next["identity"];
    let kind = identity["type"].as_str().unwrap_or_default();
    if kind.contains("SystemAssigned") {
        identity["principalId"] = json!(fixed_guid(&format!("principal {id}")).to_string());
        identity["tenantId"] = json!(world.settings.tenant_at(&id));
    } else if let Some(map) = identity.as_object_mut() {
        map.remove("principalId");
        map.remove("tenantId");
    }
    let user_assigned = next["identity"]["type"].as_str().unwrap_or_default();
    if !user_assigned.contains("UserAssigned")
        && let Some(map) = next["identity"].as_object_mut()
    {
        map.remove("userAssignedIdentities");
    }
    if next["identity"].is_null()
        && let Some(map) = next.as_object_mut()
    {
        map.remove("identity");
    }
}

/// Writes who created and last changed a resource, and when.
pub(super) fn stamp(world: &World, next: &mut Value) {
    let now = clock::stamp(world.clock.now());
    let client = &world.settings.client_id;
    let data = &mut next["systemData"];
    if data["createdAt"].is_null() {
        data["createdAt"] = json!(now);
        data["createdBy"] = json!(client);
        data["createdByType"] = json!("Application");
    }
    data["lastModifiedAt"] = json!(now);
    data["lastModifiedBy"] = json!(client);
    data["lastModifiedByType"] = json!("Application");
}

/// Sets properties that have no value yet.
pub(super) fn default(properties: &mut Value, defaults: Value) {
    if let Value::Object(defaults) = defaults {
        for (name, value) in defaults {
            if properties[&name].is_null() {
                properties[&name] = value;
            }
        }
    }
}

/// Returns the principals of a resource's user-assigned identities and of its system-assigned one.
pub(crate) fn principals(body: &Value) -> Vec<&str> {
    let identity = &body["identity"];
    let assigned = identity["userAssignedIdentities"].as_object().into_iter().flatten();
    let ids = assigned.map(|(_, one)| &one["principalId"]).chain([&identity["principalId"]]);
    ids.filter_map(Value::as_str).collect()
}

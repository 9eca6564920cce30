//! Microsoft.CognitiveServices/accounts/projects: projects of a Foundry account.

use serde_json::{Value, json};

use super::common::PLAIN;
use super::{identity, versions};
use crate::arm_error::ArmError;
use crate::guid::fixed_guid;
use crate::resource_id::{ResourceId, same};
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Etag, TypeInfo};

/// Type of projects.
pub(crate) struct FoundryProject;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.CognitiveServices/accounts/projects",
    versions: versions::COGNITIVE,
    since: "2025-04-01-preview",
    writable: &["description", "displayName"],
    read_only: &["agentIdentity", "endpoints", "internalId", "isDefault", "provisioningState"],
    top: &["identity", "kind", "sku"],
    etag: Etag::Matched,
    busy: (409, "RequestConflict"),
    valid_name: project_name,
    ..PLAIN
};

impl ResourceType for FoundryProject {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        let Some(account) = write.id.parent() else {
            return Ok(());
        };
        account_is_free(world, &account)?;
        let found = world.store.get(&account.to_string());
        let body = found.map_or(&Value::Null, |found| &found.body);
        if body["properties"]["provisioningState"] == json!("Failed") {
            let text = "Parent account does not provision correctly, please retry creating the \
                        account.";
            return Err(ArmError::bad("BadRequest", text));
        }
        if body["properties"]["allowProjectManagement"] != json!(true) {
            let text = format!("The account '{}' does not manage projects.", account.name());
            return Err(ArmError::bad("BadRequest", text));
        }
        let kind = write.body["identity"]["type"].as_str().unwrap_or("None");
        if write.before.is_none() && same(kind, "None") {
            let text = "The identity of a project is required.";
            return Err(ArmError::bad("BadRequest", text));
        }
        Ok(())
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        identity::fill(world, next);
        identity::stamp(world, next);
        let Some(account) = write.id.parent() else { return };
        let name = next["id"].as_str().unwrap_or_default().rsplit('/').next();
        let name = name.unwrap_or_default().to_owned();
        next["kind"] = json!("AIServices");
        // An empty text does not replace the current one.
        for said in ["displayName", "description"] {
            if next["properties"][said].as_str().is_none_or(str::is_empty) {
                let stored = write.stored(said).clone();
                if let Some(map) = next["properties"].as_object_mut() {
                    map.remove(said);
                    map.extend(stored.is_string().then(|| (said.to_owned(), stored)));
                }
            }
        }
        let first = adopt(world, &account, &name);
        let cloud = world.settings.cloud;
        let stored = world.store.get(&account.to_string());
        let domain = stored.map(|found| found.text("customSubDomainName")).unwrap_or_default();
        let domain = if domain.is_empty() { account.name() } else { domain };
        let address = format!("https://{domain}.{}/api/projects/{name}", cloud.ai_services);
        let guid = fixed_guid(&format!("project {}", write.id.key()));
        let defaults = json!({
            "endpoints": { "AI Foundry API": address },
            "isDefault": first,
            "internalId": guid.simple().to_string(),
        });
        identity::default(&mut next["properties"], defaults);
    }

    fn render(&self, _world: &World, shown: &mut Value, _version: &str) {
        let id = ResourceId::parse(shown["id"].as_str().unwrap_or_default());
        if let Some([account, project]) = id.as_ref().map(|id| &*id.names) {
            shown["name"] = json!(format!("{account}/{project}"));
        }
    }

    fn validate_delete(&self, world: &World, resource: &Resource) -> Result<(), ArmError> {
        resource.id.parent().map_or(Ok(()), |account| account_is_free(world, &account))
    }

    fn on_deleted(&self, world: &mut World, resource: &Resource) {
        let account = resource.id.parent().map(|id| id.to_string()).unwrap_or_default();
        let Some(account) = world.store.get_mut(&account) else { return };
        let own = |name: &Value| name.as_str().is_some_and(|it| same(it, resource.id.name()));
        let properties = &mut account.body["properties"];
        if let Some(list) = properties["associatedProjects"].as_array_mut() {
            list.retain(|name| !own(name));
        }
        if own(&properties["defaultProject"])
            && let Some(map) = properties.as_object_mut()
        {
            map.remove("defaultProject");
        }
    }
}

/// Refuses a write while another one of the account or of its children is running.
pub(super) fn account_is_free(world: &World, account: &ResourceId) -> Result<(), ArmError> {
    let key = account.key();
    if world.operations.busy(&key) || world.operations.busy_below(&key) {
        let text = format!("Another operation is being performed on the account {account}.");
        return Err(ArmError::new(409, INFO.busy.1, text));
    }
    Ok(())
}

/// Adds a project to the account's properties. Returns `true` for the first project.
fn adopt(world: &mut World, account: &ResourceId, name: &str) -> bool {
    let Some(account) = world.store.get_mut(&account.to_string()) else {
        return false;
    };
    let properties = &mut account.body["properties"];
    let first = properties["defaultProject"].is_null();
    if first {
        properties["defaultProject"] = json!(name);
    }
    if properties["associatedProjects"].is_null() {
        properties["associatedProjects"] = json!([]);
    }
    if let Some(list) = properties["associatedProjects"].as_array_mut()
        && !list.iter().any(|known| known.as_str().is_some_and(|known| same(known, name)))
    {
        list.push(json!(name));
    }
    first
}

/// Returns `true` for 2 to 64 characters, alphanumeric at the start, then also `_`, `.` and `-`.
pub(super) fn project_name(name: &str) -> bool {
    (2..=64).contains(&name.len())
        && name.chars().next().is_some_and(|c| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

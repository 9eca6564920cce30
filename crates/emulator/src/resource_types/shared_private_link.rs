//! Microsoft.Search/searchServices/sharedPrivateLinkResources: private endpoints from a search
//! service to its data sources. As recorded by the Azure CLI's tests, unless a comment says
//! otherwise.

use serde_json::{Value, json};

use super::common::PLAIN;
use super::{managed_endpoint, versions};
use crate::arm_error::ArmError;
use crate::resource_id::{ResourceId, same};
use crate::rules::lock;
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Delete, Location, Patch, Poll, Reply, States, TypeInfo};

/// Type of shared private links.
pub(crate) struct SharedPrivateLink;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.Search/searchServices/sharedPrivateLinkResources",
    versions: versions::SEARCH,
    since: "2020-08-01",
    writable: &["groupId", "privateLinkResourceId", "requestMessage", "resourceRegion"],
    read_only: &["provisioningState", "status"],
    location: Location::None,
    tags: false,
    put: Reply::Polled,
    put_again: Reply::Polled,
    patch: Patch::None,
    delete: Delete::Polled,
    poll: Poll::SharedLink,
    retry_after: 0,
    states: States { creating: "Updating", updating: "Updating", done: "Succeeded" },
    immutable: &["groupId", "privateLinkResourceId", "resourceRegion"],
    null_link: true,
    valid_name: link_name,
    ..PLAIN
};

const STORAGE: &str = "Microsoft.Storage/storageAccounts";
const ACCOUNTS: &str = "Microsoft.CognitiveServices/accounts";

/// Possible targets: the service's name of the group, the type, and the group at the target. They
/// are documented, except for the last two groups at the target, which are a guess.
const GROUPS: [(&str, &str, &str); 13] = [
    ("blob", STORAGE, "blob"),
    ("table", STORAGE, "table"),
    ("dfs", STORAGE, "dfs"),
    ("file", STORAGE, "file"),
    ("Sql", "Microsoft.DocumentDB/databaseAccounts", "Sql"),
    ("sqlServer", "Microsoft.Sql/servers", "sqlServer"),
    ("vault", "Microsoft.KeyVault/vaults", "vault"),
    ("mysqlServer", "Microsoft.DBforMySQL/servers", "mysqlServer"),
    ("sites", "Microsoft.Web/sites", "sites"),
    ("managedInstance", "Microsoft.Sql/managedInstances", "managedInstance"),
    ("workspace", "Microsoft.Fabric/privateLinkServicesForFabric", "workspace"),
    ("openai_account", ACCOUNTS, "account"),
    ("cognitiveservices_account", ACCOUNTS, "account"),
];

/// Returns the possible targets as `privateLinkResources` shows them. Names and texts are guesses.
pub(crate) fn shareable() -> Vec<Value> {
    let show = |(group, kind, _): (&str, &str, &str)| {
        json!({
            "name": group,
            "properties": {
                "type": kind,
                "groupId": group,
                "description": format!("Links of a search service to {kind}."),
            },
        })
    };
    GROUPS.map(show).to_vec()
}

/// Returns the group at the target for the service's name of the group, which is case-sensitive
/// (documented for `Sql`).
fn group_at(target: &ResourceId, group: &str) -> Option<&'static str> {
    let found = GROUPS.iter().find(|(own, kind, _)| *own == group && target.is_type(kind));
    found.map(|(.., at)| *at)
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body["properties"][name].as_str().unwrap_or_default()
}

/// Returns the target and the group of a link's body.
fn ends(body: &Value) -> (&str, &str) {
    (text(body, "privateLinkResourceId"), text(body, "groupId"))
}

impl ResourceType for SharedPrivateLink {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        if write.before.is_some() {
            return Ok(());
        }
        let (target, group) = ends(write.body);
        if target.is_empty() || group.is_empty() {
            let text = "The privateLinkResourceId and the groupId of a shared private link are \
                        required.";
            return Err(ArmError::bad("BadRequest", text));
        }
        let service = write.id.parent().map(|id| id.to_string()).unwrap_or_default();
        let mut others = world.store.children(&service, "sharedPrivateLinkResources");
        let twin = others.find(|other| {
            let (to, by) = ends(&other.body);
            same(to, target) && same(by, group)
        });
        match twin {
            None => Ok(()),
            Some(twin) => {
                let text = format!(
                    "The shared private link {} to {target} for {group} already exists.",
                    twin.id.name()
                );
                Err(ArmError::new(409, "Conflict", text))
            }
        }
    }

    /// Returns the error with which the operation fails. The failures are documented. The messages
    /// and most codes are guesses.
    fn fate(&self, world: &World, write: &WriteRequest<'_>) -> Option<ArmError> {
        let (target, group) = ends(write.body);
        let failed = |text: String| Some(ArmError::bad("BadRequest", text));
        let Some(id) = ResourceId::parse(target).filter(|_| world.store.get(target).is_some())
        else {
            return failed(format!("The resource {target} was not found."));
        };
        if group_at(&id, group).is_none() {
            return failed(format!("The group {group} is not valid for the resource {target}."));
        }
        if !world.rules.is_registered(&id.subscription, "Microsoft.Network") {
            let text = format!(
                "The subscription {} is not registered for Microsoft.Network.",
                id.subscription
            );
            return failed(text);
        }
        let approval = format!("{}/privateEndpointConnectionsApproval/action", id.resource_type());
        let (client, own) = (world.settings.client(), write.id.to_string());
        let linked = [(&*approval, target)];
        let action = format!("{}/write", INFO.name);
        world.rules.access.check_linked(&client, (&action, &own), &linked).err()
    }

    fn on_accepted(&self, _world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        let stored = write.stored("requestMessage");
        if next["properties"]["requestMessage"].is_null() && !stored.is_null() {
            next["properties"]["requestMessage"] = stored.clone();
        }
    }

    fn on_completed(&self, world: &mut World, id: &ResourceId) {
        let Some(link) = world.store.get(&id.to_string()).map(|link| link.body.clone()) else {
            return;
        };
        let (target, group) = ends(&link);
        let at = ResourceId::parse(target).and_then(|target| group_at(&target, group));
        let message = text(&link, "requestMessage");
        managed_endpoint::connect(world, id, (target, at.unwrap_or(group)), message, false);
    }

    /// Refuses the deletions that are documented to fail. The codes are guesses.
    fn validate_delete(&self, world: &World, resource: &Resource) -> Result<(), ArmError> {
        let state = resource.text("provisioningState");
        if !["Succeeded", "Failed"].contains(&state) {
            let text = format!("The shared private link is {state} and cannot be deleted.");
            return Err(ArmError::new(409, "Conflict", text));
        }
        let target = resource.text("privateLinkResourceId");
        let held = format!("{target}/privateEndpointConnections");
        lock::check(&world.rules.locks, "DELETE", &held)
            .map_err(|error| ArmError::new(409, "Conflict", error.message))
    }

    fn on_deleted(&self, world: &mut World, resource: &Resource) {
        managed_endpoint::remove(world, &resource.id);
    }

    fn render(&self, world: &World, body: &mut Value, _version: &str) {
        let Some(id) = body["id"].as_str().and_then(ResourceId::parse) else { return };
        let found = managed_endpoint::status(world, &id, text(body, "privateLinkResourceId"));
        let made = text(body, "provisioningState") == INFO.states.done;
        let status = found.unwrap_or(if made { "Disconnected" } else { "Pending" }).to_owned();
        let properties = &mut body["properties"];
        properties["status"] = json!(status);
        for name in ["requestMessage", "resourceRegion"] {
            if properties[name].is_null() {
                properties[name] = Value::Null;
            }
        }
    }
}

/// Returns `true` for 1 to 60 letters, digits, `_`, `.` and `-`, with a letter or digit first.
fn link_name(name: &str) -> bool {
    (1..=60).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

//! Microsoft.MachineLearningServices/workspaces: hubs, projects and classic workspaces.

use serde_json::{Value, json};

use super::common::{self, PLAIN};
use super::{hub_network, identity, properties, versions};
use crate::arm_error::ArmError;
use crate::body;
use crate::clock;
use crate::cloud::Cloud;
use crate::guid::fixed_guid;
use crate::resource_id::{ResourceId, region, same};
use crate::world::World;
use crate::world::private_link::{LinkGroup, LinkMember, ServedName};
use crate::world::resource_type::{Action, ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Delete, Flag, Patch, Poll, Reply, Shown, TypeInfo};

/// Type of workspaces.
pub(crate) struct Workspace;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.MachineLearningServices/workspaces",
    versions: versions::MACHINE_LEARNING,
    writable: properties::WORKSPACE_WRITABLE,
    read_only: properties::WORKSPACE_READ_ONLY,
    top: &["identity", "kind", "sku"],
    put: Reply::Both(Shown::Nothing),
    put_again: Reply::Both(Shown::Nothing),
    patch: Patch::Merge(Reply::Both(Shown::Nothing)),
    delete: Delete::Both,
    poll: Poll::Workspace,
    retry_after: 0,
    flag: Some(Flag { values: &["Enabled", "Disabled"], exact: true, default: "Enabled" }),
    immutable: &["hbiWorkspace", "hubResourceId", "keyVault", "storageAccount"],
    valid_name: workspace_name,
    ..PLAIN
};

/// Properties that a project inherits from its hub and must not set.
const INHERITED: [&str; 6] = [
    "applicationInsights",
    "containerRegistry",
    "encryption",
    "keyVault",
    "managedNetwork",
    "storageAccount",
];

/// Properties that only preview versions have.
const PREVIEW_ONLY: [&str; 2] = ["ipAllowlist", "networkAcls"];

/// Region whose service accepts and forgets `ipAllowlist`. It is reported that such regions exist
/// (Azure/azure-cli#31251), but not which ones, so this one is invented.
const WITHOUT_ADDRESS_LISTS: &str = "uaenorth";

impl ResourceType for Workspace {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        for name in PREVIEW_ONLY {
            if !write.property(name).is_null() && !write.version.ends_with("preview") {
                return Err(body::unknown_member(&INFO, &format!("properties.{name}")));
            }
        }
        check_references(write)?;
        check_tags(write)?;
        if write.patch {
            check_encryption(write)?;
        }
        let stored = write.before.map_or(&Value::Null, |before| &before["kind"]);
        let asked = &write.body["kind"];
        if !(asked.is_null() || stored.is_null() || is(asked, stored.as_str().unwrap_or_default()))
        {
            let text = "The kind of a workspace cannot be changed.";
            return Err(ArmError::bad("BadRequest", text));
        }
        let kind = if asked.is_null() { stored } else { asked };
        if is(kind, "Project") {
            return check_project(world, write);
        }
        hub_network::check(world, write)?;
        for name in ["storageAccount", "keyVault"] {
            if write.before.is_none() && write.property(name).is_null() {
                let text = format!("Missing dependent resource: '{name}' is required.");
                return Err(ArmError::bad("BadRequest", text));
            }
        }
        Ok(())
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        if next["kind"].is_null() {
            next["kind"] = json!("Default");
        }
        if next["sku"].is_null() {
            next["sku"] = json!({ "name": "Basic", "tier": "Basic" });
        }
        if write.patch {
            keep_nulls(write, next);
            if !world.options.adds_identities {
                replace_identities(write, next);
            }
        }
        if region(next["location"].as_str().unwrap_or_default()) == WITHOUT_ADDRESS_LISTS
            && let Some(properties) = next["properties"].as_object_mut()
        {
            properties.remove("ipAllowlist");
        }
        identity::fill(world, next);
        identity::stamp(world, next);
        if write.before.is_none() {
            name_workspace(world, next);
        }
        if !is(&next["kind"], "Project") {
            hub_network::settle(world, write, next);
        }
        inherit(world, next);
        let name = next["name"].clone();
        let at = region(next["location"].as_str().unwrap_or_default());
        let domain = &world.settings.cloud.machine_learning;
        let defaults = json!({
            "friendlyName": name,
            "hbiWorkspace": false,
            "v1LegacyMode": false,
            "storageHnsEnabled": false,
            "privateLinkCount": 0,
            "enableDataIsolation": true,
            "discoveryUrl": format!("https://{at}.{domain}/discovery"),
        });
        identity::default(&mut next["properties"], defaults);
    }

    fn on_completed(&self, world: &mut World, id: &ResourceId) {
        hub_network::complete(world, id);
    }

    fn actions(&self) -> &'static [&'static str] {
        &[hub_network::PROVISION]
    }

    fn check_action(
        &self,
        world: &World,
        resource: &Resource,
        _asked: Action<'_>,
    ) -> Result<(), ArmError> {
        hub_network::check_provision(world, resource)
    }

    fn on_acted(&self, world: &mut World, id: &ResourceId, (_, body): Action<'_>) {
        hub_network::provision(world, id, body);
    }

    fn validate_delete(&self, world: &World, resource: &Resource) -> Result<(), ArmError> {
        let Some(project) = projects(world, resource.full_id()).next() else {
            return Ok(());
        };
        let text = format!(
            "The workspace hub cannot be deleted because it has projects, for example '{}'. \
             Please delete all projects first.",
            project.full_id()
        );
        Err(ArmError::bad("BadRequest", text))
    }

    fn patch_reply(&self, usual: Reply, write: &WriteRequest<'_>) -> Reply {
        if write.version < versions::LONG_PATCH_SINCE { Reply::Now } else { usual }
    }

    fn render(&self, world: &World, shown: &mut Value, version: &str) {
        let id = shown["id"].as_str().unwrap_or_default().to_owned();
        if is(&shown["kind"], "Hub") {
            let list: Vec<&str> = projects(world, &id).map(|project| project.full_id()).collect();
            shown["properties"]["associatedWorkspaces"] = json!(list);
        }
        hub_network::render(world, shown);
        let links =
            shown["properties"]["privateEndpointConnections"].as_array().map_or(0, Vec::len);
        shown["properties"]["privateLinkCount"] = json!(links);
        if shown["tags"].is_null() {
            shown["tags"] = json!({});
        }
        shown["etag"] = Value::Null;
        if let Some(vault) = shown["properties"]["keyVault"].as_str() {
            // In this case, whatever case the client used (recorded).
            let vault = vault.replace("/Microsoft.KeyVault/", "/Microsoft.Keyvault/");
            shown["properties"]["keyVault"] = json!(vault);
        }
        common::hide_empty_connections(&mut shown["properties"]);
        if let Some(properties) = shown["properties"].as_object_mut() {
            if version <= "2021-07-01" {
                properties.remove("publicNetworkAccess");
            }
            if !version.ends_with("preview") {
                properties.retain(|name, _| !PREVIEW_ONLY.contains(&name.as_str()));
            }
        }
    }

    fn link_groups(&self, cloud: &Cloud, shown: &Value) -> Vec<LinkGroup> {
        vec![group(cloud, shown)]
    }
}

fn is(value: &Value, kind: &str) -> bool {
    value.as_str().is_some_and(|own| own.eq_ignore_ascii_case(kind))
}

fn projects<'a>(world: &'a World, hub: &str) -> impl Iterator<Item = &'a Resource> {
    let hub = hub.to_owned();
    world.store.of_type(INFO.name).filter(move |found| same(found.text("hubResourceId"), &hub))
}

fn check_references(write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let kinds = [
        ("storageAccount", "Microsoft.Storage/storageAccounts"),
        ("keyVault", "Microsoft.KeyVault/vaults"),
        ("containerRegistry", "Microsoft.ContainerRegistry/registries"),
        ("applicationInsights", "microsoft.insights/components"),
        ("hubResourceId", INFO.name),
    ];
    for (name, kind) in kinds {
        let Some(text) = write.property(name).as_str().filter(|text| !text.is_empty()) else {
            continue;
        };
        let found = ResourceId::parse(text);
        if !found.is_some_and(|id| id.resource_type().eq_ignore_ascii_case(kind)) {
            let message = format!("Invalid ARM resource ID '{text}' for '{name}': want {kind}.");
            return Err(ArmError::bad("BadRequest", message));
        }
    }
    Ok(())
}

/// Refuses a null tag (Azure/azure-sdk-for-python#17805).
fn check_tags(write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let mut tags = write.body["tags"].as_object().into_iter().flatten();
    match tags.find(|(_, value)| value.is_null()) {
        Some((key, _)) => Err(body::wrong_type(&INFO, &format!("tags.{key}"), "a string")),
        None => Ok(()),
    }
}

/// Refuses encryption settings that the specification's model of a `PATCH` does not have: it has
/// the key only.
fn check_encryption(write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let encryption = write.property("encryption");
    let path = "properties.encryption";
    body::only_members(&INFO, path, encryption, &["keyVaultProperties"])?;
    let path = "properties.encryption.keyVaultProperties";
    body::only_members(&INFO, path, &encryption["keyVaultProperties"], &["keyIdentifier"])
}

/// Keeps the values that a `PATCH` sets to null (a guess).
fn keep_nulls(write: &WriteRequest<'_>, next: &mut Value) {
    let asked = write.body["properties"].as_object().into_iter().flatten();
    for (name, _) in asked.filter(|(_, value)| value.is_null()) {
        let stored = write.stored(name);
        if !stored.is_null() {
            next["properties"][name] = stored.clone();
        }
    }
}

/// Replaces the user-assigned identities by those of a `PATCH` that names any, as it replaces the
/// tags.
fn replace_identities(write: &WriteRequest<'_>, next: &mut Value) {
    let Some(asked) = write.body["identity"]["userAssignedIdentities"].as_object() else {
        return;
    };
    let named = asked.iter().filter(|(_, value)| !value.is_null());
    next["identity"]["userAssignedIdentities"] =
        named.map(|(id, value)| (id.clone(), value.clone())).collect();
}

fn check_project(world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
    if write.patch {
        return Ok(());
    }
    // The values that a `GET` showed may be sent back unchanged. Others belong to the hub.
    let inherited = INHERITED.iter().find(|name| {
        let (asked, stored) = (write.property(name), write.stored(name));
        let same = match **name {
            // The rest of `managedNetwork` is read-only.
            "managedNetwork" => asked["isolationMode"] == stored["isolationMode"],
            _ => body::same_value(asked, stored),
        };
        !asked.is_null() && !same
    });
    if let Some(name) = inherited {
        let text = format!("A project inherits '{name}' from its hub and cannot set it.");
        return Err(ArmError::bad("BadRequest", text));
    }
    let asked = write.property("hubResourceId");
    let hub = if asked.is_null() { write.stored("hubResourceId") } else { asked };
    let hub = world.store.get(hub.as_str().unwrap_or_default());
    if hub.is_some_and(|hub| is(&hub.body["kind"], "Hub")) {
        return Ok(());
    }
    Err(ArmError::bad("BadRequest", "The hubResourceId of a project must be an existing hub."))
}

fn name_workspace(world: &World, next: &mut Value) {
    let id = next["id"].as_str().unwrap_or_default().to_owned();
    let guid = fixed_guid(&format!("workspace {}", id.to_ascii_lowercase())).to_string();
    let cloud = world.settings.cloud;
    next["properties"]["workspaceId"] = json!(guid);
    next["properties"]["tenantId"] = json!(world.settings.tenant_at(&id));
    next["properties"]["creationTime"] = json!(clock::stamp(world.clock.now()));
    let at = region(next["location"].as_str().unwrap_or_default());
    next["properties"]["mlFlowTrackingUri"] =
        json!(format!("azureml://{at}.{}/mlflow/v1.0{id}", cloud.machine_learning));
    let notebook = format!("{}.{}", notebook_record(next), cloud.notebooks);
    next["properties"]["notebookInfo"] = json!({
        "fqdn": notebook,
        "isPrivateLinkEnabled": false,
        "notebookPreparationError": null,
        "resourceId": guid.replace('-', ""),
    });
}

fn inherit(world: &World, next: &mut Value) {
    let Some(hub) = next["properties"]["hubResourceId"].as_str() else {
        return;
    };
    let Some(hub) = world.store.get(hub).map(|hub| hub.body.clone()) else {
        return;
    };
    for name in INHERITED {
        let value = &hub["properties"][name];
        if !value.is_null() {
            next["properties"][name] = value.clone();
        }
    }
}

/// Returns `ml-NAME-REGION-GUID.HOST`. The name is shortened so that the label has at most 63
/// characters. The host is the region, except for westus3, whose notebooks westus2 serves (recorded
/// for every workspace there).
fn notebook_record(shown: &Value) -> String {
    let guid = shown["properties"]["workspaceId"].as_str().unwrap_or_default();
    let name = shown["name"].as_str().unwrap_or_default().to_ascii_lowercase();
    let at = region(shown["location"].as_str().unwrap_or_default());
    let room = 63_usize.saturating_sub("ml--".len() + 1 + at.len() + guid.len());
    let short: String = name.chars().take(room).collect();
    let host = if at == "westus3" { "westus2" } else { &at };
    format!("ml-{short}-{at}-{guid}.{host}")
}

fn group(cloud: &Cloud, shown: &Value) -> LinkGroup {
    let guid = shown["properties"]["workspaceId"].as_str().unwrap_or_default();
    let at = region(shown["location"].as_str().unwrap_or_default());
    let api = |record: String| ServedName::new(&record, cloud.machine_learning);
    let member = |name: &str, names| LinkMember { name: name.to_owned(), names };
    LinkGroup {
        id: "amlworkspace".to_owned(),
        members: vec![
            member(
                "default",
                vec![
                    api(format!("{guid}.workspace.{at}")),
                    api(format!("{guid}.workspace.{at}.cert")),
                ],
            ),
            member("notebook", vec![ServedName::new(&notebook_record(shown), cloud.notebooks)]),
            member("inference", vec![api(format!("*.{guid}.inference.{at}"))]),
        ],
        zones: vec![
            format!("privatelink.{}", cloud.machine_learning),
            format!("privatelink.{}", cloud.notebooks),
        ],
    }
}

/// Returns `true` for 3 to 33 characters, alphanumeric at the start, then also `-` and `_`.
fn workspace_name(name: &str) -> bool {
    (3..=33).contains(&name.len())
        && name.chars().next().is_some_and(|c| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

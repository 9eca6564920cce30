//! Private link scopes of Azure Monitor: members of their endpoints, and the resources in them.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::common::{PLAIN, hide_empty_connections};
use super::private_endpoint_connection::TargetConnection;
use super::{identity, versions};
use crate::arm_error::ArmError;
use crate::body;
use crate::cloud::{CHINA, Cloud, PUBLIC};
use crate::guid::fixed_guid;
use crate::resource_id::{ResourceId, same};
use crate::world::World;
use crate::world::private_link::{LinkGroup, LinkMember, ServedName};
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Delete, Etag, Location, Patch, Poll, TypeInfo};

const SCOPE: &str = "Microsoft.Insights/privateLinkScopes";

/// Type of private link scopes.
pub(crate) struct MonitorScope;

static SCOPE_INFO: TypeInfo = TypeInfo {
    name: SCOPE,
    versions: versions::MONITOR_SCOPE,
    writable: &["accessModeSettings"],
    read_only: &["privateEndpointConnections", "provisioningState", "scopeId"],
    top: &["etag", "kind"],
    location: Location::Global,
    patch: Patch::Tags,
    delete: Delete::Both,
    poll: Poll::MonitorScope,
    retry_after: 20,
    etag: Etag::Shown,
    ..PLAIN
};

/// Type of the resources in a scope.
pub(crate) struct ScopedResource;

static SCOPED_INFO: TypeInfo = TypeInfo {
    name: "Microsoft.Insights/privateLinkScopes/scopedResources",
    versions: versions::MONITOR_SCOPE,
    writable: &["kind", "linkedResourceId", "subscriptionLocation"],
    read_only: &["provisioningState"],
    location: Location::Inherited,
    patch: Patch::None,
    immutable: &["linkedResourceId"],
    ..PLAIN
};

/// Connections of a scope.
pub(super) static CONNECTIONS: LazyLock<TargetConnection> =
    LazyLock::new(|| TargetConnection::of(SCOPE, versions::MONITOR_SCOPE));

/// Types of the resources that can be in a scope (Microsoft Learn).
const LINKABLE: [&str; 3] =
    ["Microsoft.Insights/components", "Microsoft.Insights/dataCollectionEndpoints", WORKSPACE];
const WORKSPACE: &str = "Microsoft.OperationalInsights/workspaces";

/// Property of a scope with the Log Analytics workspaces in it, each as region and GUID. It is not
/// shown.
const LINKED: &str = "linkedWorkspaces";

/// Members of every scope (Azure Verified Modules' test), each with the name below `monitor` or,
/// with a final dot, the name below `blob` (Azure Monitor's support team).
const MEMBERS: [(&str, &str); 8] = [
    ("api", "api"),
    ("global.in.ai", "global.in.ai"),
    ("profiler", "profiler"),
    ("live", "live"),
    ("diagservicesquery", "diagservices-query"),
    ("snapshot", "snapshot"),
    ("agentsolutionpackstore", "scadvisorcontentpl."),
    ("dce-global", "global.handler.control"),
];

/// Returns the suffixes of `monitor`, `oms`, `ods`, `agentsvc` and `blob` in a cloud.
fn suffixes(cloud: &Cloud) -> Option<[&'static str; 5]> {
    match cloud.name {
        name if name == CHINA.name => None,
        name if name == PUBLIC.name => Some([
            "monitor.azure.com",
            "oms.opinsights.azure.com",
            "ods.opinsights.azure.com",
            "agentsvc.azure-automation.net",
            "blob.core.windows.net",
        ]),
        _ => Some([
            "monitor.azure.us",
            "oms.opinsights.azure.us",
            "ods.opinsights.azure.us",
            "agentsvc.azure-automation.us",
            "blob.core.usgovcloudapi.net",
        ]),
    }
}

impl ResourceType for MonitorScope {
    fn info(&self) -> &TypeInfo {
        &SCOPE_INFO
    }

    fn validate(&self, _world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        if write.patch {
            return Ok(());
        }
        let settings = write.property("accessModeSettings");
        let path = "properties.accessModeSettings";
        let known = ["exclusions", "ingestionAccessMode", "queryAccessMode"];
        body::only_members(&SCOPE_INFO, path, settings, &known)?;
        let exclusions = settings["exclusions"].as_array().into_iter().flatten();
        for modes in exclusions.chain([settings]) {
            for name in &known[1..] {
                if !["Open", "PrivateOnly"].iter().any(|word| modes[name] == **word) {
                    let at = format!("{path}.{name}");
                    return Err(body::wrong_type(&SCOPE_INFO, &at, "Open or PrivateOnly"));
                }
            }
        }
        Ok(())
    }

    fn on_accepted(&self, _world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        let scope = fixed_guid(&format!("scope {}", write.id.key())).to_string();
        identity::default(&mut next["properties"], json!({ "scopeId": scope }));
        if let Some(linked) = write.before.map(|before| &before["properties"][LINKED]) {
            next["properties"][LINKED] = linked.clone();
        }
    }

    /// Renders a scope as recorded by the tests of Azure's SDKs.
    fn render(&self, _world: &World, shown: &mut Value, _version: &str) {
        shown["type"] = json!(SCOPE.to_ascii_lowercase());
        shown["location"] = json!("global");
        shown["kind"] = shown["kind"].take();
        if shown["tags"].is_null() {
            shown["tags"] = json!({});
        }
        let properties = &mut shown["properties"];
        if properties["accessModeSettings"].is_object() {
            let exclusions = properties["accessModeSettings"]["exclusions"].take();
            properties["accessModeSettings"]["exclusions"] = exclusions;
        }
        hide_empty_connections(properties);
        if let Some(properties) = properties.as_object_mut() {
            properties.remove(LINKED);
        }
    }

    fn link_groups(&self, cloud: &Cloud, shown: &Value) -> Vec<LinkGroup> {
        let Some([monitor, oms, ods, agent, blob]) = suffixes(cloud) else { return Vec::new() };
        let fixed = MEMBERS.map(|(member, name)| {
            let name = match name.strip_suffix('.') {
                Some(name) => ServedName::new(name, blob),
                None => ServedName::new(name, monitor),
            };
            LinkMember { name: member.to_owned(), names: vec![name] }
        });
        let mut members = fixed.to_vec();
        let linked = shown["properties"][LINKED].as_array().into_iter().flatten();
        for workspace in linked {
            let text = |index: usize| workspace[index].as_str().unwrap_or_default();
            for (kind, suffix) in [("oms", oms), ("ods", ods), ("agent", agent)] {
                let (name, served) =
                    (format!("{kind}-{}", text(0)), ServedName::new(text(1), suffix));
                match members.iter_mut().find(|member| member.name == name) {
                    Some(member) => member.names.push(served),
                    None => members.push(LinkMember { name, names: vec![served] }),
                }
            }
        }
        let zones = [monitor, oms, ods, agent, blob].map(|suffix| format!("privatelink.{suffix}"));
        vec![LinkGroup { id: "azuremonitor".to_owned(), members, zones: zones.to_vec() }]
    }
}

impl ResourceType for ScopedResource {
    fn info(&self) -> &TypeInfo {
        &SCOPED_INFO
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        let text = write.property("linkedResourceId").as_str().unwrap_or_default();
        let id = ResourceId::parse(text);
        if !id.is_some_and(|id| LINKABLE.iter().any(|known| id.is_type(known))) {
            let text = format!("'{text}' is not a resource that a private link scope accepts.");
            return Err(ArmError::bad("BadRequest", text));
        }
        if world.store.get(text).is_none() {
            let text = format!("The linked resource '{text}' was not found.");
            return Err(ArmError::new(404, "ResourceNotFound", text));
        }
        Ok(())
    }

    fn on_completed(&self, world: &mut World, id: &ResourceId) {
        list_workspaces(world, id);
    }

    fn on_deleted(&self, world: &mut World, resource: &Resource) {
        list_workspaces(world, &resource.id);
    }
}

/// Updates the list of workspaces in a scope, given the ID of a resource in it.
pub(crate) fn list_workspaces(world: &mut World, scoped: &ResourceId) {
    let Some(scope) = scoped.parent().map(|id| id.to_string()) else { return };
    let linked: Vec<Value> = world
        .store
        .children(&scope, "scopedResources")
        .filter_map(|one| {
            let workspace = world.store.get(linked(one))?;
            let guid = fixed_guid(&format!("workspace {}", workspace.id.key())).to_string();
            let own = workspace.body["properties"]["customerId"].as_str().unwrap_or(&guid);
            let region = workspace.body["location"].as_str().unwrap_or_default();
            let is_one = workspace.id.is_type(WORKSPACE);
            is_one.then(|| json!([region.replace(' ', "").to_lowercase(), own]))
        })
        .collect();
    if let Some(scope) = world.store.get_mut(&scope) {
        scope.body["properties"][LINKED] = json!(linked);
    }
}

fn linked(scoped: &Resource) -> &str {
    scoped.body["properties"]["linkedResourceId"].as_str().unwrap_or_default()
}

/// Returns the scopes of a resource: the ID of its entry in each, and the scope's `scopeId`.
pub(super) fn scopes_of(world: &World, id: &str) -> Vec<(String, Value)> {
    let own = world.store.of_type(SCOPED_INFO.name).filter(|one| same(linked(one), id));
    let scope = |one: &Resource| {
        let scope = world.store.get(&one.id.parent()?.to_string())?;
        Some((one.full_id().to_owned(), scope.body["properties"]["scopeId"].clone()))
    };
    own.filter_map(scope).collect()
}

/// Refuses to delete a resource that is in a scope (Microsoft Learn).
pub(super) fn must_be_unlinked(world: &World, resource: &Resource) -> Result<(), ArmError> {
    let scopes = scopes_of(world, resource.full_id());
    let Some((scope, _)) = scopes.first() else { return Ok(()) };
    let text = format!(
        "The resource '{}' cannot be deleted while it is linked to a private link scope: {scope}.",
        resource.full_id()
    );
    Err(ArmError::new(409, "Conflict", text))
}

//! Targets of private endpoints without a module of their own, whose groups and names `targets.tsv`
//! lists. Everything else about them is a guess, which DIFFERENCES.md names: they accept and show
//! any property, complete a write at once, and have one member for each name of a group.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::common::PLAIN;
use super::monitor_scope;
use super::private_endpoint_connection::TargetConnection;
use crate::arm_error::ArmError;
use crate::cloud::{CHINA, Cloud, PUBLIC};
use crate::world::World;
use crate::world::private_link::{LinkGroup, LinkMember, ServedName};
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Patch, TypeInfo};

/// A type of target.
pub(crate) struct PrivateLinkTarget {
    info: TypeInfo,
    groups: Vec<Group>,
    /// Type of the target's connections.
    pub(super) connections: TargetConnection,
}

/// A group, with a `suffix>zone` pair for each name in each cloud.
struct Group {
    name: &'static str,
    public: &'static str,
    us_government: &'static str,
    china: &'static str,
}

/// Types whose `PATCH` does not accept the public access flag (API specification).
const TAGS_ONLY: [&str; 2] =
    ["Microsoft.MachineLearningServices/registries", "Microsoft.ServiceBus/namespaces"];

/// All targets of the table.
pub(super) static TARGETS: LazyLock<Vec<PrivateLinkTarget>> = LazyLock::new(|| {
    let mut targets: Vec<PrivateLinkTarget> = Vec::new();
    for line in include_str!("targets.tsv").lines().skip(1) {
        let mut cells = line.split('\t');
        let mut cell = || cells.next().unwrap_or_default();
        let (name, versions) = (cell(), cell());
        let group = Group { name: cell(), public: cell(), us_government: cell(), china: cell() };
        match targets.iter_mut().find(|target| target.info.name == name) {
            Some(target) => target.groups.push(group),
            None => targets.push(PrivateLinkTarget::new(name, versions, group)),
        }
    }
    targets
});

impl PrivateLinkTarget {
    fn new(name: &'static str, versions: &'static str, group: Group) -> Self {
        // Leaks once for each type, because types live as long as the process.
        let versions: &'static [&'static str] = versions.split(' ').collect::<Vec<_>>().leak();
        let patch = if TAGS_ONLY.contains(&name) { Patch::Tags } else { PLAIN.patch };
        Self {
            info: TypeInfo {
                name,
                versions,
                writable: &["*"],
                read_only: &[
                    "provisioningState",
                    "privateEndpointConnections",
                    "privateLinkScopedResources",
                ],
                top: &["identity", "kind", "sku", "zones"],
                patch,
                ..PLAIN
            },
            groups: vec![group],
            connections: TargetConnection::of(name, versions),
        }
    }
}

impl ResourceType for PrivateLinkTarget {
    fn info(&self) -> &TypeInfo {
        &self.info
    }

    fn link_groups(&self, cloud: &Cloud, shown: &Value) -> Vec<LinkGroup> {
        let target = Target {
            name: shown["name"].as_str().unwrap_or_default().to_lowercase(),
            region: shown["location"].as_str().unwrap_or("eastus").replace(' ', "").to_lowercase(),
        };
        let reached = self.groups.iter().filter(|group| !group.name.is_empty());
        reached.map(|group| target.group(group, cloud)).collect()
    }

    /// Returns error 42102 of SQL, and API Management's refusal to disable public access while no
    /// connection is approved (Microsoft Learn). The form of the codes is a guess.
    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        const ORDERED: [&str; 2] = ["Microsoft.Sql/servers", "Microsoft.ApiManagement/service"];
        let closes = write.property("publicNetworkAccess") == "Disabled";
        if !closes || write.before.is_none() || !ORDERED.contains(&self.info.name) {
            return Ok(());
        }
        let id = write.id.to_string();
        let mut connections = world.store.children(&id, "privateEndpointConnections");
        let state = "/properties/privateLinkServiceConnectionState/status";
        if connections.any(|it| it.body.pointer(state).is_some_and(|it| it == "Approved")) {
            return Ok(());
        }
        let text = "Unable to set Deny Public Network Access to Yes since there is no private \
                    endpoint enabled to access the server.";
        Err(ArmError::bad("42102", text))
    }

    fn validate_delete(&self, world: &World, resource: &Resource) -> Result<(), ArmError> {
        monitor_scope::must_be_unlinked(world, resource)
    }

    fn render(&self, world: &World, shown: &mut Value, _version: &str) {
        let scopes = monitor_scope::scopes_of(world, shown["id"].as_str().unwrap_or_default());
        let entry = |(id, scope): (String, Value)| json!({ "resourceId": id, "scopeId": scope });
        if !scopes.is_empty() {
            let entries: Vec<Value> = scopes.into_iter().map(entry).collect();
            shown["properties"]["privateLinkScopedResources"] = json!(entries);
        }
    }
}

/// The parts of a resource that its names consist of.
struct Target {
    name: String,
    region: String,
}

impl Target {
    fn group(&self, group: &Group, cloud: &Cloud) -> LinkGroup {
        let pairs = match cloud.name {
            name if name == PUBLIC.name => group.public,
            name if name == CHINA.name => group.china,
            _ => group.us_government,
        };
        let id = self.filled(group.name);
        let mut members: Vec<LinkMember> = Vec::new();
        let mut zones = Vec::new();
        for (suffix, zone) in pairs.split(' ').filter_map(|pair| pair.split_once('>')) {
            let zone = self.filled(zone);
            zones.push(zone.clone());
            let name = match members.len() {
                0 => id.clone(),
                count => format!("{id}_{}", count + 1),
            };
            let names = vec![served(&self.name, &self.filled(suffix), &zone)];
            members.push(LinkMember { name, names });
        }
        LinkGroup { id, members, zones }
    }

    /// Returns a text with the target's values in place of the braces.
    fn filled(&self, text: &str) -> String {
        let values = [
            ("{regionName}", self.region.as_str()),
            ("{regionCode}", "eus"),
            ("{dnsPrefix}", "0123456789ab"),
            ("{partitionId}", "1"),
            ("{slotName}", "staging"),
            ("{volumeGroupName}", "volumes"),
        ];
        let fill = |text: String, (name, value): (&str, &str)| text.replace(name, value);
        values.into_iter().fold(text.to_owned(), fill)
    }
}

/// Returns a name below a suffix, with its record in the private zone.
fn served(label: &str, suffix: &str, zone: &str) -> ServedName {
    let fqdn = format!("{label}.{suffix}");
    let own = zone.split('.').filter(|label| !label.starts_with("privatelink"));
    let own = format!(".{}", own.collect::<Vec<_>>().join("."));
    let record = fqdn.strip_suffix(&own).unwrap_or(label).to_owned();
    ServedName { fqdn, zone: zone.to_owned(), record }
}

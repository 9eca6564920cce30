//! The resource types. Each is a table row of facts and, where it needs them, a few hooks.

mod account;
mod connection;
mod dns_link;
mod dns_record;
mod dns_zone;
mod endpoint_address;
mod endpoint_check;
pub(crate) mod facts;
mod identity;
mod insights;
pub(crate) mod link;
pub(crate) mod nested;
mod network;
mod network_interface;
mod private_endpoint;
mod properties;
mod registry;
mod search;
mod storage;
mod subnet;
mod vault;
mod versions;
mod virtual_network;
mod workspace;
mod workspace_connection;
mod zone_group;

use serde_json::Value;

use crate::cloud::Cloud;
use crate::error::ArmError;
use crate::id::ResourceId;
use crate::store::Resource;
use crate::world::World;
use facts::{Facts, Reply};
use link::Group;

pub(crate) use connection::show_on_endpoint;
pub(crate) use dns_zone::escapes_slashes;
pub(crate) use zone_group::{LateRecords, write_late_records};

/// A write that is about to happen, read and checked for form.
#[derive(Debug)]
pub(crate) struct Write<'a> {
    pub(crate) id: &'a ResourceId,
    pub(crate) version: &'a str,
    /// The request body, an object.
    pub(crate) body: &'a Value,
    /// The resource as it stands; `None` when this creates it.
    pub(crate) before: Option<&'a Value>,
    pub(crate) patch: bool,
}

impl Write<'_> {
    /// `properties.NAME` of the request.
    pub(crate) fn property(&self, name: &str) -> &Value {
        &self.body["properties"][name]
    }

    /// `properties.NAME` of the resource as it stands.
    pub(crate) fn stored(&self, name: &str) -> &Value {
        self.before.map_or(&Value::Null, |before| &before["properties"][name])
    }
}

/// A resource type: its facts, and hooks for what facts cannot say.
pub(crate) trait Kind: Sync {
    /// The table row.
    fn facts(&self) -> &Facts;

    /// Refuses what the provider refuses, before anything changes.
    fn check(&self, _world: &World, _write: &Write<'_>) -> Result<(), ArmError> {
        Ok(())
    }

    /// Fills in what ARM adds to an accepted body and does what the type does to its neighbours.
    fn accept(&self, _world: &mut World, _write: &Write<'_>, _next: &mut Value) {}

    /// The end of a successful write.
    fn finish(&self, _world: &mut World, _id: &ResourceId) {}

    /// Refuses a delete.
    fn check_delete(&self, _world: &World, _resource: &Resource) -> Result<(), ArmError> {
        Ok(())
    }

    /// What goes with a resource that is already out of the store.
    fn removed(&self, _world: &mut World, _resource: &Resource) {}

    /// Adds what is computed when the resource is shown, hides what the version does not know.
    fn present(&self, _world: &World, _body: &mut Value, _version: &str) {}

    /// How a version answers a merge, for a type that has changed its mind.
    fn patch_reply(&self, now: Reply, _version: &str) -> Reply {
        now
    }

    /// What private endpoints may connect to; empty when the type cannot be a target.
    fn groups(&self, _cloud: &Cloud, _body: &Value) -> Vec<Group> {
        Vec::new()
    }

    /// Why a private endpoint cannot be made to this resource as it stands.
    fn check_target(&self, _body: &Value) -> Result<(), ArmError> {
        Ok(())
    }
}

/// Every type that the emulator has.
pub(crate) static KINDS: &[&dyn Kind] = &[
    &virtual_network::VirtualNetwork,
    &subnet::Subnet,
    &network_interface::NetworkInterface,
    &network::APPLICATION_SECURITY_GROUP,
    &network::NETWORK_SECURITY_GROUP,
    &network::ROUTE_TABLE,
    &private_endpoint::PrivateEndpoint,
    &zone_group::ZoneGroup,
    &dns_zone::DnsZone,
    &dns_link::DnsLink,
    &dns_record::A,
    &dns_record::AAAA,
    &dns_record::CNAME,
    &dns_record::MX,
    &dns_record::PTR,
    &dns_record::SOA,
    &dns_record::SRV,
    &dns_record::TXT,
    &workspace::Workspace,
    &workspace_connection::WorkspaceConnection,
    &account::Account,
    &storage::Storage,
    &vault::Vault,
    &registry::Registry,
    &search::Search,
    &insights::Insights,
    &connection::OF_WORKSPACE,
    &connection::OF_ACCOUNT,
    &connection::OF_STORAGE,
    &connection::OF_VAULT,
    &connection::OF_REGISTRY,
    &connection::OF_SEARCH,
];

/// Finds the type of an ID.
pub(crate) fn of(id: &ResourceId) -> Option<&'static dyn Kind> {
    KINDS.iter().copied().find(|kind| id.is_kind(kind.facts().name))
}

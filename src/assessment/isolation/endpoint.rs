//! Private endpoints, and the private endpoint connections of their targets.

use super::wire::{ConnectionState, Endpoint, Target, TargetConnection};
use crate::assessment::reader::{Read, Reader};
use crate::private_link::arm_types::{NETWORK_INTERFACE, PRIVATE_DNS_ZONE_GROUP, PRIVATE_ENDPOINT};
use crate::private_link::connection::APPROVED;
use crate::private_link::envelope::Envelope;
use crate::private_link::interface::{InterfaceBody, RequiredRecord};
use crate::private_link::services::service_of;
use crate::private_link::zone_group::ZoneGroupBody;
use azure::id::ResourceId;
use serde_json::Value as Json;

/// A private endpoint.
#[derive(Clone, Debug)]
pub struct LiveEndpoint {
    /// ID of the object.
    pub id: ResourceId,
    /// ID of the target; `None` for a private link service that is known only by its alias.
    pub target: Option<ResourceId>,
    /// Group IDs of the connection.
    pub groups: Vec<String>,
    /// Status of the connection.
    pub status: String,
    /// ID of the endpoint's virtual network.
    pub network: Option<ResourceId>,
    /// The subnet that it is in.
    pub subnet: Option<ResourceId>,
    interface: Option<ResourceId>,
}

/// A zone in a zone group of an endpoint.
#[derive(Clone, Debug)]
pub struct GroupZone {
    /// ID of the object.
    pub id: ResourceId,
    /// Names of the records that the zone group lists in the zone.
    pub records: Vec<String>,
}

impl LiveEndpoint {
    /// Reads the endpoint of this ID.
    pub fn see(reader: &Reader, id: &ResourceId) -> Read<Self> {
        let body = reader.object(id, PRIVATE_ENDPOINT.api_version);
        body.decode::<Envelope<Endpoint>>(id).map(|body| Self::of(id, body.properties))
    }

    fn of(id: &ResourceId, properties: Endpoint) -> Self {
        let automatic = properties.private_link_service_connections.into_iter();
        let mut all = automatic.chain(properties.manual_private_link_service_connections);
        let connection = all.next().unwrap_or_default().properties;
        let interface = properties.network_interfaces.first();
        let subnet = ResourceId::parse(&properties.subnet.id).ok();
        Self {
            id: id.clone(),
            target: ResourceId::parse(&connection.private_link_service_id).ok(),
            groups: connection.group_ids,
            status: status(connection.state),
            network: subnet.as_ref().and_then(ResourceId::parent),
            subnet,
            interface: interface.and_then(|it| ResourceId::parse(&it.id).ok()),
        }
    }

    /// Returns `true` if the connection is approved.
    pub fn is_approved(&self) -> bool {
        self.status.eq_ignore_ascii_case(APPROVED)
    }

    /// Reads the names of the endpoint, with the records that they need.
    pub fn required_records(&self, reader: &Reader) -> Read<Vec<RequiredRecord>> {
        let Some(interface) = &self.interface else {
            return Read::Absent;
        };
        let body = reader.object(interface, NETWORK_INTERFACE.api_version);
        body.decode::<InterfaceBody>(interface)
            .map(|body| body.required_records(self.target.as_ref()))
    }

    /// Reads the other endpoints to the target, except those that cannot be read.
    pub fn related(&self, reader: &Reader) -> Vec<Self> {
        let known = |target| Some((target, service_of(target)?));
        let Some((id, service)) = self.target.as_ref().and_then(known) else {
            return Vec::new();
        };
        let body = reader.object(id, service.arm_type.api_version);
        let shown = connections(id, body).found().unwrap_or_default();
        let others = shown.into_iter().filter_map(|connection| connection.endpoint);
        let others = others.filter(|other| *other != self.id);
        others.filter_map(|other| Self::see(reader, &other).found()).collect()
    }

    /// Reads the zones of the endpoint's zone groups.
    pub fn zones(&self, reader: &Reader) -> Read<Vec<GroupZone>> {
        let api_version = PRIVATE_DNS_ZONE_GROUP.api_version;
        let groups = reader.children(&self.id, "privateDnsZoneGroups", api_version);
        groups.decode_each::<ZoneGroupBody>(&self.id).map(|groups| {
            let groups = groups.into_iter();
            let configs = groups.flat_map(|group| group.properties.private_dns_zone_configs);
            configs
                .filter_map(|config| {
                    let id = ResourceId::parse(&config.properties.private_dns_zone_id).ok()?;
                    let records = config.properties.record_sets.into_iter();
                    Some(GroupZone { id, records: records.map(|it| it.record_set_name).collect() })
                })
                .collect()
        })
    }
}

/// A private endpoint connection, as its target shows it.
#[derive(Clone, Debug)]
pub struct EndpointConnection {
    /// ID of the object.
    pub id: String,
    /// ID of the private endpoint.
    pub endpoint: Option<ResourceId>,
    /// Status of the connection.
    pub status: String,
}

impl EndpointConnection {
    /// Returns `true` if the connection is approved.
    pub fn is_approved(&self) -> bool {
        self.status.eq_ignore_ascii_case(APPROVED)
    }
}

/// Returns the connections in the body of a target.
pub fn connections(target: &ResourceId, body: Read<&Json>) -> Read<Vec<EndpointConnection>> {
    let connection = |it: Envelope<TargetConnection>| EndpointConnection {
        id: it.id,
        endpoint: ResourceId::parse(&it.properties.private_endpoint.id).ok(),
        status: status(it.properties.state),
    };
    body.decode::<Envelope<Target>>(target).map(|body| {
        body.properties.private_endpoint_connections.into_iter().map(connection).collect()
    })
}

/// Returns the private link scopes of a resource with this body. Azure Monitor has scopes instead
/// of connections of a resource. Empty for a body of another form.
pub fn private_link_scopes(body: &Json) -> Vec<ResourceId> {
    let properties = &body["properties"];
    let lists =
        [&properties["PrivateLinkScopedResources"], &properties["privateLinkScopedResources"]];
    let entries = lists.into_iter().filter_map(Json::as_array).flatten();
    let ids = entries.filter_map(|it| it["ResourceId"].as_str().or(it["resourceId"].as_str()));
    // The ID is of the scope, or of the scope's entry for the resource.
    let scope = |id: ResourceId| match id.resource_type().ends_with("/scopedResources") {
        true => id.parent(),
        false => Some(id),
    };
    ids.filter_map(|id| ResourceId::parse(id).ok()).filter_map(scope).collect()
}

fn status(state: ConnectionState) -> String {
    state.status.unwrap_or_else(|| "Unknown".to_owned())
}

//! Private endpoints, and the connections that targets have to them.

use crate::private_link::{self, Interface, Needed};
use crate::survey::{Sight, Survey};
use crate::zone_group::Group;
use azure::id::ResourceId;
use serde_json::Value as Json;

/// The API version that is spoken with endpoints and interfaces.
pub const API: &str = "2025-01-01";

/// The state of a connection that lets traffic through.
pub const APPROVED: &str = "Approved";

/// A private endpoint.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its ID.
    pub id: ResourceId,
    /// What it leads to; `None` for a private link service that is known by its alias alone.
    pub target: Option<ResourceId>,
    /// The group IDs that it reaches there.
    pub groups: Vec<String>,
    /// State of its connection.
    pub status: String,
    /// The virtual network that it is in.
    pub network: Option<ResourceId>,
    interface: Option<ResourceId>,
}

/// A zone in the zone groups of an endpoint.
#[derive(Clone, Debug)]
pub struct GroupZone {
    /// Its ID.
    pub id: ResourceId,
    /// The names of the records that the group says it keeps there.
    pub records: Vec<String>,
}

impl Endpoint {
    /// The endpoint of that ID.
    pub fn see(survey: &Survey, id: &ResourceId) -> Sight<Self> {
        survey.object(id, API).map(|body| Self::read(id, body))
    }

    /// The endpoint with that body.
    pub fn read(id: &ResourceId, body: &Json) -> Self {
        let properties = &body["properties"];
        let lists = ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"];
        let mut connections = lists.iter().filter_map(|name| properties[name].as_array()).flatten();
        let connection = connections.next().map(|it| &it["properties"]).unwrap_or(&Json::Null);
        let groups = connection["groupIds"].as_array().into_iter().flatten();
        let subnet = parsed(&properties["subnet"]["id"]);
        Self {
            id: id.clone(),
            target: parsed(&connection["privateLinkServiceId"]),
            groups: groups.filter_map(Json::as_str).map(str::to_owned).collect(),
            status: status(connection).to_owned(),
            network: subnet.and_then(|subnet| subnet.parent()),
            interface: parsed(&properties["networkInterfaces"][0]["id"]),
        }
    }

    /// Whether traffic passes.
    pub fn is_approved(&self) -> bool {
        self.status.eq_ignore_ascii_case(APPROVED)
    }

    /// The names that it is there for.
    pub fn needed(&self, survey: &Survey) -> Sight<Vec<Needed>> {
        let Some(interface) = &self.interface else {
            return Sight::Absent;
        };
        let read = |body: &Json| serde_json::from_value::<Interface>(body.clone());
        survey.object(interface, API).map(|body| read(body).unwrap_or_default().needed())
    }

    /// The other endpoints to its target, as far as they may be seen.
    pub fn beside(&self, survey: &Survey) -> Vec<Self> {
        let known = |target: &ResourceId| private_link::target(&target.resource_type());
        let Some((id, target)) = self.target.as_ref().and_then(|id| Some((id, known(id)?))) else {
            return Vec::new();
        };
        let shown = survey.object(id, target.api).map(connections).seen().unwrap_or_default();
        let others = shown.into_iter().filter_map(|connection| connection.endpoint);
        let others = others.filter(|other| *other != self.id);
        others.filter_map(|other| Self::see(survey, &other).seen()).collect()
    }

    /// The zones of its zone groups.
    pub fn zones(&self, survey: &Survey) -> Sight<Vec<GroupZone>> {
        let groups = survey.children(&self.id, "privateDnsZoneGroups", API);
        groups.map(|groups| {
            let groups = groups.iter().filter_map(Group::deserialized);
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
pub struct Connection {
    /// Its ID.
    pub id: String,
    /// The endpoint.
    pub endpoint: Option<ResourceId>,
    /// Its state.
    pub status: String,
}

impl Connection {
    /// Whether traffic passes.
    pub fn is_approved(&self) -> bool {
        self.status.eq_ignore_ascii_case(APPROVED)
    }
}

/// The connections that a target shows.
pub fn connections(target: &Json) -> Vec<Connection> {
    let listed = target["properties"]["privateEndpointConnections"].as_array();
    let read = |it: &Json| Connection {
        id: it["id"].as_str().unwrap_or_default().to_owned(),
        endpoint: parsed(&it["properties"]["privateEndpoint"]["id"]),
        status: status(&it["properties"]).to_owned(),
    };
    listed.into_iter().flatten().map(read).collect()
}

fn status(connection: &Json) -> &str {
    connection["privateLinkServiceConnectionState"]["status"].as_str().unwrap_or("Unknown")
}

fn parsed(id: &Json) -> Option<ResourceId> {
    ResourceId::parse(id.as_str()?).ok()
}

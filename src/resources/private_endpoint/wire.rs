//! The private endpoint as ARM represents it, and its attributes.

use super::{
    CONNECTIONS, Connection, CustomDnsConfig, GROUPS, INTERFACE, IpConfiguration, NetworkInterface,
    PrivateEndpoint, group, records,
};
use crate::engine::prelude::*;
use crate::engine::wire::ExtendedLocation;
use crate::private_link::interface::InterfaceBody;
use crate::private_link::services::service_of;
use crate::private_link::zone_group::ZoneGroupBody;
use plugin::field::Computed;
use std::collections::BTreeSet;

/// Properties of a private endpoint.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Properties {
    subnet: Reference,
    private_link_service_connections: Vec<ServiceConnection>,
    manual_private_link_service_connections: Vec<ServiceConnection>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ip_configurations: Vec<Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_network_interface_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_version_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application_security_groups: Option<Vec<Reference>>,
    #[serde(skip_serializing)]
    pub(super) network_interfaces: Vec<Reference>,
    #[serde(skip_serializing)]
    custom_dns_configs: Vec<DnsConfig>,
    #[serde(skip_serializing)]
    provisioning_state: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct ServiceConnection {
    name: String,
    properties: ServiceConnectionProperties,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ServiceConnectionProperties {
    private_link_service_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    group_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_message: Option<String>,
    #[serde(skip_serializing)]
    private_link_service_connection_state: State,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct State {
    status: Option<String>,
    description: Option<String>,
    actions_required: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Address {
    name: String,
    properties: AddressProperties,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AddressProperties {
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    member_name: Option<String>,
    #[serde(rename = "privateIPAddress")]
    private_ip_address: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct DnsConfig {
    fqdn: String,
    ip_addresses: Vec<String>,
}

/// Returns the body that the attributes request.
pub(super) fn body(endpoint: &PrivateEndpoint) -> Tracked<Properties> {
    let (manual, automatic) = endpoint
        .private_service_connection
        .iter()
        .map(|connection| (connection.is_manual_connection, ServiceConnection::write(connection)))
        .partition::<Vec<_>, _>(|(manual, _)| *manual);
    let connections = |side: Vec<(bool, ServiceConnection)>| {
        side.into_iter().map(|(_, connection)| connection).collect()
    };
    let groups = endpoint.application_security_group_ids.get();
    Tracked {
        location: endpoint.location.get().cloned(),
        tags: endpoint.tagged.write(),
        extended_location: endpoint
            .edge_zone
            .clone()
            .map(|name| ExtendedLocation { name, r#type: "EdgeZone".to_owned() }),
        properties: Properties {
            subnet: endpoint.subnet_id.as_str().into(),
            private_link_service_connections: connections(automatic),
            manual_private_link_service_connections: connections(manual),
            ip_configurations: endpoint.ip_configuration.iter().map(Address::write).collect(),
            custom_network_interface_name: endpoint.custom_network_interface_name.clone(),
            ip_version_type: endpoint.ip_version_type.get().cloned(),
            application_security_groups: groups
                .map(|ids| ids.iter().map(|id| id.as_str().into()).collect()),
            ..Properties::default()
        },
    }
}

/// A connection as the service represents it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct TargetConnection {
    id: String,
    properties: TargetConnectionProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct TargetConnectionProperties {
    private_endpoint: Reference,
}

impl Properties {
    fn connections(&self) -> impl Iterator<Item = &ServiceConnection> {
        let automatic = self.private_link_service_connections.iter();
        automatic.chain(&self.manual_private_link_service_connections)
    }
}

impl ServiceConnection {
    /// Returns `true` if the service has disconnected the connection, which is permanent.
    fn is_cut(&self) -> bool {
        let status = self.properties.private_link_service_connection_state.status.as_deref();
        status.is_some_and(|status| status.eq_ignore_ascii_case("Disconnected"))
    }

    fn write(connection: &Connection) -> Self {
        // ARM accepts the ID and the alias in one property.
        let target = connection
            .private_connection_resource_id
            .as_ref()
            .or(connection.private_connection_resource_alias.as_ref());
        let groups = connection.subresource_names.as_deref().unwrap_or_default();
        let service = target.and_then(|id| service_of(&ResourceId::parse(id).ok()?));
        let spelt = |group: &str| service.map_or(group, |it| it.spelt(group)).to_owned();
        Self {
            name: connection.name.clone(),
            properties: ServiceConnectionProperties {
                private_link_service_id: target.cloned().unwrap_or_default(),
                group_ids: groups.iter().map(|group| spelt(group)).collect(),
                request_message: connection.request_message.clone(),
                ..ServiceConnectionProperties::default()
            },
        }
    }

    fn read(&self, manual: bool) -> Connection {
        let properties = &self.properties;
        let state = &properties.private_link_service_connection_state;
        let target = Some(properties.private_link_service_id.clone());
        let alias = ResourceId::parse(&properties.private_link_service_id).is_err();
        Connection {
            name: self.name.clone(),
            is_manual_connection: manual,
            private_connection_resource_id: target.clone().filter(|_| !alias),
            private_connection_resource_alias: target.filter(|_| alias),
            subresource_names: Some(properties.group_ids.clone()),
            // For automatic connections, ARM can set a text of its own.
            request_message: properties.request_message.clone().filter(|_| manual),
            private_ip_address: Computed::default(),
            status: state.status.clone().into(),
            status_description: state.description.clone().into(),
            actions_required: state.actions_required.clone().into(),
        }
    }
}

impl Address {
    fn write(address: &IpConfiguration) -> Self {
        let member = address.member_name.get().or(address.subresource_name.as_ref());
        Self {
            name: address.name.clone(),
            properties: AddressProperties {
                group_id: address.subresource_name.clone(),
                member_name: member.cloned(),
                private_ip_address: address.private_ip_address.clone(),
            },
        }
    }

    fn read(&self) -> IpConfiguration {
        IpConfiguration {
            name: self.name.clone(),
            private_ip_address: self.properties.private_ip_address.clone(),
            subresource_name: self.properties.group_id.clone(),
            member_name: self.properties.member_name.clone().into(),
        }
    }
}

/// Sets the attributes from the private endpoint in Azure.
pub(super) fn read(
    endpoint: &mut PrivateEndpoint,
    live: &Live<Tracked<Properties>>,
) -> serde_json::Result<()> {
    let Tracked { location, properties, extended_location, .. } = &live.body;
    endpoint.location.set(location.clone());
    endpoint.edge_zone = extended_location.as_ref().map(|zone| zone.name.clone());
    endpoint.subnet_id.clone_from(&properties.subnet.id);
    let name = properties.custom_network_interface_name.clone();
    endpoint.custom_network_interface_name = name.filter(|name| !name.is_empty());
    endpoint.ip_version_type.set(properties.ip_version_type.clone());
    endpoint.ip_configuration.0 = properties.ip_configurations.iter().map(Address::read).collect();
    let groups = properties.application_security_groups.iter().flatten();
    endpoint
        .application_security_group_ids
        .set(groups.map(|it| it.id.clone()).collect::<BTreeSet<_>>());
    endpoint.provisioning_state.set(properties.provisioning_state.clone());
    let configs = properties.custom_dns_configs.iter().map(|config| CustomDnsConfig {
        fqdn: config.fqdn.clone(),
        ip_addresses: config.ip_addresses.clone(),
    });
    endpoint.custom_dns_configs.set(configs.collect::<Vec<_>>());
    let interface: Option<InterfaceBody> = live.related.read(INTERFACE)?;
    let target = properties.connections().next();
    let target =
        target.and_then(|it| ResourceId::parse(&it.properties.private_link_service_id).ok());
    endpoint.dns_records.set(records::of(interface.as_ref(), target.as_ref()));
    read_interface(endpoint, &properties.network_interfaces, &interface.unwrap_or_default());
    read_connection(endpoint, properties);
    let groups: Option<Vec<ZoneGroupBody>> = live.related.read(GROUPS)?;
    let groups = groups.unwrap_or_default();
    group::read(endpoint, &groups, live.importing);
    // Until the group is complete, Azure can still write the records that it lists.
    let state = |group: &ZoneGroupBody| group.properties.provisioning_state.clone();
    if groups.iter().all(|group| state(group).as_deref() == Some("Succeeded")) {
        group::empty_what_is_gone(endpoint, &live.related);
    }
    read_connection_id(endpoint, live)
}

fn read_interface(
    endpoint: &mut PrivateEndpoint,
    references: &[Reference],
    interface: &InterfaceBody,
) {
    let interfaces = references.iter().map(|interface| {
        let id = ResourceId::parse(&interface.id);
        let name = id.map(|id| id.name().to_owned()).unwrap_or_default();
        NetworkInterface { id: interface.id.clone(), name }
    });
    let interfaces: Vec<_> = interfaces.collect();
    endpoint.network_interface_id.set(interfaces.first().map(|it| it.id.clone()));
    endpoint.network_interface.set(interfaces);
    endpoint.private_ip_addresses.set(interface.addresses());
}

fn read_connection(endpoint: &mut PrivateEndpoint, properties: &Properties) {
    let automatic = properties.private_link_service_connections.iter().map(|it| it.read(false));
    let manual = properties.manual_private_link_service_connections.iter().map(|it| it.read(true));
    let mut connections: Vec<Connection> = automatic.chain(manual).collect();
    let first = endpoint.private_ip_addresses.get().and_then(|addresses| addresses.first());
    for connection in &mut connections {
        connection.private_ip_address.set(first.cloned());
    }
    let status = connections.first().and_then(|connection| connection.status.get().cloned());
    endpoint.connection_status.set(status);
    endpoint.private_service_connection.0 = connections;
}

/// Returns the list of the service's connections, which contains the ID of the endpoint's
/// connection. ARM returns the ID only on that side, and the ID never changes.
pub(super) fn beside_target(
    endpoint: &PrivateEndpoint,
    body: &Tracked<Properties>,
) -> Option<Related> {
    let connection = body.properties.connections().next()?;
    if endpoint.private_endpoint_connection_id.get().is_some() || connection.is_cut() {
        return None;
    }
    let target = ResourceId::parse(&connection.properties.private_link_service_id).ok()?;
    let api = service_of(&target)?.connections?.api_version;
    let listed = Related::children(CONNECTIONS, target, api, "privateEndpointConnections");
    Some(listed.spare())
}

fn read_connection_id(
    endpoint: &mut PrivateEndpoint,
    live: &Live<Tracked<Properties>>,
) -> serde_json::Result<()> {
    let cut = live.body.properties.connections().next().is_none_or(ServiceConnection::is_cut);
    if cut {
        endpoint.private_endpoint_connection_id.set(None);
    }
    let listed: Option<Vec<TargetConnection>> = live.related.read(CONNECTIONS)?;
    let leads_here = |it: &&TargetConnection| {
        ResourceId::parse(&it.properties.private_endpoint.id).is_ok_and(|id| id == live.id)
    };
    if let Some(found) = listed.iter().flatten().find(leads_here) {
        endpoint.private_endpoint_connection_id.set(found.id.clone());
    }
    Ok(())
}

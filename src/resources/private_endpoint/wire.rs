//! The endpoint on the wire, and its attributes from there.

use super::{
    Connection, CustomDnsConfig, GROUPS, INTERFACE, IpConfiguration, NetworkInterface,
    PrivateEndpoint, RecordSet, ZoneConfig, ZoneGroup, records,
};
use crate::arm::Live;
use crate::private_link::Interface;
use crate::wire::{ExtendedLocation, Reference, Tracked};
use crate::zone_group::{Config, Group};
use azure::id::ResourceId;
use plugin::field::Computed;
use plugin::moves::Stored;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Name of the group that Azure's built-in policies make: never taken for the configuration's.
const BY_POLICY: &str = "deployedByPolicy";

/// Properties of an endpoint.
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

/// The body that the attributes ask for.
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

impl ServiceConnection {
    fn write(connection: &Connection) -> Self {
        // ARM takes the ID and the alias in the same place.
        let target = connection
            .private_connection_resource_id
            .as_ref()
            .or(connection.private_connection_resource_alias.as_ref());
        Self {
            name: connection.name.clone(),
            properties: ServiceConnectionProperties {
                private_link_service_id: target.cloned().unwrap_or_default(),
                group_ids: connection.subresource_names.clone().unwrap_or_default(),
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
            // For automatic connections ARM may put in a text of its own.
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

/// Sets the attributes from what Azure has.
pub(super) fn read(endpoint: &mut PrivateEndpoint, live: &Live<Tracked<Properties>>) {
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
    read_interface(endpoint, live);
    read_connection(endpoint, properties);
    let groups: Vec<Group> = live.beside.read(GROUPS).unwrap_or_default();
    read_zone_groups(endpoint, &groups, live.importing);
}

fn read_interface(endpoint: &mut PrivateEndpoint, live: &Live<Tracked<Properties>>) {
    let interfaces = live.body.properties.network_interfaces.iter().map(|interface| {
        let id = ResourceId::parse(&interface.id);
        let name = id.map(|id| id.name().to_owned()).unwrap_or_default();
        NetworkInterface { id: interface.id.clone(), name }
    });
    let interfaces: Vec<_> = interfaces.collect();
    endpoint.network_interface_id.set(interfaces.first().map(|it| it.id.clone()));
    endpoint.network_interface.set(interfaces);
    let interface: Interface = live.beside.read(INTERFACE).unwrap_or_default();
    endpoint.private_ip_addresses.set(interface.addresses());
    endpoint.dns_records.set(records::of(&interface));
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

fn read_zone_groups(endpoint: &mut PrivateEndpoint, groups: &[Group], importing: bool) {
    let configs = groups.iter().flat_map(|group| &group.properties.private_dns_zone_configs);
    endpoint.private_dns_zone_configs.set(configs.map(read_config).collect::<Vec<_>>());
    // A group that the state does not have is somebody else's, but for an import, which has
    // nothing yet: there any group is shown as the block, if it is not a policy's.
    let managed = endpoint.private_dns_zone_group.first().map(|group| group.name.clone());
    let ours = groups.iter().find(|group| match &managed {
        Some(name) => group.name.eq_ignore_ascii_case(name),
        None => importing && !group.name.eq_ignore_ascii_case(BY_POLICY),
    });
    let block = ours.map(|group| ZoneGroup {
        id: group.id.clone().into(),
        name: group.name.clone(),
        private_dns_zone_ids: group
            .properties
            .private_dns_zone_configs
            .iter()
            .map(|config| config.properties.private_dns_zone_id.clone())
            .collect(),
    });
    endpoint.private_dns_zone_group.0 = block.into_iter().collect();
}

/// Takes a group that a policy made out of a state of azurerm's, which shows it as the block.
pub(super) fn without_policys_group(stored: &mut Stored) {
    if let Some(Json::Array(groups)) = stored.get_mut("private_dns_zone_group") {
        let name = |group: &Json| group["name"].as_str().map(str::to_owned).unwrap_or_default();
        groups.retain(|group| !name(group).eq_ignore_ascii_case(BY_POLICY));
    }
}

fn read_config(config: &Config) -> ZoneConfig {
    let records = config.properties.record_sets.iter().map(|set| RecordSet {
        name: set.record_set_name.clone(),
        r#type: set.record_type.clone(),
        fqdn: set.fqdn.clone(),
        ttl: set.ttl,
        ip_addresses: set.ip_addresses.clone(),
    });
    ZoneConfig {
        name: config.name.clone(),
        id: config.id.clone(),
        private_dns_zone_id: config.properties.private_dns_zone_id.clone(),
        record_sets: records.collect(),
    }
}

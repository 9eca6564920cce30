//! Properties of the ARM resources that an assessment reads, as far as it uses them.

use crate::private_link::envelope::{Envelope, Reference};
use serde::Deserialize;

/// A private endpoint.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Endpoint {
    pub(super) subnet: Reference,
    pub(super) network_interfaces: Vec<Reference>,
    pub(super) private_link_service_connections: Vec<Envelope<ServiceConnection>>,
    pub(super) manual_private_link_service_connections: Vec<Envelope<ServiceConnection>>,
}

/// A connection, as its endpoint shows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ServiceConnection {
    pub(super) private_link_service_id: String,
    pub(super) group_ids: Vec<String>,
    #[serde(rename = "privateLinkServiceConnectionState")]
    pub(super) state: ConnectionState,
}

/// The state of a connection.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ConnectionState {
    pub(super) status: Option<String>,
}

/// The private endpoint connections of a service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Target {
    pub(super) private_endpoint_connections: Vec<Envelope<TargetConnection>>,
}

/// A connection, as its service shows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TargetConnection {
    pub(super) private_endpoint: Reference,
    #[serde(rename = "privateLinkServiceConnectionState")]
    pub(super) state: ConnectionState,
}

/// An Application Insights component or a Log Analytics workspace.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TelemetryResource {
    pub(super) public_network_access_for_ingestion: Option<String>,
    pub(super) public_network_access_for_query: Option<String>,
    #[serde(rename = "WorkspaceResourceId")]
    pub(super) workspace: Option<String>,
}

/// A private link scope of Azure Monitor.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct MonitorScope {
    pub(super) access_mode_settings: AccessModes,
    pub(super) private_endpoint_connections: Vec<Envelope<TargetConnection>>,
}

/// Access modes of a scope, or of one of its connections, to resources outside the scope.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct AccessModes {
    pub(super) ingestion_access_mode: String,
    pub(super) query_access_mode: String,
    pub(super) private_endpoint_connection_name: String,
    pub(super) exclusions: Vec<AccessModes>,
}

/// A link of a private DNS zone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct NetworkLink {
    pub(super) virtual_network: Reference,
    pub(super) virtual_network_link_state: Option<String>,
}

/// The DNS servers and peerings of a virtual network.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct VirtualNetwork {
    pub(super) dhcp_options: DhcpOptions,
    pub(super) virtual_network_peerings: Vec<Envelope<Peering>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct DhcpOptions {
    pub(super) dns_servers: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Peering {
    pub(super) remote_virtual_network: Reference,
}

/// An Azure DNS Private Resolver.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct DnsResolver {
    pub(super) virtual_network: Reference,
}

/// An inbound endpoint of a resolver.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct InboundEndpoint {
    pub(super) ip_configurations: Vec<InboundConfiguration>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct InboundConfiguration {
    pub(super) private_ip_address: String,
}

/// A rule of a DNS forwarding rule set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ForwardingRule {
    pub(super) domain_name: String,
    pub(super) forwarding_rule_state: String,
    pub(super) target_dns_servers: Vec<TargetDnsServer>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TargetDnsServer {
    pub(super) ip_address: String,
}

/// A record set of a private DNS zone, of any type.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RecordSet {
    pub(super) a_records: Vec<ARecord>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ARecord {
    pub(super) ipv4_address: String,
}

//! Bodies of the ARM resources that an assessment reads, with the properties that it uses.

use serde::Deserialize;

/// A reference to another object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct IdBody {
    pub(super) id: String,
}

/// A private endpoint.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EndpointBody {
    pub(super) properties: EndpointProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct EndpointProperties {
    pub(super) subnet: IdBody,
    pub(super) network_interfaces: Vec<IdBody>,
    pub(super) private_link_service_connections: Vec<ServiceConnectionBody>,
    pub(super) manual_private_link_service_connections: Vec<ServiceConnectionBody>,
}

/// A connection, as its endpoint shows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ServiceConnectionBody {
    pub(super) properties: ServiceConnectionProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ServiceConnectionProperties {
    pub(super) private_link_service_id: String,
    pub(super) group_ids: Vec<String>,
    #[serde(rename = "privateLinkServiceConnectionState")]
    pub(super) state: ConnectionStateBody,
}

/// The state of a connection.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ConnectionStateBody {
    pub(super) status: Option<String>,
}

/// The private endpoint connections in the body of a service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TargetBody {
    pub(super) properties: TargetProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TargetProperties {
    pub(super) private_endpoint_connections: Vec<EndpointConnectionBody>,
}

/// A connection, as its service shows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EndpointConnectionBody {
    pub(super) id: String,
    pub(super) properties: EndpointConnectionProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct EndpointConnectionProperties {
    pub(super) private_endpoint: IdBody,
    #[serde(rename = "privateLinkServiceConnectionState")]
    pub(super) state: ConnectionStateBody,
}

/// A network security perimeter, as a resource in it shows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PerimeterBody {
    pub(super) name: String,
    pub(super) properties: PerimeterProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PerimeterProperties {
    pub(super) provisioning_state: Option<String>,
    pub(super) provisioning_issues: Vec<IssueBody>,
    pub(super) network_security_perimeter: IdBody,
    pub(super) resource_association: ResourceAssociationBody,
    pub(super) profile: NameBody,
}

/// Association of a resource with a perimeter.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ResourceAssociationBody {
    pub(super) access_mode: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NameBody {
    pub(super) name: String,
}

/// A provisioning issue of a perimeter at a resource.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct IssueBody {
    pub(super) properties: IssueProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct IssueProperties {
    pub(super) issue_type: String,
    pub(super) severity: String,
    pub(super) description: String,
    pub(super) suggested_resource_ids: Vec<String>,
    pub(super) suggested_access_rules: Vec<AccessRuleBody>,
}

/// A rule of a profile.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AccessRuleBody {
    pub(super) name: String,
    pub(super) properties: AccessRuleProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct AccessRuleProperties {
    pub(super) direction: Option<String>,
    pub(super) address_prefixes: Vec<String>,
    pub(super) fully_qualified_domain_names: Vec<String>,
    pub(super) service_tags: Vec<String>,
    pub(super) subscriptions: Vec<IdBody>,
}

/// An Application Insights component or a Log Analytics workspace.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct TelemetryBody {
    pub(super) properties: TelemetryProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TelemetryProperties {
    pub(super) public_network_access_for_ingestion: Option<String>,
    pub(super) public_network_access_for_query: Option<String>,
    #[serde(rename = "WorkspaceResourceId")]
    pub(super) workspace: Option<String>,
}

/// A private link scope of Azure Monitor.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MonitorScopeBody {
    pub(super) properties: MonitorScopeProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct MonitorScopeProperties {
    pub(super) access_mode_settings: AccessModesBody,
    pub(super) private_endpoint_connections: Vec<EndpointConnectionBody>,
}

/// Access modes of a scope, or of one of its connections, to resources outside the scope.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct AccessModesBody {
    pub(super) ingestion_access_mode: String,
    pub(super) query_access_mode: String,
    pub(super) private_endpoint_connection_name: String,
    pub(super) exclusions: Vec<AccessModesBody>,
}

/// A link of a private DNS zone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct NetworkLinkBody {
    pub(super) properties: NetworkLinkProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct NetworkLinkProperties {
    pub(super) virtual_network: IdBody,
    pub(super) virtual_network_link_state: Option<String>,
}

/// The DNS servers and peerings in the body of a virtual network.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct VirtualNetworkBody {
    pub(super) properties: VirtualNetworkProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct VirtualNetworkProperties {
    pub(super) dhcp_options: DhcpOptions,
    pub(super) virtual_network_peerings: Vec<PeeringBody>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct DhcpOptions {
    pub(super) dns_servers: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PeeringBody {
    pub(super) properties: PeeringProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PeeringProperties {
    pub(super) remote_virtual_network: IdBody,
}

/// An Azure DNS Private Resolver.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DnsResolverBody {
    pub(super) properties: DnsResolverProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct DnsResolverProperties {
    pub(super) virtual_network: IdBody,
}

/// An inbound endpoint of a resolver.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct InboundEndpointBody {
    pub(super) properties: InboundEndpointProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct InboundEndpointProperties {
    pub(super) ip_configurations: Vec<InboundConfiguration>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct InboundConfiguration {
    pub(super) private_ip_address: String,
}

/// A rule of a DNS forwarding rule set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ForwardingRuleBody {
    pub(super) properties: ForwardingRuleProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ForwardingRuleProperties {
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
#[serde(default)]
pub(super) struct RecordSetBody {
    pub(super) name: String,
    pub(super) r#type: String,
    pub(super) properties: RecordSetProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RecordSetProperties {
    pub(super) a_records: Vec<ARecordBody>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ARecordBody {
    pub(super) ipv4_address: String,
}

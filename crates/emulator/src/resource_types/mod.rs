//! Resource types. Each is a description ([`crate::world::type_info::TypeInfo`]) and, if needed, a
//! few hooks ([`ResourceType`]).

mod account;
mod address_prefix;
mod agent_subnet;
pub(crate) mod capability_host;
mod common;
mod container_registry;
pub(crate) mod cosmos;
mod cosmos_role;
mod deleted_account;
mod deployment;
mod dns_record;
mod dns_resolver;
mod dns_values;
mod dns_zone;
mod endpoint_address;
mod endpoint_check;
mod foundry_connection;
mod foundry_project;
mod host_roles;
mod hub_network;
pub(crate) mod identity;
mod insights;
mod isolation;
mod managed_endpoint;
mod managed_network;
mod monitor_scope;
mod network;
mod network_interface;
mod outbound_rule;
pub(crate) mod perimeter;
mod private_endpoint;
mod private_endpoint_connection;
mod private_link_target;
mod properties;
mod required_rules;
mod rule_body;
pub(crate) mod schema;
mod search;
pub(crate) mod shared_private_link;
mod storage;
mod subnet;
pub(crate) mod subresource;
mod vault;
mod versions;
mod virtual_network;
mod virtual_network_link;
mod workspace;
mod workspace_connection;
mod zone_group;

use std::sync::LazyLock;

use crate::world::resource_type::ResourceType;

pub(crate) use agent_subnet::release_due;
pub(crate) use capability_host::complete_late_hosts;
pub(crate) use dns_zone::escapes_slashes;
pub(crate) use monitor_scope::list_workspaces;
pub(crate) use private_endpoint_connection::show_on_endpoint;
use private_link_target::TARGETS;
pub(crate) use zone_group::write_late_records;

/// Returns every type of the emulator. Types with a module come first, because clients ask for them
/// most.
pub(crate) fn all() -> &'static [&'static dyn ResourceType] {
    static ALL: LazyLock<Vec<&dyn ResourceType>> = LazyLock::new(|| {
        let targets = TARGETS.iter().map(|target| target as &dyn ResourceType);
        let connections = TARGETS.iter().map(|target| &target.connections as &dyn ResourceType);
        let scopes: &dyn ResourceType = &*monitor_scope::CONNECTIONS;
        OWN.iter().copied().chain([scopes]).chain(targets).chain(connections).collect()
    });
    &ALL
}

/// Types that have a module.
static OWN: &[&dyn ResourceType] = &[
    &virtual_network::VirtualNetwork,
    &subnet::Subnet,
    &network_interface::NetworkInterface,
    &network::APPLICATION_SECURITY_GROUP,
    &network::NETWORK_SECURITY_GROUP,
    &network::ROUTE_TABLE,
    &private_endpoint::PrivateEndpoint,
    &zone_group::ZoneGroup,
    &dns_zone::DnsZone,
    &virtual_network_link::VirtualNetworkLink,
    &dns_record::A,
    &dns_record::AAAA,
    &dns_record::CNAME,
    &dns_record::MX,
    &dns_record::PTR,
    &dns_record::SOA,
    &dns_record::SRV,
    &dns_record::TXT,
    &dns_resolver::RESOLVER,
    &dns_resolver::INBOUND_ENDPOINT,
    &dns_resolver::OUTBOUND_ENDPOINT,
    &dns_resolver::RULESET,
    &dns_resolver::RULE,
    &dns_resolver::LINK,
    &perimeter::PERIMETER,
    &perimeter::PROFILE,
    &perimeter::ACCESS_RULE,
    &perimeter::ASSOCIATION,
    &workspace::Workspace,
    &workspace_connection::WorkspaceConnection,
    &account::Account,
    &managed_network::ManagedNetwork,
    &outbound_rule::OF_ACCOUNT,
    &outbound_rule::OF_WORKSPACE,
    &deployment::Deployment,
    &foundry_project::FoundryProject,
    &foundry_connection::OF_ACCOUNT,
    &foundry_connection::OF_PROJECT,
    &capability_host::OF_ACCOUNT,
    &capability_host::OF_PROJECT,
    &storage::Storage,
    &vault::Vault,
    &container_registry::ContainerRegistry,
    &search::Search,
    &shared_private_link::SharedPrivateLink,
    &insights::Insights,
    &monitor_scope::MonitorScope,
    &monitor_scope::ScopedResource,
    &cosmos::Cosmos,
    &cosmos_role::DEFINITIONS,
    &cosmos_role::ASSIGNMENTS,
    &private_endpoint_connection::OF_WORKSPACE,
    &private_endpoint_connection::OF_ACCOUNT,
    &private_endpoint_connection::OF_STORAGE,
    &private_endpoint_connection::OF_VAULT,
    &private_endpoint_connection::OF_REGISTRY,
    &private_endpoint_connection::OF_SEARCH,
    &private_endpoint_connection::OF_COSMOS,
];

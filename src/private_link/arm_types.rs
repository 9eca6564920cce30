//! Resource types of ARM that several modules use, with their API versions. The API version is that
//! of azurerm 5.2, which every cloud has, unless a comment says otherwise.

/// A resource type of ARM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArmType {
    /// Name of the type, such as `Microsoft.Network/privateEndpoints`.
    pub name: &'static str,
    /// API version of requests.
    pub api_version: &'static str,
}

const fn network(name: &'static str) -> ArmType {
    ArmType { name, api_version: "2025-01-01" }
}

const fn private_dns(name: &'static str) -> ArmType {
    ArmType { name, api_version: "2024-06-01" }
}

/// Private endpoints. Older API versions do not show `ipVersionType` (recorded).
pub const PRIVATE_ENDPOINT: ArmType =
    ArmType { name: "Microsoft.Network/privateEndpoints", api_version: "2025-03-01" };

/// Private DNS zone groups of private endpoints.
pub const PRIVATE_DNS_ZONE_GROUP: ArmType =
    network("Microsoft.Network/privateEndpoints/privateDnsZoneGroups");

/// Network interfaces.
pub const NETWORK_INTERFACE: ArmType = network("Microsoft.Network/networkInterfaces");

/// Resource groups, with azurerm's API version.
pub const RESOURCE_GROUP: ArmType =
    ArmType { name: "Microsoft.Resources/resourceGroups", api_version: "2021-04-01" };

/// Virtual networks.
pub const VIRTUAL_NETWORK: ArmType = network("Microsoft.Network/virtualNetworks");

/// Subnets of virtual networks.
pub const SUBNET: ArmType = network("Microsoft.Network/virtualNetworks/subnets");

/// Application security groups.
pub const APPLICATION_SECURITY_GROUP: ArmType =
    network("Microsoft.Network/applicationSecurityGroups");

/// Private DNS zones.
pub const PRIVATE_DNS_ZONE: ArmType = private_dns("Microsoft.Network/privateDnsZones");

/// Links of private DNS zones to virtual networks.
pub const VIRTUAL_NETWORK_LINK: ArmType =
    private_dns("Microsoft.Network/privateDnsZones/virtualNetworkLinks");

const fn resolver(name: &'static str) -> ArmType {
    ArmType { name, api_version: "2022-07-01" }
}

/// Azure DNS Private Resolvers.
pub const DNS_RESOLVER: ArmType = resolver("Microsoft.Network/dnsResolvers");

/// DNS forwarding rule sets.
pub const DNS_FORWARDING_RULESET: ArmType = resolver("Microsoft.Network/dnsForwardingRulesets");

/// Workspaces: hubs, and the projects in them.
pub const WORKSPACE: ArmType =
    ArmType { name: "Microsoft.MachineLearningServices/workspaces", api_version: "2025-06-01" };

/// Storage accounts.
pub const STORAGE_ACCOUNT: ArmType =
    ArmType { name: "Microsoft.Storage/storageAccounts", api_version: "2025-08-01" };

/// Key vaults.
pub const KEY_VAULT: ArmType =
    ArmType { name: "Microsoft.KeyVault/vaults", api_version: "2026-02-01" };

/// Container registries.
pub const CONTAINER_REGISTRY: ArmType =
    ArmType { name: "Microsoft.ContainerRegistry/registries", api_version: "2025-11-01" };

const fn cognitive(name: &'static str) -> ArmType {
    ArmType { name, api_version: "2026-03-01" }
}

/// AI services accounts.
pub const AI_SERVICES_ACCOUNT: ArmType = cognitive("Microsoft.CognitiveServices/accounts");

/// Projects of Foundry accounts.
pub const FOUNDRY_PROJECT: ArmType = cognitive("Microsoft.CognitiveServices/accounts/projects");

/// Connections of Foundry accounts.
pub const ACCOUNT_CONNECTION: ArmType =
    cognitive("Microsoft.CognitiveServices/accounts/connections");

/// Connections of Foundry projects.
pub const PROJECT_CONNECTION: ArmType =
    cognitive("Microsoft.CognitiveServices/accounts/projects/connections");

/// Capability hosts of Foundry accounts.
pub const ACCOUNT_CAPABILITY_HOST: ArmType =
    cognitive("Microsoft.CognitiveServices/accounts/capabilityHosts");

/// Capability hosts of Foundry projects.
pub const PROJECT_CAPABILITY_HOST: ArmType =
    cognitive("Microsoft.CognitiveServices/accounts/projects/capabilityHosts");

const fn managed_network(name: &'static str) -> ArmType {
    ArmType { name, api_version: "2026-05-01" }
}

/// Managed networks of Foundry accounts. Their DELETE exists since 2026-03-01, and so in this
/// version.
pub const MANAGED_NETWORK: ArmType =
    managed_network("Microsoft.CognitiveServices/accounts/managedNetworks");

/// Outbound rules of the managed networks of Foundry accounts.
pub const ACCOUNT_OUTBOUND_RULE: ArmType =
    managed_network("Microsoft.CognitiveServices/accounts/managedNetworks/outboundRules");

/// Outbound rules of the managed networks of hubs.
pub const HUB_OUTBOUND_RULE: ArmType =
    managed_network("Microsoft.MachineLearningServices/workspaces/outboundRules");

/// Cosmos DB accounts.
pub const COSMOS_DB_ACCOUNT: ArmType =
    ArmType { name: "Microsoft.DocumentDB/databaseAccounts", api_version: "2026-03-15" };

/// Application Insights components.
pub const APPLICATION_INSIGHTS: ArmType =
    ArmType { name: "Microsoft.Insights/components", api_version: "2020-02-02" };

const fn search(name: &'static str) -> ArmType {
    ArmType { name, api_version: "2025-05-01" }
}

/// Search services.
pub const SEARCH_SERVICE: ArmType = search("Microsoft.Search/searchServices");

/// Shared private links of search services.
pub const SHARED_PRIVATE_LINK: ArmType =
    search("Microsoft.Search/searchServices/sharedPrivateLinkResources");

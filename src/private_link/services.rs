//! The table of services: one row for each type of resource that private endpoints reach.
//!
//! A row is plain data, and every part of it that a type may lack is an `Option` or a list that may
//! be empty: a new type is a new row. Sources: Microsoft's table of private DNS zone values, and
//! for the workspace its custom DNS page.

use super::arm_types::{self, ArmType};
use super::dns_zones::{self, DnsSuffix, ServiceZone};
use super::environment::Environment;
use super::network_rules::{AddressRules, Bypass, PublicAccess, THREE, TWO};
use azure::id::ResourceId;

/// A type of resource that private endpoints reach.
#[derive(Debug)]
pub struct Service {
    /// Its type, with the API version of the resource and of its private link resources.
    pub arm_type: ArmType,
    /// What people call a resource of it.
    pub label: &'static str,
    /// Its group IDs, which azurerm calls subresource names.
    pub groups: &'static [GroupId],
    /// Its private endpoint connections; `None` for a type that shows none.
    pub connections: Option<ArmType>,
    /// Its public network access flag; `None` for a type without one.
    pub public_access: Option<PublicAccess>,
    /// What a resource must have before private endpoints work with it.
    pub prerequisite: Option<Prerequisite>,
    /// What it is to a workspace; `None` for a type that is none of its default resources.
    pub workspace_role: Option<WorkspaceRole>,
}

/// A part of a service that private endpoints reach.
#[derive(Debug)]
pub struct GroupId {
    /// ARM's name of it.
    pub name: &'static str,
    /// The private DNS zones of its names.
    pub zones: &'static [ServiceZone],
    /// Addresses that an endpoint to it takes at least.
    pub min_addresses: usize,
}

/// What a resource must have before private endpoints work with it.
#[derive(Debug)]
pub enum Prerequisite {
    /// A SKU with private link.
    Sku(SkuRule),
    /// A subdomain of its own.
    CustomSubdomain,
    /// This property is not `true`: it is a legacy switch that lets the public in.
    NoLegacyAccess {
        /// Its name below `properties`.
        property: &'static str,
    },
}

/// Which SKUs of a service have private link.
#[derive(Debug)]
pub struct SkuRule {
    /// Those that have it, in any casing; `None` where all others do.
    pub with: Option<&'static [&'static str]>,
    /// Those that do not have it, in any casing.
    pub without: &'static [&'static str],
    /// The least that has it.
    pub least: &'static str,
    /// What to do about another; `{id}` stands for the resource.
    pub remedy: &'static str,
}

/// What a resource is to a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkspaceRole {
    /// The word for it in an attribute.
    pub word: &'static str,
    /// The group IDs that the workspace and its users need.
    pub groups: &'static [&'static str],
    /// Where the workspace names it.
    pub named_by: WorkspaceReference,
}

/// Where a workspace names a resource that it works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkspaceReference {
    /// Nowhere: it is the workspace.
    Itself,
    /// In this property.
    Property(&'static str),
    /// In its connections of this category.
    Connection(&'static str),
}

const fn connections(name: &'static str, parent: ArmType) -> Option<ArmType> {
    Some(ArmType { name, api_version: parent.api_version })
}

const fn group(name: &'static str, zones: &'static [ServiceZone]) -> GroupId {
    GroupId { name, zones, min_addresses: 1 }
}

static SERVICES: &[Service] = &TABLE;

const TABLE: [Service; 6] = [
    Service {
        arm_type: arm_types::WORKSPACE,
        label: "a workspace",
        groups: &[GroupId {
            name: "amlworkspace",
            zones: &[dns_zones::WORKSPACE_API, dns_zones::NOTEBOOKS],
            min_addresses: 3,
        }],
        connections: connections(
            "Microsoft.MachineLearningServices/workspaces/privateEndpointConnections",
            arm_types::WORKSPACE,
        ),
        public_access: Some(PublicAccess {
            values: TWO,
            acl: None,
            bypass: Bypass::Nowhere,
            default_action: false,
            subnets: false,
            tasks: false,
            addresses: AddressRules::Allowlist { api_version: "2025-07-01-preview" },
            longest_prefix: 32,
        }),
        prerequisite: Some(Prerequisite::NoLegacyAccess {
            property: "allowPublicAccessWhenBehindVnet",
        }),
        workspace_role: Some(WorkspaceRole {
            word: "hub",
            groups: &["amlworkspace"],
            named_by: WorkspaceReference::Itself,
        }),
    },
    Service {
        arm_type: arm_types::STORAGE_ACCOUNT,
        label: "a storage account",
        groups: &[
            group("blob", &[dns_zones::BLOB]),
            group("blob_secondary", &[dns_zones::BLOB]),
            group("table", &[dns_zones::TABLE]),
            group("table_secondary", &[dns_zones::TABLE]),
            group("queue", &[dns_zones::QUEUE]),
            group("queue_secondary", &[dns_zones::QUEUE]),
            group("file", &[dns_zones::FILE]),
            group("web", &[dns_zones::WEB]),
            group("web_secondary", &[dns_zones::WEB]),
            group("dfs", &[dns_zones::DFS]),
            group("dfs_secondary", &[dns_zones::DFS]),
        ],
        connections: connections(
            "Microsoft.Storage/storageAccounts/privateEndpointConnections",
            arm_types::STORAGE_ACCOUNT,
        ),
        public_access: Some(PublicAccess {
            values: THREE,
            acl: Some("networkAcls"),
            bypass: Bypass::Words,
            default_action: true,
            subnets: true,
            tasks: false,
            addresses: AddressRules::Actions,
            longest_prefix: 30,
        }),
        prerequisite: None,
        workspace_role: Some(WorkspaceRole {
            word: "storage",
            groups: &["blob", "file"],
            named_by: WorkspaceReference::Property("storageAccount"),
        }),
    },
    Service {
        arm_type: arm_types::KEY_VAULT,
        label: "a key vault",
        groups: &[group("vault", &[dns_zones::VAULT])],
        connections: connections(
            "Microsoft.KeyVault/vaults/privateEndpointConnections",
            arm_types::KEY_VAULT,
        ),
        public_access: Some(PublicAccess {
            values: THREE,
            acl: Some("networkAcls"),
            bypass: Bypass::Word,
            default_action: true,
            subnets: true,
            tasks: false,
            addresses: AddressRules::Values,
            longest_prefix: 32,
        }),
        prerequisite: None,
        workspace_role: Some(WorkspaceRole {
            word: "key_vault",
            groups: &["vault"],
            named_by: WorkspaceReference::Property("keyVault"),
        }),
    },
    Service {
        arm_type: arm_types::CONTAINER_REGISTRY,
        label: "a container registry",
        groups: &[GroupId { name: "registry", zones: &[dns_zones::REGISTRY], min_addresses: 2 }],
        connections: connections(
            "Microsoft.ContainerRegistry/registries/privateEndpointConnections",
            arm_types::CONTAINER_REGISTRY,
        ),
        public_access: Some(PublicAccess {
            values: TWO,
            acl: Some("networkRuleSet"),
            bypass: Bypass::Property("networkRuleBypassOptions"),
            default_action: true,
            subnets: false,
            tasks: true,
            addresses: AddressRules::Actions,
            longest_prefix: 32,
        }),
        prerequisite: Some(Prerequisite::Sku(SkuRule {
            with: Some(&["Premium"]),
            without: &[],
            least: "Premium",
            remedy: "Upgrade it: az acr update --ids {id} --sku Premium",
        })),
        workspace_role: Some(WorkspaceRole {
            word: "container_registry",
            groups: &["registry"],
            named_by: WorkspaceReference::Property("containerRegistry"),
        }),
    },
    Service {
        arm_type: arm_types::AI_SERVICES_ACCOUNT,
        label: "an AI services account",
        groups: &[group(
            "account",
            &[dns_zones::COGNITIVE_SERVICES, dns_zones::OPENAI, dns_zones::AI_SERVICES],
        )],
        connections: connections(
            "Microsoft.CognitiveServices/accounts/privateEndpointConnections",
            arm_types::AI_SERVICES_ACCOUNT,
        ),
        public_access: Some(PublicAccess {
            values: TWO,
            acl: Some("networkAcls"),
            bypass: Bypass::Word,
            default_action: true,
            subnets: true,
            tasks: false,
            addresses: AddressRules::Values,
            longest_prefix: 32,
        }),
        prerequisite: Some(Prerequisite::CustomSubdomain),
        workspace_role: Some(WorkspaceRole {
            word: "ai_services",
            groups: &["account"],
            named_by: WorkspaceReference::Connection("AIServices"),
        }),
    },
    Service {
        arm_type: arm_types::SEARCH_SERVICE,
        label: "a search service",
        groups: &[group("searchService", &[dns_zones::SEARCH])],
        connections: connections(
            "Microsoft.Search/searchServices/privateEndpointConnections",
            arm_types::SEARCH_SERVICE,
        ),
        public_access: Some(PublicAccess {
            values: THREE,
            acl: Some("networkRuleSet"),
            bypass: Bypass::Word,
            default_action: false,
            subnets: false,
            tasks: false,
            addresses: AddressRules::Values,
            longest_prefix: 32,
        }),
        prerequisite: Some(Prerequisite::Sku(SkuRule {
            with: None,
            without: &["free"],
            least: "basic",
            remedy: "A free service cannot be upgraded: make one of the SKU basic or higher.",
        })),
        workspace_role: Some(WorkspaceRole {
            word: "search",
            groups: &["searchService"],
            named_by: WorkspaceReference::Connection("CognitiveSearch"),
        }),
    },
];

/// The names that an expression gives for rows of the table, as a constant.
macro_rules! names_of_rows {
    ($row:ident => $name:expr) => {{
        const ALL: [Option<&str>; TABLE.len()] = {
            let mut names = [None; TABLE.len()];
            let mut index = 0;
            while index < TABLE.len() {
                let $row = &TABLE[index];
                names[index] = $name;
                index += 1;
            }
            names
        };
        const COUNT: usize = {
            let (mut count, mut index) = (0, 0);
            while index < ALL.len() {
                count += ALL[index].is_some() as usize;
                index += 1;
            }
            count
        };
        const NAMES: [&str; COUNT] = {
            let mut names = [""; COUNT];
            let (mut count, mut index) = (0, 0);
            while index < ALL.len() {
                if let Some(name) = ALL[index] {
                    names[count] = name;
                    count += 1;
                }
                index += 1;
            }
            names
        };
        &NAMES
    }};
}

/// The types of the table.
pub const TYPES: &[&str] = names_of_rows!(row => Some(row.arm_type.name));

/// The types that have a public network access flag.
pub const PUBLIC_ACCESS_TYPES: &[&str] =
    names_of_rows!(row => if row.public_access.is_some() { Some(row.arm_type.name) } else { None });

/// The types of private endpoint connections.
pub const CONNECTION_TYPES: &[&str] = names_of_rows!(row => match row.connections {
    Some(ty) => Some(ty.name),
    None => None,
});

/// Every service.
pub fn services() -> impl Iterator<Item = &'static Service> {
    SERVICES.iter()
}

/// The service of that type, in any casing.
pub fn service(ty: &str) -> Option<&'static Service> {
    services().find(|service| service.arm_type.name.eq_ignore_ascii_case(ty))
}

/// The service that a resource is of.
pub fn service_of(id: &ResourceId) -> Option<&'static Service> {
    services().find(|service| id.is_type(service.arm_type.name))
}

/// The public network access flag of a resource, if its type has one.
pub fn public_access_of(id: &ResourceId) -> Option<&'static PublicAccess> {
    service_of(id)?.public_access.as_ref()
}

impl Service {
    /// Its group IDs.
    pub fn group_ids(&self) -> Vec<&'static str> {
        self.groups.iter().map(|group| group.name).collect()
    }

    /// The private DNS zones of a group in a cloud; `None` where it has no such group.
    pub fn zones(&self, group: &str, environment: Environment) -> Option<Vec<&'static str>> {
        let group = self.groups.iter().find(|it| it.name.eq_ignore_ascii_case(group))?;
        let zones = group.zones.iter().filter_map(|zone| zone.in_cloud(environment));
        Some(zones.map(|suffix| suffix.zone).collect())
    }

    /// Addresses that an endpoint to it takes at least.
    pub fn min_addresses(&self) -> usize {
        self.groups.iter().map(|group| group.min_addresses).min().unwrap_or(1)
    }
}

/// Every public suffix with its private zone, and the cloud of both. One may occur twice.
pub fn every_suffix() -> impl Iterator<Item = (Environment, DnsSuffix)> {
    let groups = services().flat_map(|service| service.groups);
    groups.flat_map(|group| group.zones).flat_map(ServiceZone::in_every_cloud)
}

/// Types that have a group with that zone, in any cloud.
pub fn types_with_zone(zone: &str) -> Vec<String> {
    let is_it = |(_, suffix): (Environment, DnsSuffix)| suffix.zone.eq_ignore_ascii_case(zone);
    let has = |service: &&Service| {
        let zones = service.groups.iter().flat_map(|group| group.zones);
        zones.flat_map(ServiceZone::in_every_cloud).any(is_it)
    };
    services().filter(has).map(|service| service.arm_type.name.to_owned()).collect()
}

//! Table of services: one row for each resource type that private endpoints can connect to.
//!
//! The rows come from the [`catalogue`]. To add a type, add a row there.

use super::arm_types::{ArmType, WORKSPACE};
use super::catalogue::{self, Row};
use super::dns_zones::{DnsSuffix, is_zone};
use super::environment::Environment;
use azure::id::ResourceId;
use std::sync::LazyLock;

/// A resource type that private endpoints can connect to.
#[derive(Debug)]
pub struct Service {
    /// Type, with the API version of the resource and of its private link resources.
    pub arm_type: ArmType,
    /// Name of a resource in messages, with its article.
    pub label: &'static str,
    /// Group IDs, which azurerm calls subresource names.
    pub groups: Vec<GroupId>,
    /// Type of its private endpoint connections; `None` if the type shows none.
    pub connections: Option<ArmType>,
    /// Requirement of a resource for private endpoints.
    pub prerequisite: Option<Prerequisite>,
    /// Role for a workspace; `None` if the type is none of its default resources.
    pub workspace_role: Option<WorkspaceRole>,
    /// Role for a Foundry account whose connections refer to it; `None` if it is not assessed.
    pub foundry_role: Option<Role>,
}

/// A subresource of a service.
#[derive(Debug)]
pub struct GroupId {
    /// Name in ARM; `?` if unknown, `{name}` if the caller chooses it.
    pub name: &'static str,
    /// Suffixes of its names with their zones, in the order of [`Environment::ALL`].
    suffixes: [Vec<DnsSuffix>; 3],
    /// If `true`, Microsoft publishes the zones or a recording shows them, in the order of
    /// [`Environment::ALL`]. Otherwise the zones are unconfirmed.
    confirmed: [bool; 3],
    /// Minimum number of addresses of an endpoint.
    pub min_addresses: usize,
}

/// Requirement of a resource for private endpoints.
#[derive(Debug)]
pub enum Prerequisite {
    /// The SKU must support private link.
    Sku(SkuRule),
    /// The account must have a custom subdomain.
    CustomSubdomain,
    /// This legacy property, which allows public access, must not be `true`.
    NoLegacyAccess {
        /// Name in `properties`.
        property: &'static str,
    },
}

/// SKUs of a service that support private link.
#[derive(Debug)]
pub struct SkuRule {
    /// The only SKU with support, in any case; `None` if all others have it.
    pub with: Option<&'static str>,
    /// A SKU without support, in any case.
    pub without: Option<&'static str>,
    /// The lowest SKU with support.
    pub least: &'static str,
    /// Next step for another SKU; `{id}` stands for the resource.
    pub remedy: &'static str,
}

/// Role of a resource for a workspace or a Foundry account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// Value in attributes.
    pub word: &'static str,
    /// Group IDs that the workspace or account and its users need, separated by blanks.
    groups: &'static str,
}

/// Role of a resource for a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkspaceRole {
    /// The role.
    pub role: Role,
    /// Place where the workspace refers to the resource.
    pub named_by: WorkspaceReference,
}

impl Role {
    /// A project of a hub or account, whose network it shares.
    pub const PROJECT: Self = Self { word: "project", groups: "" };

    /// A Foundry account.
    pub const ACCOUNT: Self = Self { word: "account", groups: "account" };

    /// A private link scope of Azure Monitor, for telemetry.
    pub const MONITOR_SCOPE: Self = Self { word: "private_link_scope", groups: "azuremonitor" };

    /// Returns the group IDs that the workspace or account and its users need.
    pub fn groups(&self) -> impl Iterator<Item = &'static str> {
        self.groups.split(' ').filter(|group| !group.is_empty())
    }
}

/// Place where a workspace refers to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkspaceReference {
    /// The resource is the workspace.
    Itself,
    /// A property.
    Property(&'static str),
    /// Connections of this category.
    Connection(&'static str),
}

static SERVICES: LazyLock<Vec<Service>> = LazyLock::new(|| {
    let mut services: Vec<Service> = catalogue::types().map(|row| Service::of(&row)).collect();
    for row in catalogue::groups() {
        let ty = row.cell("type");
        if let Some(service) = services.iter_mut().find(|it| it.arm_type.name == ty) {
            service.groups.push(GroupId::of(&row));
        }
    }
    services
});

/// Returns the requirement of a type.
fn prerequisite(row: &Row) -> Option<Prerequisite> {
    let (need, of) = row.cell("needs").split_once(' ').unwrap_or((row.cell("needs"), ""));
    let sku = |with, without| {
        let (least, remedy) = (row.cell("least_sku"), row.cell("remedy"));
        Prerequisite::Sku(SkuRule { with, without, least, remedy })
    };
    Some(match need {
        "sku" => sku(Some(of), None),
        "not_sku" => sku(None, Some(of)),
        "subdomain" => Prerequisite::CustomSubdomain,
        "not_true" => Prerequisite::NoLegacyAccess { property: of },
        _ => return None,
    })
}

/// Returns the role of a type for a workspace.
fn workspace_role(row: &Row) -> Option<WorkspaceRole> {
    let reference = row.cell("workspace_reference");
    let named_by = match reference.split_once(' ') {
        Some(("property", name)) => WorkspaceReference::Property(name),
        Some(("connection", category)) => WorkspaceReference::Connection(category),
        _ => WorkspaceReference::Itself,
    };
    let groups = row.cell("workspace_groups");
    let role = |word| WorkspaceRole { role: Role { word, groups }, named_by };
    row.given("workspace_role").map(role)
}

/// Returns the role of a type for a Foundry account whose connections refer to it.
fn foundry_role(row: &Row) -> Option<Role> {
    let (word, groups) = row.cell("foundry_role").split_once(' ')?;
    Some(Role { word, groups })
}

/// Returns the types of the catalog.
pub fn types() -> &'static [&'static str] {
    static TYPES: LazyLock<Vec<&str>> =
        LazyLock::new(|| services().map(|it| it.arm_type.name).collect());
    &TYPES
}

/// Returns the types of private endpoint connections.
pub fn connection_types() -> &'static [&'static str] {
    static TYPES: LazyLock<Vec<&str>> =
        LazyLock::new(|| services().filter_map(|it| Some(it.connections?.name)).collect());
    &TYPES
}

/// Returns all services.
pub fn services() -> impl Iterator<Item = &'static Service> {
    SERVICES.iter()
}

/// Returns the service of a type, in any case.
pub fn service(ty: &str) -> Option<&'static Service> {
    services().find(|service| service.arm_type.name.eq_ignore_ascii_case(ty))
}

/// Returns the service of a resource.
pub fn service_of(id: &ResourceId) -> Option<&'static Service> {
    service(&id.resource_type())
}

impl Service {
    fn of(row: &Row) -> Self {
        let name = row.cell("type");
        let connections = row
            .given("connections_type")
            .map(|name| ArmType { name, api_version: row.cell("connections_api_version") });
        Self {
            arm_type: ArmType { name, api_version: row.cell("api_version") },
            label: row.cell("label"),
            groups: Vec::new(),
            connections,
            prerequisite: prerequisite(row),
            workspace_role: workspace_role(row),
            foundry_role: foundry_role(row),
        }
    }

    /// Returns the known group IDs.
    pub fn group_ids(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.groups.iter().map(|group| group.name).collect();
        names.retain(|name| !["?", "-"].contains(name));
        names.dedup();
        names
    }

    /// Returns `true` if the catalog lists all groups: none is unknown, and the caller chooses
    /// none.
    pub fn has_known_groups(&self) -> bool {
        self.groups.iter().all(|group| !group.name.contains(['?', '{']))
    }

    /// Returns the rows of a group in any case: one for each set of SKUs.
    fn rows(&self, group: &str) -> impl Iterator<Item = &GroupId> {
        self.groups.iter().filter(move |row| match row.name.split_once('{') {
            Some((start, _)) => group.get(..start.len()).is_some_and(|it| it == start),
            None => row.name == "?" || row.name.eq_ignore_ascii_case(group),
        })
    }

    /// Returns ARM's spelling of a group ID.
    pub fn spelt<'a>(&self, group: &'a str) -> &'a str
    where
        'static: 'a,
    {
        let known = self.groups.iter().find(|it| it.name.eq_ignore_ascii_case(group));
        known.map_or(group, |known| known.name)
    }

    /// Returns the suffixes of a group in every cloud, with their zones.
    pub fn suffixes(&self, group: &str) -> impl Iterator<Item = (Environment, DnsSuffix)> {
        self.rows(group).flat_map(GroupId::in_every_cloud)
    }

    fn suffixes_in(&self, group: &str, cloud: Environment) -> impl Iterator<Item = DnsSuffix> {
        self.rows(group).flat_map(move |row| row.suffixes[cloud as usize].iter().copied())
    }

    /// Returns the private DNS zones that a group needs in a cloud, as patterns: those that every
    /// resource needs, otherwise all zones of which a resource needs one. `None` if the service has
    /// no such group, or no zone is published for the cloud.
    pub fn zones(&self, group: &str, environment: Environment) -> Option<Vec<&'static str>> {
        let mut suffixes: Vec<DnsSuffix> = self.suffixes_in(group, environment).collect();
        if suffixes.iter().any(|suffix| suffix.required) {
            suffixes.retain(|suffix| suffix.required);
        }
        let mut zones: Vec<&str> = suffixes.into_iter().map(|suffix| suffix.zone).collect();
        zones.dedup();
        Some(zones).filter(|zones| !zones.is_empty())
    }

    /// Returns the public suffixes of a group in a cloud, as patterns.
    pub fn public_suffixes(&self, group: &str, environment: Environment) -> Vec<&'static str> {
        let mut found = Vec::new();
        for DnsSuffix { public, .. } in self.suffixes_in(group, environment) {
            if !public.is_empty() && !found.contains(&public) {
                found.push(public);
            }
        }
        found
    }

    /// Returns `true` if the zones of a group in a cloud are confirmed.
    pub fn is_confirmed(&self, group: &str, environment: Environment) -> bool {
        self.rows(group).all(|row| row.confirmed[environment as usize])
    }

    /// Returns the minimum number of addresses of an endpoint.
    pub fn min_addresses(&self) -> usize {
        self.groups.iter().map(|group| group.min_addresses).min().unwrap_or(1)
    }
}

impl GroupId {
    fn of(row: &Row) -> Self {
        let suffixes = ["zones_public", "zones_us_government", "zones_china"];
        let confidence = ["confidence_public", "confidence_us_government", "confidence_china"];
        let confirmed = |column: &str| ["docs", "spec", "recording"].contains(&row.cell(column));
        Self {
            name: row.cell("group"),
            suffixes: suffixes.map(|column| DnsSuffix::parse(row.cell(column)).collect()),
            confirmed: confidence.map(confirmed),
            min_addresses: row.cell("min_addresses").parse().unwrap_or(1),
        }
    }

    fn in_every_cloud(&self) -> impl Iterator<Item = (Environment, DnsSuffix)> {
        let clouds = Environment::ALL.into_iter().zip(&self.suffixes);
        clouds.flat_map(|(cloud, listed)| listed.iter().map(move |suffix| (cloud, *suffix)))
    }
}

/// Returns every public suffix with its private zone and its cloud. A suffix may occur twice.
pub fn every_suffix() -> impl Iterator<Item = (Environment, DnsSuffix)> {
    services().flat_map(|service| &service.groups).flat_map(GroupId::in_every_cloud)
}

/// Returns the suffixes of the workspace API and of notebooks in a cloud.
pub fn workspace_suffixes(environment: Environment) -> Option<(DnsSuffix, DnsSuffix)> {
    let group = service(WORKSPACE.name)?.groups.first()?;
    match group.suffixes[environment as usize][..] {
        [api, notebooks] => Some((api, notebooks)),
        _ => None,
    }
}

/// Returns the types that have a group with this zone, in any cloud.
pub fn types_with_zone(zone: &str) -> Vec<String> {
    let has = |service: &&Service| {
        let mut suffixes = service.groups.iter().flat_map(GroupId::in_every_cloud);
        suffixes.any(|(_, suffix)| is_zone(suffix.zone, zone))
    };
    services().filter(has).map(|service| service.arm_type.name.to_owned()).collect()
}

//! The table of services: one row for each type of resource that private endpoints reach.
//!
//! All of it is read from the [`catalogue`]: a new type is a new row there.

use super::arm_types::{ArmType, WORKSPACE};
use super::catalogue::{self, Row};
use super::dns_zones::{DnsSuffix, is_zone};
use super::environment::Environment;
use azure::id::ResourceId;
use std::sync::LazyLock;

/// A type of resource that private endpoints reach.
#[derive(Debug)]
pub struct Service {
    /// Its type, with the API version of the resource and of its private link resources.
    pub arm_type: ArmType,
    /// What people call a resource of it.
    pub label: &'static str,
    /// Its group IDs, which azurerm calls subresource names.
    pub groups: Vec<GroupId>,
    /// Its private endpoint connections; `None` for a type that shows none.
    pub connections: Option<ArmType>,
    /// What a resource must have before private endpoints work with it.
    pub prerequisite: Option<Prerequisite>,
    /// What it is to a workspace; `None` for a type that is none of its default resources.
    pub workspace_role: Option<WorkspaceRole>,
    /// What it is to a Foundry account whose connections name it; `None` where that is not judged.
    pub foundry_role: Option<Role>,
}

/// A part of a service that private endpoints reach.
#[derive(Debug)]
pub struct GroupId {
    /// ARM's name of it; `?` where it is not known, `{name}` where the caller names it.
    pub name: &'static str,
    /// The suffixes of its names and their zones, in the order of [`Environment::ALL`].
    suffixes: [Vec<DnsSuffix>; 3],
    /// Whether Microsoft publishes the zones, or a recording shows them, in the order of
    /// [`Environment::ALL`]; else they are hearsay.
    confirmed: [bool; 3],
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
    /// The only one that has it, in any casing; `None` where all others do.
    pub with: Option<&'static str>,
    /// One that does not have it, in any casing.
    pub without: Option<&'static str>,
    /// The least that has it.
    pub least: &'static str,
    /// What to do about another; `{id}` stands for the resource.
    pub remedy: &'static str,
}

/// What a resource is to a workspace or to a Foundry account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// The word for it in an attribute.
    pub word: &'static str,
    /// The group IDs that the other and its users need, with blanks between.
    groups: &'static str,
}

/// What a resource is to a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkspaceRole {
    /// That.
    pub role: Role,
    /// Where the workspace names it.
    pub named_by: WorkspaceReference,
}

impl Role {
    /// A project, to its hub or account, whose network it has.
    pub const PROJECT: Self = Self { word: "project", groups: "" };

    /// A Foundry account itself.
    pub const ACCOUNT: Self = Self { word: "account", groups: "account" };

    /// A private link scope of Azure Monitor, to what sends telemetry.
    pub const MONITOR_SCOPE: Self = Self { word: "private_link_scope", groups: "azuremonitor" };

    /// The group IDs that the other and its users need.
    pub fn groups(&self) -> impl Iterator<Item = &'static str> {
        self.groups.split(' ').filter(|group| !group.is_empty())
    }
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

/// What resources of a type must have.
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

/// What resources of a type are to a workspace.
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

/// What resources of a type are to a Foundry account whose connections name them.
fn foundry_role(row: &Row) -> Option<Role> {
    let (word, groups) = row.cell("foundry_role").split_once(' ')?;
    Some(Role { word, groups })
}

/// The types of the catalogue.
pub fn types() -> &'static [&'static str] {
    static TYPES: LazyLock<Vec<&str>> =
        LazyLock::new(|| services().map(|it| it.arm_type.name).collect());
    &TYPES
}

/// The types of private endpoint connections.
pub fn connection_types() -> &'static [&'static str] {
    static TYPES: LazyLock<Vec<&str>> =
        LazyLock::new(|| services().filter_map(|it| Some(it.connections?.name)).collect());
    &TYPES
}

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

    /// Its group IDs, as far as they are known.
    pub fn group_ids(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.groups.iter().map(|group| group.name).collect();
        names.retain(|name| !["?", "-"].contains(name));
        names.dedup();
        names
    }

    /// Whether the catalogue knows all of its groups: a caller names none, and none is missing.
    pub fn has_known_groups(&self) -> bool {
        self.groups.iter().all(|group| !group.name.contains(['?', '{']))
    }

    /// The rows of a group, in any casing: one for each set of SKUs.
    fn rows(&self, group: &str) -> impl Iterator<Item = &GroupId> {
        self.groups.iter().filter(move |row| match row.name.split_once('{') {
            Some((start, _)) => group.get(..start.len()).is_some_and(|it| it == start),
            None => row.name == "?" || row.name.eq_ignore_ascii_case(group),
        })
    }

    /// ARM's spelling of a group ID.
    pub fn spelt<'a>(&self, group: &'a str) -> &'a str
    where
        'static: 'a,
    {
        let known = self.groups.iter().find(|it| it.name.eq_ignore_ascii_case(group));
        known.map_or(group, |known| known.name)
    }

    /// The suffixes of a group in every cloud, with their zones.
    pub fn suffixes(&self, group: &str) -> impl Iterator<Item = (Environment, DnsSuffix)> {
        self.rows(group).flat_map(GroupId::in_every_cloud)
    }

    /// The private DNS zones that a group needs in a cloud, as patterns: those that every resource
    /// needs, else all of which a resource needs one. `None` where it has no such group, or none is
    /// published for the cloud.
    pub fn zones(&self, group: &str, environment: Environment) -> Option<Vec<&'static str>> {
        let suffixes = self.suffixes(group).filter(|(cloud, _)| *cloud == environment);
        let mut suffixes: Vec<DnsSuffix> = suffixes.map(|(_, suffix)| suffix).collect();
        if suffixes.iter().any(|suffix| suffix.required) {
            suffixes.retain(|suffix| suffix.required);
        }
        let mut zones: Vec<&str> = suffixes.into_iter().map(|suffix| suffix.zone).collect();
        zones.dedup();
        Some(zones).filter(|zones| !zones.is_empty())
    }

    /// The ends of the public names of a group in a cloud, as patterns.
    pub fn public_suffixes(&self, group: &str, environment: Environment) -> Vec<&'static str> {
        let suffixes = self.suffixes(group).filter(|(cloud, _)| *cloud == environment);
        let mut found = Vec::new();
        for (_, DnsSuffix { public, .. }) in suffixes {
            if !public.is_empty() && !found.contains(&public) {
                found.push(public);
            }
        }
        found
    }

    /// Whether the zones of a group in a cloud are more than hearsay.
    pub fn is_confirmed(&self, group: &str, environment: Environment) -> bool {
        self.rows(group).all(|row| row.confirmed[environment as usize])
    }

    /// Addresses that an endpoint to it takes at least.
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

/// Every public suffix with its private zone, and the cloud of both. One may occur twice.
pub fn every_suffix() -> impl Iterator<Item = (Environment, DnsSuffix)> {
    services().flat_map(|service| &service.groups).flat_map(GroupId::in_every_cloud)
}

/// The suffixes of a workspace's API and of its notebooks in a cloud.
pub fn workspace_suffixes(environment: Environment) -> Option<(DnsSuffix, DnsSuffix)> {
    let group = service(WORKSPACE.name)?.groups.first()?;
    match group.suffixes[environment as usize][..] {
        [api, notebooks] => Some((api, notebooks)),
        _ => None,
    }
}

/// Types that have a group with that zone, in any cloud.
pub fn types_with_zone(zone: &str) -> Vec<String> {
    let has = |service: &&Service| {
        let mut suffixes = service.groups.iter().flat_map(GroupId::in_every_cloud);
        suffixes.any(|(_, suffix)| is_zone(suffix.zone, zone))
    };
    services().filter(has).map(|service| service.arm_type.name.to_owned()).collect()
}

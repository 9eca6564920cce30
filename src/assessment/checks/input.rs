//! Input of the checks: what a resource plans. A value that is unknown in the plan is left out, and
//! its checks run once the value is known.

use azure::id::ResourceId;
use plugin::prelude::*;

/// A value and its attribute. Values compare equal whatever their attributes.
#[derive(Clone, Debug)]
pub struct ConfigValue<T> {
    /// The value.
    pub value: T,
    /// Path of the attribute.
    pub path: Path,
}

/// The plan of one resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckInput {
    /// A private endpoint that the plan creates.
    pub endpoint: Option<PlannedEndpoint>,
    /// Zones of a zone group.
    pub zones: Option<PlannedZones>,
    /// Name of a zone that the plan creates.
    pub zone: Option<ConfigValue<String>>,
    /// A link of a private DNS zone to a virtual network.
    pub link: Option<PlannedLink>,
    /// A Foundry account that the plan creates.
    pub account: Option<PlannedAccount>,
    /// The subnet for the agents of an account.
    pub agents: Option<PlannedAgents>,
    /// A connection of a Foundry account or project.
    pub connection: Option<PlannedConnection>,
    /// A setting of an existing resource.
    pub setting: Option<PlannedSetting>,
    /// A capability host that the plan creates.
    pub host: Option<PlannedHost>,
    /// An outbound rule of a managed network.
    pub rule: Option<PlannedRule>,
    /// Target of a connection that a resource approves.
    pub approves: Option<ConfigValue<ResourceId>>,
    /// A managed network whose isolation mode the plan sets.
    pub network: Option<PlannedNetwork>,
    /// A managed network whose isolation mode the configuration sets, whether or not the plan
    /// changes it.
    pub owned: Option<PlannedNetwork>,
    /// A private endpoint that the plan removes.
    pub removed_endpoint: Option<RemovedEndpoint>,
    /// IDs of the objects that the plan deletes with the resource.
    pub deletes: Vec<String>,
    /// Other resources that the configuration refers to.
    pub references: Vec<ConfigValue<ResourceId>>,
    /// Keys of tags that the service would accept and drop.
    pub forgotten_tags: Vec<String>,
}

/// A managed network whose isolation mode the plan sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedNetwork {
    /// The account or workspace that has it.
    pub parent: ConfigValue<ResourceId>,
    /// Isolation mode, if known.
    pub mode: Option<ConfigValue<String>>,
    /// If `true`, the block `managed_network` of the workspace sets the mode.
    pub block: bool,
}

/// A Foundry account that the plan creates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedAccount {
    /// ID of the object.
    pub id: ConfigValue<ResourceId>,
    /// Custom subdomain, if known.
    pub sub_domain: Option<ConfigValue<String>>,
    /// If `true`, Azure restores a deleted account of this name.
    pub restores: bool,
}

/// The subnet for the agents of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedAgents {
    /// The subnet.
    pub subnet: ConfigValue<ResourceId>,
    /// The account.
    pub account: Option<ResourceId>,
    /// Region of the account, if the configuration sets it.
    pub location: Option<String>,
    /// If `true`, a host or account that already holds the subnet may be restored or adopted.
    pub takes_over: bool,
}

/// A connection of a Foundry account or project to a resource of Azure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedConnection {
    /// ID of the object.
    pub id: ResourceId,
    /// ID of the resource.
    pub target: ResourceId,
}

/// A private endpoint that the plan removes, with its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedEndpoint {
    /// The endpoint.
    pub endpoint: ResourceId,
    /// ID of the service.
    pub target: ConfigValue<ResourceId>,
    /// Zones that hold its records.
    pub zones: Vec<ResourceId>,
}

/// A private endpoint that the plan creates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedEndpoint {
    /// Region of the endpoint.
    pub location: Option<ConfigValue<String>>,
    /// ID of the subnet.
    pub subnet: Option<ConfigValue<ResourceId>>,
    /// Target service.
    pub service: ServiceReference,
    /// If `true`, the service's owner approves the connection manually.
    pub manual: Option<bool>,
    /// The attribute that leaves the zone group to a policy, if set.
    pub policy: Option<Path>,
    /// Static IP addresses.
    pub addresses: Vec<StaticAddress>,
}

/// Target service of an endpoint, with its subresources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceReference {
    /// ID of the resource.
    pub target: Option<ConfigValue<ResourceId>>,
    /// Subresources (group IDs).
    pub groups: Option<ConfigValue<Vec<String>>>,
}

/// A static IP address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaticAddress {
    /// Name of the IP configuration.
    pub name: Option<String>,
    /// The IP address.
    pub address: Option<String>,
    /// Name of the member that has the address.
    pub member: Option<String>,
    /// Path of the block.
    pub path: Path,
}

/// Zones of a zone group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedZones {
    /// IDs of the zones; `None` for a zone that is unknown in the plan.
    pub ids: Vec<Option<ConfigValue<ResourceId>>>,
    /// Names of the zones in the group, if the configuration sets them.
    pub names: Vec<ConfigValue<String>>,
    /// Service whose records the zones hold.
    pub service: ServiceReference,
    /// The endpoint of the group, if the service is known only by its endpoint.
    pub endpoint: Option<ConfigValue<ResourceId>>,
    /// ID of the endpoint that has the group, if it already exists.
    pub owner: Option<ResourceId>,
    /// Path of the zones.
    pub path: Path,
}

/// A link of a private DNS zone to a virtual network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedLink {
    /// Name of the link.
    pub name: Option<String>,
    /// ID of the zone.
    pub zone: Option<ConfigValue<ResourceId>>,
    /// Name of the zone, which may be known while the zone's ID is not.
    pub zone_name: Option<String>,
    /// ID of the virtual network.
    pub network: Option<ConfigValue<ResourceId>>,
    /// The attribute that enables auto-registration, if it does.
    pub registers: Option<Path>,
}

/// A capability host that the plan creates. Its stores are in the order of
/// [`crate::assessment::foundry::STORES`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedHost {
    /// ID of the account or project.
    pub parent: Option<ConfigValue<ResourceId>>,
    /// Name of the connection to each store, if known.
    pub names: [Option<ConfigValue<String>>; 3],
}

/// An outbound rule of a managed network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedRule {
    /// ID of the account or hub that has the managed network.
    pub parent: Option<ConfigValue<ResourceId>>,
    /// Target service, for a rule to a private endpoint.
    pub service: ServiceReference,
    /// The attribute that sets the rule's destination, if known.
    pub by: Option<Path>,
    /// If `true`, the resource approves the connection of the rule.
    pub approves: Option<bool>,
}

/// A setting of an existing resource that the plan writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedSetting {
    /// ID of the resource.
    pub target: ConfigValue<ResourceId>,
    /// The attribute that disables public network access, if it does.
    pub closes: Option<Path>,
    /// If `true`, the setting enables public network access.
    pub opens: bool,
    /// If `true`, the configuration has a guard that can already run.
    pub guarded: bool,
    /// Network rules that the plan writes with the setting.
    pub rules: PlannedRules,
}

/// Network rules beside a public network access flag. `None` for a rule that the plan leaves
/// unchanged, or that is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedRules {
    /// Allowed addresses and ranges, as far as they are known.
    pub addresses: Option<ConfigValue<Vec<String>>>,
    /// IDs of the allowed subnets, as far as they are known.
    pub subnets: Option<ConfigValue<Vec<String>>>,
    /// The attribute that sets the services that bypass the rules.
    pub bypass: Option<Path>,
}

impl<T: PartialEq> PartialEq for ConfigValue<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for ConfigValue<T> {}

impl<T> ConfigValue<T> {
    /// Returns a value with its attribute.
    pub fn new(value: T, path: Path) -> Self {
        Self { value, path }
    }
}

impl ConfigValue<String> {
    /// Returns a string value, or `None` if it is unknown or null.
    pub fn text(value: &Value, path: Path) -> Option<Self> {
        value.as_str().map(|text| Self::new(text.to_owned(), path))
    }
}

impl ConfigValue<ResourceId> {
    /// Returns a resource ID, or `None` if the value is unknown, null, or not an ID.
    pub fn id(value: &Value, path: Path) -> Option<Self> {
        let id = ResourceId::parse(value.as_str()?).ok()?;
        Some(Self::new(id, path))
    }
}

impl ConfigValue<Vec<String>> {
    /// Returns the strings of a list, or `None` if any of them is unknown.
    pub fn texts(value: &Value, path: Path) -> Option<Self> {
        let texts = value.as_list()?.iter().map(|it| it.as_str().map(str::to_owned));
        Some(Self::new(texts.collect::<Option<_>>()?, path))
    }

    /// Returns the known strings of a list, or `None` if the list is unknown.
    pub fn known_texts(value: &Value, path: Path) -> Option<Self> {
        let texts = value.as_list()?.iter().filter_map(|it| it.as_str().map(str::to_owned));
        Some(Self::new(texts.collect(), path))
    }
}

impl ServiceReference {
    /// Returns the target of an endpoint, at the attribute that names the endpoint.
    pub fn of(target: Option<ResourceId>, groups: Vec<String>, path: &Path) -> Self {
        let target = target.map(|target| ConfigValue::new(target, path.clone()));
        Self { target, groups: Some(ConfigValue::new(groups, path.clone())) }
    }

    /// Returns the subresource, or `None` unless there is exactly one.
    pub fn group_id(&self) -> Option<&str> {
        match self.groups.as_ref()?.value.as_slice() {
            [group] => Some(group),
            _ => None,
        }
    }
}

impl PlannedZones {
    /// Returns the zones, or `None` if any of them is unknown.
    pub fn known(&self) -> Option<Vec<&ConfigValue<ResourceId>>> {
        self.ids.iter().map(Option::as_ref).collect()
    }

    /// Returns `true` if two groups have the same zones, in any order.
    fn is_same(&self, other: &Self) -> bool {
        let has = |zones: &Self, id: &Option<ConfigValue<ResourceId>>| {
            zones.ids.iter().any(|own| match (own, id) {
                (Some(own), Some(id)) => own.value == id.value,
                _ => false,
            })
        };
        self.ids.len() == other.ids.len() && self.ids.iter().all(|id| has(other, id))
    }
}

impl CheckInput {
    /// Returns the input of a resource that writes a setting of the resource with this ID.
    pub fn of_setting(id: &Value, named_by: &str, closes: Option<Path>) -> Self {
        let target = ConfigValue::id(id, Path::of(named_by));
        let (opens, guarded, rules) = (false, false, PlannedRules::default());
        let setting = target.map(|target| PlannedSetting { target, closes, opens, guarded, rules });
        Self { setting, ..Self::default() }
    }

    /// Returns only what is relevant to a destroy, which creates nothing.
    #[must_use]
    pub fn of_ends(self) -> Self {
        let Self { removed_endpoint, deletes, .. } = self;
        Self { removed_endpoint, deletes, ..Self::default() }
    }

    /// Returns only what differs from the state before the plan.
    #[must_use]
    pub fn beyond(mut self, before: &Self) -> Self {
        // What cannot change in place was checked when it was created.
        self.endpoint = None;
        self.host = None;
        self.zone = None;
        self.account = None;
        self.agents = None;
        self.approves = self.approves.filter(|it| before.approves.as_ref() != Some(it));
        self.network = self.network.filter(|it| before.network.as_ref() != Some(it));
        self.link = self.link.filter(|link| before.link.as_ref() != Some(link));
        let same =
            |zones: &PlannedZones| before.zones.as_ref().is_some_and(|own| own.is_same(zones));
        self.zones = self.zones.filter(|zones| !same(zones));
        self.references.retain(|it| !before.references.contains(it));
        self
    }
}

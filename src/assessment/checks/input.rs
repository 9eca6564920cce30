//! What a resource says of its plan to the checks. What is not known yet is left out, and what
//! needs it waits.

use azure::id::ResourceId;
use plugin::prelude::*;

/// A value, and where it stands. Equal values are equal wherever they stand.
#[derive(Clone, Debug)]
pub struct ConfigValue<T> {
    /// The value.
    pub value: T,
    /// The attribute.
    pub path: Path,
}

/// What a plan is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckInput {
    /// An endpoint to be made.
    pub endpoint: Option<PlannedEndpoint>,
    /// The zones of a zone group.
    pub zones: Option<PlannedZones>,
    /// The name of a zone to be made.
    pub zone: Option<ConfigValue<String>>,
    /// A link of a zone to a network.
    pub link: Option<PlannedLink>,
    /// A Foundry account to be made.
    pub account: Option<PlannedAccount>,
    /// The subnet that an account's agents are to run in.
    pub agents: Option<PlannedAgents>,
    /// A connection of a Foundry account or project.
    pub connection: Option<PlannedConnection>,
    /// A property that is to be set of a resource of somebody else's.
    pub setting: Option<PlannedSetting>,
    /// A capability host to be made.
    pub host: Option<PlannedHost>,
    /// An outbound rule of a managed network.
    pub rule: Option<PlannedRule>,
    /// A resource whose connection is to be approved by hand.
    pub approves: Option<ConfigValue<ResourceId>>,
    /// A managed network that is to be in a mode.
    pub network: Option<PlannedNetwork>,
    /// A managed network whose mode the configuration says, be it in that mode or not.
    pub owned: Option<PlannedNetwork>,
    /// An endpoint that is to go.
    pub removed_endpoint: Option<RemovedEndpoint>,
    /// IDs of the objects that go with it.
    pub deletes: Vec<String>,
    /// Whatever else it refers to.
    pub references: Vec<ConfigValue<ResourceId>>,
    /// The names of tags that the service would accept and forget.
    pub forgotten_tags: Vec<String>,
}

/// A managed network that is to be in a mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedNetwork {
    /// The account or workspace that has it.
    pub parent: ConfigValue<ResourceId>,
    /// The isolation mode, where it is known.
    pub mode: Option<ConfigValue<String>>,
    /// Whether the workspace's own block says so.
    pub block: bool,
}

/// A Foundry account to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedAccount {
    /// Its ID.
    pub id: ConfigValue<ResourceId>,
    /// Its sub-domain, where it is known.
    pub sub_domain: Option<ConfigValue<String>>,
    /// Whether a deleted account of its name is restored.
    pub restores: bool,
}

/// The subnet that an account's agents are to run in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedAgents {
    /// The subnet.
    pub subnet: ConfigValue<ResourceId>,
    /// The account.
    pub account: Option<ResourceId>,
    /// The account's region, where the configuration says it.
    pub location: Option<String>,
    /// If `true`, something that holds the subnet already may be restored or adopted.
    pub takes_over: bool,
}

/// A connection of a Foundry account or project to a resource of Azure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedConnection {
    /// Its ID.
    pub id: ResourceId,
    /// The resource.
    pub target: ResourceId,
}

/// An endpoint that is to go, and through which its service was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedEndpoint {
    /// The endpoint.
    pub endpoint: ResourceId,
    /// The service.
    pub target: ConfigValue<ResourceId>,
    /// The zones that it has records in.
    pub zones: Vec<ResourceId>,
}

/// An endpoint to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedEndpoint {
    /// Its region.
    pub location: Option<ConfigValue<String>>,
    /// Its subnet.
    pub subnet: Option<ConfigValue<ResourceId>>,
    /// The service that it leads to.
    pub service: ServiceReference,
    /// Whether the service's owner approves it by hand.
    pub manual: Option<bool>,
    /// The attribute that leaves its zone group to a policy, where one does.
    pub policy: Option<Path>,
    /// Its fixed addresses.
    pub addresses: Vec<StaticAddress>,
}

/// The service that an endpoint leads to, and which part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceReference {
    /// The resource.
    pub target: Option<ConfigValue<ResourceId>>,
    /// The parts (group IDs).
    pub groups: Option<ConfigValue<Vec<String>>>,
}

/// A fixed address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaticAddress {
    /// The name of its configuration.
    pub name: Option<String>,
    /// The address.
    pub address: Option<String>,
    /// The member that it is for.
    pub member: Option<String>,
    /// Where it stands.
    pub path: Path,
}

/// The zones of a zone group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedZones {
    /// The zones; `None` for one that is not known yet.
    pub ids: Vec<Option<ConfigValue<ResourceId>>>,
    /// The names that they have in the group, where they are given.
    pub names: Vec<ConfigValue<String>>,
    /// The service whose records they hold.
    pub service: ServiceReference,
    /// The endpoint that leads to that service, where it is only known by its endpoint.
    pub endpoint: Option<ConfigValue<ResourceId>>,
    /// The resource that has them, where it exists already.
    pub owner: Option<ResourceId>,
    /// Where they stand.
    pub path: Path,
}

/// A link of a zone to a network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedLink {
    /// Its name.
    pub name: Option<String>,
    /// The zone.
    pub zone: Option<ConfigValue<ResourceId>>,
    /// The zone's name, which may be known where the zone is not.
    pub zone_name: Option<String>,
    /// The network.
    pub network: Option<ConfigValue<ResourceId>>,
    /// The attribute that lets the network's machines be registered, where it does.
    pub registers: Option<Path>,
}

/// A capability host to be made. Its stores are in the order of
/// [`crate::assessment::foundry::STORES`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedHost {
    /// The account or project that has it.
    pub parent: Option<ConfigValue<ResourceId>>,
    /// The name of the connection to each store, where it is known.
    pub names: [Option<ConfigValue<String>>; 3],
}

/// An outbound rule of a managed network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedRule {
    /// The account or hub that has the network.
    pub parent: Option<ConfigValue<ResourceId>>,
    /// The service that it connects to, where it does.
    pub service: ServiceReference,
    /// The attribute that says what it leads to, where that is known.
    pub by: Option<Path>,
    /// Whether it approves its connection itself.
    pub approves: Option<bool>,
}

/// A property that is to be set of a resource of somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedSetting {
    /// The resource.
    pub target: ConfigValue<ResourceId>,
    /// The attribute that switches public access off, where one does.
    pub closes: Option<Path>,
    /// Whether it lets the public in.
    pub opens: bool,
    /// Whether a guard can judge it already, and is asked to.
    pub guarded: bool,
    /// The rules that are to stand beside it.
    pub rules: PlannedRules,
}

/// The rules that are to stand beside a flag. `None` is what is left as it is, or not known yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedRules {
    /// The addresses and ranges that may come in, as far as they are known.
    pub addresses: Option<ConfigValue<Vec<String>>>,
    /// IDs of the subnets that may come in, as far as they are known.
    pub subnets: Option<ConfigValue<Vec<String>>>,
    /// The attribute that says who may pass the rules.
    pub bypass: Option<Path>,
}

impl<T: PartialEq> PartialEq for ConfigValue<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for ConfigValue<T> {}

impl<T> ConfigValue<T> {
    /// A value that stands there.
    pub fn new(value: T, path: Path) -> Self {
        Self { value, path }
    }
}

impl ConfigValue<String> {
    /// A text, where it is known.
    pub fn text(value: &Value, path: Path) -> Option<Self> {
        value.as_str().map(|text| Self::new(text.to_owned(), path))
    }
}

impl ConfigValue<ResourceId> {
    /// An ID, where it is known and one.
    pub fn id(value: &Value, path: Path) -> Option<Self> {
        let id = ResourceId::parse(value.as_str()?).ok()?;
        Some(Self::new(id, path))
    }
}

impl ConfigValue<Vec<String>> {
    /// Texts, where all of them are known.
    pub fn texts(value: &Value, path: Path) -> Option<Self> {
        let texts = value.as_list()?.iter().map(|it| it.as_str().map(str::to_owned));
        Some(Self::new(texts.collect::<Option<_>>()?, path))
    }

    /// Those of the texts that are known.
    pub fn known_texts(value: &Value, path: Path) -> Option<Self> {
        let texts = value.as_list()?.iter().filter_map(|it| it.as_str().map(str::to_owned));
        Some(Self::new(texts.collect(), path))
    }
}

impl ServiceReference {
    /// The only part that is asked for.
    pub fn group_id(&self) -> Option<&str> {
        match self.groups.as_ref()?.value.as_slice() {
            [group] => Some(group),
            _ => None,
        }
    }
}

impl PlannedZones {
    /// All of them, where all are known.
    pub fn known(&self) -> Option<Vec<&ConfigValue<ResourceId>>> {
        self.ids.iter().map(Option::as_ref).collect()
    }

    /// Whether two groups have the same zones, in whatever order.
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
    /// The setting of a property of the resource with that ID.
    pub fn of_setting(id: &Value, named_by: &str, closes: Option<Path>) -> Self {
        let target = ConfigValue::id(id, Path::of(named_by));
        let (opens, guarded, rules) = (false, false, PlannedRules::default());
        let setting = target.map(|target| PlannedSetting { target, closes, opens, guarded, rules });
        Self { setting, ..Self::default() }
    }

    /// What of it is about the end of something: a destroy makes nothing.
    #[must_use]
    pub fn of_ends(self) -> Self {
        let Self { removed_endpoint, deletes, .. } = self;
        Self { removed_endpoint, deletes, ..Self::default() }
    }

    /// What of it differs from what is there already.
    #[must_use]
    pub fn beyond(mut self, before: &Self) -> Self {
        // What cannot be changed in place was judged when it was made.
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

//! The parts of a world that the picture shows: networks, endpoints, targets, zones, and the
//! connections and links between them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::exposure::{self, Exposure, Perimeters};
use crate::page::read::{STATUS, above, connections, last, list, word};
use crate::world::World;
use crate::world::store::Resource;

/// Everything that may be drawn, in the order of drawing.
pub(in crate::page) struct Scene {
    pub(in crate::page) networks: Vec<Network>,
    pub(in crate::page) managed: Vec<Managed>,
    pub(in crate::page) targets: Vec<Target>,
    pub(in crate::page) zones: Vec<Zone>,
}

/// A virtual network.
pub(in crate::page) struct Network {
    /// The ID in lower case.
    pub(super) key: String,
    pub(super) name: String,
    pub(super) subnets: Vec<Subnet>,
}

/// A subnet with what stands in it.
pub(in crate::page) struct Subnet {
    pub(super) name: String,
    pub(super) prefix: String,
    /// The delegation, and the accounts whose agents run in it.
    pub(super) notes: Vec<String>,
    pub(super) endpoints: Vec<Endpoint>,
}

/// A private endpoint, or an outbound rule of a managed network.
pub(in crate::page) struct Endpoint {
    pub(in crate::page) name: String,
    /// The traffic that a rule allows, if it leads to no target.
    pub(in crate::page) note: String,
    /// `true` if the service itself made the rule.
    pub(super) is_required: bool,
    pub(in crate::page) connections: Vec<Connection>,
}

/// The connection of an endpoint to a target.
pub(in crate::page) struct Connection {
    /// The target's ID in lower case.
    pub(super) target: String,
    pub(in crate::page) name: String,
    pub(in crate::page) group: String,
    pub(in crate::page) status: String,
}

/// The managed network of an account or a workspace.
pub(in crate::page) struct Managed {
    pub(in crate::page) owner: String,
    pub(in crate::page) mode: String,
    pub(in crate::page) status: String,
    pub(in crate::page) rules: Vec<Endpoint>,
}

/// A resource that private endpoints can connect to.
pub(in crate::page) struct Target {
    /// The ID in lower case.
    pub(super) key: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) exposure: Exposure,
}

/// A private DNS zone.
pub(in crate::page) struct Zone {
    /// The ID in lower case.
    pub(in crate::page) key: String,
    pub(super) name: String,
    pub(super) records: usize,
    pub(in crate::page) links: Vec<Link>,
}

/// A link between a zone and a network, or the place where one is missing.
pub(in crate::page) struct Link {
    /// The network's ID in lower case.
    pub(super) network: String,
    pub(in crate::page) name: String,
    pub(in crate::page) state: LinkState,
}

/// How a zone and a network are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::page) enum LinkState {
    /// By a link.
    Linked,
    /// By a link to a network that does not exist.
    Broken,
    /// Not at all, although an endpoint in the network has its records in the zone.
    Absent,
}

const NETWORKS: &str = "Microsoft.Network/virtualNetworks";
const SUBNETS: &str = "Microsoft.Network/virtualNetworks/subnets";
const ENDPOINTS: &str = "Microsoft.Network/privateEndpoints";
const ZONES: &str = "Microsoft.Network/privateDnsZones";
const ACCOUNT_NETWORKS: &str = "Microsoft.CognitiveServices/accounts/managedNetworks";
const ACCOUNTS: &str = "Microsoft.CognitiveServices/accounts";
const WORKSPACES: &str = "Microsoft.MachineLearningServices/workspaces";

impl Scene {
    /// Reads a world.
    pub(in crate::page) fn of(world: &World) -> Self {
        let mut targets = targets(world);
        let rank: BTreeMap<String, usize> =
            targets.iter().enumerate().map(|(rank, it)| (it.key.clone(), rank)).collect();
        let mut needed = BTreeMap::new();
        let networks = networks(world, &rank, &mut needed);
        let managed = managed(world, &rank);
        // Targets stand in the order of their endpoints, so that few lines cross.
        let ends = networks.iter().flat_map(|it| &it.subnets).flat_map(|it| &it.endpoints);
        let ends = ends.chain(managed.iter().flat_map(|it| &it.rules));
        let mut order: BTreeMap<String, usize> = BTreeMap::new();
        for connection in ends.flat_map(|it| &it.connections) {
            let next = order.len();
            order.entry(connection.target.clone()).or_insert(next);
        }
        targets.sort_by_key(|it| order.get(&it.key).copied().unwrap_or(usize::MAX));
        let zones = zones(world, &needed);
        Self { networks, managed, targets, zones }
    }

    /// Returns the exposures of the targets by their IDs in lower case.
    pub(in crate::page) fn exposures(&self) -> impl Iterator<Item = (&str, Exposure)> {
        self.targets.iter().map(|it| (&*it.key, it.exposure))
    }

    /// Returns how many private endpoints there are.
    pub(super) fn endpoints(&self) -> usize {
        self.networks.iter().flat_map(|it| &it.subnets).map(|it| it.endpoints.len()).sum()
    }

    /// Returns how many targets have this exposure.
    pub(super) fn exposed(&self, exposure: Exposure) -> usize {
        self.targets.iter().filter(|it| it.exposure == exposure).count()
    }
}

/// Reads the targets: workspaces first, then Foundry accounts, then the rest. A project of a hub is
/// none, because it has the access of its hub.
fn targets(world: &World) -> Vec<Target> {
    let perimeters = Perimeters::of(world);
    let found = world.store.all().filter(|it| !is_project(it));
    let found = found.filter(|it| !world.link_groups(it).is_empty());
    let mut targets: Vec<(u8, Target)> = found
        .map(|found| {
            let shown = world.render(found, None);
            let (rank, kind) = kind(found);
            let target = Target {
                key: found.id.key(),
                name: found.id.name().to_owned(),
                kind,
                exposure: exposure::of(&shown, &perimeters),
            };
            (rank, target)
        })
        .collect();
    targets.sort_by_key(|(rank, _)| *rank);
    targets.into_iter().map(|(_, target)| target).collect()
}

/// Returns `true` if a resource is the project of a hub.
fn is_project(found: &Resource) -> bool {
    found.id.is_type(WORKSPACES) && word(&found.body, "/kind").eq_ignore_ascii_case("Project")
}

/// Returns the place of a target in the list, and the words for its type.
fn kind(target: &Resource) -> (u8, String) {
    let kind = word(&target.body, "/kind");
    let words = match target.id.resource_type().to_ascii_lowercase().as_str() {
        "microsoft.machinelearningservices/workspaces" => {
            let is_plain = kind.is_empty() || kind.eq_ignore_ascii_case("Default");
            let words = if is_plain { "workspace".to_owned() } else { kind.to_ascii_lowercase() };
            return (0, words);
        }
        "microsoft.cognitiveservices/accounts" => {
            let is_foundry = target.body["properties"]["allowProjectManagement"] == true;
            return match is_foundry {
                true => (1, "Foundry account".to_owned()),
                false => (2, format!("{kind} account")),
            };
        }
        "microsoft.storage/storageaccounts" => "storage account",
        "microsoft.keyvault/vaults" => "key vault",
        "microsoft.containerregistry/registries" => "container registry",
        "microsoft.search/searchservices" => "search service",
        "microsoft.documentdb/databaseaccounts" => "Cosmos DB account",
        "microsoft.insights/privatelinkscopes" => "Azure Monitor private link scope",
        _ => return (2, last(&target.id.resource_type()).to_owned()),
    };
    (2, words.to_owned())
}

/// Reads the virtual networks with their endpoints, and which zones those need in which network:
/// the names of the networks by zone and network.
fn networks(
    world: &World,
    rank: &BTreeMap<String, usize>,
    needed: &mut BTreeMap<String, BTreeSet<String>>,
) -> Vec<Network> {
    let mut endpoints: BTreeMap<String, Vec<Endpoint>> = BTreeMap::new();
    for found in world.store.of_type(ENDPOINTS) {
        let shown = world.render(found, None);
        let subnet = word(&shown, "/properties/subnet/id").to_ascii_lowercase();
        let groups = world.store.children(found.full_id(), "privateDnsZoneGroups");
        for config in groups.flat_map(|it| list(&it.body, "/properties/privateDnsZoneConfigs")) {
            let zone = word(config, "/properties/privateDnsZoneId").to_ascii_lowercase();
            needed.entry(zone).or_default().insert(above(&subnet, 1).to_owned());
        }
        endpoints.entry(subnet).or_default().push(endpoint(&shown));
    }
    endpoints.values_mut().for_each(|all| all.sort_by_key(|it| first(it, rank)));
    let mut agents: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for account in world.store.of_type(ACCOUNTS) {
        let subnet = word(&account.body, "/properties/networkInjections/0/subnetArmId");
        let note = format!("agents of {}", account.id.name());
        agents.entry(subnet.to_ascii_lowercase()).or_default().push(note);
    }
    let mut subnets: BTreeMap<String, Vec<Subnet>> = BTreeMap::new();
    for found in world.store.of_type(SUBNETS) {
        let key = found.id.key();
        let delegated = list(&found.body, "/properties/delegations")
            .map(|it| format!("delegated to {}", word(it, "/properties/serviceName")));
        let prefix = found.text("addressPrefix");
        let prefix = match prefix {
            "" => word(&found.body, "/properties/addressPrefixes/0"),
            prefix => prefix,
        };
        subnets.entry(above(&key, 1).to_owned()).or_default().push(Subnet {
            name: found.id.name().to_owned(),
            prefix: prefix.to_owned(),
            notes: delegated.chain(agents.remove(&key).unwrap_or_default()).collect(),
            endpoints: endpoints.remove(&key).unwrap_or_default(),
        });
    }
    let network = |found: &Resource| Network {
        key: found.id.key(),
        name: found.id.name().to_owned(),
        subnets: subnets.remove(&found.id.key()).unwrap_or_default(),
    };
    let mut networks: Vec<Network> = world.store.of_type(NETWORKS).map(network).collect();
    // A world from a file may lack the subnets of its endpoints.
    let lost = endpoints.into_iter().map(|(subnet, endpoints)| Subnet {
        name: last(&subnet).to_owned(),
        prefix: String::new(),
        notes: Vec::new(),
        endpoints,
    });
    let subnets: Vec<Subnet> = lost.collect();
    if !subnets.is_empty() {
        let name = "subnets that do not exist".to_owned();
        networks.push(Network { key: String::new(), name, subnets });
    }
    networks
}

/// Returns the place of an endpoint in a list that is sorted by targets.
fn first(endpoint: &Endpoint, rank: &BTreeMap<String, usize>) -> usize {
    let target = endpoint.connections.first();
    target.and_then(|it| rank.get(&it.target).copied()).unwrap_or(usize::MAX)
}

fn endpoint(shown: &Value) -> Endpoint {
    let connection = |it: &Value| {
        let target = word(it, "/properties/privateLinkServiceId");
        let groups = list(it, "/properties/groupIds").filter_map(Value::as_str);
        Connection {
            target: target.to_ascii_lowercase(),
            name: last(target).to_owned(),
            group: groups.collect::<Vec<_>>().join(", "),
            status: word(it, STATUS).to_owned(),
        }
    };
    let connections = connections(shown).map(connection).collect();
    let (name, note) = (word(shown, "/name").to_owned(), String::new());
    Endpoint { name, note, is_required: false, connections }
}

/// Reads the managed networks of accounts and workspaces. Rules that lead to a target come first.
fn managed(world: &World, rank: &BTreeMap<String, usize>) -> Vec<Managed> {
    let of_accounts = world.store.of_type(ACCOUNT_NETWORKS);
    let of_hubs = world.store.of_type(WORKSPACES).filter(|it| !is_project(it));
    let mut found = Vec::new();
    for one in of_accounts.chain(of_hubs) {
        let shown = world.render(one, None);
        let own = &shown["properties"]["managedNetwork"];
        let mode = word(own, "/isolationMode");
        if mode.is_empty() || mode.eq_ignore_ascii_case("Disabled") {
            continue;
        }
        let rules = own["outboundRules"].as_object().into_iter().flatten();
        let mut rules: Vec<_> = rules.map(|(name, rule)| outbound(name, rule)).collect();
        rules.sort_by_key(|rule| first(rule, rank));
        found.push(Managed {
            owner: one.id.root().name().to_owned(),
            mode: mode.to_owned(),
            status: word(own, "/status/status").to_owned(),
            rules,
        });
    }
    found
}

fn outbound(name: &str, rule: &Value) -> Endpoint {
    let to = &rule["destination"];
    let (target, status) = (word(to, "/serviceResourceId"), word(rule, "/status"));
    let is_required = word(rule, "/category").eq_ignore_ascii_case("Required");
    if !target.is_empty() {
        let connection = Connection {
            target: target.to_ascii_lowercase(),
            name: last(target).to_owned(),
            group: word(to, "/subresourceTarget").to_owned(),
            status: status.to_owned(),
        };
        let (name, connections) = (name.to_owned(), vec![connection]);
        return Endpoint { name, note: String::new(), is_required, connections };
    }
    let tag = ["serviceTag", "protocol", "portRanges"].map(|name| to[name].as_str());
    let tag = tag.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let what = to.as_str().map_or(tag, str::to_owned);
    let note = format!("{} {what} · {status}", word(rule, "/type"));
    Endpoint { name: name.to_owned(), note, is_required, connections: Vec::new() }
}

/// Reads the zones with the links that they have, and those that they lack.
fn zones(world: &World, needed: &BTreeMap<String, BTreeSet<String>>) -> Vec<Zone> {
    let zone = |found: &Resource| {
        let key = found.id.key();
        let links = world.store.children(&key, "virtualNetworkLinks").map(|link| {
            let id = word(&link.body, "/properties/virtualNetwork/id");
            let exists = world.store.get(id).is_some();
            let state = if exists { LinkState::Linked } else { LinkState::Broken };
            Link { network: id.to_ascii_lowercase(), name: last(id).to_owned(), state }
        });
        let mut links: Vec<Link> = links.collect();
        for network in needed.get(&key).into_iter().flatten() {
            let is_linked = links.iter().any(|link| link.network == *network);
            if let Some(found) = world.store.get(network).filter(|_| !is_linked) {
                let (network, name) = (network.clone(), found.id.name().to_owned());
                links.push(Link { network, name, state: LinkState::Absent });
            }
        }
        let name = found.id.name().to_owned();
        let records = world.store.children(&key, "A").count();
        Zone { key, name, records, links }
    };
    world.store.of_type(ZONES).map(zone).collect()
}

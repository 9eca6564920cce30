//! The private paths of a posture as a diagram shows them: networks with their subnets and private
//! endpoints, and zones with their links.

use super::mermaid::Class;
use super::{EndpointPlace, Member, Posture, Wish};
use crate::assessment::isolation::dns::{Proof, Status};
use azure::id::ResourceId;
use std::collections::{BTreeMap, BTreeSet};

/// The most private endpoints that a diagram shows.
const MOST_ENDPOINTS: usize = 60;

/// The most virtual networks that a diagram shows.
const MOST_NETWORKS: usize = 30;

/// The most nodes for zones that a diagram shows, and the most zones of each.
const MOST_ZONES: (usize, usize) = (20, 10);

/// The paths to the resources of a diagram.
#[derive(Debug)]
pub(super) struct Paths {
    pub(super) networks: Vec<Network>,
    /// The endpoints without a known subnet, each with the class that says why.
    pub(super) elsewhere: Vec<(Endpoint, Class)>,
    pub(super) zones: Vec<ZoneGroup>,
    /// The number of objects that are not shown, with the word for one of them.
    pub(super) left_out: [(usize, &'static str); 3],
}

/// A virtual network.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) id: ResourceId,
    pub(super) is_of_clients: bool,
    /// The subnets of endpoints and agents, with the endpoints in each.
    pub(super) subnets: BTreeMap<ResourceId, Vec<Endpoint>>,
}

/// A private endpoint.
#[derive(Debug)]
pub(super) struct Endpoint {
    /// The ID of its node.
    pub(super) node: String,
    pub(super) name: String,
    pub(super) targets: Vec<Target>,
    place: EndpointPlace,
}

/// A resource that an endpoint leads to.
#[derive(Debug)]
pub(super) struct Target {
    /// The place of the resource among those of the diagram.
    pub(super) place: usize,
    /// The groups, and the state of the connection.
    pub(super) label: String,
    pub(super) is_approved: bool,
}

/// Private DNS zones with one state and links to the same networks.
#[derive(Debug)]
pub(super) struct ZoneGroup {
    pub(super) names: Vec<String>,
    /// The number of zones beyond those with a name.
    pub(super) more: usize,
    /// The problem of the zones; empty if they have none.
    pub(super) problem: String,
    pub(super) class: Class,
    /// The places of the linked networks among those of the diagram.
    pub(super) networks: Vec<usize>,
}

impl Paths {
    /// Returns the paths to these resources of a posture.
    pub(super) fn of(wish: &Wish, posture: &Posture, members: &[&Member]) -> Self {
        let endpoints = endpoints(members);
        let all = endpoints.len();
        let (endpoints, _) = chosen(endpoints, MOST_ENDPOINTS, Endpoint::rank);
        let zones = zones(&posture.names);
        let mut networks = BTreeMap::new();
        for id in &wish.clients {
            network(&mut networks, id).is_of_clients = true;
        }
        for id in zones.iter().flat_map(|zone| &zone.linked) {
            network(&mut networks, id);
        }
        if let Some(subnet) = &posture.agents {
            within(&mut networks, subnet);
        }
        let mut elsewhere = Vec::new();
        for endpoint in endpoints {
            let class = match endpoint.place.clone() {
                EndpointPlace::Subnet(id) => match within(&mut networks, &id) {
                    Some(there) => {
                        there.push(endpoint);
                        continue;
                    }
                    None => Class::Unverified,
                },
                EndpointPlace::Gone => Class::Broken,
                EndpointPlace::Hidden | EndpointPlace::Managed => Class::Unverified,
            };
            elsewhere.push((endpoint, class));
        }
        let (mut networks, more_networks) =
            chosen(networks.into_values().collect(), MOST_NETWORKS, Network::rank);
        let drawn = networks.iter_mut().flat_map(|it| it.subnets.values_mut().flatten());
        let drawn = drawn.chain(elsewhere.iter_mut().map(|(endpoint, _)| endpoint));
        let mut shown = 0;
        for endpoint in drawn {
            shown += 1;
            endpoint.node = format!("pe{shown}");
        }
        let (zones, more_zones) = grouped(zones, &networks);
        let left_out = [
            (all - shown, "private endpoint"),
            (more_networks, "virtual network"),
            (more_zones, "private DNS zone"),
        ];
        Self { networks, elsewhere, zones, left_out }
    }
}

impl Network {
    /// Returns the rank of the network where there are too many: those of endpoints come first.
    fn rank(&self) -> u8 {
        match (self.subnets.is_empty(), self.is_of_clients) {
            (false, _) => 0,
            (true, true) => 1,
            (true, false) => 2,
        }
    }
}

impl Endpoint {
    /// Returns the rank of the endpoint where there are too many: those that fail come first.
    fn rank(&self) -> u8 {
        u8::from(self.targets.iter().all(|target| target.is_approved))
    }
}

/// Returns at most that many items, in their order. Where there are more, it keeps those of the
/// lowest rank and returns the number of the others.
pub(super) fn chosen<T>(items: Vec<T>, most: usize, rank: impl Fn(&T) -> u8) -> (Vec<T>, usize) {
    let mut ranked: Vec<(u8, usize)> = items.iter().map(rank).zip(0..).collect();
    ranked.sort_unstable();
    ranked.truncate(most);
    let kept: BTreeSet<usize> = ranked.into_iter().map(|(_, place)| place).collect();
    let more = items.len() - kept.len();
    let items = items.into_iter().enumerate().filter(|(place, _)| kept.contains(place));
    (items.map(|(_, item)| item).collect(), more)
}

fn network<'n>(
    networks: &'n mut BTreeMap<ResourceId, Network>,
    id: &ResourceId,
) -> &'n mut Network {
    let new = || Network { id: id.clone(), is_of_clients: false, subnets: BTreeMap::new() };
    networks.entry(id.clone()).or_insert_with(new)
}

/// Returns the endpoints in a subnet; `None` if its ID is not that of a subnet.
fn within<'n>(
    networks: &'n mut BTreeMap<ResourceId, Network>,
    subnet: &ResourceId,
) -> Option<&'n mut Vec<Endpoint>> {
    let network = network(networks, &subnet.parent()?);
    Some(network.subnets.entry(subnet.clone()).or_default())
}

/// Returns the endpoints that lead to these resources, sorted by ID, each once. Those of a managed
/// network are left out: its outbound rules stand for them.
fn endpoints(members: &[&Member]) -> Vec<Endpoint> {
    let mut found: BTreeMap<String, Endpoint> = BTreeMap::new();
    for (place, member) in members.iter().enumerate() {
        for it in member.connections.iter().filter(|it| it.place != EndpointPlace::Managed) {
            let id = it.connection.endpoint.as_ref();
            let key = id.map_or(it.connection.id.as_str(), ResourceId::as_str);
            let name = key.rsplit('/').next().unwrap_or_default().to_owned();
            let status = it.connection.status.clone();
            let label = match it.groups.is_empty() {
                true => status,
                false => format!("{}: {status}", it.groups.join(", ")),
            };
            let target = Target { place, label, is_approved: it.connection.is_approved() };
            let new = || Endpoint {
                node: String::new(),
                name,
                targets: Vec::new(),
                place: it.place.clone(),
            };
            found.entry(key.to_lowercase()).or_insert_with(new).targets.push(target);
        }
    }
    found.into_values().collect()
}

/// A private DNS zone.
struct Zone {
    name: String,
    status: Status,
    linked: BTreeSet<ResourceId>,
    unlinked: BTreeSet<String>,
}

/// Returns the zones of these names, sorted by ID, each once and with the worst of its states.
fn zones(proofs: &[Proof]) -> Vec<Zone> {
    let mut found: BTreeMap<String, Zone> = BTreeMap::new();
    for proof in proofs {
        let needed = [&proof.needed.zone, &proof.needed.fqdn].into_iter().find(|it| !it.is_empty());
        let needed = needed.map(String::as_str).unwrap_or_default();
        let key = proof.zone.as_ref().map_or(needed, ResourceId::as_str);
        let name = proof.zone.as_ref().map_or(needed, ResourceId::name).to_owned();
        let new = || Zone {
            name,
            status: Status::Proven,
            linked: BTreeSet::new(),
            unlinked: BTreeSet::new(),
        };
        let zone = found.entry(key.to_lowercase()).or_insert_with(new);
        zone.linked.extend(proof.linked.iter().filter_map(|id| ResourceId::parse(id).ok()));
        let unlinked = proof.unlinked.iter().filter_map(|id| id.rsplit('/').next());
        zone.unlinked.extend(unlinked.map(str::to_owned));
        if rank(&proof.status) < rank(&zone.status) {
            zone.status = proof.status.clone();
        }
    }
    found.into_values().collect()
}

/// Returns the rank of a state, that of the worst first.
fn rank(status: &Status) -> u8 {
    match status {
        Status::ZoneMissing => 0,
        Status::Unlinked => 1,
        Status::RecordMissing => 2,
        Status::RecordStale => 3,
        Status::Unverified(_) => 4,
        Status::Proven => 5,
    }
}

impl Zone {
    /// Returns the problem of the zone, empty if it has none, and the class that shows it.
    fn problem(&self) -> (String, Class) {
        let problem = match &self.status {
            Status::Proven => return (String::new(), Class::Zone),
            Status::Unverified(_) => return ("unverified".to_owned(), Class::Unverified),
            Status::ZoneMissing => "missing",
            Status::Unlinked if self.unlinked.is_empty() => "not linked to any network",
            Status::Unlinked => {
                let names: Vec<&str> = self.unlinked.iter().map(String::as_str).collect();
                &format!("not linked to {}", names.join(", "))
            }
            Status::RecordMissing => "a record is missing",
            Status::RecordStale => "a record has other addresses",
        };
        (problem.to_owned(), Class::Broken)
    }
}

/// Returns the zones in groups, those with a problem first, and the number of zones left out.
fn grouped(zones: Vec<Zone>, networks: &[Network]) -> (Vec<ZoneGroup>, usize) {
    let mut groups: BTreeMap<(u8, String, Vec<usize>), ZoneGroup> = BTreeMap::new();
    for zone in zones {
        let places = networks.iter().zip(0..).filter(|(it, _)| zone.linked.contains(&it.id));
        let places: Vec<usize> = places.map(|(_, place)| place).collect();
        let (problem, class) = zone.problem();
        let key = (rank(&zone.status), problem.clone(), places.clone());
        let new = || ZoneGroup { names: Vec::new(), more: 0, problem, class, networks: places };
        let group = groups.entry(key).or_insert_with(new);
        match group.names.len() < MOST_ZONES.1 {
            true => group.names.push(zone.name),
            false => group.more += 1,
        }
    }
    let mut groups: Vec<ZoneGroup> = groups.into_values().collect();
    let rest = groups.split_off(groups.len().min(MOST_ZONES.0));
    (groups, rest.iter().map(|it| it.names.len() + it.more).sum())
}

//! Whether the names of an endpoint lead to it: each needs a private DNS zone that is linked to the
//! networks of its clients, and a record there with the addresses of the endpoint's interface.

use super::dns_servers::{self, Answering, Query};
use super::endpoint::{GroupZone, LiveEndpoint};
use super::remediation;
use super::wire::{NetworkLinkBody, NetworkLinkProperties, RecordSetBody};
use crate::assessment::finding::Finding;
use crate::assessment::reader::{Read, Reader};
use crate::codes::Code;
use crate::private_link::arm_types::{PRIVATE_DNS_ZONE, VIRTUAL_NETWORK_LINK};
use crate::private_link::interface::RequiredRecord;
use azure::id::ResourceId;

/// The list of zones of a subscription.
const ZONES: &str = "providers/Microsoft.Network/privateDnsZones";

/// What became of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Clients get the endpoint's addresses.
    Proven,
    /// There is no zone for it.
    ZoneMissing,
    /// Its zone is not linked to a network of clients.
    Unlinked,
    /// The zone has no record of it.
    RecordMissing,
    /// The record has other addresses.
    RecordStale,
    /// Part of it may not be seen; Azure's words.
    Unverified(String),
}

impl Status {
    /// The word for it in an attribute.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::ZoneMissing => "zone_missing",
            Self::Unlinked => "unlinked",
            Self::RecordMissing => "record_missing",
            Self::RecordStale => "record_stale",
            Self::Unverified(_) => "unverified",
        }
    }
}

/// What is known of one name of an endpoint.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The name, and what it needs.
    pub needed: RequiredRecord,
    /// The endpoint.
    pub endpoint: ResourceId,
    /// The zone that answers for it.
    pub zone: Option<ResourceId>,
    /// Whether that zone is in the endpoint's zone group, where Azure keeps the records.
    pub kept_by_azure: bool,
    /// Whether Azure has yet to write the record: its zone group does not list it either.
    pub pending: bool,
    /// The addresses that the record has; `None` where there is none.
    pub found: Option<Vec<String>>,
    /// IDs of the networks that the zone is linked to.
    pub linked: Vec<String>,
    /// IDs of networks that answer clients, and that it is not linked to.
    pub unlinked: Vec<String>,
    /// How the clients' queries get to those networks; empty where they are the clients' own.
    pub path: Vec<String>,
    /// What became of it.
    pub status: Status,
}

impl Proof {
    /// What is wrong with it, of that resource; `None` where nothing is.
    pub fn finding(&self, resource: &ResourceId) -> Option<Finding> {
        let code = match &self.status {
            Status::Proven => return None,
            Status::Unverified(_) => Code::Unverified,
            Status::ZoneMissing => Code::NoZone,
            Status::Unlinked => Code::Unlinked,
            Status::RecordStale => Code::StaleRecord,
            Status::RecordMissing if self.is_wildcard_by_hand() => Code::NoWildcard,
            Status::RecordMissing => Code::NoRecord,
        };
        let message = self.trouble().unwrap_or_default();
        Some(Finding::of(code, resource, message).mended_by(self.remediation()))
    }

    /// What is wrong with it, and how the clients' queries get there.
    fn trouble(&self) -> Option<String> {
        let trouble = self.trouble_there()?;
        Some(match &self.path[..] {
            [] => trouble,
            path => format!("{trouble} ({})", path.join("; ")),
        })
    }

    /// What is wrong with it, in words.
    fn trouble_there(&self) -> Option<String> {
        let (fqdn, zone, record) = (&self.needed.fqdn, &self.needed.zone, &self.needed.record);
        let (addresses, endpoint) = (self.needed.addresses.join(", "), self.endpoint.name());
        Some(match &self.status {
            Status::Proven => return None,
            Status::Unverified(why) if zone.is_empty() => {
                format!("where {fqdn} leads could not be verified: {why}")
            }
            Status::Unverified(why) => {
                format!("what leads to {endpoint} in {zone} could not be verified: {why}")
            }
            Status::ZoneMissing => format!("there is no zone {zone} for {endpoint}"),
            Status::Unlinked => {
                let names = self.unlinked.iter().filter_map(|id| id.rsplit('/').next());
                let names = names.collect::<Vec<_>>().join(" and ");
                let networks = if names.is_empty() { "any network" } else { &names };
                format!("the zone {zone} is not linked to {networks}")
            }
            Status::RecordStale => {
                let has = self.found.iter().flatten().cloned().collect::<Vec<_>>().join(", ");
                format!("{record}.{zone} leads to {has}; the endpoint has {addresses}")
            }
            Status::RecordMissing if self.is_wildcard_by_hand() => {
                format!("{zone} lacks {record:?}, so {fqdn} does not lead to {addresses}")
            }
            Status::RecordMissing => format!("{zone} lacks {record:?}, for {fqdn}"),
        })
    }

    /// Whether it is the wildcard of online endpoints in a zone that somebody keeps by hand, where
    /// it is easily forgotten: Azure's interfaces list that of the region alone.
    fn is_wildcard_by_hand(&self) -> bool {
        self.needed.record.starts_with("*.") && !self.kept_by_azure
    }

    /// The configuration that mends it; nothing where nothing is known to.
    fn remediation(&self) -> Vec<String> {
        let links = || match (&self.zone, &self.unlinked[..]) {
            (None, _) => Vec::new(),
            (Some(zone), []) => vec![remediation::link(zone, None)],
            (Some(zone), networks) => {
                networks.iter().map(|network| remediation::link(zone, Some(network))).collect()
            }
        };
        match (&self.status, &self.zone) {
            (Status::ZoneMissing, _) => remediation::zone(&self.needed.zone, &self.endpoint).into(),
            (Status::Unlinked, _) => links(),
            // What Azure keeps itself it writes again with the zone group.
            (Status::RecordMissing, _) if self.kept_by_azure => {
                vec![remediation::kept_record(&self.endpoint, None)]
            }
            (Status::RecordStale, Some(zone)) if self.kept_by_azure => {
                let record = zone.child("A", &self.needed.record);
                vec![remediation::kept_record(&self.endpoint, Some(&record))]
            }
            (Status::RecordMissing | Status::RecordStale, Some(zone)) => {
                vec![remediation::record(zone, &self.needed.record, &self.needed.addresses)]
            }
            _ => Vec::new(),
        }
    }
}

/// Proves the names of an endpoint. Without networks of clients, a link to any network will do. A
/// record may also have the addresses that another approved endpoint to the same target has for
/// that very name: several share it.
pub fn prove(reader: &Reader, endpoint: &LiveEndpoint, clients: &[ResourceId]) -> Read<Vec<Proof>> {
    let proofs = prove_beside(reader, endpoint, clients, &[]);
    let is_stale = |proofs: &[Proof]| proofs.iter().any(|it| it.status == Status::RecordStale);
    // The others are found out about only where they matter.
    if !proofs.as_found().is_some_and(|proofs| is_stale(proofs)) {
        return proofs;
    }
    let others = endpoint.related(reader).into_iter().filter(LiveEndpoint::is_approved);
    let names = others.filter_map(|other| other.required_records(reader).found()).flatten();
    prove_beside(reader, endpoint, clients, &names.collect::<Vec<_>>())
}

/// Proves the names of an endpoint, beside which others need these records.
fn prove_beside(
    reader: &Reader,
    endpoint: &LiveEndpoint,
    clients: &[ResourceId],
    others: &[RequiredRecord],
) -> Read<Vec<Proof>> {
    let zones = endpoint.zones(reader);
    let needed = endpoint.required_records(reader);
    let zones = match zones {
        Read::Found(zones) => zones,
        Read::Absent => Vec::new(),
        other => return other.map(|_| Vec::new()),
    };
    needed.map(|needed| {
        let prove = |needed| {
            let (clients, asked) = (clients.to_vec(), Answering::default());
            NameProof { reader, endpoint, clients, asked, others, zones: &zones, needed }
        };
        needed.into_iter().map(|needed| prove(needed).follow_dns().proof()).collect()
    })
}

/// A name that is to be proven.
struct NameProof<'a> {
    reader: &'a Reader,
    endpoint: &'a LiveEndpoint,
    /// The networks whose DNS answers the clients; none where any network will do.
    clients: Vec<ResourceId>,
    asked: Answering,
    others: &'a [RequiredRecord],
    zones: &'a [GroupZone],
    needed: RequiredRecord,
}

/// A zone of the name's, and the networks that it is linked to.
struct LinkedZone {
    id: ResourceId,
    networks: Vec<String>,
}

impl LinkedZone {
    fn serves(&self, network: &ResourceId) -> bool {
        self.networks.iter().any(|linked| linked.eq_ignore_ascii_case(network.as_str()))
    }
}

/// What a zone has for the name.
struct ZoneRecord<'z> {
    zone: &'z LinkedZone,
    status: Status,
    found: Option<Vec<String>>,
}

impl NameProof<'_> {
    /// Goes from the networks of the clients to those whose DNS answers them.
    fn follow_dns(mut self) -> Self {
        if self.clients.is_empty() || self.needed.zone.is_empty() {
            return self;
        }
        let alias = format!("{}.{}", self.needed.record, self.needed.zone);
        let query = Query { fqdn: &self.needed.fqdn, alias: &alias };
        let has_zone = |network: &ResourceId| {
            let (zones, _) = self.linked_zones(self.own().map(|own| &own.id));
            zones.iter().any(|zone| zone.serves(network))
        };
        let beside = &self.endpoint.id;
        let asked = dns_servers::answering(self.reader, &self.clients, query, beside, &has_zone);
        // Where nobody knows who answers, there is nothing better to judge by.
        if !asked.networks.is_empty() {
            self.clients.clone_from(&asked.networks);
        }
        self.asked = asked;
        self
    }

    /// The zone of the name in the endpoint's zone group.
    fn own(&self) -> Option<&GroupZone> {
        self.zones.iter().find(|zone| zone.id.name().eq_ignore_ascii_case(&self.needed.zone))
    }

    fn proof(self) -> Proof {
        if self.needed.zone.is_empty() {
            let why = "no private DNS zone is known to answer for it".to_owned();
            return self.proof_of(None, &[], None, Status::Unverified(why));
        }
        let own = self.own();
        let (zones, hidden) = self.linked_zones(own.map(|own| &own.id));
        let serving = self.serving(&zones, own.is_some());
        let mut records = serving.iter().map(|zone| self.record_in(zone)).collect::<Vec<_>>();
        // What is wrong anywhere is shown, else what is right first.
        let wrong = records.iter().position(|it| it.status != Status::Proven).unwrap_or(0);
        let shown = (wrong < records.len()).then(|| records.swap_remove(wrong));
        let (zone, status, found) = match shown {
            Some(ZoneRecord { zone, status, found }) => (Some(&zone.id), status, found),
            None => (None, Status::ZoneMissing, None),
        };
        let status = match (hidden, status) {
            (Some(why), _) => Status::Unverified(why),
            (None, Status::Proven) if !self.is_covered(&zones) => Status::Unlinked,
            (None, status) => status,
        };
        // Nobody can tell what a server answers that is not to be seen.
        let status = match &self.asked.unknown {
            Some(why) if self.asked.networks.is_empty() || status == Status::Proven => {
                Status::Unverified(why.clone())
            }
            _ => status,
        };
        // A network that no zone is linked to belongs to that in which Azure keeps the record.
        let zone = match (&status, own) {
            (Status::Unlinked, Some(own)) => Some(&own.id),
            (Status::ZoneMissing, _) => None,
            _ => zone,
        };
        let zone = zone.cloned();
        self.proof_of(zone, &serving, found, status)
    }

    fn proof_of(
        self,
        zone: Option<ResourceId>,
        serving: &[&LinkedZone],
        found: Option<Vec<String>>,
        status: Status,
    ) -> Proof {
        let own = self.zones.iter().find(|own| Some(&own.id) == zone.as_ref());
        let lists = |own: &GroupZone| own.records.iter().any(|it| self.is_named(it));
        let (kept_by_azure, pending) = (own.is_some(), own.is_some_and(|own| !lists(own)));
        let linked = serving.iter().flat_map(|zone| zone.networks.iter().cloned()).collect();
        let unlinked = self.clients.iter().filter(|it| !serving.iter().any(|zone| zone.serves(it)));
        let unlinked = unlinked.map(ToString::to_string).collect();
        let endpoint = self.endpoint.id.clone();
        let (needed, path) = (self.needed, self.asked.steps);
        Proof {
            needed,
            endpoint,
            zone,
            kept_by_azure,
            pending,
            found,
            linked,
            unlinked,
            path,
            status,
        }
    }

    /// The zones of that name as far as they matter, the zone group's first, and why something that
    /// matters may not be seen.
    fn linked_zones(&self, own: Option<&ResourceId>) -> (Vec<LinkedZone>, Option<String>) {
        let see = |id: &ResourceId| {
            let networks = links(self.reader, id);
            let hidden = networks.hidden().map(ToString::to_string);
            let is_pending = networks.is_pending();
            let networks = networks.found().unwrap_or_default();
            (LinkedZone { id: id.clone(), networks }, hidden, is_pending)
        };
        let mut zones = Vec::new();
        if let Some(own) = own {
            let (zone, why, is_pending) = see(own);
            zones.push(zone);
            if is_pending || why.is_some() || self.is_covered(&zones) {
                return (zones, why);
            }
        }
        let (ids, mut hidden) = self.elsewhere();
        for id in ids.iter().filter(|id| Some(*id) != own) {
            let (zone, why, _) = see(id);
            zones.push(zone);
            hidden = hidden.or(why);
        }
        // What may not be seen elsewhere matters where nothing better is known.
        let hidden = hidden.filter(|_| own.is_none() && !self.is_covered(&zones));
        (zones, hidden)
    }

    /// Whether each client has a zone; without clients, whether any network has.
    fn is_covered(&self, zones: &[LinkedZone]) -> bool {
        match &self.clients[..] {
            [] => zones.iter().any(|zone| !zone.networks.is_empty()),
            clients => clients.iter().all(|it| zones.iter().any(|zone| zone.serves(it))),
        }
    }

    /// The zones that the clients ask: a network asks the one zone of a name that it is linked to.
    /// Where none is known to ask, the zone that is likely to be meant.
    fn serving<'z>(&self, zones: &'z [LinkedZone], has_own: bool) -> Vec<&'z LinkedZone> {
        let asked = |zone: &&LinkedZone| self.clients.iter().any(|it| zone.serves(it));
        let serving: Vec<_> = zones.iter().filter(asked).collect();
        if !serving.is_empty() {
            return serving;
        }
        let near = |zone: &&LinkedZone| {
            self.endpoint.network.as_ref().is_some_and(|network| zone.serves(network))
        };
        let linked = |zone: &&LinkedZone| !zone.networks.is_empty();
        let best = zones.iter().find(near).or_else(|| zones.iter().find(linked));
        let best = best.filter(|_| self.clients.is_empty() || !has_own);
        best.or(zones.first()).into_iter().collect()
    }

    fn record_in<'z>(&self, zone: &'z LinkedZone) -> ZoneRecord<'z> {
        let records = self.reader.children(&zone.id, "ALL", PRIVATE_DNS_ZONE.api_version);
        let records = records.decode_each::<RecordSetBody>(&zone.id);
        let hidden = records.hidden().map(ToString::to_string);
        let records = records.found().unwrap_or_default();
        let found = records.iter().find(|it| self.is_record(it)).map(addresses);
        let status = match hidden {
            Some(why) => Status::Unverified(why),
            // Every zone has a record of its own: where there is none at all, there is no zone.
            None if records.is_empty() => Status::ZoneMissing,
            None => self.status(found.as_deref()),
        };
        ZoneRecord { zone, status, found }
    }

    fn status(&self, found: Option<&[String]>) -> Status {
        let shared = self.others.iter().filter(|other| {
            other.zone.eq_ignore_ascii_case(&self.needed.zone) && self.is_named(&other.record)
        });
        let right: Vec<&String> =
            shared.chain([&self.needed]).flat_map(|it| &it.addresses).collect();
        match found {
            None | Some([]) => Status::RecordMissing,
            Some(found) if found.iter().all(|address| right.contains(&address)) => Status::Proven,
            Some(_) => Status::RecordStale,
        }
    }

    /// The zones of that name in the subscriptions that the endpoint and its clients are in, and
    /// why they may not be seen.
    fn elsewhere(&self) -> (Vec<ResourceId>, Option<String>) {
        let ids = self.clients.iter().chain([&self.endpoint.id]);
        let mut subscriptions: Vec<&str> = ids.map(ResourceId::subscription).collect();
        subscriptions.sort_unstable();
        subscriptions.dedup();
        let (mut named, mut hidden) = (Vec::new(), None);
        for subscription in subscriptions {
            let Ok(scope) = ResourceId::parse(&format!("/subscriptions/{subscription}")) else {
                continue;
            };
            let zones = self.reader.children(&scope, ZONES, PRIVATE_DNS_ZONE.api_version);
            hidden = hidden.or(zones.hidden().map(ToString::to_string));
            let ids = zones.found().into_iter().flatten().filter_map(|zone| zone["id"].as_str());
            let ids = ids.filter_map(|id| ResourceId::parse(id).ok());
            named.extend(ids.filter(|id| id.name().eq_ignore_ascii_case(&self.needed.zone)));
        }
        (named, hidden)
    }

    fn is_record(&self, body: &RecordSetBody) -> bool {
        let ty = body.r#type.rsplit('/').next();
        ty.is_some_and(|ty| ty.eq_ignore_ascii_case("A")) && self.is_named(&body.name)
    }

    fn is_named(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(&self.needed.record)
    }
}

/// The networks that a zone is linked to.
fn links(reader: &Reader, zone: &ResourceId) -> Read<Vec<String>> {
    let done = |link: &NetworkLinkProperties| {
        let state = link.virtual_network_link_state.as_ref();
        state.is_none_or(|state| state.eq_ignore_ascii_case("Completed"))
    };
    let links = reader.children(zone, "virtualNetworkLinks", VIRTUAL_NETWORK_LINK.api_version);
    links.decode_each::<NetworkLinkBody>(zone).map(|links| {
        let links = links.into_iter().map(|link| link.properties).filter(done);
        links.map(|link| link.virtual_network.id).filter(|id| !id.is_empty()).collect()
    })
}

fn addresses(record: &RecordSetBody) -> Vec<String> {
    record.properties.a_records.iter().map(|it| it.ipv4_address.clone()).collect()
}

#[cfg(test)]
mod tests;

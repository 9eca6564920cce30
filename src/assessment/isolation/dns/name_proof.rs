//! Proves one name: which DNS answers it, from which zone, and with which record.

use super::proof::{Proof, Status};
use crate::assessment::isolation::dns_servers::{self, Answering, Query};
use crate::assessment::isolation::endpoint::{GroupZone, LiveEndpoint};
use crate::assessment::isolation::wire::{NetworkLink, RecordSet};
use crate::assessment::reader::{Read, Reader, id_at};
use crate::private_link::arm_types::{PRIVATE_DNS_ZONE, VIRTUAL_NETWORK_LINK};
use crate::private_link::envelope::Envelope;
use crate::private_link::interface::RequiredRecord;
use azure::id::ResourceId;
use std::collections::BTreeSet;

/// Path of the zones of a subscription.
pub(super) const ZONES: &str = "providers/Microsoft.Network/privateDnsZones";

/// A name to prove.
pub(super) struct NameProof<'a> {
    pub(super) reader: &'a Reader,
    pub(super) endpoint: &'a LiveEndpoint,
    /// Virtual networks whose DNS answers the clients. If empty, a link to any network suffices.
    pub(super) clients: Vec<ResourceId>,
    pub(super) asked: Answering,
    pub(super) others: &'a [RequiredRecord],
    pub(super) zones: &'a [GroupZone],
    pub(super) needed: RequiredRecord,
}

/// A zone for the name, with the virtual networks that it is linked to.
struct LinkedZone {
    id: ResourceId,
    networks: Vec<String>,
}

impl LinkedZone {
    fn serves(&self, network: &ResourceId) -> bool {
        self.networks.iter().any(|linked| linked.eq_ignore_ascii_case(network.as_str()))
    }
}

/// The record of the name in a zone.
struct ZoneRecord<'z> {
    zone: &'z LinkedZone,
    status: Status,
    found: Option<Vec<String>>,
}

impl NameProof<'_> {
    /// Replaces the client networks by the networks whose DNS answers their queries.
    pub(super) fn follow_dns(mut self) -> Self {
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
        // If it is unknown which network answers, the client networks are the best guess.
        if !asked.networks.is_empty() {
            self.clients.clone_from(&asked.networks);
        }
        self.asked = asked;
        self
    }

    /// Returns the zone of the name in the endpoint's zone group.
    fn own(&self) -> Option<&GroupZone> {
        self.zones.iter().find(|zone| zone.id.name().eq_ignore_ascii_case(&self.needed.zone))
    }

    pub(super) fn proof(self) -> Proof {
        if self.needed.zone.is_empty() {
            let why = "no private DNS zone is known for this name".to_owned();
            return self.proof_of(None, &[], None, Status::Unverified(why));
        }
        let own = self.own();
        let (zones, hidden) = self.linked_zones(own.map(|own| &own.id));
        let serving = self.serving(&zones, own.is_some());
        let mut records = serving.iter().map(|zone| self.record_in(zone)).collect::<Vec<_>>();
        // Shows the first problem, otherwise the first zone.
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
        // The answer of a DNS server that ARM does not show is unknown.
        let status = match &self.asked.unknown {
            Some(why) if self.asked.networks.is_empty() || status == Status::Proven => {
                Status::Unverified(why.clone())
            }
            _ => status,
        };
        // A missing link belongs to the zone of the zone group, where Azure writes the record.
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

    /// Returns the relevant zones of the name, the zone group's first, and why a relevant zone
    /// cannot be read.
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
        // An unreadable zone elsewhere matters only if no other zone covers the clients.
        let hidden = hidden.filter(|_| own.is_none() && !self.is_covered(&zones));
        (zones, hidden)
    }

    /// Returns `true` if a zone is linked to each client network, or to any network if there are no
    /// clients.
    fn is_covered(&self, zones: &[LinkedZone]) -> bool {
        match &self.clients[..] {
            [] => zones.iter().any(|zone| !zone.networks.is_empty()),
            clients => clients.iter().all(|it| zones.iter().any(|zone| zone.serves(it))),
        }
    }

    /// Returns the zones that answer the clients; a virtual network is linked to only one zone of a
    /// name. If none is known to answer, returns the most likely zone.
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
        let records = records.decode_each::<Envelope<RecordSet>>(&zone.id);
        let hidden = records.hidden().map(ToString::to_string);
        let records = records.found().unwrap_or_default();
        let found = records.iter().find(|it| self.is_record(it)).map(addresses);
        let status = match hidden {
            Some(why) => Status::Unverified(why),
            // Every zone has an SOA record, so a zone without records does not exist.
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

    /// Returns the zones of the name in the subscriptions of the endpoint and of its clients, and
    /// why they cannot be read.
    fn elsewhere(&self) -> (Vec<ResourceId>, Option<String>) {
        let ids = self.clients.iter().chain([&self.endpoint.id]);
        let scopes: BTreeSet<ResourceId> = ids.map(ResourceId::subscription_id).collect();
        let (mut named, mut hidden) = (Vec::new(), None);
        for scope in scopes {
            let zones = self.reader.children(&scope, ZONES, PRIVATE_DNS_ZONE.api_version);
            hidden = hidden.or(zones.hidden().map(ToString::to_string));
            let ids = zones.found().into_iter().flatten().filter_map(|zone| id_at(&zone["id"]));
            named.extend(ids.filter(|id| id.name().eq_ignore_ascii_case(&self.needed.zone)));
        }
        (named, hidden)
    }

    fn is_record(&self, body: &Envelope<RecordSet>) -> bool {
        let ty = body.ty.rsplit('/').next();
        ty.is_some_and(|ty| ty.eq_ignore_ascii_case("A")) && self.is_named(&body.name)
    }

    fn is_named(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(&self.needed.record)
    }
}

/// Lists the virtual networks that a zone is linked to.
fn links(reader: &Reader, zone: &ResourceId) -> Read<Vec<String>> {
    let done = |link: &NetworkLink| {
        let state = link.virtual_network_link_state.as_ref();
        state.is_none_or(|state| state.eq_ignore_ascii_case("Completed"))
    };
    let links = reader.children(zone, "virtualNetworkLinks", VIRTUAL_NETWORK_LINK.api_version);
    links.decode_each::<Envelope<NetworkLink>>(zone).map(|links| {
        let links = links.into_iter().map(|link| link.properties).filter(done);
        links.map(|link| link.virtual_network.id).filter(|id| !id.is_empty()).collect()
    })
}

fn addresses(record: &Envelope<RecordSet>) -> Vec<String> {
    record.properties.a_records.iter().map(|it| it.ipv4_address.clone()).collect()
}

//! Whether the names of an endpoint lead to it: each needs a private DNS zone that is linked to the
//! networks of its clients, and a record there with the addresses of the endpoint's interface.

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
    /// IDs of networks of clients that it is not linked to.
    pub unlinked: Vec<String>,
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

    /// What is wrong with it, in words.
    fn trouble(&self) -> Option<String> {
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
            (Status::ZoneMissing, _) => vec![remediation::zone(&self.needed.zone, &self.endpoint)],
            (Status::Unlinked, _) => links(),
            // What Azure keeps itself it writes again with the zone group.
            (Status::RecordMissing | Status::RecordStale, _) if self.kept_by_azure => {
                vec![remediation::group(&self.endpoint)]
            }
            (Status::RecordMissing | Status::RecordStale, Some(zone)) => {
                vec![remediation::record(zone, &self.needed.record, &self.needed.addresses)]
            }
            _ => Vec::new(),
        }
    }
}

/// Proves the names of an endpoint. Without networks of clients, a link to any network will do.
/// `accepted` are addresses beside the endpoint's own that a record may have: those of other
/// endpoints to the same target.
pub fn prove(
    reader: &Reader,
    endpoint: &LiveEndpoint,
    clients: &[ResourceId],
    accepted: &[String],
) -> Read<Vec<Proof>> {
    let zones = endpoint.zones(reader);
    let needed = endpoint.required_records(reader);
    let zones = match zones {
        Read::Found(zones) => zones,
        Read::Absent => Vec::new(),
        other => return other.map(|_| Vec::new()),
    };
    needed.map(|needed| {
        let prove =
            |needed| NameProof { reader, endpoint, clients, accepted, zones: &zones, needed };
        needed.into_iter().map(|needed| prove(needed).proof()).collect()
    })
}

/// The same, where other endpoints to the same target are found out about as far as it matters: a
/// record may have their addresses.
pub fn prove_alone(
    reader: &Reader,
    endpoint: &LiveEndpoint,
    clients: &[ResourceId],
) -> Read<Vec<Proof>> {
    let proofs = prove(reader, endpoint, clients, &[]);
    let stale = |proofs: &[Proof]| proofs.iter().any(|it| it.status == Status::RecordStale);
    match &proofs {
        Read::Found(seen) if stale(seen) => {}
        _ => return proofs,
    }
    let others = endpoint.related(reader).into_iter();
    let names = others.filter_map(|other| other.required_records(reader).found()).flatten();
    let accepted: Vec<String> = names.flat_map(|name| name.addresses).collect();
    prove(reader, endpoint, clients, &accepted)
}

/// A name that is to be proven.
struct NameProof<'a> {
    reader: &'a Reader,
    endpoint: &'a LiveEndpoint,
    clients: &'a [ResourceId],
    accepted: &'a [String],
    zones: &'a [GroupZone],
    needed: RequiredRecord,
}

impl NameProof<'_> {
    fn proof(self) -> Proof {
        if self.needed.zone.is_empty() {
            let why = "no private DNS zone is known to answer for it".to_owned();
            return Proof {
                needed: self.needed,
                endpoint: self.endpoint.id.clone(),
                zone: None,
                kept_by_azure: false,
                pending: false,
                found: None,
                linked: Vec::new(),
                unlinked: Vec::new(),
                status: Status::Unverified(why),
            };
        }
        let own =
            self.zones.iter().find(|zone| zone.id.name().eq_ignore_ascii_case(&self.needed.zone));
        let lists = |zone: &GroupZone| zone.records.iter().any(|it| self.is_named(it));
        let (kept_by_azure, pending) = (own.is_some(), own.is_some_and(|zone| !lists(zone)));
        let zone = match own {
            Some(zone) => Read::Found(zone.id.clone()),
            None => self.elsewhere(),
        };
        let mut hidden = zone.hidden().map(ToString::to_string);
        let zone = zone.found();
        let (mut found, mut linked, mut exists) = (None, Vec::new(), false);
        if let Some(zone) = &zone {
            let links = links(self.reader, zone);
            let records = self.reader.children(zone, "ALL", PRIVATE_DNS_ZONE.api_version);
            let records = records.decode_each::<RecordSetBody>(zone);
            hidden = links.hidden().or(records.hidden()).map(ToString::to_string);
            linked = links.found().unwrap_or_default();
            let records = records.found().unwrap_or_default();
            // Every zone has a record of its own: where there is none at all, there is no zone.
            exists = !records.is_empty();
            found = records.iter().find(|it| self.is_record(it)).map(addresses);
        }
        let unlinked = self.unlinked(&linked);
        let status = match hidden {
            Some(why) => Status::Unverified(why),
            None if !exists => Status::ZoneMissing,
            None => self.status(found.as_deref(), linked.is_empty() || !unlinked.is_empty()),
        };
        let endpoint = self.endpoint.id.clone();
        let zone = zone.filter(|_| exists || matches!(status, Status::Unverified(_)));
        let needed = self.needed;
        Proof { needed, endpoint, zone, kept_by_azure, pending, found, linked, unlinked, status }
    }

    fn status(&self, found: Option<&[String]>, unlinked: bool) -> Status {
        let right = |address: &String| {
            self.needed.addresses.contains(address) || self.accepted.contains(address)
        };
        match found {
            None | Some([]) => Status::RecordMissing,
            Some(found) if !found.iter().all(right) => Status::RecordStale,
            Some(_) if unlinked => Status::Unlinked,
            Some(_) => Status::Proven,
        }
    }

    fn unlinked(&self, linked: &[String]) -> Vec<String> {
        let is_linked = |id: &&ResourceId| {
            !linked.iter().any(|linked| linked.eq_ignore_ascii_case(id.as_str()))
        };
        self.clients.iter().filter(is_linked).map(ToString::to_string).collect()
    }

    /// A zone outside the zone group: one that somebody keeps by hand, in a subscription that the
    /// endpoint or its clients are in. One that is linked to them is preferred.
    fn elsewhere(&self) -> Read<ResourceId> {
        let ids = self.clients.iter().chain([&self.endpoint.id]);
        let mut subscriptions: Vec<&str> = ids.map(ResourceId::subscription).collect();
        subscriptions.sort_unstable();
        subscriptions.dedup();
        let (mut named, mut other) = (Vec::new(), Read::Absent);
        for subscription in subscriptions {
            let scope = ResourceId::parse(&format!("/subscriptions/{subscription}"));
            match scope
                .map(|scope| self.reader.children(&scope, ZONES, PRIVATE_DNS_ZONE.api_version))
            {
                Ok(Read::Found(zones)) => named.extend(zones.iter().filter_map(|zone| {
                    let id = ResourceId::parse(zone["id"].as_str()?).ok()?;
                    id.name().eq_ignore_ascii_case(&self.needed.zone).then_some(id)
                })),
                Ok(Read::Hidden(why)) => other = Read::Hidden(why),
                Ok(Read::Pending) => other = Read::Pending,
                Ok(Read::Absent) | Err(_) => {}
            }
        }
        let serves = |zone: &&ResourceId| {
            let linked = links(self.reader, zone).found().unwrap_or_default();
            let of = |network: &ResourceId| {
                linked.iter().any(|linked| linked.eq_ignore_ascii_case(network.as_str()))
            };
            self.clients.iter().chain(&self.endpoint.network).any(of)
        };
        let best = match &named[..] {
            [only] => Some(only),
            several => several.iter().find(serves).or(several.first()),
        };
        best.cloned().map_or(other, Read::Found)
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

//! Whether the names of an endpoint lead to it: each needs a private DNS zone that is linked to the
//! networks of its clients, and a record there with the addresses of the endpoint's interface.

use super::endpoint::{Endpoint, GroupZone};
use super::mend;
use crate::private_link::Needed;
use crate::survey::{Sight, Survey};
use azure::id::ResourceId;
use serde_json::Value as Json;

/// The API version that is spoken with zones.
const API: &str = "2024-06-01";

/// ARM's name of the type.
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
    pub needed: Needed,
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
    /// What is wrong with it; `None` where nothing is.
    pub fn trouble(&self) -> Option<String> {
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
    pub fn is_wildcard_by_hand(&self) -> bool {
        self.needed.record.starts_with("*.") && !self.kept_by_azure
    }

    /// The configuration that mends it; nothing where nothing is known to.
    pub fn mend(&self) -> Vec<String> {
        let links = || match (&self.zone, &self.unlinked[..]) {
            (None, _) => Vec::new(),
            (Some(zone), []) => vec![mend::link(zone, None)],
            (Some(zone), networks) => {
                networks.iter().map(|network| mend::link(zone, Some(network))).collect()
            }
        };
        match (&self.status, &self.zone) {
            (Status::ZoneMissing, _) => vec![mend::zone(&self.needed.zone, &self.endpoint)],
            (Status::Unlinked, _) => links(),
            // What Azure keeps itself it writes again with the zone group.
            (Status::RecordMissing | Status::RecordStale, _) if self.kept_by_azure => {
                vec![mend::group(&self.endpoint)]
            }
            (Status::RecordMissing | Status::RecordStale, Some(zone)) => {
                vec![mend::record(zone, &self.needed.record, &self.needed.addresses)]
            }
            _ => Vec::new(),
        }
    }
}

/// Proves the names of an endpoint. Without networks of clients, a link to any network will do.
/// `accepted` are addresses beside the endpoint's own that a record may have: those of other
/// endpoints to the same target.
pub fn prove(
    survey: &Survey,
    endpoint: &Endpoint,
    clients: &[ResourceId],
    accepted: &[String],
) -> Sight<Vec<Proof>> {
    let zones = endpoint.zones(survey);
    let needed = endpoint.needed(survey);
    let zones = match zones {
        Sight::Seen(zones) => zones,
        Sight::Absent => Vec::new(),
        other => return other.map(|_| Vec::new()),
    };
    needed.map(|needed| {
        let prove = |needed| Name { survey, endpoint, clients, accepted, zones: &zones, needed };
        needed.into_iter().map(|needed| prove(needed).proof()).collect()
    })
}

/// The same, where other endpoints to the same target are found out about as far as it matters: a
/// record may have their addresses.
pub fn prove_alone(
    survey: &Survey,
    endpoint: &Endpoint,
    clients: &[ResourceId],
) -> Sight<Vec<Proof>> {
    let proofs = prove(survey, endpoint, clients, &[]);
    let stale = |proofs: &[Proof]| proofs.iter().any(|it| it.status == Status::RecordStale);
    match &proofs {
        Sight::Seen(seen) if stale(seen) => {}
        _ => return proofs,
    }
    let others = endpoint.beside(survey).into_iter();
    let names = others.filter_map(|other| other.needed(survey).seen()).flatten();
    let accepted: Vec<String> = names.flat_map(|name| name.addresses).collect();
    prove(survey, endpoint, clients, &accepted)
}

/// A name that is to be proven.
struct Name<'a> {
    survey: &'a Survey,
    endpoint: &'a Endpoint,
    clients: &'a [ResourceId],
    accepted: &'a [String],
    zones: &'a [GroupZone],
    needed: Needed,
}

impl Name<'_> {
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
            Some(zone) => Sight::Seen(zone.id.clone()),
            None => self.elsewhere(),
        };
        let mut hidden = zone.hidden().map(str::to_owned);
        let zone = zone.seen();
        let (mut found, mut linked, mut exists) = (None, Vec::new(), false);
        if let Some(zone) = &zone {
            let links = links(self.survey, zone);
            let records = self.survey.children(zone, "ALL", API);
            hidden = links.hidden().or(records.hidden()).map(str::to_owned);
            linked = links.seen().unwrap_or_default();
            let records = records.seen().unwrap_or_default();
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
    fn elsewhere(&self) -> Sight<ResourceId> {
        let ids = self.clients.iter().chain([&self.endpoint.id]);
        let mut subscriptions: Vec<&str> = ids.map(ResourceId::subscription).collect();
        subscriptions.sort_unstable();
        subscriptions.dedup();
        let (mut named, mut other) = (Vec::new(), Sight::Absent);
        for subscription in subscriptions {
            let scope = ResourceId::parse(&format!("/subscriptions/{subscription}"));
            match scope.map(|scope| self.survey.children(&scope, ZONES, API)) {
                Ok(Sight::Seen(zones)) => named.extend(zones.iter().filter_map(|zone| {
                    let id = ResourceId::parse(zone["id"].as_str()?).ok()?;
                    id.name().eq_ignore_ascii_case(&self.needed.zone).then_some(id)
                })),
                Ok(Sight::Hidden(why)) => other = Sight::Hidden(why),
                Ok(Sight::Unseen) => other = Sight::Unseen,
                Ok(Sight::Absent) | Err(_) => {}
            }
        }
        let serves = |zone: &&ResourceId| {
            let linked = links(self.survey, zone).seen().unwrap_or_default();
            let of = |network: &ResourceId| {
                linked.iter().any(|linked| linked.eq_ignore_ascii_case(network.as_str()))
            };
            self.clients.iter().chain(&self.endpoint.network).any(of)
        };
        let best = match &named[..] {
            [only] => Some(only),
            several => several.iter().find(serves).or(several.first()),
        };
        best.cloned().map_or(other, Sight::Seen)
    }

    fn is_record(&self, body: &Json) -> bool {
        let ty = body["type"].as_str().unwrap_or_default();
        let address = ty.rsplit('/').next().is_some_and(|ty| ty.eq_ignore_ascii_case("A"));
        address && self.is_named(body["name"].as_str().unwrap_or_default())
    }

    fn is_named(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(&self.needed.record)
    }
}

/// The networks that a zone is linked to.
fn links(survey: &Survey, zone: &ResourceId) -> Sight<Vec<String>> {
    let done = |link: &&Json| {
        let state = link["properties"]["virtualNetworkLinkState"].as_str();
        state.is_none_or(|state| state.eq_ignore_ascii_case("Completed"))
    };
    let network =
        |link: &Json| link["properties"]["virtualNetwork"]["id"].as_str().map(str::to_owned);
    let links = survey.children(zone, "virtualNetworkLinks", API);
    links.map(|links| links.iter().filter(done).filter_map(network).collect())
}

fn addresses(record: &Json) -> Vec<String> {
    let listed = record["properties"]["aRecords"].as_array().into_iter().flatten();
    listed.filter_map(|it| it["ipv4Address"].as_str().map(str::to_owned)).collect()
}

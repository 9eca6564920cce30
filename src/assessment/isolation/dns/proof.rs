//! What is known of one name of an endpoint, and what is said of it.

use crate::assessment::finding::Finding;
use crate::assessment::isolation::remediation;
use crate::codes::Code;
use crate::private_link::interface::RequiredRecord;
use azure::id::ResourceId;

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

//! The result of a DNS proof, its message, and the configuration that fixes it.

use crate::assessment::finding::Finding;
use crate::assessment::isolation::remediation;
use crate::codes::Code;
use crate::private_link::interface::RequiredRecord;
use azure::id::ResourceId;

/// Status of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Clients resolve the name to the endpoint's addresses.
    Proven,
    /// No private DNS zone exists for the name.
    ZoneMissing,
    /// The zone is not linked to a client network.
    Unlinked,
    /// The zone has no record for the name.
    RecordMissing,
    /// The record has other addresses.
    RecordStale,
    /// Something cannot be read, with Azure's message.
    Unverified(String),
}

impl Status {
    /// Returns the value that attributes show.
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

/// Proof of one name of an endpoint.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The name, with the record that it needs.
    pub needed: RequiredRecord,
    /// ID of the endpoint.
    pub endpoint: ResourceId,
    /// ID of the zone that answers the name.
    pub zone: Option<ResourceId>,
    /// If `true`, the zone is in the endpoint's zone group, so Azure writes the record.
    pub kept_by_azure: bool,
    /// If `true`, Azure has not written the record yet: the zone group does not list it.
    pub pending: bool,
    /// Addresses of the record; `None` if there is no record.
    pub found: Option<Vec<String>>,
    /// IDs of the virtual networks that the zone is linked to.
    pub linked: Vec<String>,
    /// IDs of virtual networks whose DNS answers clients and that the zone is not linked to.
    pub unlinked: Vec<String>,
    /// Steps by which client queries reach those networks. Empty if each client network uses its
    /// own Azure DNS.
    pub path: Vec<String>,
    /// Status of the name.
    pub status: Status,
}

impl Proof {
    /// Returns a finding about the resource, or `None` if the name is proven.
    pub fn finding(&self, resource: &ResourceId) -> Option<Finding> {
        let (code, mut message) = self.problem()?;
        if !self.path.is_empty() {
            message = format!("{message} ({})", self.path.join("; "));
        }
        Some(Finding::of(code, resource, message).fixed_by(self.remediation()))
    }

    /// Returns the code and the message without the steps of the clients' queries, or `None` if the
    /// name is proven.
    fn problem(&self) -> Option<(Code, String)> {
        let RequiredRecord { fqdn, zone, record, addresses, .. } = &self.needed;
        let (addresses, endpoint) = (addresses.join(", "), self.endpoint.name());
        Some(match &self.status {
            Status::Proven => return None,
            Status::Unverified(why) => {
                let what = match zone.is_empty() {
                    true => format!("the DNS resolution of {fqdn}"),
                    false => format!("the links and records of {zone} for {endpoint}"),
                };
                (Code::Unverified, format!("{what} could not be verified: {why}"))
            }
            Status::ZoneMissing => {
                (Code::NoZone, format!("no private DNS zone {zone} exists for {endpoint}"))
            }
            Status::Unlinked => {
                let names = self.unlinked.iter().filter_map(|id| id.rsplit('/').next());
                let names = names.collect::<Vec<_>>().join(" and ");
                let networks = if names.is_empty() { "any virtual network" } else { &names };
                (Code::Unlinked, format!("the zone {zone} is not linked to {networks}"))
            }
            Status::RecordStale => {
                let has = self.found.iter().flatten().cloned().collect::<Vec<_>>().join(", ");
                let message = format!(
                    "the record {record}.{zone} resolves to {has}, but the endpoint has {addresses}"
                );
                (Code::StaleRecord, message)
            }
            Status::RecordMissing if self.is_wildcard_by_hand() => {
                let message = format!(
                    "the zone {zone} lacks the record {record:?}, so {fqdn} does not resolve to \
                     {addresses}"
                );
                (Code::NoWildcard, message)
            }
            Status::RecordMissing => {
                (Code::NoRecord, format!("the zone {zone} lacks the record {record:?} for {fqdn}"))
            }
        })
    }

    /// Returns `true` for the wildcard of online endpoints in a manually maintained zone, where the
    /// record is easily forgotten: Azure's interfaces list only the wildcard of the region.
    fn is_wildcard_by_hand(&self) -> bool {
        self.needed.record.starts_with("*.") && !self.kept_by_azure
    }

    /// Returns the configuration that fixes the problem. Empty if none is known.
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
            // Azure writes the record again with the zone group.
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

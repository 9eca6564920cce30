//! The records that a DNS needs for an endpoint, from the names on its network interface.

use crate::private_link::interface::{InterfaceBody, RequiredRecord};
use azure::id::ResourceId;
use plugin::model::Object;

/// A record for an endpoint.
#[derive(Object, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DnsRecord {
    /// The name that clients use.
    fqdn: String,
    /// `A`.
    r#type: String,
    /// The private DNS zone that should hold the record. Empty for a service that is not known.
    pub(super) zone_name: String,
    /// Name of the record in the zone.
    record_name: String,
    /// Addresses.
    ip_addresses: Vec<String>,
    /// The part of the service (group ID) that the name is of.
    group_id: String,
    /// The member of the group that the name is of.
    member_name: String,
    /// Where the name is from: `nic` for the endpoint's interface, `derived` for a name that Azure
    /// does not list there and that must resolve all the same.
    pub(super) source: String,
    /// Seconds that resolvers may keep the record.
    ttl: i64,
}

/// The source of a name that the endpoint's interface lists.
pub(super) const OF_INTERFACE: &str = "nic";

/// Seconds that Azure's own zone groups let records be kept.
const TTL: i64 = 10;

/// The records of an endpoint, sorted.
pub(super) fn of(interface: Option<&InterfaceBody>, target: Option<&ResourceId>) -> Vec<DnsRecord> {
    let needed = interface.map(|it| it.required_records(target)).unwrap_or_default();
    let mut records: Vec<DnsRecord> = needed.into_iter().map(DnsRecord::from).collect();
    records.sort();
    records
}

impl From<RequiredRecord> for DnsRecord {
    fn from(needed: RequiredRecord) -> Self {
        Self {
            fqdn: needed.fqdn,
            r#type: "A".to_owned(),
            zone_name: needed.zone,
            record_name: needed.record,
            ip_addresses: needed.addresses,
            group_id: needed.group,
            member_name: needed.member,
            source: if needed.derived { "derived" } else { OF_INTERFACE }.to_owned(),
            ttl: TTL,
        }
    }
}

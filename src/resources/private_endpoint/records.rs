//! The DNS records that an endpoint needs, from the names on its network interface.

use crate::private_link::interface::{InterfaceBody, RequiredRecord};
use azure::id::ResourceId;
use plugin::model::Object;

/// A record for an endpoint.
#[derive(Object, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DnsRecord {
    /// Fully qualified domain name that clients use.
    fqdn: String,
    /// Type of the record: `A`.
    r#type: String,
    /// Private DNS zone for the record. Empty if the service is unknown.
    pub(super) zone_name: String,
    /// Name of the record in the zone.
    record_name: String,
    /// Addresses of the record.
    ip_addresses: Vec<String>,
    /// Group ID of the part of the service that the name belongs to.
    group_id: String,
    /// Member of the group that the name belongs to.
    member_name: String,
    /// Source of the name: `nic` for the private endpoint's network interface, and `derived` for a
    /// name that Azure does not list there and that must resolve too.
    pub(super) source: String,
    /// Time to live of the record, in seconds.
    ttl: i64,
}

/// The source of a name on the endpoint's network interface.
pub(super) const OF_INTERFACE: &str = "nic";

/// The time to live of records that Azure's zone groups write, in seconds.
const TTL: i64 = 10;

/// Returns the sorted records of an endpoint.
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

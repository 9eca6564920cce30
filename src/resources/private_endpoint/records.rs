//! The records that a DNS needs for an endpoint, from the names on its network interface.

use super::wire::Interface;
use crate::private_link;
use plugin::model::Object;

/// A record for an endpoint.
#[derive(Object, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DnsRecord {
    /// The name that clients use.
    fqdn: String,
    /// `A`.
    r#type: String,
    /// The private DNS zone that should hold the record. Empty for a service that is not known.
    zone_name: String,
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
    source: String,
    /// Seconds that resolvers may keep the record.
    ttl: i64,
}

/// Seconds that Azure's own zone groups let records be kept.
const TTL: i64 = 10;

/// The records of an endpoint, sorted.
pub(super) fn of(interface: &Interface) -> Vec<DnsRecord> {
    let addresses = &interface.properties.ip_configurations;
    let names = || {
        addresses.iter().flat_map(|it| {
            let member = &it.properties.private_link_connection_properties;
            member.fqdns.iter().map(move |fqdn| (fqdn, member, &it.properties.private_ip_address))
        })
    };
    let guid = names().find_map(|(fqdn, ..)| private_link::workspace_guid(fqdn));
    let mut records: Vec<DnsRecord> = Vec::new();
    for (fqdn, member, address) in names() {
        let derived = guid.and_then(|guid| private_link::inference_record(fqdn, guid));
        let (source, found) = match derived {
            Some(record) => ("derived", Some(record)),
            None => ("nic", private_link::record_of(fqdn)),
        };
        let (zone, record) = found.unwrap_or_default();
        let same = |known: &&mut DnsRecord| known.fqdn == *fqdn && known.source == source;
        if let Some(known) = records.iter_mut().find(same) {
            known.ip_addresses.extend(address.clone());
            continue;
        }
        records.push(DnsRecord {
            fqdn: fqdn.clone(),
            r#type: "A".to_owned(),
            zone_name: zone.to_owned(),
            record_name: record,
            ip_addresses: address.iter().cloned().collect(),
            group_id: member.group_id.clone(),
            member_name: member.required_member_name.clone(),
            source: source.to_owned(),
            ttl: TTL,
        });
    }
    records.sort();
    records
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn address(address: &str, fqdns: &[&str]) -> serde_json::Value {
        json!({"properties": {
            "privateIPAddress": address,
            "privateLinkConnectionProperties": {
                "groupId": "amlworkspace", "requiredMemberName": "default", "fqdns": fqdns,
            },
        }})
    }

    #[test]
    fn a_workspace_needs_its_own_inference_wildcard() {
        let interface = json!({"properties": {"ipConfigurations": [
            address("10.0.1.4", &["g.workspace.eastus.api.azureml.ms"]),
            address("10.0.1.6", &["*.eastus.inference.ml.azure.com"]),
        ]}});
        let interface: Interface = serde_json::from_value(interface).unwrap();
        let records = of(&interface);
        let rows: Vec<_> = records
            .iter()
            .map(|it| (it.record_name.as_str(), it.zone_name.as_str(), it.source.as_str()))
            .collect();
        let zone = "privatelink.api.azureml.ms";
        assert_eq!(
            rows,
            [("*.g.inference.eastus", zone, "derived"), { ("g.workspace.eastus", zone, "nic") }]
        );
        assert_eq!(records[0].ip_addresses, ["10.0.1.6"]);
    }

    #[test]
    fn a_name_of_an_unknown_service_is_kept_without_a_zone() {
        let interface = json!({"properties": {"ipConfigurations": [
            address("10.0.1.4", &["a.example.com"]),
        ]}});
        let records = of(&serde_json::from_value(interface).unwrap());
        assert_eq!(
            (records[0].fqdn.as_str(), records[0].zone_name.as_str()),
            ("a.example.com", "")
        );
    }
}

//! Addresses and names from the network interface of a private endpoint.

use super::envelope::Envelope;
use super::names::{inference_record, record_of, workspace_guid};
use super::services::service_of;
use azure::id::ResourceId;
use serde::Deserialize;
use serde_json::Value as Json;

/// Body of a network interface.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct InterfaceBody {
    properties: InterfaceProperties,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct InterfaceProperties {
    ip_configurations: Vec<Envelope<InterfaceIp>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct InterfaceIp {
    #[serde(rename = "privateIPAddress")]
    private_ip_address: Option<String>,
    private_link_connection_properties: Option<PrivateLinkMember>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PrivateLinkMember {
    group_id: String,
    required_member_name: String,
    fqdns: Option<Vec<String>>,
}

/// A name that clients of an endpoint use, with the record that it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequiredRecord {
    /// Fully qualified name.
    pub fqdn: String,
    /// Name of the private DNS zone. Empty for an unknown service.
    pub zone: String,
    /// Name of the record in the zone.
    pub record: String,
    /// IP addresses of the record.
    pub addresses: Vec<String>,
    /// Group ID of the name.
    pub group: String,
    /// Member of the group.
    pub member: String,
    /// If `true`, Azure does not list the record, although the name needs it.
    pub derived: bool,
}

impl InterfaceBody {
    /// Returns `true` if the interface shows the names of each of its addresses. An interface that
    /// was read individually does; that listed interfaces do too is a guess.
    pub fn is_whole(interface: &Json) -> bool {
        let addresses = &interface["properties"]["ipConfigurations"];
        let fqdns =
            |it: &Json| it["properties"]["privateLinkConnectionProperties"]["fqdns"].is_array();
        addresses.as_array().is_some_and(|addresses| addresses.iter().all(fqdns))
    }

    /// Returns the IP addresses in their order.
    pub fn addresses(&self) -> Vec<String> {
        let addresses = self.properties.ip_configurations.iter();
        addresses.filter_map(|it| it.properties.private_ip_address.clone()).collect()
    }

    /// Returns the names of an interface of an endpoint to this target, each once.
    pub fn required_records(&self, target: Option<&ResourceId>) -> Vec<RequiredRecord> {
        let addresses = &self.properties.ip_configurations;
        let names = || {
            addresses.iter().flat_map(|it| {
                let member = it.properties.private_link_connection_properties.iter();
                member.flat_map(move |member| {
                    let fqdns = member.fqdns.iter().flatten();
                    fqdns.map(move |fqdn| (fqdn, member, &it.properties.private_ip_address))
                })
            })
        };
        let service = target.and_then(service_of);
        let guid = names().find_map(|(fqdn, ..)| workspace_guid(fqdn));
        let mut needed: Vec<RequiredRecord> = Vec::new();
        for (fqdn, member, address) in names() {
            let inference = guid.and_then(|guid| inference_record(fqdn, guid));
            let derived = inference.is_some();
            let (zone, record) = inference
                .or_else(|| record_of(fqdn, service, Some(&member.group_id)))
                .unwrap_or_default();
            let same =
                |known: &&mut RequiredRecord| known.fqdn == *fqdn && known.derived == derived;
            if let Some(known) = needed.iter_mut().find(same) {
                known.addresses.extend(address.clone());
                continue;
            }
            needed.push(RequiredRecord {
                fqdn: fqdn.clone(),
                zone,
                record,
                addresses: address.iter().cloned().collect(),
                group: member.group_id.clone(),
                member: member.required_member_name.clone(),
                derived,
            });
        }
        needed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn needed(addresses: &[(&str, &[&str])]) -> Vec<RequiredRecord> {
        let address = |(address, fqdns): &(&str, &[&str])| {
            json!({"properties": {
                "privateIPAddress": address,
                "privateLinkConnectionProperties": {
                    "groupId": "amlworkspace", "requiredMemberName": "default", "fqdns": fqdns,
                },
            }})
        };
        let addresses: Vec<_> = addresses.iter().map(address).collect();
        let body = json!({"properties": {"ipConfigurations": addresses}});
        serde_json::from_value::<InterfaceBody>(body).unwrap().required_records(None)
    }

    #[test]
    fn workspace_needs_the_inference_wildcard_of_its_guid() {
        let needed = needed(&[
            ("10.0.1.4", &["g.workspace.eastus.api.azureml.ms"]),
            ("10.0.1.6", &["*.eastus.inference.ml.azure.com"]),
        ]);
        let rows: Vec<_> = needed.iter().map(|it| (&*it.record, &*it.zone, it.derived)).collect();
        let zone = "privatelink.api.azureml.ms";
        assert_eq!(
            rows,
            [("g.workspace.eastus", zone, false), ("*.g.inference.eastus", zone, true)]
        );
        assert_eq!(needed[1].addresses, ["10.0.1.6"]);
    }

    #[test]
    fn interface_without_names_is_not_whole() {
        let whole = |properties: Json| {
            let address = json!({ "properties": properties });
            InterfaceBody::is_whole(&json!({"properties": {"ipConfigurations": [address]}}))
        };
        let named = |fqdns: Json| json!({"privateLinkConnectionProperties": {"fqdns": fqdns}});
        assert!(whole(named(json!(["a.example.com"]))));
        assert!(!whole(named(Json::Null)));
        assert!(!whole(json!({"privateIPAddress": "10.0.1.4"})));
        assert!(!InterfaceBody::is_whole(&json!({"properties": {}})));
    }

    #[test]
    fn name_of_an_unknown_service_has_no_zone() {
        let needed = needed(&[("10.0.1.4", &["a.example.com"])]);
        assert_eq!((&*needed[0].fqdn, &*needed[0].zone), ("a.example.com", ""));
    }
}

//! A rule as ARM represents it. The form of the destination depends on the type.

use super::OutboundRule;
use crate::private_link::services::service_of;
use serde::{Deserialize, Serialize};

/// Properties of a rule.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Properties {
    r#type: String,
    category: String,
    destination: Option<Destination>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fqdns: Option<Vec<String>>,
    #[serde(skip_serializing)]
    status: Option<String>,
}

/// The destination of a rule.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Destination {
    /// A domain name.
    Fqdn(String),
    /// A resource or a service tag.
    Parts(Parts),
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Parts {
    #[serde(skip_serializing_if = "Option::is_none")]
    service_resource_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subresource_target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spark_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port_ranges: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_prefixes: Option<Vec<String>>,
}

/// Returns the properties that the attributes request.
pub(super) fn write(rule: &OutboundRule) -> Properties {
    let (ty, destination) = if let Some(fqdn) = &rule.destination_fqdn {
        ("FQDN", Destination::Fqdn(fqdn.clone()))
    } else if let Some(tag) = &rule.service_tag {
        let parts = Parts {
            service_tag: Some(tag.clone()),
            protocol: rule.protocol.clone(),
            port_ranges: rule.port_ranges.clone(),
            action: rule.action.get().cloned(),
            // An empty list removes existing prefixes.
            address_prefixes: Some(rule.address_prefixes.clone().unwrap_or_default()),
            ..Parts::default()
        };
        ("ServiceTag", Destination::Parts(parts))
    } else {
        let parts = Parts {
            service_resource_id: rule.service_resource_id.clone(),
            subresource_target: part(rule),
            spark_enabled: rule.spark_enabled.get().copied(),
            ..Parts::default()
        };
        ("PrivateEndpoint", Destination::Parts(parts))
    };
    Properties {
        r#type: ty.to_owned(),
        category: "UserDefined".to_owned(),
        destination: Some(destination),
        fqdns: rule.fqdns.clone(),
        status: None,
    }
}

/// Returns the group ID in Azure's spelling.
fn part(rule: &OutboundRule) -> Option<String> {
    let part = rule.sub_resource_target.as_ref()?;
    let service = rule.target().and_then(|target| service_of(&target));
    Some(service.map_or(part.as_str(), |service| service.spelt(part)).to_owned())
}

/// Sets the attributes from the rule in Azure.
pub(super) fn read(rule: &mut OutboundRule, live: &Properties, importing: bool) {
    let (fqdn, parts) = match live.destination.clone() {
        Some(Destination::Fqdn(fqdn)) => (Some(fqdn), Parts::default()),
        Some(Destination::Parts(parts)) => (None, parts),
        None => (None, Parts::default()),
    };
    rule.destination_fqdn = fqdn;
    rule.service_resource_id = parts.service_resource_id;
    rule.sub_resource_target = parts.subresource_target;
    rule.spark_enabled.set(parts.spark_enabled);
    // Azure can have domain names that it does not return.
    if live.fqdns.is_some() || importing {
        rule.fqdns = live.fqdns.clone().filter(|listed| !listed.is_empty());
    }
    rule.service_tag = parts.service_tag;
    rule.protocol = parts.protocol;
    rule.port_ranges = parts.port_ranges;
    rule.action.set(parts.action);
    rule.address_prefixes = parts.address_prefixes.filter(|listed| !listed.is_empty());
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    rule.ty.set(text(&live.r#type));
    rule.category.set(text(&live.category));
    rule.status.set(live.status.clone());
}

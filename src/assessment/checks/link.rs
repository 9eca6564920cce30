//! AAI010, AAI013: whether a zone may be linked to the network.

use super::input::{ConfigValue, PlannedLink};
use super::plan::Plan;
use super::report::{Report, RequiredRead};
use crate::assessment::finding::Finding;
use crate::assessment::reader::Read;
use crate::codes::Code;
use crate::explain::import_block;
use crate::private_link::arm_types::{PRIVATE_DNS_ZONE, VIRTUAL_NETWORK_LINK};
use azure::error::Error;
use azure::id::ResourceId;
use serde_json::Value as Json;
use std::sync::Arc;

const ZONES: &str = "providers/Microsoft.Network/privateDnsZones";
const LINKS: &str = "virtualNetworkLinks";

/// The resource that manages a link.
const RESOURCE: &str = "azureai_private_dns_zone_virtual_network_link";

/// AAI013: a privatelink zone registers no machines.
pub(super) fn registration(link: &PlannedLink) -> Option<Finding> {
    let (zone, path) = (link.zone_name.as_ref()?, link.registers.as_ref()?);
    if !zone.to_ascii_lowercase().starts_with("privatelink.") {
        return None;
    }
    let detail = "The records of a `privatelink` zone belong to private endpoints, and a network \
                  can register its machines in one zone only. Leave `registration_enabled` out, \
                  or use a zone of your own for the machines.";
    let summary = "A privatelink zone must not register machines";
    Some(Finding::at(Code::Registration, path, summary, detail))
}

/// AAI010: the network is linked to no other zone of that name.
pub(super) fn elsewhere(link: &PlannedLink, plan: Plan<'_>, report: &mut Report) {
    let (Some(zone), Some(network)) = (&link.zone, &link.network) else { return };
    match rival(link, plan) {
        Rival::None => {}
        Rival::Hidden(id, error) => {
            let what = "The list of private DNS zones or their links";
            let (path, codes) = (zone.path.clone(), vec![Code::LinkedElsewhere]);
            report.push_unreadable(RequiredRead { id, what, path, codes }, error);
        }
        Rival::Link(other) => report.extend([finding(zone, network, &other)]),
    }
}

fn finding(
    zone: &ConfigValue<ResourceId>,
    network: &ConfigValue<ResourceId>,
    other: &ResourceId,
) -> Finding {
    let same = other.parent().is_some_and(|parent| parent == zone.value);
    let name = zone.value.name();
    let summary = if same {
        format!("The network is linked to the zone {name:?} already")
    } else {
        format!("The network is linked to another zone {name:?}")
    };
    Finding::at(Code::LinkedElsewhere, &network.path, summary, way_out(&zone.value, other))
}

/// Which link is in the way, and what to do about it.
pub(super) fn way_out(zone: &ResourceId, link: &ResourceId) -> String {
    let next = if link.parent().as_ref() == Some(zone) {
        // The name is part of what a link is, so nothing can stand for it under another.
        let name = link.name();
        let import = import_block(RESOURCE, link.as_str());
        format!(
            "A network is linked to a zone once. To manage that link here, give the resource its \
             name:\n\n  name           = {name:?}\n  adopt_existing = true\n\nOr give it the name \
             and import it:\n\n{import}\n\nOr remove that link first."
        )
    } else {
        "A network resolves a name in one zone only. Use the zone of that link (its ID without the \
         last two parts) for the endpoint's zone group, or remove the link first."
            .to_owned()
    };
    format!("The link that is there: {link}\n\n{next}")
}

/// What is found in the way of a link.
pub(super) enum Rival {
    /// Nothing.
    None,
    /// This link.
    Link(ResourceId),
    /// That it cannot be told, because that cannot be read.
    Hidden(ResourceId, Arc<Error>),
}

/// The link of the same network to a zone of the same name, wherever such zones are likely to be:
/// in the zone's own subscription and in the network's.
pub(super) fn rival(link: &PlannedLink, plan: Plan<'_>) -> Rival {
    let (Some(zone), Some(network)) = (&link.zone, &link.network) else {
        return Rival::None;
    };
    let mut subscriptions = vec![zone.value.subscription(), network.value.subscription()];
    subscriptions.dedup_by(|left, right| left.eq_ignore_ascii_case(right));
    let own = link.name.as_deref().map(|name| zone.value.child(LINKS, name));
    let mut hidden = None;
    let mut zones = Vec::new();
    for subscription in subscriptions {
        let Ok(scope) = ResourceId::parse(&format!("/subscriptions/{subscription}")) else {
            continue;
        };
        let listed = plan.children(&scope, ZONES, PRIVATE_DNS_ZONE.api_version);
        let ids = ids(&listed).into_iter();
        zones.extend(ids.filter(|id| id.name().eq_ignore_ascii_case(zone.value.name())));
        if let Some(error) = listed.hidden() {
            hidden = Some((scope, error.clone()));
            zones.push(zone.value.clone());
        }
    }
    for zone in zones {
        let links = plan.children(&zone, LINKS, VIRTUAL_NETWORK_LINK.api_version);
        let ours = |it: &&Json| {
            let id = it["properties"]["virtualNetwork"]["id"].as_str();
            id.and_then(|id| ResourceId::parse(id).ok()).is_some_and(|id| id == network.value)
        };
        let linked = links.value().into_iter().flatten().filter(ours);
        let linked = linked.filter_map(|it| ResourceId::parse(it["id"].as_str()?).ok());
        let other =
            linked.filter(|id| Some(id) != own.as_ref()).find(|id| !plan.deletes(id.as_str()));
        match (other, links.hidden()) {
            (Some(id), _) => return Rival::Link(id),
            (None, Some(error)) => hidden = Some((zone, error.clone())),
            (None, None) => {}
        }
    }
    hidden.map_or(Rival::None, |(id, error)| Rival::Hidden(id, error))
}

fn ids(listed: &Read<&[Json]>) -> Vec<ResourceId> {
    let objects = listed.value().into_iter().flatten();
    objects.filter_map(|it| ResourceId::parse(it["id"].as_str()?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::private_link::arm_types::VIRTUAL_NETWORK;
    use plugin::path::Path;

    #[test]
    fn what_is_in_the_way_is_told_with_the_way_out() {
        let zone = |group| {
            ResourceId::in_group("s", group, PRIVATE_DNS_ZONE.name, "privatelink.azurecr.io")
        };
        let network = ResourceId::in_group("s", "rg", VIRTUAL_NETWORK.name, "vnet");
        let (ours, network) = (
            ConfigValue::new(zone("rg"), Path::of("zone")),
            ConfigValue::new(network, Path::of("network")),
        );
        let same = finding(&ours, &network, &zone("RG").child(LINKS, "theirs"));
        assert!(same.message.contains("already"), "{}", same.message);
        for text in ["name           = \"theirs\"", "adopt_existing = true", "import {"] {
            assert!(same.detail.contains(text), "{}", same.detail);
        }
        let other = finding(&ours, &network, &zone("hub").child(LINKS, "theirs"));
        assert!(other.message.contains("another zone"), "{}", other.message);
        assert!(!other.detail.contains("adopt_existing"), "{}", other.detail);
    }
}

//! AAI010, AAI013: whether a zone may be linked to the network.

use super::finding::{Finding, Report};
use super::intent::{Link, Said};
use super::list::Code;
use super::sight::{Lookout, Sight};
use crate::explain::import_block;
use azure::id::ResourceId;
use serde_json::Value as Json;

const ZONES: &str = "providers/Microsoft.Network/privateDnsZones";
const LINKS: &str = "virtualNetworkLinks";
const API: &str = "2024-06-01";

/// The resource that manages a link.
const RESOURCE: &str = "azureai_private_dns_zone_virtual_network_link";

/// AAI013: a privatelink zone registers no machines.
pub(super) fn registration(link: &Link) -> Option<Finding> {
    let (zone, path) = (link.zone.as_ref()?, link.registers.as_ref()?);
    if !zone.value.name().to_ascii_lowercase().starts_with("privatelink.") {
        return None;
    }
    let detail = "The records of a `privatelink` zone belong to private endpoints, and a network \
                  can register its machines in one zone only. Leave `registration_enabled` out, \
                  or use a zone of your own for the machines.";
    let summary = "A privatelink zone must not register machines";
    Some(Finding::new(Code::Registration, path, summary, detail))
}

/// AAI010: the network is linked to no other zone of that name.
pub(super) async fn elsewhere(link: &Link, out: &Lookout<'_>) -> Report {
    let mut report = Report::default();
    let (Some(zone), Some(network)) = (&link.zone, &link.network) else {
        return report;
    };
    match rival(link, out).await {
        Rival::None => {}
        Rival::Hidden(id, sight) => {
            if let Some(error) = sight.hidden() {
                let what = "The list of private DNS zones or their links";
                report.is_blind((&id, what), &[Code::LinkedElsewhere], error, &zone.path);
            }
        }
        Rival::Link(other) => report.extend([finding(zone, network, &other)]),
    }
    report
}

fn finding(zone: &Said<ResourceId>, network: &Said<ResourceId>, other: &ResourceId) -> Finding {
    let same = other.parent().is_some_and(|parent| parent == zone.value);
    let name = zone.value.name();
    let summary = if same {
        format!("The network is linked to the zone {name:?} already")
    } else {
        format!("The network is linked to another zone {name:?}")
    };
    Finding::new(Code::LinkedElsewhere, &network.path, summary, way_out(&zone.value, other))
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
    Hidden(ResourceId, Sight),
}

/// The link of the same network to a zone of the same name, wherever such zones are likely to be:
/// in the zone's own subscription and in the network's.
pub(super) async fn rival(link: &Link, out: &Lookout<'_>) -> Rival {
    let (Some(zone), Some(network)) = (&link.zone, &link.network) else {
        return Rival::None;
    };
    let mut subscriptions = vec![zone.value.subscription(), network.value.subscription()];
    subscriptions.dedup_by(|left, right| left.eq_ignore_ascii_case(right));
    let own = link.name.as_deref().map(|name| zone.value.child(LINKS, name));
    let mut hidden = None;
    let mut zones = vec![zone.value.clone()];
    for subscription in subscriptions {
        let Ok(scope) = ResourceId::parse(&format!("/subscriptions/{subscription}")) else {
            continue;
        };
        let listed = out.list(&scope, ZONES, API).await;
        let ids = ids(&listed).into_iter();
        let named = ids.filter(|id| id.name().eq_ignore_ascii_case(zone.value.name()));
        for id in named {
            if !zones.contains(&id) {
                zones.push(id);
            }
        }
        if listed.hidden().is_some() {
            hidden = Some((scope, listed));
        }
    }
    for zone in zones {
        let links = out.list(&zone, LINKS, API).await;
        let ours = |it: &&Json| {
            let id = it["properties"]["virtualNetwork"]["id"].as_str();
            id.and_then(|id| ResourceId::parse(id).ok()).is_some_and(|id| id == network.value)
        };
        let linked = links.seen().and_then(Json::as_array).into_iter().flatten().filter(ours);
        let linked = linked.filter_map(|it| ResourceId::parse(it["id"].as_str()?).ok());
        let other = linked
            .filter(|id| Some(id) != own.as_ref())
            .find(|id| !out.sights.is_going(id.as_str()));
        match other {
            Some(id) => return Rival::Link(id),
            None if links.hidden().is_some() => hidden = Some((zone, links)),
            None => {}
        }
    }
    hidden.map_or(Rival::None, |(id, sight)| Rival::Hidden(id, sight))
}

fn ids(listed: &Sight) -> Vec<ResourceId> {
    let objects = listed.seen().and_then(Json::as_array).into_iter().flatten();
    objects.filter_map(|it| ResourceId::parse(it["id"].as_str()?).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugin::path::Path;

    #[test]
    fn what_is_in_the_way_is_told_with_the_way_out() {
        let zone = |group| {
            let ty = "Microsoft.Network/privateDnsZones";
            ResourceId::in_group("s", group, ty, "privatelink.azurecr.io")
        };
        let network = ResourceId::in_group("s", "rg", "Microsoft.Network/virtualNetworks", "vnet");
        let (ours, network) =
            (Said::new(zone("rg"), Path::of("zone")), Said::new(network, Path::of("network")));
        let same = finding(&ours, &network, &zone("RG").child(LINKS, "theirs"));
        assert!(same.summary.contains("already"), "{}", same.summary);
        for text in ["name           = \"theirs\"", "adopt_existing = true", "import {"] {
            assert!(same.detail.contains(text), "{}", same.detail);
        }
        let other = finding(&ours, &network, &zone("hub").child(LINKS, "theirs"));
        assert!(other.summary.contains("another zone"), "{}", other.summary);
        assert!(!other.detail.contains("adopt_existing"), "{}", other.detail);
    }
}

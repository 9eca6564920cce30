//! AAI010, AAI013: whether a zone may be linked to the network.

use super::finding::{Finding, Report};
use super::intent::{Link, Said};
use super::list::Code;
use super::sight::{Lookout, Sight};
use azure::id::ResourceId;
use serde_json::Value as Json;

const ZONES: &str = "providers/Microsoft.Network/privateDnsZones";
const LINKS: &str = "virtualNetworkLinks";
const API: &str = "2024-06-01";

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
    let detail = format!(
        "{}\n\n{}",
        told(other),
        if same {
            "A network is linked to a zone once. Import that link instead of making another, or \
             remove it first."
        } else {
            "A network resolves a name in one zone only. Use the zone of that link (its ID without \
             the last two parts) for the endpoint's zone group, or remove the link first."
        }
    );
    Finding::new(Code::LinkedElsewhere, &network.path, summary, detail)
}

/// Which link is in the way.
pub(super) fn told(link: &ResourceId) -> String {
    format!("The link that is there: {link}")
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

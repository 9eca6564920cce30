//! AAI010 and AAI013: whether a zone can be linked to the virtual network.

use super::input::{ConfigValue, PlannedLink};
use super::plan::Plan;
use super::report::Report;
use crate::assessment::finding::Finding;
use crate::assessment::reader::id_at;
use crate::codes::Code;
use crate::explain::import_block;
use crate::private_link::arm_types::{PRIVATE_DNS_ZONE, VIRTUAL_NETWORK_LINK};
use azure::id::ResourceId;
use serde_json::Value as Json;

const ZONES: &str = "providers/Microsoft.Network/privateDnsZones";
const LINKS: &str = "virtualNetworkLinks";

/// Resource type that manages a link.
const RESOURCE: &str = "azureai_private_dns_zone_virtual_network_link";

/// AAI013: reports auto-registration in a private link zone.
pub(super) fn registration(link: &PlannedLink) -> Option<Finding> {
    let (zone, path) = (link.zone_name.as_ref()?, link.registers.as_ref()?);
    if !zone.to_ascii_lowercase().starts_with("privatelink.") {
        return None;
    }
    let detail = "The records of a `privatelink` zone belong to private endpoints, and a virtual \
                  network can register its machines in only one zone. Remove \
                  `registration_enabled`, or use another zone for the machines.";
    let summary = "A private link zone must not register virtual machines";
    Some(Finding::at(Code::Registration, path, summary, detail))
}

/// AAI010: reports a virtual network that is already linked to a zone of the same name.
pub(super) fn elsewhere(link: &PlannedLink, plan: Plan<'_>, report: &mut Report) {
    let (Some(zone), Some(network)) = (&link.zone, &link.network) else { return };
    let other = rival(link, plan, report);
    report.extend(other.map(|other| finding(zone, network, &other)));
}

fn finding(
    zone: &ConfigValue<ResourceId>,
    network: &ConfigValue<ResourceId>,
    other: &ResourceId,
) -> Finding {
    let same = other.parent().is_some_and(|parent| parent == zone.value);
    let name = zone.value.name();
    let summary = if same {
        format!("The virtual network is already linked to the zone {name:?}")
    } else {
        format!("The virtual network is linked to another zone {name:?}")
    };
    Finding::at(Code::LinkedElsewhere, &network.path, summary, way_out(&zone.value, other))
}

/// Returns the conflicting link and what to do about it.
pub(super) fn way_out(zone: &ResourceId, link: &ResourceId) -> String {
    let next = if link.parent().as_ref() == Some(zone) {
        // The name is part of a link's ID, so a resource of another name cannot manage the link.
        let name = link.name();
        let import = import_block(RESOURCE, link.as_str());
        format!(
            "A virtual network can have one link to a zone. To adopt the existing link, \
             set:\n\n  name           = {name:?}\n  adopt_existing = true\n\nOr set that name and \
             import the link:\n\n{import}\n\nOr delete the existing link first."
        )
    } else {
        "A virtual network can be linked to only one zone of each name. Use the zone of the \
         existing link for the endpoint's zone group: the zone's ID is the link's ID without the \
         last two segments. Otherwise delete the existing link first."
            .to_owned()
    };
    format!("The existing link: {link}\n\n{next}")
}

/// Returns the link of the same virtual network to a zone of the same name, if there is one. Looks
/// for such zones in the subscriptions of the zone and of the virtual network. If something that
/// cannot be read may have such a link, adds it to the report.
pub(super) fn rival(link: &PlannedLink, plan: Plan<'_>, report: &mut Report) -> Option<ResourceId> {
    let (zone, network) = (link.zone.as_ref()?, link.network.as_ref()?);
    let mut subscriptions = vec![zone.value.subscription_id(), network.value.subscription_id()];
    subscriptions.dedup();
    let own = link.name.as_deref().map(|name| zone.value.child(LINKS, name));
    let mut hidden = None;
    let mut zones = Vec::new();
    for scope in subscriptions {
        let listed = plan.reader.children(&scope, ZONES, PRIVATE_DNS_ZONE.api_version);
        let ids = listed.value().into_iter().flatten().filter_map(|it| id_at(&it["id"]));
        zones.extend(ids.filter(|id| id.name().eq_ignore_ascii_case(zone.value.name())));
        if let Some(error) = listed.hidden() {
            hidden = Some((scope, error.clone()));
            zones.push(zone.value.clone());
        }
    }
    for id in zones {
        let links = plan.reader.children(&id, LINKS, VIRTUAL_NETWORK_LINK.api_version);
        let ours = |it: &&Json| {
            id_at(&it["properties"]["virtualNetwork"]["id"]).as_ref() == Some(&network.value)
        };
        let linked = links.value().into_iter().flatten().filter(ours);
        let linked = linked.filter_map(|it| id_at(&it["id"]));
        let other =
            linked.filter(|id| Some(id) != own.as_ref()).find(|id| !plan.deletes(id.as_str()));
        match (other, links.hidden()) {
            (Some(other), _) => return Some(other),
            (None, Some(error)) => hidden = Some((id, error.clone())),
            (None, None) => {}
        }
    }
    if let Some((id, error)) = hidden {
        let what = "The list of private DNS zones or their links";
        let at = ConfigValue::new(id, zone.path.clone());
        report.push_unreadable(error, &at, what, &[Code::LinkedElsewhere]);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::private_link::arm_types::VIRTUAL_NETWORK;
    use plugin::path::Path;

    #[test]
    fn finding_names_the_conflicting_link_and_what_to_do() {
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

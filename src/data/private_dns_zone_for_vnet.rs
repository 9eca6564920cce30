//! `azureai_private_dns_zone_for_vnet`, the data source

use crate::check;
use crate::lookup::ArmSurvey;
use crate::survey::{Sight, Survey};
use azure::id::ResourceId;
use plugin::diagnostic::Diagnostic;
use plugin::field::Computed;
use plugin::model::Model;
use plugin::path::Path;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Tells which private DNS zone of a name a virtual network uses already: a network can be linked
/// to one zone of each name only, wherever the zone is. Where it is linked to none, the zone's ID
/// is null, and a link of one's own can be made.
#[derive(Model, Clone, Debug)]
pub struct PrivateDnsZoneForVnet {
    /// ID of the virtual network.
    #[tf(check = check::id_of(&["Microsoft.Network/virtualNetworks"]))]
    virtual_network_id: String,
    /// Name of the zone, such as `privatelink.api.azureml.ms`.
    #[tf(check = check::zone_name())]
    zone_name: String,
    /// GUIDs of the subscriptions to look in, beside the network's own.
    #[tf(check = check::guid().each())]
    subscription_ids: Option<BTreeSet<String>>,
    /// ID of the virtual network.
    id: Computed<String>,
    /// ID of the zone that the network is linked to; null where there is none.
    private_dns_zone_id: Computed<String>,
    /// ID of that link.
    link_id: Computed<String>,
    /// Name of that link.
    link_name: Computed<String>,
    /// Whether the network's machines are registered in the zone.
    registration_enabled: Computed<bool>,
}

const ZONES: &str = "providers/Microsoft.Network/privateDnsZones";
const LINKS: &str = "virtualNetworkLinks";
const API: &str = "2024-06-01";

impl ArmSurvey for PrivateDnsZoneForVnet {
    const NAME: &'static str = "azureai_private_dns_zone_for_vnet";
    const DOING: &'static str = "Looking for the zone of a virtual network";

    fn judge(&mut self, survey: &Survey) -> Result<(), Diagnostic> {
        let network = check::parse(&self.virtual_network_id, "virtual_network_id")?;
        self.id.set(network.as_str().to_owned());
        let mut hidden = None;
        let mut found = None;
        for zone in self.zones(&network, survey, &mut hidden)? {
            match survey.children(&zone, LINKS, API) {
                Sight::Seen(links) => found = found.or(links.iter().find(|it| leads(it, &network))),
                Sight::Hidden(why) => hidden = Some((zone, why)),
                Sight::Unseen | Sight::Absent => {}
            }
        }
        match (found, hidden) {
            (Some(link), _) => self.read(link),
            (None, Some((what, why))) => return Err(unverified(&what, &why)),
            (None, None) => {}
        }
        Ok(())
    }
}

impl PrivateDnsZoneForVnet {
    /// The zones of that name in the subscriptions that are looked in.
    fn zones(
        &self,
        network: &ResourceId,
        survey: &Survey,
        hidden: &mut Option<(ResourceId, String)>,
    ) -> Result<Vec<ResourceId>, Diagnostic> {
        let own = network.subscription().to_lowercase();
        let others = self.subscription_ids.iter().flatten().map(|id| id.to_lowercase());
        let mut zones = Vec::new();
        for subscription in others.chain([own]).collect::<BTreeSet<_>>() {
            let scope =
                check::parse(&format!("/subscriptions/{subscription}"), "subscription_ids")?;
            match survey.children(&scope, ZONES, API) {
                Sight::Seen(listed) => {
                    let ids = listed.iter().filter_map(id_of);
                    zones.extend(ids.filter(|id| id.name().eq_ignore_ascii_case(&self.zone_name)));
                }
                Sight::Hidden(why) => *hidden = Some((scope, why)),
                Sight::Unseen | Sight::Absent => {}
            }
        }
        Ok(zones)
    }

    fn read(&mut self, link: &Json) {
        let id = id_of(link);
        let text = |id: &ResourceId| id.as_str().to_owned();
        self.private_dns_zone_id.set(id.as_ref().and_then(ResourceId::parent).map(|it| text(&it)));
        self.link_id.set(id.as_ref().map(text));
        self.link_name.set(id.map(|id| id.name().to_owned()));
        let registers = link["properties"]["registrationEnabled"].as_bool();
        self.registration_enabled.set(registers.unwrap_or_default());
    }
}

fn id_of(object: &Json) -> Option<ResourceId> {
    ResourceId::parse(object["id"].as_str()?).ok()
}

/// Whether a link is one of the network.
fn leads(link: &Json, network: &ResourceId) -> bool {
    let linked = link["properties"]["virtualNetwork"]["id"].as_str();
    linked.and_then(|id| ResourceId::parse(id).ok()).is_some_and(|id| id == *network)
}

fn unverified(what: &ResourceId, why: &str) -> Diagnostic {
    let detail = format!(
        "It is linked to none that can be seen, and not all can be: {what}.\n\n{why}\n\nThe Reader \
         role there is enough, or leave that subscription out."
    );
    let summary = "It cannot be told which zone the network uses";
    Diagnostic::error(summary, detail).at(Path::of("zone_name"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugin::value::Value;
    use serde_json::json;

    #[test]
    fn a_link_is_read_whatever_its_casing() {
        let group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg";
        let network = format!("{group}/providers/Microsoft.Network/virtualNetworks/vnet");
        let zone = format!("{group}/providers/Microsoft.Network/privateDnsZones/a.b");
        let link = json!({
            "id": format!("{zone}/virtualNetworkLinks/mine"),
            "properties": {"virtualNetwork": {"id": network.to_uppercase()}},
        });
        let network = ResourceId::parse(&network.to_lowercase()).unwrap();
        assert!(leads(&link, &network));
        assert!(!leads(&json!({"properties": null}), &network));
        let mut model =
            PrivateDnsZoneForVnet::decode(PrivateDnsZoneForVnet::block().filled(&Value::Null));
        let model = model.as_mut().unwrap();
        model.read(&link);
        assert_eq!(model.private_dns_zone_id.get(), Some(&zone));
        assert_eq!(model.link_name.get().map(String::as_str), Some("mine"));
        assert_eq!(model.registration_enabled.get(), Some(&false));
    }
}

//! `azureai_private_dns_zone_for_vnet`, the data source

use super::PrivateDnsZone;
use crate::client::decode::from_json;
use crate::engine::prelude::*;
use crate::private_link::arm_types::VIRTUAL_NETWORK;
use azure::error::Error;
use std::collections::BTreeSet;

/// Finds the private DNS zone with a given name that a virtual network is linked to.
///
/// A network can be linked to only one zone with a name, in any subscription. If the network is
/// not linked to such a zone, `private_dns_zone_id` is null, and the network can be linked to a new
/// zone.
#[derive(Model, Clone, Debug)]
pub struct PrivateDnsZoneForVnet {
    /// ID of the virtual network.
    #[tf(check = validators::id_of(&[VIRTUAL_NETWORK.name]))]
    virtual_network_id: String,
    /// Name of the private DNS zone, such as `privatelink.api.azureml.ms`.
    #[tf(check = validators::zone_name())]
    zone_name: String,
    /// GUIDs of the subscriptions to search, in addition to the subscription of the network.
    #[tf(check = validators::guid().each())]
    subscription_ids: Option<BTreeSet<String>>,
    /// ID of the virtual network.
    id: Computed<String>,
    /// ID of the private DNS zone that the network is linked to. Null if there is none.
    private_dns_zone_id: Computed<String>,
    /// ID of the virtual network link. Null if there is none.
    link_id: Computed<String>,
    /// Name of the virtual network link. Null if there is none.
    link_name: Computed<String>,
    /// If `true`, Azure registers the network's machines in the zone. Null if there is no link.
    registration_enabled: Computed<bool>,
}

const ZONE: ObjectType = ObjectType::of(PrivateDnsZone::TYPE);
const LINK: ObjectType = ObjectType {
    name: "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    label: "virtual network link",
    ..ZONE
};

impl ArmDataSource for PrivateDnsZoneForVnet {
    const NAME: &'static str = "azureai_private_dns_zone_for_vnet";

    fn read(&mut self, reader: &Reader, _defaults: &Defaults) -> Result<(), Diagnostics> {
        reader.unless_failed("Looking for the zone of a virtual network")?;
        let network = validators::parse(&self.virtual_network_id, "virtual_network_id")?;
        self.id.set(network.as_str().to_owned());
        let mut hidden = None;
        let mut found = None;
        for zone in self.zones(&network, reader, &mut hidden)? {
            match reader.children(&zone, "virtualNetworkLinks", LINK.api_version) {
                Read::Found(links) => {
                    let links: Result<Vec<Link>, _> = links.iter().map(from_json).collect();
                    let links = links.map_err(|fault| LINK.unreadable(&fault))?;
                    found = found.or(links.into_iter().find(|it| it.leads_to(&network)));
                }
                Read::Hidden(why) => hidden = Some(unverified(&zone, &why)),
                Read::Pending | Read::Absent => {}
            }
        }
        match (found, hidden) {
            (Some(link), _) => self.show(&link)?,
            (None, Some(fault)) => return Err(fault.into()),
            (None, None) => {}
        }
        Ok(())
    }
}

impl PrivateDnsZoneForVnet {
    /// Returns the zones of the name in the searched subscriptions. Scopes that cannot be read go
    /// to `hidden`.
    fn zones(
        &self,
        network: &ResourceId,
        reader: &Reader,
        hidden: &mut Option<Diagnostic>,
    ) -> Result<Vec<ResourceId>, Diagnostic> {
        let own = network.subscription().to_lowercase();
        let others = self.subscription_ids.iter().flatten().map(|id| id.to_lowercase());
        let mut zones = Vec::new();
        for subscription in others.chain([own]).collect::<BTreeSet<_>>() {
            let scope =
                validators::parse(&format!("/subscriptions/{subscription}"), "subscription_ids")?;
            match ZONE.ids(reader, &scope)? {
                Read::Found(ids) => {
                    let named = |id: &ResourceId| id.name().eq_ignore_ascii_case(&self.zone_name);
                    zones.extend(ids.into_iter().filter(named));
                }
                Read::Hidden(why) => *hidden = Some(unverified(&scope, &why)),
                Read::Pending | Read::Absent => {}
            }
        }
        Ok(zones)
    }

    fn show(&mut self, link: &Link) -> Result<(), Diagnostic> {
        let id = ResourceId::parse(&link.id).map_err(|fault| LINK.unreadable(&fault))?;
        self.private_dns_zone_id.set(id.parent().map(|zone| zone.to_string()));
        self.link_id.set(id.to_string());
        self.link_name.set(id.name().to_owned());
        self.registration_enabled.set(link.properties.registration_enabled);
        Ok(())
    }
}

/// A virtual network link as ARM represents it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Link {
    id: String,
    properties: LinkProperties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct LinkProperties {
    virtual_network: Reference,
    registration_enabled: bool,
}

impl Link {
    fn leads_to(&self, network: &ResourceId) -> bool {
        ResourceId::parse(&self.properties.virtual_network.id).is_ok_and(|id| id == *network)
    }
}

fn unverified(what: &ResourceId, why: &Error) -> Diagnostic {
    let detail = format!(
        "The network is linked to none of the readable zones, but {what} cannot be read.\n\n\
         {why}\n\nAsk an administrator to assign the Reader role there, or leave that \
         subscription out."
    );
    let summary = "The zone that the network uses cannot be determined";
    Diagnostic::error(summary, detail).at(Path::of("zone_name"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugin::value::Value;
    use serde_json::json;

    #[test]
    fn links_are_read_in_any_casing() {
        let group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg";
        let network = format!("{group}/providers/Microsoft.Network/virtualNetworks/vnet");
        let zone = format!("{group}/providers/Microsoft.Network/privateDnsZones/a.b");
        let link = json!({
            "id": format!("{zone}/virtualNetworkLinks/mine"),
            "properties": {"virtualNetwork": {"id": network.to_uppercase()}},
        });
        let network = ResourceId::parse(&network.to_lowercase()).unwrap();
        let link: Link = from_json(&link).unwrap();
        assert!(link.leads_to(&network));
        let other: Link = from_json(&json!({"properties": null})).unwrap();
        assert!(!other.leads_to(&network));
        let broken = json!({"properties": {"registrationEnabled": "true"}});
        assert!(from_json::<Link>(&broken).is_err());
        let mut model =
            PrivateDnsZoneForVnet::decode(PrivateDnsZoneForVnet::block().filled(&Value::Null));
        let model = model.as_mut().unwrap();
        model.show(&link).unwrap();
        assert_eq!(model.private_dns_zone_id.get(), Some(&zone));
        assert_eq!(model.link_name.get().map(String::as_str), Some("mine"));
        assert_eq!(model.registration_enabled.get(), Some(&false));
    }
}

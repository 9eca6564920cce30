//! The wire form of private DNS zone groups, shared by the endpoint's inline block and the
//! standalone resource.

use azure::id::ResourceId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Zones that a group may have (Azure's limit).
pub const MOST_ZONES: i64 = 5;

/// A zone group on the wire.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ZoneGroupBody {
    /// Its ID; only ARM writes it.
    #[serde(default, skip_serializing)]
    pub id: String,
    /// Its name; only ARM writes it.
    #[serde(default, skip_serializing)]
    pub name: String,
    /// Its properties.
    #[serde(default)]
    pub properties: ZoneGroupProperties,
}

/// Properties of a zone group.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ZoneGroupProperties {
    /// Succeeded, Updating, ..; only ARM writes it.
    #[serde(default, skip_serializing)]
    pub provisioning_state: Option<String>,
    /// The zones.
    #[serde(default)]
    pub private_dns_zone_configs: Vec<ZoneGroupConfig>,
}

/// A zone of a group.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ZoneGroupConfig {
    /// Its ID; only ARM writes it.
    #[serde(default, skip_serializing)]
    pub id: String,
    /// Its name in the group.
    pub name: String,
    /// Its properties.
    #[serde(default)]
    pub properties: ZoneGroupConfigProperties,
}

/// Properties of a zone of a group.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ZoneGroupConfigProperties {
    /// The zone.
    #[serde(default)]
    pub private_dns_zone_id: String,
    /// The records that the group keeps there; only ARM writes them.
    #[serde(default, skip_serializing)]
    pub record_sets: Vec<ZoneGroupRecordSet>,
}

/// Records that a group keeps in a zone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ZoneGroupRecordSet {
    /// `A`, ..
    pub record_type: String,
    /// Name in the zone.
    pub record_set_name: String,
    /// Whole name.
    pub fqdn: String,
    /// Seconds.
    pub ttl: i64,
    /// Addresses.
    pub ip_addresses: Vec<String>,
}

impl ZoneGroupConfig {
    /// The zone's name; empty where ARM has none.
    pub fn zone_name(&self) -> String {
        zone_name(&self.properties.private_dns_zone_id)
    }

    fn is_of(&self, zone: &str) -> bool {
        self.properties.private_dns_zone_id.eq_ignore_ascii_case(zone)
    }
}

/// The name of a zone, by its ID.
pub fn zone_name(id: &str) -> String {
    ResourceId::parse(id).map(|id| id.name().to_lowercase()).unwrap_or_default()
}

/// A zone that is to be in a group.
#[derive(Clone, Debug)]
pub struct WantedZone {
    /// The name that it is to have there, where one is asked for.
    pub name: Option<String>,
    /// Its ID.
    pub id: String,
}

/// The zones of a group as they are written: each with the name that is asked for, else the one
/// that it has, else the zone's.
///
/// ARM refuses another zone under a name that is in use, so a zone that takes the place of one of
/// the same name (a hub's for a spoke's) gets a name of its own. One write then swaps them, without
/// a moment in which nothing resolves.
pub fn configs(wanted: &[WantedZone], live: &[ZoneGroupConfig]) -> Vec<ZoneGroupConfig> {
    let mut written: Vec<ZoneGroupConfig> = Vec::new();
    for WantedZone { name, id: zone } in wanted {
        let kept = live.iter().find(|config| config.is_of(zone)).map(|config| config.name.clone());
        let name = name.clone().or(kept).unwrap_or_else(|| {
            let name = zone_name(zone);
            let taken = |config: &ZoneGroupConfig| config.name.eq_ignore_ascii_case(&name);
            let in_use =
                live.iter().chain(&written).any(|config| taken(config) && !config.is_of(zone));
            if in_use { format!("{name}-{:08x}", short_hash(zone)) } else { name }
        });
        let properties = ZoneGroupConfigProperties {
            private_dns_zone_id: zone.clone(),
            record_sets: Vec::new(),
        };
        written.push(ZoneGroupConfig { id: String::new(), name, properties });
    }
    written
}

/// A short name for a zone's ID. A UUID of a name is the same in every run and with every version
/// of Rust, which the hasher of the standard library does not promise.
fn short_hash(zone: &str) -> u32 {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, zone.to_lowercase().as_bytes()).as_fields().0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(group: &str, name: &str) -> String {
        format!(
            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/{group}/providers/\
             Microsoft.Network/privateDnsZones/{name}"
        )
    }

    fn names(wanted: &[(Option<&str>, String)], live: &[(&str, String)]) -> Vec<String> {
        let wanted: Vec<_> = wanted
            .iter()
            .map(|(name, zone)| WantedZone { name: name.map(str::to_owned), id: zone.clone() })
            .collect();
        let live: Vec<_> = live
            .iter()
            .map(|(name, zone)| ZoneGroupConfig {
                name: (*name).to_owned(),
                properties: ZoneGroupConfigProperties {
                    private_dns_zone_id: zone.clone(),
                    ..Default::default()
                },
                ..Default::default()
            })
            .collect();
        configs(&wanted, &live).into_iter().map(|config| config.name).collect()
    }

    #[test]
    fn a_zone_keeps_the_name_it_has() {
        let (a, b) = (zone("rg", "a.b"), zone("rg", "b.c"));
        assert_eq!(names(&[(None, a.clone()), (None, b)], &[("a-b", a)]), ["a-b", "b.c"]);
    }

    #[test]
    fn the_name_of_a_zone_that_takes_anothers_place_never_changes() {
        assert_eq!(short_hash("/Subscriptions/S"), short_hash("/subscriptions/s"));
        assert_eq!(format!("{:08x}", short_hash("/subscriptions/s")), "9bc7341a");
    }

    #[test]
    fn a_zone_that_takes_anothers_place_gets_a_name_of_its_own() {
        let (spoke, hub) = (zone("spoke", "a.b"), zone("hub", "a.b"));
        let swapped = names(&[(None, hub.clone())], &[("a.b", spoke)]);
        assert!(swapped[0].starts_with("a.b-"), "{swapped:?}");
        assert_eq!(swapped, names(&[(None, hub.to_uppercase())], &[("a.b", zone("x", "a.b"))]));
        assert_eq!(names(&[(Some("mine"), hub)], &[]), ["mine"]);
    }
}

//! Body of private DNS zone groups, shared by the endpoint's inline block and the separate
//! resource.

use super::envelope::Envelope;
use azure::id::ResourceId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Maximum number of zones in a group (Azure's limit).
pub const MOST_ZONES: i64 = 5;

/// Body of a zone group.
pub type ZoneGroupBody = Envelope<ZoneGroupProperties>;

/// Properties of a zone group.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ZoneGroupProperties {
    /// Provisioning state, such as `Succeeded` or `Updating`, written only by ARM.
    #[serde(default, skip_serializing)]
    pub provisioning_state: Option<String>,
    /// Zones of the group.
    #[serde(default)]
    pub private_dns_zone_configs: Vec<ZoneGroupConfig>,
}

/// A zone of a group.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ZoneGroupConfig {
    /// ID, written only by ARM.
    #[serde(default, skip_serializing)]
    pub id: String,
    /// Name of the zone in the group.
    pub name: String,
    /// Properties.
    #[serde(default)]
    pub properties: ZoneGroupConfigProperties,
}

/// Properties of a zone of a group.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ZoneGroupConfigProperties {
    /// ID of the zone.
    #[serde(default)]
    pub private_dns_zone_id: String,
    /// Records of the group in the zone, written only by ARM.
    #[serde(default, skip_serializing)]
    pub record_sets: Vec<ZoneGroupRecordSet>,
}

/// A record set of a group in a zone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ZoneGroupRecordSet {
    /// Record type, such as `A`.
    pub record_type: String,
    /// Name of the record in the zone.
    pub record_set_name: String,
    /// Fully qualified name.
    pub fqdn: String,
    /// Time to live in seconds.
    pub ttl: i64,
    /// IP addresses.
    pub ip_addresses: Vec<String>,
}

impl ZoneGroupConfig {
    /// Returns the name of the zone. Empty if ARM shows none.
    pub fn zone_name(&self) -> String {
        zone_name(&self.properties.private_dns_zone_id)
    }

    fn is_of(&self, zone: &str) -> bool {
        self.properties.private_dns_zone_id.eq_ignore_ascii_case(zone)
    }
}

/// Returns the name of a zone from its ID, in lower case.
pub fn zone_name(id: &str) -> String {
    ResourceId::parse(id).map(|id| id.name().to_lowercase()).unwrap_or_default()
}

/// A zone to write to a group.
#[derive(Clone, Debug)]
pub struct WantedZone {
    /// Name in the group, if configured.
    pub name: Option<String>,
    /// ID of the zone.
    pub id: String,
}

/// Returns the zones of a group to write, each with its configured name, otherwise its existing
/// name, otherwise the zone's name.
///
/// ARM rejects a different zone under a name that is in use, so a zone that replaces one of the
/// same name (a hub's for a spoke's) gets a unique name. One write then swaps the zones, and names
/// resolve all the time.
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

/// Returns a short hash of a zone's ID. The UUID of a name is stable across runs and versions of
/// Rust, which the hasher of the standard library does not promise.
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
    fn zone_keeps_its_existing_name() {
        let (a, b) = (zone("rg", "a.b"), zone("rg", "b.c"));
        assert_eq!(names(&[(None, a.clone()), (None, b)], &[("a-b", a)]), ["a-b", "b.c"]);
    }

    #[test]
    fn hash_of_a_zone_id_is_stable() {
        assert_eq!(short_hash("/Subscriptions/S"), short_hash("/subscriptions/s"));
        assert_eq!(format!("{:08x}", short_hash("/subscriptions/s")), "9bc7341a");
    }

    #[test]
    fn zone_that_replaces_one_of_the_same_name_gets_a_unique_name() {
        let (spoke, hub) = (zone("spoke", "a.b"), zone("hub", "a.b"));
        let swapped = names(&[(None, hub.clone())], &[("a.b", spoke)]);
        assert!(swapped[0].starts_with("a.b-"), "{swapped:?}");
        assert_eq!(swapped, names(&[(None, hub.to_uppercase())], &[("a.b", zone("x", "a.b"))]));
        assert_eq!(names(&[(Some("mine"), hub)], &[]), ["mine"]);
    }
}

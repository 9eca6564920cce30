//! The zone group of a private endpoint: the inline block, and the attributes about existing
//! groups.

use super::{API, PrivateEndpoint, rules};
use crate::engine::prelude::*;
use crate::private_link::arm_types::PRIVATE_DNS_ZONE;
use crate::private_link::zone_group::{self, WantedZone, ZoneGroupBody, ZoneGroupConfig};
use crate::resources::common::zone_group_records::{self, is_gone, record_id};
use std::collections::BTreeMap;

/// Name of the group that Azure's built-in policies create. Such a group never belongs to the
/// block.
const BY_POLICY: &str = "deployedByPolicy";

const ZONE: &str = PRIVATE_DNS_ZONE.name;

/// A zone group of an endpoint.
#[derive(Model, Clone, Debug, PartialEq)]
pub(super) struct ZoneGroup {
    /// ID of the private DNS zone group.
    #[tf(same = validators::same_id, recomputed_with("private_dns_zone_group"))]
    id: Computed<String>,
    /// Name of the private DNS zone group.
    #[tf(check = validators::network_name(), same = validators::same_name)]
    name: String,
    /// IDs of the private DNS zones, 1 to 5, in any order and any subscription.
    #[tf(
        check = validators::id_of(&[ZONE]).each(),
        check = Check::new(rules::zones),
        same = validators::same_ids
    )]
    private_dns_zone_ids: Vec<String>,
    /// Map of zone names in the group by zone ID, in any casing. If omitted for a zone, an existing
    /// zone keeps its name in the group, and a new zone gets its own name.
    #[tf(
        check = Check::new(ids_of_zones),
        check = validators::network_name().each(),
        same = names_within,
        recomputed_with("private_dns_zone_group")
    )]
    config_names: OptionalComputed<BTreeMap<String, String>>,
}

/// A zone of a zone group.
#[derive(Object, Clone, Debug, PartialEq)]
pub(super) struct ZoneConfig {
    /// Name of the zone in the zone group.
    name: String,
    /// ID of the zone in the zone group.
    id: String,
    /// ID of the private DNS zone.
    pub(super) private_dns_zone_id: String,
    /// Records that the zone group manages in the zone.
    pub(super) record_sets: Vec<RecordSet>,
}

/// Records in a zone.
#[derive(Object, Clone, Debug, PartialEq)]
pub(super) struct RecordSet {
    /// Name of the record set in the zone.
    name: String,
    /// Type of the record set, such as `A`.
    r#type: String,
    /// Fully qualified domain name of the record set.
    fqdn: String,
    /// Time to live of the records, in seconds.
    ttl: i64,
    /// Addresses of the record set. Empty if the record does not exist in the zone.
    ip_addresses: Vec<String>,
}

/// Returns the block as a child of the endpoint, with the names of its zones in the live group.
pub(super) fn inline_children(
    endpoint: &PrivateEndpoint,
    id: &ResourceId,
    groups: &[ZoneGroupBody],
) -> Vec<InlineChild> {
    let live = groups.iter().flat_map(|it| it.properties.private_dns_zone_configs.iter().cloned());
    let live: Vec<_> = live.collect();
    let part = |group: &ZoneGroup| {
        let name = |zone: &String| named(group.config_names.get()?, zone).cloned();
        let zones = group.private_dns_zone_ids.iter();
        let wanted: Vec<_> =
            zones.map(|id| WantedZone { name: name(id), id: id.clone() }).collect();
        let mut body = ZoneGroupBody::default();
        body.properties.private_dns_zone_configs = zone_group::configs(&wanted, &live);
        InlineChild {
            id: id.child("privateDnsZoneGroups", &group.name),
            api: API,
            label: "private DNS zone group",
            body: serde_json::to_value(body).unwrap_or_default(),
            may_fail: endpoint.on_zone_group_failure.as_deref() == Some("warn"),
            // A plan that expects other records found deleted ones or a new zone.
            rewrite: endpoint.private_dns_zone_configs.get().is_none(),
            whoever_made_it: false,
            path: Path::of("private_dns_zone_group").index(0).attribute("private_dns_zone_ids"),
        }
    };
    endpoint.private_dns_zone_group.iter().map(part).collect()
}

/// Returns the value for a zone in a map by zone.
fn named<'a, T>(names: &'a BTreeMap<String, T>, zone: &str) -> Option<&'a T> {
    names.iter().find(|(key, _)| is_zone(key, zone)).map(|(_, name)| name)
}

fn is_zone(left: &str, right: &str) -> bool {
    validators::same_id(&left.into(), &right.into())
}

/// Sets the attributes from the groups in Azure.
pub(super) fn read(endpoint: &mut PrivateEndpoint, groups: &[ZoneGroupBody], importing: bool) {
    let configs = groups.iter().flat_map(|group| &group.properties.private_dns_zone_configs);
    endpoint.private_dns_zone_configs.set(configs.map(read_config).collect::<Vec<_>>());
    // A group outside the state belongs to another configuration. An import has no state yet and
    // shows any group as the block, except a policy's.
    let managed = endpoint.private_dns_zone_group.first();
    let ours = groups.iter().find(|group| match managed {
        Some(managed) => group.name.eq_ignore_ascii_case(&managed.name),
        None => importing && !group.name.eq_ignore_ascii_case(BY_POLICY),
    });
    let known = managed.and_then(|managed| managed.config_names.get());
    let block = ours.map(|group| {
        let configs = &group.properties.private_dns_zone_configs;
        let zone = |config: &ZoneGroupConfig| config.properties.private_dns_zone_id.clone();
        ZoneGroup {
            id: group.id.clone().into(),
            name: group.name.clone(),
            private_dns_zone_ids: configs.iter().map(zone).collect(),
            config_names: read_names(configs, known).into(),
        }
    });
    endpoint.private_dns_zone_group.0 = block.into_iter().collect();
}

/// Returns the names of the zones that the state names, if it names any.
fn read_names(
    configs: &[ZoneGroupConfig],
    known: Option<&BTreeMap<String, String>>,
) -> BTreeMap<String, String> {
    let live =
        configs.iter().map(|it| (it.properties.private_dns_zone_id.clone(), it.name.clone()));
    let live: BTreeMap<String, String> = live.collect();
    let Some(known) = known else {
        return live;
    };
    let of_key = |key: &String| Some((key.clone(), named(&live, key)?.clone()));
    known.keys().filter_map(of_key).collect()
}

fn read_config(config: &ZoneGroupConfig) -> ZoneConfig {
    let records = config.properties.record_sets.iter().map(|set| RecordSet {
        name: set.record_set_name.clone(),
        r#type: set.record_type.clone(),
        fqdn: set.fqdn.clone(),
        ttl: set.ttl,
        ip_addresses: set.ip_addresses.clone(),
    });
    ZoneConfig {
        name: config.name.clone(),
        id: config.id.clone(),
        private_dns_zone_id: config.properties.private_dns_zone_id.clone(),
        record_sets: records.collect(),
    }
}

/// Returns the records that a group of this resource lists, as far as the state contains them.
pub(super) fn listed_records(endpoint: &PrivateEndpoint) -> Vec<Related> {
    let ours = endpoint.private_dns_zone_group.first();
    let configs = ours.and_then(|_| endpoint.private_dns_zone_configs.get()).into_iter().flatten();
    let ids = configs.flat_map(|config| {
        let zone = &config.private_dns_zone_id;
        config.record_sets.iter().filter_map(|set| record_id(zone, &set.r#type, &set.name))
    });
    ids.map(zone_group_records::read_along).collect()
}

/// Removes the addresses of listed records that no longer exist.
pub(super) fn empty_what_is_gone(endpoint: &mut PrivateEndpoint, related: &RelatedObjects) {
    let Some(configs) = &mut endpoint.private_dns_zone_configs.0 else { return };
    for config in configs {
        for set in &mut config.record_sets {
            let id = record_id(&config.private_dns_zone_id, &set.r#type, &set.name);
            if is_gone(id, related) {
                set.ip_addresses.clear();
            }
        }
    }
}

/// Removes a policy's group from a state of azurerm, which shows it as the block.
pub(super) fn without_policys_group(stored: &mut Stored) {
    if let Some(Json::Array(groups)) = stored.get_mut("private_dns_zone_group") {
        let name = |group: &Json| group["name"].as_str().map(str::to_owned).unwrap_or_default();
        groups.retain(|group| !name(group).eq_ignore_ascii_case(BY_POLICY));
    }
}

/// Returns `true` if all given names already exist.
fn names_within(there: &Value, given: &Value) -> bool {
    let (Some(there), Some(given)) = (there.as_map(), given.as_map()) else {
        return false;
    };
    let is_there = |(zone, name): (&String, &Value)| {
        named(there, zone).is_some_and(|it| validators::same_name(it, name))
    };
    given.iter().all(is_there)
}

fn ids_of_zones(value: &Value) -> Result<(), String> {
    let zones: Vec<&String> = value.as_map().into_iter().flat_map(BTreeMap::keys).collect();
    for (index, zone) in zones.iter().enumerate() {
        validators::id_of(&[ZONE]).run(&zone.as_str().into())?;
        if zones.iter().take(index).any(|other| is_zone(other, zone)) {
            return Err(format!("The map contains two names for the zone {zone:?}."));
        }
    }
    Ok(())
}

/// Checks that each name belongs to one zone of the group.
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let group = config.get("private_dns_zone_group").as_list().and_then(<[_]>::first);
    let Some((group, names)) = group.and_then(|it| Some((it, it.get("config_names").as_map()?)))
    else {
        return found;
    };
    let path = Path::of("private_dns_zone_group").index(0).attribute("config_names");
    let mut fault = |key: &str, summary: String, detail: &str| {
        found.push(Diagnostic::error(summary, detail).at(path.key(key)));
    };
    let zones = group.get("private_dns_zone_ids");
    let zones = zones.as_list().filter(|_| !zones.has_unknown());
    let mut seen: Vec<String> = Vec::new();
    for (key, name) in names {
        let has =
            |zones: &[Value]| zones.iter().any(|it| validators::same_id(it, &key.as_str().into()));
        if zones.is_some_and(|zones| !has(zones)) {
            let detail = "Add the zone to `private_dns_zone_ids`, or remove its name.";
            fault(key, format!("The zone {key:?} is not in the zone group"), detail);
        }
        let Some(name) = name.as_str() else { continue };
        if seen.contains(&name.to_lowercase()) {
            let detail = "Azure rejects two zones of the same name in a zone group. Change one of \
                          the names.";
            fault(key, format!("The name {name:?} occurs twice in the zone group"), detail);
        }
        seen.push(name.to_lowercase());
    }
    found
}

/// Removes the zones' own names from a configuration that is generated from a state.
pub(super) fn trim(config: &mut Value) {
    let Value::Map(members) = config else { return };
    let Some(Value::List(groups)) = members.get_mut("private_dns_zone_group") else { return };
    for group in groups {
        let own = |(zone, name): (&String, &Value)| {
            let id = ResourceId::parse(zone).ok();
            id.is_some_and(|id| validators::same_name(&id.name().into(), name))
        };
        let names = group.get("config_names").as_map();
        if names.is_some_and(|names| names.iter().all(own)) {
            group.set_entry("config_names", Value::Null);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> String {
        let group = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg";
        format!("{group}/providers/{ZONE}/{name}")
    }

    fn names(rows: &[(String, &str)]) -> Value {
        Value::map(rows.iter().map(|(zone, name)| (zone.as_str(), (*name).into())))
    }

    fn group(zones: &[String], names: Value) -> Value {
        let zones = zones.iter().map(|zone| zone.as_str().into()).collect();
        let block =
            Value::map([("private_dns_zone_ids", Value::List(zones)), ("config_names", names)]);
        Value::map([("private_dns_zone_group", Value::List(vec![block]))])
    }

    #[test]
    fn existing_names_cause_no_change() {
        let there = names(&[(zone("a.b"), "one"), (zone("c.d"), "two")]);
        let rows = [
            (names(&[(zone("A.B").to_uppercase(), "One")]), true),
            (names(&[]), true),
            (names(&[(zone("a.b"), "two")]), false),
            (names(&[(zone("a.b"), "one"), (zone("e.f"), "three")]), false),
            (Value::Unknown, false),
        ];
        for (given, same) in rows {
            assert_eq!(names_within(&there, &given), same, "{given:?}");
        }
    }

    #[test]
    fn names_belong_to_zones_of_the_group_and_differ() {
        let zones = [zone("a.b"), zone("c.d")];
        let unknown = Value::map([(zone("a.b").as_str(), Value::Unknown)]);
        let rows = [
            (names(&[(zone("a.b").to_lowercase(), "one"), (zone("c.d"), "two")]), 0),
            (names(&[(zone("e.f"), "one")]), 1),
            (names(&[(zone("a.b"), "one"), (zone("c.d"), "ONE")]), 1),
            (unknown, 0),
            (Value::Unknown, 0),
            (Value::Null, 0),
        ];
        for (given, faults) in rows {
            let found = validate(&group(&zones, given.clone()));
            assert_eq!(found.iter().count(), faults, "{given:?}");
        }
        let twice = names(&[(zone("a.b"), "one"), (zone("a.b").to_uppercase(), "two")]);
        assert!(ids_of_zones(&twice).is_err_and(|fault| fault.contains("two names")));
        assert!(ids_of_zones(&names(&[("a.b".to_owned(), "one")])).is_err());
    }

    #[test]
    fn a_read_keeps_the_names_in_the_state() {
        let config = |name: &str, zone: String| ZoneGroupConfig {
            name: name.to_owned(),
            properties: zone_group::ZoneGroupConfigProperties {
                private_dns_zone_id: zone,
                ..Default::default()
            },
            ..Default::default()
        };
        let live = [config("one", zone("a.b")), config("two", zone("c.d"))];
        assert_eq!(read_names(&live, None).len(), 2);
        let odd = zone("a.b").to_uppercase();
        let known =
            BTreeMap::from([(odd.clone(), "old".to_owned()), (zone("e.f"), "x".to_owned())]);
        let read = read_names(&live, Some(&known));
        assert_eq!(read, BTreeMap::from([(odd, "one".to_owned())]));
    }

    #[test]
    fn generated_configuration_omits_default_names() {
        let mut own = group(&[], names(&[(zone("a.b"), "a.b")]));
        trim(&mut own);
        assert_eq!(own, group(&[], Value::Null));
        let other = group(&[], names(&[(zone("a.b"), "mine")]));
        let mut kept = other.clone();
        trim(&mut kept);
        assert_eq!(kept, other);
    }
}

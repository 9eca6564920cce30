//! AAI002, AAI003 and AAI011: whether a zone group has the zones that the service needs.

use super::input::{ConfigValue, PlannedZones};
use super::plan::Plan;
use crate::assessment::finding::Finding;
use crate::codes::Code;
use crate::explain::import_block;
use crate::private_link::arm_types::PRIVATE_DNS_ZONE_GROUP;
use crate::private_link::dns_zones::is_zone;
use crate::private_link::environment::Environment;
use crate::private_link::services::{every_suffix, types_with_zone};
use crate::private_link::zone_group::MOST_ZONES;
use crate::validators::{nearest, slips};
use azure::id::ResourceId;
use std::collections::BTreeSet;

/// Maximum number of letters by which a zone's name may differ from a known one to count as
/// mistyped, if nothing else shows which service the zone is for.
const TYPING_MISTAKE: usize = 2;

/// AAI011: reports too many zones and duplicate zones.
pub(super) fn of_group(zones: &PlannedZones) -> Vec<Finding> {
    let mut found = Vec::new();
    let finding = |path: &_, summary: String, detail: &str| {
        Finding::at(Code::ZonesOfGroup, path, summary, detail)
    };
    if i64::try_from(zones.ids.len()).is_ok_and(|count| count > MOST_ZONES) {
        let summary = format!("The zone group has {} zones", zones.ids.len());
        let detail = "Azure allows one to five zones in a zone group. Remove the zones that the \
                      service does not need.";
        found.push(finding(&zones.path, summary, detail));
    }
    let mut seen = BTreeSet::new();
    for name in &zones.names {
        if !seen.insert(name.value.to_lowercase()) {
            let summary = format!("`name` {:?} occurs twice", name.value);
            let detail = "Each zone of a zone group needs a block with a unique name. Choose \
                          another name.";
            found.push(finding(&name.path, summary, detail));
        }
    }
    let mut seen = BTreeSet::new();
    for zone in zones.ids.iter().flatten() {
        if !seen.insert(zone.value.name().to_lowercase()) {
            let summary = format!("The zone {:?} occurs twice", zone.value.name());
            let detail = "A zone group can have only one zone of each name, whatever its resource \
                          group. Remove one of them.";
            found.push(finding(&zone.path, summary, detail));
        }
    }
    found
}

/// AAI002: reports zones of the service that are not in the group.
pub(super) fn missing(zones: &PlannedZones, required: &[String]) -> Option<Finding> {
    let there = zones.known()?;
    let covers = |zone: &&ConfigValue<ResourceId>, name: &String| {
        let zone = zone.value.name().to_lowercase();
        // A name that is a separate zone elsewhere in DNS is a record of the parent zone in Azure.
        is_zone(name, &zone) || name.to_lowercase().ends_with(&format!(".{zone}"))
    };
    let covered = |name: &&String| there.iter().any(|zone| covers(zone, name));
    let missing: Vec<&str> =
        required.iter().filter(|name| !covered(name)).map(String::as_str).collect();
    // A missing parent zone also covers its child zones.
    let missing: Vec<&str> = missing
        .iter()
        .copied()
        .filter(|name| !missing.iter().any(|other| name.ends_with(&format!(".{other}"))))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let names = missing.join(", ");
    let summary = format!("The zone group lacks {names}");
    let detail = format!(
        "The service has names in each of these zones: {}. A name whose zone is not in the group \
         gets no record, so clients in the virtual network resolve it to the public address or not \
         at all. Add the IDs of these zones: {names}",
        required.join(", ")
    );
    Some(Finding::at(Code::MissingZone, &zones.path, summary, detail))
}

/// Zones in which a service is known to have names.
pub(super) struct KnownZones {
    /// Zones of the planned subresource.
    pub(super) of_group: Vec<String>,
    /// Zones of all subresources of the type.
    pub(super) of_type: Vec<&'static str>,
    /// The cloud, if known.
    pub(super) environment: Option<Environment>,
    /// If `true`, the service lists the zones itself, or Microsoft publishes them.
    pub(super) confirmed: bool,
}

impl KnownZones {
    /// AAI003: reports zones of the zone group in which the service has no names.
    pub(super) fn foreign(&self, zones: &PlannedZones) -> Vec<Finding> {
        let is_known = |name: &str| self.of_group.iter().any(|known| is_zone(known, name));
        let strange = zones.ids.iter().flatten().filter(|zone| !is_known(zone.value.name()));
        if self.of_group.is_empty() {
            return strange.filter_map(of_another_service).collect();
        }
        strange.map(|zone| self.stranger(zone)).collect()
    }

    fn stranger(&self, zone: &ConfigValue<ResourceId>) -> Finding {
        let name = zone.value.name();
        let known: Vec<&str> = self.of_group.iter().map(String::as_str).collect();
        let of_table = every_zone().find(|(_, known)| is_zone(known, name));
        let near = nearest(name, &known);
        let of_other_group = self.of_type.iter().any(|known| is_zone(known, name));
        let (why, sure) = match (of_table, near) {
            _ if of_other_group => {
                ("The zone is for another subresource of the service.".into(), false)
            }
            (Some((cloud, _)), _) if self.environment.is_some_and(|here| here != cloud) => {
                (format!("The zone is for {}.", cloud.label()), true)
            }
            (Some(_), _) => ("The zone is for another service.".to_owned(), true),
            (None, Some(near)) => (format!("Did you mean {near:?}?"), true),
            (None, None) => ("The service is not known to use this zone.".to_owned(), false),
        };
        let summary = format!("The service has no names in the zone {name:?}");
        let detail = format!(
            "{why} Azure accepts any zone, but writes no record to a zone of another service. Use \
             the zones of the service: {}",
            known.join(", ")
        );
        let finding = Finding::at(Code::ForeignZone, &zone.path, summary, detail);
        if sure && self.confirmed { finding } else { finding.perhaps() }
    }
}

/// AAI003 for a service whose zones are unknown: reports a zone of known services. This is only a
/// warning, because the service may have names there too.
fn of_another_service(zone: &ConfigValue<ResourceId>) -> Option<Finding> {
    let name = zone.value.name();
    let types = types_with_zone(name);
    if types.is_empty() {
        return None;
    }
    let summary = format!("The service may have no names in the zone {name:?}");
    let detail = format!(
        "The zone is for {}. Azure accepts any zone, but writes no record to a zone in which the \
         service has no names. Compare the zone with `required_zone_names` of the data source \
         `azureai_private_link_resources`, or with the service's documentation.",
        types.join(", ")
    );
    Some(Finding::at(Code::ForeignZone, &zone.path, summary, detail).perhaps())
}

/// Returns every zone of the catalog with its cloud.
fn every_zone() -> impl Iterator<Item = (Environment, &'static str)> {
    every_suffix().map(|(cloud, suffix)| (cloud, suffix.zone))
}

/// AAI003 for a new zone: reports a name that almost equals a known one.
pub(super) fn mistyped(zone: &ConfigValue<String>) -> Option<Finding> {
    let name = zone.value.to_lowercase();
    let known: Vec<&str> =
        every_zone().map(|(_, zone)| zone).filter(|zone| !zone.contains('{')).collect();
    if every_zone().any(|(_, known)| is_zone(known, &name)) {
        return None;
    }
    let near = known.iter().map(|known| (slips(&name, known), *known)).min()?;
    let (1..=TYPING_MISTAKE, known) = near else {
        return None;
    };
    if !name.contains('.') {
        return None;
    }
    let summary = format!("No service has names in the zone {:?}", zone.value);
    let detail = format!(
        "Did you mean {known:?}? A zone group writes no records to a zone of another name."
    );
    Some(Finding::at(Code::ForeignZone, &zone.path, summary, detail))
}

/// AAI003 for a new zone: reports a zone of another cloud.
pub(super) fn of_another_cloud(
    zone: &ConfigValue<String>,
    here: Option<Environment>,
) -> Option<Finding> {
    let here = here?;
    let mut clouds = every_zone()
        .filter(|(_, known)| is_zone(known, &zone.value))
        .map(|(cloud, _)| cloud)
        .peekable();
    let other = *clouds.peek()?;
    if clouds.any(|cloud| cloud == here) {
        return None;
    }
    let summary = format!("The zone {:?} is for another cloud", zone.value);
    let detail = format!(
        "The zone is for {}, but the provider manages {}, whose services have no names in it. Use \
         the function `private_dns_zone_names`, which returns the zones of a service in a cloud.",
        other.label(),
        here.label()
    );
    Some(Finding::at(Code::ForeignZone, &zone.path, summary, detail))
}

/// Returns the zone group that an endpoint already has, with configuration that adopts or imports
/// it.
pub(super) fn rival(endpoint: &ResourceId, plan: Plan<'_>) -> Option<String> {
    let groups =
        plan.reader.children(endpoint, "privateDnsZoneGroups", PRIVATE_DNS_ZONE_GROUP.api_version);
    let group = groups.found()?.first()?["id"].as_str()?.to_owned();
    let name = group.rsplit('/').next().unwrap_or_default();
    let import = import_block("azureai_private_dns_zone_group", &group);
    Some(format!(
        "The existing zone group: {group}\n\nTo adopt it, set:\n\n  name           = \
         {name:?}\n  adopt_existing = true\n\nOr set that name and import it:\n\n{import}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::private_link::arm_types::PRIVATE_DNS_ZONE;
    use plugin::path::Path;

    const API: &str = "privatelink.api.azureml.ms";
    const NOTEBOOKS: &str = "privatelink.notebooks.azure.net";

    fn zones(names: &[&str]) -> PlannedZones {
        let id = |name: &&str| {
            let id = ResourceId::in_group("s", "rg", PRIVATE_DNS_ZONE.name, name);
            (!name.is_empty()).then(|| ConfigValue::new(id, Path::of("zones")))
        };
        PlannedZones { ids: names.iter().map(id).collect(), ..PlannedZones::default() }
    }

    fn texts(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn known(of_group: &[&str], environment: Option<Environment>) -> KnownZones {
        KnownZones { of_group: texts(of_group), of_type: Vec::new(), environment, confirmed: true }
    }

    #[test]
    fn missing_zones_are_reported_once_all_zones_are_known() {
        let region = "eastus.data.privatelink.azurecr.io";
        let rows: [(&[&str], &[&str], Option<&str>); 6] = [
            (&[API, NOTEBOOKS], &[API, NOTEBOOKS], None),
            (&["PRIVATELINK.api.azureml.ms"], &[API], None),
            (&[API], &[API, NOTEBOOKS], Some(NOTEBOOKS)),
            (&[API, ""], &[API, NOTEBOOKS], None),
            (&["privatelink.azurecr.io"], &["privatelink.azurecr.io", region], None),
            (&[API], &["privatelink.azurecr.io", region], Some("privatelink.azurecr.io")),
        ];
        for (there, required, lacks) in rows {
            let found = missing(&zones(there), &texts(required)).map(|it| it.message);
            let expected = lacks.map(|name| format!("The zone group lacks {name}"));
            assert_eq!(found, expected, "{there:?} {required:?}");
        }
    }

    #[test]
    fn wrong_zone_is_an_error_and_an_unknown_zone_a_warning() {
        let rows = [
            ("privatelink.api.azurml.ms", "Did you mean \"privatelink.api.azureml.ms\"?", true),
            ("privatelink.api.ml.azure.us", "Azure US Government", true),
            ("privatelink.vaultcore.azure.net", "another service", true),
            ("corp.example.org", "not known to use this zone", false),
        ];
        for (name, why, sure) in rows {
            let group = zones(&[name]);
            let found = known(&[API], Some(Environment::Public)).foreign(&group);
            assert_eq!(found.len(), 1, "{name}");
            assert!(found[0].detail.contains(why), "{name}: {}", found[0].detail);
            assert_eq!(found[0].at_most == crate::codes::Level::Enforce, sure, "{name}");
        }
        assert!(known(&[API], None).foreign(&zones(&[API, ""])).is_empty());
    }

    #[test]
    fn new_zone_with_a_mistyped_or_foreign_name_is_reported() {
        let said = |name: &str| ConfigValue::new(name.to_owned(), Path::of("name"));
        for (name, wrong) in [
            ("privatelink.api.azureml.ms", false),
            ("privatelink.api.azurml.ms", true),
            ("privatelink.postgres.database.azure.com", false),
            ("corp.example.org", false),
        ] {
            assert_eq!(mistyped(&said(name)).is_some(), wrong, "{name}");
        }
        let other = said("privatelink.azurecr.us");
        assert!(of_another_cloud(&other, Some(Environment::Public)).is_some());
        assert!(of_another_cloud(&other, Some(Environment::UsGovernment)).is_none());
        assert!(of_another_cloud(&other, None).is_none());
    }
}

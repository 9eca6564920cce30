//! The records of a private DNS zone group: waiting for them, and detecting deleted ones.

use crate::engine::prelude::*;
use crate::private_link::arm_types::PRIVATE_DNS_ZONE;
use crate::private_link::zone_group::zone_name;
use std::time::Duration;

/// How long Azure can take to list the records of a group that it has created.
const RECORDS_WITHIN: Duration = Duration::from_secs(60);

/// How likely records are in a zone of a group that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Names of the endpoint belong in the zone.
    Surely,
    /// The service's names are unknown.
    Perhaps,
    /// The service has no known names in the zone.
    Hardly,
}

impl Expected {
    /// Returns the expectation for a zone, given the zones of the endpoint's names. An empty name
    /// stands for a service whose names are unknown.
    pub fn of<'a>(zone: &str, mut needed: impl Iterator<Item = &'a str> + Clone) -> Self {
        match needed.clone().all(str::is_empty) {
            _ if needed.any(|it| it.eq_ignore_ascii_case(zone)) => Self::Surely,
            true => Self::Perhaps,
            false => Self::Hardly,
        }
    }
}

/// Returns the wait for the records in the zones without any, given by their IDs. Zones where the
/// service has no known names are reported at once.
pub fn pending<'a>(
    empty: impl Iterator<Item = &'a String>,
    expected: impl Fn(&str) -> Expected,
    path: Path,
) -> Option<PendingCondition> {
    let names = empty.map(|id| zone_name(id));
    let (idle, awaited): (Vec<_>, Vec<_>) =
        names.partition(|name| expected(name) == Expected::Hardly);
    let zones = awaited.join(", ");
    let (summary, detail, within) = match (&awaited[..], &idle[..]) {
        ([], []) => return None,
        ([], idle) => (format!("no record in {}", idle.join(", ")), NO_NAMES, Duration::ZERO),
        (_, []) => (format!("no record yet in {zones}"), YET_TO_COME, RECORDS_WITHIN),
        (_, idle) => {
            let both = format!("no record yet in {zones}, and none in {}", idle.join(", "));
            (both, YET_TO_COME, RECORDS_WITHIN)
        }
    };
    let told = Diagnostic::warning(format!("The zone group has {summary}"), detail).at(path);
    Some(PendingCondition {
        step: "records",
        what: format!("the records in {zones}"),
        within: Some(within),
        or_else: Some(told),
    })
}

const YET_TO_COME: &str = "Azure created the group, but lists no record of the endpoint in the \
                           zone. Until it does, clients in the network cannot reach the service by \
                           its name. Check that this is the service's zone. Then check the records \
                           with `terraform plan` or with the data source \
                           `azureai_private_dns_check`.";

const NO_NAMES: &str = "Azure created the group, but writes no record of the endpoint in the zone: \
                        the service has no known names there. Remove the zone from the group, or \
                        correct its name. The function `private_dns_zone_names` returns the zones \
                        of a service.";

/// Returns the ID of a record of a type and name in a zone.
pub fn record_id(zone: &str, ty: &str, name: &str) -> Option<ResourceId> {
    Some(ResourceId::parse(zone).ok()?.child(ty, name))
}

/// Returns a record to read along with the group.
pub fn read_along(id: ResourceId) -> Related {
    Related::sibling(id, PRIVATE_DNS_ZONE.api_version)
}

/// Returns `true` if a record was requested and does not exist.
pub fn is_gone(id: Option<ResourceId>, related: &RelatedObjects) -> bool {
    id.is_some_and(|id| related.get(&id.as_str().to_lowercase()) == Some(&Json::Null))
}

/// Returns the names of records in a state that no longer exist: those without addresses.
pub fn gone(record_sets: &Value) -> impl Iterator<Item = String> {
    let sets = record_sets.as_list().unwrap_or_default().iter();
    let is_empty = |set: &&Value| set.get("ip_addresses").as_list().is_some_and(<[_]>::is_empty);
    sets.filter(is_empty).filter_map(|set| set.get("fqdn").as_str().map(str::to_owned))
}

/// Plans to write a group again because records no longer exist. The attributes that show the
/// records become unknown.
pub fn write_again(
    change: &mut Change<'_>,
    gone: &[String],
    recomputed: &[&'static str],
    group: &str,
) -> Option<Diagnostic> {
    let list = gone.iter().map(|name| format!("\n  {name}")).collect::<String>();
    if list.is_empty() {
        return None;
    }
    recomputed.iter().for_each(|name| change.planned.set_entry(name, Value::Unknown));
    let detail = format!(
        "These records no longer exist in their zones, or the zones no longer exist, so clients \
         cannot reach the service by these names:\n{list}\n\nThe apply writes the group again, and \
         Azure writes its records."
    );
    let summary = "Records of the zone group no longer exist";
    Some(Diagnostic::warning(summary, detail).at(Path::of(group)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_without_records_is_reported() {
        let id = |name: &&str| {
            ResourceId::in_group("s", "g", PRIVATE_DNS_ZONE.name, name).as_str().to_owned()
        };
        for (empty, needed, says, waits) in [
            (&[][..], &["a.b"][..], "", false),
            (&["a.b"], &["a.b", "c.d"], "no record yet in a.b", true),
            // The names of an unknown service can be in any zone.
            (&["a.b"], &[""], "no record yet in a.b", true),
            (&["a.b"], &[], "no record yet in a.b", true),
            (&["x.y"], &["a.b"], "no record in x.y", false),
            (&["a.b", "x.y"], &["A.B"], "no record yet in a.b, and none in x.y", true),
        ] {
            let ids: Vec<String> = empty.iter().map(id).collect();
            let expected = |zone: &str| Expected::of(zone, needed.iter().copied());
            let found = pending(ids.iter(), expected, Path::of("group"));
            let told = found.as_ref().and_then(|it| Some(it.or_else.as_ref()?.summary.clone()));
            let expected = (!says.is_empty()).then(|| format!("The zone group has {says}"));
            assert_eq!(told, expected, "{empty:?} {needed:?}");
            let within = found.and_then(|it| it.within).unwrap_or_default();
            assert_eq!(!within.is_zero(), waits, "{empty:?} {needed:?}");
        }
    }
}

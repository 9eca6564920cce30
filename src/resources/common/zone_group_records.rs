//! The records of a private DNS zone group: waiting for them, and missing them.

use crate::engine::related::{Related, RelatedObjects};
use crate::engine::resource::PendingCondition;
use crate::private_link::arm_types::PRIVATE_DNS_ZONE;
use crate::private_link::zone_group::zone_name;
use azure::id::ResourceId;
use plugin::prelude::*;
use serde_json::Value as Json;
use std::time::Duration;

/// How long Azure may take to list the records of a group that it has made.
const RECORDS_WITHIN: Duration = Duration::from_secs(60);

/// What is known of a zone of a group, in which there is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Names of the endpoint belong there.
    Surely,
    /// Which names the service has is not known.
    Perhaps,
    /// The service is not known to have names there.
    Hardly,
}

impl Expected {
    /// Of a zone, given the zones that the names of an endpoint belong in; empty ones for names of
    /// a service that is not known.
    pub fn of<'a>(zone: &str, mut needed: impl Iterator<Item = &'a str> + Clone) -> Self {
        match needed.clone().all(str::is_empty) {
            _ if needed.any(|it| it.eq_ignore_ascii_case(zone)) => Self::Surely,
            true => Self::Perhaps,
            false => Self::Hardly,
        }
    }
}

/// Waiting for the records of a group in those of its zones that have none, by their IDs. Where the
/// service hardly has names there is nothing to wait for, and it is told at once.
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

const YET_TO_COME: &str = "Azure has made the group and lists no record of the endpoint there. \
                           Until it does, clients in the network do not reach the service by its \
                           name. Check that this is the service's zone; then look again with \
                           `terraform plan`, or with the data source `azureai_private_dns_check`.";

const NO_NAMES: &str = "Azure has made the group and writes no record of the endpoint there: the \
                        service is not known to have names in such a zone. Take the zone out of \
                        the group, or correct its name. The function `private_dns_zone_names` \
                        gives the zones of a service.";

/// The ID of a record of that type and name in a zone.
pub fn record_id(zone: &str, ty: &str, name: &str) -> Option<ResourceId> {
    Some(ResourceId::parse(zone).ok()?.child(ty, name))
}

/// A record to be read along.
pub fn read_along(id: ResourceId) -> Related {
    Related::sibling(id, PRIVATE_DNS_ZONE.api_version)
}

/// Whether a record was looked for and is not there.
pub fn is_gone(id: Option<ResourceId>, related: &RelatedObjects) -> bool {
    id.is_some_and(|id| related.get(&id.as_str().to_lowercase()) == Some(&Json::Null))
}

/// The names of the records of a state that are gone: those without addresses.
pub fn gone(record_sets: &Value) -> impl Iterator<Item = String> {
    let sets = record_sets.as_list().unwrap_or_default().iter();
    let is_empty = |set: &&Value| set.get("ip_addresses").as_list().is_some_and(<[_]>::is_empty);
    sets.filter(is_empty).filter_map(|set| set.get("fqdn").as_str().map(str::to_owned))
}

/// Plans to write a group again because of the records that are gone; the attributes that show them
/// are then not known.
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
        "They were removed from their zones, or the zones were, so clients do not reach the \
         service by these names:\n{list}\n\nThe group is written again, by which Azure writes its \
         records."
    );
    Some(Diagnostic::warning("Records of the zone group are gone", detail).at(Path::of(group)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_zone_without_records_is_told_whatever_the_service() {
        let id = |name: &&str| {
            ResourceId::in_group("s", "g", PRIVATE_DNS_ZONE.name, name).as_str().to_owned()
        };
        for (empty, needed, says, waits) in [
            (&[][..], &["a.b"][..], "", false),
            (&["a.b"], &["a.b", "c.d"], "no record yet in a.b", true),
            // A service that is not known may have its names anywhere.
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

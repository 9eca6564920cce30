//! AAI017: records that two endpoints to a service have in one zone, where Azure keeps only one.

use super::WHOLE;
use super::input::{ConfigValue, PlannedZones, RemovedEndpoint, ServiceReference};
use super::plan::Plan;
use super::report::Report;
use super::service;
use crate::assessment::finding::Finding;
use crate::assessment::isolation::endpoint::connections;
use crate::assessment::reader::Read;
use crate::codes::Code;
use crate::private_link::arm_types::PRIVATE_DNS_ZONE_GROUP;
use crate::private_link::zone_group::ZoneGroupBody;
use azure::error::ErrorKind;
use azure::id::ResourceId;
use plugin::path::Path;

/// Maximum number of other endpoints of a service that the check reads.
const MOST: usize = 20;

/// Another endpoint to a service, with the names of the zones that hold records of both.
struct OtherEndpoint {
    id: ResourceId,
    zones: Vec<String>,
}

/// Returns a warning if a planned group overwrites the records of another endpoint.
pub(super) fn taken_over(
    zones: &PlannedZones,
    service: &ServiceReference,
    plan: Plan<'_>,
    report: &mut Report,
) -> Option<Finding> {
    let own = zones.endpoint.as_ref().map(|it| &it.value).or(zones.owner.as_ref());
    let known: Vec<&ResourceId> = zones.ids.iter().flatten().map(|zone| &zone.value).collect();
    let OtherEndpoint { id, zones: shared } =
        other(service.target.as_ref()?, own, &known, &zones.path, plan, report)?;
    let summary =
        format!("Another endpoint, {:?}, has the same records in {}", id.name(), shared.join(", "));
    let detail = format!(
        "Both endpoints connect to the same service, and Azure keeps one record for each of its \
         names in a zone. With this group, the names resolve to the new endpoint in every virtual \
         network that the zone is linked to. When either endpoint is deleted, Azure may delete the \
         records of both. For an endpoint in another network, use separate zones that are linked \
         only to that network. To replace {id}, remove it first."
    );
    Some(Finding::at(Code::SharedRecords, &zones.path, summary, detail))
}

/// Returns a warning if another endpoint loses its records with the removed endpoint.
pub(super) fn taken_away(
    removed: &RemovedEndpoint,
    plan: Plan<'_>,
    report: &mut Report,
) -> Option<Finding> {
    let RemovedEndpoint { endpoint, target, zones } = removed;
    let zones: Vec<&ResourceId> = zones.iter().collect();
    let OtherEndpoint { id, zones } =
        other(target, Some(endpoint), &zones, &target.path, plan, report)?;
    let summary = format!("{:?} may lose its records in {}", id.name(), zones.join(", "));
    let detail = format!(
        "Azure keeps one record for each name of the service in a zone, and deletes the records of \
         {:?} with it, although {id} uses them too. If this provider manages that endpoint's zone \
         group, run terraform plan after the apply: the plan finds the missing records and writes \
         the group again. The data source `azureai_private_dns_check` shows whether the names \
         resolve to that endpoint.",
        endpoint.name()
    );
    Some(Finding::at(Code::SharedRecords, &target.path, summary, detail))
}

/// Returns the first of the other endpoints to the service that remain and have records in these
/// zones. Adds what cannot be read to the report, at the attribute that needs it.
fn other(
    target: &ConfigValue<ResourceId>,
    own: Option<&ResourceId>,
    zones: &[&ResourceId],
    path: &Path,
    plan: Plan<'_>,
    report: &mut Report,
) -> Option<OtherEndpoint> {
    let codes = [Code::SharedRecords];
    let is_going = |id: &ResourceId| plan.deletes(id.as_str());
    let known =
        service::known(target).filter(|it| !zones.is_empty() && !is_going(&it.target.value));
    let listed = connections(&target.value, known?.body(plan));
    let others = report.found(listed, target, WHOLE, &codes)?.into_iter();
    let others = others.filter(|it| it.is_approved()).filter_map(|it| it.endpoint);
    let others = others.filter(|id| Some(id) != own && !is_going(id)).take(MOST);
    let mut found = None;
    // Reading all of them first requests their zone groups at the same time.
    for id in others {
        match shared(&id, zones, plan) {
            Read::Found(zones) if !zones.is_empty() => {
                found.get_or_insert(OtherEndpoint { id, zones });
            }
            // An endpoint that the identity cannot read belongs to another team, and so do its
            // zones.
            Read::Hidden(error) if error.kind() == ErrorKind::Protocol => {
                let at = ConfigValue::new(id, path.clone());
                report.push_unreadable(error, &at, "The list of zone groups", &codes);
            }
            Read::Found(_) | Read::Hidden(_) | Read::Absent | Read::Pending => {}
        }
    }
    found
}

/// Returns the zones that hold records of the endpoint.
fn shared(id: &ResourceId, zones: &[&ResourceId], plan: Plan<'_>) -> Read<Vec<String>> {
    let groups =
        plan.reader.children(id, "privateDnsZoneGroups", PRIVATE_DNS_ZONE_GROUP.api_version);
    groups.decode_each::<ZoneGroupBody>(id).map(|groups| {
        let configs =
            groups.into_iter().flat_map(|group| group.properties.private_dns_zone_configs);
        let written = configs.filter(|config| !config.properties.record_sets.is_empty());
        let ids: Vec<ResourceId> = written
            .filter_map(|config| ResourceId::parse(&config.properties.private_dns_zone_id).ok())
            .collect();
        let both = zones.iter().filter(|zone| ids.contains(zone));
        both.map(|zone| zone.name().to_owned()).collect()
    })
}

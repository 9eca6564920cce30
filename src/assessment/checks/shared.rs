//! AAI017: records that two endpoints to a service have in one zone, where Azure keeps only one.

use super::input::{PlannedZones, RemovedEndpoint, ServiceReference};
use super::plan::Plan;
use super::report::{Report, RequiredRead};
use super::service;
use crate::assessment::finding::Finding;
use crate::assessment::isolation::endpoint::connections;
use crate::assessment::reader::Read;
use crate::codes::Code;
use crate::private_link::arm_types::PRIVATE_DNS_ZONE_GROUP;
use crate::private_link::zone_group::ZoneGroupBody;
use azure::error::{Error, ErrorKind};
use azure::id::ResourceId;
use plugin::path::Path;
use std::sync::Arc;

/// Maximum number of other endpoints of a service that the check reads.
const MOST: usize = 20;

/// Another endpoint to a service, with the zones that hold records of both.
struct OtherEndpoint {
    id: ResourceId,
    zones: Vec<String>,
}

/// Other endpoints to a service that remain and have records in the same zones.
pub(super) struct OtherEndpoints {
    /// Result of reading the service, which lists its endpoints.
    pub(super) service: Read<()>,
    endpoints: Vec<OtherEndpoint>,
    unreadable: Vec<UnreadableGroups>,
}

/// An endpoint whose zone groups cannot be decoded.
struct UnreadableGroups {
    endpoint: ResourceId,
    error: Arc<Error>,
}

/// Returns the other endpoints to the service that have records in the zones of a planned group.
pub(super) fn taken_over(
    zones: &PlannedZones,
    service: &ServiceReference,
    plan: Plan<'_>,
) -> OtherEndpoints {
    let own = zones.endpoint.as_ref().map(|it| &it.value).or(zones.owner.as_ref());
    let known: Vec<&ResourceId> = zones.ids.iter().flatten().map(|zone| &zone.value).collect();
    others(service, own, &known, plan)
}

/// Returns the other endpoints to the service that have records in the zones of a removed endpoint.
pub(super) fn taken_away(removed: &RemovedEndpoint, plan: Plan<'_>) -> OtherEndpoints {
    let service = ServiceReference { target: Some(removed.target.clone()), groups: None };
    let zones: Vec<&ResourceId> = removed.zones.iter().collect();
    others(&service, Some(&removed.endpoint), &zones, plan)
}

impl OtherEndpoints {
    /// Adds the endpoints that the check could not read to the report, at the attribute that needs
    /// them.
    pub(super) fn note(&self, path: &Path, report: &mut Report) {
        for UnreadableGroups { endpoint, error } in &self.unreadable {
            let required = RequiredRead {
                id: endpoint.clone(),
                what: "The list of zone groups",
                path: path.clone(),
                codes: vec![Code::SharedRecords],
            };
            report.push_unreadable(required, error.clone());
        }
    }

    /// Returns a warning if a planned group overwrites the records of another endpoint.
    pub(super) fn taken_over(&self, path: &Path) -> Option<Finding> {
        let other = self.endpoints.first()?;
        let name = other.id.name();
        let summary = format!(
            "Another endpoint, {name:?}, has the same records in {}",
            other.zones.join(", ")
        );
        let detail = format!(
            "Both endpoints connect to the same service, and Azure keeps one record for each of \
             its names in a zone. With this group, the names resolve to the new endpoint in every \
             virtual network that the zone is linked to. When either endpoint is deleted, Azure \
             may delete the records of both. For an endpoint in another network, use separate \
             zones that are linked only to that network. To replace {}, remove it first.",
            other.id
        );
        Some(Finding::at(Code::SharedRecords, path, summary, detail))
    }

    /// Returns a warning if another endpoint loses its records with the removed endpoint.
    pub(super) fn taken_away(&self, removed: &RemovedEndpoint) -> Option<Finding> {
        let other = self.endpoints.first()?;
        let (name, zones) = (other.id.name(), other.zones.join(", "));
        let summary = format!("{name:?} may lose its records in {zones}");
        let detail = format!(
            "Azure keeps one record for each name of the service in a zone, and deletes the \
             records of {:?} with it, although {} uses them too. If this provider manages that \
             endpoint's zone group, run terraform plan after the apply: the plan finds the missing \
             records and writes the group again. The data source `azureai_private_dns_check` shows \
             whether the names resolve to that endpoint.",
            removed.endpoint.name(),
            other.id,
        );
        Some(Finding::at(Code::SharedRecords, &removed.target.path, summary, detail))
    }
}

fn others(
    service: &ServiceReference,
    own: Option<&ResourceId>,
    zones: &[&ResourceId],
    plan: Plan<'_>,
) -> OtherEndpoints {
    let is_going = |id: &ResourceId| plan.deletes(id.as_str());
    let target = service.target.as_ref().filter(|target| !is_going(&target.value));
    if zones.is_empty() || target.is_none() {
        let (endpoints, unreadable) = (Vec::new(), Vec::new());
        return OtherEndpoints { service: Read::Absent, endpoints, unreadable };
    }
    let listed = service::known(service)
        .map_or(Read::Absent, |known| connections(&known.target.value, known.body(plan)));
    let service = listed.clone().map(|_| ());
    let others = listed.found().unwrap_or_default().into_iter();
    let others = others.filter(|it| it.is_approved()).filter_map(|it| it.endpoint);
    let others = others.filter(|id| Some(id) != own && !is_going(id)).take(MOST);
    let (mut endpoints, mut unreadable) = (Vec::new(), Vec::new());
    for id in others {
        match shared(&id, zones, plan) {
            Read::Found(zones) if !zones.is_empty() => endpoints.push(OtherEndpoint { id, zones }),
            // An endpoint that the identity cannot read belongs to another team, and so do its
            // zones.
            Read::Hidden(error) if error.kind() == ErrorKind::Protocol => {
                unreadable.push(UnreadableGroups { endpoint: id, error });
            }
            Read::Found(_) | Read::Hidden(_) | Read::Absent | Read::Pending => {}
        }
    }
    OtherEndpoints { service, endpoints, unreadable }
}

/// Returns the zones that hold records of the endpoint.
fn shared(id: &ResourceId, zones: &[&ResourceId], plan: Plan<'_>) -> Read<Vec<String>> {
    let groups = plan.children(id, "privateDnsZoneGroups", PRIVATE_DNS_ZONE_GROUP.api_version);
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

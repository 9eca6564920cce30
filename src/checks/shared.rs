//! AAI017: records that two endpoints to a service have in the same zone, of which Azure keeps one.

use super::finding::Finding;
use super::intent::{Ending, Said, Service, Zones};
use super::list::Code;
use super::service;
use super::sight::{Lookout, Sight};
use crate::isolation::endpoint::{API, connections};
use crate::zone_group::Group;
use azure::id::ResourceId;
use futures::future::join_all;

/// How many other endpoints of a service are looked at.
const MOST: usize = 20;

/// Another endpoint to the service, and the zones that both have their records in.
struct Other {
    id: ResourceId,
    zones: Vec<String>,
}

/// That no other endpoint to the service has its records in these zones. `Sight` is that of the
/// service.
pub(super) async fn taken_over(
    zones: &Zones,
    service: &Service,
    out: &Lookout<'_>,
) -> (Sight, Option<Finding>) {
    let own = zones.endpoint.as_ref().map(|it| &it.value).or(zones.owner.as_ref());
    let known: Vec<&ResourceId> = zones.ids.iter().flatten().map(|zone| &zone.value).collect();
    let (body, others) = others(service, own, &known, out).await;
    let finding = others.first().map(|other| {
        let name = other.id.name();
        let summary = format!("{name:?} has its records in {} too", other.zones.join(", "));
        let detail = format!(
            "Both endpoints lead to the same service, and Azure keeps one record for each of its \
             names in a zone. With this group the names lead to the new endpoint in every network \
             that the zone is linked to, and when either endpoint goes, so may the records of \
             both. For an endpoint of other networks take zones of its own; to replace {}, remove \
             it first.",
            other.id
        );
        Finding::new(Code::SharedRecords, &zones.path, summary, detail)
    });
    (body, finding)
}

/// That no other endpoint to the service has its records where those of an ending one go.
pub(super) async fn taken_away(ending: &Ending, out: &Lookout<'_>) -> (Sight, Option<Finding>) {
    let service = Service { target: Some(ending.target.clone()), groups: None };
    let zones: Vec<&ResourceId> = ending.zones.iter().collect();
    let (body, others) = others(&service, Some(&ending.endpoint), &zones, out).await;
    let Said { path, .. } = &ending.target;
    let finding = others.first().map(|other| {
        let (name, zones) = (other.id.name(), other.zones.join(", "));
        let summary = format!("{name:?} may lose its records in {zones}");
        let detail = format!(
            "Azure keeps one record for each name of the service in a zone, and removes those of \
             {:?} with it, although they are also those of {}. Afterwards have the zone group of \
             {name:?} written again: by `-replace` where it is a resource of its own, else by \
             taking its zones out of the block and putting them back. The data source \
             `azureai_private_dns_check` shows whether its names lead to it.",
            ending.endpoint.name(),
            other.id,
        );
        Finding::new(Code::SharedRecords, path, summary, detail)
    });
    (body, finding)
}

/// The other endpoints to the service that stay and have records in these zones.
async fn others(
    service: &Service,
    own: Option<&ResourceId>,
    zones: &[&ResourceId],
    out: &Lookout<'_>,
) -> (Sight, Vec<Other>) {
    let is_going = |id: &ResourceId| out.sights.is_going(id.as_str());
    let target = service.target.as_ref().filter(|target| !is_going(&target.value));
    if zones.is_empty() || target.is_none() {
        return (Sight::Nothing, Vec::new());
    }
    let body = service::body(service, out).await;
    let listed = body.seen().map(connections).unwrap_or_default().into_iter();
    let others = listed.filter(|it| it.is_approved()).filter_map(|it| it.endpoint);
    let others = others.filter(|id| Some(id) != own && !is_going(id)).take(MOST);
    let others = join_all(others.map(|id| async {
        let zones = shared(&id, zones, out).await;
        Other { id, zones }
    }));
    let mut others = others.await;
    // What is planned at the same time may say that it goes by now.
    others.retain(|other| !other.zones.is_empty() && !is_going(&other.id));
    (body, others)
}

/// Those of the zones that the endpoint has records in. Of one that may not be read nothing is
/// said: it is somebody else's, and so are its zones.
async fn shared(id: &ResourceId, zones: &[&ResourceId], out: &Lookout<'_>) -> Vec<String> {
    let groups = out.list(id, "privateDnsZoneGroups", API).await;
    let groups = groups.seen().and_then(|it| it.as_array()).into_iter().flatten();
    let configs = groups
        .filter_map(Group::deserialized)
        .flat_map(|group| group.properties.private_dns_zone_configs);
    let written = configs.filter(|config| !config.properties.record_sets.is_empty());
    let ids: Vec<ResourceId> = written
        .filter_map(|config| ResourceId::parse(&config.properties.private_dns_zone_id).ok())
        .collect();
    let both = zones.iter().filter(|zone| ids.contains(zone));
    both.map(|zone| zone.name().to_owned()).collect()
}

//! AAI016: services that become unreachable when an endpoint is removed.

use super::input::{ConfigValue, RemovedEndpoint, ServiceReference};
use super::plan::Plan;
use super::service;
use crate::assessment::finding::Finding;
use crate::assessment::isolation::endpoint::connections;
use crate::assessment::isolation::perimeter;
use crate::assessment::reader::Read;
use crate::codes::Code;
use crate::private_link::network_rules::{Perimeter, public_access_of};
use azure::id::ResourceId;
use serde_json::Value as Json;

/// Returns the target service of a removed endpoint. Absent if the plan deletes the service too or
/// enables its public network access.
pub(super) fn target<'r>(removed: &RemovedEndpoint, plan: Plan<'r>) -> Read<&'r Json> {
    let id = &removed.target.value;
    // Other resources of the same plan count.
    if plan.deletes(id.as_str())
        || plan.opens(id.as_str())
        || public_access_of(&removed.target.value).is_none()
    {
        return Read::Absent;
    }
    let service = ServiceReference { target: Some(removed.target.clone()), groups: None };
    service::known(&service).map_or(Read::Absent, |known| known.body(plan))
}

/// AAI016: returns a finding unless another approved endpoint remains or public network access is
/// enabled. Endpoints that the same plan deletes do not count.
pub(super) fn last(
    removed: &RemovedEndpoint,
    body: &Json,
    plan: Plan<'_>,
) -> Read<Option<Finding>> {
    let RemovedEndpoint { endpoint, target: ConfigValue { value: target, path }, .. } = removed;
    let flag = public_access_of(target).map(|access| access.flag(body));
    connections(target, Read::Found(body)).map(|connections| {
        let stays = |id: &ResourceId| id != endpoint && !plan.deletes(id.as_str());
        let approved = connections.into_iter().filter(|it| it.is_approved());
        let left = approved.filter_map(|it| it.endpoint).any(|id| stays(&id));
        let closed = flag.as_deref() == Some("Disabled");
        // An enforced perimeter decides on access, whatever the flag is.
        if left || !closed || perimeter::of(plan.reader, target) == Perimeter::Enforced {
            return None;
        }
        let summary = format!("Removing the endpoint makes {:?} unreachable", target.name());
        let detail = format!(
            "{:?} is the last approved private endpoint to the service, and its public network \
             access is disabled. After the removal, no client can reach the service. To keep it \
             reachable, add another private endpoint first, or enable public network access with \
             azureai_public_network_access.",
            endpoint.name()
        );
        Some(Finding::at(Code::LastEndpoint, path, summary, detail))
    })
}

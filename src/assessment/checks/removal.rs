//! AAI016: what nobody reaches any more once an endpoint is gone.

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

/// The service that the endpoint leads to, unless that goes too, or the public is let in.
pub(super) fn target<'r>(removed: &RemovedEndpoint, plan: Plan<'r>) -> Read<&'r Json> {
    let id = &removed.target.value;
    // What is planned at the same time counts too.
    if plan.deletes(id.as_str())
        || plan.opens(id.as_str())
        || public_access_of(&removed.target.value).is_none()
    {
        return Read::Absent;
    }
    let service = ServiceReference { target: Some(removed.target.clone()), groups: None };
    service::known(&service).map_or(Read::Absent, |known| known.body(plan))
}

/// AAI016: that another approved endpoint is left, or the public may come in. Endpoints that go
/// with it count as gone.
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
        // A perimeter that decides lets in whom it lets in, whatever the flag says.
        if left || !closed || perimeter::of(plan.reader, target) == Perimeter::Enforced {
            return None;
        }
        let summary = format!("{:?} becomes unreachable", target.name());
        let detail = format!(
            "{:?} is the last approved private endpoint to it, and its public network access is \
             disabled. Removing the endpoint does not make it public: nobody reaches it any more, \
             until another endpoint is approved or public network access is enabled \
             (`azureai_public_network_access`).",
            endpoint.name()
        );
        Some(Finding::at(Code::LastEndpoint, path, summary, detail))
    })
}

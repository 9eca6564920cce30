//! AAI016: what nobody reaches any more once an endpoint is gone.

use super::finding::Finding;
use super::intent::{Ending, Said, Service};
use super::list::Code;
use super::service;
use super::sight::{Lookout, Sight};
use crate::gates;
use crate::isolation::endpoint::connections;
use azure::id::ResourceId;
use serde_json::Value as Json;

/// The service that the endpoint leads to, unless that goes too, or the public is let in.
pub(super) async fn target(ending: &Ending, out: &Lookout<'_>) -> Sight {
    let id = ending.target.value.as_str();
    let settled = || out.sights.is_going(id) || out.sights.is_opening(id);
    if settled() || gates::of(&ending.target.value).is_none() {
        return Sight::Nothing;
    }
    let service = Service { target: Some(ending.target.clone()), groups: None };
    let body = service::body(&service, out).await;
    // What is planned at the same time may say so by now.
    if settled() { Sight::Nothing } else { body }
}

/// AAI016: that another approved endpoint is left, or the public may come in. Endpoints that go
/// with it count as gone.
pub(super) fn last(
    ending: &Ending,
    body: &Json,
    goes: &dyn Fn(&ResourceId) -> bool,
) -> Option<Finding> {
    let Ending { endpoint, target: Said { value: target, path }, .. } = ending;
    let stays = |id: &ResourceId| id != endpoint && !goes(id);
    let approved = connections(body).into_iter().filter(|it| it.is_approved());
    let left = approved.filter_map(|it| it.endpoint).any(|id| stays(&id));
    if left || gates::flag(body) != "Disabled" {
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
    Some(Finding::new(Code::LastEndpoint, path, summary, detail))
}

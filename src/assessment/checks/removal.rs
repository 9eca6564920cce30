//! AAI016: services that become unreachable when an endpoint is removed.

use super::input::RemovedEndpoint;
use super::plan::Plan;
use super::report::Report;
use super::{WHOLE, service};
use crate::assessment::finding::Finding;
use crate::assessment::isolation::endpoint::connections;
use crate::assessment::isolation::perimeter;
use crate::assessment::reader::Read;
use crate::codes::Code;
use crate::private_link::network_rules::{Perimeter, public_access_of};
use azure::id::ResourceId;

/// AAI016: reports a removed endpoint unless another approved endpoint remains or public network
/// access is enabled. Endpoints that the same plan deletes do not count.
pub(super) fn last(removed: &RemovedEndpoint, plan: Plan<'_>, report: &mut Report) {
    let RemovedEndpoint { endpoint, target: at, .. } = removed;
    let (target, codes) = (&at.value, [Code::LastEndpoint]);
    // Other resources of the same plan count.
    let stays_closed = !plan.deletes(target.as_str()) && !plan.opens(target.as_str());
    let known = service::known(at).filter(|_| stays_closed && plan.makes(&codes));
    let (Some(access), Some(known)) = (public_access_of(target), known) else { return };
    let Some(body) = report.found(known.body(plan), at, WHOLE, &codes) else { return };
    let listed = connections(target, Read::Found(body));
    let Some(listed) = report.found(listed, at, WHOLE, &codes) else { return };
    let stays = |id: &ResourceId| id != endpoint && !plan.deletes(id.as_str());
    let approved = listed.into_iter().filter(|it| it.is_approved());
    let left = approved.filter_map(|it| it.endpoint).any(|id| stays(&id));
    let closed = access.flag(body) == "Disabled";
    // An enforced perimeter decides on access, whatever the flag is.
    if left || !closed || perimeter::of(plan.reader, target) == Perimeter::Enforced {
        return;
    }
    let summary = format!("Removing the endpoint makes {:?} unreachable", target.name());
    let detail = format!(
        "{:?} is the last approved private endpoint to the service, and its public network access \
         is disabled. After the removal, no client can reach the service. To keep it reachable, \
         add another private endpoint first, or enable public network access with \
         azureai_public_network_access.",
        endpoint.name()
    );
    report.extend([Finding::at(Code::LastEndpoint, &at.path, summary, detail)]);
}

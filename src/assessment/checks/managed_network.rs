//! AAI028: whether Azure brings a managed network to the isolation mode that is asked for, and
//! whether only one resource asks.

use super::input::PlannedNetwork;
use super::plan::Plan;
use super::report::Report;
use super::{WHOLE, required};
use crate::assessment::finding::Finding;
use crate::assessment::foundry::{AgentNetwork, agent_network};
use crate::assessment::managed_network::{changeable, is_property, mode, network, object, takes};
use crate::client::plan_cache::PlanCache;
use crate::codes::Code;
use crate::private_link::arm_types::AI_SERVICES_ACCOUNT;
use azure::id::ResourceId;
use serde_json::Value as Json;

/// AAI028: that the network can be brought to the mode.
pub(super) fn reachable(planned: &PlannedNetwork, plan: Plan<'_>, report: &mut Report) {
    let codes = [Code::Outbound];
    if !plan.makes(&codes) {
        return;
    }
    let parent = &planned.parent.value;
    let (id, api_version) = object(parent);
    let goes = |id: &ResourceId| plan.deletes(id.as_str()) || plan.replaces(id.as_str());
    // What takes the place of what is there may be in any mode.
    if goes(parent) || goes(&id) {
        return;
    }
    let body = plan.object(&id, api_version);
    report.note(|| required(&planned.parent, WHOLE, &codes), &body);
    report.extend(body.value().and_then(|body| backward(planned, network(body))));
    if is_property(parent) {
        return;
    }
    let account = plan.object(parent, AI_SERVICES_ACCOUNT.api_version);
    report.note(|| required(&planned.parent, WHOLE, &codes), &account);
    report.extend(account.value().and_then(|account| beside_subnet(planned, account)));
}

fn backward(planned: &PlannedNetwork, network: &Json) -> Option<Finding> {
    let (wanted, now) = (planned.mode.as_ref()?, mode(network));
    if takes(network, &wanted.value) {
        return None;
    }
    let name = planned.parent.value.name();
    let listed = changeable(network);
    let possible = match listed.is_empty() {
        true => String::new(),
        false => format!(" Azure lists what it can be changed to: {}.", listed.join(", ")),
    };
    let way = match is_property(&planned.parent.value) {
        true => "The network of a hub goes with the hub alone, so the way back is a new hub.",
        false => {
            "The way back is a new network: remove the resource, apply, add it again and apply. \
             All outbound rules go with the old network."
        }
    };
    let summary = format!("The managed network of {name:?} does not go back from {now}");
    let detail = format!(
        "Azure makes an isolation mode stricter, and refuses {:?} after {now:?}.{possible} {way}",
        wanted.value
    );
    Some(Finding::at(Code::Outbound, &wanted.path, summary, detail))
}

/// That the agents of an account run in a subnet. What Azure says to a managed network beside that
/// is not known.
fn beside_subnet(planned: &PlannedNetwork, account: &Json) -> Option<Finding> {
    let AgentNetwork::Subnet(subnet) = agent_network(account) else { return None };
    let at = &planned.parent;
    let summary = format!("The agents of {:?} run in a subnet of yours", at.value.name());
    let detail = format!(
        "They run in {subnet}, so a managed network does nothing for them. Where agents run is \
         settled when an account is made: for a managed network, make one with `managed_network = \
         true` instead of `agent_subnet_id`."
    );
    Some(Finding::at(Code::Outbound, &at.path, summary, detail).perhaps())
}

/// That the workspace's own block and a resource of its own both say the mode of a hub's network.
/// The one that is planned second is told.
pub(super) fn second_owner(planned: &PlannedNetwork, cache: &PlanCache) -> Option<Finding> {
    let mode = planned.mode.as_ref()?;
    let other = cache.plan_network(&planned.parent.value, planned.block, &mode.value)?;
    let name = planned.parent.value.name();
    let summary =
        format!("Two resources say the isolation mode of the managed network of {name:?}");
    let fight = match other.eq_ignore_ascii_case(&mode.value) {
        true => "Now they agree".to_owned(),
        false => format!("Each sets its own, {other:?} and {:?}, in turn", mode.value),
    };
    let detail = format!(
        "The block `managed_network` of its azureai_workspace is one, an azureai_managed_network \
         the other. {fight}. Remove the block: without it the workspace leaves its network alone, \
         and the azureai_managed_network also shows it and provisions it."
    );
    let finding = Finding::at(Code::Outbound, &mode.path, summary, detail);
    Some(if other.eq_ignore_ascii_case(&mode.value) { finding.perhaps() } else { finding })
}

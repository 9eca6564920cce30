//! AAI028: whether Azure can change a managed network to the planned isolation mode, and whether
//! only one resource sets the mode.

use super::WHOLE;
use super::input::PlannedNetwork;
use super::plan::Plan;
use super::report::Report;
use crate::assessment::finding::Finding;
use crate::assessment::foundry::agent_network;
use crate::assessment::managed_network::{changeable, is_property, mode, network, object, takes};
use crate::client::plan_cache::PlanCache;
use crate::codes::Code;
use crate::private_link::arm_types::AI_SERVICES_ACCOUNT;
use azure::id::ResourceId;
use serde_json::Value as Json;

/// AAI028: reports an isolation mode that Azure cannot change the managed network to.
pub(super) fn reachable(planned: &PlannedNetwork, plan: Plan<'_>, report: &mut Report) {
    let codes = [Code::Outbound];
    if !plan.makes(&codes) {
        return;
    }
    let parent = &planned.parent.value;
    let (id, api_version) = object(parent);
    let goes = |id: &ResourceId| plan.deletes(id.as_str()) || plan.replaces(id.as_str());
    // A new network may have any mode.
    if goes(parent) || goes(&id) {
        return;
    }
    let body = plan.reader.object(&id, api_version);
    let body = report.found(body, &planned.parent, WHOLE, &codes);
    report.extend(body.and_then(|body| backward(planned, network(body))));
    if is_property(parent) {
        return;
    }
    let account = plan.reader.object(parent, AI_SERVICES_ACCOUNT.api_version);
    let account = report.found(account, &planned.parent, WHOLE, &codes);
    report.extend(account.and_then(|account| beside_subnet(planned, account)));
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
        false => format!(" Azure lists the possible modes: {}.", listed.join(", ")),
    };
    let way = match is_property(&planned.parent.value) {
        true => {
            "Azure deletes the managed network of a hub only with the hub. To use this mode, \
             create a new hub."
        }
        false => {
            "To use this mode, recreate the network: remove the resource, apply, add the resource \
             again, and apply. Azure deletes all outbound rules with the old network."
        }
    };
    let summary =
        format!("The isolation mode of the managed network of {name:?} cannot change from {now}");
    let detail = format!(
        "Azure only makes an isolation mode stricter, and rejects a change from {now:?} to \
         {:?}.{possible} {way}",
        wanted.value
    );
    Some(Finding::at(Code::Outbound, &wanted.path, summary, detail))
}

/// Returns a warning if the agents of the account run in a subnet. How Azure treats a managed
/// network in that case is unknown.
fn beside_subnet(planned: &PlannedNetwork, account: &Json) -> Option<Finding> {
    let subnet = agent_network(account).subnet()?;
    let at = &planned.parent;
    let summary = format!("The agents of {:?} run in a custom subnet", at.value.name());
    let detail = format!(
        "The agents run in {subnet}, so a managed network has no effect on them. Azure sets the \
         network of agents when it creates the account. To use a managed network, create an \
         account with `managed_network = true` instead of `agent_subnet_id`."
    );
    Some(Finding::at(Code::Outbound, &at.path, summary, detail).perhaps())
}

/// Returns a finding if both the workspace's block and an `azureai_managed_network` set the
/// isolation mode of a hub's network. The resource that Terraform plans second gets the finding.
pub(super) fn second_owner(planned: &PlannedNetwork, cache: &PlanCache) -> Option<Finding> {
    let mode = planned.mode.as_ref()?;
    let other = cache.plan_network(&planned.parent.value, planned.block, &mode.value)?;
    let name = planned.parent.value.name();
    let summary =
        format!("Two resources set the isolation mode of the managed network of {name:?}");
    let fight = match other.eq_ignore_ascii_case(&mode.value) {
        true => "Currently both set the same mode".to_owned(),
        false => format!("They overwrite each other, with {other:?} and {:?}", mode.value),
    };
    let detail = format!(
        "Both the block `managed_network` of the azureai_workspace and an azureai_managed_network \
         set the mode. {fight}. Remove the block: without it, the workspace does not manage its \
         network. The azureai_managed_network also exports the network's attributes and provisions \
         it."
    );
    let finding = Finding::at(Code::Outbound, &mode.path, summary, detail);
    Some(if other.eq_ignore_ascii_case(&mode.value) { finding.perhaps() } else { finding })
}

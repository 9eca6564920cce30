//! Runs the checks of Microsoft Foundry and of managed networks.

use super::input::{CheckInput, ConfigValue, PlannedAgents};
use super::plan::Plan;
use super::report::Report;
use super::{account, agents, approver, host, managed_network, outbound_rule, stores};
use crate::codes::Code;

/// Adds findings about accounts, their agents and networks, and the managed networks of hubs.
pub(super) fn of_foundry(input: &CheckInput, plan: Plan<'_>, report: &mut Report) {
    if let Some(account) = input.account.as_ref().filter(|_| plan.makes(&[Code::SoftDeleted])) {
        account::soft_deleted(account, plan, report);
    }
    if let (Some(network), Some(cache)) = (&input.owned, plan.cache) {
        report.extend(managed_network::second_owner(network, cache));
    }
    if let Some(network) = &input.network {
        managed_network::reachable(network, plan, report);
    }
    if let Some(agents) = &input.agents {
        agents::subnet(agents, plan, report);
    }
    if let Some(host) = &input.host {
        host::connections(host, plan, report);
        stores::throughput(host, plan, report);
        stores::roles(host, plan, report);
    }
    if let Some(rule) = &input.rule {
        outbound_rule::mode(rule, plan, report);
        approver::role(rule, plan, report);
    }
    let of_agents = |agents: &PlannedAgents| {
        Some(ConfigValue::new(agents.account.clone()?, agents.subnet.path.clone()))
    };
    let parent = input.host.as_ref().and_then(|host| host.parent.clone());
    if let Some(at) = parent.or_else(|| input.agents.as_ref().and_then(of_agents)) {
        host::registered(&at, plan, report);
    }
    if let (Some(cache), Some(connection)) = (plan.cache, &input.connection) {
        cache.plan_connection(&connection.id, &connection.target);
    }
}

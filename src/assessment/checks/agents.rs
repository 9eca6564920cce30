//! AAI025: whether the agents of an account can run in a subnet.

use super::WHOLE;
use super::input::{ConfigValue, PlannedAgents};
use super::network::{self, SubnetRead};
use super::plan::Plan;
use super::report::Report;
use crate::assessment::finding::Finding;
use crate::assessment::foundry::{self, AgentNetwork, DELEGATION};
use crate::assessment::reader::id_at;
use crate::codes::Code;
use crate::explain::pasted;
use crate::private_link::arm_types::AI_SERVICES_ACCOUNT;
use crate::validators::region;
use azure::id::ResourceId;
use ipnet::Ipv4Net;
use serde_json::Value as Json;
use std::net::Ipv4Addr;

/// Longest prefix that the service supports, and longest prefix with room for hosted agents
/// (Microsoft Learn, "Virtual networks" of the Agent Service).
const LONGEST: u8 = 27;
const ROOMY: u8 = 26;

const fn net(a: u8, b: u8, c: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), length)
}

/// RFC 1918.
const PRIVATE: [Ipv4Net; 3] = [net(10, 0, 0, 8), net(172, 16, 0, 12), net(192, 168, 0, 16)];

/// Ranges that the service reserves (Microsoft Learn, "Virtual networks" of the Agent Service, and
/// Microsoft's template of a private network for agents), and Docker's bridge network.
const RESERVED: [Ipv4Net; 10] = [
    net(0, 0, 0, 8),
    net(100, 64, 0, 11),
    net(100, 100, 0, 17),
    net(100, 100, 192, 19),
    net(100, 100, 224, 19),
    net(127, 0, 0, 8),
    net(169, 254, 0, 16),
    net(172, 17, 0, 16),
    net(172, 30, 0, 15),
    net(192, 0, 2, 24),
];

/// Reports a subnet that the agents of an account cannot run in.
pub(super) fn subnet(agents: &PlannedAgents, plan: Plan<'_>, report: &mut Report) {
    let codes = [Code::AgentSubnet];
    if !plan.makes(&codes) {
        return;
    }
    let id = &agents.subnet;
    report.extend(twice(agents, plan));
    let read = SubnetRead::of(Some(&id.value), &codes, plan);
    let parent = id.value.parent().map(|parent| ConfigValue::new(parent, id.path.clone()));
    let network = parent.and_then(|it| report.found(read.network.clone(), &it, WHOLE, &codes));
    report.note(&read.subnet, id, WHOLE, &codes);
    report.extend(network.and_then(|network| elsewhere(agents, network, plan)));
    let Some(subnet) = read.subnet() else { return };
    report.extend(delegation(id, subnet));
    report.extend(endpoints(id, subnet));
    let held = held(agents, subnet, plan, report);
    report.extend(held);
    let ranges = network::ipv4_ranges(subnet);
    report.extend(size(id, &ranges));
    report.extend(ranges.iter().find_map(|range| unfit(id, *range)));
}

fn at(id: &ConfigValue<ResourceId>, summary: String, detail: impl Into<String>) -> Finding {
    Finding::at(Code::AgentSubnet, &id.path, summary, detail)
}

/// Returns a finding if the plan uses the subnet for the agents of another account.
fn twice(agents: &PlannedAgents, plan: Plan<'_>) -> Option<Finding> {
    let other = plan.cache?.plan_agents(&agents.subnet.value, agents.account.as_ref()?)?;
    let summary = format!(
        "The agents of {:?} also use the subnet {:?}",
        other.name(),
        agents.subnet.value.name()
    );
    let detail = "A subnet can serve the agents of only one account. Use a separate subnet for \
                  each account; both subnets may be in one virtual network.";
    Some(at(&agents.subnet, summary, detail))
}

fn delegation(id: &ConfigValue<ResourceId>, subnet: &Json) -> Option<Finding> {
    let delegations = subnet["properties"]["delegations"].as_array();
    let services = delegations.into_iter().flatten();
    let services: Vec<&str> =
        services.filter_map(|it| it["properties"]["serviceName"].as_str()).collect();
    if services.contains(&DELEGATION) {
        return None;
    }
    let name = id.value.name();
    let summary = match services.first() {
        Some(other) => format!("The subnet {name:?} is delegated to {other}, not to {DELEGATION}"),
        None => format!("The subnet {name:?} is not delegated to {DELEGATION}"),
    };
    let case = match services.first() {
        Some(other) if other.eq_ignore_ascii_case(DELEGATION) => {
            "The name is case-sensitive. With another spelling"
        }
        _ => "Without the delegation",
    };
    let block = format!(
        "delegation {{\n  name = \"agents\"\n\n  service_delegation {{\n    name    = \
         {DELEGATION:?}\n    actions = \
         [\"Microsoft.Network/virtualNetworks/subnets/join/action\"]\n  }}\n}}"
    );
    let detail = format!(
        "The service runs agents only in a subnet that is delegated to {DELEGATION}. {case}, Azure \
         fails after up to 47 minutes (reported). Add this block to the \
         azurerm_subnet:\n\n{}\n\nOr run this command:\n\n{}",
        pasted(&block),
        pasted(&format!(
            "az network vnet subnet update --ids {} --delegations {DELEGATION}",
            id.value
        ))
    );
    Some(at(id, summary, detail))
}

fn endpoints(id: &ConfigValue<ResourceId>, subnet: &Json) -> Option<Finding> {
    let first = subnet["properties"]["privateEndpoints"].as_array()?.first()?;
    let first = first["id"].as_str().unwrap_or_default();
    let summary = format!("The subnet {:?} has private endpoints", id.value.name());
    let detail = format!(
        "One of the endpoints is {first}. The agents' subnet is delegated and cannot have private \
         endpoints. Move the endpoints, or use another subnet for the agents."
    );
    Some(at(id, summary, detail))
}

/// Returns a finding if a service or another account holds the subnet. The account of the plan may
/// hold it, and so may an account that the plan replaces.
fn held(
    agents: &PlannedAgents,
    subnet: &Json,
    plan: Plan<'_>,
    report: &mut Report,
) -> Option<Finding> {
    let id = &agents.subnet;
    let link = subnet["properties"]["serviceAssociationLinks"].as_array()?.first()?;
    let account = agents.account.as_ref()?;
    let scope = ConfigValue::new(account.subscription_id(), id.path.clone());
    let child = format!("providers/{}", AI_SERVICES_ACCOUNT.name);
    let listed = plan.reader.children(&scope.value, &child, AI_SERVICES_ACCOUNT.api_version);
    let hosts = foundry::hosts(plan.reader, account);
    if listed.is_pending() || hosts.is_pending() {
        return None;
    }
    let listed = report.found(listed, &scope, "The list of accounts", &[Code::AgentSubnet]);
    let here = AgentNetwork::Subnet(id.value.clone());
    let has = |body: &&Json| foundry::agent_network(body) == here;
    let holders = listed.into_iter().flatten().filter(has);
    let holders: Vec<ResourceId> = holders.filter_map(|it| id_at(&it["id"])).collect();
    let own = |it: &ResourceId| it == account || plan.replaces(it.as_str());
    let mut hosts = hosts.found().into_iter().flatten();
    let by_host =
        hosts.any(|host| id_at(&host["properties"]["customerSubnet"]).as_ref() == Some(&id.value));
    if holders.iter().any(own) || by_host || agents.takes_over && holders.is_empty() {
        return None;
    }
    let name = id.value.name();
    let (summary, detail) = match holders.first() {
        Some(other) => (
            format!("The agents of {:?} already use the subnet {name:?}", other.name()),
            format!(
                "A subnet can serve the agents of only one account, and {other} uses this subnet. \
                 Use another subnet. If you are about to delete that account, wait for its destroy \
                 to end, because it waits until Azure releases the subnet."
            ),
        ),
        None => (
            format!(
                "The subnet {name:?} is in use by {}",
                link["name"].as_str().unwrap_or("a link")
            ),
            format!(
                "The service association link is for {}, and Azure rejects a second use of the \
                 subnet. Use another subnet for the agents. A deleted account holds its subnet \
                 until it is purged, and for some minutes, at times hours, after that. List \
                 deleted accounts:\n\n  az cognitiveservices account list-deleted",
                link["properties"]["linkedResourceType"].as_str().unwrap_or("another service")
            ),
        ),
    };
    Some(at(id, summary, detail))
}

/// Returns a finding if the virtual network is in a different region than the account.
fn elsewhere(agents: &PlannedAgents, network: &Json, plan: Plan<'_>) -> Option<Finding> {
    let there = network["location"].as_str()?;
    let account = |id: &ResourceId| {
        let body = plan.reader.object(id, AI_SERVICES_ACCOUNT.api_version).value()?;
        Some(body["location"].as_str()?.to_owned())
    };
    let own = agents.location.clone().or_else(|| account(agents.account.as_ref()?))?;
    if region(there) == region(&own) {
        return None;
    }
    let summary =
        format!("The agents' virtual network is in {there}, but their account is in {own}");
    let detail = "The service runs agents only in a virtual network of the account's region. \
                  Choose a virtual network in that region, or another region for the account.";
    Some(at(&agents.subnet, summary, detail))
}

fn size(id: &ConfigValue<ResourceId>, ranges: &[Ipv4Net]) -> Option<Finding> {
    let largest = ranges.iter().map(Ipv4Net::prefix_len).min()?;
    let too = if largest > LONGEST { "too " } else { "" };
    let summary = format!("The subnet {:?} is {too}small for agents: /{largest}", id.value.name());
    let advice = "Use a larger subnet: Microsoft recommends a /24, and hosted agents need a /26 \
                  for 50 sessions. A subnet cannot grow while agents run in it.";
    match largest {
        length if length > LONGEST => {
            Some(at(id, summary, format!("The service requires a /27 or larger. {advice}")))
        }
        length if length > ROOMY => Some(at(id, summary, advice).perhaps()),
        _ => None,
    }
}

/// Returns a warning about a range that the service may not support. Microsoft's pages do not agree
/// on the ranges.
fn unfit(id: &ConfigValue<ResourceId>, range: Ipv4Net) -> Option<Finding> {
    let overlaps = |net: &&Ipv4Net| net.contains(&range) || range.contains(*net);
    let (summary, detail) = match RESERVED.iter().find(overlaps) {
        Some(kept) => (
            format!("The agents' range {range} overlaps {kept}"),
            "The service or Docker uses that range, so agents cannot reach addresses in it. Use a \
             subnet with another range.",
        ),
        None if !PRIVATE.iter().any(|net| net.contains(&range)) => (
            format!("The agents' range {range} is not private"),
            "Use a subnet in a range of RFC 1918, which Microsoft's pages allow for agents: \
             10.0.0.0/8 (not in every region), 172.16.0.0/12 or 192.168.0.0/16.",
        ),
        None => return None,
    };
    Some(at(id, summary, detail).perhaps())
}

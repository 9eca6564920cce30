//! AAI020 to AAI024: whether the identity that Terraform runs as has the permissions that the plan
//! needs.
//!
//! ARM lists an identity's own permissions at a scope. The check reports a missing permission
//! before the apply creates anything: otherwise Azure would create the endpoint and then reject its
//! zone group.

use super::input::{CheckInput, ConfigValue};
use super::plan::Plan;
use super::report::Report;
use crate::assessment::finding::Finding;
use crate::assessment::outbound::approving_action;
use crate::assessment::reader::Read;
use crate::assessment::roles::{allow, approval};
use crate::codes::Code;
use crate::explain::{pasted, role_command};
use azure::credential::Claims;
use azure::id::ResourceId;
use serde_json::Value as Json;

const PERMISSIONS: &str = "providers/Microsoft.Authorization/permissions";
const API: &str = "2022-04-01";

/// A permission that the plan needs.
struct Need<'i> {
    code: Code,
    action: String,
    at: &'i ConfigValue<ResourceId>,
    doing: &'static str,
}

/// Returns the permissions that the plan needs.
fn needs(input: &CheckInput) -> Vec<Need<'_>> {
    let mut needs = Vec::new();
    let mut need = |code, at, doing, action: &str| {
        needs.push(Need { code, action: action.to_owned(), at, doing });
    };
    if let Some(endpoint) = &input.endpoint {
        if let Some(subnet) = &endpoint.subnet {
            let action = "Microsoft.Network/virtualNetworks/subnets/join/action";
            need(Code::JoinSubnet, subnet, "create an endpoint in the subnet", action);
        }
        if let (Some(target), Some(false)) = (&endpoint.service.target, endpoint.manual) {
            let action = approval(&target.value);
            need(Code::Approve, target, "connect an endpoint to the service", &action);
        }
    }
    if let Some(target) = approved_by_hand(input) {
        let action = approving_action(&target.value);
        need(Code::Approve, target, "approve the connection to the service", &action);
    }
    for zone in input.zones.iter().flat_map(|zones| zones.ids.iter().flatten()) {
        let action = "Microsoft.Network/privateDnsZones/join/action";
        need(Code::JoinZone, zone, "let a zone group write to the zone", action);
    }
    if let Some(network) = input.link.as_ref().and_then(|link| link.network.as_ref()) {
        let action = "Microsoft.Network/virtualNetworks/join/action";
        need(Code::JoinNetwork, network, "link a zone to the network", action);
    }
    if let Some(setting) = &input.setting {
        let action = format!("{}/write", setting.target.value.resource_type());
        need(Code::Write, &setting.target, "set a property of the resource", &action);
    }
    needs
}

/// Returns the target of a connection that the plan approves.
fn approved_by_hand(input: &CheckInput) -> Option<&ConfigValue<ResourceId>> {
    let of_rule = input.rule.as_ref().filter(|rule| rule.approves == Some(true));
    of_rule.and_then(|rule| rule.service.target.as_ref()).or(input.approves.as_ref())
}

/// Reports missing permissions.
pub(super) fn missing(input: &CheckInput, plan: Plan<'_>, report: &mut Report) {
    for need in needs(input).into_iter().filter(|need| plan.makes(&[need.code])) {
        let what = "The list of the identity's permissions";
        let permissions = report.found(permissions(&need, plan), need.at, what, &[need.code]);
        // An identity without any role at the scope gets an empty list.
        if permissions.is_some_and(|listed| !allow(listed, &need.action)) {
            let principal = plan.reader.claims().value().and_then(Claims::object_id_in_text);
            report.extend([finding(&need, principal)]);
        }
    }
}

/// Returns the permissions that decide on a need: those on the resource group if they suffice,
/// otherwise those on the object, which may be more. Absent for an object that does not exist yet.
fn permissions<'r>(need: &Need<'_>, plan: Plan<'r>) -> Read<&'r [Json]> {
    let id = &need.at.value;
    if let Some(group) = id.resource_group() {
        let group = ResourceId::group(id.subscription(), group);
        let seen = plan.reader.list(&group, PERMISSIONS, API);
        let is_enough = |listed| allow(listed, &need.action);
        if seen.is_pending() || seen.value().is_some_and(is_enough) {
            return seen;
        }
    }
    plan.reader.list(id, PERMISSIONS, API)
}

fn finding(need: &Need<'_>, who: Option<&str>) -> Finding {
    let summary = format!("Missing permission to {} {:?}", need.doing, need.at.value.name());
    let otherwise = match need.code {
        Code::Approve => {
            "the connection stays pending and carries no traffic, as with `is_manual_connection = \
             true`"
        }
        _ => "the apply fails halfway",
    };
    let detail = format!(
        "The identity that Terraform runs as lacks the action {} on {}. Without the action, \
         {otherwise}. If the identity is eligible for a role with this action (Privileged Identity \
         Management), activate the role. Otherwise ask an administrator to assign one:\n\n{}",
        need.action,
        need.at.value,
        pasted(&role_command(who, &need.action, need.at.value.as_str()))
    );
    Finding::at(need.code, &need.at.path, summary, detail)
}

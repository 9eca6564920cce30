//! The waits of a rule: for its network before the create, and for the approval of its connection
//! after it.

use super::OutboundRule;
use crate::assessment::foundry::has_failed;
use crate::assessment::isolation::remediation;
use crate::assessment::managed_network;
use crate::assessment::outbound::{self, APPROVER};
use crate::engine::prelude::*;
use crate::engine::resource::approval::Found;
use crate::explain::pasted;
use crate::private_link::arm_types::{ACCOUNT_OUTBOUND_RULE, AI_SERVICES_ACCOUNT};
use crate::private_link::connection::{self, CONNECTIONS};
use std::time::Duration;

/// How long to wait for a network that nothing announces.
const TO_APPEAR: Duration = Duration::from_secs(120);

/// How long to wait for an approval: a new role assignment takes up to ten minutes to take effect
/// (Microsoft Learn, "Troubleshoot Azure RBAC").
const APPROVED_WITHIN: Duration = Duration::from_secs(600);

/// The state of a prerequisite: met, pending or failed.
type Needed = Pending;

/// Returns the wait for a network that no other operation changes.
pub(super) fn network(rule: &OutboundRule, reader: &Reader) -> Needed {
    let parent = validators::parse(&rule.parent_id, "parent_id")?;
    let (id, api_version) = managed_network::object(&parent);
    let label = parent.name();
    let told = |summary: String, detail: &str| {
        Diagnostic::error(summary, detail).at(Path::of("parent_id"))
    };
    match reader.object(&id, api_version) {
        Read::Pending | Read::Hidden(_) => Ok(None),
        Read::Absent if !parent.is_type(AI_SERVICES_ACCOUNT.name) => {
            let detail = "Create the workspace (hub) first, and refer to it in `parent_id`.";
            Err(told(format!("{label:?} does not exist"), detail))
        }
        Read::Absent => {
            let detail = "Create an azureai_managed_network whose `parent_id` is the account's ID, \
                          and refer to it in the rule: `parent_id = \
                          azureai_managed_network.NAME.parent_id`.";
            let or_else = told(format!("The account {label:?} has no managed network"), detail);
            Ok(Some(PendingCondition {
                step: "network",
                what: format!("the managed network of {label:?}"),
                within: Some(TO_APPEAR),
                or_else: Some(or_else),
            }))
        }
        Read::Found(_) if !parent.is_type(AI_SERVICES_ACCOUNT.name) => Ok(None),
        Read::Found(body) => Ok(settled(body).err().map(|state| PendingCondition {
            step: "network",
            what: format!("the managed network of {label:?}, which is {state},"),
            within: None,
            or_else: None,
        })),
    }
}

/// Returns `Ok` if no operation on a network is running, and its provisioning state otherwise.
fn settled(network: &Json) -> Result<(), &str> {
    let state = network["properties"]["provisioningState"].as_str().unwrap_or_default();
    let rests = ["", "Succeeded", "Deferred"].iter().any(|it| it.eq_ignore_ascii_case(state));
    if rests || has_failed(state) { Ok(()) } else { Err(state) }
}

/// Returns the wait for a rule to become active.
pub(super) fn active(rule: &OutboundRule, reader: &Reader) -> Needed {
    let status = rule.status.get().map(String::as_str).unwrap_or_default();
    // A rule without a status is complete.
    if status.is_empty() || rule.is("Active") {
        return Ok(None);
    }
    if has_failed(status) {
        return Err(failed(rule, reader));
    }
    let parent = validators::parse(&rule.parent_id, "parent_id")?;
    let (network, api_version) = managed_network::object(&parent);
    if let Some(network) = reader.object(&network, api_version).value()
        && rule.is("Inactive")
        && outbound::is_deferred(network)
    {
        return Ok(Some(deferred(rule, &parent)));
    }
    match rule.connection().filter(|_| !rule.is("Deleting")) {
        Some(_) => unapproved(rule, &parent, reader).map(Some),
        None => Ok(Some(PendingCondition {
            step: "active",
            what: format!("the activation, being {status},"),
            within: None,
            or_else: None,
        })),
    }
}

fn failed(rule: &OutboundRule, reader: &Reader) -> Diagnostic {
    let id = rule.id.get().and_then(|id| ResourceId::parse(id).ok());
    let body = id.map(|id| reader.object(&id, ACCOUNT_OUTBOUND_RULE.api_version));
    let why = body.and_then(Read::found).map(|body| &body["properties"]["errorInformation"]);
    let why = match why {
        None | Some(Json::Null) => "Azure does not report the reason.".to_owned(),
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let summary = format!("The outbound rule {:?} failed", rule.name);
    let detail = format!(
        "{why}\n\nFix the cause. Then replace the rule, which creates a new connection:\n\n  \
         terraform apply -replace=ADDRESS"
    );
    Diagnostic::error(summary, detail).at(Path::of("name"))
}

/// Returns the warning about a rule of a network that is not provisioned. Such a rule is inactive.
fn deferred(rule: &OutboundRule, parent: &ResourceId) -> PendingCondition {
    let (name, label) = (&rule.name, parent.name());
    let summary =
        format!("The outbound rule {name:?} is inactive until its network is provisioned");
    let detail = format!(
        "Azure provisions the managed network of {label:?} when the first compute needs it, or on \
         request, and connects to the rule's target only then. To provision the network now, set \
         `provision = true` in its azureai_managed_network, or run the action \
         azureai_provision_managed_network."
    );
    let told = Diagnostic::warning(summary, detail).at(Path::of("parent_id"));
    PendingCondition {
        step: "provisioning",
        what: "the provisioning of the network".to_owned(),
        within: Some(Duration::ZERO),
        or_else: Some(told),
    }
}

/// Returns the wait for the approval of a rule's connection, as far as the connection is visible.
fn unapproved(
    rule: &OutboundRule,
    parent: &ResourceId,
    reader: &Reader,
) -> Result<PendingCondition, Diagnostic> {
    let Some(connection) = rule.connection() else {
        return Err(Diagnostic::error("The rule has no connection", ""));
    };
    let target = &connection.target;
    let api = connection::api_version(target);
    let listed = api.map(|api| reader.list(target, CONNECTIONS, api));
    let listed = listed.and_then(Read::found).unwrap_or_default();
    let seen = connection.find(listed, &None);
    if let Found::Rejected(live) = seen {
        let summary = format!("The connection to {:?} was rejected", target.name());
        let detail = format!(
            "The target's owner rejected {}, so the rule {:?} stays inactive. Ask the owner to \
             approve the connection, or replace the rule, which creates a new connection.",
            live["id"].as_str().unwrap_or_default(),
            rule.name
        );
        return Err(Diagnostic::error(summary, detail).at(Path::of("service_resource_id")));
    }
    let name = match seen {
        Found::Pending(live) => Some(connection::name(live["id"].as_str().unwrap_or_default())),
        _ => None,
    };
    let lacking = outbound::lacking(reader, parent, target).found().unwrap_or_default();
    let who = lacking.first().copied();
    let what = format!("the approval of the connection to {:?}", target.name());
    let detail = ways(rule, (parent, target), name, who);
    let summary = match name {
        Some(name) => format!("The connection {name:?} to {:?} is not approved", target.name()),
        None => format!("The connection to {:?} is not approved", target.name()),
    };
    let told = Diagnostic::error(summary, detail).at(Path::of("service_resource_id"));
    let within = Some(APPROVED_WITHIN);
    Ok(PendingCondition { step: "approval", what, within, or_else: Some(told) })
}

/// Returns the ways to approve a connection.
fn ways(
    rule: &OutboundRule,
    (parent, target): (&ResourceId, &ResourceId),
    name: Option<&str>,
    who: Option<&str>,
) -> String {
    let status = rule.status.get().map(String::as_str).unwrap_or_default();
    let lacks = match who {
        Some(who) => format!(" (object ID {who}), which lacks the role"),
        None => ", if the identity lacks the role".to_owned(),
    };
    let itself = match rule.approve {
        true => String::new(),
        false => "- Set `approve = true`. The identity that runs Terraform then approves the \
                  connection.\n"
            .to_owned(),
    };
    let approval = format!(
        "resource \"azureai_private_endpoint_connection_approval\" \"{}\" {{\n  \
         target_resource_id = \"{target}\"\n  connection_name    = \"{}\"\n}}",
        remediation::label(&rule.name),
        name.unwrap_or("CONNECTION_NAME")
    );
    format!(
        "The rule {:?} is {status} until its connection on {target} is approved. Do one of \
         these:\n\n- Ask an administrator to assign the role {APPROVER} on the target to the \
         identity of {:?}{lacks}. The service then approves its connections.\n{itself}- Ask the \
         owner of {:?} to approve the connection, for example with this block:\n\n{}\n\nThe \
         role:\n\n{}\n\nThe state contains the rule. The next apply replaces the rule and its \
         connection. To keep both, run this command first:\n\n  terraform untaint ADDRESS",
        rule.name,
        parent.name(),
        target.name(),
        pasted(&approval),
        outbound::role_to_give(target, who)
    )
}

//! What a rule waits for: its network before it is made, and the approval of its connection after.

use super::OutboundRule;
use crate::assessment::foundry::has_failed;
use crate::assessment::managed_network;
use crate::assessment::outbound::{self, APPROVER};
use crate::assessment::reader::{Read, Reader};
use crate::engine::resource::PendingCondition;
use crate::engine::resource::approval::Found;
use crate::explain::pasted;
use crate::private_link::arm_types::{ACCOUNT_OUTBOUND_RULE, AI_SERVICES_ACCOUNT};
use crate::private_link::connection::{self, CONNECTIONS};
use crate::validators;
use azure::id::ResourceId;
use plugin::prelude::*;
use serde_json::Value as Json;
use std::time::Duration;

/// How long a network is waited for that nothing says is to come.
const TO_APPEAR: Duration = Duration::from_secs(120);

/// How long an approval is waited for: a new role takes up to ten minutes to work (Microsoft Learn,
/// "Troubleshoot Azure RBAC").
const APPROVED_WITHIN: Duration = Duration::from_secs(600);

/// What there is of something that is needed.
type Needed = Result<Option<PendingCondition>, Diagnostic>;

/// A rule needs a network that nothing else changes.
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
            let detail = "Make the workspace (hub) first, and let `parent_id` refer to it.";
            Err(told(format!("{label:?} does not exist"), detail))
        }
        Read::Absent => {
            let detail = "Make one by an azureai_managed_network whose `parent_id` is the \
                          account's, and let the rule depend on it: `parent_id = \
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

/// Whether a network is neither made nor changed at the moment; else what it says of itself.
fn settled(network: &Json) -> Result<(), &str> {
    let state = network["properties"]["provisioningState"].as_str().unwrap_or_default();
    let rests = ["", "Succeeded", "Deferred"].iter().any(|it| it.eq_ignore_ascii_case(state));
    if rests || has_failed(state) { Ok(()) } else { Err(state) }
}

/// A rule that was written becomes active.
pub(super) fn active(rule: &OutboundRule, reader: &Reader) -> Needed {
    let status = rule.status.get().map(String::as_str).unwrap_or_default();
    // What says nothing of itself is done.
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
        None | Some(Json::Null) => "Azure does not say why.".to_owned(),
        Some(Json::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let summary = format!("The outbound rule {:?} failed", rule.name);
    let detail = format!(
        "{why}\n\nMend that, and have the rule made anew, with a new connection: terraform apply \
         -replace=ADDRESS"
    );
    Diagnostic::error(summary, detail).at(Path::of("name"))
}

/// Rules of a network that is not provisioned are inactive, and that is no fault.
fn deferred(rule: &OutboundRule, parent: &ResourceId) -> PendingCondition {
    let (name, label) = (&rule.name, parent.name());
    let summary =
        format!("The outbound rule {name:?} is inactive until its network is provisioned");
    let detail = format!(
        "Nothing is provisioned of the managed network of {label:?} before the first computer in \
         it, or before that is asked for: set `provision = true` in its azureai_managed_network, \
         or run the action azureai_provision_managed_network. Only then Azure connects to what \
         the rule leads to."
    );
    let told = Diagnostic::warning(summary, detail).at(Path::of("parent_id"));
    PendingCondition {
        step: "provisioning",
        what: "the provisioning of the network".to_owned(),
        within: Some(Duration::ZERO),
        or_else: Some(told),
    }
}

/// A rule whose connection waits for its approval, as far as can be seen.
fn unapproved(
    rule: &OutboundRule,
    parent: &ResourceId,
    reader: &Reader,
) -> Result<PendingCondition, Diagnostic> {
    let Some(connection) = rule.connection() else {
        return Err(Diagnostic::error("There is no connection", ""));
    };
    let target = &connection.target;
    let api = connection::api_version(target);
    let listed = api.map(|api| reader.list(target, CONNECTIONS, api));
    let listed = listed.and_then(Read::found).unwrap_or_default();
    let seen = connection.find(listed, &None);
    if let Found::Rejected(live) = seen {
        let summary = format!("The connection to {:?} was rejected", target.name());
        let detail = format!(
            "Its owner has turned {} away, so the rule {:?} stays inactive. Have that taken back, \
             or replace the rule: it comes with a new connection.",
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
        Some(name) => format!("Nobody has approved the connection {name:?} to {:?}", target.name()),
        None => format!("The connection to {:?} is not approved", target.name()),
    };
    let told = Diagnostic::error(summary, detail).at(Path::of("service_resource_id"));
    let within = Some(APPROVED_WITHIN);
    Ok(PendingCondition { step: "approval", what, within, or_else: Some(told) })
}

/// Who may approve a connection, and how.
fn ways(
    rule: &OutboundRule,
    (parent, target): (&ResourceId, &ResourceId),
    name: Option<&str>,
    who: Option<&str>,
) -> String {
    let status = rule.status.get().map(String::as_str).unwrap_or_default();
    let lacks = match who {
        Some(who) => format!("which {who} lacks"),
        None => "as far as it does not have it".to_owned(),
    };
    let itself = match rule.approve {
        true => String::new(),
        false => "- Set `approve = true`: then this resource approves it, as the identity that \
                  Terraform runs as.\n"
            .to_owned(),
    };
    let approval = format!(
        "resource \"azureai_private_endpoint_connection_approval\" \"{}\" {{\n  \
         target_resource_id = \"{target}\"\n  connection_name    = \"{}\"\n}}",
        rule.name,
        name.unwrap_or("CONNECTION_NAME")
    );
    format!(
        "The rule {:?} is {status} until somebody approves its connection on {target}. One of \
         these:\n\n- Give the identity of {:?} the role {APPROVER} there, {lacks}: then the \
         service approves its connections by itself.\n{itself}- Have the owner of {:?} approve it, \
         such as by this block:\n\n{}\n\nThe role:\n\n{}\n\nThe rule is on record. The next apply \
         makes a new one anew, and with it the connection; `terraform untaint ADDRESS` keeps both.",
        rule.name,
        parent.name(),
        target.name(),
        pasted(&approval),
        outbound::role_to_give(target, who)
    )
}

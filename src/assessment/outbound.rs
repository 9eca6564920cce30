//! Outbound rules of managed networks: what a network is like, and who approves what the rules
//! connect to.

use crate::assessment::foundry::principals;
use crate::assessment::isolation::remediation;
use crate::assessment::managed_network::{network, object};
use crate::assessment::reader::{Read, Reader};
use crate::assessment::roles::{Right, Wanted, approval};
use crate::explain::{assign_command, pasted};
use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, HUB_OUTBOUND_RULE, WORKSPACE};
use azure::id::ResourceId;
use serde_json::Value as Json;

/// The role by which the identity of an account or hub approves what its rules connect to
/// (Microsoft Learn, "Managed network").
pub const APPROVER: &str = "Azure AI Enterprise Network Connection Approver";

/// The rule of that name of an account's or hub's managed network.
pub fn rule(parent: &ResourceId, name: &str) -> ResourceId {
    object(parent).0.child("outboundRules", name)
}

/// The account or hub that has a rule.
pub fn parent(rule: &ResourceId) -> Option<ResourceId> {
    let network = rule.parent()?;
    if rule.is_type(HUB_OUTBOUND_RULE.name) { Some(network) } else { network.parent() }
}

/// Whether a network is yet to be provisioned, by the first computer in it or on request: until
/// then its rules are inactive.
pub fn is_deferred(body: &Json) -> bool {
    let is =
        |value: &Json, word: &str| value.as_str().is_some_and(|it| it.eq_ignore_ascii_case(word));
    let network = network(body);
    is(&network["status"]["status"], "Inactive")
        || is(&network["provisioningState"], "Deferred")
        || is(&body["properties"]["provisioningState"], "Deferred")
}

/// The action that lets an identity approve a connection to a resource. For AI services the role
/// has the one that writes the connection (recorded).
pub fn approving_action(target: &ResourceId) -> String {
    match target.is_type(AI_SERVICES_ACCOUNT.name) {
        true => format!("{}/privateEndpointConnections/write", AI_SERVICES_ACCOUNT.name),
        false => approval(target),
    }
}

/// The identities of an account or hub that for certain may not approve connections to a resource;
/// none where one of them may.
pub fn lacking<'r>(
    reader: &'r Reader,
    parent: &ResourceId,
    target: &ResourceId,
) -> Read<Vec<&'r str>> {
    let api = match parent.is_type(AI_SERVICES_ACCOUNT.name) {
        true => AI_SERVICES_ACCOUNT.api_version,
        false => WORKSPACE.api_version,
    };
    let body = match reader.object(parent, api) {
        Read::Found(body) => body,
        Read::Pending => return Read::Pending,
        Read::Hidden(error) => return Read::Hidden(error),
        // Of what is not there nobody lacks a role.
        Read::Absent => return Read::Found(Vec::new()),
    };
    // What a rule of the service's own leads to is the account or hub itself.
    if parent == target {
        return Read::Found(Vec::new());
    }
    let (who, action) = (principals(body), approving_action(target));
    let mut pending = false;
    for principal in &who {
        let wanted = Wanted { principal, actions: &[&action], data_actions: &[], scope: target };
        match wanted.right(reader) {
            Read::Found(Right::No) => {}
            Read::Pending => pending = true,
            Read::Hidden(error) => return Read::Hidden(error),
            Read::Found(Right::Yes | Right::Unknown) | Read::Absent => {
                return Read::Found(Vec::new());
            }
        }
    }
    if pending { Read::Pending } else { Read::Found(who) }
}

/// The default resources of a hub, of which its identity has the right by itself (Microsoft Learn,
/// "Managed virtual network").
pub fn is_default_resource(hub: &Json, target: &ResourceId) -> bool {
    ["storageAccount", "keyVault", "containerRegistry", "applicationInsights"].iter().any(|name| {
        let id = hub["properties"][name].as_str().and_then(|id| ResourceId::parse(id).ok());
        id.is_some_and(|id| id == *target)
    })
}

/// What gives an identity that role there, as a block and as a command.
pub fn role_to_give(target: &ResourceId, principal: Option<&str>) -> String {
    let who = principal.unwrap_or("OBJECT_ID");
    format!(
        "{}\n\nOr by a command:\n\n{}",
        pasted(&remediation::role(target, APPROVER, "network", who)),
        pasted(&assign_command(Some(who), APPROVER, target.as_str()))
    )
}

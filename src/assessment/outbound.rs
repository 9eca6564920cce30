//! Outbound rules of managed networks, the state of a network, and the approval of the rules'
//! connections.

use crate::assessment::foundry::principals;
use crate::assessment::isolation::remediation;
use crate::assessment::managed_network::{network, object};
use crate::assessment::reader::{Read, Reader, id_at};
use crate::assessment::roles::{Right, Wanted, approval};
use crate::explain::{assign_command, pasted};
use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, HUB_OUTBOUND_RULE, WORKSPACE};
use azure::id::ResourceId;
use serde_json::Value as Json;

/// Role that lets the identity of an account or hub approve the connections of its outbound rules
/// (Microsoft Learn, "Managed network").
pub const APPROVER: &str = "Azure AI Enterprise Network Connection Approver";

/// Returns the ID of an outbound rule of an account or hub.
pub fn rule(parent: &ResourceId, name: &str) -> ResourceId {
    object(parent).0.child("outboundRules", name)
}

/// Returns the account or hub of an outbound rule.
pub fn parent(rule: &ResourceId) -> Option<ResourceId> {
    let network = rule.parent()?;
    if rule.is_type(HUB_OUTBOUND_RULE.name) { Some(network) } else { network.parent() }
}

/// Returns `true` if the network is not provisioned yet. Azure provisions it with the first compute
/// or on request, and its rules are inactive until then.
pub fn is_deferred(body: &Json) -> bool {
    let is =
        |value: &Json, word: &str| value.as_str().is_some_and(|it| it.eq_ignore_ascii_case(word));
    let network = network(body);
    is(&network["status"]["status"], "Inactive")
        || is(&network["provisioningState"], "Deferred")
        || is(&body["properties"]["provisioningState"], "Deferred")
}

/// Returns the action that lets an identity approve a connection to a resource. For AI services the
/// role has the action that writes the connection (recorded).
pub fn approving_action(target: &ResourceId) -> String {
    match target.is_type(AI_SERVICES_ACCOUNT.name) {
        true => format!("{}/privateEndpointConnections/write", AI_SERVICES_ACCOUNT.name),
        false => approval(target),
    }
}

/// Returns the identities of an account or hub if none of them can approve connections to a
/// resource. Empty if one of them can, or if that is unknown.
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
        // A resource that does not exist lacks no role.
        Read::Absent => return Read::Found(Vec::new()),
    };
    // A rule that the service created itself targets the account or hub.
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

/// Returns `true` for a default resource of a hub, on which the hub's identity has the permission
/// without a role (Microsoft Learn, "Managed virtual network").
pub fn is_default_resource(hub: &Json, target: &ResourceId) -> bool {
    let defaults = ["storageAccount", "keyVault", "containerRegistry", "applicationInsights"];
    defaults.iter().any(|name| id_at(&hub["properties"][name]).as_ref() == Some(target))
}

/// Returns the role assignment of [`APPROVER`] as a block and as a command.
pub fn role_to_give(target: &ResourceId, principal: Option<&str>) -> String {
    let who = principal.unwrap_or("OBJECT_ID");
    format!(
        "{}\n\nOr run this command:\n\n{}",
        pasted(&remediation::role(target, APPROVER, "network", who)),
        pasted(&assign_command(Some(who), APPROVER, target.as_str()))
    )
}

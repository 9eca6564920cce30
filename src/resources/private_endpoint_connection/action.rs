//! `azureai_private_endpoint_connection_decision`

use super::ConnectionApproval;
use crate::engine::action::{ActionKind, ArmAction, Renamed};
use crate::private_link::arm_types::PRIVATE_ENDPOINT;
use crate::private_link::services::types;
use crate::validators;
use plugin::prelude::*;
use std::time::Duration;

/// Approves, rejects or deletes a private endpoint connection at the resource that it connects to.
///
/// The action runs once, and Terraform stores nothing in the state. If an
/// `azureai_private_endpoint_connection_approval` manages the connection, its next apply restores
/// the configured decision.
#[derive(Model, Clone, Debug)]
pub struct ConnectionDecision {
    /// ID of the resource that the private endpoint connects to: a workspace (hub), a storage
    /// account, a Cosmos DB account, or any other resource with Private Link.
    #[tf(check = validators::id_of(types()))]
    target_resource_id: String,
    /// ID of the private endpoint that selects the connection. Exactly one of
    /// `private_endpoint_id`, `connection_name` and `request_message` must be set.
    #[tf(check = validators::id_of(&[PRIVATE_ENDPOINT.name]))]
    private_endpoint_id: Option<String>,
    /// Name of the connection.
    #[tf(check = validators::length(1, 260))]
    connection_name: Option<String>,
    /// Message of the connection request that selects the connection.
    #[tf(check = validators::length(1, 140))]
    request_message: Option<String>,
    /// Decision about the connection. Possible values are `approve`, `reject` and `delete`, which
    /// disconnects the private endpoint permanently.
    #[tf(check = validators::one_of(&[APPROVE, REJECT, DELETE]))]
    decision: String,
    /// Reason of the decision, which the requester sees. If omitted, the existing text stays.
    description: Option<String>,
    /// How long to wait for the connection to appear, such as `90s` or `5m`. Defaults to `1m`.
    #[tf(check = plugin::timeouts::duration())]
    wait_for_connection: Option<String>,
}

const APPROVE: &str = "approve";
const REJECT: &str = "reject";
const DELETE: &str = "delete";

/// The attributes that the resource has too.
const SHARED: [&str; 6] = [
    "target_resource_id",
    "private_endpoint_id",
    "connection_name",
    "request_message",
    "description",
    "wait_for_connection",
];

impl ArmAction for ConnectionDecision {
    const NAME: &'static str = "azureai_private_endpoint_connection_decision";
    const TIMEOUT: Duration = Duration::from_secs(60 * 60);
    const RENAMED: &'static [Renamed] =
        &[Renamed { resource: "status", action: "decision", advice: "" }];

    type Resource = ConnectionApproval;

    fn resource_config(config: &Value) -> Value {
        let mut said = ConnectionApproval::block().empty();
        for name in SHARED {
            said.set_entry(name, config.get(name).clone());
        }
        let status = match config.get("decision") {
            Value::Unknown => Value::Unknown,
            decision if decision.as_str() == Some(REJECT) => "Rejected".into(),
            _ => "Approved".into(),
        };
        said.set_entry("status", status);
        said
    }

    fn kind(&self) -> ActionKind {
        if self.decision == DELETE { ActionKind::Delete } else { ActionKind::Write }
    }

    fn starting(&self, object: &str) -> String {
        format!("Looking for the connection among those of {object:?}")
    }

    fn finished(&self, object: &str, state: &Value) -> String {
        let text = |name: &str| state.get(name).as_str().unwrap_or_default().to_owned();
        match self.kind() {
            ActionKind::Delete => {
                format!("The connection {:?} of {object:?} is deleted", text("name"))
            }
            ActionKind::Write => {
                let (name, status) = (text("connection_name"), text("status"));
                format!("The connection {name:?} of {object:?} is {status}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::partial::ArmPartial;

    #[test]
    fn the_action_sends_the_resources_requests() {
        let config = |decision: Value, name: Value| {
            let mut config = ConnectionDecision::block().empty();
            config.set_entry("decision", decision);
            config.set_entry("connection_name", name);
            config
        };
        for (decision, status) in [(APPROVE, "Approved"), (REJECT, "Rejected")] {
            let said = ConnectionDecision::resource_config(&config(decision.into(), "mine".into()));
            assert_eq!(said.get("status").as_str(), Some(status));
            assert!(!ConnectionApproval::validate(&said).has_errors());
        }
        let refused = |config: Value| {
            ConnectionApproval::validate(&ConnectionDecision::resource_config(&config)).has_errors()
        };
        assert!(refused(config(DELETE.into(), Value::Null)));
        assert!(!refused(config(Value::Unknown, Value::Unknown)));
    }
}

//! `azureai_private_endpoint_connection_decision`

use crate::action::{ArmAction, resource};
use crate::check;
use crate::partial::{ArmPartial, Partial};
use crate::private_link::TYPES;
use crate::provider::Azure;
use crate::resources::private_endpoint_connection_approval::ConnectionApproval;
use async_trait::async_trait;
use plugin::action::Progress;
use plugin::context::Context;
use plugin::diagnostic::Diagnostics;
use plugin::model::Model;
use plugin::resource::Resource;
use plugin::timeouts;
use plugin::value::Value;
use std::sync::Arc;
use std::time::Duration;

/// Approves, rejects or deletes a private endpoint connection on the side of the resource that it
/// leads to, once.
///
/// Nothing is kept in the state. Where an `azureai_private_endpoint_connection_approval` manages
/// the same connection, its next apply puts back what the configuration says.
#[derive(Model, Clone, Debug)]
pub struct ConnectionDecision {
    /// ID of the workspace (hub), storage account, key vault, container registry, AI services
    /// account or search service that the connection leads to.
    #[tf(check = check::id_of(TYPES))]
    target_resource_id: String,
    /// ID of the private endpoint whose connection is meant. Exactly one of this,
    /// `connection_name` and `request_message` is given.
    #[tf(check = check::id_of(&["Microsoft.Network/privateEndpoints"]))]
    private_endpoint_id: Option<String>,
    /// Name of the connection that is meant.
    #[tf(check = check::length(1, 260))]
    connection_name: Option<String>,
    /// Message of the connection that is meant: what whoever asked for it wrote.
    #[tf(check = check::length(1, 140))]
    request_message: Option<String>,
    /// The decision: `approve`, `reject`, or `delete`, which cuts the endpoint off for good.
    #[tf(check = check::one_of(&[APPROVE, REJECT, DELETE]))]
    decision: String,
    /// What whoever asked for the connection is told. Without it, what is there stays.
    description: Option<String>,
    /// How long to wait for the connection to appear, such as `90s` or `5m`. Without it, a minute.
    #[tf(check = timeouts::duration())]
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

#[async_trait]
impl ArmAction for ConnectionDecision {
    const NAME: &'static str = "azureai_private_endpoint_connection_decision";
    const TIMEOUT: Duration = Duration::from_secs(60 * 60);
    const SPOKEN: &'static [(&'static str, &'static str)] = &[("status", "decision")];

    fn validate(config: &Value) -> Diagnostics {
        ConnectionApproval::validate(&said(config))
    }

    async fn act(
        &self,
        azure: &Arc<Azure>,
        progress: &Progress,
        context: &mut Context,
    ) -> Result<(), Diagnostics> {
        let target = check::parse(&self.target_resource_id, "target_resource_id")?;
        let target = target.name();
        context.config = said(&self.encode());
        let wish: ConnectionApproval = resource(&context.config)?;
        let part = Partial::new(azure.clone());
        progress.tell(format!("Looking for the connection among those of {target:?}")).await;
        if self.decision == DELETE {
            let id = part.delete_found(&wish, context).await?;
            progress.tell(format!("The connection {:?} of {target:?} is deleted", id.name())).await;
            return Ok(());
        }
        let held = part.create(wish, context).await?.encode();
        let text = |name: &str| held.get(name).as_str().unwrap_or_default().to_owned();
        let (name, status) = (text("connection_name"), text("status"));
        progress.tell(format!("The connection {name:?} of {target:?} is {status}")).await;
        Ok(())
    }
}

/// The resource that asks for the same.
fn said(config: &Value) -> Value {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_asks_for_what_the_resource_would() {
        let config = |decision: Value, name: Value| {
            let mut config = ConnectionDecision::block().empty();
            config.set_entry("decision", decision);
            config.set_entry("connection_name", name);
            config
        };
        for (decision, status) in [(APPROVE, "Approved"), (REJECT, "Rejected")] {
            let said = said(&config(decision.into(), "mine".into()));
            assert_eq!(said.get("status").as_str(), Some(status));
            assert!(!ConnectionApproval::validate(&said).has_errors());
        }
        let nameless = config(DELETE.into(), Value::Null);
        assert!(ConnectionDecision::validate(&nameless).has_errors());
        let unknown = config(Value::Unknown, Value::Unknown);
        assert!(!ConnectionDecision::validate(&unknown).has_errors());
    }
}

//! `azureai_set_public_network_access`

use crate::action::{ArmAction, resource};
use crate::check;
use crate::checks::intent::Intent;
use crate::gates::{self, TYPES};
use crate::partial::{ArmPartial, Partial};
use crate::provider::Azure;
use crate::resources::public_network_access::PublicNetworkAccess;
use async_trait::async_trait;
use plugin::action::Progress;
use plugin::context::Context;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::model::Model;
use plugin::path::Path;
use plugin::resource::Resource;
use plugin::value::Value;
use std::sync::Arc;
use std::time::Duration;

/// Sets the public network access of an AI workspace or of one of its default resources, once: to
/// open it for a while, for example, and to close it again.
///
/// Nothing is kept in the state. Where an `azureai_public_network_access` manages the same flag,
/// its next apply puts back what the configuration says. Before the flag is disabled, a private
/// endpoint connection must be approved, so that nobody is locked out.
#[derive(Model, Clone, Debug)]
pub struct SetPublicNetworkAccess {
    /// ID of a workspace (hub), storage account, key vault, container registry, AI services account
    /// or search service.
    #[tf(check = check::id_of(TYPES))]
    resource_id: String,
    /// `Enabled` or `Disabled`; for storage accounts and search services also `SecuredByPerimeter`.
    #[tf(check = check::one_of(gates::THREE))]
    value: String,
    /// Whether to disable the flag even where no private endpoint connection is approved. Without
    /// it, false.
    skip_guard: Option<bool>,
    /// Why it is done: it is told as it is done, and stands in the provider's log.
    #[tf(check = check::length(1, 256))]
    reason: Option<String>,
}

const FLAG: &str = "public_network_access";
const GUARD: &str = "guard";

#[async_trait]
impl ArmAction for SetPublicNetworkAccess {
    const NAME: &'static str = "azureai_set_public_network_access";
    const TIMEOUT: Duration = Duration::from_secs(30 * 60);
    const SPOKEN: &'static [(&'static str, &'static str)] =
        &[(FLAG, "value"), (GUARD, "skip_guard")];

    fn validate(config: &Value) -> Diagnostics {
        PublicNetworkAccess::validate(&said(config))
    }

    fn intent(config: &Value) -> Intent {
        let closes = PublicNetworkAccess::closes(&said(config));
        Intent::of_setting(config.get("resource_id"), "resource_id", closes)
    }

    async fn act(
        &self,
        azure: &Arc<Azure>,
        progress: &Progress,
        context: &mut Context,
    ) -> Result<(), Diagnostics> {
        let target = check::parse(&self.resource_id, "resource_id")?;
        let (name, value) = (target.name(), &self.value);
        let why = self.reason.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
        let doing = format!("Setting the public network access of {name:?} to {value}{why}");
        tracing::info!(resource_id = target.as_str(), "{doing}");
        progress.tell(doing).await;
        context.config = said(&self.encode());
        let wish: PublicNetworkAccess = resource(&context.config)?;
        let done = Partial::new(azure.clone()).create(wish, context).await.map_err(advised)?;
        let exposure = done.encode().get("effective_exposure").as_str().unwrap_or("").to_owned();
        progress
            .tell(format!("The public network access of {name:?} is {value}: {exposure}"))
            .await;
        Ok(())
    }
}

/// The resource that asks for the same.
fn said(config: &Value) -> Value {
    let block = PublicNetworkAccess::block();
    let mut said = block.empty();
    said.set_entry("resource_id", config.get("resource_id").clone());
    said.set_entry(FLAG, config.get("value").clone());
    if config.get("skip_guard").as_bool() == Some(true) {
        let off = |mut guard: Value| {
            guard.set_entry("mode", "off".into());
            guard
        };
        let guard = block.nested(GUARD).map(|it| off(it.block.empty()));
        said.set_entry(GUARD, Value::List(guard.into_iter().collect()));
    }
    said
}

/// What the guard says, with the way around it that an action has.
fn advised(found: Diagnostics) -> Diagnostics {
    let guard = Path::of(GUARD);
    let is_guards = |it: &Diagnostic| {
        it.path.as_ref().is_some_and(|path| path.steps().first() == guard.steps().first())
    };
    let advised = |it: Diagnostic| match is_guards(&it) {
        true => Diagnostic {
            detail: format!("{} Of an action, it is `skip_guard = true`.", it.detail),
            ..it
        },
        false => it,
    };
    found.into_iter().map(advised).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_asks_for_what_the_resource_would() {
        let target = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v";
        let config = |value: &str, skip: Value| {
            let mut config = SetPublicNetworkAccess::block().empty();
            config.set_entry("resource_id", target.into());
            config.set_entry("value", value.into());
            config.set_entry("skip_guard", skip);
            config
        };
        assert!(!SetPublicNetworkAccess::validate(&config("Disabled", Value::Null)).has_errors());
        let refused = SetPublicNetworkAccess::validate(&config("SecuredByPerimeter", Value::Null));
        assert!(refused.has_errors(), "a vault has no perimeter");
        for (skip, guards) in [(Value::Null, 0), (false.into(), 0), (true.into(), 1)] {
            let said = said(&config("Disabled", skip));
            assert_eq!(said.get(GUARD).as_list().map(<[_]>::len), Some(guards));
            let wish: PublicNetworkAccess = resource(&said).unwrap();
            assert_eq!(wish.encode().get(FLAG).as_str(), Some("Disabled"));
        }
        assert!(
            SetPublicNetworkAccess::intent(&config("Enabled", Value::Unknown)).setting.is_some()
        );
    }
}

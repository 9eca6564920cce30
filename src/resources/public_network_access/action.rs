//! `azureai_set_public_network_access`

use super::PublicNetworkAccess;
use crate::engine::action::{ActionKind, ArmAction, Renamed};
use crate::private_link::network_rules::public_access_types;
use crate::validators;
use plugin::prelude::*;
use std::time::Duration;

/// Sets the public network access of a Foundry account, an AI workspace, or one of its default
/// resources.
///
/// Use the action to open a resource for a while, for example, and to close it again. The action
/// runs once, and Terraform stores nothing in the state. If an `azureai_public_network_access`
/// manages the flag, its next apply restores the configured value.
///
/// Before the action disables the flag, a private endpoint connection must be approved, so that
/// clients keep access.
#[derive(Model, Clone, Debug)]
pub struct SetPublicNetworkAccess {
    /// ID of the resource: a Foundry account, a workspace (hub), a storage account, or a resource
    /// of another type that the guide "Private link, step by step" lists.
    #[tf(check = validators::id_of(public_access_types()))]
    resource_id: String,
    /// Public network access. Possible values are `Enabled`, `Disabled` and, for types that support
    /// it, `SecuredByPerimeter`. The provider sends any other value unchanged and reports a
    /// warning.
    #[tf(check = Check::text(super::rules::word))]
    value: String,
    /// If `true`, disables the flag even if no private endpoint connection is approved. Defaults to
    /// `false`.
    skip_guard: Option<bool>,
    /// Reason of the change, which the progress message and the provider's log contain.
    #[tf(check = validators::length(1, 256))]
    reason: Option<String>,
}

const FLAG: &str = "public_network_access";
const GUARD: &str = "guard";

impl ArmAction for SetPublicNetworkAccess {
    const NAME: &'static str = "azureai_set_public_network_access";
    const TIMEOUT: Duration = Duration::from_secs(30 * 60);
    const RENAMED: &'static [Renamed] = &[
        Renamed { resource: FLAG, action: "value", advice: "" },
        Renamed {
            resource: GUARD,
            action: "skip_guard",
            advice: " In an action, set `skip_guard = true`.",
        },
    ];

    type Resource = PublicNetworkAccess;

    fn resource_config(config: &Value) -> Value {
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

    fn kind(&self) -> ActionKind {
        ActionKind::Write
    }

    fn starting(&self, object: &str) -> String {
        let why = self.reason.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
        format!("Setting the public network access of {object:?} to {}{why}", self.value)
    }

    fn finished(&self, object: &str, state: &Value) -> String {
        let exposure = state.get("effective_exposure").as_str().unwrap_or_default();
        format!("The public network access of {object:?} is {}: {exposure}", self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::partial::{ArmPartial, Partial};

    #[test]
    fn the_action_sends_the_resources_requests() {
        let target =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/r";
        let config = |value: &str, skip: Value| {
            let mut config = SetPublicNetworkAccess::block().empty();
            config.set_entry("resource_id", target.into());
            config.set_entry("value", value.into());
            config.set_entry("skip_guard", skip);
            config
        };
        let refused = |value: &str| {
            let config = SetPublicNetworkAccess::resource_config(&config(value, Value::Null));
            PublicNetworkAccess::validate(&config).has_errors()
        };
        for word in ["Disabled", "SecuredByPerimeter", "Unheard"] {
            assert!(!refused(word), "{word}");
        }
        for (skip, guards) in [(Value::Null, 0), (false.into(), 0), (true.into(), 1)] {
            let said = SetPublicNetworkAccess::resource_config(&config("Disabled", skip));
            assert_eq!(said.get(GUARD).as_list().map(<[_]>::len), Some(guards));
            let wish = Partial::<PublicNetworkAccess>::desired(&said).unwrap();
            assert_eq!(wish.encode().get(FLAG).as_str(), Some("Disabled"));
        }
        let unknown = SetPublicNetworkAccess::resource_config(&config("Enabled", Value::Unknown));
        let input = PublicNetworkAccess::check_input(&Value::Null, &unknown, &unknown);
        assert!(input.setting.is_some());
    }
}

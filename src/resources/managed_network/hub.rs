//! The managed network of a hub, which is a property of the workspace.

use super::wire::{self, Network};
use super::{ManagedNetwork, rules};
use crate::assessment::managed_network::{MODES, mode, network};
use crate::client::decode::from_json;
use crate::engine::prelude::*;
use crate::private_link::arm_types::WORKSPACE;

impl ArmPartial for ManagedNetwork {
    const NAME: &'static str = "azureai_managed_network";
    const LABEL: &'static str = "the managed network of";
    const NAMED_BY: &'static str = "parent_id";
    const IDENTITY: IdentitySchema = IdentitySchema::OnlyIn("/managedNetworks/default");
    const TIMEOUTS: Timeouts = Timeouts::minutes(60);
    const AZURERM: &'static [AzurermType] = &[];
    fn types() -> &'static [&'static str] {
        &[WORKSPACE.name]
    }

    fn how(&self) -> WriteMethod {
        WriteMethod::Patch
    }

    fn api(&self) -> &'static str {
        WORKSPACE.api_version
    }

    fn object(&self) -> Result<ObjectRef<Self>, Diagnostic> {
        validators::parse(&self.parent_id, "parent_id").map(ObjectRef::Id)
    }

    fn imported(id: &str) -> Result<String, Diagnostic> {
        Ok(validators::parse(id, "id")?.canonical(WORKSPACE.name).to_string())
    }

    fn locate(&mut self) -> Result<(), Diagnostic> {
        let id = validators::parse(self.id.get().map_or("", String::as_str), "id")?;
        self.parent_id = id.as_str().to_owned();
        Ok(())
    }

    fn write(&self, live: &Json) -> Option<Json> {
        let asked = Network::asked(self);
        // A body that cannot be read is reported earlier.
        let now: Network = from_json(network(live)).unwrap_or_default();
        (!asked.is_in(&now)).then(|| json!({ "properties": { "managedNetwork": asked } }))
    }

    /// A hub without a managed network has the isolation mode `Disabled`.
    fn read(&mut self, live: &Json, _importing: bool) -> serde_json::Result<bool> {
        let now = network(live);
        let held = !mode(now).eq_ignore_ascii_case(MODES[0]);
        let now: Network = if now.is_null() { Network::default() } else { from_json(now)? };
        self.adopt_existing.set(None::<bool>);
        wire::read(self, now, None);
        Ok(held)
    }

    /// A project uses the network of its hub.
    fn guard(&self, live: &Json, _new: bool, _reader: &Reader) -> Verdict {
        let is_project = live["kind"].as_str().is_some_and(|it| it.eq_ignore_ascii_case("Project"));
        let refusal = is_project.then(|| {
            let hub = live["properties"]["hubResourceId"].as_str().unwrap_or("its hub");
            let detail = format!("Set `parent_id` to the ID of the hub: {hub}");
            let summary = "A project uses the managed network of its hub";
            Diagnostic::error(summary, detail).at(Path::of("parent_id"))
        });
        Verdict { refusal, certain: true, ..Verdict::default() }
    }

    fn check_input(prior: &Value, config: &Value, planned: &Value) -> CheckInput {
        if planned.is_null() {
            return CheckInput::default();
        }
        let input = Self::checked(config);
        if prior.is_null() {
            return CheckInput { setting: rules::setting(config), ..input };
        }
        input.beyond(&Self::checked(prior))
    }

    fn plan(change: &mut Change<'_>) -> Diagnostics {
        rules::plan(change)
    }

    fn validate(config: &Value) -> Diagnostics {
        rules::validate(config)
    }
}

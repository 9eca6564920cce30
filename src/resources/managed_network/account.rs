//! The managed network of a Foundry account, which is an object of its own.

use super::wire::{self, Network};
use super::{ManagedNetwork, rules};
use crate::assessment::foundry::{AgentNetwork, agent_network};
use crate::assessment::managed_network;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, MANAGED_NETWORK};

/// Properties of an account's managed network.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Properties {
    managed_network: Network,
    #[serde(skip_serializing)]
    provisioning_state: Option<String>,
}

impl ArmResource for ManagedNetwork {
    const NAME: &'static str = "azureai_managed_network";
    const TYPE: ResourceType = ResourceType {
        update: WriteMethod::Patch,
        ..ResourceType::new(MANAGED_NETWORK, "managed network")
    };
    // azurerm's timeout of a workspace with a managed network: the network of a hub takes half an
    // hour.
    const TIMEOUTS: Timeouts = Timeouts::minutes(60);

    type Body = Plain<Properties>;

    fn resource_id(&self, _defaults: &Defaults) -> Result<ResourceId, Diagnostic> {
        let parent = validators::parse(&self.parent_id, "parent_id")?;
        Ok(managed_network::object(&parent).0)
    }

    fn locate(&mut self, id: &ResourceId) {
        self.parent_id = validators::parent(id);
    }

    /// Azure creates the network of an account with `managed_network = true`. The create adopts
    /// that network.
    fn prepare(&mut self, reader: &Reader) -> Pending {
        if self.adopt_existing.get().is_some() {
            return Ok(None);
        }
        let account = validators::parse(&self.parent_id, "parent_id")?;
        if let Read::Found(body) = reader.object(&account, AI_SERVICES_ACCOUNT.api_version) {
            self.adopt_existing.set(agent_network(body) == AgentNetwork::Managed);
        }
        Ok(None)
    }

    fn write(&self, live: Option<&Self::Body>) -> Self::Body {
        let mut managed_network = Network::asked(self);
        if live.is_some() {
            managed_network.settle();
        }
        Plain { properties: Properties { managed_network, provisioning_state: None } }
    }

    fn read(&mut self, live: &Live<Self::Body>) -> serde_json::Result<()> {
        let Properties { managed_network, provisioning_state } = live.body.properties.clone();
        wire::read(self, managed_network, provisioning_state);
        Ok(())
    }

    fn check_input(config: &Value, _defaults: &Defaults) -> CheckInput {
        Self::checked(config)
    }

    fn validate(config: &Value) -> Diagnostics {
        rules::validate(config)
    }

    fn plan(change: &mut Change<'_>) -> Diagnostics {
        rules::plan(change)
    }
}

//! Attributes of `azureai_workspace`.

use serde_json::json;

use super::each_works;
use crate::pieces;
use crate::workspaces::{HUB, IDENTITIES, PROJECT};
use crate::world::World;

const REGISTRIES: &str = r#"
locals {
  registry = "${local.group}/providers/Microsoft.ContainerRegistry/registries/airefacr"
  insights = "${local.group}/providers/Microsoft.Insights/components/airef-insights"
}
"#;

const EACH_ATTRIBUTE_OF_A_HUB: &str = r#"
update: friendly_name
from:   friendly_name = "One"
to:     friendly_name = "ONE"

update: description
from:   description = "One."
to:     description = "Two."

update: description
from:   description = "One."

update: tags
from:   tags = { a = "1", b = "2" }
to:     tags = { b = "3", c = "4" }

update: tags
from:   tags = { a = "1" }

update: public_network_access
from:   public_network_access = "Disabled"
to:     public_network_access = "Enabled"

update: container_registry_id
to:     container_registry_id = local.registry

update: container_registry_id
from:   container_registry_id = local.registry
to:     container_registry_id = replace(local.registry, "airefacr", "acrtwo")

update: application_insights_id
to:     application_insights_id = local.insights

update: managed_network
to:     managed_network {
to:       isolation_mode = "AllowInternetOutbound"
to:     }

update: isolation_mode
from:   managed_network {
from:     isolation_mode = "AllowInternetOutbound"
from:   }
to:     managed_network {
to:       isolation_mode = "AllowOnlyApprovedOutbound"
to:     }

update: type
place:  type = "SystemAssigned"
to:     type         = "SystemAssigned, UserAssigned"
to:     identity_ids = [local.one]

update: identity_ids
place:  type = "SystemAssigned"
from:   type         = "UserAssigned"
from:   identity_ids = [local.one]
to:     type         = "UserAssigned"
to:     identity_ids = [local.two]

update: primary_user_assigned_identity
place:  type = "SystemAssigned"
from:   type         = "UserAssigned"
from:   identity_ids = [local.one]
to:     type         = "UserAssigned"
to:     identity_ids = [local.one]
to:   }
to:   primary_user_assigned_identity = local.one
to:   timeouts {

update: identity
place:  type = "SystemAssigned"
from:   type         = "SystemAssigned, UserAssigned"
from:   identity_ids = [local.one, local.two]
to:     type = "SystemAssigned"

replace: name
place:   "hub-it"
to:      "hub-two"

replace: high_business_impact_enabled
to:      high_business_impact_enabled = true

replace: encryption
to:      encryption {
to:        key_vault_id = local.vault
to:        key_id       = "https://airefkv.vault.azure.net/keys/key/1"
to:      }

plan:  resource_group_name
place: "rg-ai"
to:    "rg-other"

replace: location
place:   "East US"
to:      "westus"

replace: storage_account_id
place:   local.storage
to:      replace(local.storage, "airefstorage", "airefother")

replace: key_vault_id
place:   local.vault
to:      replace(local.vault, "airefkv", "airefothe")

plan: subscription_id
to:   subscription_id = "11111111-2222-3333-4444-555555555555"
"#;

#[test]
fn every_hub_attribute_updates_or_replaces_as_documented() {
    let world = World::new();
    let acr = json!({"location": "eastus", "sku": {"name": "Premium"}, "properties": {}});
    world.cloud.put("Microsoft.ContainerRegistry/registries/acrtwo", &acr);
    each_works(
        &world,
        &[IDENTITIES, REGISTRIES, &pieces::with(HUB, "  # here\n")].concat(),
        EACH_ATTRIBUTE_OF_A_HUB,
    );
}

#[test]
fn every_project_attribute_updates_or_replaces_as_documented() {
    let hub = HUB.replace("\"hub\"", "\"two\"").replace("hub-it", "hub-two");
    let project = pieces::with(PROJECT, "  # here\n");
    each_works(
        &World::new(),
        &[HUB, &hub, &project].concat(),
        r#"
update: description
from:   description = "One."
to:     description = "Two."

update: friendly_name
to:     friendly_name = "Speech"

update: tags
to:     tags = { a = "1" }

replace: name
place:   "project-it"
to:      "project-two"

replace: hub_id
place:   azureai_workspace.hub.id
to:      azureai_workspace.two.id
"#,
    );
}

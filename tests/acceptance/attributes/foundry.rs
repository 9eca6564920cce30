//! Attributes of `azureai_foundry_account` and `azureai_foundry_project`.

use serde_json::json;

use super::each_works;
use crate::foundry::{ACCOUNT, PROJECT};
use crate::pieces;
use crate::workspaces::IDENTITIES;
use crate::world::World;

const EACH_ATTRIBUTE_OF_AN_ACCOUNT: &str = r#"
update: tags
from:   tags = { a = "1", b = "2" }
to:     tags = { b = "3", c = "4" }

update: public_network_access
from:   public_network_access = "Disabled"
to:     public_network_access = "Enabled"

update: local_auth_enabled
to:     local_auth_enabled = false

update: sku_name
to:     sku_name = "S1"

update: network_acls
to:     network_acls {
to:       default_action = "Deny"
to:       ip_rules       = ["203.0.113.7"]
to:       virtual_network_rules {
to:         subnet_id = local.subnet
to:       }
to:     }

update: default_action
from:   network_acls {
from:     default_action = "Deny"
from:     ip_rules       = ["203.0.113.7", "198.51.100.0/24"]
from:   }
to:     network_acls {
to:       default_action = "Allow"
to:       bypass         = "None"
to:       ip_rules       = ["198.51.100.0/24"]
to:     }

update: ignore_missing_vnet_service_endpoint
from:   network_acls {
from:     default_action = "Deny"
from:     virtual_network_rules {
from:       subnet_id = local.subnet
from:     }
from:   }
to:     network_acls {
to:       default_action = "Deny"
to:       virtual_network_rules {
to:         subnet_id                            = local.subnet
to:         ignore_missing_vnet_service_endpoint = true
to:       }
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

update: wait_for_subnet_release
to:     wait_for_subnet_release = false

update: restore_soft_deleted
to:     restore_soft_deleted = true

replace: custom_subdomain_name
place:   custom_subdomain_name = "aif-it"
to:      custom_subdomain_name = "aif-two"

replace: location
place:   "East US"
to:      "westus"

replace: name
place:   name                  = "aif-it"
to:      name = "aif-two"

replace: managed_network
to:      managed_network = true

plan:  resource_group_name
place: "rg-ai"
to:    "rg-other"

plan: agent_subnet_id
to:   agent_subnet_id = "${local.vnet}/subnets/snet-other"

plan: subscription_id
to:   subscription_id = "11111111-2222-3333-4444-555555555555"
"#;

#[test]
fn every_account_attribute_updates_or_replaces_as_documented() {
    let world = World::new();
    let delegation = json!([{"properties": {"serviceName": "Microsoft.App/environments"}}]);
    let subnet = "Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-other";
    world.cloud.patch(subnet, &json!({"properties": {"delegations": delegation}}));
    each_works(
        &world,
        &[IDENTITIES, &pieces::with(ACCOUNT, "  # here\n")].concat(),
        EACH_ATTRIBUTE_OF_AN_ACCOUNT,
    );
}

#[test]
fn every_foundry_project_attribute_updates_or_replaces_as_documented() {
    let two = ACCOUNT.replace("\"it\"", "\"two\"").replace("aif-it", "aif-two");
    each_works(
        &World::new(),
        &[IDENTITIES, ACCOUNT, &two, &pieces::with(PROJECT, "  # here\n")].concat(),
        r#"
update: display_name
from:   display_name = "One"
to:     display_name = "ONE"

update: description
to:     description = "Two."

replace: description
from:    description = "Two."

replace: display_name
from:    display_name = "One"

update: tags
from:   tags = { a = "1" }
to:     tags = { b = "2" }

replace: name
place:   "speech"
to:      "vision"

replace: cognitive_account_id
place:   azureai_foundry_account.it.id
to:      azureai_foundry_account.two.id
"#,
    );
}

//! Moves of connections and capability hosts of Foundry from azurerm and azapi by `moved` blocks.

use crate::foundry_connections::put_project;
use crate::moves::are_moved;
use crate::world::World;

const TOOL: &str = r#"
resource "azureai_foundry_connection" "tool" {
  name        = "tool"
  parent_id   = PARENT
  category    = "CATEGORY"
  target      = "https://tools.example/"
  auth_type   = "AUTH"
  metadata    = { Type = "tool" }
  credentials = KEYS
}

locals {
  account = "${local.group}/providers/Microsoft.CognitiveServices/accounts/airef-services"
}
"#;

#[test]
fn connections_of_every_auth_type_move_from_azurerm() {
    let key = "{ key = \"not-a-real-key\" }";
    for (name, category, auth, keys) in [
        ("account_key", "AzureBlob", "AccountKey", key),
        ("account_managed_identity", "AzureKeyVault", "AccountManagedIdentity", "null"),
        ("api_key", "ApiKey", "ApiKey", key),
        ("custom_keys", "CustomKeys", "CustomKeys", "{ header = \"not-a-real-key\" }"),
        ("entra_id", "CosmosDb", "AAD", "null"),
    ] {
        let hcl = TOOL.replace("CATEGORY", category).replace("AUTH", auth).replace("KEYS", keys);
        for (scope, parent) in [
            ("account", "local.account"),
            ("account_project", "\"${local.account}/projects/agents\""),
        ] {
            if scope == "account_project" && name == "account_managed_identity" {
                continue;
            }
            let world = World::new();
            put_project(&world, "airef-services");
            let fixture = format!("foundry_connection/{scope}-{name}");
            are_moved(&world, &hcl.replace("PARENT", parent), &[&fixture]);
            world.destroy().destroys(1);
        }
    }
}

const AGENTS: &str = r#"
resource "azureai_foundry_connection" "storage" {
  name               = "storage"
  parent_id          = local.account
  target_resource_id = local.storage
}

resource "azureai_foundry_capability_host" "account" {
  name      = "account"
  parent_id = local.account
}

locals {
  account = "${local.group}/providers/Microsoft.CognitiveServices/accounts/airef-services"
}
"#;

#[test]
fn connections_and_hosts_move_from_azapi() {
    let world = World::new();
    let names = ["foundry_connection/azapi", "azapi_resource-capability_host"];
    are_moved(&world, AGENTS, &names);
    world.destroy().destroys(2);
}

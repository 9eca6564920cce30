//! Acceptance tests of the provider's functions: in expressions, without credentials, and with
//! unknown arguments.

use serde_json::{Value, json};

use crate::pieces;
use crate::world::World;

/// Returns a world without the environment variables that configure the provider.
fn without_credentials() -> World {
    let mut world = World::new();
    for name in [
        "ARM_CLIENT_ID",
        "ARM_CLIENT_SECRET",
        "ARM_METADATA_HOSTNAME",
        "ARM_SUBSCRIPTION_ID",
        "ARM_TENANT_ID",
    ] {
        world.unset(name);
    }
    world
}

/// Returns an output for each expression.
fn outputs(expressions: &[(&str, &str)]) -> String {
    let output = |(name, expression): &(&str, &str)| {
        format!("output \"{name}\" {{ value = provider::azureai::{expression} }}\n")
    };
    expressions.iter().map(output).collect()
}

fn value(world: &World, output: &str) -> Value {
    world.state()["outputs"][output]["value"].clone()
}

const GUID: &str = "00000000-0000-0000-0000-00000000000f";

#[test]
fn functions_work_without_credentials_and_requests() {
    let world = without_credentials();
    let names = format!("workspace_fqdns(\"{GUID}\", \"Hub\", \"East US\", \"public\")");
    world.config(&outputs(&[
        ("id", "normalise_resource_id(upper(local.vault))"),
        ("parts", "parse_resource_id(upper(local.subnet))"),
        ("zones", "private_dns_zone_names(\"Microsoft.KeyVault/vaults\", \"vault\", \"China\")"),
        ("groups", "private_link_group_ids(\"microsoft.cognitiveservices/accounts\")"),
        ("names", &names),
        (
            "record",
            "private_dns_record_name(\"KV.vault.azure.net\", \"privatelink.vaultcore.azure.net\")",
        ),
    ]));
    world.apply().succeeds();
    world.plan().is_quiet();
    assert!(world.cloud.requests().is_empty());

    let id = value(&world, "id");
    let tail = "/providers/Microsoft.KeyVault/vaults/AIREFKV";
    assert!(id.as_str().unwrap().ends_with(tail), "{id}");
    let ty = "Microsoft.Network/virtualNetworks/subnets";
    assert_eq!(value(&world, "parts")["full_resource_type"], ty);
    assert_eq!(value(&world, "zones"), json!(["privatelink.vaultcore.azure.cn"]));
    assert_eq!(value(&world, "groups"), json!(["account"]));
    assert_eq!(value(&world, "record"), "kv");
    let expected = json!({
        "fqdn": format!("{GUID}.workspace.eastus.api.azureml.ms"),
        "zone": "privatelink.api.azureml.ms",
        "record": format!("{GUID}.workspace.eastus"),
    });
    assert_eq!(value(&world, "names")[0], expected);
}

#[test]
fn an_invalid_argument_error_says_what_is_allowed() {
    let world = without_credentials();
    world.config("");
    for (call, said) in [
        ("normalise_resource_id(\"rg-ai\")", "is not a resource ID"),
        (
            "private_dns_zone_names(\"Microsoft.KeyVault/vault\", \"vault\", \"public\")",
            "did you mean \"Microsoft.KeyVault/vaults\"?",
        ),
        (
            "private_dns_zone_names(\"Microsoft.KeyVault/vaults\", \"key\", \"public\")",
            "there is no group ID of Microsoft.KeyVault/vaults \"key\", only vault",
        ),
        (
            "private_dns_zone_names(\"Microsoft.KeyVault/vaults\", \"vault\", \"germany\")",
            "only public, usgovernment, china",
        ),
        ("private_link_group_ids(\"Microsoft.Web/site\")", "did you mean \"Microsoft.Web/sites\"?"),
        ("workspace_fqdns(\"hub\", \"hub\", \"eastus\", \"public\")", "is not a GUID"),
        (
            "private_dns_record_name(\"kv.vault.azure.net\", \"privatelink.azurecr.io\")",
            "its zone is \"privatelink.vaultcore.azure.net\"",
        ),
    ] {
        let outcome = world.console(&format!("provider::azureai::{call}\n"));
        outcome.fails_with("Invalid function argument").says(said);
    }
}

#[test]
fn functions_accept_unknown_arguments() {
    let world = World::new();
    let zones = r#"
resource "terraform_data" "cloud" { input = "public" }

locals {
  type  = "Microsoft.MachineLearningServices/workspaces"
  cloud = terraform_data.cloud.output
  zones = provider::azureai::private_dns_zone_names(local.type, "amlworkspace", local.cloud)
}

resource "azureai_private_dns_zone" "it" {
  count               = 2
  name                = local.zones[count.index]
  resource_group_name = "rg-ai"
}
"#;
    world.config(zones);
    world.apply().creates(3);
    world.plan().is_quiet();
    assert!(world.cloud.has(pieces::ZONE_PATH));
}

/// Compares the results of the functions with the records of an endpoint, the zones that Azure
/// requires, and the names of the workspace.
#[test]
fn functions_return_what_azure_returns() {
    let world = World::new();
    world.config(&format!(
        r#"{endpoint}
data "azureai_workspace" "hub" {{ id = local.workspace }}

data "azureai_private_link_resources" "hub" {{ target_resource_id = local.workspace }}

locals {{
  hub     = data.azureai_workspace.hub
  guid    = local.hub.workspace_id
  names   = provider::azureai::workspace_fqdns(local.guid, local.hub.name, "eastus", "public")
  records = azureai_private_endpoint.hub.dns_records
  groups  = data.azureai_private_link_resources.hub.resources
  plain   = [for it in local.names : it if !startswith(it.fqdn, "*")]
  type    = provider::azureai::parse_resource_id(local.workspace).full_resource_type
}}
output "said" {{ value = sort([for it in local.names : "${{it.record}} ${{it.zone}}"]) }}
output "records" {{
  value = sort([for it in local.records : "${{it.record_name}} ${{it.zone_name}}"])
}}
output "again" {{
  value = [for it in local.plain : provider::azureai::private_dns_record_name(it.fqdn, it.zone)]
}}
output "plain" {{ value = local.plain[*].record }}
output "zones" {{
  value = provider::azureai::private_dns_zone_names(local.type, "amlworkspace", "public")
}}
output "required" {{ value = local.groups[0].required_zone_names }}
output "fqdns" {{ value = toset(local.hub.fqdns) == toset(local.names[*].fqdn) }}
"#,
        endpoint = pieces::ENDPOINT
    ));
    world.apply().succeeds();
    assert_eq!(value(&world, "said"), value(&world, "records"));
    assert_eq!(value(&world, "zones"), value(&world, "required"));
    assert_eq!(value(&world, "again"), value(&world, "plain"));
    assert_eq!(value(&world, "fqdns"), true);
    world.plan().is_quiet();
}

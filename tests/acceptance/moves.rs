//! Acceptance tests of `moved` blocks for objects of azurerm or azapi: nothing is created, changed,
//! or destroyed. This provider creates the objects first.

use serde_json::{Value, json};

use crate::foreign::{Foreign, become_theirs, with_their_providers};
use crate::pieces;
use crate::workspaces::HUB;
use crate::world::World;

/// Moves the objects of a configuration from another provider, and asserts that nothing changes.
pub fn are_moved(world: &World, hcl: &str, names: &[&str]) {
    with_their_providers(world);
    world.config(hcl);
    world.apply().succeeds();
    let before = world.cloud.everything();
    let foreign: Vec<_> = names.iter().map(|name| Foreign::read(world, name)).collect();
    become_theirs(world, &foreign);
    let blocks: String = foreign.iter().map(Foreign::block).collect();
    world.config(&[hcl, &blocks].concat());
    let mut plan = world.plan().succeeds().says("0 to add, 0 to change, 0 to destroy");
    for Foreign { from, to, .. } in &foreign {
        plan = plan.says(&format!("{from} has moved to {to}"));
    }
    world.apply().succeeds();
    world.cloud.is_as_it_was(&before);
    world.plan().is_quiet();
    let state = world.state();
    let resources = state["resources"].as_array().unwrap();
    let own = |it: &Value| it["provider"].as_str().unwrap().contains("azureai");
    assert!(resources.iter().all(own), "{resources:#?}");
}

const TAGS: &str = "  tags = { team = \"research\" }\n";

fn tagged(resource: &str) -> String {
    pieces::with(resource, TAGS)
}

const RECORD: &str = r#"
resource "azureai_private_dns_a_record" "www" {
  name                = "www"
  private_dns_zone_id = azureai_private_dns_zone.api.id
  ttl                 = 300
  records             = ["10.0.1.8", "10.0.1.9"]
  tags                = { team = "research" }
}
"#;

const ASSOCIATION: &str = r#"
resource "azureai_private_endpoint_application_security_group_association" "it" {
  private_endpoint_id           = azureai_private_endpoint.hub.id
  application_security_group_id = "${local.network}/applicationSecurityGroups/asg-ai"

  timeouts {
    create = "20m"
  }
}
"#;

#[test]
fn resources_of_azurerm_4_are_moved() {
    let world = World::new();
    world
        .cloud
        .put("Microsoft.Network/applicationSecurityGroups/asg-ai", &json!({"location": "eastus"}));
    let times = "  timeouts {\n    create = \"45m\"\n    read   = \"10m\"\n  }\n";
    let endpoint = pieces::endpoint_with(&[pieces::INLINE_GROUP, TAGS, times].concat());
    let link =
        pieces::with(pieces::LINK, &[TAGS, "  timeouts {\n    update = \"20m\"\n  }\n"].concat());
    // Arguments of azurerm before version 5, which this provider accepts unchanged.
    let older = "private_dns_zone_name = azureai_private_dns_zone.api.name\n  \
                 resource_group_name = \"rg-ai\"";
    let link = link.replace("private_dns_zone_id = azureai_private_dns_zone.api.id", older);
    let hcl = [tagged(pieces::ZONE).as_str(), &link, RECORD, &endpoint, ASSOCIATION].concat();
    let names = [
        "azurerm_private_dns_zone-4",
        "azurerm_private_dns_zone_virtual_network_link-4",
        "azurerm_private_dns_a_record-4",
        "azurerm_private_endpoint-4",
        "azurerm_private_endpoint_application_security_group_association-4",
    ];
    are_moved(&world, &hcl, &names);
    world.destroy().destroys(5);
}

const VAULT: &str = r#"
resource "azureai_private_dns_zone" "vault" {
  name                = "privatelink.vaultcore.azure.net"
  resource_group_name = "rg-ai"
}

resource "azureai_private_endpoint" "vault" {
  name                          = "pe-vault"
  resource_group_name           = "rg-ai"
  location                      = "East US"
  subnet_id                     = local.subnet
  custom_network_interface_name = "nic-vault"

  private_service_connection {
    name                           = "vault"
    is_manual_connection           = true
    request_message                = "For the research team."
    private_connection_resource_id = local.vault
    subresource_names              = ["vault"]
  }

  ip_configuration {
    name               = "fixed"
    private_ip_address = "10.0.1.77"
    subresource_name   = "vault"
    member_name        = "default"
  }
}
"#;

const OWN_ZONE: &str = r#"
resource "azureai_private_dns_zone" "own" {
  name                = "models.example"
  resource_group_name = "rg-ai"

  soa_record {
    email = "keeper.models.example"
    ttl   = 600
    tags  = { kept = "yes" }
  }

  timeouts {
    delete = "1h"
  }
}
"#;

const LATER_RECORD: &str = r#"
resource "azureai_private_dns_a_record" "www" {
  name                = "www"
  private_dns_zone_id = azureai_private_dns_zone.api.id
  ttl                 = 60
  records             = ["10.0.1.9"]

  timeouts {
    create = "10m"
    delete = "10m"
  }
}
"#;

/// A policy has created the endpoint's zone group, which azurerm shows like a configured one.
#[test]
fn resources_of_azurerm_5_are_moved() {
    let world = World::new();
    let policy = "  resolution_policy = \"NxDomainRedirect\"\n";
    let link = pieces::with(pieces::LINK, policy);
    let group = pieces::GROUP
        .replace("\"default\"", "\"deployedByPolicy\"")
        .replace("\"api\"", "\"vault\"")
        .replace("zone.api", "zone.vault")
        .replace("endpoint.hub", "endpoint.vault");
    let hcl = [pieces::ZONE, &link, LATER_RECORD, OWN_ZONE, VAULT, &group].concat();
    let names = [
        "azurerm_private_dns_zone-5",
        "azurerm_private_dns_zone_virtual_network_link-5",
        "azurerm_private_dns_a_record-5",
        "azurerm_private_endpoint-5",
    ];
    are_moved(&world, &hcl, &names);
    world.destroy().destroys(7);
}

const PROJECT: &str = r#"
resource "azureai_workspace" "project" {
  name                = "project-it"
  resource_group_name = "rg-ai"
  location            = "eastus"
  kind                = "Project"
  hub_id              = local.workspace
  description         = "Speech."
  friendly_name       = "Speech"

  identity {
    type = "SystemAssigned"
  }
}
"#;

const PROVIDERS: &str = "locals {\n  of = \"${local.group}/providers/Microsoft\"\n}\n";

#[test]
fn hubs_and_projects_of_every_resource_type_are_moved() {
    let friendly = "  public_network_access = \"Disabled\"\n  friendly_name = \"Research\"\n";
    let time = "  timeouts {\n    create = \"90m\"\n  }\n";
    let open = r#"
  public_network_access   = "Enabled"
  description             = "For tests."
  container_registry_id   = "${local.of}.ContainerRegistry/registries/airefacr"
  application_insights_id = "${local.of}.Insights/components/airef-insights"

  managed_network {
    isolation_mode = "AllowInternetOutbound"
  }
"#;
    let foundry = pieces::with(HUB, &[friendly, TAGS, time].concat());
    let bare = pieces::with(HUB, &[friendly, TAGS].concat());
    for (name, hcl) in [
        ("azurerm_ai_foundry-4", foundry.as_str()),
        ("azurerm_ai_foundry_project-4", PROJECT),
        ("azurerm_machine_learning_workspace-4", &(pieces::with(HUB, open) + PROVIDERS)),
        ("azapi_resource-workspace", &bare),
    ] {
        let world = World::new();
        are_moved(&world, hcl, &[name]);
        world.destroy().destroys(1);
    }
}

#[test]
fn resources_of_azapi_are_moved() {
    let world = World::new();
    let times = "  timeouts {\n    create = \"45m\"\n  }\n";
    let endpoint = pieces::endpoint_with(&[TAGS, times].concat());
    let zone = tagged(pieces::ZONE);
    let hcl = [zone.as_str(), pieces::LINK, RECORD, &endpoint, pieces::GROUP].concat();
    let names = [
        "azapi_resource-zone",
        "azapi_resource-link",
        "azapi_resource-a_record",
        "azapi_resource-private_endpoint",
        "azapi_resource-zone_group",
    ];
    are_moved(&world, &hcl, &names);
    world.destroy().destroys(5);
}

#[test]
fn a_text_body_of_azapi_1_is_moved() {
    let world = World::new();
    let record = LATER_RECORD.split("\n  timeouts").next().unwrap().to_owned() + "}\n";
    are_moved(&world, &(pieces::ZONE.to_owned() + &record), &["azapi_resource-version_1"]);
    world.destroy().destroys(2);
}

const POLICY: &str = r#"
resource "azureai_subnet_private_endpoint_policy" "it" {
  subnet_id                         = "${local.vnet}/subnets/snet-other"
  private_endpoint_network_policies = "Enabled"
}
"#;

#[test]
fn update_resources_of_azapi_are_moved() {
    let world = World::new();
    let flag = pieces::FLAG.replace("\"restore\"", "\"retain\"");
    let flag = pieces::with(&flag, "  timeouts {\n    update = \"20m\"\n  }\n");
    let hcl = [pieces::ENDPOINT, &flag, POLICY].concat();
    let names = ["azapi_update_resource-flag", "azapi_update_resource-subnet"];
    are_moved(&world, &hcl, &names);
    world.destroy().destroys(3);
    let hub = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
    assert_eq!(hub["properties"]["publicNetworkAccess"], "Disabled", "as azapi would leave it");
}

const APPROVED: &str = r#"
resource "azureai_private_endpoint_connection_approval" "it" {
  target_resource_id  = local.vault
  private_endpoint_id = azureai_private_endpoint.vault.id
  description         = "Come in."
}
"#;

#[test]
fn approvals_of_azapi_are_moved() {
    for name in ["azapi_update_resource-approval", "azapi_resource-approval"] {
        let world = World::new();
        are_moved(&world, &[VAULT, APPROVED].concat(), &[name]);
        world.destroy().destroys(3);
    }
}

/// The former value of the flag is in the private data, which Terraform passes on.
#[test]
fn a_move_between_provider_addresses_keeps_the_private_data() {
    let world = World::new();
    with_their_providers(&world);
    world.config(&[pieces::ENDPOINT, pieces::FLAG].concat());
    world.apply().creates(2);
    let here = "provider[\"registry.terraform.io/azureai/azureai\"]";
    let there = "provider[\"mirror.example/elsewhere/azureai\"]";
    let state =
        world.state().to_string().replace(&json!(here).to_string(), &json!(there).to_string());
    world.file("terraform.tfstate", &state);
    let moved = ["azureai_private_endpoint.hub", "azureai_public_network_access.hub"].map(|from| {
        let to = from.replace(".hub", ".ours");
        format!("moved {{\n  from = {from}\n  to   = {to}\n}}\n")
    });
    let hcl = [pieces::ENDPOINT, pieces::FLAG].concat().replace("\"hub\" {", "\"ours\" {");
    world.config(&[hcl.replace("endpoint.hub", "endpoint.ours"), moved.concat()].concat());
    world.plan().succeeds().says("0 to add, 0 to change, 0 to destroy");
    world.apply().succeeds();
    world.plan().is_quiet();
    world.destroy().destroys(2);
    let hub = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
    assert_eq!(hub["properties"]["publicNetworkAccess"], "Enabled", "it was put back");
}

/// Asserts that the plan rejects the move of an unsupported object with these words, and sends no
/// request.
fn is_rejected(name: &str, hcl: &str, change: impl Fn(&mut Foreign), words: &[&str]) {
    let world = World::new();
    with_their_providers(&world);
    let mut foreign = Foreign::read(&world, name);
    change(&mut foreign);
    let state = json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 1,
        "lineage": "7d7b6f5e-3c55-4a3a-9a0c-9d6f3f8f2b11", "outputs": {},
        "resources": [foreign.resource],
    });
    world.file("terraform.tfstate", &state.to_string());
    world.config(&[hcl, &foreign.block()].concat());
    let plan = words.iter().fold(world.plan(), |plan, words| plan.fails_with(words));
    drop(plan);
    assert!(world.cloud.requests().is_empty(), "nothing is asked of Azure");
}

#[test]
fn an_unsupported_move_is_rejected_with_instructions() {
    is_rejected(
        "azurerm_machine_learning_workspace-4",
        HUB,
        |foreign| {
            foreign.resource["instances"][0]["attributes"]["kind"] = json!("FeatureStore");
        },
        &["A workspace of kind FeatureStore cannot be an azureai_workspace", "Hub and Project"],
    );
    is_rejected(
        "azapi_resource-zone",
        pieces::ENDPOINT,
        |foreign| {
            "azureai_private_endpoint.hub".clone_into(&mut foreign.to);
        },
        &["This azapi_resource is a Microsoft.Network/privateDnsZones"],
    );
    is_rejected(
        "azapi_update_resource-flag",
        HUB,
        |foreign| {
            "azureai_workspace.hub".clone_into(&mut foreign.to);
        },
        &[
            "azapi_update_resource cannot be moved to azureai_workspace",
            "`azurerm_ai_foundry`",
            "`removed` block",
        ],
    );
    is_rejected(
        "azurerm_private_endpoint-4",
        pieces::ENDPOINT,
        |foreign| {
            foreign.resource["instances"][0]["attributes"]["id"] = json!("pe-hub");
        },
        &["The state of this azurerm_private_endpoint cannot be read", "`import` block"],
    );
}

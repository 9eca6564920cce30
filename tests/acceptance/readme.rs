//! Acceptance tests of the README's configurations, which are applied with values for their
//! variables.

use emulator::{Emulator, Policy};
use serde_json::Value;

use crate::diagrams;
use crate::scenarios::{copy_whole, project};
use crate::world::World;

const VALUES: [(&str, &str); 9] = [
    ("var.workspace_id", "local.workspace"),
    ("var.resource_group_name", "\"rg-ai\""),
    ("var.virtual_network_id", "local.vnet"),
    ("var.subnet_id", "local.subnet"),
    ("var.agent_subnet_id", "\"${local.vnet}/subnets/snet-agents\""),
    (
        "var.cosmos_db_account_id",
        "\"${local.group}/providers/Microsoft.DocumentDB/databaseAccounts/airef-cosmos\"",
    ),
    (
        "var.storage_account_id",
        "\"${local.group}/providers/Microsoft.Storage/storageAccounts/aireffoundry\"",
    ),
    (
        "var.search_service_id",
        "\"${local.group}/providers/Microsoft.Search/searchServices/airef-foundry-search\"",
    ),
    ("github.com/azureai/terraform-provider-azureai//examples/modules", "./modules"),
];

/// Returns the configuration block of this number.
fn block(number: usize) -> String {
    let readme = include_str!("../../README.md");
    let rest = readme.split("```hcl\n").nth(number).unwrap();
    let block = rest.split("```").next().unwrap().to_owned();
    VALUES.iter().fold(block, |text, (from, to)| text.replace(from, to))
}

/// Applies the first block, a new Foundry account, with every delay. A policy assigns the roles
/// that azurerm would assign.
#[test]
fn the_first_block_creates_a_private_foundry_account() {
    let late = Emulator::builder().operation_seconds(2.0).foundry_races(2.0);
    let owner = late.policy(Policy::agent_roles()).policy(Policy::agent_data_role());
    let world = World::of(owner);
    let module = "modules/private-foundry";
    copy_whole(&project(&format!("examples/{module}")), &world.path(module));
    let whole = block(1);
    let (foundry, _roles) = whole.split_once("# The capability host waits for these.").unwrap();
    world.config(&foundry.replace("swedencentral", "eastus"));
    world.run(&["get"]).succeeds();
    world.apply().creates(25).keeps_quiet_about("Check block assertion failed");
    world.plan().is_quiet();
    let posture = "data.azureai_network_isolation_posture.foundry";
    assert_eq!(world.attribute(posture, "compliant"), true);
    let diagram = world.attribute(posture, "diagram");
    for page in ["README.md", "examples/modules/private-foundry/README.md"] {
        diagrams::page_has(page, diagram.as_str().unwrap());
    }
    world.destroy().destroys(25);
    assert!(world.cloud.of_kind("Microsoft.Network/privateEndpoints").is_empty());
    // Azure has released the subnet of the agents.
    let network = world.cloud.get("Microsoft.Network/virtualNetworks/vnet-ai").unwrap();
    assert!(!network.to_string().contains("legionservicelink"));
}

/// Applies the second block, for the workspace itself. Its resources keep their findings.
#[test]
fn the_second_block_leaves_no_finding_of_the_workspace() {
    let posture = r#"
data "azureai_network_isolation_posture" "it" {
  workspace_id               = local.workspace
  client_virtual_network_ids = [local.vnet]
}
"#;
    let world = World::new();
    world.config(&[&*block(2), posture].concat());
    world.apply().succeeds();
    world.run(&["apply", "-refresh=false", "-input=false", "-auto-approve"]).succeeds();
    let findings = world.attribute("data.azureai_network_isolation_posture.it", "findings");
    let of_hub = |it: &&Value| it["resource_id"].as_str().unwrap().ends_with("/airef-hub");
    let of_hub: Vec<&Value> = findings.as_array().unwrap().iter().filter(of_hub).collect();
    assert!(of_hub.is_empty(), "{of_hub:#?}");
    assert_eq!(findings.as_array().unwrap().len(), 10);
}

/// Applies the third block, for the workspace and all its resources.
#[test]
fn the_third_block_makes_the_workspace_compliant() {
    let world = World::new();
    let module = "modules/private-workspace";
    copy_whole(&project(&format!("examples/{module}")), &world.path(module));
    world.config(&block(3));
    world.run(&["get"]).succeeds();
    world.apply().succeeds().keeps_quiet_about("Check block assertion failed");
    world.plan().is_quiet();
    let posture = "data.azureai_network_isolation_posture.hub";
    assert_eq!(world.attribute(posture, "compliant"), true);
    let diagram = world.attribute(posture, "diagram");
    let page = "examples/modules/private-workspace/README.md";
    diagrams::page_has(page, diagram.as_str().unwrap());
    world.destroy().succeeds();
}

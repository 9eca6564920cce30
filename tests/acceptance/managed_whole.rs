//! Acceptance tests of a Foundry account and a hub with managed networks. One apply creates each
//! without sleeps, and a destroy leaves nothing.

use emulator::{Builder, Emulator, Policy};
use serde_json::Value;

use crate::diagrams;
use crate::pieces::WORKSPACE_PATH;
use crate::world::World;

/// Returns an emulator whose operations take 2 s, with every delay of Foundry.
fn late() -> Builder {
    Emulator::builder().foundry_races(2.0).account_race_seconds(20.0).operation_seconds(2.0)
}

fn set(world: &mut World, values: &[(&str, &str)]) {
    let network = world.cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
    let (subscription, subnet) = (world.cloud.subscription(), format!("{network}/subnets/snet-pe"));
    world.set("TF_VAR_subscription_id", &subscription);
    world.set("TF_VAR_resource_group_name", "rg-ai");
    world.set("TF_VAR_virtual_network_id", &network).set("TF_VAR_subnet_id", &subnet);
    for (name, path) in values {
        let id = world.cloud.id(path);
        world.set(&format!("TF_VAR_{name}"), &id);
    }
}

#[test]
fn one_apply_creates_a_foundry_account_with_a_managed_network() {
    let mut world = World::of(late().policy(Policy::agent_roles()));
    set(
        &mut world,
        &[
            ("cosmos_db_account_id", "Microsoft.DocumentDB/databaseAccounts/airef-cosmos"),
            ("storage_account_id", "Microsoft.Storage/storageAccounts/aireffoundry"),
            ("search_service_id", "Microsoft.Search/searchServices/airef-foundry-search"),
        ],
    );
    world.copy("examples/scenarios/foundry-managed-network");
    let before = world.cloud.everything();
    // The account and its network, three rules, six zones with links, four endpoints, three flags,
    // the project with its connections and its host.
    world.apply().creates(2 + 3 + 12 + 4 + 3 + 1 + 3 + 1);
    world.plan().is_quiet();
    for name in ["cosmos", "storage", "search"] {
        let rule = format!("azureai_managed_network_outbound_rule.store[{name:?}]");
        assert_eq!(world.attribute(&rule, "status"), "Active");
    }
    let account = "Microsoft.CognitiveServices/accounts/aif-research";
    diagrams::page_shows("examples/scenarios/foundry-managed-network/README.md", &world, account);
    world.destroy().destroys(29);
    world.cloud.is_as_it_was(&before);
}

#[test]
fn one_apply_creates_a_hub_with_a_managed_network() {
    let mut world = World::of(late());
    set(
        &mut world,
        &[
            ("storage_account_id", "Microsoft.Storage/storageAccounts/airefstorage"),
            ("key_vault_id", "Microsoft.KeyVault/vaults/airefkv"),
            ("ai_services_account_id", "Microsoft.CognitiveServices/accounts/airef-services"),
            ("search_service_id", "Microsoft.Search/searchServices/airef-search"),
        ],
    );
    world.copy("examples/scenarios/hub-managed-network");
    let before = world.cloud.everything();
    // The hub and its network, four rules, two zones with links, and the endpoint.
    world.apply().creates(2 + 4 + 4 + 1);
    world.plan().is_quiet();
    assert_eq!(world.attribute("azureai_managed_network.hub", "status"), "Active");
    let path = WORKSPACE_PATH.replace("airef-hub", "hub-research");
    diagrams::page_shows("examples/scenarios/hub-managed-network/README.md", &world, &path);
    let hub = world.cloud.get(&path);
    let rules = &hub.expect("the hub")["properties"]["managedNetwork"]["outboundRules"];
    let active = |rule: &Value| rule["status"] == "Active";
    assert!(rules.as_object().expect("rules").values().all(active), "{rules}");
    // Azure does not remove a managed network by itself. It goes with its hub.
    world.destroy().destroys(11).says("stays");
    world.cloud.is_as_it_was(&before);
}

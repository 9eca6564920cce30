//! A private Foundry in one apply: account, project, stores, endpoints, and zones, with every delay
//! that Azure can have.

use emulator::{Builder, Emulator, Policy};

use crate::diagrams;
use crate::foundry::{ACCOUNT, PATH};
use crate::pieces;
use crate::world::World;

const SUBNETS: &str = "Microsoft.Network/virtualNetworks/vnet-ai/subnets";

/// Sets the variables of the scenario and its module to the emulator's resources.
fn variables(world: &mut World) {
    let id = |path: &str| world.cloud.id(path);
    for (name, value) in [
        ("subscription_id", world.cloud.subscription()),
        ("resource_group_name", "rg-ai".to_owned()),
        ("virtual_network_id", id("Microsoft.Network/virtualNetworks/vnet-ai")),
        ("subnet_id", id(&format!("{SUBNETS}/snet-pe"))),
        ("agent_subnet_id", id(&format!("{SUBNETS}/snet-agents"))),
        ("cosmos_db_account_id", id("Microsoft.DocumentDB/databaseAccounts/airef-cosmos")),
        ("storage_account_id", id("Microsoft.Storage/storageAccounts/aireffoundry")),
        ("search_service_id", id("Microsoft.Search/searchServices/airef-foundry-search")),
    ] {
        world.set(&format!("TF_VAR_{name}"), &value);
    }
}

/// Returns a world with the scenario, ready to apply. A policy of the owner assigns the roles.
fn foundry(builder: Builder) -> World {
    let mut world = World::of(builder.policy(Policy::agent_roles()));
    variables(&mut world);
    world.copy("examples/scenarios/foundry-private");
    world
}

#[test]
fn private_foundry_applies_once_and_is_destroyed_despite_delays() {
    // The account's endpoint is created after its zones, on a busy machine much later.
    let late = Emulator::builder().foundry_races(2.0).account_race_seconds(20.0);
    let world = foundry(late.operation_seconds(2.0));
    let before = world.cloud.everything();
    world.apply().creates(25);
    let (met, refused) = (world.cloud.faults_met(), world.cloud.requests());
    let refused = refused.into_iter().filter(|it| it.method == "PUT" && it.status == 400);
    assert_eq!(met, 3, "a busy host, and a lost status twice");
    assert!(refused.count() > 0, "the account is reported as `Accepted`");
    world.plan().is_quiet();
    let account = "Microsoft.CognitiveServices/accounts/aif-research";
    diagrams::page_shows("examples/scenarios/foundry-private/README.md", &world, account);
    let names = world.attribute("azureai_private_endpoint.this[\"account\"]", "dns_records");
    assert_eq!(names.as_array().unwrap().len(), 3);
    world.destroy().destroys(25);
    world.cloud.is_as_it_was(&before);
    world.cloud.delete(&format!("{SUBNETS}/snet-agents"));
}

#[test]
fn endpoint_that_failed_before_its_account_was_ready_is_recreated() {
    let late = Emulator::builder().account_race_seconds(2.0).account_race_in_operation(true);
    let world = World::of(late);
    let endpoint = pieces::ENDPOINT
        .replace("local.workspace", "azureai_foundry_account.it.id")
        .replace("amlworkspace", "account");
    world.config(&[ACCOUNT, &endpoint].concat());
    world.apply().creates(2);
    world.plan().is_quiet();
    assert!(world.cloud.has(PATH));
    world.destroy().destroys(2);
}

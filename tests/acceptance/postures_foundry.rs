//! Acceptance tests of the posture of an existing Foundry account: isolated, and with a single
//! fault.

use std::collections::BTreeSet;

use emulator::Role;
use serde_json::{Value, json};

use crate::foundry_connections::ACCOUNT;
use crate::world::World;

pub const IT: &str = "data.azureai_network_isolation_posture.account";
const NETWORK: &str = "Microsoft.Network/virtualNetworks/vnet-agents";
pub const COSMOS: &str = "Microsoft.DocumentDB/databaseAccounts/threads";
pub const STORAGE: &str = "Microsoft.Storage/storageAccounts/airefstorage";
pub const SEARCH: &str = "Microsoft.Search/searchServices/airef-search";
const OWN_HOST: &str = "aif@aml_aiagentservice";
pub const AGENTS: &str = "aaaaaaaa-0000-4000-8000-000000000002";

/// Codes of the findings that only a Foundry account has.
pub const CODES: [&str; 5] = ["AAI116", "AAI117", "AAI118", "AAI119", "AAI120"];

pub fn project(child: &str) -> String {
    format!("{ACCOUNT}/projects/agents{child}")
}

pub fn agents_subnet() -> String {
    format!("{NETWORK}/subnets/agents")
}

/// Returns a world with an account whose agents have a subnet, and with a project whose agents have
/// their own stores, all of them public.
pub fn foundry() -> World {
    let mut world = World::new();
    let cloud = &world.cloud;
    let id = |path: &str| cloud.id(path);
    let identity = |who: &str| json!({"type": "SystemAssigned", "principalId": who});
    cloud.put_network("vnet-agents", "10.7.0.0/16");
    let delegation = json!({"properties": {"serviceName": "Microsoft.App/environments"}});
    let subnet = json!({"addressPrefix": "10.7.0.0/24", "delegations": [delegation]});
    cloud.put(&agents_subnet(), &json!({ "properties": subnet }));
    let injection = json!({"scenario": "agent", "subnetArmId": id(&agents_subnet())});
    let account = json!({
        "allowProjectManagement": true, "customSubDomainName": "aif", "disableLocalAuth": true,
        "endpoint": "https://aif.cognitiveservices.azure.com/", "publicNetworkAccess": "Enabled",
        "networkAcls": {"defaultAction": "Allow"}, "networkInjections": [injection],
        "provisioningState": "Succeeded",
    });
    cloud.put(
        ACCOUNT,
        &json!({
            "location": "eastus", "kind": "AIServices", "sku": {"name": "S0"},
            "identity": identity("aaaaaaaa-0000-4000-8000-000000000001"), "properties": account,
        }),
    );
    let done = json!({"provisioningState": "Succeeded"});
    let body = json!({"location": "eastus", "identity": identity(AGENTS), "properties": done});
    cloud.put(&project(""), &body);
    let cosmos = json!({
        "documentEndpoint": "https://threads.documents.azure.com:443/",
        "locations": [{"locationName": "East US", "failoverPriority": 0}],
        "provisioningState": "Succeeded", "publicNetworkAccess": "Enabled",
    });
    cloud.put(COSMOS, &json!({"location": "East US", "properties": cosmos}));
    cloud.patch(STORAGE, &json!({"properties": {"networkAcls": {"bypass": "AzureServices"}}}));
    for (name, category, store) in [
        ("cosmos", "CosmosDb", COSMOS),
        ("storage", "AzureStorageAccount", STORAGE),
        ("search", "CognitiveSearch", SEARCH),
    ] {
        let properties = json!({
            "category": category, "authType": "AAD", "target": format!("https://{name}.example/"),
            "metadata": {"ResourceId": id(store)},
        });
        cloud.put(&project(&format!("/connections/{name}")), &json!({"properties": properties}));
    }
    let own = json!({"capabilityHostKind": "Agents", "provisioningState": "Succeeded"});
    cloud.put(&format!("{ACCOUNT}/capabilityHosts/{OWN_HOST}"), &json!({ "properties": own }));
    let host = json!({
        "threadStorageConnections": ["cosmos"], "storageConnections": ["storage"],
        "vectorStoreConnections": ["search"], "provisioningState": "Succeeded",
    });
    cloud.put(&project("/capabilityHosts/agents"), &json!({ "properties": host }));
    let stores = json!({"blob": id(STORAGE), "Sql": id(COSMOS), "searchService": id(SEARCH)});
    let network = id("Microsoft.Network/virtualNetworks/vnet-ai");
    let values = [
        ("subscription_id", cloud.subscription()),
        ("resource_group_name", "rg-ai".to_owned()),
        ("account_id", id(ACCOUNT)),
        ("stores", stores.to_string()),
        ("subnet_id", format!("{network}/subnets/snet-pe")),
        ("client_virtual_network_ids", json!([network]).to_string()),
        ("virtual_network_id", network),
    ];
    for (name, value) in values {
        world.set(&format!("TF_VAR_{name}"), &value);
    }
    world
}

/// Assigns the roles of the project's identity on the stores.
pub fn give_roles(world: &World) {
    let give = |role: Role, at: &str| {
        world.cloud.give(AGENTS, "ServicePrincipal", &role.at(&world.cloud.id(at)));
    };
    give(Role::new(&["Microsoft.DocumentDB/databaseAccounts/*"]), COSMOS);
    give(Role::new(&[]).on_data(&["Microsoft.Storage/*/blobs/*"]), STORAGE);
    give(Role::new(&["Microsoft.Search/searchServices/*"]), SEARCH);
    give(Role::new(&[]).on_data(&["Microsoft.Search/*/documents/*"]), SEARCH);
    put_data_role(world, AGENTS, "/dbs/enterprise_memory");
}

/// Assigns a principal the role of Cosmos DB that writes data.
pub fn put_data_role(world: &World, who: &str, database: &str) {
    let cosmos = world.cloud.id(COSMOS);
    let role = format!("{cosmos}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002");
    let scope = format!("{cosmos}{database}");
    let body = json!({"roleDefinitionId": role, "principalId": who, "scope": scope});
    world.cloud.put(&data_role(), &json!({ "properties": body }));
}

pub fn data_role() -> String {
    format!("{COSMOS}/sqlRoleAssignments/aaaaaaaa-0000-4000-8000-000000000009")
}

/// Returns code, severity, and resource of each finding, sorted.
pub fn findings(world: &World) -> Vec<String> {
    let found = world.attribute(IT, "findings");
    let produced = |it: &Value| {
        let text = |name: &str| it[name].as_str().unwrap().to_owned();
        let (code, level, id) = (text("code"), text("severity"), text("resource_id"));
        format!("{code} {level} {}", id.rsplit('/').next().unwrap())
    };
    let mut found: Vec<String> = found.as_array().unwrap().iter().map(produced).collect();
    found.sort();
    found
}

/// Returns a world with the applied scenario: the account is isolated, and its project has its
/// roles.
pub fn isolated() -> World {
    let world = foundry();
    give_roles(&world);
    world.copy("examples/scenarios/foundry-existing");
    world.apply().succeeds().keeps_quiet_about("Check block assertion failed");
    is_isolated(&world);
    world
}

pub fn is_isolated(world: &World) {
    assert_eq!(findings(world), [""; 0]);
    assert_eq!(world.attribute(IT, "compliant"), true);
}

pub fn read_posture(world: &World) {
    world.run(&["apply", "-refresh=false", "-input=false", "-auto-approve"]).succeeds();
}

/// Asserts that this is the only finding, and that its fix is formatted.
pub fn has_only(world: &World, expected: &str) {
    read_posture(world);
    assert_eq!(findings(world), [expected]);
    let warns = expected.contains("warning") && !expected.starts_with("AAI115");
    assert_eq!(world.attribute(IT, "compliant"), warns, "{expected}");
    formatted(world);
}

pub fn formatted(world: &World) {
    for finding in world.attribute(IT, "findings").as_array().unwrap() {
        let fix = finding["remediation_hcl"].as_str().unwrap();
        let spare = ["AAI115", "AAI118"].iter().any(|code| finding["code"] == **code);
        assert!(!fix.is_empty() || spare, "{finding}");
        world.file("fix/fix.tf", &format!("{fix}\n"));
        world.run(&["fmt", "-check", "-diff", "fix/fix.tf"]).succeeds();
    }
}

/// Applies and destroys `examples/scenarios/foundry-existing`, which does not manage the account
/// and restores its settings.
#[test]
fn an_existing_account_is_isolated_and_restored() {
    let world = foundry();
    give_roles(&world);
    let before = world.cloud.everything();
    world.copy("examples/scenarios/foundry-existing");
    // Six zones with their links, and an endpoint and a flag for the account and each store.
    world.apply().creates(6 + 6 + 4 + 4).keeps_quiet_about("Check block assertion failed");
    world.plan().is_quiet();
    is_isolated(&world);
    let names = world.attribute(IT, "dns");
    let names = names.as_array().unwrap().iter().map(|it| it["fqdn"].as_str().unwrap());
    let names: BTreeSet<&str> = names.collect();
    for suffix in ["cognitiveservices.azure.com", "openai.azure.com", "services.ai.azure.com"] {
        assert!(names.contains(&*format!("aif.{suffix}")), "{names:?}");
    }
    let resources = world.attribute(IT, "resources");
    let roles = resources.as_array().unwrap().iter().map(|it| it["role"].as_str().unwrap());
    assert_eq!(roles.collect::<Vec<_>>(), ["account", "cosmos_db", "search", "storage"]);
    world.destroy().destroys(20);
    // After the first write of these objects, the emulator returns the defaults that Azure always
    // returns.
    for path in [ACCOUNT, COSMOS] {
        let (then, now) = (&before[&world.cloud.id(path).to_lowercase()], world.cloud.get(path));
        for name in ["publicNetworkAccess", "networkAcls"] {
            assert_eq!(now.as_ref().unwrap()["properties"][name], then["properties"][name]);
        }
        world.cloud.put(path, then);
    }
    world.cloud.is_as_it_was(&before);
}

#[test]
fn each_fault_of_an_account_has_exactly_its_finding() {
    let world = isolated();
    let mut produced = BTreeSet::from(["AAI120"]);
    for (path, change, expected) in breaks(&world) {
        let (cloud, before) = (&world.cloud, world.cloud.everything());
        match change {
            Some(change) if cloud.has(&path) => cloud.patch(&path, &change),
            Some(whole) => cloud.put(&path, &whole),
            None => cloud.delete(&path),
        }
        has_only(&world, expected);
        produced.insert(expected.split(' ').next().unwrap());
        cloud.restore(&before);
    }
    read_posture(&world);
    is_isolated(&world);
    assert!(
        CODES.iter().all(|code| produced.contains(code)),
        "a finding without a test: {produced:?}"
    );
}

type Break = (String, Option<Value>, &'static str);

fn breaks(world: &World) -> Vec<Break> {
    let set = |properties: Value| Some(json!({ "properties": properties }));
    let zone = |name: &str| format!("Microsoft.Network/privateDnsZones/privatelink.{name}");
    let account = world.cloud.get(ACCOUNT).unwrap();
    let connection = &account["properties"]["privateEndpointConnections"][0]["id"];
    let connection = connection.as_str().unwrap().to_owned();
    let state = |state: &str| set(json!({"provisioningState": state}));
    let delegated =
        |name: &str| set(json!({"delegations": [{"properties": {"serviceName": name}}]}));
    let own_host = || format!("{ACCOUNT}/capabilityHosts/{OWN_HOST}");
    let pending = json!({"privateLinkServiceConnectionState": {"status": "Pending"}});
    let unnamed = json!({"category": "AzureStorageAccount", "target": "https://s.example/"});
    let rows: Vec<(String, Option<Value>, &str)> = vec![
        (ACCOUNT.into(), set(json!({"publicNetworkAccess": "Enabled"})), "AAI103 error aif"),
        (COSMOS.into(), set(json!({"publicNetworkAccess": "Enabled"})), "AAI101 error threads"),
        (
            STORAGE.into(),
            set(json!({"publicNetworkAccess": "Enabled"})),
            "AAI103 error airefstorage",
        ),
        (
            ACCOUNT.into(),
            set(json!({"networkAcls": {"defaultAction": "Allow"}})),
            "AAI102 warning aif",
        ),
        ("Microsoft.Network/privateEndpoints/pe-Sql".into(), None, "AAI105 error threads"),
        ("Microsoft.Network/privateEndpoints/pe-account".into(), None, "AAI105 error aif"),
        (zone("services.ai.azure.com"), None, "AAI106 error aif"),
        (connection, set(pending), "AAI107 error aif"),
        (
            format!("{}/virtualNetworkLinks/link-vnet-ai", zone("openai.azure.com")),
            None,
            "AAI108 error aif",
        ),
        (format!("{}/A/aif", zone("openai.azure.com")), None, "AAI110 error aif"),
        (format!("{}/A/threads", zone("documents.azure.com")), None, "AAI110 error threads"),
        (ACCOUNT.into(), set(json!({"networkInjections": null})), "AAI116 warning aif"),
        (agents_subnet(), delegated("microsoft.app/environments"), "AAI117 error agents"),
        (agents_subnet(), None, "AAI117 error agents"),
        (own_host(), state("Failed"), "AAI118 error aif"),
        (own_host(), state("Creating"), "AAI118 warning aif"),
        (own_host(), None, "AAI118 error aif"),
        (project("/capabilityHosts/agents"), state("Failed"), "AAI118 error agents"),
        (project("/capabilityHosts/agents"), None, "AAI118 warning agents"),
        (ACCOUNT.into(), set(json!({"disableLocalAuth": false})), "AAI119 warning aif"),
        (data_role(), None, "AAI120 error threads"),
        (project("/connections/more"), set(unnamed), "AAI115 warning agents"),
    ];
    rows
}

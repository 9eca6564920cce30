//! Checks of the subnet of an account's agents, and of the requirements of a capability host.

use emulator::Role;
use serde_json::{Value, json};

use super::{CheckCase, each_is_reported};
use crate::cloud::Cloud;
use crate::foundry::{PATH, unpurged};
use crate::foundry_connections::{ACCOUNT, STORES, foundry};
use crate::foundry_hosts::{ACCOUNT_HOST, HOST};
use crate::pieces;
use crate::world::World;

const NETWORK: &str = "Microsoft.Network/virtualNetworks/vnet-agents";
const SUBNET: &str = "Microsoft.Network/virtualNetworks/vnet-agents/subnets/agents";
const PROJECT: &str = "Microsoft.CognitiveServices/accounts/aif/projects/agents";
const COSMOS: &str = "Microsoft.DocumentDB/databaseAccounts/threads";
const THEIRS: &str = "Microsoft.CognitiveServices/accounts/theirs";

/// Object ID of the project's identity. `OTHER` is an identity without roles.
const IDENTITY: &str = "11111111-2222-4333-8444-555555555555";
const OTHER: &str = "66666666-2222-4333-8444-555555555555";

#[test]
fn unsuitable_agent_subnets_are_reported() {
    each_is_reported(&subnet_cases());
}

#[test]
fn missing_requirements_of_a_host_are_reported() {
    each_is_reported(&host_cases());
}

pub fn cases() -> Vec<CheckCase> {
    let mut all = subnet_cases();
    all.extend(host_cases());
    all
}

/// Creates two subnets for agents.
fn subnets(cloud: &Cloud) {
    cloud.put_network("vnet-agents", "172.20.0.0/16");
    let delegation =
        json!({"name": "a", "properties": {"serviceName": "Microsoft.App/environments"}});
    for (name, prefix) in [("agents", "172.20.0.0/24"), ("others", "172.20.1.0/24")] {
        let properties = json!({
            "addressPrefix": prefix, "delegations": [delegation],
            "provisioningState": "Succeeded",
        });
        cloud.put(&format!("{NETWORK}/subnets/{name}"), &json!({"properties": properties}));
    }
}

fn subnet(cloud: &Cloud, name: &str, value: &Value) {
    cloud.patch(SUBNET, &json!({"properties": {name: value}}));
}

fn delegate(cloud: &Cloud, service: &str) {
    let delegation = json!([{"name": "a", "properties": {"serviceName": service}}]);
    subnet(cloud, "delegations", &delegation);
}

/// Returns an account labeled `it` with this name, whose agents run in the subnet.
fn with_agents(name: &str) -> String {
    let line =
        "  agent_subnet_id = \"${local.network}/virtualNetworks/vnet-agents/subnets/agents\"\n";
    pieces::with(&unpurged(), line).replace("aif-it", name)
}

/// Creates the account of another client, whose agents run in the subnet.
fn theirs(cloud: &Cloud) {
    let injection = json!({"scenario": "agent", "subnetArmId": cloud.id(SUBNET)});
    let properties = json!({"networkInjections": [injection], "provisioningState": "Succeeded"});
    let body = json!({"location": "eastus", "kind": "AIServices", "properties": properties});
    cloud.put(THEIRS, &body);
}

fn subnet_cases() -> Vec<CheckCase> {
    let account = with_agents("aif-it");
    let host = pieces::with(
        ACCOUNT_HOST,
        "  subnet_id = \"${local.network}/virtualNetworks/vnet-agents/subnets/agents\"\n",
    );
    let host = [LOCALS, &host].concat();
    let second = with_agents("aif-two").replace("\"it\"", "\"two\"");
    let two = [account.clone(), second.replace("subnets/agents", "subnets/others")].concat();
    let of = |hcl: &str, wrong: fn(&Cloud), says| {
        CheckCase::in_azure("AAI025", hcl, wrong, says).given(with_account)
    };
    vec![
        of(&account, |it| delegate(it, "Microsoft.app/environments"), "The name is case-sensitive"),
        of(&account, |it| delegate(it, "Microsoft.Web/x"), "is delegated to Microsoft.Web/x"),
        of(&account, |it| subnet(it, "delegations", &json!([])), "is not delegated to"),
        of(&host, |it| delegate(it, "Microsoft.Web/x"), "service_delegation {"),
        of(&account, |it| prefix(it, "172.20.0.0/28"), "is too small for agents: /28"),
        of(&account, |it| prefix(it, "172.20.0.0/27"), "is small for agents: /27").only_warns(),
        of(&account, |it| prefix(it, "172.31.0.0/24"), "overlaps 172.30.0.0/15").only_warns(),
        of(&account, |it| prefix(it, "203.0.113.0/24"), "is not private").only_warns(),
        of(&account, theirs, "The agents of \"theirs\" already use the subnet"),
        of(&host, theirs, "The agents of \"theirs\" already use the subnet"),
        of(
            &account,
            |cloud| {
                theirs(cloud);
                cloud.delete(THEIRS);
            },
            "is in use by legionservicelink",
        ),
        of(&account, endpoint, "has private endpoints"),
        of(&account, |it| it.patch(NETWORK, &json!({"location": "westus"})), "is in westus"),
        of(&host, |it| it.patch(NETWORK, &json!({"location": "westus"})), "is in westus"),
        CheckCase::of("AAI025", &two, "subnets/others", "subnets/agents", "also use the subnet")
            .given(with_account),
    ]
}

const LOCALS: &str = r#"
locals {
  account = "${local.group}/providers/Microsoft.CognitiveServices/accounts/aif"
}
"#;

fn prefix(cloud: &Cloud, range: &str) {
    subnet(cloud, "addressPrefix", &json!(range));
}

fn endpoint(cloud: &Cloud) {
    let properties = json!({"subnet": {"id": cloud.id(SUBNET)}});
    let body = json!({"location": "eastus", "properties": properties});
    cloud.put("Microsoft.Network/privateEndpoints/pe-agents", &body);
}

/// Creates the subnets, an account with a project, and a Cosmos DB account.
fn with_account(cloud: &Cloud) {
    subnets(cloud);
    let properties = json!({"allowProjectManagement": true, "provisioningState": "Succeeded"});
    let body = json!({"location": "eastus", "kind": "AIServices", "properties": properties});
    cloud.put(ACCOUNT, &body);
    let identity = json!({"type": "SystemAssigned", "principalId": IDENTITY});
    let properties = json!({"provisioningState": "Succeeded"});
    let body = json!({"location": "eastus", "identity": identity, "properties": properties});
    cloud.put(PROJECT, &body);
    let endpoint = "https://threads.documents.azure.com:443/";
    let cosmos = json!({"location": "East US", "properties": {"documentEndpoint": endpoint}});
    cloud.put(COSMOS, &cosmos);
    give_roles(cloud, IDENTITY);
}

/// Grants an identity the permissions that it needs in the three stores, by other roles than those
/// of the templates.
fn give_roles(cloud: &Cloud, who: &str) {
    let store = |path: &str| cloud.id(path);
    for role in [
        Role::new(&["Microsoft.DocumentDB/*"]).at(&store(COSMOS)),
        Role::new(&["*/containers/write"])
            .at(&store("Microsoft.Storage/storageAccounts/airefstorage")),
        Role::new(&["Microsoft.Search/searchServices/*"])
            .on_data(&["Microsoft.Search/*"])
            .at(&cloud.group()),
    ] {
        cloud.give(who, "ServicePrincipal", &role);
    }
}

fn another_identity(cloud: &Cloud) {
    cloud.patch(PROJECT, &json!({"identity": {"principalId": OTHER}}));
}

fn limited(cloud: &Cloud) {
    cloud.patch(COSMOS, &json!({"properties": {"capacity": {"totalThroughputLimit": 2000}}}));
}

fn host_cases() -> Vec<CheckCase> {
    let all = [STORES, ACCOUNT_HOST, HOST].concat();
    let agents = with_agents("aif-it");
    let of = |code, hcl: &str, wrong: fn(&Cloud), says| {
        CheckCase::in_azure(code, hcl, wrong, says).given(with_account)
    };
    let lacks = "lacks the role Cosmos DB Operator on \"threads\"";
    vec![
        of("AAI027", &all, another_identity, lacks).only_warns(),
        of("AAI027", &all, another_identity, "Search Index Data Contributor").only_warns(),
        of("AAI027", &all, another_identity, lacks).only_warns().after(STORES),
        of("AAI026", &all, |it| it.unregister("Microsoft.App"), "Microsoft.App is not registered"),
        of(
            "AAI026",
            &agents,
            |it| it.unregister("Microsoft.ContainerService"),
            "Microsoft.ContainerService is not registered",
        ),
        of("AAI030", &all, limited, "The limit is 2000 RU/s"),
        of("AAI030", &all, limited, "The limit is 2000 RU/s").after(STORES),
    ]
}

#[test]
fn unknown_and_unreadable_subnets_are_not_errors() {
    let world = World::new();
    with_account(&world.cloud);
    delegate(&world.cloud, "Microsoft.Web/x");
    let known = "\"${local.network}/virtualNetworks/vnet-agents/subnets/agents\"";
    let later = format!("resource \"terraform_data\" \"id\" {{\n  input = {known}\n}}\n");
    let account = with_agents("aif-it");
    world.config(&[later, account.replace(known, "terraform_data.id.output")].concat());
    world.plan().succeeds().keeps_quiet_about("AAI025");
    world.config(&account);
    world.cloud.deny(NETWORK, "Microsoft.Network/virtualNetworks/read");
    world.plan().fails_with("is delegated to Microsoft.Web/x").says("Checks not run");
    world.cloud.deny(NETWORK, "Microsoft.Network/virtualNetworks/subnets/read");
    world.plan().succeeds().warns("Checks not run").says("AAI025");
    world.config(&account.replace("subnets/agents", "subnets/none"));
    world.cloud.allow_all();
    world
        .plan()
        .warns("Microsoft.Network/virtualNetworks/subnets \"none\" does not exist")
        .says("AAI018");
}

/// A replaced account releases its subnet before it is created again, and an account can have an
/// automatically created host.
#[test]
fn subnet_used_by_the_account_itself_is_not_reported() {
    let world = World::new();
    with_account(&world.cloud);
    let account = with_agents("aif-it");
    world.config(&account);
    world.apply().creates(1);
    world.config(&account.replacen("\"aif-it\"", "\"aif-new\"", 1));
    world.plan().replaces(1).keeps_quiet_about("AAI025");
    world.cloud.patch(NETWORK, &json!({"location": "eastus2"}));
    world.config(&account.replace("East US", "East US 2"));
    world.plan().replaces(1).keeps_quiet_about("AAI025");
    let own = pieces::with(
        ACCOUNT_HOST,
        "  adopt_existing = true\n  subnet_id = azureai_foundry_account.it.agent_subnet_id\n",
    );
    let own = own.replace("\"account\"\n  parent", "\"aif-it@aml_aiagentservice\"\n  parent");
    let own = own.replace("local.account", "azureai_foundry_account.it.id");
    world.config(&[account, own].concat());
    world.cloud.patch(NETWORK, &json!({"location": "eastus"}));
    world.apply().creates(1).keeps_quiet_about("AAI025");
    world.plan().is_quiet();
    assert!(world.cloud.has(PATH));
}

/// An identity can get a permission through a group or through a role assignment with a condition.
#[test]
fn role_that_may_come_from_a_group_is_not_reported() {
    let world = World::new();
    with_account(&world.cloud);
    another_identity(&world.cloud);
    let all = [STORES, ACCOUNT_HOST, HOST].concat();
    world.config(&all);
    world.plan().warns("AAI027").says("azurerm_role_assignment").says("az role assignment create");
    let everything = Role::new(&["*"]).on_data(&["*"]).at(&world.cloud.group());
    world.cloud.give(IDENTITY, "Group", &everything);
    world.plan().succeeds().keeps_quiet_about("AAI027");
    let world = foundry();
    world.config(&all);
    world.plan().creates(5).keeps_quiet_about("AAI027");
}

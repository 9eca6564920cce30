//! Default world: a hub with its resources and a project, a Foundry account with its stores and a
//! project, and a network. All resources have public access.

use serde_json::{Value, json};

use crate::arm::{policy_deployment, resource_group, write};
use crate::arm_error::ArmError;
use crate::resource_id::ResourceId;
use crate::rules::policy::{AGENT_ROLES, PROJECT};
use crate::world::World;
use crate::world::type_info::Location;

/// Fills an empty world, with the checks that clients' requests pass.
pub(crate) fn fill(world: &mut World) -> Result<(), ArmError> {
    let seconds = std::mem::replace(&mut world.settings.operation_seconds, 0.0);
    let (name, location) = (world.settings.group.clone(), world.settings.location.clone());
    let subscription = world.settings.subscription.clone();
    resource_group::insert(world, (&subscription, &name), &location, &Value::Null);
    let scope = ResourceId::group_id(&subscription, &name);
    let at = |tail: &str| format!("{scope}/providers/{tail}");
    let mut seeds = foundations(&world.settings.tenant);
    seeds.extend(services());
    seeds.extend(workspaces(&at));
    seeds.extend(foundry(&location));
    let seeds = seeds.into_iter().map(|(tail, body)| (tail.to_owned(), body));
    let mut made = None;
    for (tail, mut body) in seeds.chain(agents(&at)) {
        let path = at(&tail);
        let known = ResourceId::parse(&path).and_then(|id| world.type_of(&id));
        if known.is_some_and(|known| known.info().location == Location::Region) {
            body["location"] = json!(location);
        }
        write::seed(world, &path, &body)?;
        world.settle();
        made = ResourceId::parse(&path).filter(|id| id.is_type(PROJECT)).or(made);
    }
    let [cosmos, blobs, documents, indexes] = AGENT_ROLES;
    let stores: [(&str, &[&str]); 3] =
        [(COSMOS, &[cosmos]), (FOUNDRY_STORAGE, &[blobs]), (FOUNDRY_SEARCH, &[documents, indexes])];
    for (project, (store, roles)) in made.iter().flat_map(|it| stores.map(|store| (it, store))) {
        policy_deployment::assign(world, project, roles, &at(store))?;
    }
    world.settings.operation_seconds = seconds;
    world.operations = Default::default();
    Ok(())
}

const SERVICES: &str = "Microsoft.CognitiveServices/accounts/airef-services";
const SEARCH: &str = "Microsoft.Search/searchServices/airef-search";
const HUB: &str = "Microsoft.MachineLearningServices/workspaces/airef-hub";

/// Path below the group's providers, and the body of its `PUT`.
type Seed = (&'static str, Value);

/// Returns the network and the resources that every hub needs.
fn foundations(tenant: &str) -> Vec<Seed> {
    vec![
        (
            "Microsoft.Network/virtualNetworks/vnet-ai",
            json!({ "properties": {
            "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] },
            "subnets": [
                { "name": "snet-pe", "properties": { "addressPrefix": "10.0.1.0/24" } },
                { "name": "snet-other", "properties": { "addressPrefix": "10.0.2.0/24" } },
                { "name": "snet-agents", "properties": {
                    "addressPrefix": "10.0.16.0/24",
                    "delegations": [{
                        "name": "agents",
                        "properties": { "serviceName": "Microsoft.App/environments" },
                    }],
                } },
            ],
        } }),
        ),
        ("Microsoft.Network/applicationSecurityGroups/asg-ai", json!({ "properties": {} })),
        (
            "Microsoft.Storage/storageAccounts/airefstorage",
            json!({
                "kind": "StorageV2",
                "sku": { "name": "Standard_LRS" },
                "properties": { "publicNetworkAccess": "Enabled" },
            }),
        ),
        (
            "Microsoft.KeyVault/vaults/airefkv",
            json!({ "properties": {
            "tenantId": tenant,
            "sku": { "family": "A", "name": "standard" },
            "enableRbacAuthorization": true,
            "publicNetworkAccess": "Enabled",
        } }),
        ),
        (
            "Microsoft.ContainerRegistry/registries/airefacr",
            json!({
                "sku": { "name": "Premium" },
                "properties": { "publicNetworkAccess": "Enabled" },
            }),
        ),
        (
            "microsoft.insights/components/airef-insights",
            json!({
                "kind": "web",
                "properties": { "Application_Type": "web" },
            }),
        ),
    ]
}

/// Returns the services that the hub connects to.
fn services() -> Vec<Seed> {
    vec![
        (
            SERVICES,
            json!({
                "kind": "AIServices",
                "sku": { "name": "S0" },
                "identity": { "type": "SystemAssigned" },
                "properties": {
                    "customSubDomainName": "airef-services",
                    "publicNetworkAccess": "Enabled",
                },
            }),
        ),
        (
            SEARCH,
            json!({
                "sku": { "name": "standard" },
                "properties": { "publicNetworkAccess": "Enabled" },
            }),
        ),
    ]
}

/// Returns the hub, its project and its connections.
fn workspaces(at: &dyn Fn(&str) -> String) -> Vec<Seed> {
    let connection = |category: &str, target: &str, id: &str| {
        json!({ "properties": {
            "category": category,
            "authType": "AAD",
            "isSharedToAll": true,
            "target": target,
            "metadata": { "ApiType": "Azure", "ResourceId": at(id) },
        } })
    };
    vec![
        (
            HUB,
            json!({
                "kind": "Hub",
                "identity": { "type": "SystemAssigned" },
                "properties": {
                    "friendlyName": "airef-hub",
                    "storageAccount": at("Microsoft.Storage/storageAccounts/airefstorage"),
                    "keyVault": at("Microsoft.KeyVault/vaults/airefkv"),
                    "containerRegistry": at("Microsoft.ContainerRegistry/registries/airefacr"),
                    "applicationInsights": at("microsoft.insights/components/airef-insights"),
                    "publicNetworkAccess": "Enabled",
                },
            }),
        ),
        (
            "Microsoft.MachineLearningServices/workspaces/airef-project",
            json!({
                "kind": "Project",
                "identity": { "type": "SystemAssigned" },
                "properties": {
                    "friendlyName": "airef-project",
                    "hubResourceId": at(HUB),
                    "publicNetworkAccess": "Enabled",
                },
            }),
        ),
        (
            "Microsoft.MachineLearningServices/workspaces/airef-hub/connections/airef-services",
            connection(
                "AIServices",
                "https://airef-services.cognitiveservices.azure.com/",
                SERVICES,
            ),
        ),
        (
            "Microsoft.MachineLearningServices/workspaces/airef-hub/connections/airef-search",
            connection("CognitiveSearch", "https://airef-search.search.windows.net", SEARCH),
        ),
    ]
}

const FOUNDRY: &str = "Microsoft.CognitiveServices/accounts/airef-foundry";
const FOUNDRY_SEARCH: &str = "Microsoft.Search/searchServices/airef-foundry-search";
const FOUNDRY_STORAGE: &str = "Microsoft.Storage/storageAccounts/aireffoundry";
const COSMOS: &str = "Microsoft.DocumentDB/databaseAccounts/airef-cosmos";

/// Returns the Foundry account and the stores of its agents.
fn foundry(location: &str) -> Vec<Seed> {
    vec![
        (
            FOUNDRY,
            json!({
                "kind": "AIServices",
                "sku": { "name": "S0" },
                "identity": { "type": "SystemAssigned" },
                "properties": {
                    "allowProjectManagement": true,
                    "customSubDomainName": "airef-foundry",
                    "publicNetworkAccess": "Enabled",
                },
            }),
        ),
        (
            FOUNDRY_STORAGE,
            json!({
                "kind": "StorageV2",
                "sku": { "name": "Standard_ZRS" },
                "properties": { "allowSharedKeyAccess": false, "publicNetworkAccess": "Enabled" },
            }),
        ),
        (
            COSMOS,
            json!({
                "kind": "GlobalDocumentDB",
                "properties": {
                    "databaseAccountOfferType": "Standard",
                    "disableLocalAuth": true,
                    "locations": [{ "locationName": location, "failoverPriority": 0 }],
                    "publicNetworkAccess": "Enabled",
                },
            }),
        ),
        (
            FOUNDRY_SEARCH,
            json!({
                "sku": { "name": "standard" },
                "properties": { "disableLocalAuth": true, "publicNetworkAccess": "Enabled" },
            }),
        ),
    ]
}

/// Returns the project of the Foundry account and its connections to the stores. The project's
/// identity has the roles that the agents need there.
fn agents(at: &dyn Fn(&str) -> String) -> Vec<(String, Value)> {
    let project = format!("{FOUNDRY}/projects/airef-agents");
    let own = json!({
        "identity": { "type": "SystemAssigned" },
        "properties": { "displayName": "airef-agents" },
    });
    let connection = |(name, category, target, id): (&str, &str, &str, &str)| {
        let body = json!({ "properties": {
            "category": category,
            "authType": "AAD",
            "target": target,
            "metadata": { "ApiType": "Azure", "ResourceId": at(id) },
        } });
        (format!("{project}/connections/{name}"), body)
    };
    let connections = [
        ("cosmos", "CosmosDb", "https://airef-cosmos.documents.azure.com:443/", COSMOS),
        (
            "storage",
            "AzureStorageAccount",
            "https://aireffoundry.blob.core.windows.net/",
            FOUNDRY_STORAGE,
        ),
        (
            "search",
            "CognitiveSearch",
            "https://airef-foundry-search.search.windows.net",
            FOUNDRY_SEARCH,
        ),
    ]
    .map(connection);
    [(project, own)].into_iter().chain(connections).collect()
}

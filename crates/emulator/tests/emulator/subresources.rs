//! Requests that azurerm sends when it imports a hub's default resources.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, version};

/// Resource, method, request, and a text that the answer must contain.
const READS: [(&str, Method, &str, &str); 16] = [
    ("Microsoft.Storage/storageAccounts/airefstorage", Method::POST, "listKeys", "/keys/1/value"),
    (
        "Microsoft.Storage/storageAccounts/airefstorage",
        Method::GET,
        "blobServices/default",
        "/properties/deleteRetentionPolicy",
    ),
    (
        "Microsoft.Storage/storageAccounts/airefstorage",
        Method::GET,
        "fileServices/default",
        "/properties/shareDeleteRetentionPolicy",
    ),
    (
        "Microsoft.ContainerRegistry/registries/airefacr",
        Method::GET,
        "replications",
        "/value/0/properties/zoneRedundancy",
    ),
    (
        "Microsoft.ContainerRegistry/registries/airefacr",
        Method::POST,
        "listCredentials",
        "/passwords/1/value",
    ),
    ("Microsoft.CognitiveServices/accounts/airef-services", Method::POST, "listKeys", "/key2"),
    (FOUNDRY, Method::GET, "models", "/value/0/name"),
    (FOUNDRY, Method::GET, "skus", "/value/0/sku/name"),
    (FOUNDRY, Method::GET, "usages", "/value"),
    (COSMOS, Method::POST, "listKeys", "/primaryMasterKey"),
    (COSMOS, Method::POST, "readonlykeys", "/secondaryReadonlyMasterKey"),
    (COSMOS, Method::POST, "listConnectionStrings", "/connectionStrings/0/connectionString"),
    (
        "Microsoft.Search/searchServices/airef-search",
        Method::GET,
        "sharedPrivateLinkResources",
        "/value",
    ),
    ("Microsoft.Search/searchServices/airef-search", Method::POST, "listAdminKeys", "/primaryKey"),
    ("Microsoft.Search/searchServices/airef-search", Method::POST, "listQueryKeys", "/value/0/key"),
    (
        "microsoft.insights/components/airef-insights",
        Method::GET,
        "currentbillingfeatures",
        "/DataVolumeCap/Cap",
    ),
];

const FOUNDRY: &str = "Microsoft.CognitiveServices/accounts/airef-foundry";
const COSMOS: &str = "Microsoft.DocumentDB/databaseAccounts/airef-cosmos";

#[tokio::test]
async fn requests_of_azurerm_are_answered() {
    let client = Client::start().await;
    for (resource, method, name, pointer) in READS {
        let id = client.id(resource);
        let url = client.url(&format!("{id}/{name}?$expand=kerb"), version(&id));
        let read = async || client.send(method.clone(), &url, &[], None).await;
        let shown = read().await.is(200).body;
        let found = shown.pointer(pointer).unwrap_or_else(|| panic!("{name}: {shown:#}"));
        assert!(!found.is_null(), "{name}: {shown:#}");
        assert_eq!(read().await.is(200).body, shown, "{name} is the same again");
        let other = if method == Method::GET { Method::POST } else { Method::GET };
        client.send(other, &url, &[], None).await.is(405);
        let gone = client.url(&format!("{}none/{name}", id), version(&id));
        client.send(method, &gone, &[], None).await.refused(404, "ResourceNotFound");
    }
    let workspace = client.url(&format!("{}/listKeys", client.hub()), version(&client.hub()));
    client.send(Method::POST, &workspace, &[], None).await.refused(400, "InvalidResourceType");
}

/// A write returns `Enqueued`, and the role can change (recorded by the Azure CLI's tests).
#[tokio::test]
async fn cosmos_db_roles_are_assigned_in_the_account() {
    let client = Client::start().await;
    let account = client.id(COSMOS);
    let listed = client.get(&format!("{account}/sqlRoleDefinitions")).await.is(200).body;
    assert_eq!(listed["value"].as_array().map(Vec::len), Some(2));
    let role = listed["value"][1]["id"].as_str().expect("an ID").to_owned();
    let shown = client.get(&role).await.is(200).body;
    assert_eq!(shown["properties"]["type"], json!("BuiltInRole"));
    client.put(&role, &json!({ "properties": { "roleName": "x" } })).await.is(400);
    let principal = "11111111-2222-3333-4444-555555555555";
    let own = format!("{account}/sqlRoleAssignments/{principal}");
    let body = |role: &str, scope: &str, principal: &str| {
        json!({ "properties": {
            "roleDefinitionId": role, "scope": scope, "principalId": principal,
        } })
    };
    let scope = format!("{account}/dbs/enterprise_memory");
    let accepted = client.put(&own, &body(&role, &scope, principal)).await.is(202);
    assert_eq!(accepted.body, json!({ "status": "Enqueued" }));
    client.end(accepted).await;
    let other = listed["value"][0]["id"].as_str().expect("an ID");
    let changed = client.make(&own, &body(other, &scope, principal)).await;
    assert_eq!(changed["properties"]["roleDefinitionId"], json!(other));
    for bad in [
        body("/subscriptions/s/none", &scope, principal),
        body(&role, &client.hub(), principal),
        body(&role, &scope, "nobody"),
    ] {
        client.put(&own, &bad).await.refused(400, "BadRequest");
    }
    client.remove(&own).await;
}

#[tokio::test]
async fn deployment_is_refused_while_the_account_is_busy() {
    let client = Client::start().await;
    let account = client.id(FOUNDRY);
    let id = format!("{account}/deployments/gpt");
    // Recorded by Azure Service Operator's tests.
    client.get(&id).await.refused(404, "NotFound");
    let model = json!({ "format": "OpenAI", "name": "gpt-4.1-mini", "version": "2025-04-14" });
    let body = json!({
        "sku": { "name": "GlobalStandard", "capacity": 3 }, "properties": { "model": model },
    });
    client.put(&id, &json!({ "properties": {} })).await.is(400);
    let made = client.make(&id, &body).await;
    assert_eq!(made["properties"]["currentCapacity"], json!(3));
    client.emulator.hold_operations(true);
    client.put(&id, &body).await.is(200);
    let other = format!("{account}/deployments/other");
    client.put(&other, &body).await.refused(409, "RequestConflict");
}

#[tokio::test]
async fn keys_require_their_own_right() {
    let client = Client::start().await;
    let id = client.id("Microsoft.Storage/storageAccounts/airefstorage");
    let action = "Microsoft.Storage/storageAccounts/listKeys/action";
    client.emulator.deny(&client.emulator.group_id(), action);
    let url = client.url(&format!("{id}/listKeys"), version(&id));
    client.send(Method::POST, &url, &[], None).await.refused(403, "AuthorizationFailed");
    let basic = client.id("Microsoft.ContainerRegistry/registries/lesser");
    client.make(&basic, &json!({ "location": "eastus", "sku": { "name": "Basic" } })).await;
    let list = client.get(&format!("{basic}/replications")).await.is(200).body;
    assert_eq!(list["value"], Value::Array(vec![]));
}

//! Requirements of Foundry agents: connections, capability hosts, roles and registered providers.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, version};
use crate::foundry_races::permit;

const SERVICES: &str = "Microsoft.CognitiveServices";

fn connection(category: &str, more: &Value) -> Value {
    let mut body = json!({ "properties": {
        "category": category, "authType": "AAD", "target": "https://x",
        "metadata": { "ResourceId": "/subscriptions/s" },
    } });
    for (name, value) in more.as_object().expect("an object") {
        body["properties"][name] = value.clone();
    }
    body
}

/// Creates an account with a project and its three connections, and returns the account's ID.
pub(crate) async fn account(client: &Client) -> String {
    let id = client.id(&format!("{SERVICES}/accounts/agents"));
    let identity = json!({ "type": "SystemAssigned" });
    let body = json!({
        "location": "eastus", "kind": "AIServices", "sku": { "name": "S0" }, "identity": identity,
        "properties": { "allowProjectManagement": true, "customSubDomainName": "agents" },
    });
    client.make(&id, &body).await;
    let project = json!({ "location": "eastus", "identity": identity });
    client.make(&format!("{id}/projects/one"), &project).await;
    for category in ["CosmosDb", "AzureStorageAccount", "CognitiveSearch"] {
        let path = format!("{id}/projects/one/connections/{category}");
        let metadata =
            json!({ "ResourceId": client.id(&format!("Microsoft.X/stores/{category}")) });
        client.make(&path, &connection(category, &json!({ "metadata": metadata }))).await;
    }
    id
}

pub(crate) fn host() -> Value {
    json!({ "properties": {
        "capabilityHostKind": "Agents",
        "threadStorageConnections": ["CosmosDb"],
        "storageConnections": ["AzureStorageAccount"],
        "vectorStoreConnections": ["CognitiveSearch"],
    } })
}

#[tokio::test]
async fn credentials_are_accepted_and_never_shown() {
    let client = Client::start().await;
    let id = format!("{}/connections/key", account(&client).await);
    let keyed = json!({ "authType": "ApiKey", "credentials": { "key": "k" } });
    // 200 also for a new connection (recorded).
    let made = client.put(&id, &connection("AzureOpenAI", &keyed)).await.is(200).body;
    assert_eq!(made["properties"]["credentials"], Value::Null);
    assert!(made["properties"]["metadata"]["ApiVersion"].is_string(), "{made:#}");
    for bad in [
        json!({ "authType": "ApiKey" }),
        json!({ "authType": "Magic" }),
        json!({ "target": null }),
        json!({ "metadata": { "a": 1 } }),
    ] {
        let other = id.replace("/key", "/other");
        client.put(&other, &connection("ApiKey", &bad)).await.refused(400, "ValidationError");
    }
}

#[tokio::test]
async fn scope_has_one_immutable_capability_host() {
    let client = Client::start().await;
    let account = account(&client).await;
    let project = format!("{account}/projects/one");
    let own = format!("{project}/capabilityHosts/one");
    permit(&client, &own).await;
    let answer = client.put(&own, &host()).await.is(400);
    assert!(answer.body.to_string().contains("Foundry Account capabilityHost Not Found"));
    let empty = json!({ "properties": { "capabilityHostKind": "Agents" } });
    client.make(&format!("{account}/capabilityHosts/a"), &empty).await;
    for (name, value, says) in [
        ("storageConnections", json!([]), "single, non empty value for storageConnections"),
        ("storageConnections", json!(["CosmosDb"]), "must be of category AzureStorageAccount"),
        ("vectorStoreConnections", json!(["none"]), "was not found"),
        ("customerSubnet", json!("/subscriptions/s"), "cannot be created with Subnet"),
    ] {
        let mut bad = host();
        bad["properties"][name] = value;
        let answer = client.put(&own, &bad).await.is(400);
        assert!(answer.body.to_string().contains(says), "{:#}", answer.body);
    }
    client.make(&own, &host()).await;
    client.put(&own, &host()).await.is(200);
    client.put(&own, &empty).await.refused(400, "BadRequest");
    let other = own.replace("/one", "/two").replace("projects/two", "projects/one");
    let answer = client.put(&other, &host()).await.is(409);
    assert!(answer.body.to_string().contains("There is an existing Capability Host"));
    client.delete(&format!("{account}/capabilityHosts/a")).await.refused(409, "Conflict");
}

#[tokio::test]
async fn capability_host_requires_registered_providers() {
    let client = Client::start().await;
    let account = account(&client).await;
    client.emulator.unregister("Microsoft.App");
    let providers = format!("/subscriptions/{}/providers", client.emulator.subscription);
    let state = async || {
        let url = client.url(&format!("{providers}/Microsoft.App"), "2021-04-01");
        let answer = client.send(Method::GET, &url, &[], None).await.is(200);
        answer.body["registrationState"].as_str().map(str::to_owned)
    };
    assert_eq!(state().await.as_deref(), Some("NotRegistered"));
    let empty = json!({ "properties": { "capabilityHostKind": "Agents" } });
    let id = format!("{account}/capabilityHosts/a");
    let answer = client.put(&id, &empty).await.is(400);
    assert!(answer.body.to_string().contains("not registered"), "{:#}", answer.body);
    let url = client.url(&format!("{providers}/Microsoft.App/register"), "2021-04-01");
    client.send(Method::POST, &url, &[], None).await.is(200);
    assert_eq!(state().await.as_deref(), Some("Registered"));
    client.make(&id, &empty).await;
    client.emulator.unregister(SERVICES);
    let body = json!({ "properties": {} });
    client.put(&id, &body).await.refused(409, "MissingSubscriptionRegistration");
}

#[tokio::test]
async fn role_is_assigned_once_and_listed_by_filter() {
    let client = Client::start().await;
    let account = account(&client).await;
    let group = client.emulator.group_id();
    let at = |scope: &str, rest: &str| {
        let path = format!("{scope}/providers/Microsoft.Authorization/{rest}");
        client.url(&path, "2022-04-01")
    };
    let send = async |method: Method, url: &str, body: Option<&Value>| {
        client.send(method, url, &[], body).await
    };
    let role = "/providers/Microsoft.Authorization/roleDefinitions/\
                230815da-be43-4aae-9cb4-875f7bd000aa";
    let principal = "11111111-2222-3333-4444-555555555555";
    let body = json!({ "properties": { "roleDefinitionId": role, "principalId": principal } });
    let own = at(&account, "roleAssignments/aaaaaaaa-0000-0000-0000-000000000001");
    let made = send(Method::PUT, &own, Some(&body)).await.is(201).body;
    let defined = made["properties"]["roleDefinitionId"].as_str().expect("a role");
    assert!(defined.starts_with("/subscriptions/"), "{made:#}");
    let twin = at(&account, "roleAssignments/aaaaaaaa-0000-0000-0000-000000000002");
    send(Method::PUT, &twin, Some(&body)).await.refused(409, "RoleAssignmentExists");
    for (scope, filter, count) in [
        (&account, "atScope()", 1),
        (&group, "atScope()", 0),
        // Four assignments belong to the default world's project.
        (&group, "", 5),
        (&group, "principalId%20eq%20'11111111-2222-3333-4444-555555555555'", 1),
        (&group, "principalId%20eq%20'00000000-2222-3333-4444-555555555555'", 0),
    ] {
        let url = format!("{}&$filter={filter}", at(scope, "roleAssignments"));
        let listed = send(Method::GET, &url, None).await.is(200).body;
        assert_eq!(listed["value"].as_array().map(Vec::len), Some(count), "{scope} {filter}");
    }
    let name = defined.rsplit('/').next().expect("a name");
    let definition = at(&group, &format!("roleDefinitions/{name}"));
    let shown = send(Method::GET, &definition, None).await.is(200).body;
    assert_eq!(shown["properties"]["roleName"], json!("Cosmos DB Operator"));
    let allowed = &shown["properties"]["permissions"][0]["actions"];
    assert_eq!(allowed, &json!(["Microsoft.DocumentDB/databaseAccounts/*"]));
    let gone = send(Method::DELETE, &own, None).await.is(200).body;
    assert_eq!(gone["id"], made["id"]);
    send(Method::DELETE, &own, None).await.is(204);
    send(Method::GET, &own, None).await.refused(404, "RoleAssignmentNotFound");
    assert!(!version(&account).is_empty());
}

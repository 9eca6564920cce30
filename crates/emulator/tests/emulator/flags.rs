//! `publicNetworkAccess` of the six kinds of resources.

use serde_json::{Value, json};

use crate::client::Client;

fn flag(value: &str) -> Value {
    json!({ "properties": { "publicNetworkAccess": value } })
}

const KINDS: [(&str, u16); 6] = [
    ("Microsoft.MachineLearningServices/workspaces/airef-hub", 202),
    ("Microsoft.CognitiveServices/accounts/airef-services", 202),
    ("Microsoft.Storage/storageAccounts/airefstorage", 200),
    ("Microsoft.KeyVault/vaults/airefkv", 200),
    ("Microsoft.ContainerRegistry/registries/airefacr", 200),
    ("Microsoft.Search/searchServices/airef-search", 200),
];

#[tokio::test]
async fn public_access_of_all_six_kinds_turns_off_and_on() {
    let client = Client::start().await;
    for (tail, status) in KINDS {
        let id = client.id(tail);
        let before = client.get(&id).await.is(200).body;
        assert_eq!(before["properties"]["publicNetworkAccess"], "Enabled", "{tail}");
        for value in ["Disabled", "Enabled"] {
            let accepted = client.patch(&id, &flag(value)).await.is(status);
            client.end(accepted).await;
            let shown = client.get(&id).await.is(200).body;
            assert_eq!(shown["properties"]["publicNetworkAccess"], value, "{tail}");
            let state = shown["properties"]["provisioningState"].as_str().expect("a state");
            assert!(state.eq_ignore_ascii_case("Succeeded"), "{tail}: {state}");
        }
        let mut after = client.get(&id).await.is(200).body;
        let mut before = before;
        for body in [&mut before, &mut after] {
            body["systemData"] = Value::Null;
            body["etag"] = Value::Null;
            body["properties"]["eTag"] = Value::Null;
        }
        assert_eq!(after, before, "nothing else changed: {tail}");
    }
}

#[tokio::test]
async fn each_kind_has_its_own_values() {
    let client = Client::start().await;
    for (tail, _) in KINDS {
        let id = client.id(tail);
        client.patch(&id, &json!({ "properties": { "publicNetworkAccess": 1 } })).await.is(400);
        client.patch(&id, &json!({ "properties": { "notAProperty": "x" } })).await.is(400);
        if !tail.contains("KeyVault") {
            client.patch(&id, &flag("Off")).await.is(400);
        }
    }
    let vault = client.id("Microsoft.KeyVault/vaults/airefkv");
    client.patch(&vault, &flag("disabled")).await.is(200);
    let shown = client.get(&vault).await.body;
    assert_eq!(shown["properties"]["publicNetworkAccess"], "disabled");
    let search = client.id("Microsoft.Search/searchServices/airef-search");
    client.patch(&search, &flag("disabled")).await.is(200);
    let storage = client.id("Microsoft.Storage/storageAccounts/airefstorage");
    client.patch(&storage, &flag("disabled")).await.is(400);
    client.patch(&storage, &flag("SecuredByPerimeter")).await.is(200);
}

#[tokio::test]
async fn registry_below_premium_cannot_disable_public_access() {
    let client = Client::start().await;
    let id = client.id("Microsoft.ContainerRegistry/registries/lesser");
    client.make(&id, &json!({ "location": "eastus", "sku": { "name": "Basic" } })).await;
    let code = "DisablingPublicNetworkAccessNotSupported";
    client.patch(&id, &flag("Disabled")).await.refused(400, code);
}

#[tokio::test]
async fn full_put_accepts_the_body_of_a_get() {
    let client = Client::start().await;
    for (tail, _) in KINDS {
        let id = client.id(tail);
        let mut body = client.get(&id).await.is(200).body;
        body["properties"]["publicNetworkAccess"] = json!("Disabled");
        if tail.contains("Search") {
            let mut changed = body.clone();
            changed["properties"]["status"] = json!("degraded");
            client.put(&id, &changed).await.is(400);
        }
        let shown = client.make(&id, &body).await;
        assert_eq!(shown["properties"]["publicNetworkAccess"], "Disabled", "{tail}");
    }
    let project = client.id("Microsoft.MachineLearningServices/workspaces/airef-project");
    let mut body = client.get(&project).await.is(200).body;
    assert!(body["properties"]["keyVault"].is_string(), "a project shows its hub's vault");
    body["properties"]["description"] = json!("changed");
    client.make(&project, &body).await;
    client.delete(&client.hub()).await.is(400);
}

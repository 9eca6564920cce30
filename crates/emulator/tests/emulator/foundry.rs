//! Foundry accounts and their projects.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, version};

const SERVICES: &str = "Microsoft.CognitiveServices";

/// A body that makes an account.
fn account(name: &str) -> Value {
    json!({
        "location": "eastus", "kind": "AIServices", "sku": { "name": "S0" },
        "identity": { "type": "SystemAssigned" },
        "properties": { "allowProjectManagement": true, "customSubDomainName": name },
    })
}

fn project() -> Value {
    json!({ "location": "eastus", "identity": { "type": "SystemAssigned" }, "properties": {} })
}

#[tokio::test]
async fn a_project_is_named_after_its_account() {
    let client = Client::start().await;
    let id = client.id(&format!("{SERVICES}/accounts/own"));
    client.make(&id, &account("own-domain")).await;
    for (name, first) in [("one", true), ("two", false)] {
        let project_id = format!("{id}/projects/{name}");
        let made = client.put(&project_id, &project()).await.is(201).body;
        assert_eq!(made["id"], json!(project_id));
        assert_eq!(made["name"], format!("own/{name}"));
        assert_eq!(made["kind"], json!("AIServices"));
        assert!(made["identity"]["principalId"].is_string(), "{made:#}");
        let properties = &made["properties"];
        let address = format!("https://own-domain.services.ai.azure.com/api/projects/{name}");
        assert_eq!(properties["endpoints"], json!({ "AI Foundry API": address }));
        assert_eq!(properties["isDefault"], json!(first));
        assert_eq!(properties["internalId"].as_str().map(str::len), Some(32));
        assert_eq!(properties["provisioningState"], json!("Succeeded"));
    }
    let shown = client.get(&id).await.is(200).body;
    assert_eq!(shown["properties"]["defaultProject"], json!("one"));
    assert_eq!(shown["properties"]["associatedProjects"], json!(["one", "two"]));
    let list = client.get(&format!("{id}/projects")).await.is(200).body;
    assert_eq!(list["value"][1]["name"], json!("own/two"));
    assert!(list.get("nextLink").is_none(), "{list:#}");

    client.delete(&format!("{id}/projects/one")).await.is(200);
    client.delete(&format!("{id}/projects/two")).await.is(200);
    let shown = client.get(&id).await.is(200).body;
    assert_eq!(shown["properties"]["associatedProjects"], json!([]));
}

#[tokio::test]
async fn a_text_of_a_project_cannot_be_emptied() {
    let client = Client::start().await;
    let id = client.id(&format!("{SERVICES}/accounts/own"));
    client.make(&id, &account("own")).await;
    let id = format!("{id}/projects/one");
    let mut body = project();
    let made = client.put(&id, &body).await.is(201).body;
    assert!(made["properties"].get("description").is_none(), "{made:#}");
    body["properties"]["description"] = json!("words");
    client.put(&id, &body).await.is(200);
    for change in [json!({ "description": "" }), json!({ "description": null })] {
        let change = json!({ "properties": change });
        let shown = client.patch(&id, &change).await.is(200).body;
        assert_eq!(shown["properties"]["description"], json!("words"));
    }
}

#[tokio::test]
async fn a_project_needs_a_fit_account_that_is_not_busy() {
    let client = Client::start().await;
    let id = client.id(&format!("{SERVICES}/accounts/own"));
    let mut plain = account("own");
    plain["properties"]["allowProjectManagement"] = json!(false);
    client
        .put(&format!("{id}/projects/one"), &project())
        .await
        .refused(404, "ParentResourceNotFound");
    client.make(&id, &plain).await;
    client.put(&format!("{id}/projects/one"), &project()).await.refused(400, "BadRequest");

    client.emulator.hold_operations(true);
    client.put(&id, &account("own")).await.is(200);
    client.put(&format!("{id}/projects/one"), &project()).await.refused(409, "RequestConflict");
}

#[tokio::test]
async fn a_stale_condition_is_refused() {
    let client = Client::start().await;
    let id = client.id(&format!("{SERVICES}/accounts/own"));
    client.make(&id, &account("own")).await;
    let id = format!("{id}/projects/one");
    let made = client.put(&id, &project()).await.is(201);
    assert_eq!(made.body["etag"], json!(made.header("etag")));
    let url = client.url(&id, version(&id));
    let delete =
        async |condition| client.send(Method::DELETE, &url, &[("if-match", condition)], None).await;
    delete("\"stale\"").await.refused(412, "IfMatchPreconditionFailed");
    delete("*").await.is(200);
}

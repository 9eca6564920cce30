//! Private link scopes of Azure Monitor: their resources, and the members of their endpoints.

use emulator::Emulator;
use serde_json::{Value, json};

use crate::client::Client;

const INSIGHTS: &str = "microsoft.insights/components/airef-insights";
const LOGS: &str = "Microsoft.OperationalInsights/workspaces/logs";
const GUID: &str = "00000000-0000-4000-8000-00000000000c";

fn scope(client: &Client) -> String {
    client.id("Microsoft.Insights/privateLinkScopes/ampls")
}

fn body(ingestion: &str) -> Value {
    json!({ "location": "Global", "properties": { "accessModeSettings": {
        "ingestionAccessMode": ingestion, "queryAccessMode": "Open",
    } } })
}

async fn link(client: &Client, name: &str, target: &str) -> String {
    let id = format!("{}/scopedResources/{name}", scope(client));
    client.make(&id, &json!({ "properties": { "linkedResourceId": target } })).await;
    id
}

#[tokio::test]
async fn resource_in_a_scope_cannot_be_deleted() {
    let client = Client::start().await;
    let (insights, logs) = (client.id(INSIGHTS), client.id(LOGS));
    client.make(&scope(&client), &body("PrivateOnly")).await;
    client.make(&logs, &json!({ "location": "eastus", "properties": {} })).await;
    for (name, target, list) in [
        ("insights", &insights, "PrivateLinkScopedResources"),
        ("logs", &logs, "privateLinkScopedResources"),
    ] {
        let before = client.get(target).await.is(200).body;
        assert!(before["properties"][list].is_null(), "{before:#}");
        let id = link(&client, name, target).await;
        let shown = client.get(target).await.is(200).body["properties"][list][0].clone();
        let shown_id = shown["ResourceId"].as_str().or(shown["resourceId"].as_str());
        assert_eq!(shown_id, Some(id.as_str()));
        client.delete(target).await.refused(409, "Conflict");
        client.remove(&id).await;
        client.remove(target).await;
    }
}

#[tokio::test]
async fn scope_refuses_other_resources() {
    let client = Client::start().await;
    let scope = scope(&client);
    client.put(&scope, &body("Closed")).await.is(400);
    client.put(&scope, &json!({ "location": "Global", "properties": {} })).await.is(400);
    let mut excluding = body("Open");
    let exclusion = json!({ "privateEndpointConnectionName": "one" });
    excluding["properties"]["accessModeSettings"]["exclusions"] = json!([exclusion]);
    client.put(&scope, &excluding).await.is(400);
    client.make(&scope, &body("Open")).await;
    let to = |target: &str| json!({ "properties": { "linkedResourceId": target } });
    let entry = format!("{scope}/scopedResources/it");
    let vault = client.id("Microsoft.KeyVault/vaults/airefkv");
    client.put(&entry, &to(&vault)).await.refused(400, "BadRequest");
    client.put(&entry, &to(&client.id(LOGS))).await.refused(404, "ResourceNotFound");
}

#[tokio::test]
async fn endpoint_to_a_scope_serves_all_members() {
    for (cloud, monitor, last) in [
        ("public", "monitor.azure.com", "blob.core.windows.net"),
        ("usgovernment", "monitor.azure.us", "blob.core.usgovcloudapi.net"),
    ] {
        let client = Client::with(Emulator::builder().cloud(cloud)).await;
        let scope = scope(&client);
        client.make(&scope, &body("Open")).await;
        let logs = client.id(LOGS);
        let properties = json!({ "customerId": GUID });
        client.make(&logs, &json!({ "location": "eastus", "properties": properties })).await;
        link(&client, "logs", &logs).await;
        let offered = client.get(&format!("{scope}/privateLinkResources")).await.is(200).body;
        let group = &offered["value"][0]["properties"];
        assert_eq!(group["groupId"], "azuremonitor");
        let members = group["requiredMembers"].as_array().expect("a list");
        assert_eq!(members.len(), 11, "{members:#?}");
        assert!(members.contains(&json!("oms-eastus")), "{members:#?}");
        assert_eq!(group["requiredZoneNames"].as_array().map(Vec::len), Some(5));

        let endpoint = client.network("privateEndpoints/pe-ampls");
        client.make(&endpoint, &client.endpoint(&scope, "azuremonitor")).await;
        let shown = client.get(&endpoint).await.is(200).body;
        let names = shown["properties"]["customDnsConfigs"].to_string();
        for name in [
            format!("global.in.ai.{monitor}"),
            format!("scadvisorcontentpl.{last}"),
            format!("{GUID}.ods.opinsights.azure."),
        ] {
            assert!(names.contains(&name), "{name}: {names}");
        }
        let shown = client.get(&scope).await.is(200).body;
        let connections = shown["properties"]["privateEndpointConnections"].as_array();
        assert_eq!(connections.map(Vec::len), Some(1), "{shown:#}");
    }
    let client = Client::with(Emulator::builder().cloud("china")).await;
    client.make(&scope(&client), &body("Open")).await;
    let endpoint = client.network("privateEndpoints/pe-ampls");
    client.put(&endpoint, &client.endpoint(&scope(&client), "azuremonitor")).await.is(400);
}

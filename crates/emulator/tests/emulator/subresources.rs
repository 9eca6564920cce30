//! What azurerm reads beside a hub's default resources when it imports them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, version};

/// Resource, method, what is read, and a text that must be in the answer.
const READS: [(&str, Method, &str, &str); 9] = [
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
    ("Microsoft.Search/searchServices/airef-search", Method::POST, "listAdminKeys", "/primaryKey"),
    ("Microsoft.Search/searchServices/airef-search", Method::POST, "listQueryKeys", "/value/0/key"),
    (
        "microsoft.insights/components/airef-insights",
        Method::GET,
        "currentbillingfeatures",
        "/DataVolumeCap/Cap",
    ),
];

#[tokio::test]
async fn what_azurerm_reads_is_there() {
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

#[tokio::test]
async fn keys_take_a_right_of_their_own() {
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

//! ARM's protocol: envelopes, ETags, polling, groups, lists, headers.

use reqwest::Method;
use serde_json::json;

use crate::client::{Client, version};

#[tokio::test]
async fn polling_url_must_be_unchanged() {
    let client = Client::start().await;
    let zone = client.network("privateDnsZones/one.example");
    client.emulator.hold_operations(true);
    let accepted = client.put(&zone, &json!({ "location": "global" })).await.is(202);
    for name in ["azure-asyncoperation", "location"] {
        let url = accepted.header(name);
        assert!(url.len() > 1000 && url.contains("&t=") && url.contains("&h="));
        let running = client.send(Method::GET, url, &[], None).await.is(202);
        assert_eq!(running.header("retry-after"), "0");
        let altered = url.replace("&s=", "&s=x");
        client.send(Method::GET, &altered, &[], None).await.is(403);
    }
    client.emulator.hold_operations(false);
    let result = client.send(Method::GET, accepted.header("location"), &[], None).await.is(200);
    assert_eq!(result.body["name"], "one.example");
}

#[tokio::test]
async fn storage_account_is_polled_with_location() {
    let client = Client::start().await;
    let id = client.id("Microsoft.Storage/storageAccounts/another");
    let body =
        json!({ "location": "eastus", "kind": "StorageV2", "sku": { "name": "Standard_LRS" } });
    client.emulator.hold_operations(true);
    let accepted = client.put(&id, &body).await.is(202);
    assert!(accepted.header("location").contains("/asyncoperations/"));
    assert!(accepted.header("location").contains("?monitor=true&"));
    assert_eq!(accepted.header("azure-asyncoperation"), "");
    client.send(Method::GET, accepted.header("location"), &[], None).await.is(202);
    client.emulator.hold_operations(false);
    let end = client.end(accepted).await.is(200);
    assert_eq!(end.body["name"], "another");
}

#[tokio::test]
async fn stale_network_etag_refuses_a_write() {
    let client = Client::start().await;
    let id = client.network("virtualNetworks/vnet-ai/subnets/snet-pe");
    let subnet = client.get(&id).await.is(200);
    let etag = subnet.header("etag").to_owned();
    assert!(etag.starts_with("W/\""));
    let mut body = subnet.body;
    body["properties"]["privateEndpointNetworkPolicies"] = json!("Enabled");
    let url = client.url(&id, version(&id));
    let stale = client.send(Method::PUT, &url, &[("if-match", "W/\"old\"")], Some(&body)).await;
    stale.refused(412, "PreconditionFailed");
    let accepted = client.send(Method::PUT, &url, &[("if-match", &etag)], Some(&body)).await;
    client.end(accepted.is(200)).await;
    let shown = client.get(&id).await;
    assert_eq!(shown.body["properties"]["privateEndpointNetworkPolicies"], "Enabled");
    assert_ne!(shown.header("etag"), etag);
}

#[tokio::test]
async fn network_put_without_subnets_deletes_them() {
    let client = Client::start().await;
    let id = client.network("virtualNetworks/vnet-ai");
    let mut body = client.get(&id).await.is(200).body;
    assert_eq!(body["properties"]["subnets"].as_array().map(Vec::len), Some(3));
    client.patch(&id, &json!({ "tags": { "a": "1" } })).await.is(200);
    let kept = client.get(&id).await.is(200).body;
    assert_eq!(kept["properties"]["subnets"].as_array().map(Vec::len), Some(3));
    client.patch(&id, &json!({ "properties": {} })).await.is(400);
    body["properties"]["subnets"] = json!([]);
    let left = client.make(&id, &body).await;
    assert_eq!(left["properties"]["subnets"], json!([]));
    let outside = json!({ "properties": { "addressPrefix": "10.1.0.0/24" } });
    client.put(&format!("{id}/subnets/x"), &outside).await.is(400);
    let inside = json!({ "properties": { "addressPrefix": "10.0.8.0/24" } });
    client.make(&format!("{id}/subnets/x"), &inside).await;
    let answer = client.put(&format!("{id}/subnets/y"), &inside).await;
    answer.refused(400, "NetcfgSubnetRangesOverlap");
}

#[tokio::test]
async fn resource_group_is_created_listed_and_deleted() {
    let client = Client::start().await;
    let subscription = format!("/subscriptions/{}", client.emulator.subscription);
    let id = format!("{subscription}/resourceGroups/rg-other");
    client.get(&id).await.refused(404, "ResourceGroupNotFound");
    client.put(&id, &json!({ "location": "westus" })).await.is(201);
    client.put(&id, &json!({ "location": "westus", "tags": { "a": "1" } })).await.is(200);
    client.put(&id, &json!({ "location": "eastus" })).await.is(409);
    let head = client.url(&id, "2024-03-01");
    client.send(Method::HEAD, &head, &[], None).await.is(204);
    let zone = format!("{id}/providers/Microsoft.Network/privateDnsZones/one.example");
    client.make(&zone, &json!({ "location": "global" })).await;
    let listed = client.get(&format!("{id}/resources")).await.is(200).body;
    assert_eq!(listed["value"][0]["name"], "one.example");
    let accepted = client.delete(&id).await.is(202);
    client.end(accepted).await.is(200);
    client.get(&zone).await.refused(404, "ResourceGroupNotFound");
    let all = client.get(&format!("{subscription}/resources")).await.is(200).body;
    let filter = "$filter=resourceType eq 'Microsoft.KeyVault/vaults'";
    let vaults = client.get(&format!("{subscription}/resources?{filter}")).await.is(200).body;
    assert_eq!(vaults["value"].as_array().map(Vec::len), Some(1));
    assert!(all["value"].as_array().is_some_and(|list| list.len() > 5));
}

#[tokio::test]
async fn first_requests_of_clients_are_answered() {
    let client = Client::start().await;
    let subscription = format!("/subscriptions/{}", client.emulator.subscription);
    assert_eq!(client.get(&subscription).await.is(200).body["state"], "Enabled");
    client.get("/subscriptions").await.is(200);
    client.get("/tenants").await.is(200);
    client.get("/subscriptions/nope").await.refused(404, "SubscriptionNotFound");
    let provider = client.get(&format!("{subscription}/providers/Microsoft.Network")).await.is(200);
    assert_eq!(provider.body["registrationState"], "Registered");
    let register = format!("{subscription}/providers/Microsoft.Network/register");
    let url = client.url(&register, "2022-09-01");
    client.send(Method::POST, &url, &[], None).await.is(200);
    let listed = client.get(&format!("{subscription}/providers")).await.is(200).body;
    assert!(listed["value"].as_array().is_some_and(|list| list.len() >= 7), "{listed:#}");
    let unknown = format!("{subscription}/providers/Microsoft.Nothing");
    client.get(&unknown).await.refused(404, "InvalidResourceNamespace");
    let permissions = format!("{}/providers/Microsoft.Authorization/permissions", client.hub());
    let permissions = client.get(&permissions).await.is(200).body;
    assert_eq!(permissions["value"][0]["actions"], json!(["*"]));
    let unknown = client.id("Microsoft.Nothing/things/one");
    client.get(&unknown).await.refused(404, "InvalidResourceNamespace");
    let unknown = client.network("things/one");
    client.get(&unknown).await.refused(400, "InvalidResourceType");
}

#[tokio::test]
async fn every_answer_has_arm_headers() {
    let client = Client::start().await;
    let url = client.url(&client.hub(), version(&client.hub()));
    let headers = [("x-ms-client-request-id", "mine"), ("x-ms-correlation-request-id", "together")];
    let answer = client.send(Method::GET, &url, &headers, None).await.is(200);
    assert_eq!(answer.header("x-ms-client-request-id"), "mine");
    assert_eq!(answer.header("x-ms-correlation-request-id"), "together");
    assert!(!answer.header("x-ms-request-id").is_empty());
    let log = client.emulator.requests();
    let last = log.last().expect("a request");
    assert_eq!((last.status, last.correlation.as_str()), (200, "together"));
    assert_eq!(last.api_version.as_deref(), Some(version(&client.hub())));
}

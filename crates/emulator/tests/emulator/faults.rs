//! Faults, from Rust and from the control API.

use emulator::{Fault, FaultKind};
use reqwest::Method;
use serde_json::json;

use crate::client::{Client, version};

#[tokio::test]
async fn status_fault_answers_with_its_status() {
    let client = Client::start().await;
    let fault = Fault::status(429, "TooManyRequests", "Slow down.").retry_after("7");
    client.emulator.fault(fault.method("GET").path("AIREF-HUB").nth(2).count(2));
    client.get(&client.hub()).await.is(200);
    for _ in 0..2 {
        let answer = client.get(&client.hub()).await.refused(429, "TooManyRequests");
        assert_eq!(answer.header("retry-after"), "7");
    }
    client.get(&client.hub()).await.is(200);
    let log = client.emulator.requests();
    assert_eq!(log.iter().filter(|one| one.status == 429).count(), 2);
    assert!(log.iter().any(|one| one.fault.is_some()));
}

#[tokio::test]
async fn reset_after_runs_the_request_and_reset_before_does_not() {
    let client = Client::start().await;
    for (name, kind, there) in [
        ("lost.example", FaultKind::ResetAfter, true),
        ("reset.example", FaultKind::ResetBefore, false),
    ] {
        let zone = client.network(&format!("privateDnsZones/{name}"));
        client.emulator.fault(Fault::new(kind).method("PUT"));
        let url = client.url(&zone, version(&zone));
        let body = json!({ "location": "global" });
        let request = client.request(Method::PUT, &url, &[], Some(&body));
        request.send().await.expect_err("no answer");
        assert_eq!(client.emulator.get(&zone).is_some(), there, "{name}");
        assert_eq!(client.get(&zone).await.status == 200, there, "{name}");
    }
}

#[tokio::test]
async fn truncate_and_garbage_faults_break_bodies() {
    let client = Client::start().await;
    let url = client.url(&client.hub(), version(&client.hub()));
    client.emulator.fault(Fault::new(FaultKind::Truncate));
    let response = client.request(Method::GET, &url, &[], None).send().await;
    let failed = match response {
        Err(_) => true,
        Ok(response) => response.text().await.is_err(),
    };
    assert!(failed, "the body ends in the middle");
    client.emulator.fault(Fault::new(FaultKind::Html { status: 502 }));
    let answer = client.get(&client.hub()).await.is(502);
    assert_eq!(answer.header("content-type"), "text/html");
    client.emulator.fault(Fault::new(FaultKind::ExpiredToken));
    client.get(&client.hub()).await.refused(401, "ExpiredAuthenticationToken");
    client.get(&client.hub()).await.is(200);
}

#[tokio::test]
async fn fail_operation_fault_fails_an_operation() {
    let client = Client::start().await;
    let id = client.network("privateEndpoints/pe");
    client.emulator.fault(Fault::operation("RetryableError", "Again.").method("PUT"));
    let body = client.endpoint(&client.hub(), "amlworkspace");
    let accepted = client.put(&id, &body).await.is(201);
    let end = client.end(accepted).await;
    assert_eq!(end.body["status"], "Failed");
    assert_eq!(end.body["error"]["code"], "RetryableError");
    let left = client.get(&id).await.is(200).body;
    assert_eq!(left["properties"]["provisioningState"], "Failed");
    let repaired = client.make(&id, &body).await;
    assert_eq!(repaired["properties"]["provisioningState"], "Succeeded");

    client.emulator.fault(Fault::operation("Conflict", "Not now.").method("PUT"));
    let zone = client.network("privateDnsZones/one.example");
    let accepted = client.put(&zone, &json!({ "location": "global" })).await;
    assert_eq!(client.end(accepted).await.body["status"], "Failed");
    client.get(&zone).await.is(404);
}

#[tokio::test]
async fn header_fault_replaces_a_header() {
    let client = Client::start().await;
    let vault = client.id("Microsoft.KeyVault/vaults/airefkv");
    let elsewhere = FaultKind::Header {
        name: "Location".to_owned(),
        value: "https://elsewhere.example/it".to_owned(),
    };
    client.emulator.fault(Fault::new(elsewhere).method("PATCH"));
    let tags = json!({ "tags": { "a": "1" } });
    let answer = client.patch(&vault, &tags).await.is(200);
    assert_eq!(answer.header("location"), "https://elsewhere.example/it");
    assert_eq!(answer.body["tags"], tags["tags"]);
    let answer = client.patch(&vault, &tags).await.is(200);
    assert_eq!(answer.header("location"), "");
    // Replaces the header that the answer has without the fault.
    let relative = FaultKind::Header { name: "location".to_owned(), value: "it".to_owned() };
    client.emulator.fault(Fault::new(relative).method("PUT"));
    let zone = client.network("privateDnsZones/one.example");
    let answer = client.put(&zone, &json!({ "location": "global" })).await.is(202);
    assert_eq!(answer.header("location"), "it");
}

#[tokio::test]
async fn fault_can_wait_for_another_request() {
    let client = Client::start().await;
    let (hub, vault) = (client.hub(), client.id("Microsoft.KeyVault/vaults/airefkv"));
    let refused = Fault::status(403, "Forbidden", "No.").method("GET").path("airef-hub");
    client.emulator.fault(refused.after("PATCH", "/vaults/").count(2));
    client.get(&hub).await.is(200);
    client.get(&vault).await.is(200);
    client.patch(&hub, &json!({ "tags": { "a": "1" } })).await;
    client.get(&hub).await.is(200);
    client.patch(&vault, &json!({ "tags": { "a": "1" } })).await.is(200);
    for status in [403, 403, 200] {
        client.get(&hub).await.is(status);
    }
    // The fault does not meet the request that it waits for.
    client.emulator.fault(Fault::status(500, "Broken", "No.").after("GET", "airef-hub"));
    client.get(&hub).await.is(200);
    client.get(&vault).await.is(500);
}

#[tokio::test]
async fn hide_after_create_fault_answers_404_for_some_reads() {
    let client = Client::start().await;
    let zone = client.network("privateDnsZones/one.example");
    client.emulator.fault(Fault::new(FaultKind::HideAfterCreate { reads: 2 }).method("PUT"));
    let accepted = client.put(&zone, &json!({ "location": "global" })).await;
    client.end(accepted).await;
    for status in [404, 404, 200] {
        client.get(&zone).await.is(status);
    }
}

#[tokio::test]
async fn control_api_changes_the_world_like_rust() {
    let client = Client::start().await;
    let post = async |route: &str, body: serde_json::Value| {
        let url = format!("{}/{route}", client.emulator.control);
        let response = client.http.post(url).json(&body).send().await.expect("an answer");
        crate::client::read(response).await
    };
    let order = json!({ "kind": "status", "status": 503, "path": "airef-hub", "retry_after": 3 });
    post("fault", order).await.is(200);
    client.get(&client.hub()).await.is(503);
    post("fault", json!({ "kind": "nonsense" })).await.is(400);
    post("fault", json!({ "kind": "hang", "pth": "x" })).await.is(400);
    post("fault", json!({ "kind": "expired_token", "count": 0 })).await.is(200);
    client.get(&client.hub()).await.is(401);
    post("clear-faults", json!({})).await.is(200);
    let after = json!({ "method": "GET", "path": "airef-hub" });
    let order = json!({ "kind": "header", "name": "X-Odd", "value": "yes", "after": after });
    post("fault", order).await.is(200);
    assert_eq!(client.get(&client.hub()).await.is(200).header("x-odd"), "");
    assert_eq!(client.get(&client.hub()).await.is(200).header("x-odd"), "yes");
    post("fault", json!({ "kind": "header", "name": "X-Odd" })).await.is(400);

    let vault = client.id("Microsoft.KeyVault/vaults/airefkv");
    let change = json!({ "properties": { "publicNetworkAccess": "Disabled" } });
    post("patch", json!({ "id": vault, "body": change })).await.is(200);
    let shown = client.get(&vault).await.is(200).body;
    assert_eq!(shown["properties"]["publicNetworkAccess"], "Disabled");
    post("delete", json!({ "id": vault })).await.is(200);
    client.get(&vault).await.is(404);
    let zone = client.network("privateDnsZones/drift.example");
    post("put", json!({ "id": zone, "body": { "location": "global" } })).await.is(200);
    client.get(&zone).await.is(200);
    let names = ["many-a.example", "many-b.example"];
    let many = names.map(|name| client.network(&format!("privateDnsZones/{name}")));
    let list = many.clone().map(|id| json!({ "id": id, "body": { "location": "global" } }));
    post("put", json!({ "resources": list })).await.is(200);
    for id in many {
        client.get(&id).await.is(200);
    }
    post("put", json!({ "resources": [{ "body": {} }] })).await.is(400);

    post("operations", json!({ "hold": true })).await.is(200);
    let accepted = client.delete(&zone).await.is(202);
    client.get(&zone).await.is(200);
    post("advance", json!({ "seconds": 3600 })).await.is(200);
    client.get(&zone).await.is(200);
    post("operations", json!({ "hold": false })).await.is(200);
    client.end(accepted).await;
    client.get(&zone).await.is(404);

    for route in ["dump", "log", "counters"] {
        let url = format!("{}/{route}", client.emulator.control);
        let response = client.http.get(url).send().await.expect("an answer");
        assert_eq!(response.status(), 200);
    }
}

#[tokio::test]
async fn emulator_stops_despite_a_hanging_request() {
    let client = Client::start().await;
    client.emulator.fault(Fault::new(FaultKind::Hang));
    let url = client.url(&client.hub(), version(&client.hub()));
    let request = client.request(Method::GET, &url, &[], None);
    let hanging = tokio::spawn(async move { request.send().await });
    client.emulator.stop().await.expect("a clean stop");
    assert!(hanging.await.expect("no panic").is_err());
}

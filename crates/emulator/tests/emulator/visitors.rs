//! Addresses under which the emulator answers, and refusal of foreign web pages.

use reqwest::Method;
use serde_json::json;

use crate::client::{Client, read, version};

/// The Azure CLI appends paths to the registered address, including its final slash.
#[tokio::test]
async fn address_can_end_with_a_slash() {
    let client = Client::start().await;
    let base = format!("{}/", client.emulator.base);
    let get =
        async |path: &str| client.send(Method::GET, &format!("{base}{path}"), &[], None).await;
    let document = get("/metadata/endpoints?api-version=2022-09-01").await.is(200).body;
    assert_eq!(document["resourceManager"], json!(base));
    get(&format!("{}?api-version={}", client.hub(), version(&client.hub()))).await.is(200);
    let zone = client.network("privateDnsZones/one.example");
    let url = format!("{base}{zone}?api-version={}", version(&zone));
    let body = json!({ "location": "global" });
    let accepted = client.send(Method::PUT, &url, &[], Some(&body)).await.is(202);
    let poll = accepted.header("azure-asyncoperation").replace(&client.emulator.base, &base);
    client.send(Method::GET, &poll, &[], None).await.is(200);
    get("/_emulator/counters").await.is(200);
}

#[tokio::test]
async fn foreign_pages_are_refused() {
    let client = Client::start().await;
    let (base, host) = (client.emulator.base.clone(), client.emulator.host.clone());
    let vault = client.id("Microsoft.KeyVault/vaults/airefkv");
    let arm = client.url(&vault, version(&vault));
    let fault = format!("{base}/_emulator/clear-faults");
    let token = format!("{base}/{}/oauth2/v2.0/token", client.emulator.tenant);
    for (headers, code) in [
        (vec![("origin", "https://evil.example")], "ForeignOrigin"),
        (vec![("origin", "null")], "ForeignOrigin"),
        (vec![("origin", "http://localhost:3000")], "ForeignOrigin"),
        (vec![("host", "evil.example")], "ForeignHost"),
        (vec![("host", "localhost.evil.example:443")], "ForeignHost"),
        (vec![("host", "evil.example"), ("origin", "https://evil.example")], "ForeignHost"),
    ] {
        for (method, url) in [
            (Method::GET, &arm),
            (Method::PUT, &arm),
            (Method::POST, &fault),
            (Method::POST, &token),
        ] {
            let answer = client.send(method, url, &headers, Some(&json!({}))).await;
            answer.refused(403, code);
        }
    }
    assert!(client.emulator.get(&vault).is_some());
    let own = [("host", &*host), ("origin", &*base)];
    client.send(Method::GET, &arm, &own, None).await.is(200);
    let ordered = client.http.post(&fault).header("origin", &base).send().await;
    read(ordered.expect("an answer")).await.is(200);
    for host in ["127.0.0.1:1", "[::1]:1", "192.0.2.1", "LOCALHOST", "it.localhost"] {
        client.send(Method::GET, &arm, &[("host", host)], None).await.is(200);
    }
}

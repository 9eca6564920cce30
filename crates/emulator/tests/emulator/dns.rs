//! Private DNS: zones, links, records.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, version};

fn link(network: &str, registers: bool) -> Value {
    json!({ "location": "global", "properties": {
        "virtualNetwork": { "id": network }, "registrationEnabled": registers,
    } })
}

#[tokio::test]
async fn failed_precondition_fails_the_operation() {
    let client = Client::start().await;
    let zone = client.network("privateDnsZones/One.Example");
    let made = client.make(&zone, &json!({ "location": "global" })).await;
    assert_eq!(made["name"], "one.example");
    let url = client.url(&zone, version(&zone));
    let body = json!({ "location": "global", "tags": { "a": "1" } });
    for header in [("if-none-match", "*"), ("if-match", "\"other\"")] {
        let accepted = client.send(Method::PUT, &url, &[header], Some(&body)).await.is(202);
        assert_eq!(accepted.body, json!({}));
        let end = client.end(accepted).await;
        assert_eq!(end.body["status"], "Failed");
        assert_eq!(end.body["error"]["code"], "PreconditionFailed");
    }
    let etag = made["etag"].as_str().expect("an etag");
    for header in [("if-match", etag), ("if-match", "")] {
        let accepted = client.send(Method::PUT, &url, &[header], Some(&body)).await.is(202);
        assert_eq!(client.end(accepted).await.body["status"], "Succeeded");
    }
    client.put(&zone, &json!({ "location": "eastus" })).await.is(409);
    client.put(&client.network("privateDnsZones/single"), &body).await.is(400);
}

#[tokio::test]
async fn tags_that_differ_in_case_keep_the_existing_name() {
    let client = Client::start().await;
    let zone = client.network("privateDnsZones/tags.example");
    for (asked, kept) in [
        (json!({"Team": "a", "x": "1"}), json!({"Team": "a", "x": "1"})),
        (json!({"TEAM": "b"}), json!({"Team": "b"})),
        (json!({"TEAM": "d", "team": "d"}), json!({"Team": "d"})),
    ] {
        let made = client.make(&zone, &json!({"location": "global", "tags": asked})).await;
        assert_eq!(made["tags"], kept);
    }
    let patched = client.patch(&zone, &json!({"tags": {"team": "c"}})).await;
    client.end(patched).await;
    assert_eq!(client.get(&zone).await.is(200).body["tags"], json!({"Team": "c"}));
}

#[tokio::test]
async fn overlapping_links_are_refused_and_a_link_keeps_its_zone() {
    let client = Client::start().await;
    let network = client.network("virtualNetworks/vnet-ai");
    let zone = client.network("privateDnsZones/privatelink.one.example");
    client.make(&zone, &json!({ "location": "global" })).await;
    let first = format!("{zone}/virtualNetworkLinks/first");
    let made = client.make(&first, &link(&network, false)).await;
    assert_eq!(made["properties"]["virtualNetworkLinkState"], "Completed");
    assert_eq!(made["properties"]["resolutionPolicy"], "Default");
    assert!(made["etag"].as_str().is_some_and(|etag| etag.starts_with('"')));

    let second = format!("{zone}/virtualNetworkLinks/second");
    let accepted = client.put(&second, &link(&network, false)).await.is(202);
    let end = client.end(accepted).await;
    assert_eq!(end.body["error"]["code"], "BadRequest");
    assert!(end.body.to_string().contains("overlapping namespaces"));
    client.get(&second).await.refused(404, "ResourceNotFound");

    client.delete(&zone).await.refused(409, "CannotDeleteResource");
    let old = client.url(&first, "2020-06-01");
    let mut body = link(&network, false);
    body["properties"]["resolutionPolicy"] = json!("NxDomainRedirect");
    client.send(Method::PUT, &old, &[], Some(&body)).await.is(400);
    let shown = client.send(Method::GET, &old, &[], None).await.is(200).body;
    assert!(shown["properties"]["resolutionPolicy"].is_null());
    let made = client.make(&first, &body).await;
    assert_eq!(made["properties"]["resolutionPolicy"], "NxDomainRedirect");
    client.remove(&first).await;
    client.remove(&zone).await;
}

#[tokio::test]
async fn network_has_one_registration_zone() {
    let client = Client::start().await;
    let network = client.network("virtualNetworks/vnet-ai");
    for (name, good) in [("a.example", true), ("b.example", false)] {
        let zone = client.network(&format!("privateDnsZones/{name}"));
        client.make(&zone, &json!({ "location": "global" })).await;
        let id = format!("{zone}/virtualNetworkLinks/link");
        let accepted = client.put(&id, &link(&network, true)).await.is(202);
        let end = client.end(accepted).await;
        let status = if good { "Succeeded" } else { "Failed" };
        assert_eq!(end.body["status"], status, "{:#}", end.body);
        let mut policy = link(&network, false);
        policy["properties"]["resolutionPolicy"] = json!("Default");
        client.put(&id, &policy).await.is(400);
    }
}

#[tokio::test]
async fn records_are_listed_in_pages() {
    let client = Client::start().await;
    let zone = client.network("privateDnsZones/one.example");
    client.make(&zone, &json!({ "location": "global" })).await;
    for index in 0..5 {
        let id = format!("{zone}/A/Host{index}");
        let body = json!({ "properties": {
            "ttl": 60, "aRecords": [{ "ipv4Address": format!("10.0.0.{index}") }],
        } });
        let made = client.put(&id, &body).await.is(201).body;
        assert_eq!(made["name"], format!("host{index}"));
        assert_eq!(made["properties"]["fqdn"], format!("host{index}.one.example."));
    }
    let soa = client.get(&format!("{zone}/SOA/@")).await.is(200).body;
    assert_eq!(soa["properties"]["soaRecord"]["minimumTtl"], json!(10));
    client.delete(&format!("{zone}/SOA/@")).await.is(400);

    let mut url = client.url(&format!("{zone}/ALL?$top=4"), version(&zone));
    let mut names = Vec::new();
    loop {
        let page = client.send(Method::GET, &url, &[], None).await.is(200).body;
        let list = page["value"].as_array().expect("a list");
        assert!(list.len() <= 4);
        names.extend(list.iter().map(|one| one["name"].clone()));
        match page["nextLink"].as_str() {
            Some(next) => url = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(names.len(), 6);
    let bad = json!({ "properties": { "ttl": 60, "aRecords": [{ "ipv4Address": "x" }] } });
    client.put(&format!("{zone}/A/bad"), &bad).await.is(400);
    client.get(&format!("{zone}/A/bad")).await.refused(404, "NotFound");
    let url = client.url(&format!("{zone}/A/host1"), version(&zone));
    let body = json!({ "properties": { "ttl": 1 } });
    let answer = client.send(Method::PUT, &url, &[("if-none-match", "*")], Some(&body)).await;
    answer.refused(412, "PreconditionFailed");
}

#[tokio::test]
async fn slashes_are_escaped() {
    let client = Client::start().await;
    let zone = client.network("privateDnsZones/one.example");
    client.make(&zone, &json!({ "location": "global" })).await;
    let url = client.url(&zone, version(&zone));
    let response = client.request(Method::GET, &url, &[], None).send().await.expect("an answer");
    let text = response.text().await.expect("text");
    assert!(text.contains(r"\/subscriptions\/"), "{text}");
}

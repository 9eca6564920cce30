//! More faults: changes by other clients, stale reads, and faults that meet every n-th or a random
//! request.

use emulator::{Fault, FaultKind};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, Client, read, version};

const STORAGE: &str = "Microsoft.Storage/storageAccounts/airefstorage";

fn flag(value: &str) -> Value {
    json!({ "properties": { "publicNetworkAccess": value } })
}

async fn order(client: &Client, fault: &Value) -> Answer {
    let url = format!("{}/fault", client.emulator.control);
    read(client.http.post(url).json(fault).send().await.expect("an answer")).await
}

#[tokio::test]
async fn retry_after_can_be_a_date() {
    let client = Client::start().await;
    let fault = Fault::status(429, "TooManyRequests", "Slow down.").retry_after("30").as_date();
    client.emulator.fault(fault);
    let answer = client.get(&client.hub()).await.refused(429, "TooManyRequests");
    let until = httpdate::parse_http_date(answer.header("retry-after")).expect("a date");
    let left = until.duration_since(std::time::SystemTime::now()).expect("in the future");
    assert!((20..=30).contains(&left.as_secs()), "{left:?}");
}

#[tokio::test]
async fn garbage_fault_breaks_the_json() {
    let client = Client::start().await;
    let storage = client.id(STORAGE);
    client.emulator.fault(Fault::new(FaultKind::Garbage).method("PATCH"));
    let url = client.url(&storage, version(&storage));
    let change = flag("Disabled");
    let request = client.request(Method::PATCH, &url, &[], Some(&change));
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    let text = response.text().await.expect("a body");
    serde_json::from_str::<Value>(&text).expect_err("no JSON");
    let shown = client.get(&storage).await.is(200).body;
    assert_eq!(shown["properties"]["publicNetworkAccess"], "Disabled", "the request ran");
}

#[tokio::test]
async fn never_end_fault_keeps_an_operation_running() {
    let client = Client::start().await;
    let id = client.network("privateEndpoints/pe");
    client.emulator.fault(Fault::new(FaultKind::NeverEnd).method("PUT"));
    let accepted = client.put(&id, &client.endpoint(&client.hub(), "amlworkspace")).await.is(201);
    client.emulator.advance(1e9);
    let url = accepted.header("azure-asyncoperation");
    let running = client.send(Method::GET, url, &[], None).await.is(200);
    assert_eq!(running.body["status"], "InProgress");
    client.remove(&id).await;
}

#[tokio::test]
async fn stale_reads_fault_shows_the_old_resource() {
    let client = Client::start().await;
    let storage = client.id(STORAGE);
    client.emulator.fault(Fault::new(FaultKind::StaleReads { reads: 2 }).method("PATCH"));
    let told = client.patch(&storage, &flag("Disabled")).await.is(200).body;
    assert_eq!(told["properties"]["publicNetworkAccess"], "Disabled", "the answer is not stale");
    let list = client.id("Microsoft.Storage/storageAccounts");
    let listed = client.get(&list).await.is(200).body;
    assert_eq!(listed["value"][0]["properties"]["publicNetworkAccess"], "Enabled");
    for value in ["Enabled", "Enabled", "Disabled"] {
        let shown = client.get(&storage).await.is(200).body;
        assert_eq!(shown["properties"]["publicNetworkAccess"], value);
    }
}

#[tokio::test]
async fn change_by_another_client_comes_first() {
    let client = Client::start().await;
    let subnet = client.network("virtualNetworks/vnet-ai/subnets/snet-pe");
    let read = client.get(&subnet).await.is(200);
    let url = client.url(&subnet, version(&subnet));
    let guard = [("if-match", read.header("etag"))];
    client.emulator.fault(Fault::new(FaultKind::EtagConflict).method("PUT"));
    let answer = client.send(Method::PUT, &url, &guard, Some(&read.body)).await;
    answer.refused(412, "PreconditionFailed");

    let zone = client.network("privateDnsZones/one.example");
    client.make(&zone, &json!({ "location": "global" })).await;
    let read = client.get(&zone).await.is(200);
    let url = client.url(&zone, version(&zone));
    let guard = [("if-match", read.header("etag"))];
    client.emulator.fault(Fault::new(FaultKind::EtagConflict).method("PUT"));
    let body = json!({ "location": "global", "tags": { "a": "1" } });
    let accepted = client.send(Method::PUT, &url, &guard, Some(&body)).await.is(202);
    let end = client.end(accepted).await;
    assert_eq!(end.body["error"]["code"], "PreconditionFailed", "private DNS fails the operation");

    let storage = client.id(STORAGE);
    let kind = FaultKind::Change { id: storage.clone(), change: flag("Disabled") };
    client.emulator.fault(Fault::new(kind).path("airefstorage").nth(2));
    for value in ["Enabled", "Disabled", "Disabled"] {
        let shown = client.get(&storage).await.is(200).body;
        assert_eq!(shown["properties"]["publicNetworkAccess"], value);
    }
    client.emulator.fault(Fault::new(FaultKind::Delete { id: storage.clone() }).method("PATCH"));
    client.patch(&storage, &flag("Enabled")).await.is(404);
    let kind = FaultKind::Change { id: storage.clone(), change: json!({}) };
    client.emulator.fault(Fault::new(kind));
    client.get(&storage).await.refused(500, "FaultToOrder");
}

#[tokio::test]
async fn add_fault_adds_to_a_list() {
    let client = Client::start().await;
    let storage = client.id(STORAGE);
    let rule = |value: &str| json!({ "value": value, "action": "Allow" });
    let list = "/properties/networkAcls/ipRules".to_owned();
    for value in ["203.0.113.1", "203.0.113.2", "203.0.113.2"] {
        let (id, list, entry) = (storage.clone(), list.clone(), rule(value));
        client.emulator.fault(Fault::new(FaultKind::Add { id, list, entry }));
        client.get(&storage).await.is(200);
    }
    let shown = client.get(&storage).await.is(200).body;
    assert_eq!(shown.pointer(&list), Some(&json!([rule("203.0.113.1"), rule("203.0.113.2")])));
    let (id, entry) = (storage.clone(), json!("x"));
    client.emulator.fault(Fault::new(FaultKind::Add { id, list: "/name".to_owned(), entry }));
    client.get(&storage).await.refused(500, "FaultToOrder");
}

/// A change by another client comes before the request, and a failure meets the request itself.
#[tokio::test]
async fn change_and_failure_meet_one_request() {
    let client = Client::start().await;
    let zone = client.network("privateDnsZones/z.example");
    let theirs = json!({ "location": "global", "tags": { "owner": "them" } });
    let order = |kind| client.emulator.fault(Fault::new(kind).method("PUT"));
    order(FaultKind::Put { id: zone.clone(), body: theirs });
    order(FaultKind::ResetBefore);
    let url = client.url(&zone, version(&zone));
    let new = [("if-none-match", "*")];
    let body = json!({ "location": "global", "tags": { "owner": "us" } });
    let sent = client.http.put(&url).bearer_auth(client.token.clone()).json(&body).send().await;
    assert!(sent.is_err(), "the connection was reset");
    let accepted = client.send(Method::PUT, &url, &new, Some(&body)).await.is(202);
    assert_eq!(client.end(accepted).await.body["error"]["code"], "PreconditionFailed");
    client.emulator.fault(Fault::operation("RetryableError", "Later.").method("PUT"));
    let accepted = client.send(Method::PUT, &url, &new, Some(&body)).await.is(202);
    let end = client.end(accepted).await;
    assert_eq!(
        end.body["error"]["code"], "RetryableError",
        "the fault comes before the emulator's own error"
    );
    assert_eq!(client.get(&zone).await.is(200).body["tags"]["owner"], "them");
}

/// Returns which of 40 reads a fault met.
async fn met(client: &Client) -> Vec<usize> {
    let mut met = Vec::new();
    for number in 1..=40 {
        if client.get(&client.hub()).await.status == 503 {
            met.push(number);
        }
    }
    client.emulator.clear_faults();
    met
}

#[tokio::test]
async fn faults_meet_every_nth_or_a_random_request() {
    let fault = || Fault::status(503, "ServerBusy", "Busy.").path("airef-hub");
    let client = Client::start().await;
    client.emulator.fault(fault().every(10));
    assert_eq!(met(&client).await, [10, 20, 30, 40]);
    client.emulator.fault(fault().every(10).nth(6).count(2));
    assert_eq!(met(&client).await, [15, 25]);

    client.emulator.fault(fault().chance(0.2, 7));
    let first = met(&client).await;
    assert!((3..=15).contains(&first.len()), "{first:?}");
    let other = Client::start().await;
    other.emulator.fault(fault().chance(0.2, 7));
    assert_eq!(met(&other).await, first, "one seed results in equal faults");
    other.emulator.fault(fault().chance(0.2, 8));
    assert_ne!(met(&other).await, first, "another seed results in other faults");
    other.emulator.fault(fault().chance(0.0, 1));
    assert!(met(&other).await.is_empty());
}

#[tokio::test]
async fn control_api_accepts_every_kind_of_fault() {
    let client = Client::start().await;
    let (storage, hub) = (client.id(STORAGE), client.hub());
    for fault in [
        json!({ "kind": "status", "status": 429, "retry_after": 3, "as_date": true }),
        json!({ "kind": "reset_before" }),
        json!({ "kind": "reset_after" }),
        json!({ "kind": "hang" }),
        json!({ "kind": "delay", "milliseconds": 1 }),
        json!({ "kind": "truncate" }),
        json!({ "kind": "garbage" }),
        json!({ "kind": "html", "status": 504 }),
        json!({ "kind": "fail_operation", "code": "RetryableError" }),
        json!({ "kind": "never_end" }),
        json!({ "kind": "expired_token" }),
        json!({ "kind": "hide_after_create", "reads": 2 }),
        json!({ "kind": "stale_reads", "reads": 2 }),
        json!({ "kind": "etag_conflict" }),
        json!({ "kind": "change", "id": storage, "body": flag("Disabled") }),
        json!({ "kind": "add", "id": storage, "list": "/properties/list", "body": 1 }),
        json!({ "kind": "delete", "id": storage }),
        json!({ "kind": "status", "every": 7 }),
        json!({ "kind": "status", "rate": 0.05, "seed": 1, "count": 3 }),
    ] {
        order(&client, &fault).await.is(200);
    }
    client.emulator.clear_faults();
    for fault in [
        json!({ "kind": "delay" }),
        json!({ "kind": "stale_reads" }),
        json!({ "kind": "change" }),
        json!({ "kind": "add", "id": storage }),
        json!({ "kind": "status", "status": 99 }),
        json!({ "kind": "status", "rate": 2 }),
        json!({ "kind": "status", "nth": "x" }),
        json!([]),
    ] {
        order(&client, &fault).await.is(400);
    }
    order(&client, &json!({ "kind": "status", "status": 500, "every": 2 })).await.is(200);
    for status in [200, 500, 200, 500] {
        client.get(&hub).await.is(status);
    }
}

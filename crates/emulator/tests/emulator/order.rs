//! Options of ARM's strictness and limits: rate limits, pages, loose bodies, contention in subnets.

use emulator::{Emulator, Limit, Limits};
use serde_json::{Value, json};

use crate::client::{Client, read};

const READS: &str = "x-ms-ratelimit-remaining-subscription-reads";

#[tokio::test]
async fn rate_limit_counts_down_and_refills() {
    let few = Limit { burst: 3, per_second: 0.1 };
    let limits = Limits { reads: few, writes: few, deletes: few };
    let client = Client::with(Emulator::builder().limits(limits)).await;
    let hub = client.hub();
    for left in ["2", "1", "0"] {
        let answer = client.get(&hub).await.is(200);
        assert_eq!(answer.header(READS), left);
    }
    let answer = client.get(&hub).await.refused(429, "SubscriptionRequestsThrottled");
    assert_eq!(answer.header(READS), "0");
    assert_eq!(answer.header("x-ms-ratelimit-remaining-subscription-global-reads"), "42");
    let seconds: f64 = answer.header("retry-after").parse().expect("seconds");
    assert!((9.0..=10.0).contains(&seconds), "{seconds}");
    let text = answer.body["error"]["message"].as_str().expect("words");
    assert!(text.contains("Number of 'read' requests for subscription"), "{text}");

    // Each class has its own bucket.
    let tags = json!({ "tags": { "a": "1" } });
    let answer = client.patch(&client.id("Microsoft.KeyVault/vaults/airefkv"), &tags).await.is(200);
    assert_eq!(answer.header("x-ms-ratelimit-remaining-subscription-writes"), "2");
    let answer = client.delete(&client.network("privateEndpoints/none")).await.is(204);
    assert_eq!(answer.header("x-ms-ratelimit-remaining-subscription-deletes"), "2");

    client.emulator.advance(seconds);
    client.get(&hub).await.is(200);
    client.get(&hub).await.is(429);
    client.emulator.limit(Limits::azure());
    assert_eq!(client.get(&hub).await.is(200).header(READS), "249");
    // A refused request takes no token. Without a refill, a slow machine does not change the count.
    let reads = Limit { burst: 250, per_second: 0.0 };
    client.emulator.limit(Limits { reads, ..Limits::azure() });
    assert_eq!(client.get(&hub).await.is(200).header(READS), "249");
    let url = client.url(&hub, "2025-06-01");
    let refused = client.http.get(url).send().await.expect("an answer");
    assert_eq!((refused.status().as_u16(), refused.headers().contains_key(READS)), (401, false));
    assert_eq!(client.get(&hub).await.is(200).header(READS), "248");
}

#[tokio::test]
async fn default_rate_limit_is_not_reached() {
    let client = Client::start().await;
    let left: u32 = client.get(&client.hub()).await.header(READS).parse().expect("a number");
    assert!(left > 90_000);
    let next: u32 = client.get(&client.hub()).await.header(READS).parse().expect("a number");
    assert!(next > 90_000);
}

/// Returns every collection with more than one entry in this world.
async fn collections(client: &Client) -> Vec<String> {
    let zone = client.network("privateDnsZones/one.example");
    client.make(&zone, &json!({ "location": "global" })).await;
    let other = client.network("privateDnsZones/two.example");
    client.make(&other, &json!({ "location": "global" })).await;
    for name in ["a", "b"] {
        let body =
            json!({ "properties": { "ttl": 1, "aRecords": [{ "ipv4Address": "10.0.0.1" }] } });
        client.make(&format!("{zone}/A/{name}"), &body).await;
        let id = client.network(&format!("privateEndpoints/pe-{name}"));
        client.make(&id, &client.endpoint(&client.hub(), "amlworkspace")).await;
    }
    let subscription = format!("/subscriptions/{}", client.emulator.subscription);
    let group = format!("{subscription}/resourceGroups/rg-other");
    client.put(&group, &json!({ "location": "eastus" })).await.is(201);
    vec![
        client.network("privateDnsZones"),
        client.network("privateEndpoints"),
        client.network("networkInterfaces"),
        client.network("virtualNetworks/vnet-ai/subnets"),
        format!("{zone}/A"),
        format!("{zone}/ALL"),
        client.id("Microsoft.MachineLearningServices/workspaces"),
        format!("{}/connections", client.hub()),
        format!("{}/privateEndpointConnections", client.hub()),
        format!("{subscription}/resourcegroups"),
        format!("{subscription}/resources"),
        format!("{}/resources", client.emulator.group_id()),
        format!("{subscription}/providers/Microsoft.Network/privateEndpoints"),
    ]
}

async fn names(client: &Client, collection: &str) -> (usize, Vec<Value>) {
    let mut list = client.get(collection).await.is(200).body;
    let (mut pages, mut names) = (1, Vec::new());
    loop {
        let entries = list["value"].as_array().expect("a list").iter();
        names.extend(entries.map(|entry| entry["id"].clone()));
        let Some(next) = list["nextLink"].as_str() else { return (pages, names) };
        assert!(next.starts_with(&client.emulator.base), "{next}");
        list = client.send(reqwest::Method::GET, next, &[], None).await.is(200).body;
        pages += 1;
    }
}

#[tokio::test]
async fn every_list_has_pages() {
    let client = Client::start().await;
    for collection in collections(&client).await {
        let (pages, whole) = names(&client, &collection).await;
        assert_eq!(pages, 1, "{collection}");
        assert!(whole.len() > 1, "{collection}");
        let url = format!("{}/manners", client.emulator.control);
        let order = |size: u32| client.http.post(&url).json(&json!({ "page_size": size }));
        order(1).send().await.expect("an answer");
        let (pages, one_by_one) = names(&client, &collection).await;
        assert_eq!((pages, &one_by_one), (whole.len(), &whole), "{collection}");
        order(0).send().await.expect("an answer");
        let (pages, two_by_two) = names(&client, &format!("{collection}?$top=2")).await;
        assert_eq!((pages, &two_by_two), (whole.len().div_ceil(2), &whole), "{collection}");
    }
    let list = client.network("privateEndpoints");
    client.get(&format!("{list}?$top=x")).await.refused(400, "InvalidQueryParameter");
    let client = Client::with(Emulator::builder().page_size(1)).await;
    let subnets = client.network("virtualNetworks/vnet-ai/subnets");
    assert_eq!(names(&client, &subnets).await.0, 3);
}

#[tokio::test]
async fn loose_body_drops_unknown_properties_with_a_warning() {
    let client = Client::with(Emulator::builder().loose(true)).await;
    let id = client.network("privateEndpoints/pe");
    let mut body = client.endpoint(&client.hub(), "amlworkspace");
    body["notAName"] = json!(1);
    body["properties"]["notAProperty"] = json!(1);
    body["properties"]["privateLinkServiceConnections"][0]["deep"] = json!(1);
    let accepted = client.put(&id, &body).await.is(201);
    let warning = accepted.header("x-ms-emulator-warning");
    for name in ["notAName", "properties.notAProperty", "privateLinkServiceConnections[0].deep"] {
        assert!(warning.contains(name), "{name} in {warning}");
    }
    client.end(accepted).await;
    let shown = client.get(&id).await.is(200);
    assert!(!shown.body.to_string().contains("notA"), "{:#}", shown.body);
    assert_eq!(shown.header("x-ms-emulator-warning"), "");
    // Wrong values are refused nevertheless.
    body["location"] = json!(7);
    client.put(&id, &body).await.is(400);
}

#[tokio::test]
async fn contention_refuses_a_second_endpoint_in_a_subnet() {
    for contention in [false, true] {
        let builder = Emulator::builder().operation_seconds(60.0).subnet_contention(contention);
        let client = Client::with(builder).await;
        let body = client.endpoint(&client.hub(), "amlworkspace");
        let (one, two) =
            (client.network("privateEndpoints/one"), client.network("privateEndpoints/two"));
        let subnet = client.network("virtualNetworks/vnet-ai/subnets/snet-pe");
        let shown = client.get(&subnet).await.is(200).body;
        client.put(&one, &body).await.is(201);
        if !contention {
            client.put(&two, &body).await.is(201);
            client.put(&subnet, &shown).await.is(200);
            continue;
        }
        let answer = client.put(&two, &body).await.refused(429, "RetryableError");
        let detail = &answer.body["error"]["details"][0];
        assert_eq!(detail["code"], "ReferencedResourceNotProvisioned");
        assert!(detail["message"].as_str().is_some_and(|text| text.contains(&subnet)));
        assert_eq!(answer.header("retry-after"), "10");
        let answer = client.put(&subnet, &shown).await.refused(429, "RetryableError");
        let detail = &answer.body["error"]["details"][0];
        assert_eq!(detail["code"], "RetryableErrorDueToAnotherOperation");
        client.emulator.advance(61.0);
        client.put(&two, &body).await.is(201);
    }
}

#[tokio::test]
async fn write_of_a_subnet_refuses_its_endpoints() {
    let client = Client::with(Emulator::builder().operation_seconds(60.0)).await;
    let subnet = client.network("virtualNetworks/vnet-ai/subnets/snet-pe");
    let shown = client.get(&subnet).await.is(200).body;
    client.put(&subnet, &shown).await.is(200);
    let id = client.network("privateEndpoints/pe");
    let answer = client.put(&id, &client.endpoint(&client.hub(), "amlworkspace")).await;
    let answer = answer.refused(429, "RetryableError");
    let detail = &answer.body["error"]["details"][0];
    assert_eq!(detail["code"], "ReferencedResourceNotProvisioned");
    let other = client.network("virtualNetworks/vnet-ai/subnets/snet-other");
    let shown = client.get(&other).await.is(200).body;
    client.put(&other, &shown).await.refused(409, "AnotherOperationInProgress");
}

#[tokio::test]
async fn control_api_sets_manners() {
    let client = Client::start().await;
    let post = async |body: Value| {
        let url = format!("{}/manners", client.emulator.control);
        read(client.http.post(url).json(&body).send().await.expect("an answer")).await
    };
    let manners = json!({
        "page_size": 2, "loose": true, "subnet_contention": true, "record_seconds": 1.5,
        "adds_identities": true, "link_release_seconds": "never", "account_race_seconds": 3.5,
        "account_race_in_operation": true, "host_seconds": 4.5, "role_seconds": 5.5,
        "host_roles": "awaited", "host_rules": "required", "rule_seconds": 6.5,
    });
    assert_eq!(post(manners.clone()).await.is(200).body, manners);
    post(json!({ "limits": { "reads": { "burst": 1, "per_second": 0 } } })).await.is(200);
    client.get(&client.hub()).await.is(200);
    let answer = client.get(&client.hub()).await.is(429);
    assert_eq!(answer.header("retry-after"), "60");
    post(json!({ "limits": { "reads": { "burst": -1 } } })).await.is(400);
    post(json!({ "strict": true })).await.is(400);
    post(json!({ "host_roles": "loved" })).await.is(400);
    post(json!({ "host_rules": "loved" })).await.is(400);
}

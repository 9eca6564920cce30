//! Behavior that all types share.

pub(crate) mod cases;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, version};

use cases::{Case, case, cases, cosmos, east, monitor_scope};

/// Returns the resources that come with another one: the connections of an endpoint's targets, and
/// the SOA record of a zone.
async fn attended(client: &Client) -> Vec<Case> {
    // Rejected, because Storage does not approve twice (recorded).
    let rejected = json!({ "properties": { "privateLinkServiceConnectionState": {
        "status": "Rejected", "description": "by law",
    } } });
    let mut cases = Vec::new();
    let account = "Microsoft.DocumentDB/databaseAccounts/attended";
    client.make(&client.id(account), &cosmos()).await;
    let scope = "Microsoft.Insights/privateLinkScopes/attended";
    client.make(&client.id(scope), &monitor_scope()).await;
    let more = [(account, "Sql"), (scope, "azuremonitor")];
    let targets = crate::endpoint::TARGETS.into_iter().chain(more);
    for (index, (target, group)) in targets.enumerate() {
        let target = client.id(target);
        let id = client.network(&format!("privateEndpoints/pe-attended-{index}"));
        client.make(&id, &client.endpoint(&target, group)).await;
        let list = client.get(&format!("{target}/privateEndpointConnections")).await.is(200).body;
        let id = list["value"][0]["id"].as_str().expect("an ID").to_owned();
        cases.push(Case { there: true, ..case(id, rejected.clone()) });
    }
    let zone = client.network("privateDnsZones/attended.example");
    client.make(&zone, &json!({ "location": "global" })).await;
    let soa = json!({ "properties": { "ttl": 60, "soaRecord": { "email": "a.example" } } });
    let patch = json!({ "properties": { "ttl": 61 } });
    cases.push(Case { patch, there: true, ..case(format!("{zone}/SOA/@"), soa) });
    cases
}

#[tokio::test]
async fn every_type_has_the_common_behavior() {
    let client = Client::start().await;
    let cases = cases(&client);
    for case in &cases {
        keeps_the_law(&client, case).await;
    }
    // Parents come before their children in the list, so the order is reversed.
    for case in cases.iter().rev() {
        client.remove(&case.id).await;
        client.delete(&case.id).await.is(204);
    }
}

#[tokio::test]
async fn dependent_resources_have_the_common_behavior() {
    let client = Client::start().await;
    for case in &attended(&client).await {
        keeps_the_law(&client, case).await;
        if case.id.contains("/SOA/") {
            client.delete(&case.id).await.is(400);
            continue;
        }
        client.remove(&case.id).await;
        client.delete(&case.id).await.is(204);
    }
}

/// Returns the types of the table of targets.
fn table() -> Vec<&'static str> {
    let lines = include_str!("../../src/resource_types/targets.tsv").lines().skip(1);
    let mut types: Vec<&str> = lines.filter_map(|line| line.split('\t').next()).collect();
    types.dedup();
    types
}

/// Every target of the table can be created, read, changed, deleted, and connected to.
#[tokio::test]
async fn every_target_of_the_table_has_the_common_behavior() {
    let client = Client::start().await;
    for (index, ty) in table().into_iter().enumerate() {
        let case = case(client.id(&format!("{ty}/law{index}")), east(&json!({ "any": 1 })));
        let made = client.make(&case.id, &case.body).await;
        assert_eq!(made["type"], json!(ty));
        reads(&client, &case, &made).await;
        changes(&client, &case).await;
        let offered = client.get(&format!("{}/privateLinkResources", case.id)).await.is(200).body;
        if let Some(group) = offered["value"][0]["properties"]["groupId"].as_str() {
            let endpoint = client.network(&format!("privateEndpoints/law{index}"));
            client.make(&endpoint, &client.endpoint(&case.id, group)).await;
            let connections = format!("{}/privateEndpointConnections", case.id);
            let listed = client.get(&connections).await.is(200).body;
            let connection = listed["value"][0]["id"].as_str().expect("a connection").to_owned();
            let rejected = json!({ "properties": { "privateLinkServiceConnectionState": {
                "status": "Rejected", "description": "by law",
            } } });
            client.make(&connection, &rejected).await;
            let shown = client.get(&endpoint).await.is(200).body;
            let state = shown.pointer(
                "/properties/privateLinkServiceConnections/0/properties/\
                 privateLinkServiceConnectionState/status",
            );
            assert_eq!(state, Some(&json!("Rejected")), "{ty}");
            client.remove(&endpoint).await;
        }
        client.remove(&case.id).await;
        client.delete(&case.id).await.is(204);
    }
}

async fn keeps_the_law(client: &Client, case: &Case) {
    refuses_bad_requests(client, case).await;
    let made = client.make(&case.id, &case.body).await;
    // The `GET` of a managed network has no ID (recorded).
    if !is_nameless(&case.id) {
        assert!(made["id"].as_str().expect("an ID").eq_ignore_ascii_case(&case.id));
    }
    reads(client, case, &made).await;
    changes(client, case).await;
}

fn is_nameless(id: &str) -> bool {
    id.contains("/managedNetworks/")
}

#[tokio::test]
async fn every_type_is_tested() {
    let client = Client::start().await;
    let mut judged: Vec<String> = cases(&client).iter().map(|case| kind(&case.id)).collect();
    judged.extend(attended(&client).await.iter().map(|case| kind(&case.id)));
    for ty in table() {
        judged.push(ty.to_ascii_lowercase());
        judged.push(format!("{ty}/privateEndpointConnections").to_ascii_lowercase());
    }
    let providers = format!("/subscriptions/{}/providers", client.emulator.subscription);
    let providers = client.get(&providers).await.is(200).body;
    for provider in providers["value"].as_array().expect("a list") {
        let namespace = provider["namespace"].as_str().expect("a name");
        for one in provider["resourceTypes"].as_array().expect("a list") {
            let name = one["resourceType"].as_str().expect("a name");
            let kind = format!("{namespace}/{name}").to_ascii_lowercase();
            assert!(judged.contains(&kind), "{kind} has no case");
        }
    }
}

/// Returns the full type of an ID, in lower case.
pub(crate) fn kind(id: &str) -> String {
    let (_, rest) = id.split_once("/providers/").expect("an ID");
    let mut parts = rest.split('/');
    let namespace = parts.next().expect("a namespace");
    let types: Vec<&str> = parts.step_by(2).collect();
    format!("{namespace}/{}", types.join("/")).to_ascii_lowercase()
}

async fn refuses_bad_requests(client: &Client, case: &Case) {
    let url = client.url(&case.id, version(&case.id));
    let before = if case.there { 200 } else { 404 };
    client.get(&case.id).await.is(before);
    let bare = format!("{}{}", client.emulator.base, case.id);
    let answer = client.send(Method::GET, &bare, &[], None).await;
    answer.refused(400, "MissingApiVersionParameter");
    let old = client.url(&case.id, "2001-01-01");
    let answer = client.send(Method::PUT, &old, &[], Some(&case.body)).await;
    answer.refused(400, "NoRegisteredProviderFound");

    let anonymous = client.http.get(&url).send().await.expect("an answer");
    assert_eq!(anonymous.status(), 401);
    assert!(anonymous.headers().contains_key("www-authenticate"));
    let forged = client.http.get(&url).bearer_auth("a.b.c").send().await.expect("an answer");
    assert_eq!(forged.status(), 401);

    let mut body = case.body.clone();
    body["properties"]["notAProperty"] = json!(1);
    let answer = client.put(&case.id, &body).await.is(400);
    assert!(answer.body.to_string().contains("notAProperty"), "{:#}", answer.body);
    let mut body = case.body.clone();
    body["notAName"] = json!(1);
    let answer = client.put(&case.id, &body).await.is(400);
    assert!(answer.body.to_string().contains("notAName"), "{:#}", answer.body);
    client.put(&case.id, &json!([])).await.is(400);
    client.get(&case.id).await.is(before);
}

async fn reads(client: &Client, case: &Case, made: &Value) {
    let group = &client.emulator.group_id();
    let odd = case.id.replace(group, &group.to_uppercase()).to_uppercase();
    let odd = odd.replace("/SUBSCRIPTIONS/", "/subscriptions/");
    let answer = client.get(&odd).await.is(200);
    assert_eq!(answer.body["id"], made["id"], "the ID is echoed as created");

    let (collection, _) = case.id.rsplit_once('/').expect("a path");
    let list = client.get(collection).await.is(200);
    let found = list.body["value"].as_array().expect("a list").iter();
    let id = if is_nameless(&case.id) { &json!(case.id) } else { &made["id"] };
    assert_eq!(found.filter(|one| one["id"] == *id).count(), 1, "{collection}");

    let again = client.put(&case.id, &case.body).await;
    assert!(again.status < 300, "{:#}", again.body);
    client.end(again).await;
}

async fn changes(client: &Client, case: &Case) {
    let answer = client.patch(&case.id, &case.patch).await;
    if answer.status == 405 || answer.status == 400 {
        let refused = [
            "subnets",
            "privateendpoints/",
            "privatednszonegroups",
            "connections/",
            "networksecurityperimeters/",
            "hosts/",
            "scopedresources/",
            "sqlrole",
            "outboundrules/",
            "dnsforwardingrulesets/",
            "sharedprivatelinkresources/",
        ];
        let lower = case.id.to_ascii_lowercase();
        client.get(&case.id).await.is(200);
        assert!(refused.iter().any(|part| lower.contains(part)), "{:#}", answer.body);
        return;
    }
    client.end(answer).await;
    let shown = client.get(&case.id).await.is(200).body;
    for (name, value) in case.patch.as_object().expect("an object") {
        for (inner, wanted) in value.as_object().expect("an object") {
            assert_eq!(&shown[name][inner], wanted, "{}", case.id);
        }
    }
}

//! Network security perimeters: rules, issues of a resource, and `reconcile`.

use emulator::{Fault, FaultKind};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, Client, version};

const NSP: &str = "networkSecurityPerimeters/nsp";

async fn associate(client: &Client, target: &str, name: &str) -> String {
    let perimeter = client.network(NSP);
    let profile = format!("{perimeter}/profiles/one");
    client.make(&perimeter, &json!({ "location": "eastus", "properties": {} })).await;
    client.make(&profile, &json!({ "properties": {} })).await;
    let association = format!("{perimeter}/resourceAssociations/{name}");
    let body = json!({ "properties": {
        "accessMode": "Learning",
        "privateLinkResource": { "id": target },
        "profile": { "id": profile },
    } });
    client.make(&association, &body).await;
    association
}

async fn configuration(client: &Client, target: &str) -> Value {
    let path = format!("{target}/networkSecurityPerimeterConfigurations");
    client.get(&path).await.is(200).body["value"][0].clone()
}

async fn post(client: &Client, id: &str, of: &str) -> Answer {
    let url = client.url(&format!("{id}/reconcile"), version(of));
    client.send(Method::POST, &url, &[], None).await
}

#[tokio::test]
async fn resource_shows_the_rules_of_its_profile() {
    let client = Client::start().await;
    let storage = client.id("Microsoft.Storage/storageAccounts/airefstorage");
    let association = associate(&client, &storage, "it").await;
    assert_eq!(client.get(&association).await.body["properties"]["hasProvisioningIssues"], "no");
    let rule = format!("{}/profiles/one/accessRules/office", client.network(NSP));
    let body = |direction: &str| {
        let prefixes = ["203.0.113.0/24"];
        json!({ "properties": { "direction": direction, "addressPrefixes": prefixes } })
    };
    client.put(&rule, &body("Outbound")).await.refused(400, "InvalidAccessRule");
    client.put(&rule, &body("Sideways")).await.is(400);
    client.put(&rule, &json!({ "properties": {} })).await.refused(400, "InvalidAccessRule");
    client.make(&rule, &body("Inbound")).await;
    let profile = &configuration(&client, &storage).await["properties"]["profile"];
    assert_eq!(profile["accessRulesVersion"], 1);
    assert_eq!(profile["accessRules"][0]["name"], "office");
    assert_eq!(profile["accessRules"][0]["properties"]["direction"], "Inbound");
    client.remove(&rule).await;
    let profile = &configuration(&client, &storage).await["properties"]["profile"];
    assert_eq!(profile["accessRulesVersion"], 2);
    assert_eq!(profile["accessRules"], json!([]));
}

#[tokio::test]
async fn issue_is_shown_until_it_is_fixed_or_reconciled() {
    let client = Client::start().await;
    let accounts = "Microsoft.CognitiveServices/accounts";
    let account = client.id(&format!("{accounts}/airef-services"));
    let association = associate(&client, &account, "it").await;
    let search = client.id("Microsoft.Search/searchServices/airef-search");
    let issue = |name: &str, more: &Value| {
        let mut issue = json!({ "name": name, "properties": {
            "issueType": "MissingPerimeterConfiguration", "severity": "Warning",
            "description": "made up", "suggestedResourceIds": [], "suggestedAccessRules": [],
        } });
        let more = more.as_object().into_iter().flatten();
        more.for_each(|(name, value)| issue["properties"][name] = value.clone());
        issue
    };
    let rules = json!([{ "name": "office", "properties": { "direction": "Inbound" } }]);
    let issues = [
        issue("plain", &json!({})),
        issue("rule", &json!({ "suggestedAccessRules": rules })),
        issue("resource", &json!({ "suggestedResourceIds": [search] })),
    ];
    let ordered = json!({ "properties": { "provisioningIssues": issues } });
    client.emulator.patch(&association, &ordered).expect("an association");
    let names = async || {
        let shown = configuration(&client, &account).await;
        let shown = shown["properties"]["provisioningIssues"].as_array().expect("a list").clone();
        let has = client.get(&association).await.body["properties"].clone();
        assert_eq!(has["hasProvisioningIssues"], if shown.is_empty() { "no" } else { "yes" });
        assert!(has["provisioningIssues"].is_null(), "{has:#}");
        shown.iter().map(|it| it["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["plain", "rule", "resource"]);
    let id = configuration(&client, &account).await["id"].as_str().expect("an ID").to_owned();

    client.emulator.fault(Fault::new(FaultKind::FailOperation {
        code: "Other".to_owned(),
        message: "not today".to_owned(),
    }));
    client.emulator.hold_operations(true);
    let accepted = post(&client, &id, &account).await.is(202);
    assert!(accepted.header("azure-asyncoperation").is_empty(), "{accepted:?}");
    let location = accepted.header("location").to_owned();
    client.send(Method::GET, &location, &[], None).await.is(202);
    client.emulator.hold_operations(false);
    client.send(Method::GET, &location, &[], None).await.refused(409, "Other");
    assert_eq!(names().await, ["plain", "rule", "resource"]);

    let accepted = post(&client, &id, &account).await.is(202);
    client.send(Method::GET, accepted.header("location"), &[], None).await.is(200);
    assert_eq!(names().await, ["rule", "resource"], "the suggestions are not carried out");
    let rule = format!("{}/profiles/one/accessRules/office", client.network(NSP));
    let body = json!({ "properties": { "addressPrefixes": ["203.0.113.0/24"] } });
    client.make(&rule, &body).await;
    assert_eq!(names().await, ["resource"]);
    associate(&client, &search, "search").await;
    assert!(names().await.is_empty());
}

#[tokio::test]
async fn reconcile_of_a_missing_configuration_fails() {
    let client = Client::start().await;
    let storage = client.id("Microsoft.Storage/storageAccounts/airefstorage");
    let none = format!("{storage}/networkSecurityPerimeterConfigurations/none");
    post(&client, &none, &storage).await.refused(404, "NotFound");
    let vault = client.id("Microsoft.KeyVault/vaults/airefkv");
    let not_shown = format!("{vault}/networkSecurityPerimeterConfigurations/none");
    post(&client, &not_shown, &vault).await.is(400);
    let association = associate(&client, &storage, "it").await;
    let url = client.url(&format!("{none}/reconcile"), version(&storage));
    client.send(Method::GET, &url, &[], None).await.is(405);
    post(&client, &association, &association).await.is(200);
    post(&client, &format!("{association}-other"), &association).await.is(404);
}

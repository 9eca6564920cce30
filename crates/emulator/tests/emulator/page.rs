//! The page: what it shows, that it is safe, and that it answers when the world changes.

use emulator::Emulator;
use serde_json::json;

use crate::client::{Client, read};
use crate::foundry;

impl Client {
    pub(crate) async fn page(&self, mark: &str) -> reqwest::Response {
        let request = self.http.get(&self.emulator.control).header("accept", "text/html");
        request.header("if-none-match", mark).send().await.expect("an answer")
    }
}

#[tokio::test]
async fn a_browser_gets_the_world_and_other_clients_get_the_routes() {
    let client = Client::start().await;
    let plain = read(client.http.get(&client.emulator.control).send().await.expect("one")).await;
    assert!(plain.body["GET"].is_array());

    let zone = client.network("privateDnsZones/privatelink.api.azureml.ms");
    client.make(&zone, &json!({ "location": "global" })).await;
    let network = client.network("virtualNetworks/vnet-ai");
    let link = json!({ "location": "global", "properties": {
        "virtualNetwork": { "id": network }, "registrationEnabled": false,
    } });
    client.make(&format!("{zone}/virtualNetworkLinks/link-ai"), &link).await;
    let endpoint = client.network("privateEndpoints/pe-hub");
    client.make(&endpoint, &client.endpoint(&client.hub(), "amlworkspace")).await;
    let group = json!({ "properties": { "privateDnsZoneConfigs": [
        { "name": "z", "properties": { "privateDnsZoneId": zone } },
    ] } });
    client.make(&format!("{endpoint}/privateDnsZoneGroups/mine"), &group).await;
    client
        .patch(&client.hub(), &json!({ "properties": { "publicNetworkAccess": "Disabled" } }))
        .await;
    client.emulator.hold_operations(true);
    client
        .put(&client.network("privateDnsZones/slow.example"), &json!({ "location": "global" }))
        .await;

    let answer = client.page("").await;
    assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
    let html = answer.text().await.expect("a page");
    for shown in [
        "airef-hub",
        "airef-project",
        "airefstorage",
        "pe-hub",
        "Approved",
        "10.0.1.4",
        "mine",
        "privatelink.api.azureml.ms",
        "link-ai",
        "vnet-ai",
        "<span class=\"badge good\">Disabled",
        "slow.example",
        "InProgress",
        "snet-pe",
        "PATCH",
    ] {
        assert!(html.contains(shown), "{shown} is not shown");
    }
}

#[tokio::test]
async fn foundry_accounts_are_shown_with_their_agents() {
    let client = Client::with(Emulator::builder().link_release_seconds(60.0)).await;
    let subnet = foundry::agents(&client).await;
    let own = client.id("Microsoft.CognitiveServices/accounts/own");
    client.make(&own, &foundry::injected("own", &subnet)).await;
    let html = client.page("").await.text().await.expect("a page");
    for shown in [
        "airef-foundry",
        "airef-agents",
        "airef-cosmos",
        "own@aml_aiagentservice",
        "Microsoft.App/environments",
        "legionservicelink",
    ] {
        assert!(html.contains(shown), "{shown} is not shown");
    }
    client.delete(&own).await.is(200);
    let html = client.page("").await.text().await.expect("a page");
    assert!(html.contains("kept until"), "a deleted account is not shown");
}

#[tokio::test]
async fn names_never_become_elements_or_scripts() {
    let client = Client::start().await;
    let evil = "<img src=x onerror=alert(1)>\"'&";
    let change = json!({ "kind": evil, "properties": { "publicNetworkAccess": evil } });
    client.emulator.patch(&client.hub(), &change).expect("a change");
    let path = format!("{}/%3Cscript%3Ealert(1)%3C/script%3E", client.emulator.group_id());
    client.get(&path).await;
    let zone = client.network(&format!("privateDnsZones/{evil}"));
    client.emulator.put(&zone, &json!({ "location": "global" })).expect("a zone");
    let answer = client.page("").await;
    let policy = answer.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    let html = answer.text().await.expect("a page");
    // An apostrophe needs no escape between tags, and attributes stand between double quotes.
    assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;&quot;'&amp;"));
    assert!(!html.contains("<img") && html.matches("<script").count() == 1);
    assert!(!html.contains("='"), "an attribute stands between apostrophes");
    assert!(!html.contains("http://"), "nothing comes from elsewhere");
}

#[tokio::test]
async fn a_client_with_the_newest_page_waits_for_a_change() {
    let client = Client::start().await;
    let mark = client.page("").await.headers()["etag"].to_str().expect("text").to_owned();
    assert_eq!(client.page(&mark).await.status(), 304);
    let change = client.http.post(format!("{}/patch", client.emulator.control)).json(&json!({
        "id": client.hub(), "body": { "properties": { "publicNetworkAccess": "Disabled" } },
    }));
    let (page, changed) = tokio::join!(client.page(&mark), change.send());
    assert_eq!(changed.expect("an answer").status(), 200);
    assert_eq!(page.status(), 200);
    assert_ne!(page.headers()["etag"], mark.as_str());
}

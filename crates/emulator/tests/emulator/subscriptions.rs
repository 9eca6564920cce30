//! Several subscriptions in one tenant and in others.

use emulator::Emulator;
use reqwest::Method;
use serde_json::json;

use crate::client::{Answer, Client, read};

const SECOND: &str = "22222222-2222-2222-2222-222222222222";
const FOREIGN: &str = "33333333-3333-3333-3333-333333333333";
const PARTNER: &str = "44444444-4444-4444-4444-444444444444";

async fn client() -> Client {
    let builder = Emulator::builder().other_subscription(SECOND, None);
    Client::with(builder.other_subscription(FOREIGN, Some(PARTNER))).await
}

/// Returns a token of the other tenant.
async fn partner(client: &Client) -> String {
    let answer = client.sign_in_to(PARTNER, &client.emulator.client_secret).await.is(200);
    answer.body["access_token"].as_str().expect("a token").to_owned()
}

fn group(subscription: &str) -> String {
    format!("/subscriptions/{subscription}/resourceGroups/rg")
}

fn zone(subscription: &str) -> String {
    format!("{}/providers/Microsoft.Network/privateDnsZones/corp.example", group(subscription))
}

/// Sends a request with the other tenant's token, as the auxiliary or as the main token.
async fn ask(client: &Client, token: &str, auxiliary: &str, path: &str) -> Answer {
    let url = format!("{}{path}", client.emulator.base);
    let request = client.http.get(url).bearer_auth(token);
    read(request.header("x-ms-authorization-auxiliary", auxiliary).send().await.expect("one")).await
}

#[tokio::test]
async fn subscriptions_do_not_share_resources() {
    let client = client().await;
    let body = json!({ "location": "eastus" });
    client.put(&group(SECOND), &body).await.is(201);
    client.put(&zone(SECOND), &json!({ "location": "global" })).await.is(202);
    let own = client.emulator.subscription.clone();
    let names = async |subscription: &str, what: &str| {
        let path = format!("/subscriptions/{subscription}/{what}");
        let list = client.get(&path).await.is(200).body;
        let names = list["value"].as_array().expect("a list").iter();
        names.map(|it| it["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(SECOND, "resourceGroups").await, ["rg"]);
    assert_eq!(names(&own, "resourceGroups").await, ["rg-ai"]);
    let zones = "providers/Microsoft.Network/privateDnsZones";
    assert_eq!(names(SECOND, zones).await, ["corp.example"]);
    assert_eq!(names(SECOND, "resources").await, ["corp.example"]);
    assert!(names(&own, zones).await.is_empty());
    client
        .get(&zone("99999999-9999-9999-9999-999999999999"))
        .await
        .refused(404, "SubscriptionNotFound");
}

#[tokio::test]
async fn token_gives_access_to_its_tenant() {
    let client = client().await;
    let refused = client.get(&group(FOREIGN)).await;
    let challenge = refused.header("www-authenticate").to_owned();
    assert!(
        challenge.contains(&format!("authorization_uri=\"{}/{PARTNER}\"", client.emulator.base))
    );
    refused.refused(401, "InvalidAuthenticationTokenTenant");
    let token = partner(&client).await;
    let at = "?api-version=2022-12-01";
    let seen = ask(&client, &token, "", &format!("/subscriptions{at}")).await.is(200).body;
    assert_eq!(seen["value"][0]["subscriptionId"], FOREIGN);
    assert_eq!(seen["value"].as_array().map(Vec::len), Some(1));
    assert_eq!(seen["value"][0]["tenantId"], PARTNER);
    let own = client.get("/subscriptions").await.is(200).body;
    assert_eq!(own["value"].as_array().map(Vec::len), Some(2));
    let at = format!("{}{at}", group(FOREIGN));
    ask(&client, &token, "", &at).await.refused(404, "ResourceGroupNotFound");
    // An auxiliary token alone gives no access.
    let auxiliary = format!("Bearer {token}");
    ask(&client, &client.token, &auxiliary, &at)
        .await
        .refused(401, "InvalidAuthenticationTokenTenant");
}

#[tokio::test]
async fn reference_into_another_tenant_needs_its_token() {
    let client = client().await;
    let network = client.network("virtualNetworks/vnet-ai");
    let emulator = &client.emulator;
    emulator.put(&group(FOREIGN), &json!({ "location": "eastus" })).expect("a group");
    let body = json!({ "location": "global", "properties": {} });
    emulator.put(&zone(FOREIGN), &body).expect("a zone");
    let link = json!({
        "location": "global",
        "properties": { "virtualNetwork": { "id": network }, "registrationEnabled": false },
    });
    let token = partner(&client).await;
    let path = format!("{}/virtualNetworkLinks/link?api-version=2024-06-01", zone(FOREIGN));
    let send = async |auxiliary: &str| {
        let url = format!("{}{path}", client.emulator.base);
        let request = client.http.request(Method::PUT, url).bearer_auth(&token).json(&link);
        let request = request.header("x-ms-authorization-auxiliary", auxiliary);
        read(request.send().await.expect("an answer")).await
    };
    let refused = send("").await;
    let words = refused.body["error"]["message"].as_str().expect("words").to_owned();
    assert!(words.contains(&format!("current tenant '{PARTNER}' is not authorized")), "{words}");
    refused.refused(403, "LinkedAuthorizationFailed");
    send("Bearer nonsense").await.refused(403, "LinkedAuthorizationFailed");
    send(&format!("Bearer {}", client.token)).await.is(202);
}

#[tokio::test]
async fn identity_has_the_tenant_of_its_subscription() {
    let client = client().await;
    client.emulator.put(&group(FOREIGN), &json!({ "location": "eastus" })).expect("a group");
    let account = format!("{}/providers/Microsoft.Storage/storageAccounts/foreign", group(FOREIGN));
    let account = format!("{account}?api-version=2023-05-01");
    let body = json!({
        "location": "eastus",
        "sku": { "name": "Standard_LRS" },
        "kind": "StorageV2",
        "identity": { "type": "SystemAssigned" },
        "properties": {},
    });
    let token = partner(&client).await;
    let url = format!("{}{account}", client.emulator.base);
    let request = client.http.request(Method::PUT, url).bearer_auth(&token).json(&body);
    read(request.send().await.expect("an answer")).await.is(202);
    let made = ask(&client, &token, "", &account).await.is(200).body;
    assert_eq!(made["identity"]["tenantId"], PARTNER);
}

#[tokio::test]
async fn each_subscription_has_its_own_rate_limit() {
    let limit = emulator::Limit { burst: 2, per_second: 0.0 };
    let limits = emulator::Limits { reads: limit, ..emulator::Limits::default() };
    let builder = Emulator::builder().other_subscription(SECOND, None).limits(limits);
    let client = Client::with(builder).await;
    for _ in 0..2 {
        client.get(&client.hub()).await.is(200);
    }
    client.get(&client.hub()).await.refused(429, "SubscriptionRequestsThrottled");
    client.get(&format!("/subscriptions/{SECOND}/resourceGroups")).await.is(200);
}

#[tokio::test]
async fn state_file_keeps_subscriptions() {
    let client = client().await;
    let others = &client.emulator.dump()["subscriptions"];
    let wanted = json!([
        { "id": SECOND, "tenant": client.emulator.tenant },
        { "id": FOREIGN, "tenant": PARTNER },
    ]);
    assert_eq!(*others, wanted);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("world.json");
    let group = json!({ "id": group(FOREIGN), "location": "eastus" });
    let world = json!({ "subscriptions": wanted, "put": [group] });
    std::fs::write(&file, world.to_string()).expect("a file");
    let again = Emulator::builder().world_file(&file).start().await.expect("an emulator");
    assert_eq!(again.dump()["subscriptions"], wanted);
    std::fs::write(&file, json!({ "put": [group] }).to_string()).expect("a file");
    let lost = Emulator::builder().world_file(&file).start().await;
    let told = lost.err().expect("a refusal").to_string();
    assert!(told.contains("is not in the world file"), "{told}");
}

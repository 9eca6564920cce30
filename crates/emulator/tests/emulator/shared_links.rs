//! Shared private links of search services.

use emulator::{Emulator, Lock, Role};
use serde_json::{Value, json};

use crate::client::Client;
use crate::managed_network::{connections, decide, store};

fn link(client: &Client, name: &str) -> String {
    client.id(&format!(
        "Microsoft.Search/searchServices/airef-search/sharedPrivateLinkResources/{name}"
    ))
}

fn body(target: &str, group: &str, message: &str) -> Value {
    json!({ "properties": {
        "privateLinkResourceId": target, "groupId": group, "requestMessage": message,
    } })
}

#[tokio::test]
async fn shared_link_waits_for_approval() {
    let client = Client::start().await;
    let (id, store) = (link(&client, "to-blob"), store(&client, "airefstorage"));
    let made = client.make(&id, &body(&store, "blob", "please")).await;
    assert_eq!(made["properties"]["status"], json!("Pending"));
    let found = connections(&client, &store).await;
    let state = &found[0]["properties"]["privateLinkServiceConnectionState"];
    assert_eq!((&state["status"], &state["description"]), (&json!("Pending"), &json!("please")));
    let own = found[0]["id"].as_str().expect("an ID").to_owned();
    client.put(&own, &decide("Approved")).await.is(200);
    let made = client.make(&id, &body(&store, "blob", "thanks")).await;
    assert_eq!(made["properties"]["status"], json!("Approved"));
    assert_eq!(made["properties"]["requestMessage"], json!("thanks"));
    let service = client.get(id.split("/sharedPrivate").next().expect("a service")).await.body;
    assert_eq!(service["properties"]["sharedPrivateLinkResources"][0], made);
    client.put(&own, &decide("Rejected")).await.is(200);
    assert_eq!(client.get(&id).await.body["properties"]["status"], json!("Rejected"));
    client.remove(&own).await;
    assert_eq!(client.get(&id).await.body["properties"]["status"], json!("Disconnected"));
    client.remove(&id).await;
    client.make(&id, &body(&store, "blob", "again")).await;
    client.remove(&id).await;
    assert_eq!(connections(&client, &store).await, [] as [Value; 0]);
}

#[tokio::test]
async fn shared_link_is_immutable_and_unique() {
    let client = Client::with(Emulator::builder().operation_seconds(60.0)).await;
    let (id, store) = (link(&client, "to-blob"), store(&client, "airefstorage"));
    let bad = link(&client, "_to-blob");
    client.put(&bad, &body(&store, "blob", "")).await.refused(400, "InvalidResourceName");
    client.put(&id, &json!({ "properties": {} })).await.refused(400, "BadRequest");
    client.put(&id, &body(&store, "blob", "")).await.is(202);
    client.delete(&id).await.refused(409, "Conflict");
    client.emulator.advance(60.0);
    let moved = body(&store, "table", "");
    client.put(&id, &moved).await.refused(400, "PropertyChangeNotAllowed");
    client.patch(&id, &moved).await.is(405);
    let twin = link(&client, "twin");
    client.put(&twin, &body(&store, "blob", "")).await.refused(409, "Conflict");
    client.put(&twin, &moved).await.is(202);
    client.emulator.advance(60.0);
    client.emulator.lock(&store, Lock::CanNotDelete);
    client.delete(&id).await.refused(409, "Conflict");
    client.emulator.unlock(&store);
    client.delete(&id).await.is(202);
    client.emulator.advance(60.0);
    client.get(&id).await.refused(404, "ResourceNotFound");
}

#[tokio::test]
async fn invalid_shared_link_fails_in_its_operation() {
    let client = Client::start().await;
    let store = store(&client, "airefstorage");
    let cosmos = client.id("Microsoft.DocumentDB/databaseAccounts/airef-cosmos");
    let account = client.id("Microsoft.CognitiveServices/accounts/airef-foundry");
    for (name, target, group) in [
        ("one", &*format!("{store}x"), "blob"),
        ("two", &*store, "vault"),
        // The group is case-sensitive.
        ("three", &*cosmos, "sql"),
    ] {
        let accepted = client.put(&link(&client, name), &body(target, group, "")).await.is(202);
        assert_eq!(client.end(accepted).await.body["status"], json!("Failed"), "{group}");
        let failed = client.get(&link(&client, name)).await.body;
        assert_eq!(failed["properties"]["provisioningState"], json!("Failed"));
        client.remove(&link(&client, name)).await;
    }
    let approval = "*/privateEndpointConnectionsApproval/action";
    client.emulator.assign(vec![Role::new(&["*"]).except(&[approval])]);
    let id = link(&client, "to-account");
    let ask = body(&account, "cognitiveservices_account", "");
    let accepted = client.put(&id, &ask).await.is(202);
    let end = client.end(accepted).await.body;
    assert_eq!(end["error"]["code"], json!("LinkedAuthorizationFailed"), "{end:#}");
    client.emulator.allow_all();
    client.make(&id, &ask).await;
    assert_eq!(
        connections(&client, &account).await[0]["properties"]["groupIds"],
        json!(["account"])
    );
    client.make(&link(&client, "to-cosmos"), &body(&cosmos, "Sql", "")).await;
    assert_eq!(connections(&client, &cosmos).await.len(), 1);
}

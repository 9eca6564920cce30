//! Foundry accounts and their projects.

use emulator::Emulator;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, version};

const SERVICES: &str = "Microsoft.CognitiveServices";

/// Returns a body that creates an account.
pub(crate) fn account(name: &str) -> Value {
    json!({
        "location": "eastus", "kind": "AIServices", "sku": { "name": "S0" },
        "identity": { "type": "SystemAssigned" },
        "properties": { "allowProjectManagement": true, "customSubDomainName": name },
    })
}

fn project() -> Value {
    json!({ "location": "eastus", "identity": { "type": "SystemAssigned" }, "properties": {} })
}

#[tokio::test]
async fn project_name_begins_with_its_account() {
    let client = Client::start().await;
    let id = client.id(&format!("{SERVICES}/accounts/own"));
    client.make(&id, &account("own-domain")).await;
    for (name, first) in [("one", true), ("two", false)] {
        let project_id = format!("{id}/projects/{name}");
        let made = client.put(&project_id, &project()).await.is(201).body;
        assert_eq!(made["id"], json!(project_id));
        assert_eq!(made["name"], format!("own/{name}"));
        assert_eq!(made["kind"], json!("AIServices"));
        assert!(made["identity"]["principalId"].is_string(), "{made:#}");
        let properties = &made["properties"];
        let address = format!("https://own-domain.services.ai.azure.com/api/projects/{name}");
        assert_eq!(properties["endpoints"], json!({ "AI Foundry API": address }));
        assert_eq!(properties["isDefault"], json!(first));
        assert_eq!(properties["internalId"].as_str().map(str::len), Some(32));
        assert_eq!(properties["provisioningState"], json!("Succeeded"));
    }
    let shown = client.get(&id).await.is(200).body;
    assert_eq!(shown["properties"]["defaultProject"], json!("one"));
    assert_eq!(shown["properties"]["associatedProjects"], json!(["one", "two"]));
    let list = client.get(&format!("{id}/projects")).await.is(200).body;
    assert_eq!(list["value"][1]["name"], json!("own/two"));
    assert!(list.get("nextLink").is_none(), "{list:#}");

    client.delete(&format!("{id}/projects/one")).await.is(200);
    client.delete(&format!("{id}/projects/two")).await.is(200);
    let shown = client.get(&id).await.is(200).body;
    assert_eq!(shown["properties"]["associatedProjects"], json!([]));
}

#[tokio::test]
async fn project_text_cannot_be_emptied() {
    let client = Client::start().await;
    let id = client.id(&format!("{SERVICES}/accounts/own"));
    client.make(&id, &account("own")).await;
    let id = format!("{id}/projects/one");
    let mut body = project();
    let made = client.put(&id, &body).await.is(201).body;
    assert!(made["properties"].get("description").is_none(), "{made:#}");
    body["properties"]["description"] = json!("words");
    client.put(&id, &body).await.is(200);
    for change in [json!({ "description": "" }), json!({ "description": null })] {
        let change = json!({ "properties": change });
        let shown = client.patch(&id, &change).await.is(200).body;
        assert_eq!(shown["properties"]["description"], json!("words"));
    }
}

#[tokio::test]
async fn project_requires_an_idle_account_with_projects() {
    let client = Client::start().await;
    let id = client.id(&format!("{SERVICES}/accounts/own"));
    let mut plain = account("own");
    plain["properties"]["allowProjectManagement"] = json!(false);
    client
        .put(&format!("{id}/projects/one"), &project())
        .await
        .refused(404, "ParentResourceNotFound");
    client.make(&id, &plain).await;
    client.put(&format!("{id}/projects/one"), &project()).await.refused(400, "BadRequest");

    client.emulator.hold_operations(true);
    client.put(&id, &account("own")).await.is(200);
    client.put(&format!("{id}/projects/one"), &project()).await.refused(409, "RequestConflict");
}

#[tokio::test]
async fn stale_etag_of_an_account_is_refused() {
    let client = Client::start().await;
    let id = client.id(&format!("{SERVICES}/accounts/own"));
    client.make(&id, &account("own")).await;
    let id = format!("{id}/projects/one");
    let made = client.put(&id, &project()).await.is(201);
    assert_eq!(made.body["etag"], json!(made.header("etag")));
    let url = client.url(&id, version(&id));
    let delete =
        async |condition| client.send(Method::DELETE, &url, &[("if-match", condition)], None).await;
    delete("\"stale\"").await.refused(412, "IfMatchPreconditionFailed");
    delete("*").await.is(200);
}

/// Returns the ID of an account after its deletion.
fn trash(client: &Client, name: &str) -> String {
    let Emulator { subscription, resource_group, .. } = &client.emulator;
    format!(
        "/subscriptions/{subscription}/providers/{SERVICES}/locations/eastus/resourceGroups/\
         {resource_group}/deletedAccounts/{name}"
    )
}

async fn deleted(client: &Client) -> usize {
    let subscription = &client.emulator.subscription;
    let list = format!("/subscriptions/{subscription}/providers/{SERVICES}/deletedAccounts");
    let list = client.get(&list).await.is(200).body;
    list["value"].as_array().expect("a list").len()
}

#[tokio::test]
async fn deleted_account_keeps_its_names_until_its_purge() {
    let client = Client::start().await;
    let id = client.id(&format!("{SERVICES}/accounts/own"));
    client.make(&id, &account("domain")).await;
    client.delete(&id).await.is(200);
    assert_eq!(deleted(&client).await, 1);
    let kept = client.get(&trash(&client, "own")).await.is(200).body;
    assert_eq!(kept["type"], json!(format!("{SERVICES}/deletedAccounts")));
    assert!(kept["properties"]["scheduledPurgeDate"].is_string(), "{kept:#}");
    client.put(&id, &account("domain")).await.refused(409, "FlagMustBeSetForRestore");
    let other = client.id(&format!("{SERVICES}/accounts/other"));
    client.put(&other, &account("domain")).await.refused(409, "CustomDomainInUse");

    client.remove(&trash(&client, "own")).await;
    client.delete(&trash(&client, "own")).await.is(204);
    assert_eq!(deleted(&client).await, 0);
    client.make(&other, &account("domain")).await;
    client.make(&id, &account("own")).await;
}

#[tokio::test]
async fn deleted_account_can_be_restored() {
    let client = Client::start().await;
    let id = client.id(&format!("{SERVICES}/accounts/own"));
    let restore = json!({ "location": "eastus", "properties": { "restore": true } });
    client.put(&id, &restore).await.refused(400, "CanNotRestoreANonExistingResource");
    let made = client.make(&id, &account("domain")).await;
    client.delete(&id).await.is(200);
    client.put(&id, &restore).await.is(201);
    let restored = client.get(&id).await.is(200).body;
    for name in ["internalId", "customSubDomainName", "endpoint"] {
        assert_eq!(restored["properties"][name], made["properties"][name]);
    }
    assert_eq!(restored["kind"], json!("AIServices"));
    assert!(restored["properties"].get("restore").is_none(), "{restored:#}");
    assert_eq!(deleted(&client).await, 0);
}

#[tokio::test]
async fn projects_block_the_deletion_of_their_account() {
    let client = Client::start().await;
    let id = client.id(&format!("{SERVICES}/accounts/own"));
    client.make(&id, &account("own")).await;
    client.put(&format!("{id}/projects/one"), &project()).await.is(201);
    let refused = client.delete(&id).await.refused(409, "CannotDeleteResource");
    assert!(refused.body.to_string().contains("/projects/one'"), "{:#}", refused.body);
    client.delete(&format!("{id}/projects/one")).await.is(200);
    client.delete(&id).await.is(200);
}

const NETWORK: &str = "virtualNetworks/vnet-agents";

/// Creates a network with a subnet for agents, and returns the subnet's ID.
pub(crate) async fn agents(client: &Client) -> String {
    let id = client.network(NETWORK);
    let delegation = json!({ "name": "a", "properties": {
        "serviceName": "Microsoft.App/environments",
    } });
    let subnet = json!({ "name": "agents", "properties": {
        "addressPrefix": "10.7.0.0/24", "delegations": [delegation],
    } });
    let body = json!({ "location": "eastus", "properties": {
        "addressSpace": { "addressPrefixes": ["10.7.0.0/16"] }, "subnets": [subnet],
    } });
    client.make(&id, &body).await;
    format!("{id}/subnets/agents")
}

pub(crate) fn injected(name: &str, subnet: &str) -> Value {
    let mut body = account(name);
    body["properties"]["networkInjections"] = json!([{
        "scenario": "agent", "subnetArmId": subnet, "useMicrosoftManagedNetwork": false,
    }]);
    body
}

#[tokio::test]
async fn account_holds_its_agent_subnet_beyond_its_purge() {
    let client = Client::with(Emulator::builder().link_release_seconds(60.0)).await;
    let subnet = agents(&client).await;
    let id = client.id(&format!("{SERVICES}/accounts/own"));
    client.make(&id, &injected("own", &subnet)).await;
    let links = async || {
        let shown = client.get(&subnet).await.is(200).body;
        let links = shown["properties"]["serviceAssociationLinks"].clone();
        links.as_array().map_or(0, Vec::len)
    };
    let held = async || {
        assert_eq!(links().await, 1);
        client.delete(&subnet).await.refused(400, "InUseSubnetCannotBeDeleted");
        client.delete(&client.network(NETWORK)).await.refused(400, "InUseSubnetCannotBeDeleted");
        let bare = json!({ "properties": { "addressPrefix": "10.7.0.0/24" } });
        client.put(&subnet, &bare).await.refused(400, "SubnetMissingRequiredDelegation");
    };
    held().await;
    client.delete(&id).await.is(200);
    held().await;
    client.remove(&trash(&client, "own")).await;
    held().await;
    client.emulator.advance(61.0);
    assert_eq!(links().await, 0);
    client.remove(&subnet).await;
}

#[tokio::test]
async fn network_injection_cannot_change() {
    let client = Client::start().await;
    let subnet = agents(&client).await;
    let id = client.id(&format!("{SERVICES}/accounts/own"));
    client.make(&id, &injected("own", &subnet)).await;
    let patch = async |injections: Value| {
        client.patch(&id, &json!({ "properties": { "networkInjections": injections } })).await
    };
    patch(json!([])).await.refused(400, "InvalidResourceProperties");
    let managed = json!([{ "scenario": "agent", "useMicrosoftManagedNetwork": true }]);
    patch(managed.clone()).await.refused(400, "NetworkInjectionUpdateNotAllowed");
    let shown = client.make(&id, &account("own")).await;
    assert_eq!(shown["properties"]["networkInjections"][0]["subnetArmId"], json!(subnet));

    let id = client.id(&format!("{SERVICES}/accounts/other"));
    let mut body = account("other");
    body["properties"]["networkInjections"] = managed;
    let shown = client.make(&id, &body).await;
    assert_eq!(shown["properties"]["networkInjections"][0]["subnetArmId"], json!(""));
}

#[tokio::test]
async fn unsuitable_subnet_fails_the_account() {
    let client = Client::start().await;
    let subnet = agents(&client).await;
    let own = client.id(&format!("{SERVICES}/accounts/own"));
    client.make(&own, &injected("own", &subnet)).await;
    let other = client.network("virtualNetworks/vnet-ai/subnets/snet-pe");
    for (name, subnet) in [("shared", &subnet), ("not-delegated", &other)] {
        let id = client.id(&format!("{SERVICES}/accounts/{name}"));
        let accepted = client.put(&id, &injected(name, subnet)).await.is(201);
        let end = client.end(accepted).await;
        assert_eq!(end.body["error"]["code"], json!("ResourceProviderError"));
        let failed = client.get(&id).await.is(200).body;
        assert_eq!(failed["properties"]["provisioningState"], json!("Failed"));
        client.put(&format!("{id}/projects/one"), &project()).await.refused(400, "BadRequest");
    }
}

#[tokio::test]
async fn ready_account_can_refuse_endpoints() {
    let client = Client::with(Emulator::builder().account_race_seconds(60.0)).await;
    let id = client.id(&format!("{SERVICES}/accounts/own"));
    let made = client.make(&id, &account("own")).await;
    assert_eq!(made["properties"]["provisioningState"], json!("Succeeded"));
    let endpoint = client.network("privateEndpoints/pe-own");
    let body = client.endpoint(&id, "account");
    client.put(&endpoint, &body).await.refused(400, "AccountProvisioningStateInvalid");
    client.emulator.advance(61.0);
    client.make(&endpoint, &body).await;
}

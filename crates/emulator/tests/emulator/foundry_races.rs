//! Delays of Foundry that a test can set.

use emulator::{Builder, Emulator, HostRoles, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::agents::{account, host};
use crate::client::Client;
use crate::foundry;

const NEVER: f64 = f64::INFINITY;

/// Creates an account with a project that is ready for its capability host, and returns the host's
/// ID.
async fn ready(builder: Builder) -> (Client, String) {
    let client = Client::with(builder).await;
    let account = account(&client).await;
    let empty = json!({ "properties": { "capabilityHostKind": "Agents" } });
    client.put(&format!("{account}/capabilityHosts/a"), &empty).await.is(201);
    let id = format!("{account}/projects/one/capabilityHosts/one");
    (client, id)
}

async fn state(client: &Client, id: &str) -> Value {
    client.get(id).await.is(200).body["properties"]["provisioningState"].clone()
}

/// Gives all rights to the identity of a host's project.
pub(crate) async fn permit(client: &Client, host: &str) {
    let all = Role::new(&["*"]).on_data(&["*"]);
    client.emulator.give(&identity(client, host).await, "ServicePrincipal", &all);
}

/// Returns the identity of a host's project.
async fn identity(client: &Client, host: &str) -> String {
    let project = host.split("/capabilityHosts/").next().expect("a project");
    let shown = client.get(project).await.is(200).body;
    shown["identity"]["principalId"].as_str().expect("an identity").to_owned()
}

#[tokio::test]
async fn endpoint_operation_fails_while_the_account_is_accepted() {
    let late = Emulator::builder().account_race_seconds(60.0).account_race_in_operation(true);
    let client = Client::with(late).await;
    let id = account(&client).await;
    let endpoint = client.network("privateEndpoints/pe-own");
    let body = client.endpoint(&id, "account");
    for status in [201, 200] {
        let accepted = client.put(&endpoint, &body).await.is(status);
        let end = client.end(accepted).await;
        assert_eq!(end.body["error"]["code"], json!("AccountProvisioningStateInvalid"));
        assert_eq!(state(&client, &endpoint).await, json!("Failed"));
    }
    client.emulator.advance(61.0);
    client.make(&endpoint, &body).await;
    assert_eq!(state(&client, &endpoint).await, json!("Succeeded"));
}

#[tokio::test]
async fn capability_host_is_creating_for_host_seconds() {
    let (client, id) = ready(Emulator::builder().host_seconds(60.0)).await;
    permit(&client, &id).await;
    client.put(&id, &host()).await.is(400);
    client.emulator.advance(61.0);
    client.put(&id, &host()).await.is(201);
    let other = id.replace("/one/capabilityHosts/one", "/one/capabilityHosts/two");
    let busy = client.put(&other, &host()).await.refused(409, "Conflict");
    assert!(busy.body.to_string().contains("currently in non creating"), "{:#}", busy.body);
    assert_eq!(state(&client, &id).await, json!("Creating"));
    client.emulator.advance(61.0);
    assert_eq!(state(&client, &id).await, json!("Succeeded"));
}

#[tokio::test]
async fn capability_host_can_stay_creating() {
    let client = Client::with(Emulator::builder().host_seconds(NEVER)).await;
    let subnet = foundry::agents(&client).await;
    let account = client.id("Microsoft.CognitiveServices/accounts/own");
    client.make(&account, &foundry::injected("own", &subnet)).await;
    let own = format!("{account}/capabilityHosts/own@aml_aiagentservice");
    client.emulator.advance(100_000.0);
    assert_eq!(state(&client, &own).await, json!("Creating"));
    // The host does not block its account.
    let tags = json!({ "tags": { "a": "1" } });
    client.patch(&account, &tags).await.is(202);
}

#[tokio::test]
async fn host_of_the_service_can_be_late() {
    let client = Client::with(Emulator::builder().host_seconds(60.0)).await;
    let subnet = foundry::agents(&client).await;
    let account = client.id("Microsoft.CognitiveServices/accounts/own");
    client.make(&account, &foundry::injected("own", &subnet)).await;
    let own = format!("{account}/capabilityHosts/own@aml_aiagentservice");
    assert_eq!(state(&client, &own).await, json!("Creating"));
    client.emulator.advance(61.0);
    assert_eq!(state(&client, &own).await, json!("Succeeded"));
}

/// Lets the identity manage all stores, but not access their data.
fn manage(client: &Client, principal: &str) {
    let actions = ["Microsoft.DocumentDB/*", "Microsoft.Storage/*", "Microsoft.Search/*"];
    client.emulator.give(principal, "ServicePrincipal", &Role::new(&actions));
}

/// Assigns the role that writes into the indexes of search services.
async fn assign(client: &Client, principal: &str) {
    let at = "providers/Microsoft.Authorization";
    let id = format!("{}/{at}/roleAssignments/{principal}", client.emulator.group_id());
    let role = format!("/{at}/roleDefinitions/8ebe5a00-799e-43f5-93ac-243d3dce84a7");
    let body = json!({ "properties": { "roleDefinitionId": role, "principalId": principal } });
    let url = client.url(&id, "2022-04-01");
    client.send(Method::PUT, &url, &[], Some(&body)).await.is(201);
}

#[tokio::test]
async fn host_waits_for_missing_roles_or_ignores_them() {
    let (client, id) = ready(Emulator::builder().host_roles(HostRoles::Ignored)).await;
    client.put(&id, &host()).await.is(201);
    assert_eq!(state(&client, &id).await, json!("Succeeded"));
    let (client, id) = ready(Emulator::builder()).await;
    client.put(&id, &host()).await.is(201);
    let principal = identity(&client, &id).await;
    manage(&client, &principal);
    assert_eq!(state(&client, &id).await, json!("Creating"));
    assign(&client, &principal).await;
    assert_eq!(state(&client, &id).await, json!("Succeeded"));
}

#[tokio::test]
async fn host_fails_without_required_roles() {
    let late = Emulator::builder().host_roles(HostRoles::Required).role_seconds(60.0);
    let (client, id) = ready(late).await;
    let principal = identity(&client, &id).await;
    manage(&client, &principal);
    assign(&client, &principal).await;
    let accepted = client.put(&id, &host()).await.is(201);
    let end = client.end(accepted).await;
    assert_eq!(end.body["error"]["code"], json!("CapabilityHostOperationFailed"));
    assert_eq!(state(&client, &id).await, json!("Failed"));
    client.emulator.advance(61.0);
    client.remove(&id).await;
    client.make(&id, &host()).await;
    assert_eq!(state(&client, &id).await, json!("Succeeded"));
}

#[tokio::test]
async fn listed_role_can_take_effect_later() {
    let (client, id) = ready(Emulator::builder().role_seconds(60.0)).await;
    let principal = identity(&client, &id).await;
    manage(&client, &principal);
    assign(&client, &principal).await;
    client.put(&id, &host()).await.is(201);
    client.emulator.advance(30.0);
    assert_eq!(state(&client, &id).await, json!("Creating"));
    client.emulator.advance(31.0);
    assert_eq!(state(&client, &id).await, json!("Succeeded"));
}

#[tokio::test]
async fn foundry_races_sets_all_delays() {
    let (client, id) = ready(Emulator::builder()).await;
    permit(&client, &id).await;
    client.get(&id).await.is(404);
    client.emulator.foundry_races(60.0);
    let busy = client.put(&id, &host()).await.refused(409, "Conflict");
    assert!(busy.body.to_string().contains("currently in non creating"), "{:#}", busy.body);
    let accepted = client.put(&id, &host()).await.is(201);
    let status = accepted.header("azure-asyncoperation");
    for _ in 0..2 {
        client.send(Method::GET, status, &[], None).await.refused(200, "TransientError");
    }
    let shown = client.send(Method::GET, status, &[], None).await.is(200).body;
    assert_eq!(shown["status"], json!("InProgress"));
    client.emulator.advance(61.0);
    assert_eq!(state(&client, &id).await, json!("Succeeded"));
}

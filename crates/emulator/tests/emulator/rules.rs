//! Rights, locks and policies that a test can set.

use emulator::{Emulator, Lock, Policy, Role};
use serde_json::{Value, json};

use crate::client::Client;

const JOIN: &str = "Microsoft.Network/privateDnsZones/join/action";
const ZONE: &str = "privateDnsZones/privatelink.api.azureml.ms";
const NOTEBOOKS: &str = "privateDnsZones/privatelink.notebooks.azure.net";
const STORAGE: &str = "Microsoft.Storage/storageAccounts/airefstorage";

fn permissions(scope: &str) -> String {
    format!("{scope}/providers/Microsoft.Authorization/permissions")
}

fn group(zone: &str) -> Value {
    json!({ "properties": { "privateDnsZoneConfigs": [
        { "name": "z", "properties": { "privateDnsZoneId": zone } },
    ] } })
}

fn message(answer: &crate::client::Answer) -> &str {
    answer.body["error"]["message"].as_str().expect("words")
}

async fn post(client: &Client, route: &str, body: Value) -> crate::client::Answer {
    let url = format!("{}/{route}", client.emulator.control);
    let response = client.http.post(url).json(&body).send().await.expect("an answer");
    crate::client::read(response).await
}

#[tokio::test]
async fn denied_right_is_shown_and_refused() {
    let client = Client::start().await;
    let zone = client.network(ZONE);
    client.make(&zone, &json!({ "location": "global" })).await;
    let endpoint = client.network("privateEndpoints/pe");
    client.make(&endpoint, &client.endpoint(&client.hub(), "amlworkspace")).await;
    client.emulator.deny(&zone, JOIN);

    let shown = client.get(&permissions(&zone.to_uppercase())).await.is(200).body;
    assert_eq!(shown["value"][0]["actions"], json!(["*"]));
    assert_eq!(shown["value"][0]["notActions"], json!([JOIN]));
    let above = client.get(&permissions(&client.emulator.group_id())).await.is(200).body;
    assert_eq!(above["value"][0]["notActions"], json!([]));

    let id = format!("{endpoint}/privateDnsZoneGroups/default");
    let answer = client.put(&id, &group(&zone)).await.refused(403, "LinkedAuthorizationFailed");
    let text = message(&answer);
    for part in [
        client.emulator.client_id.as_str(),
        "has permission to perform action \
         'Microsoft.Network/privateEndpoints/privateDnsZoneGroups/write'",
        &id,
        "however, it does not have permission to perform action(s)",
        JOIN,
        "on the linked scope(s)",
        &zone,
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    client.get(&id).await.is(404);
    client.emulator.allow_all();
    client.make(&id, &group(&zone)).await;
}

#[tokio::test]
async fn every_reference_requires_its_right() {
    let client = Client::start().await;
    let network = client.network("virtualNetworks/vnet-ai");
    let subnet = format!("{network}/subnets/snet-pe");
    let zone = client.network(ZONE);
    client.make(&zone, &json!({ "location": "global" })).await;
    let rules = json!({ "defaultAction": "Allow", "virtualNetworkRules": [{ "id": subnet }] });
    let mut with_group = client.endpoint(&client.hub(), "amlworkspace");
    let asg = client.network("applicationSecurityGroups/asg-ai");
    with_group["properties"]["applicationSecurityGroups"] = json!([{ "id": asg }]);
    for (action, scope, id, body) in [
        (
            "Microsoft.Network/virtualNetworks/subnets/join/action",
            &subnet,
            client.network("privateEndpoints/pe"),
            client.endpoint(&client.hub(), "amlworkspace"),
        ),
        (
            "Microsoft.Network/applicationSecurityGroups/joinIpConfiguration/action",
            &asg,
            client.network("privateEndpoints/pe"),
            with_group,
        ),
        (
            "Microsoft.Network/virtualNetworks/join/action",
            &network,
            format!("{zone}/virtualNetworkLinks/link"),
            json!({ "location": "global", "properties": {
                "virtualNetwork": { "id": network }, "registrationEnabled": false,
            } }),
        ),
        (
            "Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action",
            &subnet,
            client.id(STORAGE),
            json!({
                "location": "eastus", "kind": "StorageV2", "sku": { "name": "Standard_LRS" },
                "properties": { "networkAcls": rules },
            }),
        ),
    ] {
        client.emulator.deny(scope, action);
        let answer = client.put(&id, &body).await.refused(403, "LinkedAuthorizationFailed");
        assert!(message(&answer).contains(action), "{}", message(&answer));
        client.emulator.allow_all();
        let accepted = client.put(&id, &body).await;
        client.end(accepted).await;
    }
}

#[tokio::test]
async fn reader_reads_and_caller_without_role_does_not() {
    let client = Client::start().await;
    client.emulator.assign(vec![Role::new(&["*/read"])]);
    client.get(&client.hub()).await.is(200);
    let flag = json!({ "properties": { "publicNetworkAccess": "Disabled" } });
    let answer = client.patch(&client.hub(), &flag).await.refused(403, "AuthorizationFailed");
    let action = "Microsoft.MachineLearningServices/workspaces/write";
    let wanted = format!("to perform action '{action}' over scope '{}'", client.hub());
    assert!(message(&answer).contains(&wanted), "{}", message(&answer));
    client.delete(&client.hub()).await.refused(403, "AuthorizationFailed");
    let shown = client.get(&permissions(&client.hub())).await.is(200).body;
    assert_eq!(shown["value"][0]["actions"], json!(["*/read"]));

    let storage = client.id(STORAGE);
    let one = Role::new(&["Microsoft.Storage/*"]).except(&["*/delete"]).at(&storage);
    client.emulator.assign(vec![one]);
    client.patch(&storage, &flag).await.is(200);
    client.delete(&storage).await.refused(403, "AuthorizationFailed");
    client.get(&client.hub()).await.refused(403, "AuthorizationFailed");
    // The list of all resources leaves out what the caller may not read.
    let all = format!("{}/resources", client.emulator.group_id());
    let listed = client.get(&all).await.is(200).body;
    assert_eq!(listed["value"].as_array().map(Vec::len), Some(1));
    // A caller without a role gets an empty list.
    let none = client.get(&permissions(&client.hub())).await.is(200).body;
    assert_eq!(none["value"], json!([]));
}

#[tokio::test]
async fn endpoint_without_the_right_to_approve_is_pending() {
    let client = Client::start().await;
    let storage = client.id(STORAGE);
    let action = "Microsoft.Storage/storageAccounts/PrivateEndpointConnectionsApproval/action";
    client.emulator.deny(&storage, action);
    let id = client.network("privateEndpoints/pe");
    let made = client.make(&id, &client.endpoint(&storage, "blob")).await;
    assert_eq!(made["properties"]["provisioningState"], "Succeeded");
    let state = "privateLinkServiceConnectionState";
    let own = &made["properties"]["privateLinkServiceConnections"][0]["properties"][state];
    assert_eq!(own["status"], "Pending");
    let list = client.get(&format!("{storage}/privateEndpointConnections")).await.is(200).body;
    let other = list["value"][0].clone();
    assert_eq!(other["properties"][state]["status"], "Pending");
    let approved = json!({ "properties": { state: { "status": "Approved" } } });
    client.make(other["id"].as_str().expect("an ID"), &approved).await;
    let made = client.get(&id).await.is(200).body;
    let own = &made["properties"]["privateLinkServiceConnections"][0]["properties"][state];
    assert_eq!(own["status"], "Approved");
}

#[tokio::test]
async fn lock_applies_below_its_scope() {
    let client = Client::start().await;
    let (storage, group) = (client.id(STORAGE), client.emulator.group_id());
    let flag = json!({ "properties": { "publicNetworkAccess": "Disabled" } });
    client.emulator.lock(&group, Lock::CanNotDelete);
    client.patch(&storage, &flag).await.is(200);
    let answer = client.delete(&storage).await.refused(409, "ScopeLocked");
    let wanted = format!(
        "The scope '{storage}' cannot perform delete operation because following scope(s) are \
         locked: '{group}'. Please remove the lock and try again."
    );
    assert_eq!(message(&answer), wanted);
    client.emulator.unlock(&group);
    client.emulator.lock(&storage, Lock::ReadOnly);
    let answer = client.patch(&storage, &flag).await.refused(409, "ScopeLocked");
    assert!(message(&answer).contains("cannot perform write operation"));
    client.get(&storage).await.is(200);
    // The parent of a locked resource cannot be deleted either.
    client.delete(&group).await.refused(409, "ScopeLocked");
    client.emulator.unlock(&storage);
    client.delete(&storage).await.is(200);
}

/// The connection belongs to the target, and is deleted with the endpoint.
#[tokio::test]
async fn lock_on_the_target_blocks_the_endpoint() {
    let client = Client::start().await;
    let (storage, id) = (client.id(STORAGE), client.network("privateEndpoints/pe"));
    let made = client.make(&id, &client.endpoint(&storage, "blob")).await;
    client.emulator.lock(&storage, Lock::CanNotDelete);
    let accepted = client.delete(&id).await.is(202);
    let end = client.end(accepted).await.body;
    assert_eq!((&end["status"], &end["error"]["code"]), (&json!("Failed"), &json!("ScopeLocked")));
    assert_eq!(client.get(&id).await.is(200).body, made);
    client.emulator.unlock(&storage);
    client.remove(&id).await;
}

#[tokio::test]
async fn deny_policy_refuses_and_names_itself() {
    let client = Client::start().await;
    let kind = "Microsoft.Storage/storageAccounts";
    let path = "properties.publicNetworkAccess";
    let policy = Policy::deny(kind).unless(path, json!("Disabled"));
    client.emulator.policy(policy.named("no-public", "Storage must be private"));
    let storage = client.id(STORAGE);
    let tags = json!({ "tags": { "a": "1" } });
    let answer = client.patch(&storage, &tags).await.refused(403, "RequestDisallowedByPolicy");
    let error = &answer.body["error"];
    assert_eq!(error["target"], "airefstorage");
    assert!(message(&answer).starts_with("Resource 'airefstorage' was disallowed by policy."));
    let more = &error["additionalInfo"][0];
    assert_eq!(more["type"], "PolicyViolation");
    assert_eq!(more["info"]["policyAssignmentName"], "no-public");
    assert_eq!(more["info"]["policyDefinitionDisplayName"], "Storage must be private");
    assert_eq!(more["info"]["policyDefinitionEffect"], "deny");
    let evaluated = &more["info"]["evaluationDetails"]["evaluatedExpressions"][1];
    assert_eq!((&evaluated["path"], &evaluated["targetValue"]), (&json!(path), &json!("Disabled")));
    let flag = json!({ "properties": { "publicNetworkAccess": "Disabled" } });
    client.patch(&storage, &flag).await.is(200);
    client.patch(&storage, &tags).await.is(200);
    client.emulator.clear_policies();
    let open = json!({ "properties": { "publicNetworkAccess": "Enabled" } });
    client.patch(&storage, &open).await.is(200);
}

#[tokio::test]
async fn modify_policy_changes_the_flag() {
    let client = Client::start().await;
    let path = "properties.publicNetworkAccess";
    for tail in [
        "Microsoft.MachineLearningServices/workspaces/airef-hub",
        STORAGE,
        "Microsoft.KeyVault/vaults/airefkv",
    ] {
        let id = client.id(tail);
        let (kind, _) = tail.rsplit_once('/').expect("a type");
        client.emulator.policy(Policy::modify(kind, path, json!("Disabled")));
        for change in [
            json!({ "properties": { "publicNetworkAccess": "Enabled" } }),
            json!({ "tags": { "a": "1" } }),
        ] {
            client
                .emulator
                .patch(&id, &json!({ "properties": { "publicNetworkAccess": "Enabled" } }))
                .expect("drift");
            let accepted = client.patch(&id, &change).await;
            client.end(accepted).await;
            let shown = client.get(&id).await.is(200).body;
            assert_eq!(shown["properties"]["publicNetworkAccess"], "Disabled", "{tail}");
        }
    }
}

#[tokio::test]
async fn policy_deploys_a_zone_group() {
    let client = Client::start().await;
    let zones = [client.network(ZONE), client.network(NOTEBOOKS)];
    for zone in &zones {
        client.make(zone, &json!({ "location": "global" })).await;
    }
    let (api, notebooks) = (zones[0].as_str(), zones[1].as_str());
    client.emulator.policy(Policy::zone_group("amlworkspace", &[api, notebooks]).after(60.0));
    let id = client.network("privateEndpoints/pe");
    let group = format!("{id}/privateDnsZoneGroups/deployedByPolicy");
    client.make(&id, &client.endpoint(&client.hub(), "amlworkspace")).await;
    client.get(&group).await.is(404);
    client.emulator.advance(61.0);
    let shown = client.get(&group).await.is(200).body;
    let configs = &shown["properties"]["privateDnsZoneConfigs"];
    assert_eq!(configs[0]["name"], "amlworkspace-privateDnsZone");
    assert_eq!(configs[1]["name"], "amlworkspace-secondPrivateDnsZone");
    let shown = client.get(&group).await.is(200).body;
    assert_eq!(shown["properties"]["provisioningState"], "Succeeded");
    let sets = &shown["properties"]["privateDnsZoneConfigs"][0]["properties"]["recordSets"];
    assert!(sets.as_array().is_some_and(|sets| !sets.is_empty()));

    // The policy does not apply to other groups, to manual connections, or to an endpoint with a
    // zone group.
    let storage = client.network("privateEndpoints/pe-blob");
    client.make(&storage, &client.endpoint(&client.id(STORAGE), "blob")).await;
    let manual = client.network("privateEndpoints/pe-manual");
    let mut body = client.endpoint(&client.hub(), "amlworkspace");
    body["properties"]["manualPrivateLinkServiceConnections"] =
        body["properties"]["privateLinkServiceConnections"].take();
    client.make(&manual, &body).await;
    client.emulator.advance(61.0);
    for endpoint in [storage, manual] {
        let list = client.get(&format!("{endpoint}/privateDnsZoneGroups")).await.is(200).body;
        assert_eq!(list["value"], json!([]), "{endpoint}");
    }
}

#[tokio::test]
async fn builder_and_control_api_have_equal_effects() {
    let builder = Emulator::builder()
        .policy(Policy::deny("Microsoft.KeyVault/vaults"))
        .lock("", Lock::CanNotDelete)
        .assign(vec![Role::new(&["*"])])
        .deny("", "Microsoft.Search/*/write");
    let client = Client::with(builder).await;
    let vault = client.id("Microsoft.KeyVault/vaults/airefkv");
    let search = client.id("Microsoft.Search/searchServices/airef-search");
    let tags = json!({ "tags": { "a": "1" } });
    client.patch(&vault, &tags).await.refused(403, "RequestDisallowedByPolicy");
    client.delete(&vault).await.refused(409, "ScopeLocked");
    client.patch(&search, &tags).await.refused(403, "AuthorizationFailed");
    post(&client, "clear-policies", json!({})).await.is(200);
    client.patch(&vault, &tags).await.is(200);
    post(&client, "allow-all", json!({})).await.is(200);
    client.patch(&search, &tags).await.is(200);
    post(&client, "unlock", json!({ "scope": "" })).await.is(200);

    post(&client, "deny", json!({ "scope": vault, "action": "*/write" })).await.is(200);
    client.patch(&vault, &tags).await.refused(403, "AuthorizationFailed");
    let read = "Microsoft.Authorization/permissions/read";
    post(&client, "deny", json!({ "scope": vault, "action": read })).await.is(200);
    client.get(&permissions(&vault)).await.refused(403, "AuthorizationFailed");
    post(&client, "roles", json!({ "roles": [{ "actions": ["*/read"] }] })).await.is(200);
    client.patch(&search, &tags).await.refused(403, "AuthorizationFailed");
    post(&client, "allow-all", json!({})).await.is(200);
    post(&client, "lock", json!({ "scope": search, "level": "ReadOnly" })).await.is(200);
    client.patch(&search, &tags).await.refused(409, "ScopeLocked");
    let policy = json!({
        "effect": "modify", "type": "Microsoft.KeyVault/vaults",
        "path": "properties.publicNetworkAccess", "value": "Disabled",
    });
    post(&client, "policy", policy).await.is(200);
    let shown = client.patch(&vault, &tags).await.is(200).body;
    assert_eq!(shown["properties"]["publicNetworkAccess"], "Disabled");
    for (route, body) in [
        ("policy", json!({ "effect": "audit" })),
        ("roles", json!({})),
        ("deny", json!({ "scope": "" })),
        ("lock", json!({ "scope": "", "level": "Tight" })),
        ("nonsense", json!({})),
    ] {
        post(&client, route, body).await.is(400);
    }
}

//! Managed networks of Azure AI services accounts, and their outbound rules.

use reqwest::Method;
use serde_json::{Value, json};

use emulator::{Emulator, HostRoles, Role};

use crate::client::{Answer, Client};

/// Returns the ID of the default world's account.
pub(crate) fn account(client: &Client) -> String {
    client.id("Microsoft.CognitiveServices/accounts/airef-foundry")
}

pub(crate) fn network(client: &Client) -> String {
    format!("{}/managedNetworks/default", account(client))
}

pub(crate) fn store(client: &Client, name: &str) -> String {
    client.id(&format!("Microsoft.Storage/storageAccounts/{name}"))
}

pub(crate) fn isolated(mode: &str) -> Value {
    json!({ "properties": { "managedNetwork": { "isolationMode": mode } } })
}

/// Returns the body of a rule to a private endpoint.
pub(crate) fn to(target: &str, group: &str) -> Value {
    json!({ "properties": {
        "type": "PrivateEndpoint", "category": "UserDefined",
        "destination": { "serviceResourceId": target, "subresourceTarget": group },
    } })
}

/// Lets the identity of a resource approve connections at a scope.
pub(crate) async fn may_approve(client: &Client, id: &str, scope: &str) {
    let own = client.get(id).await.is(200).body;
    let principal = own["identity"]["principalId"].as_str().expect("a principal");
    let role = Role::new(&["*/privateEndpointConnectionsApproval/action"]).at(scope);
    client.emulator.give(principal, "ServicePrincipal", &role);
}

pub(crate) async fn post(client: &Client, path: &str, body: Option<&Value>) -> Answer {
    let url = client.url(path, crate::client::version(path));
    client.send(Method::POST, &url, &[], body).await
}

/// Returns the connections of a target.
pub(crate) async fn connections(client: &Client, target: &str) -> Vec<Value> {
    let list = client.get(&format!("{target}/privateEndpointConnections")).await.is(200).body;
    list["value"].as_array().expect("a list").clone()
}

/// Returns the body of an owner's decision about a connection.
pub(crate) fn decide(status: &str) -> Value {
    json!({ "properties": { "privateLinkServiceConnectionState": { "status": status } } })
}

fn status(rule: &Value) -> &str {
    rule["properties"]["status"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn network_has_no_name_and_polls_at_another_provider() {
    let client = Client::with(Emulator::builder().operation_seconds(60.0)).await;
    let id = network(&client);
    let accepted = client.put(&id, &isolated("AllowOnlyApprovedOutbound")).await.is(202);
    assert_eq!(accepted.body, Value::Null);
    assert_eq!(accepted.header("retry-after"), "");
    assert_eq!(accepted.header("x-ms-async-operation-timeout"), "PT50M");
    let polled = accepted.header("azure-asyncoperation");
    let at =
        "/providers/Microsoft.MachineLearningServices/locations/eastus/mfeOperationsStatus/mnet:";
    assert!(polled.contains(at), "{polled}");
    assert_eq!(accepted.header("location"), client.url(&id, "2026-03-01"));
    let answer = client.send(Method::GET, polled, &[], None).await.is(200).body;
    assert_eq!(answer["status"], json!("InProgress"));
    let answer = client.get(&id).await.is(200).body;
    assert_eq!(answer["properties"]["managedNetwork"]["status"]["status"], json!("Inactive"));
    client.put(&id, &isolated("AllowOnlyApprovedOutbound")).await.refused(409, "Conflict");
    client.emulator.advance(60.0);
    let shown = client.get(&id).await.is(200).body;
    let members: Vec<&String> = shown.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["properties"]);
    let own = &shown["properties"]["managedNetwork"];
    assert_eq!(own["status"]["status"], json!("Active"));
    assert_eq!(own["provisionNetworkNow"], json!(true));
    assert_eq!(own["managedNetworkKind"], json!("V2"));
    let rules: Vec<&String> = own["outboundRules"].as_object().expect("rules").keys().collect();
    assert!(rules[0].starts_with("__SYS_PE_airef-foundry_account_"), "{rules:?}");
    assert_eq!(rules[1], "__SYS_ST_AzureActiveDirectory_TCP");
    let states = own["outboundRules"].as_object().expect("rules");
    assert!(states.values().all(|rule| rule["status"] == json!("Active")), "{own:#}");
    // Members of a list have a name.
    let list = client.get(&id.replace("/default", "")).await.is(200).body;
    assert_eq!(list["value"][0]["name"], json!("default"));
    let rules = client.get(&format!("{id}/outboundRules")).await.is(200).body;
    assert_eq!(rules["value"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        rules["value"][0]["id"],
        json!(format!("{id}/outboundRules/{}", rules["value"][0]["name"].as_str().unwrap()))
    );
    let accepted = client.delete(&id).await.is(202);
    assert!(accepted.header("azure-asyncoperation").contains("/mfeOperationsStatus/"));
    client.emulator.advance(60.0);
    client.get(&id).await.is(404);
    assert_eq!(connections(&client, &account(&client)).await, [] as [Value; 0]);
}

#[tokio::test]
async fn isolation_mode_cannot_go_back() {
    let client = Client::start().await;
    let id = network(&client);
    let other = id.replace("/default", "/other");
    client.put(&other, &isolated("Disabled")).await.refused(400, "InvalidResourceName");
    client.put(&id, &isolated("Off")).await.refused(400, "UserError");
    client
        .put(&id, &json!({ "properties": { "managedNetwork": {} } }))
        .await
        .refused(400, "UserError");
    let spelled =
        json!({ "properties": { "ManagedNetwork": { "IsolationMode": "allowInternetOutbound" } } });
    let made = client.make(&id, &spelled).await;
    let own = &made["properties"]["managedNetwork"];
    assert_eq!(own["isolationMode"], json!("AllowInternetOutbound"));
    assert_eq!(own["outboundRules"], json!({}));
    client.patch(&id, &isolated("Disabled")).await.refused(400, "UserError");
    let kind = json!({ "properties": { "managedNetwork": { "managedNetworkKind": "V1" } } });
    client.patch(&id, &kind).await.refused(400, "UserError");
    let accepted = client.patch(&id, &isolated("AllowOnlyApprovedOutbound")).await.is(202);
    client.end(accepted).await.is(200);
    client.put(&id, &isolated("AllowInternetOutbound")).await.refused(400, "UserError");
    let sku = |sku: &str| json!({ "properties": { "managedNetwork": { "firewallSku": sku } } });
    let accepted = client.patch(&id, &sku("Basic")).await.is(202);
    client.end(accepted).await.is(200);
    let rule = json!({ "properties": { "type": "FQDN", "destination": "*.pypi.org" } });
    client.make(&format!("{id}/outboundRules/pypi"), &rule).await;
    client.patch(&id, &sku("Standard")).await.refused(400, "UserError");
    let shown = client.get(&id).await.body;
    assert_eq!(shown["properties"]["managedNetwork"]["firewallSku"], json!("Basic"));
    let url = client.url(&id, "2025-12-01");
    client.send(Method::DELETE, &url, &[], None).await.is(405);
}

#[tokio::test]
async fn rules_are_checked_and_written_one_at_a_time() {
    let client = Client::start().await;
    let id = network(&client);
    let rule = |name: &str| format!("{id}/outboundRules/{name}");
    let store = store(&client, "aireffoundry");
    client.put(&rule("blob"), &to(&store, "blob")).await.refused(404, "ParentResourceNotFound");
    client.make(&id, &isolated("AllowInternetOutbound")).await;
    let host = json!({ "properties": { "type": "FQDN", "destination": "pypi.org" } });
    let refused = client.put(&rule("pypi"), &host).await.is(400).body.to_string();
    assert!(refused.contains("Only PrivateEndpoint outbound rules are supported"), "{refused}");
    client.put(&rule("a"), &to(&store, "blob")).await.refused(400, "InvalidResourceName");
    for bad in [
        to(&store, "registry"),
        to(&format!("{store}x"), "blob"),
        json!({ "properties": { "type": "Magic", "destination": "x" } }),
        json!({ "properties": {
            "type": "PrivateEndpoint", "category": "Required",
            "destination": { "serviceResourceId": store, "subresourceTarget": "blob" },
        } }),
    ] {
        client.put(&rule("blob"), &bad).await.refused(400, "UserError");
    }
    let accepted = client.patch(&id, &isolated("AllowOnlyApprovedOutbound")).await;
    client.end(accepted).await.is(200);
    let own = rule("__SYS_ST_AzureActiveDirectory_TCP");
    client.put(&own, &host).await.refused(400, "UserError");
    client.delete(&own).await.refused(400, "UserError");
    let tag = json!({ "properties": { "type": "ServiceTag", "destination": {
        "serviceTag": "AzureMonitor", "protocol": "TCP", "portRanges": "80, 8080-8089",
    } } });
    client.make(&rule("monitor"), &tag).await;
    client.emulator.hold_operations(true);
    let accepted = client.put(&rule("pypi"), &host).await.is(202);
    assert_eq!(status(&client.get(&rule("pypi")).await.body), "Provisioning");
    client.put(&rule("other"), &host).await.refused(409, "Conflict");
    client.delete(&rule("monitor")).await.refused(409, "Conflict");
    client.patch(&id, &isolated("AllowOnlyApprovedOutbound")).await.refused(409, "Conflict");
    client.emulator.hold_operations(false);
    client.end(accepted).await.is(200);
    assert_eq!(status(&client.get(&rule("pypi")).await.body), "Active");
    client.remove(&rule("monitor")).await;
}

#[tokio::test]
async fn rule_is_active_after_the_approval() {
    let client = Client::start().await;
    let (id, store) = (network(&client), store(&client, "aireffoundry"));
    let rule = format!("{id}/outboundRules/blob");
    client.make(&id, &isolated("AllowInternetOutbound")).await;
    let made = client.make(&rule, &to(&store, "blob")).await;
    assert_eq!(status(&made), "Provisioning");
    assert_eq!(made.as_object().map(serde_json::Map::len), Some(1));
    let found = connections(&client, &store).await;
    let own = found[0]["id"].as_str().expect("an ID").to_owned();
    let endpoint = found[0]["properties"]["privateEndpoint"]["id"].as_str().expect("an ID");
    assert!(endpoint.ends_with("/privateEndpoints/blob"), "{endpoint}");
    client.put(&own, &decide("Approved")).await.is(200);
    assert_eq!(status(&client.get(&rule).await.body), "Active");
    client.put(&own, &decide("Rejected")).await.is(200);
    let failed = client.get(&rule).await.body;
    assert_eq!(status(&failed), "Failed");
    assert!(failed["properties"]["errorInformation"].is_string(), "{failed:#}");
    client.remove(&rule).await;
    assert_eq!(connections(&client, &store).await, [] as [Value; 0]);

    may_approve(&client, &account(&client), &store).await;
    assert_eq!(status(&client.make(&rule, &to(&store, "blob")).await), "Active");
    client.remove(&id).await;
    assert_eq!(connections(&client, &store).await, [] as [Value; 0]);
}

#[tokio::test]
async fn rule_waits_for_a_late_role() {
    const APPROVER: &str = "b556d68e-0be0-4f35-a333-ad7ee1ce17ea";
    let client = Client::with(Emulator::builder().role_seconds(30.0).rule_seconds(5.0)).await;
    let (id, store) = (network(&client), store(&client, "aireffoundry"));
    client.make(&id, &isolated("AllowInternetOutbound")).await;
    let own = client.get(&account(&client)).await.body;
    let scope = format!("{store}/providers/Microsoft.Authorization/roleAssignments");
    let name = "11111111-2222-3333-4444-555555555555";
    let body = json!({ "properties": {
        "roleDefinitionId":
            format!("/providers/Microsoft.Authorization/roleDefinitions/{APPROVER}"),
        "principalId": own["identity"]["principalId"],
    } });
    let url = client.url(&format!("{scope}/{name}"), "2022-04-01");
    client.send(Method::PUT, &url, &[], Some(&body)).await.is(201);
    let rule = format!("{id}/outboundRules/blob");
    client.put(&rule, &to(&store, "blob")).await.is(202);
    client.emulator.advance(10.0);
    assert_eq!(status(&client.get(&rule).await.body), "Provisioning");
    client.emulator.advance(25.0);
    assert_eq!(status(&client.get(&rule).await.body), "Active");
}

#[tokio::test]
async fn batch_sets_a_mode_and_rules() {
    let client = Client::start().await;
    let (id, store) = (network(&client), store(&client, "aireffoundry"));
    client.make(&id, &isolated("AllowInternetOutbound")).await;
    let accepted = post(&client, &format!("{id}/provisionManagedNetwork"), None).await.is(202);
    assert_eq!(accepted.header("location"), client.url(&id, "2026-03-01"));
    client.end(accepted).await.is(200);
    may_approve(&client, &account(&client), &store).await;
    let batch = json!({ "properties": {
        "isolationMode": "AllowOnlyApprovedOutbound",
        "outboundRules": {
            "blob": to(&store, "blob")["properties"],
            "pypi": { "type": "FQDN", "destination": "pypi.org" },
        },
    } });
    let path = format!("{id}/batchOutboundRules");
    let bad = json!({ "properties": { "outboundRules": { "bad": { "type": "FQDN" } } } });
    post(&client, &path, Some(&bad)).await.refused(400, "UserError");
    let accepted = post(&client, &path, Some(&batch)).await.is(202);
    client.end(accepted).await.is(200);
    let own = client.get(&id).await.body["properties"]["managedNetwork"].clone();
    assert_eq!(own["outboundRules"]["blob"]["status"], json!("Active"), "{own:#}");
    assert_eq!(own["outboundRules"]["pypi"]["status"], json!("Active"), "{own:#}");
    assert_eq!(own["isolationMode"], json!("AllowOnlyApprovedOutbound"));
    // The answer of a `GET` can be sent back.
    let echo = json!({ "properties": { "managedNetwork": own } });
    assert_eq!(client.make(&id, &echo).await["properties"]["managedNetwork"], own);
    post(&client, &format!("{id}/magic"), None).await.refused(400, "InvalidResourceType");
}

#[tokio::test]
async fn account_with_an_agent_subnet_refuses_a_managed_network() {
    let client = Client::start().await;
    let id = client.id("Microsoft.CognitiveServices/accounts/injected");
    let body = json!({
        "location": "eastus", "kind": "AIServices", "sku": { "name": "S0" },
        "identity": { "type": "SystemAssigned" },
        "properties": { "customSubDomainName": "injected", "networkInjections": [{
            "scenario": "agent",
            "subnetArmId": client.network("virtualNetworks/vnet-ai/subnets/snet-agents"),
        }] },
    });
    client.make(&id, &body).await;
    let own = format!("{id}/managedNetworks/default");
    client.put(&own, &isolated("AllowInternetOutbound")).await.refused(400, "UserError");
}

#[tokio::test]
async fn capability_host_waits_for_rules_to_its_stores() {
    for (rules, state) in [
        (HostRoles::Awaited, "Creating"),
        (HostRoles::Required, "Failed"),
        (HostRoles::Ignored, "Succeeded"),
    ] {
        let client = Client::with(Emulator::builder().host_rules(rules)).await;
        let (own, id) = (account(&client), network(&client));
        client.make(&id, &isolated("AllowOnlyApprovedOutbound")).await;
        let empty = json!({ "properties": { "capabilityHostKind": "Agents" } });
        client.make(&format!("{own}/capabilityHosts/host"), &empty).await;
        let host = json!({ "properties": {
            "capabilityHostKind": "Agents", "threadStorageConnections": ["cosmos"],
            "storageConnections": ["storage"], "vectorStoreConnections": ["search"],
        } });
        let path = format!("{own}/projects/airef-agents/capabilityHosts/host");
        client.put(&path, &host).await.is(201);
        let made = client.get(&path).await.body;
        assert_eq!(made["properties"]["provisioningState"], json!(state), "{rules:?}");
        if rules != HostRoles::Awaited {
            continue;
        }
        may_approve(&client, &own, &client.emulator.group_id()).await;
        for (name, target, group) in [
            ("blob", "Microsoft.Storage/storageAccounts/aireffoundry", "blob"),
            ("cosmos", "Microsoft.DocumentDB/databaseAccounts/airef-cosmos", "Sql"),
            ("search", "Microsoft.Search/searchServices/airef-foundry-search", "searchService"),
        ] {
            let state = client.get(&path).await.body["properties"]["provisioningState"].clone();
            assert_eq!(state, json!("Creating"), "before {name}");
            client
                .make(&format!("{id}/outboundRules/{name}"), &to(&client.id(target), group))
                .await;
        }
        let made = client.get(&path).await.body;
        assert_eq!(made["properties"]["provisioningState"], json!("Succeeded"));
    }
}

#[tokio::test]
async fn account_with_managed_agents_gets_its_network() {
    let client = Client::start().await;
    let id = client.id("Microsoft.CognitiveServices/accounts/managed");
    let body = json!({
        "location": "eastus", "kind": "AIServices", "sku": { "name": "S0" },
        "identity": { "type": "SystemAssigned" },
        "properties": { "customSubDomainName": "managed", "networkInjections": [{
            "scenario": "agent", "useMicrosoftManagedNetwork": true,
        }] },
    });
    client.make(&id, &body).await;
    let shown = client.get(&format!("{id}/managedNetworks/default")).await.is(200).body;
    let own = &shown["properties"]["managedNetwork"];
    assert_eq!(own["isolationMode"], json!("AllowInternetOutbound"));
    assert_eq!(own["managedNetworkKind"], json!("V2"));
    assert_eq!(own["status"]["status"], json!("Active"));
    assert_eq!(own["outboundRules"], json!({}));
    let host = client.get(&format!("{id}/capabilityHosts/managed@aml_aiagentservice")).await;
    let subnet = host.is(200).body["properties"]["customerSubnet"].clone();
    assert!(subnet.as_str().is_some_and(|it| it.starts_with("/subscriptions/")), "{subnet}");
}

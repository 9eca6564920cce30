//! Private endpoints: creation, refusals, deletion.

use emulator::Emulator;
use serde_json::{Value, json};

use crate::client::Client;

/// The six targets of the default world, each with a group.
pub(crate) const TARGETS: [(&str, &str); 6] = [
    ("Microsoft.MachineLearningServices/workspaces/airef-hub", "amlworkspace"),
    ("Microsoft.CognitiveServices/accounts/airef-services", "account"),
    ("Microsoft.Storage/storageAccounts/airefstorage", "blob"),
    ("Microsoft.KeyVault/vaults/airefkv", "vault"),
    ("Microsoft.ContainerRegistry/registries/airefacr", "registry"),
    ("Microsoft.Search/searchServices/airef-search", "searchService"),
];

fn state(endpoint: &Value, array: &str) -> Value {
    endpoint["properties"][array][0]["properties"]["privateLinkServiceConnectionState"].clone()
}

#[tokio::test]
async fn stale_etag_is_reported_before_a_running_write() {
    let client = Client::start().await;
    let id = client.network("privateEndpoints/pe");
    let mut body = client.endpoint(&client.hub(), "amlworkspace");
    let old = client.make(&id, &body).await["etag"].as_str().expect("an etag").to_owned();
    client.emulator.hold_operations(true);
    let group = client.network("applicationSecurityGroups/asg-ai");
    body["properties"]["applicationSecurityGroups"] = json!([{ "id": group }]);
    let new = client.put(&id, &body).await.is(200).body["etag"].as_str().expect("one").to_owned();
    for (etag, status) in [(old, 412), (new, 409)] {
        let url = client.url(&id, "2025-01-01");
        let headers = [("If-Match", etag.as_str())];
        client.send(reqwest::Method::PUT, &url, &headers, Some(&body)).await.is(status);
    }
}

#[tokio::test]
async fn endpoint_to_the_hub_is_created_and_deleted() {
    let client = Client::start().await;
    client.emulator.hold_operations(true);
    let id = client.network("privateEndpoints/pe-hub");
    let accepted = client.put(&id, &client.endpoint(&client.hub(), "amlworkspace")).await.is(201);
    assert_eq!(accepted.body["properties"]["provisioningState"], "Updating");
    assert_eq!(accepted.body["properties"]["customDnsConfigs"], json!([]));
    let own = state(&accepted.body, "privateLinkServiceConnections");
    assert_eq!(
        (&own["status"], &own["description"]),
        (&json!("Approved"), &json!("Auto Approved"))
    );
    assert!(accepted.header("azure-asyncoperation").contains("&s="));
    client.emulator.hold_operations(false);
    let end = client.end(accepted).await;
    assert_eq!(end.body["status"], "Succeeded");

    let made = client.get(&id).await.is(200).body;
    assert_eq!(state(&made, "privateLinkServiceConnections")["description"], "Auto-Approved");
    let names = made["properties"]["customDnsConfigs"].as_array().expect("names");
    assert_eq!(names.len(), 4);
    let interface = made["properties"]["networkInterfaces"][0]["id"].as_str().expect("an ID");
    let interface = client.get(interface).await.is(200).body;
    assert!(interface["name"].as_str().is_some_and(|name| name.starts_with("pe-hub.nic.")));
    let configs = interface["properties"]["ipConfigurations"].as_array().expect("addresses");
    let shown: Vec<(&str, &str)> = configs
        .iter()
        .map(|one| &one["properties"])
        .map(|one| {
            let member = &one["privateLinkConnectionProperties"]["requiredMemberName"];
            (member.as_str().expect("a name"), one["privateIPAddress"].as_str().expect("text"))
        })
        .collect();
    let wanted = [("default", "10.0.1.4"), ("notebook", "10.0.1.5"), ("inference", "10.0.1.6")];
    assert_eq!(shown, wanted);
}

#[tokio::test]
async fn endpoint_blocks_deletes_until_it_is_deleted() {
    let client = Client::start().await;
    let id = client.network("privateEndpoints/pe-hub");
    let made = client.make(&id, &client.endpoint(&client.hub(), "amlworkspace")).await;
    let interface = &made["properties"]["networkInterfaces"][0];
    let list = client.get(&format!("{}/privateEndpointConnections", client.hub())).await.is(200);
    assert_eq!(list.body["value"][0]["properties"]["privateEndpoint"]["id"], json!(id));
    let subnet = client.network("virtualNetworks/vnet-ai/subnets/snet-pe");
    client.delete(&subnet).await.refused(400, "InUseSubnetCannotBeDeleted");
    let answer = client.delete(interface["id"].as_str().expect("an ID")).await.is(400);
    assert!(answer.body.to_string().contains("pe-hub"));

    client.remove(&id).await;
    let dump = client.emulator.dump().to_string();
    assert!(!dump.contains("pe-hub.nic"), "deleting the endpoint deletes its interface");
    let list = client.get(&format!("{}/privateEndpointConnections", client.hub())).await;
    assert_eq!(list.body["value"], json!([]));
}

#[tokio::test]
async fn refuses_what_azure_refuses() {
    let client = Client::start().await;
    let id = client.network("privateEndpoints/pe");
    let good = client.endpoint(&client.hub(), "amlworkspace");
    let connection = "/properties/privateLinkServiceConnections/0/properties";
    let check = async |pointer: &str, value: Value, status: u16, code: &str| {
        let mut body = good.clone();
        *body.pointer_mut(pointer).expect("a place") = value;
        client.put(&id, &body).await.refused(status, code);
    };
    let nowhere = client.network("virtualNetworks/vnet-ai/subnets/none");
    check("/properties/subnet", json!({ "id": nowhere }), 400, "InvalidResourceReference").await;
    check("/properties/subnet", json!({ "id": "x" }), 400, "LinkedInvalidPropertyId").await;
    check("/location", json!("westus"), 400, "InvalidResourceReference").await;
    let groups = format!("{connection}/groupIds");
    check(&groups, json!(["blob"]), 400, "InvalidGroupId").await;
    check(&groups, json!([]), 400, "MissingParameterOnPrivateLinkServiceConnection").await;
    check(&groups, json!(["blob", "file"]), 400, "OnlyOneGroupIdPermitted").await;
    let target = format!("{connection}/privateLinkServiceId");
    let wrong = client.network("virtualNetworks/vnet-ai");
    check(&target, json!(wrong), 400, "InvalidPrivateLinkServiceId").await;
    let gone = client.id("Microsoft.KeyVault/vaults/none");
    check(&target, json!(gone), 400, "InvalidResourceReference").await;
    let two = json!([good["properties"]["privateLinkServiceConnections"][0], {}]);
    let array = "/properties/privateLinkServiceConnections";
    check(array, two, 400, "PrivateEndpointMustHaveOneConnection").await;

    let registry = client.id("Microsoft.ContainerRegistry/registries/lesser");
    client.make(&registry, &json!({ "location": "eastus", "sku": { "name": "Basic" } })).await;
    let answer = client.put(&id, &client.endpoint(&registry, "registry")).await.is(400);
    assert!(answer.body.to_string().contains("Premium"));
    let account = client.id("Microsoft.CognitiveServices/accounts/plain");
    let body = json!({ "location": "eastus", "kind": "AIServices", "sku": { "name": "S0" } });
    client.make(&account, &body).await;
    let answer = client.put(&id, &client.endpoint(&account, "account")).await.is(400);
    assert!(answer.body.to_string().contains("subdomain"));
    client.get(&id).await.is(404);
}

#[tokio::test]
async fn endpoint_keeps_its_immutable_properties() {
    let client = Client::start().await;
    let id = client.network("privateEndpoints/pe");
    let mut body = client.endpoint(&client.hub(), "amlworkspace");
    client.make(&id, &body).await;
    body["tags"] = json!({ "a": "1" });
    let changed = client.make(&id, &body).await;
    assert_eq!(changed["tags"]["a"], "1");
    assert_eq!(changed["properties"]["customDnsConfigs"].as_array().map(Vec::len), Some(4));
    body["properties"]["subnet"]["id"] =
        json!(client.network("virtualNetworks/vnet-ai/subnets/snet-other"));
    let code = "CannotChangeSubnetOnExistingPrivateEndpoint";
    client.put(&id, &body).await.refused(400, code);
    client.patch(&id, &json!({ "tags": {} })).await.is(405);
}

#[tokio::test]
async fn static_addresses_are_checked_and_used() {
    let client = Client::start().await;
    let id = client.network("privateEndpoints/pe");
    let storage = client.id("Microsoft.Storage/storageAccounts/airefstorage");
    let mut body = client.endpoint(&storage, "blob");
    let fixed = |member: &str, address: &str| {
        json!([{ "name": "ip", "properties": {
            "groupId": "blob", "memberName": member, "privateIPAddress": address,
        } }])
    };
    for (address, code) in [
        ("10.0.2.9", "PrivateIPAddressNotInSubnet"),
        ("10.0.1.3", "PrivateIPAddressInReservedRange"),
        ("ten", "InvalidIPAddress"),
    ] {
        body["properties"]["ipConfigurations"] = fixed("blob", address);
        client.put(&id, &body).await.refused(400, code);
    }
    body["properties"]["ipConfigurations"] = fixed("blob", "10.0.1.77");
    let made = client.make(&id, &body).await;
    assert_eq!(made["properties"]["customDnsConfigs"][0]["ipAddresses"], json!(["10.0.1.77"]));
    let second = client.network("privateEndpoints/pe-2");
    client.put(&second, &body).await.refused(400, "PrivateIPAddressIsAllocated");

    let mut body = client.endpoint(&client.hub(), "amlworkspace");
    body["properties"]["ipConfigurations"] = json!([{ "name": "ip", "properties": {
        "groupId": "amlworkspace", "memberName": "default", "privateIPAddress": "10.0.1.90",
    } }]);
    let code = "PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps";
    client.put(&second, &body).await.refused(400, code);
}

#[tokio::test]
async fn full_subnet_refuses_endpoints_until_one_is_deleted() {
    let client = Client::start().await;
    let subnet = client.network("virtualNetworks/vnet-ai/subnets/small");
    client.make(&subnet, &json!({ "properties": { "addressPrefix": "10.0.3.0/29" } })).await;
    let mut body = client.endpoint(&client.hub(), "amlworkspace");
    body["properties"]["subnet"]["id"] = json!(subnet);
    let first = client.network("privateEndpoints/one");
    client.make(&first, &body).await;
    let second = client.network("privateEndpoints/two");
    client.put(&second, &body).await.refused(400, "SubnetIsFull");
    client.remove(&first).await;
    client.make(&second, &body).await;
}

#[tokio::test]
async fn manual_connection_waits_for_approval() {
    let client = Client::start().await;
    let vault = client.id("Microsoft.KeyVault/vaults/airefkv");
    let id = client.network("privateEndpoints/pe-kv");
    let mut body = client.endpoint(&vault, "vault");
    let mut connections = body["properties"]["privateLinkServiceConnections"].take();
    connections[0]["properties"]["requestMessage"] = json!("please");
    body["properties"]["manualPrivateLinkServiceConnections"] = connections;
    let manual = "manualPrivateLinkServiceConnections";
    let made = client.make(&id, &body).await;
    assert_eq!(made["properties"]["provisioningState"], "Succeeded");
    assert_eq!(state(&made, manual)["status"], "Pending");

    let list = client.get(&format!("{vault}/privateEndpointConnections")).await.is(200);
    let mut one = list.body["value"][0].clone();
    assert_eq!(one["properties"]["privateLinkServiceConnectionState"]["description"], "please");
    let own = one["id"].as_str().expect("an ID").to_owned();
    for status in ["Rejected", "Approved"] {
        one["properties"]["privateLinkServiceConnectionState"]["status"] = json!(status);
        client.make(&own, &one).await;
        assert_eq!(state(&client.get(&id).await.body, manual)["status"], status);
    }
    client.remove(&vault).await;
    let left = client.get(&id).await.is(200).body;
    assert_eq!(state(&left, manual)["status"], "Disconnected");
    client.remove(&id).await;
}

#[tokio::test]
async fn connections_of_all_six_kinds_can_be_approved() {
    let client = Client::start().await;
    for (index, (target, group)) in TARGETS.into_iter().enumerate() {
        let target = client.id(target);
        let links = client.get(&format!("{target}/privateLinkResources")).await.is(200).body;
        let known = links["value"].as_array().expect("a list").iter();
        assert!(known.into_iter().any(|one| one["properties"]["groupId"] == json!(group)));
        let id = client.network(&format!("privateEndpoints/pe-{index}"));
        client.make(&id, &client.endpoint(&target, group)).await;
        let shown = client.get(&target).await.is(200).body;
        let one = shown["properties"]["privateEndpointConnections"][0].clone();
        let own = one["id"].as_str().expect("an ID").to_owned();
        let rejected = json!({ "properties": { "privateLinkServiceConnectionState": {
            "status": "Rejected", "description": "no",
        } } });
        let accepted = client.put(&own, &rejected).await;
        assert!([200, 201].contains(&accepted.status), "{:#}", accepted.body);
        client.end(accepted).await;
        let endpoint = client.get(&id).await.body;
        assert_eq!(state(&endpoint, "privateLinkServiceConnections")["status"], "Rejected");
        client.remove(&own).await;
        let endpoint = client.get(&id).await.body;
        assert_eq!(state(&endpoint, "privateLinkServiceConnections")["status"], "Disconnected");
        let made_up = format!("{target}/privateEndpointConnections/none");
        let answer = client.put(&made_up, &rejected).await;
        assert!(answer.status == 404 || answer.status == 405, "{:#}", answer.body);
    }
}

#[tokio::test]
async fn operations_end_on_the_virtual_clock() {
    let client = Client::with(Emulator::builder().operation_seconds(60.0)).await;
    let id = client.network("privateEndpoints/pe");
    let body = client.endpoint(&client.hub(), "amlworkspace");
    let accepted = client.put(&id, &body).await.is(201);
    client.put(&id, &body).await.refused(409, "AnotherOperationInProgress");
    let shown = client.get(&id).await.body;
    assert_eq!(shown["properties"]["provisioningState"], "Updating");
    client.emulator.advance(61.0);
    assert_eq!(client.end(accepted).await.body["status"], "Succeeded");
}

//! Managed network of a hub, and its outbound rules.

use emulator::Role;
use serde_json::{Value, json};

use crate::client::Client;
use crate::managed_network::{connections, may_approve, post, store, to};

fn isolated(mode: &str, more: &Value) -> Value {
    let mut body = json!({ "properties": { "managedNetwork": { "isolationMode": mode } } });
    let own = body["properties"]["managedNetwork"].as_object_mut().expect("an object");
    own.extend(more.as_object().cloned().unwrap_or_default());
    body
}

async fn own(client: &Client, id: &str) -> Value {
    client.get(id).await.is(200).body["properties"]["managedNetwork"].clone()
}

async fn turn(client: &Client, body: &Value) {
    let accepted = client.patch(&client.hub(), body).await.is(202);
    let end = client.end(accepted).await;
    assert_eq!(end.body["status"], json!("Succeeded"), "{:#}", end.body);
}

#[tokio::test]
async fn workspace_shows_its_next_isolation_modes() {
    let client = Client::start().await;
    let modes = json!(["AllowInternetOutbound", "AllowOnlyApprovedOutbound"]);
    let open = json!({ "isolationMode": "Disabled", "changeableIsolationModes": modes });
    assert_eq!(own(&client, &client.hub()).await, open);
    turn(&client, &isolated("AllowInternetOutbound", &json!({}))).await;
    let shown = own(&client, &client.hub()).await;
    assert_eq!(shown["changeableIsolationModes"], json!(["AllowOnlyApprovedOutbound"]));
    assert_eq!(shown["status"], json!({ "status": "Inactive", "sparkReady": false }));
    for back in ["Disabled", "AllowOnlyApproved"] {
        client.patch(&client.hub(), &isolated(back, &json!({}))).await.is(400);
    }
    // The answer of a `GET` can be sent back, and omitted values stay.
    let mut hub = client.get(&client.hub()).await.body;
    client.make(&client.hub(), &hub).await;
    hub["properties"].as_object_mut().expect("an object").remove("managedNetwork");
    let made = client.make(&client.hub(), &hub).await;
    assert_eq!(made["properties"]["managedNetwork"], shown);
    let project = client.hub().replace("airef-hub", "airef-project");
    assert_eq!(own(&client, &project).await, shown);
}

#[tokio::test]
async fn rules_are_inactive_until_provisioning() {
    let client = Client::start().await;
    let (hub, foundry) = (client.hub(), store(&client, "aireffoundry"));
    post(&client, &format!("{hub}/provisionManagedNetwork"), None).await.refused(400, "UserError");
    let rules = json!({ "outboundRules": { "stored": to(&foundry, "blob")["properties"] } });
    turn(&client, &isolated("AllowOnlyApprovedOutbound", &rules)).await;
    let rule = format!("{hub}/outboundRules/tables");
    let made = client.make(&rule, &to(&foundry, "table")).await;
    assert_eq!(made["id"], json!(rule));
    assert_eq!(made["type"], json!("Microsoft.MachineLearningServices/workspaces/outboundRules"));
    assert_eq!(made["properties"]["status"], json!("Inactive"));
    assert_eq!(made["properties"]["destination"]["sparkEnabled"], json!(false));
    let pypi = json!({ "properties": { "type": "FQDN", "destination": "*.pypi.org" } });
    client.make(&format!("{hub}/outboundRules/pypi"), &pypi).await;
    let shown = own(&client, &hub).await;
    let rules = shown["outboundRules"].as_object().expect("rules");
    let inactive = |rule: &Value| rule["status"] == json!("Inactive");
    assert!(rules.values().all(inactive), "{shown:#}");
    for tag in ["AzureMachineLearning_UDP", "AzureFrontDoor.FirstParty", "VirtualNetwork"] {
        assert!(rules.contains_key(&format!("__SYS_ST_{tag}")), "{tag} of {shown:#}");
    }
    let required = |group: &str| {
        let named = |name: &&String| name.starts_with("__SYS_PE_") && name.contains(group);
        rules.keys().find(named).unwrap_or_else(|| panic!("{group} of {shown:#}")).clone()
    };
    let end = |name: String| name.rsplit('_').next().map(str::to_owned);
    // The digits depend on the target.
    assert_eq!(end(required("_blob_")), end(required("_file_")));
    for group in ["_vault_", "_registry_", "_amlworkspace_"] {
        required(group);
    }
    client.delete(&format!("{hub}/outboundRules/{}", required("_vault_"))).await.is(400);
    assert_eq!(connections(&client, &foundry).await, [] as [Value; 0]);

    may_approve(&client, &hub, &foundry).await;
    let body = json!({ "includeSpark": true });
    let accepted = post(&client, &format!("{hub}/provisionManagedNetwork"), Some(&body)).await;
    client.end(accepted.is(202)).await.is(200);
    let shown = own(&client, &hub).await;
    assert_eq!(shown["status"], json!({ "status": "Active", "sparkReady": true }));
    let rules = shown["outboundRules"].as_object().expect("rules");
    assert!(rules.values().all(|rule| rule["status"] == json!("Active")), "{shown:#}");
    assert_eq!(connections(&client, &foundry).await.len(), 2);
    let defaults = store(&client, "airefstorage");
    assert_eq!(connections(&client, &defaults).await.len(), 2);
    client.remove(&rule).await;
    assert_eq!(connections(&client, &foundry).await.len(), 1);
    let gone =
        isolated("AllowOnlyApprovedOutbound", &json!({ "outboundRules": { "stored": null } }));
    turn(&client, &gone).await;
    assert_eq!(connections(&client, &foundry).await, [] as [Value; 0]);
}

#[tokio::test]
async fn open_internet_needs_rules_to_private_defaults_only() {
    let client = Client::start().await;
    let closed = json!({ "properties": { "publicNetworkAccess": "Disabled" } });
    client.patch(&store(&client, "airefstorage"), &closed).await.is(200);
    let now = json!({ "properties": {
        "managedNetwork": { "isolationMode": "AllowInternetOutbound" },
        "provisionNetworkNow": true,
    } });
    turn(&client, &now).await;
    let shown = own(&client, &client.hub()).await;
    assert_eq!(shown["outboundRules"].as_object().map(serde_json::Map::len), Some(2));
    assert_eq!(shown["status"]["status"], json!("Active"));
    let tag = json!({ "properties": { "type": "FQDN", "destination": "pypi.org" } });
    let path = format!("{}/outboundRules/pypi", client.hub());
    client.put(&path, &tag).await.refused(400, "UserError");
}

#[tokio::test]
async fn rule_requires_the_right_to_approve() {
    let client = Client::start().await;
    let (hub, foundry) = (client.hub(), store(&client, "aireffoundry"));
    turn(&client, &isolated("AllowInternetOutbound", &json!({}))).await;
    let approval = "*/privateEndpointConnectionsApproval/action";
    client.emulator.assign(vec![Role::new(&["*"]).except(&[approval])]);
    let rules = json!({ "outboundRules": { "blob": to(&foundry, "blob")["properties"] } });
    let refused = client.patch(&hub, &isolated("AllowInternetOutbound", &rules)).await;
    let text = format!(
        "User does not have permission to approve private link connections to resource: {foundry}"
    );
    assert_eq!(refused.body["error"]["message"], json!(text));
    assert_eq!(refused.body["componentName"], json!("account-rp"));
    assert_eq!(refused.body["statusCode"], json!(400));
    refused.refused(400, "UserError");
    let path = format!("{hub}/outboundRules/blob");
    client.put(&path, &to(&foundry, "blob")).await.refused(400, "UserError");
    client.get(&path).await.is(404);
}

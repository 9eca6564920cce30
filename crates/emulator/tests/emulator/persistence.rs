//! Worlds in files: initial worlds, and state across restarts.

use std::path::Path;

use emulator::Emulator;
use serde_json::{Value, json};

use crate::client::Client;
use crate::managed_network;

/// Creates an endpoint with all its dependents.
async fn furnish(client: &Client) {
    let zone = client.network("privateDnsZones/privatelink.api.azureml.ms");
    client.make(&zone, &json!({ "location": "global" })).await;
    let endpoint = client.network("privateEndpoints/pe-hub");
    client.make(&endpoint, &client.endpoint(&client.hub(), "amlworkspace")).await;
    let group = json!({ "properties": { "privateDnsZoneConfigs": [
        { "name": "z", "properties": { "privateDnsZoneId": zone } },
    ] } });
    client.make(&format!("{endpoint}/privateDnsZoneGroups/default"), &group).await;
    let network = managed_network::network(client);
    client.make(&network, &managed_network::isolated("AllowOnlyApprovedOutbound")).await;
    let stored = managed_network::to(&managed_network::store(client, "airefstorage"), "blob");
    client.make(&format!("{network}/outboundRules/blob"), &stored).await;
}

fn write(path: &Path, document: &Value) {
    std::fs::write(path, document.to_string()).expect("a file");
}

#[tokio::test]
async fn dump_can_be_the_initial_world() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("world.json");
    let first = Client::start().await;
    furnish(&first).await;
    let dump = first.emulator.dump();
    write(&file, &dump);
    let second = Client::with(Emulator::builder().world_file(&file)).await;
    assert_eq!(second.emulator.dump()["resources"], dump["resources"]);
    // The loaded world works: a delete also deletes the dependents.
    second.remove(&second.network("privateEndpoints/pe-hub")).await;
    let zone = second.network("privateDnsZones/privatelink.api.azureml.ms");
    let records = second.get(&format!("{zone}/A")).await.is(200).body;
    assert_eq!(records["value"], json!([]));
}

#[tokio::test]
async fn state_continues_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    let builder = || Emulator::builder().state_file(&file);
    let first = Client::with(builder()).await;
    furnish(&first).await;
    // Stopped while an operation runs, which counts as ended after the restart.
    first.emulator.hold_operations(true);
    let late = first.network("privateDnsZones/late.example");
    first.put(&late, &json!({ "location": "global" })).await.is(202);
    let before = first.emulator.dump();
    first.emulator.stop().await.expect("a clean stop");

    let second = Client::with(builder()).await;
    let zone = second.get(&late).await.is(200).body;
    assert_eq!(zone["properties"]["provisioningState"], "Succeeded");
    let after = second.emulator.dump();
    let count = |dump: &Value| dump["resources"].as_array().map(Vec::len);
    assert_eq!(count(&after), count(&before));
    assert!(second.get(&second.network("privateEndpoints/pe-hub")).await.status == 200);
    second.remove(&late).await;
    // The state is written soon after a change, not only at the stop.
    loop {
        let text = std::fs::read_to_string(&file).expect("the state");
        if !text.contains("late.example") {
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn state_file_is_locked_by_one_emulator() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("state.json");
    let start = async || Emulator::builder().state_file(&file).start().await;
    let first = start().await.expect("an emulator");
    let error = start().await.err().expect("a refusal").to_string();
    assert!(error.contains("in use by another emulator"), "{error}");
    first.stop().await.expect("a clean stop");
    let second = start().await.expect("an emulator");
    second.stop().await.expect("a clean stop");
    let left = std::fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 1, "the lock file is removed");
    let nowhere = Emulator::builder().state_file(folder.path().join("none/state.json"));
    let error = nowhere.start().await.err().expect("a refusal").to_string();
    assert!(error.contains("Cannot lock"), "{error}");
}

#[tokio::test]
async fn world_file_creates_resources_of_put() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("world.json");
    let mine = "/subscriptions/00000000-0000-0000-0000-0000000000aa/resourceGroups/mine";
    let vault = format!("{mine}/providers/Microsoft.KeyVault/vaults/mine");
    let properties = json!({
        "tenantId": "t",
        "sku": { "family": "A", "name": "standard" },
        "enableRbacAuthorization": true,
    });
    write(
        &file,
        &json!({
            "subscription": "00000000-0000-0000-0000-0000000000aa",
            "resource_group": "mine",
            "put": [
                { "id": mine, "location": "westus" },
                { "id": vault, "location": "westus", "properties": properties },
            ],
        }),
    );
    let client = Client::with(Emulator::builder().world_file(&file)).await;
    assert_eq!(client.emulator.group_id(), mine);
    let shown = client.get(&vault).await.is(200).body;
    assert_eq!(shown["properties"]["publicNetworkAccess"], "Enabled");
    assert_eq!(client.emulator.dump()["resources"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn invalid_world_file_is_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("world.json");
    let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v";
    for (document, says) in [
        (json!([]), "not a JSON object"),
        (json!({ "resource": [] }), "property 'resource' is unknown"),
        (json!({ "put": {} }), "put is not a list"),
        (json!({ "resources": [{}] }), "resources[0]: id is missing"),
        (json!({ "resources": [{ "id": id }] }), "is not in the world file"),
        (json!({ "subscription": "s", "resources": [{ "id": id }] }), "has no properties"),
        (json!({ "subscription": "s", "put": [{ "id": "/a" }] }), "is not the ID of a resource"),
    ] {
        write(&file, &document);
        let started = Emulator::builder().world_file(&file).start().await;
        let error = started.err().expect("a refusal").to_string();
        assert!(error.contains(says), "{error}");
    }
}

//! Connections of a hub's managed network, whose endpoints are in a subscription of Microsoft's.

use emulator::Role;
use serde_json::json;

use crate::pieces::WORKSPACE_PATH;
use crate::world::World;

const IT: &str = "data.azureai_network_isolation_posture.hub";

const POSTURE: &str = r#"
data "azureai_network_isolation_posture" "hub" {
  workspace_id = local.workspace
}
"#;

const STORAGE: &str = "Microsoft.Storage/storageAccounts/airefstorage";

/// What is said of the connections of the storage account that are not approved.
fn said(world: &World) -> String {
    world.apply().succeeds();
    let findings = world.attribute(IT, "findings");
    let about = |it: &&serde_json::Value| {
        it["code"] == "AAI107" && it["resource_id"].as_str().is_some_and(|it| it.ends_with(STORAGE))
    };
    findings.as_array().unwrap().iter().filter(about).map(ToString::to_string).collect()
}

/// The endpoint may not be seen; that its connection waits is sure all the same.
#[test]
fn a_connection_that_waits_is_told_with_the_right_that_the_hub_lacks() {
    let world = World::new();
    let endpoint = "/subscriptions/00000000-0000-4000-8000-0000000000ff/resourceGroups/\
                    commonHoboRG1/providers/Microsoft.Network/privateEndpoints/\
                    __SYS_PE_airefstorage_blob_01234567";
    let waiting = json!({"properties": {
        "privateEndpoint": {"id": endpoint},
        "privateLinkServiceConnectionState": {"status": "Pending"},
    }});
    world.cloud.put(&format!("{STORAGE}/privateEndpointConnections/airefstorage.1"), &waiting);
    world.config(POSTURE);
    let without_network = said(&world);
    assert!(without_network.contains("is Pending"), "{without_network}");
    assert!(!without_network.contains("lacks"), "{without_network}");

    let mode = json!({"managedNetwork": {"isolationMode": "AllowOnlyApprovedOutbound"}});
    world.cloud.patch(WORKSPACE_PATH, &json!({ "properties": mode }));
    let lacking = said(&world);
    let action = "Microsoft.Storage/storageAccounts/PrivateEndpointConnectionsApproval/action";
    assert!(lacking.contains(&format!("lacks {action}")), "{lacking}");
    assert!(lacking.contains("az role assignment create"), "{lacking}");

    // Some may approve nothing; a group might have the identity in it.
    let hub = world.cloud.get(WORKSPACE_PATH).unwrap();
    let identity = hub["identity"]["principalId"].as_str().unwrap();
    world.cloud.give(identity, "ServicePrincipal", &Role::new(&["*/read"]));
    assert!(said(&world).contains("lacks"));
    let approver = || Role::new(&["*/privateEndpointConnectionsApproval/action"]);
    world.cloud.give("a-group", "Group", &approver().at(&world.cloud.group()));
    let unsure = said(&world);
    assert!(unsure.contains("is Pending") && !unsure.contains("lacks"), "{unsure}");
    world.cloud.give(identity, "ServicePrincipal", &approver().at(&world.cloud.id(STORAGE)));
    assert!(!said(&world).contains("lacks"));
}

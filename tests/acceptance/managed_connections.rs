//! Acceptance tests of connections of a hub's managed network, whose endpoints are in a
//! subscription of Microsoft.

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

/// Returns the findings about unapproved connections of the storage account.
fn unapproved(world: &World) -> String {
    world.apply().succeeds();
    let findings = world.attribute(IT, "findings");
    let about = |it: &&serde_json::Value| {
        it["code"] == "AAI107" && it["resource_id"].as_str().is_some_and(|it| it.ends_with(STORAGE))
    };
    findings.as_array().unwrap().iter().filter(about).map(ToString::to_string).collect()
}

/// The endpoint cannot be read, but its connection is known to be pending.
#[test]
fn a_pending_connection_is_reported_with_the_permission_that_the_hub_lacks() {
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
    let without_network = unapproved(&world);
    assert!(without_network.contains("is Pending"), "{without_network}");
    assert!(!without_network.contains("lacks"), "{without_network}");

    let mode = json!({"managedNetwork": {"isolationMode": "AllowOnlyApprovedOutbound"}});
    world.cloud.patch(WORKSPACE_PATH, &json!({ "properties": mode }));
    let lacking = unapproved(&world);
    let action = "Microsoft.Storage/storageAccounts/PrivateEndpointConnectionsApproval/action";
    assert!(lacking.contains(&format!("lacks {action}")), "{lacking}");
    assert!(lacking.contains("az role assignment create"), "{lacking}");

    // A role without the approval changes nothing. The role of a group makes it uncertain, because
    // the group might contain the identity.
    let hub = world.cloud.get(WORKSPACE_PATH).unwrap();
    let identity = hub["identity"]["principalId"].as_str().unwrap();
    world.cloud.give(identity, "ServicePrincipal", &Role::new(&["*/read"]));
    assert!(unapproved(&world).contains("lacks"));
    let approver = || Role::new(&["*/privateEndpointConnectionsApproval/action"]);
    world.cloud.give("a-group", "Group", &approver().at(&world.cloud.group()));
    let uncertain = unapproved(&world);
    assert!(uncertain.contains("is Pending") && !uncertain.contains("lacks"), "{uncertain}");
    world.cloud.give(identity, "ServicePrincipal", &approver().at(&world.cloud.id(STORAGE)));
    assert!(!unapproved(&world).contains("lacks"));
}

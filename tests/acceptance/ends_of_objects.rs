//! Deletion: one request if Azure deletes the children with the object, complete when the operation
//! is, with errors that name the object and its parent.

use emulator::{Fault, FaultKind, Lock};

use crate::pieces;
use crate::theirs::{Creation, Kind};
use crate::world::World;

const STORAGE: &str = "Microsoft.Storage/storageAccounts/airefstorage";

const WITH_GROUP: &str = r#"
resource "azureai_private_dns_zone" "blob" {
  name                = "privatelink.blob.core.windows.net"
  resource_group_name = "rg-ai"
}

resource "azureai_private_endpoint" "hub" {
  name                = "pe-hub"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "blob"
    private_connection_resource_id = local.storage
    subresource_names              = ["blob"]
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [azureai_private_dns_zone.blob.id]
  }
}
"#;

/// Returns the paths of the DELETE requests, below the resource group.
fn deletes(world: &World) -> Vec<String> {
    let group = format!("{}/providers/", world.cloud.group());
    let requests = world.cloud.requests().into_iter().filter(|it| it.method == "DELETE");
    requests.map(|it| it.path.replace(&group, "")).collect()
}

#[test]
fn endpoint_and_zone_group_are_deleted_in_one_request() {
    let world = World::new();
    world.config(WITH_GROUP);
    world.apply().creates(2);
    let record = "Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net/A/\
                  airefstorage";
    assert!(world.cloud.has(record));
    let before = world.cloud.everything();
    let destroy =
        ["destroy", "-input=false", "-auto-approve", "-target=azureai_private_endpoint.hub"];

    // Azure's operation deletes the endpoint only after the connection, which the lock protects.
    world.cloud.lock(STORAGE, Lock::CanNotDelete);
    world.run(&destroy).fails_with("ScopeLocked");
    world.cloud.is_as_it_was(&before);
    assert_eq!(deletes(&world), [pieces::ENDPOINT_PATH]);
    world.plan().is_quiet();

    world.cloud.unlock(STORAGE);
    world.run(&destroy).destroys(1);
    assert_eq!(deletes(&world), [pieces::ENDPOINT_PATH; 2]);
    assert!(!world.cloud.has(pieces::ENDPOINT_PATH) && !world.cloud.has(record));
}

/// After the operation has succeeded, the object with this name belongs to another client.
#[test]
fn destroy_ignores_an_object_that_another_client_recreates() {
    for kind in [Kind::Zone, Kind::Link, Kind::Endpoint] {
        let creation = Creation::of_new(kind, &["it"]);
        let world = &creation.world;
        let before = world.cloud.everything();
        world.config(&creation.hcl("  timeouts {\n    delete = \"20s\"\n  }\n"));
        world.apply().creates(1);
        for (_, id, body) in creation.created_since(&before) {
            let anew =
                Fault::new(FaultKind::Put { id, body }).method("GET").path(kind.operation_path());
            world.cloud.fault(anew.after("DELETE", &kind.path("it")));
        }
        world.destroy().destroys(1);
        assert!(world.cloud.has(&kind.path("it")), "{kind:?}: it is theirs");
        assert_eq!(deletes(world), [kind.path("it")], "{kind:?}");
        assert!(world.instances().is_empty(), "{kind:?}");
    }
}

/// Terraform does not print an address with the errors of a destroy.
#[test]
fn destroy_errors_name_the_object_and_its_parent() {
    let policy = "resource \"azureai_subnet_private_endpoint_policy\" \"it\" {\n  \
                  subnet_id = local.subnet\n  private_endpoint_network_policies = \"Enabled\"\n  \
                  on_destroy = \"restore\"\n}\n";
    let world = World::new();
    let hcl = [pieces::ZONE, pieces::LINK, pieces::ENDPOINT, pieces::GROUP, policy].concat();
    world.config(&hcl);
    world.apply().creates(5);
    for (method, path) in [
        ("DELETE", "/privateDnsZoneGroups/"),
        ("DELETE", "/virtualNetworkLinks/"),
        ("PUT", "/subnets/"),
    ] {
        let refused = Fault::status(403, "AuthorizationFailed", "You may not do this.");
        world.cloud.fault(refused.method(method).path(path).count(0));
    }
    world
        .destroy()
        .fails_with("You may not do this.")
        .says("private DNS zone group \"default\" of \"pe-hub\"")
        .says("\"snet-pe\" of \"vnet-ai\"")
        .says("\"link-vnet-ai\" of \"privatelink.api.azureml.ms\"");
    world.cloud.forget_faults();
    world.destroy().succeeds();
}

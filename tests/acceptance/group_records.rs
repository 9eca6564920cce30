//! Acceptance tests of the records of a zone group: deleted records are restored, and a zone
//! without records causes a warning.

use serde_json::json;

use crate::pieces;
use crate::world::World;

const ENDPOINT: &str = "azureai_private_endpoint.hub";
const GROUP: &str = "azureai_private_dns_zone_group.hub";

/// Returns a zone with a link and an endpoint with a zone group, as a block and as a resource. The
/// address and the path of the group's record sets follow.
fn both_shapes() -> [(String, &'static str, &'static str); 2] {
    let ground = [pieces::ZONE, pieces::LINK].concat();
    let inline = pieces::endpoint_with(pieces::INLINE_GROUP);
    let alone = [pieces::ENDPOINT, pieces::GROUP].concat();
    [
        ([&*ground, &*inline].concat(), ENDPOINT, "private_dns_zone_configs.0.record_sets"),
        ([&*ground, &*alone].concat(), GROUP, "record_sets"),
    ]
}

/// Returns the IDs of all A records.
fn records(world: &World) -> Vec<String> {
    let records = world.cloud.of_kind("Microsoft.Network/privateDnsZones/A").into_iter();
    records.map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

/// Azure's zone group still lists the deleted record.
#[test]
fn a_deleted_record_is_restored() {
    for (hcl, address, path) in both_shapes() {
        let world = World::new();
        world.config(&hcl);
        world.apply().succeeds();
        let all = records(&world);
        assert_eq!(all.len(), 3);
        world.plan().is_quiet();
        world.cloud.delete(&all[0]);

        let warning = "Records of the zone group no longer exist";
        world.plan().updates(1).warns(warning).says(".privatelink.api.azureml.ms");
        world.apply().updates(1);
        assert_eq!(records(&world), all, "{address}");
        let sets = world.attribute(address, path);
        let sets = sets.as_array().unwrap().iter();
        assert!(sets.clone().all(|it| it["ip_addresses"] != json!([])), "{sets:?}");
        world.plan().is_quiet().keeps_quiet_about(warning);
    }
}

#[test]
fn a_recreated_zone_gets_its_records_in_the_same_apply() {
    for (hcl, address, _) in both_shapes() {
        let world = World::new();
        world.config(&hcl);
        world.apply().succeeds();
        let all = records(&world);
        let link = format!("{}/virtualNetworkLinks/link-vnet-ai", pieces::ZONE_PATH);
        world.cloud.delete(&link);
        world.cloud.delete(pieces::ZONE_PATH);
        assert_eq!(records(&world), [""; 0]);

        world.apply().succeeds();
        assert_eq!(records(&world), all, "{address}");
        world.plan().is_quiet();
    }
}

/// The endpoint shows the group, but does not restore its records.
#[test]
fn records_of_an_unmanaged_group_are_not_restored() {
    let world = World::new();
    let alone = [pieces::ZONE, pieces::ENDPOINT].concat();
    world.config(&[&*alone, pieces::GROUP].concat());
    world.apply().succeeds();
    world.run(&["state", "rm", GROUP]).succeeds();
    world.config(&alone);
    world.run(&["apply", "-refresh-only", "-input=false", "-auto-approve"]).succeeds();
    world.cloud.delete(&records(&world)[0]);
    world.plan().is_quiet();
}

/// A principal that cannot read the zone's records sees no difference and no error.
#[test]
fn an_unreadable_zone_causes_no_changes() {
    for (hcl, ..) in both_shapes() {
        let world = World::new();
        world.config(&hcl);
        world.apply().succeeds();
        world.cloud.delete(&records(&world)[0]);
        world.cloud.deny(&world.cloud.id(pieces::ZONE_PATH), "*/A/read");
        world.plan().is_quiet();
    }
}

/// The service has no name in this zone, so the apply does not wait.
#[test]
fn a_zone_without_records_causes_a_warning() {
    for (hcl, address, path) in both_shapes() {
        let world = World::new();
        world.config(&hcl.replace("privatelink.api.azureml.ms", "corp.example.org"));
        let applied = world.apply().succeeds().warns("has no record in corp.example.org");
        assert!(applied.time().as_secs() < 30);
        assert!(!world.is_tainted(address));
        assert_eq!(world.attribute(address, path), json!([]));
        world.plan().is_quiet();
    }
}

//! Acceptance tests of the modes of an endpoint's zone group, and of disconnected connections.

use emulator::Policy;
use serde_json::json;

use crate::cloud::Cloud;
use crate::pieces::{self, ENDPOINT_PATH};
use crate::world::World;

const IT: &str = "azureai_private_endpoint.hub";
const BY_POLICY: &str =
    "Microsoft.Network/privateEndpoints/pe-hub/privateDnsZoneGroups/deployedByPolicy";
const INLINE: &str = "Microsoft.Network/privateEndpoints/pe-hub/privateDnsZoneGroups/default";

/// Creates the zone group that a policy of the platform team deploys for an endpoint.
fn deploy(cloud: &Cloud) {
    let zone = cloud.id(pieces::ZONE_PATH);
    let config = json!({"name": "amlworkspace-privateDnsZone", "properties": {
        "privateDnsZoneId": zone, "provisioningState": "Succeeded", "recordSets": [],
    }});
    cloud.put(
        BY_POLICY,
        &json!({"properties": {
            "provisioningState": "Succeeded", "privateDnsZoneConfigs": [config],
        }}),
    );
}

fn with_zone(endpoint: &str) -> String {
    format!("{}{endpoint}", pieces::ZONE)
}

#[test]
fn the_group_of_a_policy_is_shown_and_not_changed() {
    for mode in ["", "  dns_zone_group_mode = \"policy\"\n"] {
        let world = World::new();
        world.config(&with_zone(&pieces::endpoint_with(mode)));
        world.apply().succeeds();
        deploy(&world.cloud);
        world.plan().is_quiet();
        let tagged = format!("{mode}  tags = {{ a = \"1\" }}\n");
        world.config(&with_zone(&pieces::endpoint_with(&tagged)));
        world.apply().updates(1);
        assert!(world.cloud.has(BY_POLICY), "the group is still there");
        let shown = world.attribute(IT, "private_dns_zone_configs.0.name");
        assert_eq!(shown, "amlworkspace-privateDnsZone");
    }
}

#[test]
fn the_mode_none_removes_a_group_that_appears() {
    let world = World::new();
    let none = pieces::endpoint_with("  dns_zone_group_mode = \"none\"\n");
    world.config(&with_zone(&none));
    world.apply().succeeds();
    world.plan().is_quiet();
    deploy(&world.cloud);
    world.apply().updates(1);
    assert!(!world.cloud.has(BY_POLICY), "the group was deleted");
    world.plan().is_quiet();
}

#[test]
fn a_change_of_mode_never_replaces_the_endpoint() {
    let world = World::new();
    let inline = pieces::endpoint_with(pieces::INLINE_GROUP);
    world.config(&with_zone(&inline));
    world.apply().succeeds();
    let guid = world.cloud.get(ENDPOINT_PATH).unwrap()["properties"]["resourceGuid"].clone();

    world.config(&with_zone(&pieces::endpoint_with("  dns_zone_group_mode = \"policy\"\n")));
    world.apply().updates(1);
    assert!(world.cloud.has(INLINE), "handed over, not removed");
    world.plan().is_quiet();

    world.config(&with_zone(&inline));
    world.apply().updates(1);
    world.plan().is_quiet();

    world.config(&with_zone(pieces::ENDPOINT));
    world.apply().updates(1);
    assert!(!world.cloud.has(INLINE), "removed with its block");
    world.plan().is_quiet();
    assert_eq!(world.cloud.get(ENDPOINT_PATH).unwrap()["properties"]["resourceGuid"], guid);
}

#[test]
fn a_second_group_is_rejected_with_instructions() {
    let world = World::new();
    world.config(&with_zone(pieces::ENDPOINT));
    world.apply().succeeds();
    deploy(&world.cloud);
    world.config(&with_zone(&pieces::endpoint_with(pieces::INLINE_GROUP)));
    world.apply().fails_with("already has another one").says("dns_zone_group_mode = \"policy\"");
    assert!(!world.is_tainted(IT));
    let same = pieces::INLINE_GROUP.replace("\"default\"", "\"deployedByPolicy\"");
    world.config(&with_zone(&pieces::endpoint_with(&same)));
    world.apply().updates(1);
    world.plan().is_quiet();
}

#[test]
fn waiting_for_a_group_ends_at_its_timeout() {
    let waiting = "  dns_zone_group_mode = \"policy\"\n  wait_for_zone_group {\n    \
                   timeout = \"1s\"\n    \
                   required_zone_names = [\"privatelink.api.azureml.ms\"]\n  }\n";
    let world = World::new();
    world.config(&pieces::endpoint_with(waiting));
    world.apply().fails_with("privatelink.api.azureml.ms");
    assert!(world.cloud.has(ENDPOINT_PATH));
    assert!(world.is_tainted(IT), "the endpoint is on record");
}

#[test]
fn a_failed_group_can_be_a_warning() {
    let fault = || {
        let fault = emulator::Fault::status(403, "LinkedAuthorizationFailed", "no join/action");
        fault.method("PUT").path("privateDnsZoneGroups").count(0)
    };
    let warning = format!("{}  on_zone_group_failure = \"warn\"\n", pieces::INLINE_GROUP);
    let world = World::new();
    world.config(&with_zone(&pieces::endpoint_with(&warning)));
    world.cloud.fault(fault());
    world.apply().succeeds().warns("LinkedAuthorizationFailed");
    assert!(!world.is_tainted(IT));
    world.cloud.forget_faults();
    world.apply().updates(1);
    assert!(world.cloud.has(INLINE));
    world.plan().is_quiet();
}

#[test]
fn a_disconnected_endpoint_is_replaced_unless_configured_otherwise() {
    let cut = |more: &str| {
        let world = World::new();
        world.config(&pieces::endpoint_with(more));
        world.apply().succeeds();
        let workspace = world.cloud.get(pieces::WORKSPACE_PATH).unwrap();
        let connection = &workspace["properties"]["privateEndpointConnections"][0];
        let id = connection["id"].as_str().unwrap().to_owned();
        let state = json!({"status": "Disconnected", "description": "gone"});
        let change = json!({"properties": {"privateLinkServiceConnectionState": state}});
        world.cloud.patch(&id, &change);
        world
    };
    let world = cut("");
    world.apply().replaces(1).warns("is disconnected and will be replaced");
    world.plan().is_quiet();
    assert_eq!(world.attribute(IT, "connection_status"), "Approved");

    cut("  on_disconnected = \"warn\"\n").plan().warns("is Disconnected").creates(0);
    cut("  on_disconnected = \"ignore\"\n").plan().is_quiet();
}

const NOTEBOOKS: &str = "Microsoft.Network/privateDnsZones/privatelink.notebooks.azure.net";

/// Creates two zones of the platform team, and its policy that gives endpoints a group of them
/// `after` seconds after their creation.
fn policy(world: &World, after: f64) {
    let zones = [pieces::ZONE_PATH, NOTEBOOKS];
    zones.iter().for_each(|zone| world.cloud.put_zone(zone));
    let zones = zones.map(|zone| world.cloud.id(zone));
    let zones = zones.each_ref().map(String::as_str);
    world.cloud.policy(Policy::zone_group("amlworkspace", &zones).after(after));
}

/// Returns an endpoint with its own group in the first of those zones.
fn managed() -> String {
    let zone = "\"${local.network}/privateDnsZones/privatelink.api.azureml.ms\"";
    pieces::endpoint_with(&pieces::INLINE_GROUP.replace("azureai_private_dns_zone.api.id", zone))
}

#[test]
fn an_apply_waits_for_the_group_of_a_policy() {
    let waiting = "  dns_zone_group_mode = \"policy\"\n  wait_for_zone_group {\n    \
                   required_zone_names = [\"privatelink.notebooks.azure.net\"]\n  }\n";
    let world = World::new();
    policy(&world, 600.0);
    world.config(&pieces::endpoint_with(waiting));
    let mut running = world.start(&["apply", "-input=false", "-auto-approve"]);
    running.wait_until("the provider looks for the group again and again", || {
        let requests = world.cloud.requests();
        requests.iter().filter(|it| it.path.ends_with("/privateDnsZoneGroups")).count() > 2
    });
    assert!(!world.cloud.has(BY_POLICY));
    world.cloud.advance(600.0);
    world.end(running).creates(1);
    let names = [0, 1].map(|n| world.attribute(IT, &format!("private_dns_zone_configs.{n}.name")));
    assert_eq!(names, ["amlworkspace-privateDnsZone", "amlworkspace-secondPrivateDnsZone"]);
    world.plan().is_quiet();
    world.destroy().destroys(1);
    assert!(!world.cloud.has(BY_POLICY), "it goes with its endpoint");
}

/// The mode can come from a variable.
#[test]
fn endpoints_of_one_resource_can_have_different_modes() {
    let world = World::new();
    policy(&world, 0.0);
    let each = pieces::ENDPOINT.replacen("\"pe-hub\"", "\"pe-${each.key}\"", 1).replacen(
        "  name ",
        "  for_each            = var.modes\n  name ",
        1,
    );
    let each = pieces::with(&each, "  dns_zone_group_mode = each.value\n");
    let modes =
        "variable \"modes\" {\n  default = { theirs = \"policy\", nobodys = \"none\" }\n}\n";
    world.config(&[modes, &each].concat());
    world.apply().creates(2);
    let group = |name: &str| BY_POLICY.replace("pe-hub", name);
    world.apply().updates(1).says("azureai_private_endpoint.hub[\"nobodys\"] will be updated");
    assert!(world.cloud.has(&group("pe-theirs")), "it is shown and not changed");
    assert!(!world.cloud.has(&group("pe-nobodys")), "the mode allows no group");
    world.plan().is_quiet();
}

#[test]
fn a_policy_does_not_change_a_managed_group() {
    let world = World::new();
    policy(&world, 600.0);
    world.config(&managed());
    world.apply().creates(1);
    world.cloud.advance(600.0);
    world.plan().is_quiet();
    assert!(world.cloud.has(INLINE) && !world.cloud.has(BY_POLICY));
}

/// The policy comes between the endpoint and its group, and an endpoint can have only one group.
#[test]
fn a_group_that_a_policy_deployed_first_is_reported() {
    let world = World::new();
    policy(&world, 0.0);
    world.config(&managed());
    world
        .apply()
        .fails_with("Cannot create more than one private dns zone group")
        .says("dns_zone_group_mode = \"policy\"")
        .says("on main.tf line");
    world.config(&pieces::endpoint_with("  dns_zone_group_mode = \"policy\"\n"));
    world.apply().replaces(1);
    assert!(world.cloud.has(BY_POLICY));
    world.plan().is_quiet();
}

/// The service is recreated under its name, and the endpoint still leads to the deleted one.
#[test]
fn an_endpoint_to_a_recreated_service_is_replaced_with_the_reason() {
    const VAULT: &str = "Microsoft.KeyVault/vaults/airefkv";
    let world = World::new();
    let endpoint = pieces::ENDPOINT.replace("local.workspace", "local.vault");
    world.config(&endpoint.replace("amlworkspace", "vault"));
    world.apply().creates(1);
    world.plan().is_quiet();
    let mut vault = world.cloud.get(VAULT).unwrap();
    world.cloud.delete(VAULT);
    vault["properties"].as_object_mut().unwrap().remove("privateEndpointConnections");
    world.cloud.put(VAULT, &vault);
    let said =
        world.plan().replaces(1).warns("The private endpoint is disconnected and will be replaced");
    said.says("because the service was recreated").says("on main.tf line");
    world.apply().replaces(1);
    assert_eq!(world.attribute(IT, "connection_status"), "Approved");
    world.plan().is_quiet().keeps_quiet_about("disconnected");
}

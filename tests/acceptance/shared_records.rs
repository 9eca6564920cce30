//! Acceptance tests of two endpoints to one service, whose records are in one zone.

use crate::pieces;
use crate::world::World;

const RECORD: &str = "Microsoft.Network/privateDnsZones/privatelink.api.azureml.ms/A/";

fn second(of: &str) -> String {
    let named = of.replace("\"default\"", "\"second\"").replace("pe-hub", "pe-second");
    named.replace("\"hub\"", "\"second\"").replace("endpoint.hub", "endpoint.second")
}

/// Returns the address of the workspace in the zone.
fn address(world: &World) -> Option<String> {
    let id = world.cloud.id(RECORD);
    let all = world.cloud.everything();
    let record = all.iter().find(|(key, _)| {
        let name = key.to_lowercase();
        name.starts_with(&id.to_lowercase())
            && name.contains(".workspace.")
            && !name.ends_with(".cert")
    });
    let address = &record?.1["properties"]["aRecords"][0]["ipv4Address"];
    Some(address.as_str().unwrap().to_owned())
}

/// The group that is written last has the records. Without it, the names have no records until the
/// other group is written again.
#[test]
fn the_loss_of_shared_records_is_reported_and_repaired() {
    let world = World::new();
    let first = [pieces::ZONE, pieces::ENDPOINT, pieces::GROUP].concat();
    world.config(&first);
    world.apply().creates(3).keeps_quiet_about("AAI017");
    let of_first = address(&world).unwrap();

    world.config(&[&first, &*second(pieces::ENDPOINT), &second(pieces::GROUP)].concat());
    world.apply().creates(2);
    assert_ne!(address(&world).unwrap(), of_first);
    world.plan().is_quiet().keeps_quiet_about("AAI017");

    // The state has the endpoint without its group, which was created later. Terraform plans the
    // removal by the state.
    world.run(&["apply", "-refresh-only", "-input=false", "-auto-approve"]).succeeds();
    world.config(&first);
    let plan = world.plan().warns("\"pe-hub\" may lose its records in privatelink.api.azureml.ms");
    plan.says("AAI017").says("writes the group again");
    world.apply().destroys(2);
    assert_eq!(address(&world), None);
    world.apply().updates(1).warns("Records of the zone group no longer exist");
    assert_eq!(address(&world).unwrap(), of_first);
}

/// Covers zone groups as a resource and as a block.
#[test]
fn the_plan_reports_a_second_endpoint_in_the_zone() {
    for group in [pieces::GROUP, ""] {
        let inline = if group.is_empty() { pieces::INLINE_GROUP } else { "" };
        let endpoint = pieces::endpoint_with(inline);
        let first = [pieces::ZONE, &*endpoint, group].concat();
        let world = World::new();
        world.config(&first);
        world.apply().succeeds();
        world.config(&[&*first, &second(pieces::ENDPOINT)].concat());
        world.apply().creates(1).keeps_quiet_about("AAI017");
        let both = [&*first, &second(&endpoint), &second(group)].concat();
        world.config(&both);
        let says = "\"pe-hub\", has the same records in privatelink.api.azureml.ms";
        world.plan().warns(says).says("AAI017").says("Azure keeps one record");
        // A destroy removes both endpoints, so it reports nothing.
        world.config("");
        world.run(&["plan", "-destroy"]).succeeds().keeps_quiet_about("AAI017");
    }
}

/// The endpoint may belong to another team.
#[test]
fn an_unreadable_endpoint_is_not_reported() {
    let world = World::new();
    let first = [pieces::ZONE, &*pieces::endpoint_with(pieces::INLINE_GROUP)].concat();
    world.config(&first);
    world.apply().succeeds();
    let groups = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/read";
    world.cloud.deny("Microsoft.Network/privateEndpoints/pe-hub", groups);
    world.config(&[&*first, &second(&pieces::endpoint_with(pieces::INLINE_GROUP))].concat());
    world.run(&["plan", "-refresh=false"]).succeeds().keeps_quiet_about("AAI017");
}

/// An endpoint does not conflict with itself.
#[test]
fn another_zone_in_a_group_is_not_reported() {
    let other = pieces::ZONE.replace("\"api\"", "\"notebooks\"");
    let other = other.replace("privatelink.api.azureml.ms", "privatelink.notebooks.azure.net");
    let ground = [pieces::ZONE, &other].concat();
    let world = World::new();
    world.config(&[&*ground, &pieces::endpoint_with(pieces::INLINE_GROUP)].concat());
    world.apply().succeeds();
    let both =
        pieces::INLINE_GROUP.replace(".api.id", ".api.id, azureai_private_dns_zone.notebooks.id");
    assert_ne!(both, pieces::INLINE_GROUP);
    world.config(&[&*ground, &pieces::endpoint_with(&both)].concat());
    world.apply().updates(1).keeps_quiet_about("AAI017");
}

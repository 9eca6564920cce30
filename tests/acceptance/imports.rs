//! What exists already is taken over, however its ID is spelt.

use crate::pieces;
use crate::world::World;

/// A world in which one of each exists and Terraform has forgotten them all.
fn forgotten() -> World {
    let world = World::new();
    world.config(&pieces::one_of_each());
    world.apply().creates(5);
    for (address, _) in pieces::where_each_is(&world.cloud) {
        world.run(&["state", "rm", address]).succeeds();
    }
    world
}

#[test]
fn by_command_in_odd_casing() {
    let world = forgotten();
    for (address, id) in pieces::where_each_is(&world.cloud) {
        world.import(address, &pieces::odd_casing(&id)).succeeds();
    }
    // `on_destroy` is a wish of the configuration: Azure cannot tell it.
    world.plan().updates(1).says("on_destroy");
    world.apply().updates(1);
    world.plan().is_quiet();
    world.destroy().destroys(5);
}

#[test]
fn by_block_in_odd_casing() {
    let world = forgotten();
    let mut hcl = pieces::one_of_each().replace("  on_destroy            = \"restore\"\n", "");
    for (address, id) in pieces::where_each_is(&world.cloud) {
        let id = pieces::odd_casing(&id);
        hcl.push_str(&format!(
            "import {{\n  to = {address}\n  id = \"{id}/\"\n}}\n"
        ));
    }
    world.config(&hcl);
    world
        .plan()
        .imports(5)
        .says("0 to add, 0 to change, 0 to destroy");
    world.apply().imports(5);
    world.plan().is_quiet();
}

#[test]
fn an_endpoint_with_an_inline_group_is_taken_over_whole() {
    let world = World::new();
    let endpoint = pieces::ENDPOINT.trim_end().trim_end_matches('}');
    let group = "private_dns_zone_group {\n    name = \"default\"\n    \
                 private_dns_zone_ids = [azureai_private_dns_zone.api.id]\n  }\n}\n";
    world.config(&format!("{}\n{endpoint}\n  {group}", pieces::ZONE));
    world.apply().creates(2);
    world
        .run(&["state", "rm", "azureai_private_endpoint.hub"])
        .succeeds();
    let id = world.cloud.id(pieces::ENDPOINT_PATH);
    world
        .import("azureai_private_endpoint.hub", &pieces::odd_casing(&id))
        .succeeds();
    world.plan().is_quiet();
}

#[test]
fn what_does_not_exist_cannot_be_taken_over() {
    let world = World::new();
    world.config(pieces::ZONE);
    let id = world.cloud.id(pieces::ZONE_PATH);
    let address = "azureai_private_dns_zone.api";
    world
        .import(address, &id)
        .fails_with("Cannot import non-existent remote object");
}

#[test]
fn an_id_that_is_none_or_of_another_type_is_refused_with_an_example() {
    let world = World::new();
    world.config(pieces::ZONE);
    let address = "azureai_private_dns_zone.api";
    let example = "Microsoft.Network/privateDnsZones/";
    world
        .import(address, "privatelink.api.azureml.ms")
        .fails_with(example);
    world
        .import(address, &world.cloud.id(pieces::ENDPOINT_PATH))
        .fails_with(example);
}

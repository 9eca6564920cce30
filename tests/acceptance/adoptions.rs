//! `adopt_existing`: with it, create adopts resources that exist in Azure; without it, they are
//! errors.

use crate::pieces;
use crate::world::World;

const ADOPT: &str = "  adopt_existing = true\n";

/// Returns a world with a zone, its link, an endpoint, and its zone group. Of these, the state has
/// only the endpoint.
fn world() -> World {
    let world = World::new();
    world.config(&[pieces::ZONE, pieces::LINK, pieces::ENDPOINT, pieces::GROUP].concat());
    world.apply().creates(4);
    for address in [ZONE, LINK, GROUP] {
        world.run(&["state", "rm", address]).succeeds();
    }
    world
}

const ZONE: &str = "azureai_private_dns_zone.api";
const LINK: &str = "azureai_private_dns_zone_virtual_network_link.api";
const GROUP: &str = "azureai_private_dns_zone_group.hub";

#[test]
fn existing_resources_are_adopted_only_with_adopt_existing() {
    let world = world();
    world.apply().fails_with("already exists").says("import {");
    let zone = pieces::with(pieces::ZONE, &format!("{ADOPT}  tags = {{ by = \"us\" }}\n"));
    let [link, group] = [pieces::LINK, pieces::GROUP].map(|it| pieces::with(it, ADOPT));
    let all = [zone.as_str(), &link, pieces::ENDPOINT, &group].concat();
    world.config(&all);
    world.apply().creates(3).replaces(0);
    world.plan().is_quiet();
    let tags = &world.cloud.get(pieces::ZONE_PATH).unwrap()["tags"];
    assert_eq!(*tags, serde_json::json!({"by": "us"}));
    // `adopt_existing` affects only create. Removing it changes nothing in Azure.
    world.config(&all.replace(ADOPT, ""));
    world.apply().updates(3).replaces(0);
    world.plan().is_quiet();
    world.destroy().destroys(4);
    assert!(!world.cloud.has(pieces::ZONE_PATH));
}

#[test]
fn adopt_existing_creates_what_does_not_exist() {
    let world = World::new();
    let [zone, link, group] =
        [pieces::ZONE, pieces::LINK, pieces::GROUP].map(|it| pieces::with(it, ADOPT));
    world.config(&[zone.as_str(), &link, pieces::ENDPOINT, &group].concat());
    world.apply().creates(4);
    world.plan().is_quiet();
}

#[test]
fn link_is_adopted_only_under_its_existing_name() {
    let world = world();
    let adopting = pieces::with(pieces::LINK, ADOPT);
    let named = |name: &str| {
        let zone = pieces::with(pieces::ZONE, ADOPT);
        let link = adopting.replace("\"link-vnet-ai\"", &format!("{name:?}"));
        [zone.as_str(), &link, pieces::ENDPOINT].concat()
    };
    let link = format!("{}/virtualNetworkLinks/link-vnet-ai", world.cloud.id(pieces::ZONE_PATH));
    world.config(&named("mine"));
    // The zone's ID is known once the zone is adopted.
    world.run(&["apply", "-input=false", "-auto-approve", &format!("-target={ZONE}")]).succeeds();
    world.plan().fails_with("linked to the zone").says(&link).says("name = \"link-vnet-ai\"");
    let lax = "provider \"azureai\" {\n  checks = \"off\"\n}\n";
    world.config_with_provider(lax, &named("mine"));
    world.apply().fails_with("Azure rejected the request").says("adopt_existing = true");
    assert!(world.cloud.has(&link));
    world.config(&named("link-vnet-ai"));
    world.apply().creates(1);
    world.plan().is_quiet();
}

#[test]
fn zone_group_is_adopted_only_under_its_existing_name() {
    let world = world();
    let zone = pieces::with(pieces::ZONE, ADOPT);
    let group = pieces::with(pieces::GROUP, ADOPT);
    let named = |name: &str| {
        let group = group.replace("\"default\"", &format!("{name:?}"));
        [zone.as_str(), pieces::ENDPOINT, &group].concat()
    };
    let there = format!("{}/privateDnsZoneGroups/default", world.cloud.id(pieces::ENDPOINT_PATH));
    world.config(&named("mine"));
    let refused = world.apply().fails_with("Cannot create more than one private dns zone groups");
    refused.says(&there).says("name = \"default\"").says("import {");
    world.config(&named("default"));
    world.apply().creates(1);
    world.plan().is_quiet();
}

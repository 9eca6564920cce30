//! Acceptance tests of many objects at once: in one run, and in two runs with separate states.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::outcome::Outcome;
use crate::pieces;
use crate::world::World;

const APPLY: [&str; 3] = ["apply", "-input=false", "-auto-approve"];
const ENDPOINTS: &str = "Microsoft.Network/privateEndpoints";

fn endpoints(count: usize) -> String {
    r#"
resource "azureai_private_endpoint" "all" {
  count               = COUNT
  name                = "pe-${count.index}"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "vault"
    private_connection_resource_id = local.vault
    subresource_names              = ["vault"]
  }
}
"#
    .replace("COUNT", &count.to_string())
}

/// Returns the IDs of all objects in the state, in lower case.
fn in_state(state: &Value) -> BTreeSet<String> {
    let resources = state["resources"].as_array().into_iter().flatten();
    let instances = resources.flat_map(|it| it["instances"].as_array().into_iter().flatten());
    let ids = instances.filter_map(|it| it["attributes"]["id"].as_str());
    ids.map(str::to_lowercase).collect()
}

/// Returns the IDs of all objects of a type in Azure, in lower case.
fn in_azure(world: &World, kind: &str) -> BTreeSet<String> {
    let all = world.cloud.of_kind(kind);
    all.iter().map(|it| it["id"].as_str().unwrap().to_lowercase()).collect()
}

fn apply_widely(world: &World, more: &[&str]) -> Outcome {
    world.run(&[&APPLY[..], &["-parallelism=50"], more].concat()).succeeds()
}

#[test]
fn two_hundred_endpoints_are_created_fifty_at_a_time() {
    let world = World::new();
    world.config(&endpoints(200));
    apply_widely(&world, &[]);
    assert_eq!(in_state(&world.state()), in_azure(&world, ENDPOINTS));
    assert_eq!(in_azure(&world, ENDPOINTS).len(), 200);
    let before = world.cloud.requests().len();
    world.plan().is_quiet();
    let requests = world.cloud.requests().split_off(before);
    let of_endpoints = |it: &&emulator::Request| {
        let (_, rest) = it.path.split_once("/privateEndpoints").unwrap_or(("", "/of/another"));
        !rest.trim_start_matches('/').contains('/')
    };
    // The first endpoint by itself, and the others as a list.
    assert_eq!(requests.iter().filter(of_endpoints).count(), 2);
    apply_widely(&world, &["-destroy"]);
    assert!(in_azure(&world, ENDPOINTS).is_empty());
}

/// Creates and deletes links, records, and zone groups of one zone at once.
#[test]
fn one_zone_accepts_concurrent_writes() {
    let world = World::new();
    let names = "[for number in range(30) : \"n${number}\"]";
    let zone = r#"
resource "azureai_private_dns_a_record" "all" {
  for_each            = toset(NAMES)
  name                = each.key
  private_dns_zone_id = azureai_private_dns_zone.api.id
  ttl                 = 10
  records             = ["10.0.1.9"]
}
"#;
    let group = pieces::endpoint_with(pieces::INLINE_GROUP);
    world.config(&[pieces::ZONE, pieces::LINK, &group, &zone.replace("NAMES", names)].concat());
    apply_widely(&world, &[]);
    world.plan().is_quiet();
    // The zone is deleted after the objects in it.
    apply_widely(&world, &["-destroy"]);
    assert!(!world.cloud.has(pieces::ZONE_PATH) && in_azure(&world, ENDPOINTS).is_empty());
}

/// Azure rejects all operations but one. The provider then runs one after another, and Azure
/// rejects no more.
#[test]
fn operations_in_one_subnet_run_one_at_a_time() {
    let world = World::new();
    world.config(&endpoints(12));
    world.cloud.contend(0.05);
    apply_widely(&world, &[]);
    assert_eq!(in_state(&world.state()), in_azure(&world, ENDPOINTS));
    let refused = world.cloud.requests().iter().filter(|it| it.status == 429).count();
    assert!((1..=24).contains(&refused), "{refused} times");
    world.plan().is_quiet();
    apply_widely(&world, &["-destroy"]);
    assert!(in_azure(&world, ENDPOINTS).is_empty());
}

/// Runs a command in this folder and in another one at once, each with its own state.
fn at_once(world: &World, command: &[&str]) -> [Outcome; 2] {
    let one = world.start(command);
    let two = world.start(&[&["-chdir=../other"], command].concat());
    [world.end(one), world.end(two)]
}

/// Returns a world with `one` in its folder, and with `two` in another folder that has its own
/// state.
fn two_folders(one: &str, two: &str) -> World {
    let world = World::new();
    world.config(two);
    let text = std::fs::read_to_string(world.path("main.tf")).unwrap();
    world.file("../other/main.tf", &text);
    world.config(one);
    world
}

fn other_state(world: &World) -> Value {
    let text = std::fs::read_to_string(world.path("../other/terraform.tfstate")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn two_runs_with_different_objects_succeed() {
    let own = endpoints(10);
    let world = two_folders(&own, &own.replace("pe-", "other-"));
    for outcome in at_once(&world, &APPLY) {
        outcome.succeeds();
    }
    let (one, two) = (in_state(&world.state()), in_state(&other_state(&world)));
    assert_eq!((one.len(), two.len()), (10, 10));
    assert_eq!(&one | &two, in_azure(&world, ENDPOINTS));
    for outcome in at_once(&world, &["destroy", "-auto-approve"]) {
        outcome.succeeds();
    }
    assert!(in_azure(&world, ENDPOINTS).is_empty());
}

/// The error of the other run has the `import` block.
#[test]
fn each_object_is_in_the_state_of_one_run() {
    let zones = r#"
resource "azureai_private_dns_zone" "all" {
  count               = 10
  name                = "z${count.index}.example.org"
  resource_group_name = "rg-ai"
}
"#;
    let world = two_folders(zones, zones);
    let outcomes = at_once(&world, &APPLY);
    let (one, two) = (in_state(&world.state()), in_state(&other_state(&world)));
    assert!(one.is_disjoint(&two), "{one:?} {two:?}");
    assert_eq!(&one | &two, in_azure(&world, "Microsoft.Network/privateDnsZones"));
    assert_eq!(one.len() + two.len(), 10);
    for (outcome, own) in outcomes.into_iter().zip([&one, &two]) {
        match own.len() {
            10 => drop(outcome.succeeds()),
            _ => drop(outcome.fails_with("exists").says("import {")),
        }
    }
    // The state of this run is complete: it lacks only the objects of the other run.
    world.plan().creates(10 - one.len()).replaces(0);
}

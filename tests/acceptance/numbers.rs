//! Many objects of one kind: how much is asked for and how fast, and that nothing is overlooked.

use serde_json::json;

use crate::pieces;
use crate::world::World;

const ZONES: &str = r#"
locals {
  zones    = ["api.example.org", "notebooks.example.org", "files.example.org"]
  networks = ["a", "b", "c", "d"]
}

resource "azureai_private_dns_zone" "all" {
  for_each            = toset(local.zones)
  name                = each.key
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_zone_virtual_network_link" "all" {
  for_each            = { for it in setproduct(local.zones, local.networks) : join("/", it) => it }
  name                = "to-${each.value[1]}"
  private_dns_zone_id = azureai_private_dns_zone.all[each.value[0]].id
  virtual_network_id  = "${local.network}/virtualNetworks/vnet-${each.value[1]}"
}

resource "azureai_private_dns_a_record" "all" {
  for_each            = toset(local.networks)
  name                = each.key
  private_dns_zone_id = azureai_private_dns_zone.all["api.example.org"].id
  ttl                 = 10
  records             = ["10.0.1.9"]
}
"#;

/// How often each of these was asked for: lists of links, single links, lists of records, single
/// records.
fn asked(world: &World, since: usize) -> [usize; 4] {
    let requests = world.cloud.requests().split_off(since);
    let count = |fits: fn(&str) -> bool| requests.iter().filter(|it| fits(&it.path)).count();
    [
        count(|path| path.ends_with("/virtualNetworkLinks")),
        count(|path| path.contains("/virtualNetworkLinks/")),
        count(|path| path.ends_with("/A")),
        count(|path| path.contains("/A/")),
    ]
}

#[test]
fn what_is_in_a_zone_is_listed_once_and_drift_is_seen_all_the_same() {
    let world = World::new();
    for (number, name) in (20..).zip(["a", "b", "c", "d"]) {
        world.cloud.put_network(&format!("vnet-{name}"), &format!("10.{number}.0.0/16"));
    }
    world.config(ZONES);
    world.apply().succeeds();
    let before = world.cloud.requests().len();
    world.plan().is_quiet();
    // The first record is read by itself: a zone may have thousands of which one is managed.
    assert_eq!(asked(&world, before), [3, 0, 1, 1]);

    let zone = "Microsoft.Network/privateDnsZones/api.example.org";
    world.cloud.delete(&format!("{zone}/virtualNetworkLinks/to-b"));
    world.cloud.delete(&format!("{zone}/A/c"));
    let drift = json!({ "properties": { "registrationEnabled": true } });
    let other = "Microsoft.Network/privateDnsZones/files.example.org";
    world.cloud.patch(&format!("{other}/virtualNetworkLinks/to-d"), &drift);
    world.plan().creates(2).updates(1);
    world.apply().succeeds();
    world.plan().is_quiet();
}

const LARGE: &str = r#"
resource "azureai_private_endpoint" "all" {
  count               = 30
  name                = "pe-${count.index}"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "vault"
    private_connection_resource_id = local.vault
    subresource_names              = ["vault"]
  }
}

resource "azureai_private_dns_zone" "all" {
  count               = 6
  name                = "z${count.index}.example.org"
  resource_group_name = "rg-ai"
}

resource "azureai_private_dns_zone_virtual_network_link" "all" {
  count               = 48
  name                = "to-${count.index % 8}"
  private_dns_zone_id = azureai_private_dns_zone.all[floor(count.index / 8)].id
  virtual_network_id  = "${local.network}/virtualNetworks/vnet-${count.index % 8}"
}
"#;

/// With ten times as much of everything this is 424 requests, and those of more pages.
#[test]
fn what_is_in_a_group_is_listed_too() {
    let world = World::new();
    for number in 0..8 {
        world.cloud.put_network(&format!("vnet-{number}"), &format!("10.{}.0.0/16", 20 + number));
    }
    world.config(LARGE);
    world.apply().succeeds();
    let before = world.cloud.requests().len();
    world.plan().is_quiet();
    let requests = world.cloud.requests().split_off(before);
    let ends = |suffix: &str| requests.iter().filter(|it| it.path.ends_with(suffix)).count();
    // Of each type one by itself, then those of the group.
    assert_eq!(ends("/privateEndpoints"), 1);
    assert_eq!(ends("/networkInterfaces"), 1);
    assert_eq!(ends("/privateDnsZones"), 1);
    // What Azure lists for each parent only.
    assert_eq!(ends("/privateDnsZoneGroups"), 30);
    assert_eq!(ends("/virtualNetworkLinks"), 6);
    assert_eq!(ends("/SOA/@"), 6);
    let lines = || world.cloud.request_lines();
    assert!(requests.len() <= 50, "{} requests\n{}", requests.len(), lines());
}

fn records(count: usize) -> String {
    let records = r#"
resource "azureai_private_dns_a_record" "all" {
  count               = COUNT
  name                = "r${count.index}"
  private_dns_zone_id = azureai_private_dns_zone.api.id
  ttl                 = 10
  records             = ["10.0.1.9"]
}
"#;
    [pieces::ZONE, &records.replace("COUNT", &count.to_string())].concat()
}

fn refused(world: &World) -> usize {
    world.cloud.requests().iter().filter(|it| it.status == 429).count()
}

/// Azure counts down what is left: nobody is refused who listens.
#[test]
fn with_few_requests_left_it_goes_slower_and_is_never_refused() {
    let world = World::new();
    world.config(&records(30));
    world.cloud.limit_writes(25, 10.0);
    world.apply().succeeds();
    assert_eq!(refused(&world), 0);
    world.plan().is_quiet();
}

/// Where others use the budget up, each refusal is heeded by all, and everything is done.
#[test]
fn with_no_requests_left_all_wait_as_long_as_azure_asks() {
    let world = World::new();
    world.config(&records(8));
    world.cloud.limit_writes(1, 2.0);
    world.apply().succeeds();
    // As many as were under way at once, and hardly any more.
    let refused = refused(&world);
    assert!((1..=16).contains(&refused), "{refused} times");
    world.plan().is_quiet();
}

//! Acceptance tests of many objects of one kind: the number of requests, their rate, and the
//! detection of drift.

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

/// Returns the numbers of requests after request `since`: lists of links, single links, lists of
/// records, single records.
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
fn links_and_records_of_a_zone_are_listed_once_and_drift_is_detected() {
    let world = World::new();
    for (number, name) in (20..).zip(["a", "b", "c", "d"]) {
        world.cloud.put_network(&format!("vnet-{name}"), &format!("10.{number}.0.0/16"));
    }
    world.config(ZONES);
    world.apply().succeeds();
    let before = world.cloud.requests().len();
    world.plan().is_quiet();
    // The provider reads the first record by itself, because a zone may have thousands of records
    // but only one managed record.
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

/// Ten times as many objects need 424 requests, and those of the additional pages.
#[test]
fn objects_of_a_resource_group_are_listed() {
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
    // One object of each type by itself, then the list of the group.
    assert_eq!(ends("/privateEndpoints"), 1);
    assert_eq!(ends("/networkInterfaces"), 1);
    assert_eq!(ends("/privateDnsZones"), 1);
    // Types that Azure lists for each parent only.
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

/// The provider slows down by the remaining quota in Azure's responses.
#[test]
fn a_low_quota_slows_requests_before_any_429() {
    let world = World::new();
    world.config(&records(30));
    world.cloud.limit_writes(25, 10.0);
    world.apply().succeeds();
    assert_eq!(refused(&world), 0);
    world.plan().is_quiet();
}

/// Other clients use up the quota. After each 429, all requests wait as long as it says.
#[test]
fn an_exhausted_quota_makes_all_requests_wait() {
    let world = World::new();
    world.config(&records(8));
    world.cloud.limit_writes(1, 2.0);
    world.apply().succeeds();
    // Hardly more than the requests that were running at once.
    let refused = refused(&world);
    assert!((1..=16).contains(&refused), "{refused} times");
    world.plan().is_quiet();
}

//! The attributes of `azureai_private_endpoint`.

use super::{HERE, PlanReplace, Replace, Update, each_works};
use crate::world::World;

const BASE: &str = r#"
resource "azureai_private_dns_zone" "blob" {
  name                = "privatelink.blob.core.windows.net"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone" "file" {
  name                = "privatelink.file.core.windows.net"
  resource_group_name = "rg-ai"
}
resource "azureai_private_endpoint" "it" {
  name                = "pe-it"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "connection-one"
    private_connection_resource_id = local.storage
    subresource_names              = ["blob"]
    # connection
  }
  # here
}"#;

const CONNECTION: &str = "# connection";

#[test]
fn that_update() {
    let manual = "is_manual_connection = true\n request_message = \"Please\"";
    let other = "is_manual_connection = true\n request_message = \"Pretty please\"";
    each_works(
        &World::new(),
        BASE,
        &[
            (
                "tags",
                HERE,
                "tags = { a = \"1\" }",
                "tags = { b = \"2\" }",
                Update,
            ),
            ("tags", HERE, "tags = { a = \"1\" }", "", Update),
            ("private_dns_zone_group", HERE, "", ONE_ZONE, Update),
            (
                "private_dns_zone_group.private_dns_zone_ids",
                HERE,
                ONE_ZONE,
                TWO_ZONES,
                Update,
            ),
            (
                "private_dns_zone_group.private_dns_zone_ids",
                HERE,
                TWO_ZONES,
                ONE_ZONE,
                Update,
            ),
            (
                "private_dns_zone_group.name",
                HERE,
                ONE_ZONE,
                RENAMED,
                Update,
            ),
            ("private_dns_zone_group", HERE, ONE_ZONE, "", Update),
            (
                "private_service_connection.request_message",
                CONNECTION,
                manual,
                other,
                Update,
            ),
        ],
    );
}

const ONE_ZONE: &str = "private_dns_zone_group {\n name = \"default\"\n \
                        private_dns_zone_ids = [azureai_private_dns_zone.blob.id]\n }";
const RENAMED: &str = "private_dns_zone_group {\n name = \"renamed\"\n \
                       private_dns_zone_ids = [azureai_private_dns_zone.blob.id]\n }";
const TWO_ZONES: &str = "private_dns_zone_group {\n name = \"default\"\n private_dns_zone_ids = \
                         [azureai_private_dns_zone.file.id, azureai_private_dns_zone.blob.id]\n }";

#[test]
fn that_replace() {
    let world = World::new();
    world.cloud.put_group("rg-other");
    let other_subnet = "replace(local.subnet, \"snet-pe\", \"snet-other\")";
    let manual = "is_manual_connection = true\n request_message = \"Please\"";
    let address = "ip_configuration {\n name = \"one\"\n private_ip_address = \"10.0.1.40\"\n \
                   subresource_name = \"blob\"\n member_name = \"blob\"\n }";
    let other = "ip_configuration {\n name = \"one\"\n private_ip_address = \"10.0.1.41\"\n \
                 subresource_name = \"blob\"\n member_name = \"blob\"\n }";
    each_works(
        &world,
        BASE,
        &[
            ("name", "\"pe-it\"", "\"pe-it\"", "\"pe-other\"", Replace),
            ("resource_group_name", GROUP, GROUP, OTHER_GROUP, Replace),
            (
                "subnet_id",
                "local.subnet",
                "local.subnet",
                other_subnet,
                Replace,
            ),
            ("custom_network_interface_name", HERE, "", NIC, Replace),
            (
                "private_service_connection.name",
                "\"connection-one\"",
                ONE,
                TWO,
                Replace,
            ),
            (
                "private_service_connection.subresource_names",
                "\"blob\"]",
                BLOB,
                FILE,
                Replace,
            ),
            (
                "private_service_connection.is_manual_connection",
                CONNECTION,
                "",
                manual,
                Replace,
            ),
            ("ip_configuration", HERE, "", address, Replace),
            (
                "ip_configuration.private_ip_address",
                HERE,
                address,
                other,
                Replace,
            ),
            ("location", HERE, "", "location = \"westus\"", PlanReplace),
            (
                "edge_zone",
                HERE,
                "",
                "edge_zone = \"losangeles\"",
                PlanReplace,
            ),
            (
                "ip_version_type",
                HERE,
                "",
                "ip_version_type = \"IPv6\"",
                PlanReplace,
            ),
            (
                "subscription_id",
                HERE,
                "",
                super::OTHER_SUBSCRIPTION,
                PlanReplace,
            ),
        ],
    );
}

const GROUP: &str = "\"rg-ai\"\n  subnet_id";
const OTHER_GROUP: &str = "\"rg-other\"\n  subnet_id";
const NIC: &str = "custom_network_interface_name = \"nic-it\"";
const ONE: &str = "\"connection-one\"";
const TWO: &str = "\"connection-two\"";
const BLOB: &str = "\"blob\"]";
const FILE: &str = "\"file\"]";

#[test]
fn the_target_replaces() {
    let world = World::new();
    let base = BASE
        .replace("[\"blob\"]", "local.parts")
        .replace("local.storage", "local.target");
    let first = "locals {\n target = local.storage\n parts = [\"blob\"]\n }\n";
    let second = "locals {\n target = local.vault\n parts = [\"vault\"]\n }\n";
    world.config(&format!("{first}{base}"));
    world.apply().creates(3);
    world.config(&format!("{second}{base}"));
    world
        .apply()
        .replaces(1)
        .says("private_connection_resource_id");
    world.plan().is_quiet();
}

#[test]
fn the_order_and_casing_of_names_change_nothing() {
    let world = World::new();
    world.config(&BASE.replace(HERE, TWO_ZONES));
    world.apply().succeeds();
    let swapped = TWO_ZONES
        .replace("file", "x")
        .replace("blob", "file")
        .replace(".x.", ".blob.");
    world.config(&BASE.replace(HERE, &swapped));
    world.plan().is_quiet();
    let odd = BASE
        .replace("= local.storage", "= upper(local.storage)")
        .replace("= local.subnet", "= lower(local.subnet)")
        .replace(HERE, &format!("location = \"East US\"\n  {TWO_ZONES}"));
    world.config(&odd);
    world.plan().is_quiet();
}

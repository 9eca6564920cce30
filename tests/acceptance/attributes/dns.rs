//! The attributes of zones, links and zone groups.

use super::{HERE, OTHER_SUBSCRIPTION, PlanReplace, Replace, Update, each_works};
use crate::pieces;
use crate::world::World;

#[test]
fn private_dns_zone() {
    let world = World::new();
    world.cloud.put_group("rg-other");
    let base = r#"
resource "azureai_private_dns_zone" "it" {
  name                = "one.example.org"
  resource_group_name = "rg-ai"
  # here
}"#;
    let soa = |inner: &str| -> &'static str {
        Box::leak(format!("soa_record {{\n email = \"a.example.org\"\n {inner}\n }}").into())
    };
    each_works(
        &world,
        base,
        &[
            (
                "tags",
                HERE,
                "tags = { a = \"1\" }",
                "tags = { b = \"2\" }",
                Update,
            ),
            ("tags", HERE, "tags = { a = \"1\" }", "", Update),
            ("soa_record", HERE, "", soa(""), Update),
            (
                "soa_record.email",
                HERE,
                soa(""),
                "soa_record {\n email = \"b.example.org\"\n }",
                Update,
            ),
            (
                "soa_record.expire_time",
                HERE,
                soa(""),
                soa("expire_time = 2000000"),
                Update,
            ),
            (
                "soa_record.minimum_ttl",
                HERE,
                soa(""),
                soa("minimum_ttl = 20"),
                Update,
            ),
            (
                "soa_record.refresh_time",
                HERE,
                soa(""),
                soa("refresh_time = 3000"),
                Update,
            ),
            (
                "soa_record.retry_time",
                HERE,
                soa(""),
                soa("retry_time = 200"),
                Update,
            ),
            ("soa_record.ttl", HERE, soa(""), soa("ttl = 1200"), Update),
            (
                "soa_record.tags",
                HERE,
                soa(""),
                soa("tags = { a = \"1\" }"),
                Update,
            ),
            (
                "name",
                "\"one.example.org\"",
                "\"one.example.org\"",
                "\"two.example.org\"",
                Replace,
            ),
            (
                "resource_group_name",
                "\"rg-ai\"",
                "\"rg-ai\"",
                "\"rg-other\"",
                Replace,
            ),
            ("subscription_id", HERE, "", OTHER_SUBSCRIPTION, PlanReplace),
        ],
    );
}

#[test]
fn private_dns_zone_virtual_network_link() {
    let world = World::new();
    world.cloud.put_network("vnet-two", "10.9.0.0/16");
    let base = r#"
resource "azureai_private_dns_zone" "all" {
  for_each            = toset(["corp.example.org", "two.example.org", "privatelink.azurecr.io"])
  name                = each.key
  resource_group_name = "rg-ai"
}
locals { zone = { for zone in azureai_private_dns_zone.all : zone.name => zone.id } }
resource "azureai_private_dns_zone_virtual_network_link" "it" {
  name                = "link-one"
  private_dns_zone_id = local.zone["corp.example.org"]
  virtual_network_id  = local.vnet
  # here
}"#;
    each_works(
        &world,
        base,
        &[
            (
                "tags",
                HERE,
                "tags = { a = \"1\" }",
                "tags = { b = \"2\" }",
                Update,
            ),
            ("tags", HERE, "tags = { a = \"1\" }", "", Update),
            (
                "registration_enabled",
                HERE,
                "",
                "registration_enabled = true",
                Update,
            ),
            (
                "registration_enabled",
                HERE,
                "registration_enabled = true",
                "",
                Update,
            ),
            (
                "name",
                "\"link-one\"",
                "\"link-one\"",
                "\"link-two\"",
                Replace,
            ),
            (
                "virtual_network_id",
                "local.vnet",
                "local.vnet",
                TWO_NETWORK,
                Replace,
            ),
            (
                "private_dns_zone_id",
                "local.zone[\"corp.example.org\"]",
                "local.zone[\"corp.example.org\"]",
                "local.zone[\"two.example.org\"]",
                Replace,
            ),
        ],
    );
    let base = base.replace(
        "local.zone[\"corp.example.org\"]",
        "local.zone[\"privatelink.azurecr.io\"]",
    );
    let (first, then) = (
        "resolution_policy = \"Default\"",
        "resolution_policy = \"NxDomainRedirect\"",
    );
    each_works(
        &world,
        &base,
        &[("resolution_policy", HERE, first, then, Update)],
    );
}

const TWO_NETWORK: &str = "replace(local.vnet, \"vnet-ai\", \"vnet-two\")";

#[test]
fn private_dns_zone_group() {
    let world = World::new();
    let base = format!(
        r#"{}
resource "azureai_private_dns_zone" "two" {{
  name                = "privatelink.notebooks.azure.net"
  resource_group_name = "rg-ai"
}}
{}
resource "azureai_private_endpoint" "two" {{
  name                = "pe-two"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet
  private_service_connection {{
    name                           = "workspace"
    private_connection_resource_id = local.workspace
    subresource_names              = ["amlworkspace"]
  }}
}}
resource "azureai_private_dns_zone_group" "it" {{
  name                = "default"
  private_endpoint_id = azureai_private_endpoint.hub.id

  private_dns_zone_config {{
    name                = "api"
    private_dns_zone_id = azureai_private_dns_zone.api.id
  }}
  # here
}}"#,
        pieces::ZONE,
        pieces::ENDPOINT
    );
    let second = "private_dns_zone_config {\n name = \"two\"\n \
                  private_dns_zone_id = azureai_private_dns_zone.two.id\n }";
    let endpoint = "azureai_private_endpoint.hub.id";
    each_works(
        &world,
        &base,
        &[
            ("private_dns_zone_config", HERE, "", second, Update),
            ("private_dns_zone_config", HERE, second, "", Update),
            (
                "private_dns_zone_config.name",
                "\"api\"",
                "\"api\"",
                "\"other\"",
                Update,
            ),
            ("name", "\"default\"", "\"default\"", "\"second\"", Replace),
            (
                "private_endpoint_id",
                endpoint,
                endpoint,
                "azureai_private_endpoint.two.id",
                Replace,
            ),
        ],
    );
}

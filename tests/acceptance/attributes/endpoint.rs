//! Attributes of `azureai_private_endpoint`.

use super::each_works;
use crate::world::World;

const ZONES: &str = r#"
resource "azureai_private_dns_zone" "blob" {
  name                = "privatelink.blob.core.windows.net"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_zone" "file" {
  name                = "privatelink.file.core.windows.net"
  resource_group_name = "rg-ai"
}
locals {
  blob = azureai_private_dns_zone.blob.id
  file = azureai_private_dns_zone.file.id
}
"#;

const ENDPOINT: &str = r#"
resource "azureai_private_endpoint" "it" {
  name                = "pe-it"
  resource_group_name = local.its_group
  subnet_id           = local.its_subnet

  private_service_connection {
    name                           = "connection-one"
    private_connection_resource_id = local.storage
    subresource_names              = ["blob"]
    # connection
  }
  # here
}
locals {
  its_group  = "rg-ai"
  its_subnet = local.subnet
}
"#;

#[test]
fn endpoint_attributes_update_as_documented() {
    each_works(
        &World::new(),
        &[ZONES, ENDPOINT].concat(),
        r#"
update: tags
from:   tags = { a = "1" }
to:     tags = { b = "2" }

update: tags
from:   tags = { a = "1" }

update: private_dns_zone_group
to:     private_dns_zone_group {
to:       name                 = "default"
to:       private_dns_zone_ids = [local.blob]
to:     }

update: private_dns_zone_ids
from:   private_dns_zone_group {
from:     name                 = "default"
from:     private_dns_zone_ids = [local.blob]
from:   }
to:     private_dns_zone_group {
to:       name                 = "default"
to:       private_dns_zone_ids = [local.file, local.blob]
to:     }

update: name
from:   private_dns_zone_group {
from:     name                 = "default"
from:     private_dns_zone_ids = [local.blob]
from:   }
to:     private_dns_zone_group {
to:       name                 = "renamed"
to:       private_dns_zone_ids = [local.blob]
to:     }

update: config_names
from:   private_dns_zone_group {
from:     name                 = "renamed"
from:     private_dns_zone_ids = [local.blob]
from:   }
to:     private_dns_zone_group {
to:       name                 = "renamed"
to:       private_dns_zone_ids = [local.blob]
to:       config_names         = { (upper(local.blob)) = "mine" }
to:     }

update: private_dns_zone_group
from:   private_dns_zone_group {
from:     name                 = "renamed"
from:     private_dns_zone_ids = [local.blob]
from:   }

update: request_message
place:  # connection
from:   is_manual_connection = true
from:   request_message      = "Please"
to:     is_manual_connection = true
to:     request_message      = "Pretty please"
"#,
    );
}

#[test]
fn endpoint_attributes_replace_as_documented() {
    let world = World::new();
    world.cloud.put_group("rg-other");
    each_works(
        &world,
        ENDPOINT,
        r#"
replace: name
place:   "pe-it"
to:      "pe-other"

replace: resource_group_name
place:   "rg-ai"
to:      "rg-other"

replace: subnet_id
place:   = local.subnet
to:      = replace(local.subnet, "snet-pe", "snet-other")

replace: custom_network_interface_name
to:      custom_network_interface_name = "nic-it"

replace: name
place:   "connection-one"
to:      "connection-two"

replace: subresource_names
place:   ["blob"]
to:      ["file"]

replace: is_manual_connection
place:   # connection
to:      is_manual_connection = true
to:      request_message      = "Please"

replace: ip_configuration
to:      ip_configuration {
to:        name               = "one"
to:        private_ip_address = "10.0.1.40"
to:        subresource_name   = "blob"
to:      }

replace: private_ip_address
from:    ip_configuration {
from:      name               = "one"
from:      private_ip_address = "10.0.1.40"
from:      subresource_name   = "blob"
from:    }
to:      ip_configuration {
to:        name               = "one"
to:        private_ip_address = "10.0.1.41"
to:        subresource_name   = "blob"
to:      }

plan: edge_zone
to:   edge_zone = "losangeles"

plan: ip_version_type
to:   ip_version_type = "IPv6"

plan: subscription_id
to:   subscription_id = "11111111-2222-3333-4444-555555555555"
"#,
    );
}

#[test]
fn change_of_the_target_replaces_the_endpoint() {
    each_works(
        &World::new(),
        &ENDPOINT
            .replace("= local.storage", "= local.target")
            .replace("[\"blob\"]", "[local.target == local.storage ? \"blob\" : \"vault\"]")
            .replace("locals {", "locals {\n  target = local.storage"),
        r#"
replace: private_connection_resource_id
place:   target = local.storage
to:      target = local.vault
"#,
    );
}

#[test]
fn change_of_the_location_replaces_the_endpoint() {
    let world = World::new();
    let lax = "provider \"azureai\" {\n  check_overrides = { AAI007 = \"warn\" }\n}\n";
    world.config_with_provider(lax, ENDPOINT);
    world.apply().succeeds();
    let moved = ENDPOINT.replace("# here", "location = \"westus\"");
    world.config_with_provider(lax, &moved);
    world.plan().replaces(1).says("forces replacement").warns("AAI007");
}

#[test]
fn order_and_casing_show_no_changes() {
    let world = World::new();
    let group = |zones: &str| {
        let block = format!(
            "private_dns_zone_group {{\n name = \"default\"\n private_dns_zone_ids = [{zones}]\n }}"
        );
        [ZONES, &ENDPOINT.replace("# here", &block)].concat()
    };
    world.config(&group("local.blob, local.file"));
    world.apply().creates(3);
    world.config(&group("local.file, upper(local.blob)"));
    world.plan().is_quiet();
    let odd = group("local.blob, local.file")
        .replace("= local.storage", "= upper(local.storage)")
        .replace("= local.its_subnet", "= lower(local.its_subnet)\n  location = \"East US\"")
        .replace("\"rg-ai\"\n  its", "\"RG-AI\"\n  its");
    world.config(&odd);
    world.plan().is_quiet();
}

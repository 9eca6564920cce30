//! Checks apply to new and changed objects, by whichever attribute they are named, and never to
//! objects that a destroy would not create.

use serde_json::json;

use super::{API, NOTEBOOKS, ZONES, both_zones, group_of};
use crate::pieces;
use crate::world::World;

const BY_NAME: &str = r#"
resource "azureai_private_dns_zone_virtual_network_link" "x" {
  name                  = "link"
  private_dns_zone_name = "privatelink.api.azureml.ms"
  resource_group_name   = "rg-ai"
  virtual_network_id    = local.vnet
  registration_enabled  = true
}
"#;

const OFF: &str = "provider \"azureai\" {\n  checks = \"off\"\n}\n";

/// Returns a link that names its zone by name, and a link that names its zone by ID.
fn both_ways() -> [String; 2] {
    let names = "  private_dns_zone_name = \"privatelink.api.azureml.ms\"\n  \
                 resource_group_name   = \"rg-ai\"\n";
    assert!(BY_NAME.contains(names));
    let id = format!("  private_dns_zone_id = \"${{local.network}}/privateDnsZones/{API}\"\n");
    [BY_NAME.to_owned(), BY_NAME.replace(names, &id)]
}

#[test]
fn link_is_checked_by_zone_name_and_by_zone_id() {
    for hcl in both_ways() {
        let world = World::new();
        both_zones(&world.cloud);
        world.config(&hcl);
        world.validate().fails_with("must not register virtual machines").says("AAI013");
        world.plan().fails_with("must not register virtual machines").says("AAI013");
        for relaxed in
            [OFF, "provider \"azureai\" {\n  check_overrides = { AAI013 = \"off\" }\n}\n"]
        {
            world.config_with_provider(relaxed, &hcl);
            world.validate().succeeds().keeps_quiet_about("register virtual machines");
            world.plan().creates(1).keeps_quiet_about("register virtual machines");
        }
        // The network already resolves the name in a zone of another group.
        world.cloud.put_group("rg-dns");
        let other = world.cloud.id(&format!("{ZONES}/{API}")).replace("rg-ai", "rg-dns");
        world.cloud.put_zone(&other);
        let network = world.cloud.id("Microsoft.Network/virtualNetworks/vnet-ai");
        let theirs = json!({"location": "global", "properties": {
            "virtualNetwork": {"id": network},
            "registrationEnabled": false,
            "virtualNetworkLinkState": "Completed",
        }});
        world.cloud.put(&format!("{other}/virtualNetworkLinks/theirs"), &theirs);
        world.config(&hcl.replace("= true", "= false"));
        world.plan().fails_with("AAI010").says("is linked to another zone");
    }
}

#[test]
fn unchanged_link_is_not_checked() {
    for hcl in both_ways() {
        let world = World::new();
        both_zones(&world.cloud);
        world.config_with_provider(OFF, &hcl);
        world.apply().creates(1);
        world.config(&hcl);
        world.plan().is_quiet().keeps_quiet_about("AAI013");
        // A change of its tags and its import are not checked either.
        world.config(&pieces::with(&hcl, "  tags = { team = \"network\" }\n"));
        world.apply().updates(1).keeps_quiet_about("AAI013");
        world.config(&hcl);
        let address = "azureai_private_dns_zone_virtual_network_link.x";
        world.run(&["state", "rm", address]).succeeds();
        let link = world.cloud.id(&format!("{ZONES}/{API}/virtualNetworkLinks/link"));
        let import = format!("import {{\n  to = {address}\n  id = \"{link}\"\n}}\n");
        world.config(&pieces::with(&hcl, "  tags = { team = \"network\" }\n"));
        world.file("import.tf", &import);
        world.plan().imports(1).keeps_quiet_about("AAI013");
    }
}

const FIVE: &str = r#"
locals {
  services = "${local.group}/providers/Microsoft.CognitiveServices/accounts/airef-services"
}

resource "azureai_private_dns_zone" "z" {
  for_each = toset([
    "privatelink.cognitiveservices.azure.com", "privatelink.openai.azure.com",
    "privatelink.services.ai.azure.com", "privatelink.api.azureml.ms",
    "privatelink.notebooks.azure.net",
  ])
  name                = each.key
  resource_group_name = "rg-ai"
}

resource "azureai_private_endpoint" "foundry" {
  name                = "pe-foundry"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet

  private_service_connection {
    name                           = "account"
    private_connection_resource_id = local.services
    subresource_names              = ["account"]
  }

  private_dns_zone_group {
    name                 = "dns"
    private_dns_zone_ids = [for z in azureai_private_dns_zone.z : z.id]
  }
}
"#;

#[test]
fn wrong_zones_are_reported_before_create() {
    let world = World::new();
    world.config(FIVE);
    let plan = world.plan().fails_with("AAI003").says("the zone \"privatelink.api.azureml.ms\"");
    let zones = "Use the zones of the service: privatelink.cognitiveservices.azure.com, \
                 privatelink.openai.azure.com, privatelink.services.ai.azure.com";
    assert!(!plan.said(&format!("{zones}, ")), "each zone is listed once");
    plan.says(zones);
    world.apply().fails_with("AAI003");
    assert!(world.instances().is_empty(), "nothing is made first");
}

/// Terraform makes an ordinary plan before it plans a destroy.
#[test]
fn checks_do_not_prevent_a_destroy() {
    let world = World::new();
    world.config(FIVE.split("resource \"azureai_private_endpoint\"").next().unwrap());
    world.apply().creates(5);
    world.config(FIVE);
    world.plan().fails_with("AAI003");
    world.refresh_only().succeeds().keeps_quiet_about("AAI");
    world.run(&["plan", "-destroy", "-input=false"]).destroys(5).keeps_quiet_about("AAI");
    world.destroy().destroys(5).keeps_quiet_about("AAI");
}

/// An empty list of permissions means that no action is allowed.
#[test]
fn missing_permissions_of_an_identity_without_roles_are_reported() {
    let world = World::new();
    both_zones(&world.cloud);
    let group = group_of(&[API, NOTEBOOKS]);
    world.config(&group);
    world.plan().succeeds().keeps_quiet_about("AAI02");
    world.cloud.assign(Vec::new());
    world.plan().fails_with("AAI021").says(API).says(NOTEBOOKS).says("AAI020");
}

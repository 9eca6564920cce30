//! Acceptance tests of unknown values, nulls, and IDs in any casing, in records, memberships,
//! policies, approvals and workspaces.

use crate::world::World;

/// Source of all values, so that none of them is known before the apply.
const SOURCE: &str = r#"
resource "terraform_data" "u" {
  input = {
    zone    = "privatelink.api.azureml.ms"
    name    = "www"
    address = "10.0.1.5"
    ttl     = 60
    no      = false
    keep    = "retain"
    group   = "rg-ai"
    region  = "eastus"
    subnet  = local.subnet
    vault   = local.vault
    storage = local.storage
    asg     = "${local.network}/applicationSecurityGroups/asg-ai"
    policy  = "Enabled"
    status  = "Approved"
    wait    = "2m"
    text    = "Hello."
    kind    = "Project"
    hub     = "Hub"
    system  = "SystemAssigned"
    access  = "Disabled"
    mode    = "AllowInternetOutbound"
  }
}
locals { u = terraform_data.u.output }
"#;

const NETWORK: &str = r#"
resource "azureai_private_dns_zone" "it" {
  name                = local.u.zone
  resource_group_name = local.u.group
}
resource "azureai_private_dns_a_record" "it" {
  name                = local.u.name
  private_dns_zone_id = azureai_private_dns_zone.it.id
  ttl                 = local.u.ttl
  records             = split(",", local.u.address)
  tags                = { (local.u.name) = local.u.text }
  overwrite_existing  = local.u.no
  on_destroy          = local.u.keep == "retain" ? "delete" : "retain"
}
resource "azureai_subnet_private_endpoint_policy" "it" {
  subnet_id                         = local.u.subnet
  private_endpoint_network_policies = local.u.policy
  on_destroy                        = local.u.keep
}
resource "azureai_private_endpoint" "it" {
  name                = "pe-it"
  resource_group_name = local.u.group
  subnet_id           = local.u.subnet
  depends_on          = [azureai_subnet_private_endpoint_policy.it]

  private_service_connection {
    name                           = "it"
    is_manual_connection           = true
    request_message                = local.u.text
    private_connection_resource_id = local.u.vault
    subresource_names              = ["vault"]
  }
}
resource "azureai_private_endpoint_application_security_group_association" "it" {
  private_endpoint_id           = azureai_private_endpoint.it.id
  application_security_group_id = local.u.asg
}
resource "azureai_private_endpoint_connection_approval" "it" {
  target_resource_id  = local.u.vault
  private_endpoint_id = azureai_private_endpoint.it.id
  connection_name     = local.u.no ? "never" : null
  status              = local.u.status
  description         = local.u.text
  wait_for_connection = local.u.wait
  on_destroy          = local.u.keep
}
"#;

const WORKSPACES: &str = r#"
resource "azureai_workspace" "hub" {
  name                         = "hub-${local.u.name}"
  resource_group_name          = local.u.group
  location                     = local.u.region
  kind                         = local.u.hub
  storage_account_id           = local.u.storage
  key_vault_id                 = local.u.vault
  public_network_access        = local.u.access
  high_business_impact_enabled = local.u.no
  friendly_name                = local.u.text
  description                  = local.u.text
  tags                         = { (local.u.name) = local.u.text }

  dynamic "identity" {
    for_each = split(",", local.u.system)
    content {
      type = identity.value
    }
  }
  dynamic "managed_network" {
    for_each = split(",", local.u.mode)
    content {
      isolation_mode = managed_network.value
    }
  }
}
resource "azureai_workspace" "project" {
  name                = "project-${local.u.name}"
  resource_group_name = local.u.group
  location            = local.u.region
  kind                = local.u.kind
  hub_id              = azureai_workspace.hub.id
  key_vault_id        = local.u.no ? local.u.vault : null

  identity {
    type         = local.u.system
    identity_ids = local.u.no ? [local.u.vault] : null
  }
}
"#;

#[test]
fn every_argument_can_be_unknown() {
    let world = World::new();
    world.config(&[SOURCE, NETWORK, WORKSPACES].concat());
    world.validate().succeeds();
    world.plan().creates(9);
    world.apply().creates(9);
    world.plan().is_quiet();
    world.destroy().destroys(9);
}

/// Every optional argument, set to null.
const NULLS: &str = r#"
resource "azureai_private_dns_zone" "it" {
  name                = "corp.example.org"
  resource_group_name = "rg-ai"
}
resource "azureai_private_dns_a_record" "it" {
  name                = "www"
  private_dns_zone_id = azureai_private_dns_zone.it.id
  ttl                 = 60
  records             = ["10.0.1.5"]
  tags                = null
  overwrite_existing  = null
  on_destroy          = null
}
resource "azureai_subnet_private_endpoint_policy" "it" {
  subnet_id                         = local.subnet
  private_endpoint_network_policies = "Enabled"
  on_destroy                        = null
}
resource "azureai_private_endpoint" "it" {
  name                = "pe-it"
  resource_group_name = "rg-ai"
  subnet_id           = local.subnet
  private_service_connection {
    name                           = "it"
    private_connection_resource_id = local.vault
    subresource_names              = ["vault"]
  }
  depends_on = [azureai_subnet_private_endpoint_policy.it]
}
resource "azureai_private_endpoint_connection_approval" "it" {
  target_resource_id  = local.vault
  private_endpoint_id = azureai_private_endpoint.it.id
  connection_name     = null
  request_message     = null
  status              = null
  description         = null
  wait_for_connection = null
  on_destroy          = null
}
resource "azureai_workspace" "hub" {
  name                           = "hub-null"
  resource_group_name            = "rg-ai"
  subscription_id                = null
  location                       = "eastus"
  kind                           = null
  hub_id                         = null
  storage_account_id             = local.storage
  key_vault_id                   = local.vault
  container_registry_id          = null
  application_insights_id        = null
  public_network_access          = null
  primary_user_assigned_identity = null
  high_business_impact_enabled   = null
  friendly_name                  = null
  description                    = null
  tags                           = null
  identity {
    type         = "SystemAssigned"
    identity_ids = null
  }
  managed_network {
    isolation_mode = null
  }
}
"#;

#[test]
fn null_equals_a_missing_argument() {
    let world = World::new();
    world.config(NULLS);
    world.apply().creates(6);
    world.plan().is_quiet();
    let lines = NULLS.lines().filter(|line| !line.contains("= null"));
    world.config(&lines.collect::<Vec<_>>().join("\n"));
    world.plan().is_quiet();
    let empty = "tags = {}\n  ttl = 60";
    world.config(
        &NULLS.replace("tags                = null", "").replace("ttl                 = 60", empty),
    );
    world.apply().succeeds();
    world.plan().is_quiet();
}

/// Expressions of the arguments that are IDs.
const IDS: [&str; 7] = [
    "azureai_private_dns_zone.it.id",
    "azureai_private_endpoint.it.id",
    "azureai_workspace.hub.id",
    "local.u.subnet",
    "local.u.vault",
    "local.u.storage",
    "local.u.asg",
];

#[test]
fn ids_in_another_casing_cause_no_changes() {
    let hcl = [NETWORK, WORKSPACES].concat();
    let known = hcl.replace(" ? local.u.vault : null", " ? \"\" : null");
    let in_casing = |function: &str| {
        let ids = IDS.iter().fold(known.clone(), |hcl, id| {
            hcl.replace(&format!("= {id}\n"), &format!("= {function}({id})\n"))
        });
        let late = SOURCE.replace("terraform_data.u.output", "local.known");
        let early =
            late.replace("resource \"terraform_data\" \"u\" {\n  input =", "locals {\n  known =");
        [early, ids].concat()
    };
    let world = World::new();
    world.config(&in_casing("upper"));
    world.apply().creates(8);
    world.plan().is_quiet();
    for function in ["lower", "title"] {
        world.config(&in_casing(function));
        world.plan().is_quiet();
    }
}

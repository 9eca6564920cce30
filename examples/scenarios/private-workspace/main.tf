terraform {
  required_version = ">= 1.5"

  required_providers {
    azureai = {
      source  = "azureai/azureai"
      version = "~> 0.1"
    }
  }
}

# The credentials come from the environment: ARM_TENANT_ID, ARM_CLIENT_ID, and others.
provider "azureai" {
  subscription_id = var.subscription_id
}

# Reads the hub, which another configuration owns.
data "azureai_workspace" "hub" {
  id = var.workspace_id
}

# The two zones of the names that must resolve to private addresses.
resource "azureai_private_dns_zone" "workspace" {
  for_each = var.zone_names

  name                = each.value
  resource_group_name = var.resource_group_name
  tags                = var.tags
}

resource "azureai_private_dns_zone_virtual_network_link" "workspace" {
  for_each = azureai_private_dns_zone.workspace

  name                = "link-${element(split("/", var.virtual_network_id), -1)}"
  private_dns_zone_id = each.value.id
  virtual_network_id  = var.virtual_network_id
  tags                = var.tags
}

resource "azureai_private_endpoint" "hub" {
  name                = var.endpoint_name
  resource_group_name = var.resource_group_name
  subnet_id           = var.subnet_id
  tags                = var.tags

  private_service_connection {
    name                           = "workspace"
    private_connection_resource_id = data.azureai_workspace.hub.id
    subresource_names              = ["amlworkspace"]
  }

  private_dns_zone_group {
    name                 = "workspace"
    private_dns_zone_ids = [for zone in azureai_private_dns_zone.workspace : zone.id]
  }
}

# The last step disables public access. The provider refuses it while no approved endpoint leads to the
# hub, and a destroy restores the former value.
resource "azureai_public_network_access" "hub" {
  resource_id           = data.azureai_workspace.hub.id
  public_network_access = "Disabled"
  on_destroy            = "restore"

  depends_on = [
    azureai_private_endpoint.hub,
    azureai_private_dns_zone_virtual_network_link.workspace,
  ]
}

# The central team writes the records of the workspace team, in its own state. A DNS server outside Azure
# takes the same list, with `fqdn` as the name.

terraform {
  required_version = ">= 1.5"

  required_providers {
    azureai = {
      source  = "azureai/azureai"
      version = "~> 0.1"
    }
  }
}

provider "azureai" {
  subscription_id = var.subscription_id
}

variable "subscription_id" {
  description = "GUID of the zones' subscription."
  type        = string
}

variable "resource_group_name" {
  description = "Resource group of the zones."
  type        = string
}

variable "virtual_network_ids" {
  description = "Resource IDs of the virtual networks whose clients resolve the names, by the name of the link."
  type        = map(string)
  default     = {}
}

variable "records" {
  description = "Output `records` of the workspace team and of other teams."
  type = list(object({
    zone_name    = string
    record_name  = string
    ip_addresses = list(string)
    ttl          = number
  }))
}

locals {
  records = { for it in var.records : "${it.record_name}.${it.zone_name}" => it }
  zones   = toset(values(local.records)[*].zone_name)
  links = { for pair in setproduct(local.zones, keys(var.virtual_network_ids)) :
    "${pair[1]}/${pair[0]}" => { zone = pair[0], name = pair[1] }
  }
}

resource "azureai_private_dns_zone" "central" {
  for_each = local.zones

  name                = each.value
  resource_group_name = var.resource_group_name
}

resource "azureai_private_dns_zone_virtual_network_link" "central" {
  for_each = local.links

  name                = each.value.name
  private_dns_zone_id = azureai_private_dns_zone.central[each.value.zone].id
  virtual_network_id  = var.virtual_network_ids[each.value.name]
}

resource "azureai_private_dns_a_record" "central" {
  for_each = local.records

  name                = each.value.record_name
  private_dns_zone_id = azureai_private_dns_zone.central[each.value.zone_name].id
  ttl                 = each.value.ttl
  records             = each.value.ip_addresses

  # A record of that name may remain from a former endpoint.
  overwrite_existing = true
}

variable "workspace_id" {
  description = "Resource ID of the workspace (hub). The module reads the workspace, and does not manage it."
  type        = string
  nullable    = false

  validation {
    condition = can(regex(
      "(?i)/providers/Microsoft.MachineLearningServices/workspaces/[^/]+$", var.workspace_id,
    ))
    error_message = "workspace_id must be the resource ID of a workspace."
  }
}

variable "resource_group_name" {
  description = "Name of the resource group of everything that the module creates. An endpoint can have its own resource group."
  type        = string
  nullable    = false
}

variable "subscription_id" {
  description = "GUID of the subscription. Defaults to the provider's `subscription_id`."
  type        = string
  default     = null
}

variable "private_endpoints" {
  description = <<-DESCRIPTION
    Private endpoints to the workspace. The keys are arbitrary.

    - `subnet_resource_id` - Resource ID of the subnet that the endpoint takes its addresses from.
    - `name` - Name of the endpoint. Defaults to `pe-`, the workspace's name, `-`, and the key.
    - `location` - Region of the endpoint. Defaults to the region of the subnet's network.
    - `resource_group_name` - Name of the endpoint's resource group. Defaults to `resource_group_name` of the module.
    - `private_service_connection_name` - Name of the endpoint's connection. Defaults to `workspace`.
    - `network_interface_name` - Name of the endpoint's network interface. If omitted, Azure chooses the name.
    - `application_security_group_resource_ids` - Resource IDs of the endpoint's application security groups.
    - `dns_zone_group_mode` - What manages the endpoint's zone group. Possible values are `managed`, with which the module does, `policy`, with which an Azure Policy does, and `none`, with which the endpoint has no zone group and you write the records elsewhere. Defaults to `managed`.
    - `private_dns_zone_group_name` - Name of the endpoint's zone group. Defaults to `default`.
    - `private_dns_zone_resource_ids` - Resource IDs of the zones of the zone group. Defaults to the zones of `private_dns_zones`.
    - `tags` - Tags of the endpoint. Defaults to `tags` of the module.
  DESCRIPTION
  type = map(object({
    subnet_resource_id                      = string
    name                                    = optional(string)
    location                                = optional(string)
    resource_group_name                     = optional(string)
    private_service_connection_name         = optional(string)
    network_interface_name                  = optional(string)
    application_security_group_resource_ids = optional(set(string))
    dns_zone_group_mode                     = optional(string, "managed")
    private_dns_zone_group_name             = optional(string, "default")
    private_dns_zone_resource_ids           = optional(set(string))
    tags                                    = optional(map(string))
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for it in var.private_endpoints :
      contains(["managed", "policy", "none"], it.dns_zone_group_mode)
    ])
    error_message = "dns_zone_group_mode must be \"managed\", \"policy\", or \"none\"."
  }

  validation {
    condition = alltrue([
      for it in var.private_endpoints :
      can(regex("(?i)/virtualNetworks/[^/]+/subnets/[^/]+$", it.subnet_resource_id))
    ])
    error_message = "subnet_resource_id must be the resource ID of a subnet."
  }
}

variable "default_resources" {
  description = <<-DESCRIPTION
    Private link of the resources that the workspace works with: the storage account (blob and file), the key vault, and, if the workspace has them, the container registry, AI services, and search service. If null, the module does not change these resources.

    - `subnet_resource_id` - Resource ID of the subnet for the private endpoints.
    - `manage_public_network_access` - If `true`, the module manages the public network access of these resources. Defaults to `true`.
    - `public_network_access` - Public network access of these resources. Possible values are `Enabled`, `Disabled`, and `SecuredByPerimeter`. Defaults to `Disabled`.
  DESCRIPTION
  type = object({
    subnet_resource_id           = string
    manage_public_network_access = optional(bool, true)
    public_network_access        = optional(string, "Disabled")
  })
  default = null

  validation {
    condition = var.default_resources == null || can(regex(
      "(?i)/virtualNetworks/[^/]+/subnets/[^/]+$", var.default_resources.subnet_resource_id,
    ))
    error_message = "subnet_resource_id must be the resource ID of a subnet."
  }

  validation {
    condition = contains(
      ["Enabled", "Disabled", "SecuredByPerimeter"],
      try(var.default_resources.public_network_access, "Disabled"),
    )
    error_message = "public_network_access must be \"Enabled\", \"Disabled\", or \"SecuredByPerimeter\"."
  }
}

variable "private_dns_zones" {
  description = <<-DESCRIPTION
    Private DNS zones that the endpoints need.

    - `create` - If `true`, the module creates the zones. If `false`, the module finds existing zones by their names. Defaults to `true`.
    - `resource_group_name` - Name of the resource group of new zones. Defaults to `resource_group_name` of the module.
    - `search_subscription_ids` - GUIDs of the subscriptions in which the module searches for existing zones. Defaults to the provider's `subscription_id`.
    - `virtual_network_resource_ids` - Resource IDs of the virtual networks to link to new zones, by the names of the links.
  DESCRIPTION
  type = object({
    create                       = optional(bool, true)
    resource_group_name          = optional(string)
    search_subscription_ids      = optional(set(string))
    virtual_network_resource_ids = optional(map(string), {})
  })
  default  = {}
  nullable = false
}

variable "environment" {
  description = "Azure cloud. Possible values are `public`, `usgovernment`, and `china`."
  type        = string
  default     = "public"
  nullable    = false

  validation {
    condition     = contains(["public", "usgovernment", "china"], var.environment)
    error_message = "environment must be \"public\", \"usgovernment\", or \"china\"."
  }
}

variable "public_network_access" {
  description = "Public network access of the workspace. Possible values are `Enabled` and `Disabled`. If null, the module does not manage the workspace's public network access."
  type        = string
  default     = "Disabled"

  validation {
    condition = var.public_network_access == null || contains(
      ["Enabled", "Disabled"], coalesce(var.public_network_access, "Disabled"),
    )
    error_message = "public_network_access must be \"Enabled\" or \"Disabled\", or null."
  }
}

variable "on_destroy" {
  description = "What to do with the public network access on destroy. Possible values are `retain`, which keeps the value, and `restore`, which writes the former value."
  type        = string
  default     = "retain"
  nullable    = false

  validation {
    condition     = contains(["retain", "restore"], var.on_destroy)
    error_message = "on_destroy must be \"retain\" or \"restore\"."
  }
}

variable "tags" {
  description = "Tags of everything that the module creates."
  type        = map(string)
  default     = null
}

variable "workspace_id" {
  description = "Resource ID of the workspace (hub). The module reads it, and does not manage it."
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
  description = "Resource group of everything that the module creates. An endpoint can override it."
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
    Private endpoints to the workspace. You choose the key of each.

    - `subnet_resource_id` - Resource ID of the subnet that the endpoint takes its addresses from.
    - `name` - Name of the endpoint. Defaults to `pe-`, the workspace's name, and the key.
    - `location` - Region of the endpoint. Defaults to the region of the subnet's network.
    - `resource_group_name` - Resource group of the endpoint. Defaults to the module's.
    - `private_service_connection_name` - Name of its connection.
    - `network_interface_name` - Name of its network interface.
    - `application_security_group_resource_ids` - Application security groups of the endpoint.
    - `dns_zone_group_mode` - Possible values are `managed`, with which the module manages the zone group,
      `policy`, with which an Azure Policy does, and `none`, with which the endpoint has no zone group and
      you write the records elsewhere. Defaults to `managed`.
    - `private_dns_zone_group_name` - Name of its zone group.
    - `private_dns_zone_resource_ids` - Zones to use instead of the module's.
    - `tags` - Tags of the endpoint. Defaults to the module's.
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
}

variable "default_resources" {
  description = <<-DESCRIPTION
    Puts the resources that the workspace works with behind private link: its storage account (blob and
    file), key vault, container registry, AI services, and search service, as far as it has them. If null,
    the module does not change them.

    - `subnet_resource_id` - Resource ID of the subnet for their private endpoints.
    - `public_network_access` - Public network access of these resources. If null, the module does not
      manage it.
  DESCRIPTION
  type = object({
    subnet_resource_id    = string
    public_network_access = optional(string, "Disabled")
  })
  default = null
}

variable "private_dns_zones" {
  description = <<-DESCRIPTION
    Private DNS zones that the endpoints need.

    - `create` - If `true`, the module creates the zones. Otherwise it finds them by their names.
    - `resource_group_name` - Resource group of the zones. Defaults to the module's.
    - `search_subscription_ids` - Subscriptions in which the module searches for the zones. Defaults to the
      provider's `subscription_id`.
    - `virtual_network_resource_ids` - Virtual networks to link to the zones that the module creates, by the
      name of the link.
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
}

variable "public_network_access" {
  description = "Public network access of the workspace. If null, the module does not manage it."
  type        = string
  default     = "Disabled"
}

variable "on_destroy" {
  description = "What a destroy does with the public network access. Possible values are `retain` and `restore`."
  type        = string
  default     = "retain"
  nullable    = false
}

variable "tags" {
  description = "Tags of everything that the module creates."
  type        = map(string)
  default     = null
}

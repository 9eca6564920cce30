variable "workspace_id" {
  description = "Resource ID of the workspace (hub). It is looked up, not managed."
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
  description = "Resource group of everything that is made here, unless an endpoint says otherwise."
  type        = string
  nullable    = false
}

variable "subscription_id" {
  description = "GUID of its subscription. Without it, that of the provider's configuration."
  type        = string
  default     = null
}

variable "private_endpoints" {
  description = <<-DESCRIPTION
    Private endpoints to the workspace, by a name of your own for each.

    - `subnet_resource_id` - Resource ID of the subnet from which it takes its addresses.
    - `name` - Name of the endpoint. Without it, `pe-` and the workspace's name and the map's key.
    - `location` - Its region. Without it, that of the subnet's network.
    - `resource_group_name` - Its resource group. Without it, the module's.
    - `private_service_connection_name` - Name of its connection.
    - `network_interface_name` - Name of its network interface.
    - `application_security_group_resource_ids` - Security groups that it belongs to.
    - `dns_zone_group_mode` - `managed` (the default): the module gives it a zone group; `policy`: an
      Azure Policy does; `none`: nobody does, and the records are written elsewhere.
    - `private_dns_zone_group_name` - Name of its zone group.
    - `private_dns_zone_resource_ids` - Zones to use instead of the module's.
    - `tags` - Its tags. Without them, the module's.
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
    error_message = "dns_zone_group_mode is \"managed\", \"policy\" or \"none\"."
  }
}

variable "default_resources" {
  description = <<-DESCRIPTION
    Puts what the workspace works with behind private link too: its storage account (blob and file),
    key vault, container registry, AI services and search service, as far as it has them. Null leaves
    them alone.

    - `subnet_resource_id` - Resource ID of the subnet for their endpoints.
    - `public_network_access` - What their flags are set to; null leaves the flags alone.
  DESCRIPTION
  type = object({
    subnet_resource_id    = string
    public_network_access = optional(string, "Disabled")
  })
  default = null
}

variable "private_dns_zones" {
  description = <<-DESCRIPTION
    The private DNS zones that the endpoints need.

    - `create` - Whether the module makes them. Without it they are looked up by their names.
    - `resource_group_name` - Where they are made. Without it, the module's resource group.
    - `search_subscription_ids` - Where they are looked up. Without it, the provider's subscription.
    - `virtual_network_resource_ids` - Networks to link to zones that are made here, by a name for each
      link.
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
  description = "The cloud, whose names the zones have: `public`, `usgovernment` or `china`."
  type        = string
  default     = "public"
  nullable    = false
}

variable "public_network_access" {
  description = "What the workspace's flag is set to, after its endpoints; null leaves it alone."
  type        = string
  default     = "Disabled"
}

variable "on_destroy" {
  description = "What becomes of the flags in the end: `retain` or `restore`."
  type        = string
  default     = "retain"
  nullable    = false
}

variable "tags" {
  description = "Tags of everything that is made here."
  type        = map(string)
  default     = null
}

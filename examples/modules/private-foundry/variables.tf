variable "name" {
  description = "Name of the account: 2 to 64 letters, digits, `-`, `_`, and `.`."
  type        = string
  nullable    = false
}

variable "location" {
  description = "Region of the account and its projects."
  type        = string
  nullable    = false
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

variable "custom_subdomain_name" {
  description = "First label of the account's addresses. Defaults to the account's name."
  type        = string
  default     = null
}

variable "sku_name" {
  description = "SKU of the account."
  type        = string
  default     = "S0"
  nullable    = false
}

variable "public_network_access" {
  description = "Public network access of the account. Possible values are `Enabled` and `Disabled`."
  type        = string
  default     = "Disabled"
  nullable    = false
}

variable "local_auth_enabled" {
  description = "If `true`, the account accepts its keys in addition to Microsoft Entra ID."
  type        = bool
  default     = false
  nullable    = false
}

variable "identity" {
  description = <<-DESCRIPTION
    Identity of the account.

    - `type` - Possible values are `SystemAssigned`, `UserAssigned`, and `SystemAssigned, UserAssigned`.
    - `user_assigned_resource_ids` - Resource IDs of the user-assigned identities.
  DESCRIPTION
  type = object({
    type                       = optional(string, "SystemAssigned")
    user_assigned_resource_ids = optional(set(string))
  })
  default  = {}
  nullable = false
}

variable "agent_subnet_resource_id" {
  description = <<-DESCRIPTION
    Resource ID of the subnet that agents run in. It must be delegated to `Microsoft.App/environments`,
    have a /27 or larger, and serve nothing else. Changing this replaces the account.
  DESCRIPTION
  type        = string
  default     = null
}

variable "managed_network" {
  description = "If `true`, agents run in a network that Microsoft manages. Changing this replaces the account."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !(var.managed_network && var.agent_subnet_resource_id != null)
    error_message = "Set agent_subnet_resource_id or managed_network, not both."
  }
}

variable "managed_network_isolation_mode" {
  description = <<-DESCRIPTION
    What agents in the managed network can reach. Possible values are `AllowOnlyApprovedOutbound`, which
    allows only the targets of outbound rules, and `AllowInternetOutbound`, which also allows the internet.
    The mode can change to `AllowOnlyApprovedOutbound`, and not back.
  DESCRIPTION
  type        = string
  default     = "AllowOnlyApprovedOutbound"
  nullable    = false
}

variable "approve_outbound_rules" {
  description = <<-DESCRIPTION
    If `true`, the identity that runs Terraform approves the managed network's connections on the stores.
    If `false`, the account's identity approves them by a role, or the owner of each store does.
  DESCRIPTION
  type        = bool
  default     = true
  nullable    = false
}

variable "purge_on_destroy" {
  description = "If `true`, a destroy purges the account. Defaults to `true` if agents have a network."
  type        = bool
  default     = null
}

variable "wait_for_subnet_release" {
  description = "If `true`, a destroy waits until Azure has released the agents' subnet."
  type        = bool
  default     = true
  nullable    = false
}

variable "projects" {
  description = <<-DESCRIPTION
    Projects of the account. You choose the key of each.

    - `name` - Name of the project. Defaults to its key.
    - `display_name` - Name that people see.
    - `description` - Description of the project.
    - `identity` - Identity that the project's agents act as: `type` and `user_assigned_resource_ids`.
    - `capability_host_name` - Name of the capability host, which makes agents use the stores. If null, the
      module creates none.
  DESCRIPTION
  type = map(object({
    name         = optional(string)
    display_name = optional(string)
    description  = optional(string)
    identity = optional(object({
      type                       = optional(string, "SystemAssigned")
      user_assigned_resource_ids = optional(set(string))
    }), {})
    capability_host_name = optional(string, "agents")
  }))
  default  = {}
  nullable = false
}

variable "stores" {
  description = <<-DESCRIPTION
    Your stores for the data of agents. Set all three, or null to use the service's stores. The module
    connects each project to the stores, and does not manage them.

    - `cosmos_db_account_resource_id` - Resource ID of the Cosmos DB account, for threads.
    - `storage_account_resource_id` - Resource ID of the storage account, for files.
    - `search_service_resource_id` - Resource ID of the search service, for vectors.
    - `subnet_resource_id` - Resource ID of the subnet for their private endpoints. If null, the module
      creates no endpoints.
    - `dns_zone_group_mode` - As in `private_endpoints`.
    - `public_network_access` - Public network access of the stores, set after their endpoints exist. If
      null, the module does not manage it.
  DESCRIPTION
  type = object({
    cosmos_db_account_resource_id = string
    storage_account_resource_id   = string
    search_service_resource_id    = string
    subnet_resource_id            = optional(string)
    dns_zone_group_mode           = optional(string, "managed")
    public_network_access         = optional(string)
  })
  default = null
}

variable "private_endpoints" {
  description = <<-DESCRIPTION
    Private endpoints to the account. You choose the key of each.

    - `subnet_resource_id` - Resource ID of the subnet that the endpoint takes its three addresses from.
    - `name` - Name of the endpoint. Defaults to `pe-`, the account's name, and the key.
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

variable "on_destroy" {
  description = "What a destroy does with the flags of the stores. Possible values are `retain` and `restore`."
  type        = string
  default     = "retain"
  nullable    = false
}

variable "tags" {
  description = "Tags of everything that the module creates."
  type        = map(string)
  default     = null
}

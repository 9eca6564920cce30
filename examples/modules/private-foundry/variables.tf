variable "name" {
  description = "Name of the account: 2 to 64 letters, digits, `-`, `_` and `.`."
  type        = string
  nullable    = false
}

variable "location" {
  description = "Region of the account and its projects."
  type        = string
  nullable    = false
}

variable "resource_group_name" {
  description = "Resource group of everything that the module makes, unless an endpoint says otherwise."
  type        = string
  nullable    = false
}

variable "subscription_id" {
  description = "GUID of the subscription. Defaults to that of the provider's configuration."
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
  description = "Whether the account can be reached from the internet: `Enabled` or `Disabled`."
  type        = string
  default     = "Disabled"
  nullable    = false
}

variable "local_auth_enabled" {
  description = "Whether the account's keys can be used, beside Microsoft Entra ID."
  type        = bool
  default     = false
  nullable    = false
}

variable "identity" {
  description = <<-DESCRIPTION
    The identity of the account.

    - `type` - `SystemAssigned`, `UserAssigned`, or `SystemAssigned, UserAssigned`.
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
    Resource ID of the subnet that agents run in. It is delegated to `Microsoft.App/environments`, is a
    /27 or larger, and serves nothing else. A change makes a new account.
  DESCRIPTION
  type        = string
  default     = null
}

variable "managed_network" {
  description = "If `true`, agents run in a network that Microsoft manages. A change makes a new account."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !(var.managed_network && var.agent_subnet_resource_id != null)
    error_message = "Agents run in a subnet of yours or in a managed network: set one of the two."
  }
}

variable "managed_network_isolation_mode" {
  description = <<-DESCRIPTION
    What agents in the managed network reach: `AllowOnlyApprovedOutbound` is what outbound rules allow,
    `AllowInternetOutbound` the internet too. It can go from the second to the first, and not back.
  DESCRIPTION
  type        = string
  default     = "AllowOnlyApprovedOutbound"
  nullable    = false
}

variable "approve_outbound_rules" {
  description = <<-DESCRIPTION
    If `true`, Terraform's identity approves the managed network's connections on the stores. If `false`,
    the account's identity does so by a role, or the owner of each store.
  DESCRIPTION
  type        = bool
  default     = true
  nullable    = false
}

variable "purge_on_destroy" {
  description = "If `true`, a destroy purges the account. Defaults to `true` where agents have a network."
  type        = bool
  default     = null
}

variable "wait_for_subnet_release" {
  description = "If `true`, a destroy waits until Azure releases the subnet of the agents."
  type        = bool
  default     = true
  nullable    = false
}

variable "projects" {
  description = <<-DESCRIPTION
    Projects of the account, by a key of your own for each.

    - `name` - Name of the project. Defaults to its key.
    - `display_name` - Name that people see.
    - `description` - What the project is for.
    - `identity` - The identity that its agents act as: `type` and `user_assigned_resource_ids`.
    - `capability_host_name` - Name of its capability host, which has its agents use the stores. Null
      makes none.
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
    Stores of your own for what agents keep: all three, or null for those of the service. The module
    connects each project to them and does not manage them.

    - `cosmos_db_account_resource_id` - Resource ID of the Cosmos DB account, for threads.
    - `storage_account_resource_id` - Resource ID of the storage account, for files.
    - `search_service_resource_id` - Resource ID of the search service, for vectors.
    - `subnet_resource_id` - Resource ID of the subnet for their private endpoints. Null makes none.
    - `dns_zone_group_mode` - As in `private_endpoints`.
    - `public_network_access` - What their flags are set to, after their endpoints. Null leaves the
      flags alone.
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
    Private endpoints to the account, by a key of your own for each.

    - `subnet_resource_id` - Resource ID of the subnet that gives the endpoint its addresses: three.
    - `name` - Name of the endpoint. Defaults to `pe-`, the account's name and the key.
    - `location` - Region of the endpoint. Defaults to that of the subnet's network.
    - `resource_group_name` - Resource group of the endpoint. Defaults to the module's.
    - `private_service_connection_name` - Name of its connection.
    - `network_interface_name` - Name of its network interface.
    - `application_security_group_resource_ids` - Application security groups of the endpoint.
    - `dns_zone_group_mode` - `managed` (the default): the module manages its zone group; `policy`: an
      Azure Policy does; `none`: nobody does, and the records are written elsewhere.
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
    error_message = "dns_zone_group_mode is \"managed\", \"policy\" or \"none\"."
  }
}

variable "private_dns_zones" {
  description = <<-DESCRIPTION
    The private DNS zones that the endpoints need.

    - `create` - If `true`, the module makes them; otherwise it looks them up by their names.
    - `resource_group_name` - Resource group of the zones. Defaults to the module's.
    - `search_subscription_ids` - Subscriptions to look them up in. Defaults to the provider's.
    - `virtual_network_resource_ids` - Networks to link to the zones that the module makes, by a name
      for each link.
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
  description = "The cloud that the zones are named after: `public`, `usgovernment` or `china`."
  type        = string
  default     = "public"
  nullable    = false
}

variable "on_destroy" {
  description = "What a destroy does to the flags of the stores: `retain` or `restore`."
  type        = string
  default     = "retain"
  nullable    = false
}

variable "tags" {
  description = "Tags of everything that the module makes."
  type        = map(string)
  default     = null
}

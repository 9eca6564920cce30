variable "name" {
  description = "Name of the account: 2 to 64 letters, digits, `-`, `_`, and `.`, beginning with a letter or digit."
  type        = string
  nullable    = false
}

variable "location" {
  description = "Region of the account and its projects."
  type        = string
  nullable    = false
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

  validation {
    condition     = contains(["Enabled", "Disabled"], var.public_network_access)
    error_message = "public_network_access must be \"Enabled\" or \"Disabled\"."
  }
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

    - `type` - Type of the identity. Possible values are `SystemAssigned`, `UserAssigned`, and `SystemAssigned, UserAssigned`. Defaults to `SystemAssigned`.
    - `user_assigned_resource_ids` - Resource IDs of the user-assigned identities.
  DESCRIPTION
  type = object({
    type                       = optional(string, "SystemAssigned")
    user_assigned_resource_ids = optional(set(string))
  })
  default  = {}
  nullable = false

  validation {
    condition = contains(
      ["SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned"], var.identity.type,
    )
    error_message = "type must be \"SystemAssigned\", \"UserAssigned\", or \"SystemAssigned, UserAssigned\"."
  }
}

variable "agent_subnet_resource_id" {
  description = "Resource ID of the subnet that agents run in. The subnet must be delegated to `Microsoft.App/environments`, have a prefix of /27 or larger, and serve nothing else. Changing this replaces the account."
  type        = string
  default     = null

  validation {
    condition = (
      var.agent_subnet_resource_id == null ||
      can(regex("(?i)/virtualNetworks/[^/]+/subnets/[^/]+$", var.agent_subnet_resource_id))
    )
    error_message = "agent_subnet_resource_id must be the resource ID of a subnet."
  }
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
  description = "Isolation mode of the managed network. Possible values are `AllowOnlyApprovedOutbound`, with which agents reach only the targets of outbound rules, and `AllowInternetOutbound`, with which agents also reach the internet. Azure does not change `AllowOnlyApprovedOutbound` back to `AllowInternetOutbound`."
  type        = string
  default     = "AllowOnlyApprovedOutbound"
  nullable    = false

  validation {
    condition = contains(
      ["AllowOnlyApprovedOutbound", "AllowInternetOutbound"], var.managed_network_isolation_mode,
    )
    error_message = "managed_network_isolation_mode must be \"AllowOnlyApprovedOutbound\" or \"AllowInternetOutbound\"."
  }
}

variable "approve_outbound_rules" {
  description = "If `true`, the identity that runs Terraform approves the managed network's connections on the stores. If `false`, the account's identity approves the connections by a role, or the owner of each store does."
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
    Projects of the account. The keys are arbitrary.

    - `name` - Name of the project. Defaults to the project's key.
    - `display_name` - Display name of the project.
    - `description` - Description of the project.
    - `identity` - Identity that the project's agents act as: `type` and `user_assigned_resource_ids`.
    - `create_capability_host` - If `true`, the module creates a capability host if `stores` is set. A capability host makes the project's agents use the stores. Defaults to `true`.
    - `capability_host_name` - Name of the capability host. Defaults to `agents`.
  DESCRIPTION
  type = map(object({
    name         = optional(string)
    display_name = optional(string)
    description  = optional(string)
    identity = optional(object({
      type                       = optional(string, "SystemAssigned")
      user_assigned_resource_ids = optional(set(string))
    }), {})
    create_capability_host = optional(bool, true)
    capability_host_name   = optional(string, "agents")
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for it in var.projects :
      contains(["SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned"], it.identity.type)
    ])
    error_message = "type must be \"SystemAssigned\", \"UserAssigned\", or \"SystemAssigned, UserAssigned\"."
  }
}

variable "stores" {
  description = <<-DESCRIPTION
    Your stores for the data of agents. Set the IDs of all three stores, or set null to use the service's stores. The module connects each project to the stores, and does not manage the stores.

    - `cosmos_db_account_resource_id` - Resource ID of the Cosmos DB account, for threads.
    - `storage_account_resource_id` - Resource ID of the storage account, for files.
    - `search_service_resource_id` - Resource ID of the search service, for vectors.
    - `subnet_resource_id` - Resource ID of the subnet for the stores' private endpoints. If null, the module creates no endpoints to the stores.
    - `dns_zone_group_mode` - What manages the zone groups of the stores' endpoints. Possible values are `managed`, `policy`, and `none`, as in `private_endpoints`. Defaults to `managed`.
    - `public_network_access` - Public network access of the stores, set after the endpoints exist. Possible values are `Enabled`, `Disabled`, and `SecuredByPerimeter`. If null, the module does not manage the stores' public network access.
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

  validation {
    condition = var.stores == null || can(regex(
      "(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft[.]DocumentDB/databaseAccounts/[^/]+$",
      var.stores.cosmos_db_account_resource_id,
    ))
    error_message = "cosmos_db_account_resource_id must be the resource ID of a Cosmos DB account."
  }

  validation {
    condition = var.stores == null || can(regex(
      "(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft[.]Storage/storageAccounts/[^/]+$",
      var.stores.storage_account_resource_id,
    ))
    error_message = "storage_account_resource_id must be the resource ID of a storage account."
  }

  validation {
    condition = var.stores == null || can(regex(
      "(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft[.]Search/searchServices/[^/]+$",
      var.stores.search_service_resource_id,
    ))
    error_message = "search_service_resource_id must be the resource ID of a search service."
  }

  validation {
    condition = var.stores == null || contains(
      ["managed", "policy", "none"], try(var.stores.dns_zone_group_mode, "managed"),
    )
    error_message = "dns_zone_group_mode must be \"managed\", \"policy\", or \"none\"."
  }

  validation {
    condition = contains(
      ["Enabled", "Disabled", "SecuredByPerimeter"],
      coalesce(try(var.stores.public_network_access, null), "Disabled"),
    )
    error_message = "public_network_access must be \"Enabled\", \"Disabled\", or \"SecuredByPerimeter\"."
  }
}

variable "private_endpoints" {
  description = <<-DESCRIPTION
    Private endpoints to the account. The keys are arbitrary.

    - `subnet_resource_id` - Resource ID of the subnet that the endpoint takes its three addresses from.
    - `name` - Name of the endpoint. Defaults to `pe-`, the account's name, `-`, and the key.
    - `location` - Region of the endpoint. Defaults to the region of the subnet's network.
    - `resource_group_name` - Name of the endpoint's resource group. Defaults to `resource_group_name` of the module.
    - `private_service_connection_name` - Name of the endpoint's connection. Defaults to `account`.
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

variable "on_destroy" {
  description = "What to do with the stores' public network access on destroy. Possible values are `retain`, which keeps the value, and `restore`, which writes the former value."
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

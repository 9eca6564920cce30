variable "subscription_id" {
  description = "GUID of the subscription of everything that this configuration creates."
  type        = string
}

variable "resource_group_name" {
  description = "Resource group of everything that this configuration creates."
  type        = string
}

variable "location" {
  description = "Region of the hub."
  type        = string
  default     = "eastus"
}

variable "name" {
  description = "Name of the hub."
  type        = string
  default     = "hub-research"
}

variable "storage_account_id" {
  description = "Resource ID of the hub's storage account."
  type        = string
}

variable "key_vault_id" {
  description = "Resource ID of the hub's key vault."
  type        = string
}

variable "ai_services_account_id" {
  description = "Resource ID of the AI services account that compute reaches."
  type        = string
}

variable "search_service_id" {
  description = "Resource ID of the search service that compute reaches."
  type        = string
}

variable "package_hosts" {
  description = "Hosts that compute installs packages from."
  type        = set(string)
  default     = ["pypi.org", "*.pythonhosted.org"]
}

variable "virtual_network_id" {
  description = "Resource ID of the virtual network whose clients reach the hub."
  type        = string
}

variable "subnet_id" {
  description = "Resource ID of the subnet that the private endpoint takes its addresses from."
  type        = string
}

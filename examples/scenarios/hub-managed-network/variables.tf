variable "subscription_id" {
  description = "Subscription of everything that is made."
  type        = string
}

variable "resource_group_name" {
  description = "Resource group of everything that is made."
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
  description = "Resource ID of the storage account that the hub stands on."
  type        = string
}

variable "key_vault_id" {
  description = "Resource ID of the key vault that the hub stands on."
  type        = string
}

variable "ai_services_account_id" {
  description = "Resource ID of the AI services account that the hub's computers reach."
  type        = string
}

variable "search_service_id" {
  description = "Resource ID of the search service that the hub's computers reach."
  type        = string
}

variable "package_hosts" {
  description = "Hosts that the hub's computers install from."
  type        = set(string)
  default     = ["pypi.org", "*.pythonhosted.org"]
}

variable "virtual_network_id" {
  description = "Resource ID of the virtual network whose clients reach the hub."
  type        = string
}

variable "subnet_id" {
  description = "Resource ID of the subnet that gives the private endpoint its addresses."
  type        = string
}

variable "subscription_id" {
  description = "GUID of the subscription."
  type        = string
}

variable "name" {
  description = "Name of the account."
  type        = string
  default     = "aif-complete"
}

variable "location" {
  description = "Region of the account."
  type        = string
  default     = "eastus"
}

variable "resource_group_name" {
  description = "Name of the resource group."
  type        = string
}

variable "virtual_network_id" {
  description = "ID of the virtual network of the clients."
  type        = string
}

variable "subnet_id" {
  description = "ID of the subnet for private endpoints."
  type        = string
}

variable "agent_subnet_id" {
  description = "ID of the subnet for agents, delegated to `Microsoft.App/environments`."
  type        = string
}

variable "cosmos_db_account_id" {
  description = "ID of the Cosmos DB account for threads."
  type        = string
}

variable "storage_account_id" {
  description = "ID of the storage account for files."
  type        = string
}

variable "search_service_id" {
  description = "ID of the search service for vectors."
  type        = string
}

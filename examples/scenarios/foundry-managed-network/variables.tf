variable "subscription_id" {
  description = "GUID of the subscription of everything that this configuration creates."
  type        = string
}

variable "resource_group_name" {
  description = "Resource group of everything that this configuration creates."
  type        = string
}

variable "location" {
  description = "Region of the account. It must have managed networks."
  type        = string
  default     = "eastus"
}

variable "name" {
  description = "Name of the account, and the first label of its addresses."
  type        = string
  default     = "aif-research"
}

variable "cosmos_db_account_id" {
  description = "Resource ID of the Cosmos DB account that keeps threads."
  type        = string
}

variable "storage_account_id" {
  description = "Resource ID of the storage account that keeps files."
  type        = string
}

variable "search_service_id" {
  description = "Resource ID of the search service that keeps vectors."
  type        = string
}

variable "virtual_network_id" {
  description = "Resource ID of the virtual network whose clients reach the account."
  type        = string
}

variable "subnet_id" {
  description = "Resource ID of the subnet that the private endpoints take their addresses from."
  type        = string
}

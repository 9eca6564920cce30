variable "subscription_id" {
  description = "GUID of the subscription."
  type        = string
}

variable "workspace_id" {
  description = "ID of the workspace (hub)."
  type        = string
}

variable "resource_group_name" {
  description = "Name of the resource group of endpoints and zones."
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

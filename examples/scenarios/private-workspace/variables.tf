variable "subscription_id" {
  description = "GUID of the subscription for the zones and the endpoint."
  type        = string
}

variable "resource_group_name" {
  description = "Resource group of the zones and the endpoint."
  type        = string
}

variable "workspace_id" {
  description = "Resource ID of the workspace (hub) to put behind private link."
  type        = string
}

variable "virtual_network_id" {
  description = "Resource ID of the virtual network whose clients reach the workspace."
  type        = string
}

variable "subnet_id" {
  description = "Resource ID of the subnet that the endpoint takes its addresses from."
  type        = string
}

variable "endpoint_name" {
  description = "Name of the private endpoint."
  type        = string
  default     = "pe-hub"
}

variable "zone_names" {
  description = "Private DNS zones of a workspace. The default has the zones of Azure's public cloud."
  type        = set(string)
  default = [
    "privatelink.api.azureml.ms",
    "privatelink.notebooks.azure.net",
  ]
}

variable "tags" {
  description = "Tags of the zones, the links, and the endpoint."
  type        = map(string)
  default     = {}
}

variable "subscription_id" {
  description = "GUID of the subscription for the zones and the endpoints."
  type        = string
}

variable "resource_group_name" {
  description = "Resource group of the zones and the endpoints."
  type        = string
}

variable "workspace_id" {
  description = "Resource ID of the workspace (hub) to isolate, with the resources that it works with."
  type        = string
}

variable "virtual_network_id" {
  description = "Resource ID of the virtual network whose clients reach the workspace."
  type        = string
}

variable "subnet_id" {
  description = "Resource ID of the subnet that the endpoints take their addresses from."
  type        = string
}

variable "environment" {
  description = "Azure cloud. Possible values are `public`, `usgovernment`, and `china`."
  type        = string
  default     = "public"
}

variable "subscription_id" {
  description = "Subscription in which the zones and the endpoints are made."
  type        = string
}

variable "resource_group_name" {
  description = "Resource group in which the zones and the endpoints are made."
  type        = string
}

variable "workspace_id" {
  description = "Resource ID of the workspace (hub) to isolate, with the resources it works with."
  type        = string
}

variable "virtual_network_id" {
  description = "Resource ID of the virtual network whose clients reach the workspace."
  type        = string
}

variable "subnet_id" {
  description = "Resource ID of the subnet from which the endpoints take their addresses."
  type        = string
}

variable "environment" {
  description = "Azure's cloud: public, usgovernment or china."
  type        = string
  default     = "public"
}

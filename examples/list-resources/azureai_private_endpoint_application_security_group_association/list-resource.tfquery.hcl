# The private endpoints in an application security group.
list "azureai_private_endpoint_application_security_group_association" "group" {
  provider         = azureai
  include_resource = true

  config {
    application_security_group_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Network/applicationSecurityGroups/asg-ai"
  }
}

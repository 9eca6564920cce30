# The private DNS zones for private link in the subscription.
list "azureai_private_dns_zone" "private_link" {
  provider         = azureai
  include_resource = true

  config {
    private_link_only = true
  }
}

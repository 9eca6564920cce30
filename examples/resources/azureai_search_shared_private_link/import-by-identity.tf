import {
  to = azureai_search_shared_private_link.files

  identity = {
    subscription_id     = "00000000-0000-0000-0000-000000000000"
    resource_group_name = "rg-ai"
    search_service_name = "airef-search"
    name                = "files"
  }
}

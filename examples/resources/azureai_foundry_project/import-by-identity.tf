import {
  to = azureai_foundry_project.speech

  identity = {
    subscription_id     = "00000000-0000-0000-0000-000000000000"
    resource_group_name = "rg-ai"
    account_name        = "aif-research"
    name                = "speech"
  }
}

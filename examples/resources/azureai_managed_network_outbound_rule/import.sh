terraform import azureai_managed_network_outbound_rule.files \
  /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.CognitiveServices/accounts/airef-foundry/managedNetworks/default/outboundRules/files

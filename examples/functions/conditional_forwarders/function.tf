locals {
  type = "Microsoft.CognitiveServices/accounts"
}

# cognitiveservices.azure.com, openai.azure.com and services.ai.azure.com
output "forward_to_the_resolver" {
  value = provider::azureai::conditional_forwarders(local.type, "account", "public")
}

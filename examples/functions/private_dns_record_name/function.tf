# airefkv
output "record" {
  value = provider::azureai::private_dns_record_name(
    "airefkv.vault.azure.net",
    "privatelink.vaultcore.azure.net",
  )
}

# blob, blob_secondary, table, ...
output "storage" {
  value = provider::azureai::private_link_group_ids("Microsoft.Storage/storageAccounts")
}

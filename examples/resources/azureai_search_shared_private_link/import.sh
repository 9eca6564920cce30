terraform import azureai_search_shared_private_link.files \
  /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/providers/Microsoft.Search/searchServices/airef-search/sharedPrivateLinkResources/files

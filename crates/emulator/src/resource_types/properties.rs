//! The property names of each type: what a request may write, what only ARM writes.
//! As the published specifications have them.

/// What a request may write: Microsoft.Network/virtualNetworks.
pub(crate) const VIRTUAL_NETWORK_WRITABLE: &[&str] = &[
    "addressSpace",
    "bgpCommunities",
    "ddosProtectionPlan",
    "dhcpOptions",
    "enableDdosProtection",
    "enableVmProtection",
    "encryption",
    "flowTimeoutInMinutes",
    "ipAllocations",
    "privateEndpointVNetPolicies",
    "subnets",
    "virtualNetworkPeerings",
];

/// What only ARM writes: Microsoft.Network/virtualNetworks.
pub(crate) const VIRTUAL_NETWORK_READ_ONLY: &[&str] =
    &["flowLogs", "provisioningState", "resourceGuid"];

/// What a request may write: Microsoft.Network/virtualNetworks/subnets.
pub(crate) const SUBNET_WRITABLE: &[&str] = &[
    "addressPrefix",
    "addressPrefixes",
    "applicationGatewayIPConfigurations",
    "defaultOutboundAccess",
    "delegations",
    "ipAllocations",
    "ipamPoolPrefixAllocations",
    "natGateway",
    "networkSecurityGroup",
    "privateEndpointNetworkPolicies",
    "privateLinkServiceNetworkPolicies",
    "routeTable",
    "serviceEndpointPolicies",
    "serviceEndpoints",
    "sharingScope",
];

/// What only ARM writes: Microsoft.Network/virtualNetworks/subnets.
pub(crate) const SUBNET_READ_ONLY: &[&str] = &[
    "ipConfigurationProfiles",
    "ipConfigurations",
    "privateEndpoints",
    "provisioningState",
    "purpose",
    "resourceNavigationLinks",
    "serviceAssociationLinks",
];

/// What a request may write: Microsoft.Network/networkInterfaces.
pub(crate) const NETWORK_INTERFACE_WRITABLE: &[&str] = &[
    "dnsSettings",
    "enableAcceleratedNetworking",
    "enableIPForwarding",
    "ipConfigurations",
    "networkSecurityGroup",
];

/// What only ARM writes: Microsoft.Network/networkInterfaces.
pub(crate) const NETWORK_INTERFACE_READ_ONLY: &[&str] = &[
    "hostedWorkloads",
    "macAddress",
    "nicType",
    "primary",
    "privateEndpoint",
    "provisioningState",
    "resourceGuid",
    "virtualMachine",
];

/// What a request may write: Microsoft.Network/privateEndpoints.
pub(crate) const PRIVATE_ENDPOINT_WRITABLE: &[&str] = &[
    "applicationSecurityGroups",
    "billingSku",
    "customDnsConfigs",
    "customNetworkInterfaceName",
    "ipConfigurations",
    "ipVersionType",
    "manualPrivateLinkServiceConnections",
    "privateLinkServiceConnections",
    "subnet",
];

/// What only ARM writes: Microsoft.Network/privateEndpoints.
pub(crate) const PRIVATE_ENDPOINT_READ_ONLY: &[&str] =
    &["networkInterfaces", "provisioningState", "resourceGuid"];

/// What a request may write: Microsoft.Network/privateEndpoints/privateDnsZoneGroups.
pub(crate) const ZONE_GROUP_WRITABLE: &[&str] = &["privateDnsZoneConfigs"];

/// What only ARM writes: Microsoft.Network/privateEndpoints/privateDnsZoneGroups.
pub(crate) const ZONE_GROUP_READ_ONLY: &[&str] = &["provisioningState"];

/// What a request may write: Microsoft.Network/privateDnsZones.
pub(crate) const DNS_ZONE_WRITABLE: &[&str] = &[];

/// What only ARM writes: Microsoft.Network/privateDnsZones.
pub(crate) const DNS_ZONE_READ_ONLY: &[&str] = &[
    "internalId",
    "maxNumberOfRecordSets",
    "maxNumberOfVirtualNetworkLinks",
    "maxNumberOfVirtualNetworkLinksWithRegistration",
    "numberOfRecordSets",
    "numberOfVirtualNetworkLinks",
    "numberOfVirtualNetworkLinksWithRegistration",
    "provisioningState",
];

/// What a request may write: Microsoft.Network/privateDnsZones/virtualNetworkLinks.
pub(crate) const DNS_LINK_WRITABLE: &[&str] =
    &["registrationEnabled", "resolutionPolicy", "virtualNetwork"];

/// What only ARM writes: Microsoft.Network/privateDnsZones/virtualNetworkLinks.
pub(crate) const DNS_LINK_READ_ONLY: &[&str] = &["provisioningState", "virtualNetworkLinkState"];

/// What a request may write: Microsoft.Network/privateDnsZones/A.
pub(crate) const DNS_RECORD_WRITABLE: &[&str] = &[
    "aRecords",
    "aaaaRecords",
    "cnameRecord",
    "metadata",
    "mxRecords",
    "ptrRecords",
    "soaRecord",
    "srvRecords",
    "ttl",
    "txtRecords",
];

/// What only ARM writes: Microsoft.Network/privateDnsZones/A.
pub(crate) const DNS_RECORD_READ_ONLY: &[&str] = &["fqdn", "isAutoRegistered"];

/// What a request may write: Microsoft.MachineLearningServices/workspaces.
pub(crate) const WORKSPACE_WRITABLE: &[&str] = &[
    "allowPublicAccessWhenBehindVnet",
    "allowRoleAssignmentOnRG",
    "applicationInsights",
    "associatedWorkspaces",
    "containerRegistries",
    "containerRegistry",
    "description",
    "discoveryUrl",
    "enableDataIsolation",
    "enableServiceSideCMKEncryption",
    "enableSimplifiedCmk",
    "enableSoftwareBillOfMaterials",
    "encryption",
    "existingWorkspaces",
    "featureStoreSettings",
    "friendlyName",
    "hbiWorkspace",
    "hubResourceId",
    "imageBuildCompute",
    "ipAllowlist",
    "keyVault",
    "keyVaults",
    "managedNetwork",
    "networkAcls",
    "primaryUserAssignedIdentity",
    "provisionNetworkNow",
    "publicNetworkAccess",
    "serverlessComputeSettings",
    "serviceManagedResourcesSettings",
    "sharedPrivateLinkResources",
    "softDeleteRetentionInDays",
    "storageAccount",
    "storageAccounts",
    "systemDatastoresAuthMode",
    "v1LegacyMode",
    "workspaceHubConfig",
];

/// What only ARM writes: Microsoft.MachineLearningServices/workspaces.
pub(crate) const WORKSPACE_READ_ONLY: &[&str] = &[
    "agentsEndpointUri",
    "containerRegistry",
    "creationTime",
    "mlFlowTrackingUri",
    "notebookInfo",
    "privateEndpointConnections",
    "privateLinkCount",
    "provisioningState",
    "scheduledPurgeDate",
    "serviceProvisionedResourceGroup",
    "softDeletedAt",
    "storageHnsEnabled",
    "tenantId",
    "workspaceId",
];

/// What a request may write: Microsoft.CognitiveServices/accounts.
pub(crate) const COGNITIVE_WRITABLE: &[&str] = &[
    "allowProjectManagement",
    "allowedFqdnList",
    "amlWorkspace",
    "apiProperties",
    "associatedProjects",
    "customSubDomainName",
    "defaultProject",
    "disableLocalAuth",
    "dynamicThrottlingEnabled",
    "encryption",
    "locations",
    "migrationToken",
    "networkAcls",
    "networkInjections",
    "publicNetworkAccess",
    "raiMonitorConfig",
    "restore",
    "restrictOutboundNetworkAccess",
    "storedCompletionsDisabled",
    "userOwnedStorage",
];

/// What only ARM writes: Microsoft.CognitiveServices/accounts.
pub(crate) const COGNITIVE_READ_ONLY: &[&str] = &[
    "abusePenalty",
    "callRateLimit",
    "capabilities",
    "commitmentPlanAssociations",
    "dateCreated",
    "deletionDate",
    "endpoint",
    "endpoints",
    "internalId",
    "isMigrated",
    "privateEndpointConnections",
    "provisioningState",
    "quotaLimit",
    "scheduledPurgeDate",
    "skuChangeInfo",
];

/// What a request may write: Microsoft.Storage/storageAccounts.
pub(crate) const STORAGE_WRITABLE: &[&str] = &[
    "accessTier",
    "allowBlobPublicAccess",
    "allowCrossTenantReplication",
    "allowSharedKeyAccess",
    "allowedCopyScope",
    "azureFilesIdentityBasedAuthentication",
    "customDomain",
    "defaultToOAuthAuthentication",
    "dnsEndpointType",
    "enableExtendedGroups",
    "encryption",
    "immutableStorageWithVersioning",
    "isHnsEnabled",
    "isLocalUserEnabled",
    "isNfsV3Enabled",
    "isSftpEnabled",
    "keyPolicy",
    "largeFileSharesState",
    "minimumTlsVersion",
    "networkAcls",
    "publicNetworkAccess",
    "routingPreference",
    "sasPolicy",
    "supportsHttpsTrafficOnly",
];

/// What only ARM writes: Microsoft.Storage/storageAccounts.
pub(crate) const STORAGE_READ_ONLY: &[&str] = &[
    "blobRestoreStatus",
    "creationTime",
    "failoverInProgress",
    "geoReplicationStats",
    "keyCreationTime",
    "lastGeoFailoverTime",
    "primaryEndpoints",
    "primaryLocation",
    "privateEndpointConnections",
    "provisioningState",
    "secondaryEndpoints",
    "secondaryLocation",
    "statusOfPrimary",
    "statusOfSecondary",
];

/// What a request may write: Microsoft.KeyVault/vaults.
pub(crate) const VAULT_WRITABLE: &[&str] = &[
    "accessPolicies",
    "createMode",
    "enablePurgeProtection",
    "enableRbacAuthorization",
    "enableSoftDelete",
    "enabledForDeployment",
    "enabledForDiskEncryption",
    "enabledForTemplateDeployment",
    "networkAcls",
    "provisioningState",
    "publicNetworkAccess",
    "sku",
    "softDeleteRetentionInDays",
    "tenantId",
    "vaultUri",
];

/// What only ARM writes: Microsoft.KeyVault/vaults.
pub(crate) const VAULT_READ_ONLY: &[&str] = &["hsmPoolResourceId", "privateEndpointConnections"];

/// What a request may write: Microsoft.ContainerRegistry/registries.
pub(crate) const REGISTRY_WRITABLE: &[&str] = &[
    "adminUserEnabled",
    "anonymousPullEnabled",
    "autoGeneratedDomainNameLabelScope",
    "dataEndpointEnabled",
    "encryption",
    "metadataSearch",
    "networkRuleBypassAllowedForTasks",
    "networkRuleBypassOptions",
    "networkRuleSet",
    "policies",
    "publicNetworkAccess",
    "roleAssignmentMode",
    "zoneRedundancy",
];

/// What only ARM writes: Microsoft.ContainerRegistry/registries.
pub(crate) const REGISTRY_READ_ONLY: &[&str] = &[
    "creationDate",
    "dataEndpointHostNames",
    "loginServer",
    "privateEndpointConnections",
    "provisioningState",
    "status",
];

/// What a request may write: Microsoft.Search/searchServices.
pub(crate) const SEARCH_WRITABLE: &[&str] = &[
    "authOptions",
    "computeType",
    "disableLocalAuth",
    "disabledDataExfiltrationOptions",
    "encryptionWithCmk",
    "endpoint",
    "hostingMode",
    "networkRuleSet",
    "partitionCount",
    "publicNetworkAccess",
    "replicaCount",
    "semanticSearch",
    "upgradeAvailable",
];

/// What only ARM writes: Microsoft.Search/searchServices.
pub(crate) const SEARCH_READ_ONLY: &[&str] = &[
    "eTag",
    "privateEndpointConnections",
    "provisioningState",
    "serviceUpgradeDate",
    "sharedPrivateLinkResources",
    "status",
    "statusDetails",
];

/// What a request may write: Microsoft.MachineLearningServices/workspaces/connections.
pub(crate) const WORKSPACE_CONNECTION_WRITABLE: &[&str] = &[
    "authType",
    "category",
    "credentials",
    "expiryTime",
    "isSharedToAll",
    "metadata",
    "sharedUserList",
    "target",
];

/// What only ARM writes: Microsoft.MachineLearningServices/workspaces/connections.
pub(crate) const WORKSPACE_CONNECTION_READ_ONLY: &[&str] = &["createdByWorkspaceArmId", "group"];

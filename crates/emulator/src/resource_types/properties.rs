//! Property names of each type, for requests and for answers, from the published specifications.

/// Writable properties of Microsoft.Network/virtualNetworks.
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

/// Read-only properties of Microsoft.Network/virtualNetworks.
pub(crate) const VIRTUAL_NETWORK_READ_ONLY: &[&str] =
    &["flowLogs", "provisioningState", "resourceGuid"];

/// Writable properties of Microsoft.Network/virtualNetworks/subnets.
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

/// Read-only properties of Microsoft.Network/virtualNetworks/subnets.
pub(crate) const SUBNET_READ_ONLY: &[&str] = &[
    "ipConfigurationProfiles",
    "ipConfigurations",
    "privateEndpoints",
    "provisioningState",
    "purpose",
    "resourceNavigationLinks",
    "serviceAssociationLinks",
];

/// Writable properties of Microsoft.Network/networkInterfaces.
pub(crate) const NETWORK_INTERFACE_WRITABLE: &[&str] = &[
    "dnsSettings",
    "enableAcceleratedNetworking",
    "enableIPForwarding",
    "ipConfigurations",
    "networkSecurityGroup",
];

/// Read-only properties of Microsoft.Network/networkInterfaces.
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

/// Writable properties of Microsoft.Network/privateEndpoints.
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

/// Read-only properties of Microsoft.Network/privateEndpoints.
pub(crate) const PRIVATE_ENDPOINT_READ_ONLY: &[&str] =
    &["networkInterfaces", "provisioningState", "resourceGuid"];

/// Writable properties of Microsoft.Network/privateEndpoints/privateDnsZoneGroups.
pub(crate) const ZONE_GROUP_WRITABLE: &[&str] = &["privateDnsZoneConfigs"];

/// Read-only properties of Microsoft.Network/privateEndpoints/privateDnsZoneGroups.
pub(crate) const ZONE_GROUP_READ_ONLY: &[&str] = &["provisioningState"];

/// Writable properties of Microsoft.Network/privateDnsZones.
pub(crate) const DNS_ZONE_WRITABLE: &[&str] = &[];

/// Read-only properties of Microsoft.Network/privateDnsZones.
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

/// Writable properties of Microsoft.Network/privateDnsZones/virtualNetworkLinks.
pub(crate) const DNS_LINK_WRITABLE: &[&str] =
    &["registrationEnabled", "resolutionPolicy", "virtualNetwork"];

/// Read-only properties of Microsoft.Network/privateDnsZones/virtualNetworkLinks.
pub(crate) const DNS_LINK_READ_ONLY: &[&str] = &["provisioningState", "virtualNetworkLinkState"];

/// Writable properties of Microsoft.Network/privateDnsZones/A.
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

/// Read-only properties of Microsoft.Network/privateDnsZones/A.
pub(crate) const DNS_RECORD_READ_ONLY: &[&str] = &["fqdn", "isAutoRegistered"];

/// Writable properties of Microsoft.MachineLearningServices/workspaces.
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

/// Read-only properties of Microsoft.MachineLearningServices/workspaces.
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

/// Writable properties of Microsoft.CognitiveServices/accounts.
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

/// Read-only properties of Microsoft.CognitiveServices/accounts.
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

/// Writable properties of Microsoft.Storage/storageAccounts.
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

/// Read-only properties of Microsoft.Storage/storageAccounts.
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

/// Writable properties of Microsoft.KeyVault/vaults.
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

/// Read-only properties of Microsoft.KeyVault/vaults.
pub(crate) const VAULT_READ_ONLY: &[&str] = &["hsmPoolResourceId", "privateEndpointConnections"];

/// Writable properties of Microsoft.ContainerRegistry/registries.
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

/// Read-only properties of Microsoft.ContainerRegistry/registries.
pub(crate) const REGISTRY_READ_ONLY: &[&str] = &[
    "creationDate",
    "dataEndpointHostNames",
    "loginServer",
    "privateEndpointConnections",
    "provisioningState",
    "status",
];

/// Writable properties of Microsoft.Search/searchServices.
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

/// Read-only properties of Microsoft.Search/searchServices.
pub(crate) const SEARCH_READ_ONLY: &[&str] = &[
    "eTag",
    "privateEndpointConnections",
    "provisioningState",
    "serviceUpgradeDate",
    "sharedPrivateLinkResources",
    "status",
    "statusDetails",
];

/// Writable properties of Microsoft.MachineLearningServices/workspaces/connections.
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

/// Read-only properties of Microsoft.MachineLearningServices/workspaces/connections.
pub(crate) const WORKSPACE_CONNECTION_READ_ONLY: &[&str] = &["createdByWorkspaceArmId", "group"];

//! Property names of nested objects, and possible values of enumerations, from the published
//! specifications. Objects that are not listed here may hold anything.

use serde_json::Value;

use crate::arm_error::ArmError;
use crate::body;
use crate::world::type_info::TypeInfo;

/// Path of an object (`*` is every element of an array), and its possible names.
type Object = (&'static str, &'static str);

/// Objects of every type.
const EVERYWHERE: [Object; 3] = [
    ("identity", "principalId tenantId type userAssignedIdentities"),
    ("sku", "capacity family name size tier"),
    ("extendedLocation", "name type"),
];

const CHILD: &str = "etag id name properties type";
const REFERENCE: &str = "etag extendedLocation id location name properties tags type";

const SUBNET: &[Object] = &[
    ("properties/delegations/*", CHILD),
    ("properties/delegations/*/properties", "actions provisioningState serviceName"),
    ("properties/ipAllocations/*", "id"),
    ("properties/ipamPoolPrefixAllocations/*", "allocatedAddressPrefixes numberOfIpAddresses pool"),
    ("properties/natGateway", "id"),
    ("properties/networkSecurityGroup", REFERENCE),
    ("properties/routeTable", REFERENCE),
    ("properties/serviceEndpoints/*", "locations networkIdentifier provisioningState service"),
];

const RULE: &str = "access description destinationAddressPrefix destinationAddressPrefixes \
    destinationApplicationSecurityGroups destinationPortRange destinationPortRanges direction \
    priority protocol provisioningState sourceAddressPrefix sourceAddressPrefixes \
    sourceApplicationSecurityGroups sourcePortRange sourcePortRanges";

const RECORD: &[Object] = &[
    ("properties/aaaaRecords/*", "ipv6Address"),
    ("properties/aRecords/*", "ipv4Address"),
    ("properties/cnameRecord", "cname"),
    ("properties/mxRecords/*", "exchange preference"),
    ("properties/ptrRecords/*", "ptrdname"),
    ("properties/soaRecord", "email expireTime host minimumTtl refreshTime retryTime serialNumber"),
    ("properties/srvRecords/*", "port priority target weight"),
    ("properties/txtRecords/*", "value"),
];

/// Objects of each type.
const TYPES: [(&str, &[Object]); 14] = [
    ("Microsoft.Network/virtualNetworks/subnets", SUBNET),
    (
        "Microsoft.Network/virtualNetworks",
        &[
            ("properties/addressSpace", "addressPrefixes ipamPoolPrefixAllocations"),
            ("properties/bgpCommunities", "regionalCommunity virtualNetworkCommunity"),
            ("properties/ddosProtectionPlan", "id"),
            ("properties/dhcpOptions", "dnsServers"),
            ("properties/encryption", "enabled enforcement"),
            ("properties/virtualNetworkPeerings/*", CHILD),
        ],
    ),
    (
        "Microsoft.Network/networkInterfaces",
        &[
            (
                "properties/dnsSettings",
                "appliedDnsServers dnsServers internalDnsNameLabel internalDomainNameSuffix \
                 internalFqdn",
            ),
            ("properties/ipConfigurations/*", CHILD),
            ("properties/networkSecurityGroup", REFERENCE),
        ],
    ),
    (
        "Microsoft.Network/networkSecurityGroups",
        &[("properties/securityRules/*", CHILD), ("properties/securityRules/*/properties", RULE)],
    ),
    (
        "Microsoft.Network/routeTables",
        &[
            ("properties/routes/*", CHILD),
            (
                "properties/routes/*/properties",
                "addressPrefix hasBgpOverride nextHopIpAddress nextHopType provisioningState",
            ),
        ],
    ),
    (
        "Microsoft.Network/privateEndpoints",
        &[
            ("properties/applicationSecurityGroups/*", REFERENCE),
            ("properties/customDnsConfigs/*", "fqdn ipAddresses"),
            ("properties/subnet", REFERENCE),
        ],
    ),
    (
        "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        &[("properties/virtualNetwork", "id")],
    ),
    (
        "Microsoft.MachineLearningServices/workspaces",
        &[
            (
                "properties/encryption",
                "cosmosDbResourceId identity keyVaultProperties searchAccountResourceId status \
                 storageAccountResourceId",
            ),
            ("properties/encryption/identity", "userAssignedIdentity"),
            (
                "properties/encryption/keyVaultProperties",
                "identityClientId keyIdentifier keyVaultArmId",
            ),
            (
                "properties/featureStoreSettings",
                "allowRoleAssignmentsOnResourceGroupLevel computeRuntime \
                 offlineStoreConnectionName onlineStoreConnectionName",
            ),
            (
                "properties/managedNetwork",
                "changeableIsolationModes enableNetworkMonitor firewallPublicIpAddress \
                 firewallSku isolationMode managedNetworkKind networkId outboundRules status",
            ),
            ("properties/managedNetwork/status", "sparkReady status"),
            (
                "properties/serverlessComputeSettings",
                "serverlessComputeCustomSubnet serverlessComputeNoPublicIP",
            ),
            ("properties/sharedPrivateLinkResources/*", "name properties"),
            (
                "properties/sharedPrivateLinkResources/*/properties",
                "groupId privateLinkResourceId requestMessage status",
            ),
            (
                "properties/workspaceHubConfig",
                "additionalWorkspaceStorageAccounts defaultWorkspaceResourceGroup",
            ),
        ],
    ),
    (
        "Microsoft.CognitiveServices/accounts",
        &[
            ("properties/encryption", "keySource keyVaultProperties"),
            ("properties/networkAcls", "bypass defaultAction ipRules virtualNetworkRules"),
            ("properties/networkAcls/ipRules/*", "value"),
            (
                "properties/networkAcls/virtualNetworkRules/*",
                "id ignoreMissingVnetServiceEndpoint state",
            ),
            ("properties/networkInjections/*", "scenario subnetArmId useMicrosoftManagedNetwork"),
            ("properties/userOwnedStorage/*", "identityClientId resourceId"),
        ],
    ),
    (
        "Microsoft.Storage/storageAccounts",
        &[
            ("properties/customDomain", "name useSubDomainName"),
            ("properties/keyPolicy", "keyExpirationPeriodInDays"),
            (
                "properties/networkAcls",
                "bypass defaultAction ipRules ipv6Rules resourceAccessRules virtualNetworkRules",
            ),
            ("properties/networkAcls/ipRules/*", "action value"),
            ("properties/networkAcls/ipv6Rules/*", "action value"),
            ("properties/networkAcls/resourceAccessRules/*", "resourceId tenantId"),
            ("properties/networkAcls/virtualNetworkRules/*", "action id state"),
            (
                "properties/routingPreference",
                "publishInternetEndpoints publishMicrosoftEndpoints routingChoice",
            ),
            ("properties/sasPolicy", "expirationAction sasExpirationPeriod"),
        ],
    ),
    (
        "Microsoft.KeyVault/vaults",
        &[
            ("properties/accessPolicies/*", "applicationId objectId permissions tenantId"),
            ("properties/accessPolicies/*/permissions", "certificates keys secrets storage"),
            ("properties/networkAcls", "bypass defaultAction ipRules virtualNetworkRules"),
            ("properties/networkAcls/ipRules/*", "value"),
            ("properties/networkAcls/virtualNetworkRules/*", "id ignoreMissingVnetServiceEndpoint"),
            ("properties/sku", "family name"),
        ],
    ),
    (
        "Microsoft.ContainerRegistry/registries",
        &[
            ("properties/encryption", "keyVaultProperties status"),
            ("properties/networkRuleSet", "defaultAction ipRules virtualNetworkRules"),
            ("properties/networkRuleSet/ipRules/*", "action value"),
            (
                "properties/policies",
                "azureADAuthenticationAsArmPolicy exportPolicy quarantinePolicy retentionPolicy \
                 softDeletePolicy trustPolicy",
            ),
            ("properties/policies/exportPolicy", "status"),
        ],
    ),
    (
        "Microsoft.Search/searchServices",
        &[
            ("properties/authOptions", "aadOrApiKey apiKeyOnly"),
            ("properties/authOptions/aadOrApiKey", "aadAuthFailureMode"),
            ("properties/encryptionWithCmk", "encryptionComplianceStatus enforcement"),
            ("properties/networkRuleSet", "bypass ipRules"),
            ("properties/networkRuleSet/ipRules/*", "value"),
        ],
    ),
    ("Microsoft.Network/privateDnsZones", RECORD),
];

/// Possible values of texts, in any case.
const WORDS: [(&str, &str, &str); 11] = [
    (
        "Microsoft.Network/virtualNetworks",
        "properties/privateEndpointVNetPolicies",
        "Disabled Basic",
    ),
    (
        "Microsoft.Network/virtualNetworks/subnets",
        "properties/privateLinkServiceNetworkPolicies",
        "Enabled Disabled",
    ),
    ("Microsoft.Network/privateEndpoints", "properties/billingSku", "PayAsYouGo Fixed"),
    ("Microsoft.Storage/storageAccounts", "properties/networkAcls/defaultAction", "Allow Deny"),
    ("Microsoft.KeyVault/vaults", "properties/networkAcls/defaultAction", "Allow Deny"),
    ("Microsoft.KeyVault/vaults", "properties/networkAcls/bypass", "AzureServices None"),
    ("Microsoft.CognitiveServices/accounts", "properties/networkAcls/defaultAction", "Allow Deny"),
    (
        "Microsoft.ContainerRegistry/registries",
        "properties/networkRuleSet/defaultAction",
        "Allow Deny",
    ),
    (
        "Microsoft.ContainerRegistry/registries",
        "properties/networkRuleBypassOptions",
        "AzureServices None",
    ),
    ("Microsoft.Search/searchServices", "properties/networkRuleSet/bypass", "AzureServices None"),
    (
        "Microsoft.MachineLearningServices/workspaces",
        "properties/managedNetwork/isolationMode",
        "Disabled AllowInternetOutbound AllowOnlyApprovedOutbound",
    ),
];

/// Refuses unknown names in objects, and unknown values of enumerations. `prefix` is the path of a
/// body that is part of another one.
pub(crate) fn check(info: &TypeInfo, body: &Value, prefix: &str) -> Result<(), ArmError> {
    // The record sets of a zone are eight types with common objects.
    let record = info.is_child() && info.namespace() == "Microsoft.Network";
    let zone = "Microsoft.Network/privateDnsZones";
    let of =
        |kind: &str| kind == info.name || kind == zone && record && info.name.starts_with(zone);
    let own = TYPES.iter().filter(|(kind, _)| of(kind)).flat_map(|(_, objects)| *objects);
    for (path, names) in EVERYWHERE.iter().chain(own) {
        let names: Vec<&str> = names.split_whitespace().collect();
        for (at, value) in found(body, path, prefix) {
            body::only_members(info, &at, value, &names)?;
        }
    }
    for (_, path, words) in WORDS.iter().filter(|(kind, ..)| *kind == info.name) {
        for (at, value) in found(body, path, prefix).into_iter().filter(|(_, v)| !v.is_null()) {
            let known = |text: &str| words.split(' ').any(|word| word.eq_ignore_ascii_case(text));
            if !value.as_str().is_some_and(known) {
                let wanted = format!("one of {}", words.replace(' ', ", "));
                return Err(body::wrong_type(info, &at, &wanted));
            }
        }
    }
    Ok(())
}

/// Returns the values at a path, each with its path in ARM's form.
fn found<'a>(body: &'a Value, path: &str, prefix: &str) -> Vec<(String, &'a Value)> {
    let mut found = vec![(prefix.to_owned(), body)];
    for name in path.split('/') {
        let step = |(at, value): (String, &'a Value)| -> Vec<(String, &'a Value)> {
            if name != "*" {
                let dot = if at.is_empty() { "" } else { "." };
                return vec![(format!("{at}{dot}{name}"), &value[name])];
            }
            let entries = value.as_array().into_iter().flatten().enumerate();
            entries.map(|(index, entry)| (format!("{at}[{index}]"), entry)).collect()
        };
        found = found.into_iter().filter(|(_, value)| !value.is_null()).flat_map(step).collect();
    }
    found
}

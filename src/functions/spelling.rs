//! How ARM spells the fixed segments of resource IDs.

use azure::id::ResourceId;

/// Namespaces, and the types in each that this job meets, as azurerm spells them.
const TYPES: &[(&str, &[&str])] = &[
    (
        "Microsoft.Network",
        &[
            "applicationSecurityGroups",
            "networkInterfaces",
            "networkInterfaces/ipConfigurations",
            "networkSecurityGroups",
            "privateDnsZones",
            "privateDnsZones/A",
            "privateDnsZones/AAAA",
            "privateDnsZones/CNAME",
            "privateDnsZones/MX",
            "privateDnsZones/PTR",
            "privateDnsZones/SOA",
            "privateDnsZones/SRV",
            "privateDnsZones/TXT",
            "privateDnsZones/virtualNetworkLinks",
            "privateEndpoints",
            "privateEndpoints/privateDnsZoneGroups",
            "privateLinkServices",
            "privateLinkServices/privateEndpointConnections",
            "routeTables",
            "virtualNetworks",
            "virtualNetworks/subnets",
        ],
    ),
    (
        "Microsoft.MachineLearningServices",
        &[
            "workspaces",
            "workspaces/connections",
            "workspaces/outboundRules",
            "workspaces/privateEndpointConnections",
        ],
    ),
    (
        "Microsoft.CognitiveServices",
        &[
            "accounts",
            "accounts/deployments",
            "accounts/privateEndpointConnections",
            "accounts/projects",
        ],
    ),
    ("Microsoft.Storage", &["storageAccounts", "storageAccounts/privateEndpointConnections"]),
    ("Microsoft.KeyVault", &["vaults", "vaults/privateEndpointConnections"]),
    ("Microsoft.ContainerRegistry", &["registries", "registries/privateEndpointConnections"]),
    (
        "Microsoft.Search",
        &[
            "searchServices",
            "searchServices/privateEndpointConnections",
            "searchServices/sharedPrivateLinkResources",
        ],
    ),
    ("Microsoft.Insights", &["components", "privateLinkScopes"]),
    ("Microsoft.ManagedIdentity", &["userAssignedIdentities"]),
    ("Microsoft.OperationalInsights", &["workspaces"]),
];

/// The ID with its fixed segments as ARM spells them, and its names as they are. What is not known
/// keeps its spelling.
pub(super) fn spelt(id: &ResourceId) -> String {
    let mut text = format!("/subscriptions/{}", id.subscription());
    if let Some(group) = id.resource_group() {
        text.push_str(&format!("/resourceGroups/{group}"));
    }
    let Some(namespace) = id.provider() else {
        return text;
    };
    let (namespace, types) = TYPES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(namespace))
        .map_or((namespace, &[][..]), |(known, types)| (*known, *types));
    text.push_str(&format!("/providers/{namespace}"));
    let mut path = String::new();
    for (ty, name) in id.names() {
        path.push_str(if path.is_empty() { "" } else { "/" });
        path.push_str(ty);
        let known = types.iter().find(|known| known.eq_ignore_ascii_case(&path));
        let ty = known.and_then(|known| known.rsplit('/').next()).unwrap_or(ty);
        text.push_str(&format!("/{ty}/{name}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/Rg-AI";

    #[test]
    fn fixed_segments_are_spelt_as_arm_does_and_names_are_kept() {
        for (given, expected) in [
            (
                "/PROVIDERS/microsoft.network/PRIVATEDNSZONES/A.B/a/WWW",
                "/providers/Microsoft.Network/privateDnsZones/A.B/A/WWW",
            ),
            (
                "/Providers/MICROSOFT.STORAGE/storageaccounts/St/BLOBservices/Default",
                "/providers/Microsoft.Storage/storageAccounts/St/BLOBservices/Default",
            ),
            ("/providers/contoso.THINGS/Parts/P", "/providers/contoso.THINGS/Parts/P"),
            ("", ""),
        ] {
            let odd = GROUP.replace("resourceGroups", "RESOURCEgroups");
            let id = ResourceId::parse(&format!("{odd}{given}")).unwrap();
            assert_eq!(spelt(&id), format!("{GROUP}{expected}"));
        }
    }

    #[test]
    fn every_type_of_the_table_is_found_in_any_casing() {
        for (namespace, types) in TYPES {
            for ty in *types {
                let pairs = ty.split('/').map(|part| format!("/{part}/Name"));
                let tail = format!("/providers/{namespace}{}", pairs.collect::<String>());
                let odd = tail.to_uppercase().replace("/NAME", "/Name");
                let id = ResourceId::parse(&format!("{GROUP}{odd}")).unwrap();
                assert_eq!(spelt(&id), format!("{GROUP}{tail}"));
            }
        }
    }
}

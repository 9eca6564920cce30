//! ARM's spelling of the fixed segments of resource IDs.

use crate::private_link::services;
use azure::id::ResourceId;

/// Types outside the table of services, in azurerm's spelling.
const OTHER_TYPES: &[&str] = &[
    "Microsoft.Network/applicationSecurityGroups",
    "Microsoft.Network/networkInterfaces",
    "Microsoft.Network/networkInterfaces/ipConfigurations",
    "Microsoft.Network/networkSecurityGroups",
    "Microsoft.Network/privateDnsZones",
    "Microsoft.Network/privateDnsZones/A",
    "Microsoft.Network/privateDnsZones/AAAA",
    "Microsoft.Network/privateDnsZones/CNAME",
    "Microsoft.Network/privateDnsZones/MX",
    "Microsoft.Network/privateDnsZones/PTR",
    "Microsoft.Network/privateDnsZones/SOA",
    "Microsoft.Network/privateDnsZones/SRV",
    "Microsoft.Network/privateDnsZones/TXT",
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
    "Microsoft.Network/privateEndpoints",
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
    "Microsoft.Network/privateLinkServices",
    "Microsoft.Network/privateLinkServices/privateEndpointConnections",
    "Microsoft.Network/routeTables",
    "Microsoft.Network/virtualNetworks",
    "Microsoft.Network/virtualNetworks/subnets",
    "Microsoft.MachineLearningServices/workspaces/connections",
    "Microsoft.MachineLearningServices/workspaces/outboundRules",
    "Microsoft.CognitiveServices/accounts/deployments",
    "Microsoft.CognitiveServices/accounts/projects",
    "Microsoft.Search/searchServices/sharedPrivateLinkResources",
    "Microsoft.Insights/components",
    "Microsoft.Insights/privateLinkScopes",
    "Microsoft.ManagedIdentity/userAssignedIdentities",
    "Microsoft.OperationalInsights/workspaces",
];

/// Returns every known type.
fn types() -> impl Iterator<Item = &'static str> {
    let known = services::types().iter().chain(services::connection_types());
    known.chain(OTHER_TYPES).copied()
}

/// Returns the start of a known type that equals this text, in ARM's spelling.
fn known(text: &str) -> Option<&'static str> {
    let start = |ty: &'static str| {
        let start = ty.get(..text.len())?;
        let is_whole = matches!(ty.as_bytes().get(text.len()), None | Some(b'/'));
        (is_whole && start.eq_ignore_ascii_case(text)).then_some(start)
    };
    types().find_map(start)
}

/// Returns the ID with its fixed segments in ARM's spelling. Names and unknown segments keep
/// theirs.
pub(super) fn spelt(id: &ResourceId) -> String {
    let mut text = format!("/subscriptions/{}", id.subscription());
    if let Some(group) = id.resource_group() {
        text.push_str(&format!("/resourceGroups/{group}"));
    }
    let Some(namespace) = id.provider() else {
        return text;
    };
    let mut path = namespace.to_owned();
    text.push_str(&format!("/providers/{}", known(namespace).unwrap_or(namespace)));
    for (ty, name) in id.names() {
        path.push('/');
        path.push_str(ty);
        let ty = known(&path).and_then(|known| known.rsplit('/').next()).unwrap_or(ty);
        text.push_str(&format!("/{ty}/{name}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/Rg-AI";

    #[test]
    fn fixed_segments_are_spelled_as_arm_does_and_names_are_kept() {
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
        for ty in types() {
            let (namespace, types) = ty.split_once('/').unwrap();
            let pairs = types.split('/').map(|part| format!("/{part}/Name"));
            let tail = format!("/providers/{namespace}{}", pairs.collect::<String>());
            let odd = tail.to_uppercase().replace("/NAME", "/Name");
            let id = ResourceId::parse(&format!("{GROUP}{odd}")).unwrap();
            assert_eq!(spelt(&id), format!("{GROUP}{tail}"));
        }
    }
}

//! Rights on other resources that a write needs because its body refers to them.

use serde_json::Value;

const JOIN_SUBNET: &str = "Microsoft.Network/virtualNetworks/subnets/join/action";
const JOIN_SECURITY_GROUP: &str = "Microsoft.Network/networkSecurityGroups/join/action";
const JOIN_ROUTE_TABLE: &str = "Microsoft.Network/routeTables/join/action";
const JOIN_BY_SERVICE: &str =
    "Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action";

/// Resource type, path of the reference (`*` is every element of an array), and required action.
const LINKS: [(&str, &str, &str); 13] = [
    ("Microsoft.Network/privateEndpoints", "properties/subnet/id", JOIN_SUBNET),
    (
        "Microsoft.Network/privateEndpoints",
        "properties/applicationSecurityGroups/*/id",
        "Microsoft.Network/applicationSecurityGroups/joinIpConfiguration/action",
    ),
    (
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
        "properties/privateDnsZoneConfigs/*/properties/privateDnsZoneId",
        "Microsoft.Network/privateDnsZones/join/action",
    ),
    (
        "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        "properties/virtualNetwork/id",
        "Microsoft.Network/virtualNetworks/join/action",
    ),
    (
        "Microsoft.Network/networkInterfaces",
        "properties/ipConfigurations/*/properties/subnet/id",
        JOIN_SUBNET,
    ),
    (
        "Microsoft.Network/virtualNetworks/subnets",
        "properties/networkSecurityGroup/id",
        JOIN_SECURITY_GROUP,
    ),
    ("Microsoft.Network/virtualNetworks/subnets", "properties/routeTable/id", JOIN_ROUTE_TABLE),
    (
        "Microsoft.Network/virtualNetworks",
        "properties/subnets/*/properties/networkSecurityGroup/id",
        JOIN_SECURITY_GROUP,
    ),
    (
        "Microsoft.Network/virtualNetworks",
        "properties/subnets/*/properties/routeTable/id",
        JOIN_ROUTE_TABLE,
    ),
    ("Microsoft.Storage/storageAccounts", SUBNETS, JOIN_BY_SERVICE),
    ("Microsoft.KeyVault/vaults", SUBNETS, JOIN_BY_SERVICE),
    ("Microsoft.CognitiveServices/accounts", SUBNETS, JOIN_BY_SERVICE),
    (
        "Microsoft.CognitiveServices/accounts",
        "properties/networkInjections/*/subnetArmId",
        JOIN_SUBNET,
    ),
];

const SUBNETS: &str = "properties/networkAcls/virtualNetworkRules/*/id";

/// Returns the action and scope of each right that a body requires. Skips text that is not an ID,
/// because the resource provider checks it.
pub(super) fn rights<'a>(resource_type: &str, body: &'a Value) -> Vec<(&'static str, &'a str)> {
    let mut rights = Vec::new();
    for (_, path, action) in LINKS.iter().filter(|(of, ..)| *of == resource_type) {
        let mut found = vec![body];
        for name in path.split('/') {
            found = match name {
                "*" => found.into_iter().filter_map(Value::as_array).flatten().collect(),
                name => found.into_iter().map(|value| &value[name]).collect(),
            };
        }
        let ids = found.into_iter().filter_map(Value::as_str).filter(|id| id.starts_with('/'));
        rights.extend(ids.map(|id| (*action, id)));
    }
    rights
}

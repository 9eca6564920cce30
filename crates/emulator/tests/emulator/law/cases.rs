//! One resource of each type that a client can create.

use serde_json::{Value, json};

use crate::client::Client;

/// A type, its `PUT`, and the form of the answer to a `PATCH`.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) body: Value,
    pub(crate) patch: Value,
    /// If `true`, the resource comes with another one and already exists.
    pub(crate) there: bool,
}

pub(super) fn case(id: String, body: Value) -> Case {
    Case { id, body, patch: json!({ "tags": { "a": "1" } }), there: false }
}

pub(super) fn east(properties: &Value) -> Value {
    json!({ "location": "eastus", "properties": properties })
}

/// Returns everything that a client can create, parents first.
pub(crate) fn cases(client: &Client) -> Vec<Case> {
    let mut cases = network_cases(client);
    cases.extend(record_cases(client));
    cases.extend(resolver_cases(client));
    cases.extend(perimeter_cases(client));
    cases.extend(monitor_cases(client));
    cases.extend(cosmos_cases(client));
    cases.extend(resource_cases(client));
    cases.extend(agent_cases(client));
    cases.extend(managed_cases(client));
    cases
}

fn network_cases(client: &Client) -> Vec<Case> {
    let zone = client.network("privateDnsZones/law.example");
    let network = client.network("virtualNetworks/vnet-law");
    let endpoint = client.network("privateEndpoints/pe-law");
    let prefix = json!({ "addressSpace": { "addressPrefixes": ["10.9.0.0/16"] } });
    let linked = client.network("virtualNetworks/vnet-ai");
    vec![
        case(network.clone(), east(&prefix)),
        case(
            format!("{network}/subnets/one"),
            json!({ "properties": {
            "addressPrefix": "10.9.1.0/24",
        } }),
        ),
        case(client.network("networkInterfaces/nic-law"), east(&json!({ "ipConfigurations": [] }))),
        case(client.network("applicationSecurityGroups/asg-law"), east(&json!({}))),
        case(client.network("networkSecurityGroups/nsg-law"), east(&json!({}))),
        case(client.network("routeTables/rt-law"), east(&json!({}))),
        case(endpoint.clone(), client.endpoint(&client.hub(), "amlworkspace")),
        case(zone.clone(), json!({ "location": "global" })),
        case(
            format!("{endpoint}/privateDnsZoneGroups/default"),
            json!({ "properties": {
            "privateDnsZoneConfigs": [{ "name": "z", "properties": { "privateDnsZoneId": zone } }],
        } }),
        ),
        case(
            format!("{zone}/virtualNetworkLinks/link"),
            json!({
                "location": "global",
                "properties": { "virtualNetwork": { "id": linked }, "registrationEnabled": false },
            }),
        ),
    ]
}

fn record_cases(client: &Client) -> Vec<Case> {
    let zone = client.network("privateDnsZones/law.example");
    let record = |kind: &str, values: Value| {
        let mut properties = values;
        properties["ttl"] = json!(60);
        Case {
            id: format!("{zone}/{kind}/name"),
            body: json!({ "properties": properties }),
            patch: json!({ "properties": { "ttl": 61 } }),
            there: false,
        }
    };
    vec![
        record("A", json!({ "aRecords": [{ "ipv4Address": "10.0.0.9" }] })),
        record("AAAA", json!({ "aaaaRecords": [{ "ipv6Address": "fd00::1" }] })),
        Case {
            id: format!("{zone}/CNAME/alias"),
            body: json!({ "properties": { "ttl": 1, "cnameRecord": { "cname": "x.example" } } }),
            patch: json!({ "properties": { "ttl": 61 } }),
            there: false,
        },
        record("MX", json!({ "mxRecords": [{ "preference": 1, "exchange": "m.example" }] })),
        record("PTR", json!({ "ptrRecords": [{ "ptrdname": "p.example" }] })),
        record(
            "SRV",
            json!({ "srvRecords": [
            { "priority": 1, "weight": 1, "port": 1, "target": "s.example" },
        ] }),
        ),
        record("TXT", json!({ "txtRecords": [{ "value": ["text"] }] })),
    ]
}

fn resolver_cases(client: &Client) -> Vec<Case> {
    let resolver = client.network("dnsResolvers/law");
    let rules = client.network("dnsForwardingRulesets/law");
    let network = json!({ "id": client.network("virtualNetworks/vnet-ai") });
    let subnet = json!({ "id": client.network("virtualNetworks/vnet-ai/subnets/snet-pe") });
    let outbound = format!("{resolver}/outboundEndpoints/out");
    let inbound = json!([{ "subnet": subnet, "privateIpAddress": "10.0.1.250" }]);
    let ends = json!([{ "id": outbound }]);
    let servers = json!([{ "ipAddress": "10.0.1.250", "port": 53 }]);
    vec![
        case(resolver.clone(), east(&json!({ "virtualNetwork": network }))),
        case(
            format!("{resolver}/inboundEndpoints/in"),
            east(&json!({ "ipConfigurations": inbound })),
        ),
        case(outbound, east(&json!({ "subnet": subnet }))),
        case(rules.clone(), east(&json!({ "dnsResolverOutboundEndpoints": ends }))),
        case(
            format!("{rules}/forwardingRules/one"),
            json!({ "properties": { "domainName": "law.", "targetDnsServers": servers } }),
        ),
        case(
            format!("{rules}/virtualNetworkLinks/one"),
            json!({ "properties": { "virtualNetwork": network } }),
        ),
    ]
}

pub(super) fn cosmos() -> Value {
    json!({
        "location": "eastus", "kind": "GlobalDocumentDB",
        "properties": {
            "databaseAccountOfferType": "Standard",
            "locations": [{ "locationName": "East US", "failoverPriority": 0 }],
        },
    })
}

fn perimeter_cases(client: &Client) -> Vec<Case> {
    let perimeter = client.network("networkSecurityPerimeters/nsp-law");
    let profile = format!("{perimeter}/profiles/one");
    let storage = client.id("Microsoft.Storage/storageAccounts/airefstorage");
    vec![
        case(perimeter.clone(), east(&json!({}))),
        case(profile.clone(), json!({ "properties": {} })),
        case(
            format!("{profile}/accessRules/office"),
            json!({ "properties": { "addressPrefixes": ["203.0.113.0/24"] } }),
        ),
        case(
            format!("{perimeter}/resourceAssociations/storage"),
            json!({ "properties": {
                "accessMode": "Enforced",
                "privateLinkResource": { "id": storage },
                "profile": { "id": profile },
            } }),
        ),
    ]
}

pub(super) fn monitor_scope() -> Value {
    let open = json!({ "ingestionAccessMode": "Open", "queryAccessMode": "PrivateOnly" });
    json!({ "location": "Global", "properties": { "accessModeSettings": open } })
}

fn monitor_cases(client: &Client) -> Vec<Case> {
    let scope = client.id("Microsoft.Insights/privateLinkScopes/law");
    let linked = client.id("microsoft.insights/components/airef-insights");
    vec![
        case(scope.clone(), monitor_scope()),
        case(
            format!("{scope}/scopedResources/insights"),
            json!({ "properties": { "linkedResourceId": linked } }),
        ),
    ]
}

fn cosmos_cases(client: &Client) -> Vec<Case> {
    vec![
        case(client.id(COSMOS), cosmos()),
        case(
            client.id(&format!("{COSMOS}/sqlRoleDefinitions/{GUID}")),
            json!({ "properties": { "roleName": "law", "permissions": [{ "dataActions": [] }] } }),
        ),
        case(
            client.id(&format!("{COSMOS}/sqlRoleAssignments/{GUID}")),
            json!({ "properties": {
                "roleDefinitionId": client.id(&format!("{COSMOS}/sqlRoleDefinitions/{GUID}")),
                "principalId": GUID,
                "scope": client.id(&format!("{COSMOS}/dbs/enterprise_memory")),
            } }),
        ),
    ]
}

fn resource_cases(client: &Client) -> Vec<Case> {
    let identity = json!({ "type": "SystemAssigned" });
    vec![
        case(
            client.id("Microsoft.Storage/storageAccounts/lawstorage"),
            json!({
                "location": "eastus", "kind": "StorageV2", "sku": { "name": "Standard_LRS" },
            }),
        ),
        case(
            client.id("Microsoft.KeyVault/vaults/law-kv"),
            east(&json!({
                "tenantId": client.emulator.tenant,
                "sku": { "family": "A", "name": "standard" },
                "enableRbacAuthorization": true,
            })),
        ),
        case(
            client.id("Microsoft.ContainerRegistry/registries/lawacr"),
            json!({
                "location": "eastus", "sku": { "name": "Basic" },
            }),
        ),
        case(
            client.id("microsoft.insights/components/law-insights"),
            json!({
                "location": "eastus", "kind": "web", "properties": { "Application_Type": "web" },
            }),
        ),
        case(
            client.id("Microsoft.CognitiveServices/accounts/law-services"),
            json!({
                "location": "eastus", "kind": "AIServices", "sku": { "name": "S0" },
                "identity": identity, "properties": {
                    "allowProjectManagement": true, "customSubDomainName": "law-services",
                },
            }),
        ),
        case(
            client.id("Microsoft.CognitiveServices/accounts/law-services/projects/law"),
            json!({ "location": "eastus", "identity": identity }),
        ),
        case(
            client.id("Microsoft.Search/searchServices/law-search"),
            json!({
                "location": "eastus", "sku": { "name": "basic" },
            }),
        ),
        case(
            client.id("Microsoft.MachineLearningServices/workspaces/law-ws"),
            json!({
                "location": "eastus", "kind": "Hub", "identity": identity, "properties": {
                    "storageAccount": client.id("Microsoft.Storage/storageAccounts/airefstorage"),
                    "keyVault": client.id("Microsoft.KeyVault/vaults/airefkv"),
                    "managedNetwork": { "isolationMode": "AllowInternetOutbound" },
                },
            }),
        ),
        Case {
            id: format!("{}/connections/law", client.hub()),
            body: json!({ "properties": {
                "category": "AIServices", "authType": "AAD", "target": "https://x",
            } }),
            patch: json!({ "properties": { "target": "https://y" } }),
            there: false,
        },
    ]
}

const COSMOS: &str = "Microsoft.DocumentDB/databaseAccounts/law-cosmos";
const GUID: &str = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
const FOUNDRY: &str = "Microsoft.CognitiveServices/accounts/law-services";

fn connection(id: String) -> Case {
    let body = json!({ "properties": {
        "category": "CustomKeys", "authType": "None", "target": "https://x",
    } });
    Case { id, body, patch: json!({ "properties": { "target": "https://y" } }), there: false }
}

fn agent_cases(client: &Client) -> Vec<Case> {
    let at = |tail: &str| client.id(&format!("{FOUNDRY}/{tail}"));
    let model = json!({ "format": "OpenAI", "name": "gpt-4.1-mini" });
    vec![
        case(at("deployments/law"), json!({ "properties": { "model": model } })),
        connection(at("connections/law")),
        connection(at("projects/law/connections/law")),
        host(at("capabilityHosts/law")),
        host(at("projects/law/capabilityHosts/law")),
    ]
}

fn host(id: String) -> Case {
    case(id, json!({ "properties": { "capabilityHostKind": "Agents" } }))
}

fn managed_cases(client: &Client) -> Vec<Case> {
    let network = client.id(&format!("{FOUNDRY}/managedNetworks/default"));
    let hub = client.id("Microsoft.MachineLearningServices/workspaces/law-ws");
    let storage = client.id("Microsoft.Storage/storageAccounts/airefstorage");
    let isolated = json!({ "isolationMode": "AllowInternetOutbound" });
    let rule = json!({ "properties": {
        "type": "PrivateEndpoint",
        "destination": {
            "serviceResourceId": storage,
            "subresourceTarget": "blob",
        },
    } });
    vec![
        Case {
            patch: json!({ "properties": {} }),
            ..case(network.clone(), json!({ "properties": { "managedNetwork": isolated } }))
        },
        case(format!("{network}/outboundRules/law"), rule.clone()),
        case(format!("{hub}/outboundRules/law"), rule),
        case(
            client.id("Microsoft.Search/searchServices/law-search/sharedPrivateLinkResources/law"),
            json!({ "properties": { "privateLinkResourceId": storage, "groupId": "table" } }),
        ),
    ]
}

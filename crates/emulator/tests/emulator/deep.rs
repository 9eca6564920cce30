//! Unknown properties are refused at every described depth of a body.

use serde_json::{Value, json};

use crate::client::Client;

/// A resource, a property of its body, and the name or value in it that must be refused.
fn cases(client: &Client) -> Vec<(String, Value, &'static str)> {
    let network = client.network("virtualNetworks/vnet-ai");
    let subnet = format!("{network}/subnets/snet-pe");
    let bad = "notAName";
    let rules = |rule: Value| json!({ "defaultAction": "Deny", "ipRules": [rule] });
    let endpoint = |name: &str, value: Value| {
        let mut body = client.endpoint(&client.hub(), "amlworkspace");
        body["properties"][name] = value;
        (client.network("privateEndpoints/pe"), body["properties"].take(), bad)
    };
    vec![
        (network.clone(), json!({ "dhcpOptions": { bad: 1 } }), bad),
        (
            network.clone(),
            json!({ "subnets": [{ "name": "x", "properties": {
                "addressPrefix": "10.0.9.0/24", "delegations": [{ "name": "d", bad: 1 }],
            } }] }),
            bad,
        ),
        (network, json!({ "privateEndpointVNetPolicies": "Sometimes" }), "one of Disabled, Basic"),
        (subnet.clone(), json!({ "serviceEndpoints": [{ "service": "x", bad: 1 }] }), bad),
        (subnet.clone(), json!({ "delegations": [{ "properties": { bad: 1 } }] }), bad),
        (subnet, json!({ "networkSecurityGroup": { bad: 1 } }), bad),
        endpoint("subnet", json!({ bad: 1 })),
        endpoint("customDnsConfigs", json!([{ bad: 1 }])),
        endpoint("privateLinkServiceConnections", json!([{ "properties": { bad: 1 } }])),
        endpoint("ipConfigurations", json!([{ "properties": { bad: 1 } }])),
        (client.hub(), json!({ "managedNetwork": { bad: 1 } }), bad),
        (client.hub(), json!({ "managedNetwork": { "isolationMode": "Off" } }), "one of Disabled"),
        (client.hub(), json!({ "workspaceHubConfig": { bad: 1 } }), bad),
        (client.id(SERVICES), json!({ "networkAcls": rules(json!({ bad: 1 })) }), bad),
        (client.id(SERVICES), json!({ "networkAcls": { "defaultAction": "No" } }), "Allow, Deny"),
        (
            client.id(SERVICES),
            json!({ "networkAcls": rules(json!({ "value": "203.0.113.8/31" })) }),
            "203.0.113.8/31",
        ),
        (
            client.id(SERVICES),
            json!({ "networkAcls": rules(json!({ "value": "203.0.113.8/32" })) }),
            "203.0.113.8/32",
        ),
        (client.id(STORAGE), json!({ "networkAcls": rules(json!({ bad: 1 })) }), bad),
        (
            client.id(STORAGE),
            json!({ "networkAcls": { "defaultAction": "Deny", "bypass": "Logging, All" } }),
            "bypass",
        ),
        (client.id(VAULT), json!({ "networkAcls": rules(json!({ bad: 1 })) }), bad),
        (client.id(VAULT), json!({ "sku": { bad: 1 } }), bad),
        (client.id(VAULT), json!({ "accessPolicies": [{ "permissions": { bad: 1 } }] }), bad),
        (client.id(REGISTRY), json!({ "networkRuleSet": rules(json!({ bad: 1 })) }), bad),
        (client.id(REGISTRY), json!({ "policies": { "exportPolicy": { bad: 1 } } }), bad),
        (client.id(REGISTRY), json!({ "networkRuleBypassOptions": "All" }), "AzureServices, None"),
        (client.id(SEARCH), json!({ "networkRuleSet": { "ipRules": [{ bad: 1 }] } }), bad),
        (client.id(SEARCH), json!({ "authOptions": { "aadOrApiKey": { bad: 1 } } }), bad),
    ]
}

const SERVICES: &str = "Microsoft.CognitiveServices/accounts/airef-services";
const STORAGE: &str = "Microsoft.Storage/storageAccounts/airefstorage";
const VAULT: &str = "Microsoft.KeyVault/vaults/airefkv";
const REGISTRY: &str = "Microsoft.ContainerRegistry/registries/airefacr";
const SEARCH: &str = "Microsoft.Search/searchServices/airef-search";

#[tokio::test]
async fn unknown_names_are_refused_at_every_depth() {
    let client = Client::start().await;
    for (id, change, wanted) in cases(&client) {
        let put = id.contains("Microsoft.Network/");
        let answer = if put {
            let existing = client.get(&id).await;
            let mut body = if existing.status == 200 { existing.body } else { json!({}) };
            body["location"] = if id.contains("/subnets/") { Value::Null } else { json!("eastus") };
            for (name, value) in change.as_object().expect("an object") {
                body["properties"][name] = value.clone();
            }
            client.put(&id, &body).await
        } else {
            client.patch(&id, &json!({ "properties": change })).await
        };
        let text = answer.is(400).body.to_string();
        assert!(text.contains(wanted), "{id}: {change}: {text}");
    }
    for tail in [STORAGE, REGISTRY, SEARCH, SERVICES] {
        for name in ["identity", "sku"] {
            let answer = client.patch(&client.id(tail), &json!({ name: { "bad": 1 } })).await;
            assert!(answer.is(400).body.to_string().contains(&format!("{name}.bad")), "{tail}");
        }
    }
}

/// Returns the properties without the ETags, which every write changes.
fn without_etags(body: &Value) -> Value {
    match body {
        Value::Object(map) => {
            let kept = map.iter().filter(|(name, _)| !["etag", "systemData"].contains(&&***name));
            kept.map(|(name, value)| (name.clone(), without_etags(value))).collect()
        }
        Value::Array(list) => list.iter().map(without_etags).collect(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn put_accepts_the_body_of_a_get() {
    let client = Client::start().await;
    let id = client.network("privateEndpoints/pe");
    client.make(&id, &client.endpoint(&client.hub(), "amlworkspace")).await;
    let mut all = vec![
        id,
        client.hub(),
        client.network("virtualNetworks/vnet-ai"),
        client.network("virtualNetworks/vnet-ai/subnets/snet-pe"),
    ];
    all.extend([SERVICES, STORAGE, VAULT, REGISTRY].map(|tail| client.id(tail)));
    for id in all {
        let shown = client.get(&id).await.is(200).body;
        let accepted = client.put(&id, &shown).await;
        client.end(accepted).await;
        let again = client.get(&id).await.is(200).body;
        assert_eq!(without_etags(&again), without_etags(&shown), "{id}");
    }
}

#[tokio::test]
async fn kind_and_sku_change_where_azure_allows_it() {
    let client = Client::start().await;
    let search = client.id(SEARCH);
    client.patch(&search, &json!({ "sku": { "name": "basic" } })).await.is(400);
    client.patch(&search, &json!({ "sku": { "name": "standard2" } })).await.is(200);
    let services = client.id(SERVICES);
    client.patch(&services, &json!({ "kind": "Face" })).await.is(400);
    let body = json!({ "location": "eastus", "kind": "Face", "sku": { "name": "S0" },
        "properties": {
            "customSubDomainName": "face",
            "networkAcls": { "defaultAction": "Deny", "bypass": "AzureServices" },
        } });
    let face = client.id("Microsoft.CognitiveServices/accounts/face");
    client.put(&face, &body).await.refused(400, "InvalidResourceProperties");
}

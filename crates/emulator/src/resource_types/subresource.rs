//! Requests beside a resource that do not address a resource: keys, settings of services,
//! replications, billing.
//!
//! azurerm 4 and 5 send these when they import the default resources of a hub (azurerm's source).
//! The answers are those of a new resource in Azure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::guid::fixed_guid;
use crate::world::store::Resource;

/// A request and its answer.
#[derive(Debug)]
pub(crate) struct Subresource {
    /// Type of the resource.
    of: &'static str,
    /// Last segment of the path, in lower case.
    name: &'static str,
    pub(crate) method: &'static str,
    pub(crate) show: fn(&Resource) -> Value,
}

const STORAGE: &str = "Microsoft.Storage/storageAccounts";
const REGISTRY: &str = "Microsoft.ContainerRegistry/registries";
const SEARCH: &str = "Microsoft.Search/searchServices";
const ACCOUNT: &str = "Microsoft.CognitiveServices/accounts";
const COSMOS: &str = "Microsoft.DocumentDB/databaseAccounts";

static ALL: [Subresource; 15] = [
    Subresource { of: STORAGE, name: "listkeys", method: "POST", show: storage_keys },
    Subresource { of: STORAGE, name: "blobservices", method: "GET", show: blob_service },
    Subresource { of: STORAGE, name: "fileservices", method: "GET", show: file_service },
    Subresource { of: REGISTRY, name: "replications", method: "GET", show: replications },
    Subresource { of: REGISTRY, name: "listcredentials", method: "POST", show: credentials },
    Subresource { of: SEARCH, name: "listadminkeys", method: "POST", show: admin_keys },
    Subresource { of: SEARCH, name: "listquerykeys", method: "POST", show: query_keys },
    Subresource { of: ACCOUNT, name: "listkeys", method: "POST", show: account_keys },
    Subresource { of: ACCOUNT, name: "models", method: "GET", show: models },
    Subresource { of: ACCOUNT, name: "skus", method: "GET", show: skus },
    Subresource { of: ACCOUNT, name: "usages", method: "GET", show: empty },
    Subresource { of: COSMOS, name: "listkeys", method: "POST", show: cosmos_keys },
    Subresource { of: COSMOS, name: "readonlykeys", method: "POST", show: read_only_keys },
    Subresource { of: COSMOS, name: "listconnectionstrings", method: "POST", show: strings },
    Subresource {
        of: "microsoft.insights/components",
        name: "currentbillingfeatures",
        method: "GET",
        show: billing,
    },
];

/// Returns the request of this lower-case name for a type.
pub(crate) fn find(resource_type: &str, name: &str) -> Option<&'static Subresource> {
    ALL.iter().find(|one| one.of == resource_type && one.name == name)
}

/// Returns a key that is equal in every run, and whose text says that it is not a key.
fn key(resource: &Resource, which: &str) -> String {
    let unique = fixed_guid(&format!("{which} of {}", resource.id.key()));
    STANDARD.encode(format!("not a real key, {which}: {unique}"))
}

fn storage_keys(account: &Resource) -> Value {
    let created = &account.body["properties"]["keyCreationTime"];
    let show = |name: &str| {
        json!({
            "keyName": name,
            "value": key(account, name),
            "permissions": "FULL",
            "creationTime": created[name],
        })
    };
    json!({ "keys": [show("key1"), show("key2")] })
}

fn service(account: &Resource, kind: &str, properties: &Value) -> Value {
    json!({
        "id": format!("{}/{kind}/default", account.full_id()),
        "name": "default",
        "type": format!("{STORAGE}/{kind}"),
        "sku": account.body["sku"],
        "properties": properties,
    })
}

fn blob_service(account: &Resource) -> Value {
    let properties = json!({
        "cors": { "corsRules": [] },
        "deleteRetentionPolicy": { "allowPermanentDelete": false, "enabled": false },
    });
    service(account, "blobServices", &properties)
}

fn file_service(account: &Resource) -> Value {
    let properties = json!({
        "cors": { "corsRules": [] },
        "protocolSettings": { "smb": {} },
        "shareDeleteRetentionPolicy": { "days": 7, "enabled": true },
    });
    service(account, "fileServices", &properties)
}

/// Returns the replications: a Premium registry has one in its own region, and the others have
/// none.
fn replications(registry: &Resource) -> Value {
    if registry.body["sku"]["name"] != json!("Premium") {
        return json!({ "value": [] });
    }
    let location = &registry.body["location"];
    let name = location.as_str().unwrap_or_default();
    json!({ "value": [{
        "id": format!("{}/replications/{name}", registry.full_id()),
        "name": name,
        "type": format!("{REGISTRY}/replications"),
        "location": location,
        "tags": {},
        "properties": {
            "provisioningState": "Succeeded",
            "regionEndpointEnabled": true,
            "status": { "displayStatus": "Ready" },
            "zoneRedundancy": registry.body["properties"]["zoneRedundancy"],
        },
    }] })
}

fn credentials(registry: &Resource) -> Value {
    let passwords =
        ["password", "password2"].map(|name| json!({ "name": name, "value": key(registry, name) }));
    json!({ "username": registry.id.name(), "passwords": passwords })
}

fn admin_keys(service: &Resource) -> Value {
    json!({ "primaryKey": key(service, "primary"), "secondaryKey": key(service, "secondary") })
}

fn query_keys(service: &Resource) -> Value {
    json!({ "value": [{ "name": null, "key": key(service, "query") }], "nextLink": null })
}

fn account_keys(account: &Resource) -> Value {
    json!({ "key1": key(account, "key1"), "key2": key(account, "key2") })
}

/// Returns one model, which is enough to deploy.
fn models(_account: &Resource) -> Value {
    json!({ "value": [{
        "format": "OpenAI",
        "name": "gpt-4.1-mini",
        "version": "2025-04-14",
        "isDefaultVersion": true,
        "lifecycleStatus": "GenerallyAvailable",
        "skus": [{ "name": "GlobalStandard", "capacity": { "default": 1, "maximum": 1000 } }],
    }] })
}

fn skus(account: &Resource) -> Value {
    json!({ "value": [{ "resourceType": ACCOUNT, "sku": account.body["sku"] }] })
}

fn empty(_account: &Resource) -> Value {
    json!({ "value": [] })
}

fn read_only_keys(account: &Resource) -> Value {
    json!({
        "primaryReadonlyMasterKey": key(account, "primary read-only"),
        "secondaryReadonlyMasterKey": key(account, "secondary read-only"),
    })
}

fn cosmos_keys(account: &Resource) -> Value {
    let mut keys = read_only_keys(account);
    keys["primaryMasterKey"] = json!(key(account, "primary"));
    keys["secondaryMasterKey"] = json!(key(account, "secondary"));
    keys
}

fn strings(account: &Resource) -> Value {
    let endpoint = account.body["properties"]["documentEndpoint"].as_str().unwrap_or_default();
    let show = |(which, kind, description): (&str, &str, &str)| {
        let key = key(account, which);
        json!({
            "connectionString": format!("AccountEndpoint={endpoint};AccountKey={key};"),
            "description": description,
            "keyKind": kind,
            "type": "Sql",
        })
    };
    let all = [
        ("primary", "Primary", "Primary SQL Connection String"),
        ("secondary", "Secondary", "Secondary SQL Connection String"),
        ("primary read-only", "PrimaryReadonly", "Primary Read-Only SQL Connection String"),
        ("secondary read-only", "SecondaryReadonly", "Secondary Read-Only SQL Connection String"),
    ];
    json!({ "connectionStrings": all.map(show) })
}

fn billing(_component: &Resource) -> Value {
    json!({
        "CurrentBillingFeatures": ["Basic"],
        "DataVolumeCap": {
            "Cap": 100.0,
            "ResetTime": 0,
            "StopSendNotificationWhenHitCap": false,
            "StopSendNotificationWhenHitThreshold": false,
            "WarningThreshold": 90,
        },
    })
}

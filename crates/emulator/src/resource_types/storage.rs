//! Microsoft.Storage/storageAccounts.

use serde_json::{Value, json};

use super::common::PLAIN;
use super::{identity, properties, versions};
use crate::arm_error::ArmError;
use crate::clock;
use crate::cloud::Cloud;
use crate::world::World;
use crate::world::private_link::{LinkGroup, ServedName, single};
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::type_info::{Flag, Patch, Poll, Reply, States, TypeInfo};

/// Type of storage accounts.
pub(crate) struct Storage;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.Storage/storageAccounts",
    versions: versions::STORAGE,
    writable: properties::STORAGE_WRITABLE,
    read_only: properties::STORAGE_READ_ONLY,
    top: &["extendedLocation", "identity", "kind", "sku", "zones"],
    put: Reply::Location,
    put_again: Reply::Now,
    patch: Patch::Merge(Reply::Now),
    poll: Poll::Monitor,
    retry_after: 17,
    states: States { creating: "Creating", updating: "Succeeded", done: "Succeeded" },
    flag: Some(Flag {
        values: &["Enabled", "Disabled", "SecuredByPerimeter"],
        exact: true,
        default: "",
    }),
    immutable: &["dnsEndpointType", "isHnsEnabled"],
    busy: (409, "StorageAccountOperationInProgress"),
    valid_name: account_name,
    ..PLAIN
};

/// Services of an account, each of which is a private link group.
const SERVICES: [&str; 6] = ["blob", "table", "queue", "file", "web", "dfs"];

/// Services that can bypass network rules.
const BYPASSES: [&str; 4] = ["None", "Logging", "Metrics", "AzureServices"];

impl ResourceType for Storage {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        if write.before.is_none() {
            for name in ["kind", "sku"] {
                if write.body[name].is_null() {
                    let text = format!("The account property '{name}' is required.");
                    return Err(ArmError::bad("AccountPropertyIsMissing", text));
                }
            }
            let name = write.id.name();
            if world.store.of_type(INFO.name).any(|other| other.id.name() == name) {
                let text = format!("The storage account named {name} is already taken.");
                return Err(ArmError::new(409, "StorageAccountAlreadyTaken", text));
            }
        }
        let rules = write.property("networkAcls");
        let words = rules["bypass"].as_str().unwrap_or("None").split(',').map(str::trim);
        if let Some(word) = words.into_iter().find(|word| !BYPASSES.contains(word)) {
            let text = format!("The networkAcls of an account cannot bypass '{word}'.");
            return Err(ArmError::bad("InvalidValuesForRequestParameters", text));
        }
        let addresses = rules["ipRules"].as_array().into_iter().flatten();
        let mut addresses = addresses.filter_map(|rule| rule["value"].as_str());
        if let Some(small) = addresses.find(|it| it.ends_with("/31") || it.ends_with("/32")) {
            let text = format!(
                "Values for request parameters are invalid: networkAcls.ipRule[*].value. '{small}' \
                 is neither an address nor a range of /30 or larger."
            );
            return Err(ArmError::bad("InvalidValuesForRequestParameters", text));
        }
        if rules.is_object() && rules["defaultAction"].is_null() && !write.patch {
            let text = "The networkAcls of an account need a defaultAction.";
            return Err(ArmError::bad("InvalidValuesForRequestParameters", text));
        }
        Ok(())
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        identity::fill(world, next);
        let name = write.id.name();
        let cloud = world.settings.cloud;
        let now = clock::stamp(world.clock.now());
        let mut endpoints = json!({});
        for service in SERVICES {
            endpoints[service] = json!(format!("https://{name}.{service}.{}/", cloud.storage));
        }
        if next["sku"]["tier"].is_null() {
            next["sku"]["tier"] = json!("Standard");
        }
        let location = next["location"].clone();
        let defaults = json!({
            "creationTime": now,
            "keyCreationTime": { "key1": now, "key2": now },
            "primaryEndpoints": endpoints,
            "primaryLocation": location,
            "statusOfPrimary": "available",
            "accessTier": "Hot",
            "encryption": {
                "keySource": "Microsoft.Storage",
                "services": {
                    "blob": { "keyType": "Account", "enabled": true, "lastEnabledTime": now },
                    "file": { "keyType": "Account", "enabled": true, "lastEnabledTime": now },
                },
            },
            "allowBlobPublicAccess": false,
            "minimumTlsVersion": "TLS1_2",
            "supportsHttpsTrafficOnly": true,
            "networkAcls": {
                "bypass": "AzureServices",
                "defaultAction": "Allow",
                "ipRules": [],
                "virtualNetworkRules": [],
            },
        });
        identity::default(&mut next["properties"], defaults);
    }

    fn link_groups(&self, cloud: &Cloud, shown: &Value) -> Vec<LinkGroup> {
        let name = shown["name"].as_str().unwrap_or_default();
        let readable = shown["sku"]["name"].as_str().unwrap_or_default().contains("_RA");
        let mut groups = Vec::new();
        for service in SERVICES {
            let suffix = format!("{service}.{}", cloud.storage);
            groups.push(single(service, service, ServedName::new(name, &suffix)));
            if readable && service != "file" {
                let group = format!("{service}_secondary");
                let served = ServedName::new(&format!("{name}-secondary"), &suffix);
                groups.push(single(&group, &group, served));
            }
        }
        groups
    }

    fn validate_link_target(&self, _world: &World, shown: &Value) -> Result<(), ArmError> {
        if shown["properties"]["provisioningState"] == json!("Succeeded") {
            return Ok(());
        }
        let id = shown["id"].as_str().unwrap_or_default();
        let text = format!(
            "Call to Microsoft.Storage/storageAccounts failed. Error message: An operation is \
             currently performing on this storage account {id} that requires exclusive access."
        );
        Err(ArmError::new(409, "StorageAccountOperationInProgress", text))
    }
}

/// Returns `true` for 3 to 24 lower-case letters and digits.
fn account_name(name: &str) -> bool {
    (3..=24).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

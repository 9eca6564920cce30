//! Microsoft.KeyVault/vaults.

use serde_json::{Value, json};

use super::common::{self, PLAIN};
use super::{identity, properties, versions};
use crate::arm_error::ArmError;
use crate::cloud::Cloud;
use crate::world::World;
use crate::world::private_link::{LinkGroup, ServedName, single};
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::type_info::{Flag, Patch, Reply, States, TypeInfo};

/// Type of key vaults.
pub(crate) struct Vault;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.KeyVault/vaults",
    versions: versions::KEY_VAULT,
    writable: properties::VAULT_WRITABLE,
    read_only: properties::VAULT_READ_ONLY,
    put: Reply::State,
    put_again: Reply::Now,
    created: 200,
    patch: Patch::Merge(Reply::Now),
    states: States { creating: "RegisteringDns", updating: "Succeeded", done: "Succeeded" },
    // Any text is accepted and shown unchanged.
    flag: Some(Flag { values: &[], exact: false, default: "Enabled" }),
    immutable: &["softDeleteRetentionInDays"],
    valid_name: vault_name,
    ..PLAIN
};

impl ResourceType for Vault {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, _world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        if !write.patch {
            for name in ["tenantId", "sku"] {
                if write.property(name).is_null() {
                    let text = format!("The parameter {name} is not specified.");
                    return Err(ArmError::bad("BadRequest", text));
                }
            }
            let by_roles = write.property("enableRbacAuthorization") == &json!(true);
            let recovers = write.property("createMode") == &json!("recover");
            if write.property("accessPolicies").is_null() && !by_roles && !recovers {
                let text = "The parameter accessPolicies is not specified.";
                return Err(ArmError::bad("BadRequest", text));
            }
        }
        for name in ["enablePurgeProtection", "enableSoftDelete"] {
            let off = write.property(name) == &json!(false);
            if off && (name == "enablePurgeProtection" || write.stored(name) == &json!(true)) {
                let text = format!("The property \"{name}\" cannot be set to false.");
                return Err(ArmError::bad("BadRequest", text));
            }
        }
        let days = write.property("softDeleteRetentionInDays");
        if !days.is_null() && !days.as_u64().is_some_and(|days| (7..=90).contains(&days)) {
            let text = "The property \"softDeleteRetentionInDays\" must be from 7 to 90.";
            return Err(ArmError::bad("BadRequest", text));
        }
        Ok(())
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        identity::stamp(world, next);
        let name = write.id.name();
        next["properties"]["vaultUri"] =
            json!(format!("https://{}.{}/", name.to_ascii_lowercase(), world.settings.cloud.vault));
        let defaults = json!({
            "accessPolicies": [],
            "enabledForDeployment": false,
            "enableSoftDelete": true,
            "softDeleteRetentionInDays": 90,
            "enableRbacAuthorization": false,
        });
        identity::default(&mut next["properties"], defaults);
    }

    fn render(&self, _world: &World, shown: &mut Value, _version: &str) {
        let properties = &mut shown["properties"];
        if properties["provisioningState"] != json!(INFO.states.done) {
            let address = properties["vaultUri"].as_str().unwrap_or_default();
            properties["vaultUri"] = json!(address.trim_end_matches('/'));
        }
        common::hide_empty_connections(properties);
        let list = properties.get_mut("privateEndpointConnections").and_then(Value::as_array_mut);
        for connection in list.into_iter().flatten().filter_map(Value::as_object_mut) {
            connection.retain(|name, _| ["id", "properties"].contains(&name.as_str()));
        }
    }

    fn link_groups(&self, cloud: &Cloud, shown: &Value) -> Vec<LinkGroup> {
        let name = shown["name"].as_str().unwrap_or_default().to_ascii_lowercase();
        // The public suffix and the private zone differ by more than the prefix.
        let served = ServedName {
            fqdn: format!("{name}.{}", cloud.vault),
            zone: format!("privatelink.{}", cloud.vault_core),
            record: name,
        };
        vec![single("vault", "default", served)]
    }
}

/// Returns `true` for 3 to 24 letters, digits and single hyphens, with a letter first and no hyphen
/// last.
fn vault_name(name: &str) -> bool {
    (3..=24).contains(&name.len())
        && name.chars().next().is_some_and(|c| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !name.ends_with('-')
        && !name.contains("--")
}

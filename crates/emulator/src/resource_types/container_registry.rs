//! Microsoft.ContainerRegistry/registries.

use serde_json::{Value, json};

use super::common::PLAIN;
use super::{identity, properties, versions};
use crate::arm_error::ArmError;
use crate::clock;
use crate::cloud::Cloud;
use crate::resource_id::region;
use crate::world::World;
use crate::world::private_link::{LinkGroup, LinkMember, ServedName};
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::type_info::{Delete, Flag, Patch, Poll, Reply, TypeInfo};

/// Type of container registries.
pub(crate) struct ContainerRegistry;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.ContainerRegistry/registries",
    versions: versions::REGISTRY,
    writable: properties::REGISTRY_WRITABLE,
    read_only: properties::REGISTRY_READ_ONLY,
    top: &["identity", "sku"],
    put: Reply::AsyncOperation,
    put_again: Reply::AsyncOperation,
    patch: Patch::Merge(Reply::Now),
    delete: Delete::Location,
    poll: Poll::Registry,
    flag: Some(Flag { values: &["Enabled", "Disabled"], exact: true, default: "Enabled" }),
    immutable: &["zoneRedundancy"],
    valid_name: |name| {
        (5..=50).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric())
    },
    ..PLAIN
};

impl ResourceType for ContainerRegistry {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, _world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        let asked = &write.body["sku"]["name"];
        let stored = write.before.map_or(&Value::Null, |before| &before["sku"]["name"]);
        let Some(sku) = asked.as_str().or(stored.as_str()) else {
            let text = "The sku of a registry is required.";
            return Err(ArmError::bad("InvalidSku", text));
        };
        if !["Basic", "Standard", "Premium"].contains(&sku) {
            let text = format!("The SKU '{sku}' is not one of Basic, Standard, Premium.");
            return Err(ArmError::bad("InvalidSku", text));
        }
        if sku != "Premium" {
            check_lesser(write, sku)?;
        }
        let effective = |name: &str| {
            let asked = write.property(name);
            if asked.is_null() { write.stored(name).clone() } else { asked.clone() }
        };
        let export = effective("policies")["exportPolicy"]["status"].clone();
        let exports = export.as_str().is_none_or(|status| status.eq_ignore_ascii_case("enabled"));
        if !exports && effective("publicNetworkAccess") != json!("Disabled") {
            let text = "The export policy can only be disabled while public network access is \
                        disabled.";
            return Err(ArmError::bad("ExportPolicyRequiresDisabledPublicNetworkAccess", text));
        }
        Ok(())
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        identity::fill(world, next);
        identity::stamp(world, next);
        let name = write.id.name().to_ascii_lowercase();
        let cloud = world.settings.cloud;
        let at = region(next["location"].as_str().unwrap_or_default());
        next["sku"]["tier"] = next["sku"]["name"].clone();
        let premium = next["sku"]["name"] == json!("Premium");
        let hosts = match next["properties"]["dataEndpointEnabled"] == json!(true) {
            true => json!([format!("{name}.{at}.data.{}", cloud.registry)]),
            false => json!([]),
        };
        next["properties"]["dataEndpointHostNames"] = hosts;
        let mut defaults = json!({
            "loginServer": format!("{name}.{}", cloud.registry),
            "creationDate": clock::stamp(world.clock.now()),
            "adminUserEnabled": false,
            "anonymousPullEnabled": false,
            "dataEndpointEnabled": false,
            "encryption": { "status": "disabled" },
            "networkRuleBypassOptions": "AzureServices",
            "policies": {
                "quarantinePolicy": { "status": "disabled" },
                "trustPolicy": { "type": "Notary", "status": "disabled" },
                "retentionPolicy": { "days": 7, "status": "disabled" },
                "exportPolicy": { "status": "enabled" },
            },
            "zoneRedundancy": "Disabled",
        });
        if premium {
            defaults["networkRuleSet"] = json!({ "defaultAction": "Allow", "ipRules": [] });
        }
        identity::default(&mut next["properties"], defaults);
    }

    fn patch_reply(&self, usual: Reply, write: &WriteRequest<'_>) -> Reply {
        let body = write.body;
        let long = !body["identity"].is_null() || !write.property("encryption").is_null();
        if long { Reply::Created } else { usual }
    }

    fn link_groups(&self, cloud: &Cloud, shown: &Value) -> Vec<LinkGroup> {
        let name = shown["name"].as_str().unwrap_or_default().to_ascii_lowercase();
        let at = region(shown["location"].as_str().unwrap_or_default());
        let member = |member: String, record: &str| LinkMember {
            name: member,
            names: vec![ServedName::new(record, cloud.registry)],
        };
        vec![LinkGroup {
            id: "registry".to_owned(),
            members: vec![
                member(format!("registry_data_{at}"), &format!("{name}.{at}.data")),
                member("registry".to_owned(), &name),
            ],
            zones: vec![
                format!("privatelink.{}", cloud.registry),
                format!("{at}.data.privatelink.{}", cloud.registry),
            ],
        }]
    }

    fn validate_link_target(&self, _world: &World, shown: &Value) -> Result<(), ArmError> {
        if shown["sku"]["name"] == json!("Premium") {
            return Ok(());
        }
        let text = "Call to Microsoft.ContainerRegistry/registries failed. Error message: Private \
                    endpoints are only supported for registries of the Premium SKU.";
        Err(ArmError::bad("PrivateEndpointNotSupportedForSku", text))
    }
}

/// Refuses what requires the Premium SKU.
fn check_lesser(write: &WriteRequest<'_>, sku: &str) -> Result<(), ArmError> {
    if write.property("publicNetworkAccess") == &json!("Disabled") {
        let text = format!(
            "Disabling public network access is not supported for the SKU {sku}. Please use the \
             Premium SKU."
        );
        return Err(ArmError::bad("DisablingPublicNetworkAccessNotSupported", text));
    }
    let rules = write.property("networkRuleSet");
    let denies = rules["defaultAction"] == json!("Deny")
        || rules["ipRules"].as_array().is_some_and(|list| !list.is_empty());
    if denies {
        let text = format!("Network rules are not supported for the SKU {sku}.");
        return Err(ArmError::bad("NetworkRulesNotSupported", text));
    }
    if write.property("dataEndpointEnabled") == &json!(true) {
        let text = format!("Dedicated data endpoints are not supported for the SKU {sku}.");
        return Err(ArmError::bad("DataEndpointNotSupported", text));
    }
    Ok(())
}

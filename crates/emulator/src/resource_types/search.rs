//! Microsoft.Search/searchServices.

use serde_json::{Value, json};

use super::common::PLAIN;
use super::{identity, properties, versions};
use crate::arm_error::ArmError;
use crate::body;
use crate::cloud::Cloud;
use crate::world::World;
use crate::world::private_link::{LinkGroup, ServedName, single};
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::type_info::{Etag, Flag, Patch, Reply, States, TypeInfo};

/// Type of search services.
pub(crate) struct Search;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.Search/searchServices",
    versions: versions::SEARCH,
    writable: properties::SEARCH_WRITABLE,
    read_only: properties::SEARCH_READ_ONLY,
    top: &["identity", "sku"],
    put: Reply::State,
    put_again: Reply::State,
    patch: Patch::Merge(Reply::Now),
    etag: Etag::Dated,
    null_link: true,
    states: States { creating: "provisioning", updating: "provisioning", done: "succeeded" },
    flag: Some(Flag {
        values: &["Enabled", "Disabled", "SecuredByPerimeter"],
        exact: false,
        default: "Enabled",
    }),
    valid_name: search_name,
    ..PLAIN
};

const SKUS: [&str; 7] = [
    "free",
    "basic",
    "standard",
    "standard2",
    "standard3",
    "storage_optimized_l1",
    "storage_optimized_l2",
];

/// Last version in which the public access flag has only two values.
const TWO_WORDS_UNTIL: &str = "2024-03-01-preview";

/// Refuses a smaller SKU.
fn check_change(stored: Option<&str>, sku: &str) -> Result<(), ArmError> {
    const GROWING: [&str; 4] = ["basic", "standard", "standard2", "standard3"];
    let Some(stored) = stored.filter(|stored| *stored != sku) else { return Ok(()) };
    let size = |name: &str| GROWING.iter().position(|known| *known == name);
    match (size(stored), size(sku)) {
        (Some(old), Some(new)) if new > old => Ok(()),
        _ => {
            let text = format!("The SKU of a search service cannot change from {stored} to {sku}.");
            Err(ArmError::bad("BadRequest", text))
        }
    }
}

/// Refuses read-only values and an ETag that differ from the current ones.
fn check_read_only(world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
    if write.patch {
        return Ok(());
    }
    let shown = world.show(&write.id.to_string(), Some(write.version)).unwrap_or_default();
    for name in INFO.read_only.iter().filter(|name| **name != "eTag") {
        let asked = write.property(name);
        if !asked.is_null() && *asked != shown["properties"][name] {
            let text = format!("The property '{name}' is read-only and cannot be set.");
            return Err(ArmError::bad("BadRequest", text));
        }
    }
    Ok(())
}

impl ResourceType for Search {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        check_read_only(world, write)?;
        let asked = write.body["sku"]["name"].as_str();
        let stored = write.before.and_then(|before| before["sku"]["name"].as_str());
        let Some(sku) = asked.or(stored) else {
            return Err(ArmError::bad("BadRequest", "The sku of a search service is required."));
        };
        if !SKUS.contains(&sku) {
            let text = format!("The SKU '{sku}' is not one of {}.", SKUS.join(", "));
            return Err(ArmError::bad("BadRequest", text));
        }
        check_change(stored, sku)?;
        let flag = write.property("publicNetworkAccess").as_str().unwrap_or_default();
        if flag.eq_ignore_ascii_case("SecuredByPerimeter") && write.version <= TWO_WORDS_UNTIL {
            let wanted = "one of enabled, disabled";
            return Err(body::wrong_type(&INFO, "properties.publicNetworkAccess", wanted));
        }
        let restricts = flag.eq_ignore_ascii_case("disabled")
            || write.property("networkRuleSet")["ipRules"]
                .as_array()
                .is_some_and(|rules| !rules.is_empty());
        if sku == "free" && restricts {
            let text = "The free SKU does not support network rules or private endpoints.";
            return Err(ArmError::bad("BadRequest", text));
        }
        Ok(())
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        identity::fill(world, next);
        let etag: String = world.guid().simple().to_string().chars().take(15).collect();
        let properties = &mut next["properties"];
        properties["eTag"] = json!(format!("\"0x{}\"", etag.to_uppercase()));
        properties["status"] = json!("running");
        properties["statusDetails"] = json!("");
        let name = write.id.name();
        let defaults = json!({
            "authOptions": { "apiKeyOnly": {} },
            "disableLocalAuth": false,
            "encryptionWithCmk": {
                "enforcement": "Unspecified",
                "encryptionComplianceStatus": "Compliant",
            },
            "endpoint": format!("https://{name}.{}", world.settings.cloud.search),
            "hostingMode": "Default",
            "networkRuleSet": { "ipRules": [], "bypass": "None" },
            "partitionCount": 1,
            "replicaCount": 1,
            "semanticSearch": "disabled",
        });
        identity::default(properties, defaults);
    }

    fn render(&self, world: &World, shown: &mut Value, version: &str) {
        let id = shown["id"].as_str().unwrap_or_default();
        let links = world.store.children(id, "sharedPrivateLinkResources");
        let links: Vec<Value> = links.map(|link| world.render(link, Some(version))).collect();
        shown["properties"]["sharedPrivateLinkResources"] = json!(links);
        // Only the header shows the ETag.
        if let Some(map) = shown.as_object_mut() {
            map.remove("etag");
        }
    }

    fn link_groups(&self, cloud: &Cloud, shown: &Value) -> Vec<LinkGroup> {
        let name = shown["name"].as_str().unwrap_or_default();
        vec![single("searchService", "searchService", ServedName::new(name, cloud.search))]
    }

    fn validate_link_target(&self, _world: &World, shown: &Value) -> Result<(), ArmError> {
        if shown["sku"]["name"] != json!("free") {
            return Ok(());
        }
        let text = "Call to Microsoft.Search/searchServices failed. Error message: Private \
                    endpoints are not supported for the free SKU.";
        Err(ArmError::bad("PrivateEndpointNotSupportedForSku", text))
    }
}

/// Returns `true` for 2 to 60 lower-case letters, digits and single hyphens, without a hyphen in
/// the first two places or at the end.
fn search_name(name: &str) -> bool {
    (2..=60).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        && !name.chars().take(2).any(|c| c == '-')
        && !name.ends_with('-')
        && !name.contains("--")
}

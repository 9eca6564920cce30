//! Network security perimeters: the perimeter with its profiles and associations, and what a
//! resource in one shows of it.

use serde_json::{Value, json};

use super::common::PLAIN;
use super::versions;
use crate::arm_error::ArmError;
use crate::body;
use crate::resource_id::same;
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Delete, Location, Patch, Poll, Reply, TypeInfo};

/// Microsoft.Network/networkSecurityPerimeters, or a type of their children.
pub(crate) struct PerimeterType(TypeInfo);

/// The perimeter.
pub(crate) static PERIMETER: PerimeterType = PerimeterType(TypeInfo {
    name: "Microsoft.Network/networkSecurityPerimeters",
    versions: versions::PERIMETER,
    read_only: &["perimeterGuid", "provisioningState"],
    patch: Patch::Tags,
    ..PLAIN
});

/// A profile: a set of rules.
pub(crate) static PROFILE: PerimeterType = PerimeterType(TypeInfo {
    name: "Microsoft.Network/networkSecurityPerimeters/profiles",
    read_only: &["accessRulesVersion", "diagnosticSettingsVersion", "provisioningState"],
    location: Location::Inherited,
    patch: Patch::None,
    ..PERIMETER.0
});

/// An association: which resource a profile is for, and how strictly.
pub(crate) static ASSOCIATION: PerimeterType = PerimeterType(TypeInfo {
    name: ASSOCIATIONS,
    writable: &["accessMode", "privateLinkResource", "profile"],
    read_only: &["hasProvisioningIssues", "provisioningState"],
    location: Location::Inherited,
    put: Reply::Accepted,
    put_again: Reply::Accepted,
    patch: Patch::None,
    delete: Delete::Both,
    poll: Poll::Perimeter,
    retry_after: 0,
    immutable: &["privateLinkResource"],
    ..PERIMETER.0
});

const ASSOCIATIONS: &str = "Microsoft.Network/networkSecurityPerimeters/resourceAssociations";

/// The types whose stable API versions show the perimeters of a resource (API specifications).
const SHOWN_BY: [&str; 7] = [
    "Microsoft.Batch/batchAccounts",
    "Microsoft.CognitiveServices/accounts",
    "Microsoft.EventHub/namespaces",
    "Microsoft.OperationalInsights/workspaces",
    "Microsoft.Search/searchServices",
    "Microsoft.Sql/servers",
    "Microsoft.Storage/storageAccounts",
];

/// Whether resources of a type show the perimeters that they are in.
pub(crate) fn is_shown_by(resource_type: &str) -> bool {
    SHOWN_BY.iter().any(|known| same(known, resource_type))
}

/// `networkSecurityPerimeterConfigurations` of a resource.
pub(crate) fn configurations(world: &World, target: &Resource) -> Vec<Value> {
    let of_target =
        |one: &&Resource| same(reference(&one.body, "privateLinkResource"), target.full_id());
    let shown = world.store.of_type(ASSOCIATIONS).filter(of_target).filter_map(|association| {
        let perimeter = world.store.get(&association.id.parent()?.to_string())?;
        let guid = &perimeter.body["properties"]["perimeterGuid"];
        let own = &association.body["properties"];
        let profile = reference(&association.body, "profile").rsplit('/').next();
        let name = format!("{}.{}", guid.as_str().unwrap_or_default(), association.id.name());
        Some(json!({
            "id": format!("{}/networkSecurityPerimeterConfigurations/{name}", target.full_id()),
            "name": name,
            "type": format!(
                "{}/networkSecurityPerimeterConfigurations",
                target.id.resource_type()
            ),
            "properties": {
                "provisioningState": own["provisioningState"],
                "provisioningIssues": [],
                "networkSecurityPerimeter": {
                    "id": perimeter.full_id(),
                    "perimeterGuid": guid,
                    "location": perimeter.body["location"],
                },
                "resourceAssociation": {
                    "name": association.id.name(),
                    "accessMode": own["accessMode"],
                },
                "profile": {
                    "name": profile,
                    "accessRulesVersion": 0,
                    "accessRules": [],
                    "diagnosticSettingsVersion": 0,
                    "enabledLogCategories": [],
                },
            },
        }))
    });
    shown.collect()
}

fn reference<'a>(body: &'a Value, name: &str) -> &'a str {
    body["properties"][name]["id"].as_str().unwrap_or_default()
}

impl ResourceType for PerimeterType {
    fn info(&self) -> &TypeInfo {
        &self.0
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        if self.0.name != ASSOCIATIONS {
            return Ok(());
        }
        for name in ["privateLinkResource", "profile"] {
            let id = reference(write.body, name);
            if world.store.get(id).is_none() {
                let text = format!("Resource [{id}] does not exist or has been deleted");
                return Err(ArmError::bad("InvalidResourceReference", text));
            }
        }
        const MODES: [&str; 3] = ["Learning", "Enforced", "Audit"];
        let mode = write.property("accessMode").as_str().unwrap_or_default();
        if !MODES.contains(&mode) {
            let wanted = format!("one of {}", MODES.join(", "));
            return Err(body::wrong_type(&self.0, "properties.accessMode", &wanted));
        }
        let target = reference(write.body, "privateLinkResource");
        let own = write.id.key();
        let taken = |other: &Resource| {
            other.id.key() != own && same(reference(&other.body, "privateLinkResource"), target)
        };
        if world.store.of_type(ASSOCIATIONS).any(taken) {
            let text = format!("Resource [{target}] is associated with a perimeter already.");
            return Err(ArmError::new(409, "Conflict", text));
        }
        Ok(())
    }

    fn on_accepted(&self, world: &mut World, _write: &WriteRequest<'_>, next: &mut Value) {
        let guid = world.guid().to_string();
        let defaults = match self.0.name {
            ASSOCIATIONS => json!({ "hasProvisioningIssues": "no" }),
            name if name == PERIMETER.0.name => json!({ "perimeterGuid": guid }),
            _ => json!({ "accessRulesVersion": "0", "diagnosticSettingsVersion": "0" }),
        };
        super::identity::default(&mut next["properties"], defaults);
    }
}

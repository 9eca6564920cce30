//! Network security perimeters: the perimeter, its profiles, rules and associations, and the
//! configuration that an associated resource shows.

use serde_json::{Value, json};

use super::common::PLAIN;
use super::versions;
use crate::arm_error::ArmError;
use crate::body;
use crate::resource_id::{ResourceId, same};
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Delete, Location, Patch, Poll, Reply, TypeInfo};

/// Type of Microsoft.Network/networkSecurityPerimeters, or of their children.
pub(crate) struct PerimeterType(TypeInfo);

/// Type of perimeters.
pub(crate) static PERIMETER: PerimeterType = PerimeterType(TypeInfo {
    name: "Microsoft.Network/networkSecurityPerimeters",
    versions: versions::PERIMETER,
    read_only: &["perimeterGuid", "provisioningState"],
    patch: Patch::Tags,
    ..PLAIN
});

/// Type of profiles, which are sets of rules.
pub(crate) static PROFILE: PerimeterType = PerimeterType(TypeInfo {
    name: "Microsoft.Network/networkSecurityPerimeters/profiles",
    read_only: &["accessRulesVersion", "diagnosticSettingsVersion", "provisioningState"],
    location: Location::Inherited,
    patch: Patch::None,
    ..PERIMETER.0
});

/// Type of access rules: allowed clients, or allowed destinations.
pub(crate) static ACCESS_RULE: PerimeterType = PerimeterType(TypeInfo {
    name: ACCESS_RULES,
    writable: &[
        "addressPrefixes",
        "direction",
        "emailAddresses",
        "fullyQualifiedDomainNames",
        "phoneNumbers",
        "serviceTags",
        "subscriptions",
    ],
    read_only: &["networkSecurityPerimeters", "provisioningState"],
    location: Location::Inherited,
    patch: Patch::None,
    ..PERIMETER.0
});

/// Type of associations, which apply a profile to a resource in an access mode.
pub(crate) static ASSOCIATION: PerimeterType = PerimeterType(TypeInfo {
    name: ASSOCIATIONS,
    writable: &["accessMode", "privateLinkResource", "profile"],
    read_only: &["hasProvisioningIssues", ISSUES, "provisioningState"],
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

const ACCESS_RULES: &str = "Microsoft.Network/networkSecurityPerimeters/profiles/accessRules";

/// Property of an association with the issues of its resource, in the form of the configuration.
/// The control API sets them, and only the configuration shows them.
const ISSUES: &str = "provisioningIssues";

const ASSOCIATIONS: &str = "Microsoft.Network/networkSecurityPerimeters/resourceAssociations";

/// Types whose stable API versions show the perimeters of a resource (API specifications).
const SHOWN_BY: [&str; 7] = [
    "Microsoft.Batch/batchAccounts",
    "Microsoft.CognitiveServices/accounts",
    "Microsoft.EventHub/namespaces",
    "Microsoft.OperationalInsights/workspaces",
    "Microsoft.Search/searchServices",
    "Microsoft.Sql/servers",
    "Microsoft.Storage/storageAccounts",
];

/// Returns `true` if resources of a type show their perimeters.
pub(crate) fn is_shown_by(resource_type: &str) -> bool {
    SHOWN_BY.iter().any(|known| same(known, resource_type))
}

/// Returns the associations of a resource, each with the name of its configuration and its
/// perimeter.
fn of_target<'w>(
    world: &'w World,
    target: &str,
) -> impl Iterator<Item = (String, &'w Resource, &'w Resource)> {
    let target = target.to_owned();
    let own = move |one: &&Resource| same(reference(&one.body, "privateLinkResource"), &target);
    world.store.of_type(ASSOCIATIONS).filter(own).filter_map(|association| {
        let perimeter = world.store.get(&association.id.parent()?.to_string())?;
        let guid = perimeter.body["properties"]["perimeterGuid"].as_str().unwrap_or_default();
        Some((format!("{guid}.{}", association.id.name()), association, perimeter))
    })
}

/// Returns `networkSecurityPerimeterConfigurations` of a resource.
pub(crate) fn configurations(world: &World, target: &Resource) -> Vec<Value> {
    let shown = of_target(world, target.full_id()).map(|(name, association, perimeter)| {
        let own = &association.body["properties"];
        let profile = reference(&association.body, "profile");
        let rule = |rule: &Resource| {
            json!({ "name": rule.id.name(), "properties": rule.body["properties"] })
        };
        let rules: Vec<Value> = world.store.children(profile, "accessRules").map(rule).collect();
        json!({
            "id": format!("{}/networkSecurityPerimeterConfigurations/{name}", target.full_id()),
            "name": name,
            "type": format!(
                "{}/networkSecurityPerimeterConfigurations",
                target.id.resource_type()
            ),
            "properties": {
                "provisioningState": own["provisioningState"],
                "provisioningIssues": issues(world, association),
                "networkSecurityPerimeter": {
                    "id": perimeter.full_id(),
                    "perimeterGuid": perimeter.body["properties"]["perimeterGuid"],
                    "location": perimeter.body["location"],
                },
                "resourceAssociation": {
                    "name": association.id.name(),
                    "accessMode": own["accessMode"],
                },
                "profile": {
                    "name": profile.rsplit('/').next(),
                    "accessRulesVersion": version(world, profile),
                    "accessRules": rules,
                    "diagnosticSettingsVersion": 0,
                    "enabledLogCategories": [],
                },
            },
        })
    });
    shown.collect()
}

/// Returns the number of changes of a profile's rules.
fn version(world: &World, profile: &str) -> u64 {
    let shown = world.store.get(profile).map(|it| &it.body["properties"]["accessRulesVersion"]);
    shown.and_then(|it| it.as_str()?.parse().ok()).unwrap_or_default()
}

/// Returns the issues of an association that are still open.
fn issues(world: &World, association: &Resource) -> Vec<Value> {
    let ordered = association.body["properties"][ISSUES].as_array().into_iter().flatten();
    ordered.filter(|issue| is_open(world, association, issue)).cloned().collect()
}

/// Returns `true` if an issue's suggestion is not carried out: a rule of this name in the profile,
/// or a resource in the perimeter. An issue without suggestions stays open until a `reconcile`.
fn is_open(world: &World, association: &Resource, issue: &Value) -> bool {
    let profile = reference(&association.body, "profile");
    let perimeter = association.id.parent().map(|id| id.to_string()).unwrap_or_default();
    let has_rule = |rule: &Value| {
        let name = rule["name"].as_str().unwrap_or_default();
        world.store.get(&format!("{profile}/accessRules/{name}")).is_some()
    };
    let is_in = |id: &Value| {
        let mut there = of_target(world, id.as_str().unwrap_or_default());
        there.any(|(_, _, of)| same(of.full_id(), &perimeter))
    };
    let (rules, resources) = suggestions(issue);
    let none = rules.is_empty() && resources.is_empty();
    none || !rules.iter().all(has_rule) || !resources.iter().all(is_in)
}

fn suggestions(issue: &Value) -> (&[Value], &[Value]) {
    let list = |name: &str| issue["properties"][name].as_array().map_or(&[][..], Vec::as_slice);
    (list("suggestedAccessRules"), list("suggestedResourceIds"))
}

/// Applies the configuration of this name to a resource again, if `works` is `true`. Returns
/// `false` if there is no such configuration. Afterward, only issues with an open suggestion
/// remain.
pub(crate) fn reconcile(world: &mut World, target: &str, name: &str, works: bool) -> bool {
    let mut own = of_target(world, target);
    let Some((_, association, _)) = own.find(|(own, ..)| own.eq_ignore_ascii_case(name)) else {
        return false;
    };
    let id = association.full_id().to_owned();
    let suggests = |issue: &Value| !matches!(suggestions(issue), ([], []));
    let left: Vec<Value> = issues(world, association).into_iter().filter(suggests).collect();
    drop(own);
    if let Some(association) = world.store.get_mut(&id).filter(|_| works) {
        association.body["properties"][ISSUES] = json!(left);
        association.body["properties"]["provisioningState"] = json!("Succeeded");
    }
    true
}

/// Returns `true` if lists of a type end with an empty `nextLink` (recorded by the Azure CLI's
/// extensions).
pub(crate) fn has_empty_link(info: &TypeInfo) -> bool {
    info.name.starts_with(PERIMETER.0.name)
}

fn reference<'a>(body: &'a Value, name: &str) -> &'a str {
    body["properties"][name]["id"].as_str().unwrap_or_default()
}

impl ResourceType for PerimeterType {
    fn info(&self) -> &TypeInfo {
        &self.0
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        match self.0.name {
            ACCESS_RULES => return check_rule(&self.0, write),
            ASSOCIATIONS => {}
            _ => return Ok(()),
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
            let text = format!("Resource [{target}] is already associated with a perimeter.");
            return Err(ArmError::new(409, "Conflict", text));
        }
        Ok(())
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        let guid = world.guid().to_string();
        let defaults = match self.0.name {
            ASSOCIATIONS => json!({ "hasProvisioningIssues": "no" }),
            ACCESS_RULES => {
                changed(world, write.id);
                let mut shown = json!({ "direction": "Inbound" });
                for (list, _) in CONTENTS.into_iter().chain([("networkSecurityPerimeters", "")]) {
                    shown[list] = json!([]);
                }
                shown
            }
            name if name == PERIMETER.0.name => json!({ "perimeterGuid": guid }),
            _ => json!({ "accessRulesVersion": "0", "diagnosticSettingsVersion": "0" }),
        };
        super::identity::default(&mut next["properties"], defaults);
    }

    fn on_deleted(&self, world: &mut World, resource: &Resource) {
        if self.0.name == ACCESS_RULES {
            changed(world, &resource.id);
        }
    }

    fn render(&self, world: &World, shown: &mut Value, _version: &str) {
        let id = shown["id"].as_str().unwrap_or_default();
        let Some(own) = world.store.get(id).filter(|_| self.0.name == ASSOCIATIONS) else { return };
        let word = if issues(world, own).is_empty() { "no" } else { "yes" };
        shown["properties"]["hasProvisioningIssues"] = json!(word);
        if let Some(properties) = shown["properties"].as_object_mut() {
            properties.remove(ISSUES);
        }
    }
}

/// Properties that a rule may have, each with its direction (hashicorp/terraform-provider-azurerm).
const CONTENTS: [(&str, &str); 6] = [
    ("addressPrefixes", "Inbound"),
    ("subscriptions", "Inbound"),
    ("serviceTags", "Inbound"),
    ("fullyQualifiedDomainNames", "Outbound"),
    ("emailAddresses", "Outbound"),
    ("phoneNumbers", "Outbound"),
];

/// Refuses a rule unless it has one kind of content, which fits its direction.
fn check_rule(info: &TypeInfo, write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let direction = write.property("direction").as_str().unwrap_or("Inbound");
    if !["Inbound", "Outbound"].contains(&direction) {
        return Err(body::wrong_type(info, "properties.direction", "Inbound or Outbound"));
    }
    let given = |(name, _): &(&str, &str)| {
        write.property(name).as_array().is_some_and(|list| !list.is_empty())
    };
    let held: Vec<(&str, &str)> = CONTENTS.into_iter().filter(given).collect();
    match held[..] {
        [(_, of)] if of == direction => Ok(()),
        _ => {
            let text = format!("An {direction} access rule must have exactly one kind of content.");
            Err(ArmError::bad("InvalidAccessRule", text))
        }
    }
}

/// Counts a change of a profile's rules.
fn changed(world: &mut World, rule: &ResourceId) {
    let Some(profile) = rule.parent().map(|id| id.to_string()) else { return };
    let next = version(world, &profile) + 1;
    if let Some(profile) = world.store.get_mut(&profile) {
        profile.body["properties"]["accessRulesVersion"] = json!(next.to_string());
    }
}

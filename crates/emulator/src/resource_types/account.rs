//! Microsoft.CognitiveServices/accounts: Azure AI services.

use serde_json::{Value, json};

use super::common::PLAIN;
use super::foundry_project::account_is_free;
use super::{
    agent_subnet, capability_host, deleted_account, identity, managed_network, properties, versions,
};
use crate::arm_error::ArmError;
use crate::clock;
use crate::cloud::Cloud;
use crate::guid::fixed_guid;
use crate::resource_id::{ResourceId, same};
use crate::world::World;
use crate::world::private_link::{LinkGroup, LinkMember, ServedName};
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Etag, Flag, Patch, Reply, Shown, States, TypeInfo};

/// Type of Azure AI services accounts.
pub(crate) struct Account;

static INFO: TypeInfo = TypeInfo {
    name: agent_subnet::ACCOUNT,
    versions: versions::COGNITIVE,
    writable: properties::COGNITIVE_WRITABLE,
    read_only: properties::COGNITIVE_READ_ONLY,
    top: &["identity", "kind", "sku"],
    put: Reply::AsyncOperation,
    put_again: Reply::AsyncOperation,
    patch: Patch::Merge(Reply::Both(Shown::Resource)),
    states: States { creating: "Creating", updating: "Accepted", done: "Succeeded" },
    flag: Some(Flag { values: &["Enabled", "Disabled"], exact: true, default: "Enabled" }),
    etag: Etag::Matched,
    immutable: &["customSubDomainName"],
    busy: (409, "RequestConflict"),
    valid_name: account_name,
    ..PLAIN
};

impl ResourceType for Account {
    fn info(&self) -> &TypeInfo {
        &INFO
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        account_is_free(world, write.id)?;
        deleted_account::check(world, write)?;
        let restore = write.before.is_none() && write.property("restore") == &json!(true);
        if restore {
            return Ok(());
        }
        if write.before.is_none() {
            for name in ["kind", "sku"] {
                if write.body[name].is_null() {
                    let text = format!("The '{name}' of the account is required.");
                    return Err(ArmError::bad("InvalidResourceProperties", text));
                }
            }
        }
        check_kind(write)?;
        check_projects(write)?;
        agent_subnet::check_injections(write)?;
        let asked = write.property("customSubDomainName");
        let domain = asked.as_str().or_else(|| write.stored("customSubDomainName").as_str());
        if domain.is_none_or(str::is_empty) && write.property("networkAcls").is_object() {
            let text = "Network rules can only be set on an account with a custom subdomain name.";
            return Err(ArmError::bad("CustomSubDomainRequired", text));
        }
        let own = write.id.key();
        let taken = |domain: &str| {
            world.store.of_type(INFO.name).any(|other| {
                other.id.key() != own
                    && other.text("customSubDomainName").eq_ignore_ascii_case(domain)
            }) || deleted_account::has_domain(world, &own, domain)
        };
        match asked.as_str() {
            Some(domain) if taken(domain) => {
                let text = format!(
                    "Please pick a different name. The subdomain name '{domain}' is not \
                     available as it's already used by a resource. If that was deleted within 48 \
                     hours, purge it."
                );
                Err(ArmError::new(409, "CustomDomainInUse", text))
            }
            _ => Ok(()),
        }
    }

    fn fate(&self, world: &World, write: &WriteRequest<'_>) -> Option<ArmError> {
        agent_subnet::unusable(world, write)
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        if write.property("restore") == &json!(true)
            && let Some(body) = deleted_account::restore(world, write.id)
        {
            *next = body;
        }
        keep_settled(write, &mut next["properties"]);
        identity::fill(world, next);
        identity::stamp(world, next);
        let id = write.id.key();
        let cloud = world.settings.cloud;
        let domain = next["properties"]["customSubDomainName"].as_str().map(str::to_owned);
        let host = domain.unwrap_or_else(|| {
            let location = next["location"].as_str().unwrap_or_default();
            format!("{location}.api")
        });
        let endpoint = format!("https://{host}.{}/", cloud.cognitive);
        let mut endpoints = json!({ "Cognitive Services": endpoint });
        if next["kind"] == json!("AIServices") {
            let others = [
                ("OpenAI Language Model Instance API", cloud.open_ai),
                ("AI Foundry API", cloud.ai_services),
            ];
            for (name, suffix) in others.into_iter().filter(|(_, suffix)| !suffix.is_empty()) {
                endpoints[name] = json!(format!("https://{host}.{suffix}/"));
            }
        }
        let properties = &mut next["properties"];
        properties["endpoint"] = json!(endpoint);
        properties["endpoints"] = endpoints;
        let defaults = json!({
            "internalId": fixed_guid(&format!("account {id}")).simple().to_string(),
            "dateCreated": clock::stamp(world.clock.now()),
            "isMigrated": false,
            "capabilities": [{ "name": "VirtualNetworks" }],
        });
        identity::default(properties, defaults);
    }

    fn validate_delete(&self, world: &World, resource: &Resource) -> Result<(), ArmError> {
        let projects = world.store.children(resource.full_id(), "projects");
        let projects: Vec<String> = projects.map(|it| format!("'{}'", it.full_id())).collect();
        if projects.is_empty() {
            return Ok(());
        }
        let text = format!(
            "Cannot delete resource while nested resources exist. Some existing nested resource \
             IDs include: {}. Please delete all nested resources before deleting this resource.",
            projects.join(", ")
        );
        Err(ArmError::new(409, "CannotDeleteResource", text))
    }

    fn on_deleted(&self, world: &mut World, resource: &Resource) {
        deleted_account::keep(world, resource);
    }

    fn on_purged(&self, world: &mut World, resource: &Resource) {
        agent_subnet::release(world, resource);
    }

    fn on_completed(&self, world: &mut World, id: &ResourceId) {
        managed_network::make_own(world, id);
        capability_host::make_own(world, id);
    }

    fn link_groups(&self, cloud: &Cloud, shown: &Value) -> Vec<LinkGroup> {
        vec![group(cloud, shown)]
    }

    fn validate_link_target(&self, world: &World, shown: &Value) -> Result<(), ArmError> {
        let id = shown["id"].as_str().unwrap_or_default();
        if shown["properties"]["customSubDomainName"].as_str().is_none_or(str::is_empty) {
            let text = format!(
                "Call to Microsoft.CognitiveServices/accounts failed. Error message: the account \
                 {id} has no custom subdomain name, which private endpoints need."
            );
            return Err(ArmError::bad("CustomSubDomainRequired", text));
        }
        let state = shown["properties"]["provisioningState"].as_str().unwrap_or_default();
        let ready = world.operations.last_end(&id.to_ascii_lowercase());
        let races =
            ready.is_some_and(|at| world.clock.now() < at + world.options.account_race_seconds);
        let state = if races { INFO.states.updating } else { state };
        if state != INFO.states.done {
            let text = format!(
                "Call to Microsoft.CognitiveServices/accounts failed. Error message: Account \
                 {id} in state {state}"
            );
            let error = ArmError::bad("AccountProvisioningStateInvalid", text);
            let later = races && world.options.account_race_in_operation;
            return Err(if later { error.in_operation() } else { error });
        }
        Ok(())
    }
}

/// Refuses project management without an identity, and a change that turns it off.
fn check_projects(write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let asked = write.property("allowProjectManagement");
    let wants = asked == &json!(true);
    let stored = write.before.unwrap_or(&Value::Null);
    let kind = [write.body, stored].map(|body| body["identity"]["type"].as_str());
    let kind = kind.into_iter().flatten().next().unwrap_or("None");
    if wants && same(kind, "None") {
        let text = "Project management requires a managed identity.";
        return Err(ArmError::bad("InvalidResourceProperties", text));
    }
    if asked == &json!(false) && write.stored("allowProjectManagement") == &json!(true) {
        let text = "Project management cannot be turned off.";
        return Err(ArmError::bad("InvalidResourceProperties", text));
    }
    Ok(())
}

/// Keeps the properties that a `PUT` can omit but not remove. Drops `restore`, which is a command
/// and not a property.
fn keep_settled(write: &WriteRequest<'_>, properties: &mut Value) {
    for name in
        ["networkInjections", "allowProjectManagement", "defaultProject", "associatedProjects"]
    {
        if properties[name].is_null() && !write.stored(name).is_null() {
            properties[name] = write.stored(name).clone();
        }
    }
    if let Some(map) = properties.as_object_mut() {
        map.retain(|name, value| name != "restore" && !value.is_null());
    }
    let injections = properties.get_mut("networkInjections").and_then(Value::as_array_mut);
    for injection in injections.into_iter().flatten() {
        if injection["useMicrosoftManagedNetwork"] == json!(true) {
            injection["subnetArmId"] = json!("");
        }
    }
}

/// Refuses a change of the kind, except between these two, a `bypass` that the kind does not
/// support, and ranges of one or two addresses.
fn check_kind(write: &WriteRequest<'_>) -> Result<(), ArmError> {
    let stored = write.before.and_then(|before| before["kind"].as_str());
    let asked = write.body["kind"].as_str();
    let kind = asked.or(stored).unwrap_or_default();
    let turns = ["OpenAI", "AIServices"];
    if let Some(stored) = stored
        && !same(stored, kind)
        && !(turns.contains(&stored) && turns.contains(&kind))
    {
        let text = format!("The kind of an account cannot change from '{stored}' to '{kind}'.");
        return Err(ArmError::bad("InvalidResourceProperties", text));
    }
    let addresses = write.property("networkAcls")["ipRules"].as_array().into_iter().flatten();
    let mut addresses = addresses.filter_map(|rule| rule["value"].as_str());
    if let Some(small) = addresses.find(|it| it.ends_with("/31") || it.ends_with("/32")) {
        let text =
            format!("The network rule '{small}' is not an address or a range of /30 or larger.");
        return Err(ArmError::bad("InvalidResourceProperties", text));
    }
    let trusting = ["OpenAI", "AIServices", "TextAnalytics"];
    if write.property("networkAcls")["bypass"].is_string() && !trusting.contains(&kind) {
        let text = format!("The bypass of network rules is not supported for kind '{kind}'.");
        return Err(ArmError::bad("InvalidResourceProperties", text));
    }
    Ok(())
}

fn group(cloud: &Cloud, shown: &Value) -> LinkGroup {
    let domain = shown["properties"]["customSubDomainName"].as_str();
    let domain = domain.or(shown["name"].as_str()).unwrap_or_default().to_ascii_lowercase();
    let suffixes: &[(&str, &str)] = match shown["kind"].as_str() {
        Some("AIServices") => &[
            ("default", cloud.cognitive),
            ("secondary", cloud.open_ai),
            ("third", cloud.ai_services),
        ],
        Some("OpenAI") => &[("default", cloud.open_ai)],
        _ => &[("default", cloud.cognitive)],
    };
    let suffixes = suffixes.iter().filter(|(_, suffix)| !suffix.is_empty());
    let members: Vec<LinkMember> = suffixes
        .clone()
        .map(|(name, suffix)| LinkMember {
            name: (*name).to_owned(),
            names: vec![ServedName::new(&domain, suffix)],
        })
        .collect();
    let zones = suffixes.map(|(_, suffix)| format!("privatelink.{suffix}")).collect();
    LinkGroup { id: "account".to_owned(), members, zones }
}

/// Returns `true` for 2 to 64 characters, alphanumeric at the start, then also `_`, `.` and `-`.
fn account_name(name: &str) -> bool {
    (2..=64).contains(&name.len())
        && name.chars().next().is_some_and(|c| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

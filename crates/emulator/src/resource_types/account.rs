//! Microsoft.CognitiveServices/accounts: Azure AI services.

use serde_json::{Value, json};

use super::common::PLAIN;
use super::{capability_host, identity, properties, versions};
use crate::arm_error::ArmError;
use crate::clock;
use crate::cloud::Cloud;
use crate::guid::fixed_guid;
use crate::resource_id::{ResourceId, same};
use crate::world::World;
use crate::world::private_link::{LinkGroup, LinkMember, ServedName};
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::type_info::{Etag, Flag, Patch, Reply, Shown, States, TypeInfo};

/// The type.
pub(crate) struct Account;

static INFO: TypeInfo = TypeInfo {
    name: "Microsoft.CognitiveServices/accounts",
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
        if write.before.is_none() {
            for name in ["kind", "sku"] {
                if write.body[name].is_null() {
                    let text = format!("The '{name}' of the account is required.");
                    return Err(ArmError::bad("InvalidResourceProperties", text));
                }
            }
        }
        check_kind(write)?;
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
            })
        };
        match asked.as_str() {
            Some(domain) if taken(domain) => {
                let text = format!(
                    "Please pick a different name. The subdomain name '{domain}' is not \
                     available as it's already used by a resource."
                );
                Err(ArmError::bad("CustomDomainInUse", text))
            }
            _ => Ok(()),
        }
    }

    fn on_accepted(&self, world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
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

    fn on_completed(&self, world: &mut World, id: &ResourceId) {
        capability_host::make_own(world, id);
    }

    fn link_groups(&self, cloud: &Cloud, shown: &Value) -> Vec<LinkGroup> {
        vec![group(cloud, shown)]
    }

    fn validate_link_target(&self, shown: &Value) -> Result<(), ArmError> {
        let id = shown["id"].as_str().unwrap_or_default();
        if shown["properties"]["customSubDomainName"].as_str().is_none_or(str::is_empty) {
            let text = format!(
                "Call to Microsoft.CognitiveServices/accounts failed. Error message: the account \
                 {id} has no custom subdomain name, which private endpoints need."
            );
            return Err(ArmError::bad("CustomSubDomainRequired", text));
        }
        let state = shown["properties"]["provisioningState"].as_str().unwrap_or_default();
        if state != INFO.states.done {
            let text = format!(
                "Call to Microsoft.CognitiveServices/accounts failed. Error message: Account \
                 {id} in state {state}"
            );
            return Err(ArmError::bad("AccountProvisioningStateInvalid", text));
        }
        Ok(())
    }
}

/// A kind stays, but for these two, and some rules are of some kinds only.
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

/// 2 to 64 characters, alphanumeric at the start, then also `_`, `.` and `-`.
fn account_name(name: &str) -> bool {
    (2..=64).contains(&name.len())
        && name.chars().next().is_some_and(|c| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

//! Rules for a workspace's configuration, by its kind.

use super::{HUB, PROJECT};
use crate::assessment::checks::input::PlannedNetwork;
use crate::engine::prelude::*;
use crate::private_link::arm_types::WORKSPACE;
use crate::resources::common::identity;
use crate::resources::common::names;

/// Attributes that a hub needs and a project has from its hub.
const OF_HUBS: [&str; 2] = ["storage_account_id", "key_vault_id"];

/// Attributes that a hub can have and a project has from its hub.
const FOR_HUBS: [&str; 5] = [
    "container_registry_id",
    "application_insights_id",
    "public_network_access",
    "managed_network",
    "encryption",
];

/// Checks the name of a workspace.
pub(super) fn name(text: &str) -> Result<(), String> {
    names::check(text, "a workspace name", 3..=33, &['-', '_'])
}

/// Checks the URL of a key in a key vault, with or without a version.
pub(super) fn key(text: &str) -> Result<(), String> {
    let path = text.strip_prefix("https://").and_then(|rest| rest.split_once('/'));
    let parts: Vec<&str> = path.map(|(_, path)| path.split('/').collect()).unwrap_or_default();
    match parts[..] {
        ["keys", name] | ["keys", name, _] if !name.is_empty() => Ok(()),
        _ => Err(format!(
            "{text:?} is not the URL of a key such as https://NAME.vault.azure.net/keys/NAME/\
             VERSION."
        )),
    }
}

/// Returns `true` if the configuration sets the attribute, or `None` while that is unknown.
fn given(config: &Value, name: &str) -> Option<bool> {
    match config.get(name) {
        Value::Unknown => None,
        Value::Null => Some(false),
        Value::List(blocks) => Some(!blocks.is_empty()),
        _ => Some(true),
    }
}

/// Checks rules that concern several attributes.
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    match config.get("kind") {
        Value::Null => validate_hub(config, &mut found),
        Value::String(kind) if kind == HUB => validate_hub(config, &mut found),
        Value::String(kind) if kind == PROJECT => validate_project(config, &mut found),
        _ => {}
    }
    found.extend(identity::validate(config));
    found.extend(validate_primary(config));
    found
}

fn validate_hub(config: &Value, found: &mut Diagnostics) {
    for name in OF_HUBS.iter().chain(&["identity"]) {
        if given(config, name) == Some(false) {
            let detail = format!(
                "Set `{name}`. To create a project, which uses that of its hub, set `kind = \
                 \"Project\"` and `hub_id`."
            );
            found.push(
                Diagnostic::error(format!("A hub needs `{name}`"), detail).at(Path::of(name)),
            );
        }
    }
    if given(config, "hub_id") == Some(true) {
        let detail = "Remove `hub_id`, or set `kind = \"Project\"` to create a project of that \
                      hub.";
        let summary = "A hub cannot have a `hub_id`";
        found.push(Diagnostic::error(summary, detail).at(Path::of("hub_id")));
    }
}

fn validate_project(config: &Value, found: &mut Diagnostics) {
    if given(config, "hub_id") == Some(false) {
        let detail = "Set `hub_id` to the ID of the hub that the project belongs to.";
        found.push(Diagnostic::error("A project needs a `hub_id`", detail).at(Path::of("hub_id")));
    }
    for name in OF_HUBS.iter().chain(&FOR_HUBS) {
        if given(config, name) == Some(true) {
            let summary = format!("A project uses the `{name}` of its hub");
            let detail = format!("Remove `{name}` here, and set it on the hub.");
            found.push(Diagnostic::error(summary, detail).at(Path::of(name)));
        }
    }
}

/// Returns the input of the checks: the managed network, if the configuration sets its mode.
pub(super) fn checked(config: &Value, defaults: &Defaults) -> CheckInput {
    let block = config.get("managed_network").as_list().and_then(|blocks| blocks.first());
    let network = block.and_then(|block| {
        let at = Path::of("managed_network").index(0).attribute("isolation_mode");
        let mode = ConfigValue::text(block.get("isolation_mode"), at)?;
        let subscription = match config.get("subscription_id") {
            Value::Null => defaults.subscription_id.as_deref(),
            own => own.as_str(),
        };
        let text = |name: &str| config.get(name).as_str();
        let (group, name) = (text("resource_group_name")?, text("name")?);
        let id = ResourceId::in_group(subscription?, group, WORKSPACE.name, name);
        let parent = ConfigValue::new(id, mode.path.clone());
        Some(PlannedNetwork { parent, mode: Some(mode), block: true })
    });
    CheckInput { network, ..CheckInput::default() }
}

/// Removes the attributes of the hub from a project's configuration.
pub(super) fn trim(config: &mut Value) {
    if config.get("kind").as_str() != Some(PROJECT) {
        return;
    }
    for name in OF_HUBS.iter().chain(&FOR_HUBS) {
        let nothing = match config.get(name) {
            Value::List(_) => Value::List(Vec::new()),
            _ => Value::Null,
        };
        config.set_entry(name, nothing);
    }
}

/// Plans a replacement if the configuration adds or removes the customer-managed key.
pub(super) fn replace_by_encryption(change: &mut Change<'_>) {
    let has = |value: &Value| given(value, "encryption").unwrap_or(true);
    let updates = !change.prior.is_null() && !change.planned.is_null();
    if updates && has(change.prior) != has(change.planned) {
        change.replace.push(Path::of("encryption"));
    }
}

fn validate_primary(config: &Value) -> Option<Diagnostic> {
    let primary = ResourceId::parse(config.get("primary_user_assigned_identity").as_str()?).ok()?;
    let identities = config.get("identity");
    if identities.has_unknown() {
        return None;
    }
    let ids =
        identity::block(config).and_then(|it| it.get("identity_ids").as_list()).unwrap_or_default();
    let is =
        |id: &Value| id.as_str().and_then(|id| ResourceId::parse(id).ok()) == Some(primary.clone());
    if ids.iter().any(is) {
        return None;
    }
    let detail = "Add the identity to `identity_ids` in the `identity` block, or set one of those.";
    let summary = "The primary identity is not one of the workspace's identities";
    Some(Diagnostic::error(summary, detail).at(Path::of("primary_user_assigned_identity")))
}

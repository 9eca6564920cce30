//! Moves: state that azurerm or azapi has written becomes state of this provider, by a `moved`
//! block. Nothing is asked of Azure: Terraform reads the object anew right after it.
//!
//! azurerm's attributes are called as here, so they are taken over by name, and a resource
//! translates the rest (`ArmResource::translate`). azapi keeps the body as ARM has it, so that is
//! read as an answer of ARM's would be.

use azure::id::ResourceId;
use azure::merge;
use plugin::prelude::*;
use serde_json::{Value as Json, json};

/// A type of azurerm's whose attributes are, for the most part, called as here.
#[derive(Clone, Copy, Debug)]
pub struct AzurermType {
    ty: &'static str,
    only: Option<&'static str>,
}

impl AzurermType {
    /// All objects of that type.
    pub const fn all(ty: &'static str) -> Self {
        Self { ty, only: None }
    }

    /// Some objects of that type, such as those "of kind X".
    pub const fn some(ty: &'static str, only: &'static str) -> Self {
        Self { ty, only: Some(only) }
    }
}

/// A function that takes a state over.
pub(super) type Take = fn(&'static str, &Stored) -> Result<Value, Diagnostics>;

pub(super) fn azurerm(&AzurermType { ty, only }: &AzurermType, take: Take) -> MoveSource {
    MoveSource { provider: "azurerm", ty, only: only.map(str::to_owned), convert: take }
}

/// How many types a page lists.
const MOST_TYPES: usize = 20;

pub(super) fn azapi(ty: &'static str, types: &[&str], take: Take) -> MoveSource {
    let types: Vec<_> = types.iter().map(|ty| format!("`{ty}`")).collect();
    let only = Some(match types.as_slice() {
        [first, ..] if types.len() > MOST_TYPES => {
            format!("of one of {} types, such as {first}", types.len())
        }
        types => format!("of type {}", types.join(", ")),
    });
    MoveSource { provider: "azapi", ty, only, convert: take }
}

/// A model in which nothing is set.
pub(super) fn blank<M: Model>(ty: &str) -> Result<M, Diagnostic> {
    let block = M::block();
    M::decode(block.filled(&block.empty())).map_err(|fault| unreadable(ty, &fault.message))
}

/// A state with the `timeouts` that the other type was given: they are no part of a model.
pub(super) fn finished(mut state: Value, stored: &Stored) -> Value {
    let given = stored.get("timeouts").unwrap_or(&Json::Null);
    let timeouts = ["create", "read", "update", "delete"].map(|name| (name, given[name].as_str()));
    if timeouts.iter().any(|(_, time)| time.is_some()) {
        let timeouts = timeouts.map(|(name, time)| (name, time.map_or(Value::Null, Value::from)));
        state.set_entry("timeouts", Value::map(timeouts));
    }
    state
}

pub(super) fn id_of(ty: &str, stored: &Stored) -> Result<ResourceId, Diagnostic> {
    let id = stored.get("id").and_then(Json::as_str).unwrap_or_default();
    ResourceId::parse(id).map_err(|fault| unreadable(ty, &fault))
}

/// The object that azapi's state tells of: its ID, and its body as ARM would answer it.
pub(super) fn object(
    ty: &str,
    stored: &Stored,
    types: &[&str],
) -> Result<(ResourceId, Json), Diagnostic> {
    let id = id_of(ty, stored)?;
    if !types.iter().any(|ty| id.is_type(ty)) {
        return Err(other_type(ty, &id.resource_type(), types));
    }
    // Version 1 keeps the body as text, version 2 as a value with its type.
    let mut body = match stored.get("body") {
        Some(Json::String(text)) => {
            serde_json::from_str(text).map_err(|fault| unreadable(ty, &fault))?
        }
        Some(Json::Object(body)) if body.contains_key("type") && body.contains_key("value") => {
            body["value"].clone()
        }
        _ => json!({}),
    };
    if !body.is_object() {
        body = json!({});
    }
    merge::drop_nulls(&mut body);
    body["id"] = json!(id.as_str());
    body["name"] = json!(id.name());
    for name in ["location", "tags"] {
        match stored.get(name) {
            None | Some(Json::Null) => {}
            Some(value) => body[name] = value.clone(),
        }
    }
    if let Some(identity) = stored.get("identity").and_then(|it| it.get(0)) {
        body["identity"] = identity_of(identity);
    }
    Ok((id, body))
}

/// The identity of azapi's block as ARM has it.
fn identity_of(block: &Json) -> Json {
    let ids = block["identity_ids"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let ids: Stored = ids.map(|id| (id.to_owned(), json!({}))).collect();
    let mut identity = json!({"type": block["type"]});
    if !ids.is_empty() {
        identity["userAssignedIdentities"] = Json::Object(ids);
    }
    identity
}

pub(super) fn other_type(ty: &str, found: &str, wanted: &[&str]) -> Diagnostic {
    let summary = format!("This {ty} is a {found}");
    let detail = format!(
        "What can be moved here is a {}. Write the `moved` block to the resource that manages a \
         {found}; where there is none, leave it with the provider that has it.",
        wanted.join(" or a ")
    );
    Diagnostic::error(summary, detail)
}

pub(super) fn unreadable(ty: &str, fault: &impl ToString) -> Diagnostic {
    let summary = format!("The state of this {ty} cannot be read");
    let detail = format!(
        "{}.\n\nTo take the object over nevertheless, replace the `moved` block: forget the \
         object with a `removed` block of the old address (`lifecycle {{ destroy = false }}`), and \
         take it over with an `import` block of the new one.",
        fault.to_string().trim_end_matches('.')
    );
    Diagnostic::error(summary, detail)
}

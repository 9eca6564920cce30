//! Moves: a `moved` block turns state of azurerm or azapi into state of this provider. No request
//! is sent to Azure, because Terraform refreshes the resource right after the move.
//!
//! Most attributes have azurerm's names and are copied by name. `ArmResource::translate` converts
//! the others. azapi stores the body as ARM returns it, so the body is decoded like an answer of
//! ARM.

use azure::id::ResourceId;
use azure::merge;
use plugin::prelude::*;
use serde_json::{Value as Json, json};

/// An azurerm type, most of whose attributes have the names of this provider's.
#[derive(Clone, Copy, Debug)]
pub struct AzurermType {
    ty: &'static str,
    only: Option<&'static str>,
}

impl AzurermType {
    /// Accepts all objects of the type.
    pub const fn all(ty: &'static str) -> Self {
        Self { ty, only: None }
    }

    /// Accepts some objects of the type. `only` says which, such as "of kind X".
    pub const fn some(ty: &'static str, only: &'static str) -> Self {
        Self { ty, only: Some(only) }
    }
}

/// Function that converts a stored state.
pub(super) type Take = fn(&'static str, &Stored) -> Result<Value, Diagnostics>;

pub(super) fn azurerm(&AzurermType { ty, only }: &AzurermType, take: Take) -> MoveSource {
    MoveSource { provider: "azurerm", ty, only: only.map(str::to_owned), convert: take }
}

/// Number of types that a documentation page lists in full.
const MOST_TYPES: usize = 20;

pub(super) fn azapi(ty: &'static str, types: &[&str], take: Take) -> MoveSource {
    let types: Vec<_> = types.iter().map(|ty| format!("`{ty}`")).collect();
    let only = Some(match types.as_slice() {
        [first, ..] if types.len() > MOST_TYPES => {
            format!("of one of {} types, such as {first}", types.len())
        }
        types => format!("of type {}", types.join(" or ")),
    });
    MoveSource { provider: "azapi", ty, only, convert: take }
}

/// Returns a model in which no attribute is set.
pub(super) fn blank<M: Model>(ty: &str) -> Result<M, Diagnostic> {
    let block = M::block();
    M::decode(block.filled(&block.empty())).map_err(|fault| unreadable(ty, &fault.message))
}

/// Adds the `timeouts` of the stored state, which are not part of a model.
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

/// Returns the ID and body of the object in a state of azapi. The body has the form of an answer of
/// ARM.
pub(super) fn object(
    ty: &str,
    stored: &Stored,
    types: &[&str],
) -> Result<(ResourceId, Json), Diagnostic> {
    let id = id_of(ty, stored)?;
    if !types.iter().any(|ty| id.is_type(ty)) {
        return Err(other_type(ty, &id.resource_type(), types));
    }
    // azapi 1.x stores the body as text, azapi 2.x as a value with its type.
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

/// Converts the identity block of azapi into ARM's form.
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
        "This `moved` block accepts a {}. Write the `moved` block to the resource that manages a \
         {found}. If no resource does, keep the object in its current provider.",
        wanted.join(" or a ")
    );
    Diagnostic::error(summary, detail)
}

pub(super) fn unreadable(ty: &str, fault: &impl ToString) -> Diagnostic {
    let summary = format!("The state of this {ty} cannot be read");
    let detail = format!(
        "{}.\n\nTo adopt the object without a `moved` block, write two other blocks. A `removed` \
         block of the old address (`lifecycle {{ destroy = false }}`) makes Terraform forget \
         the object. An `import` block of the new address imports it.",
        fault.to_string().trim_end_matches('.')
    );
    Diagnostic::error(summary, detail)
}

//! Moves of state from azurerm or azapi to a partial resource.

use super::ArmPartial;
use crate::engine::moves::{azapi, azurerm, blank, finished, object, unreadable};
use plugin::moves::same_names;
use plugin::prelude::*;
use serde_json::Value as Json;

/// Returns the resource types that a `moved` block can turn into this partial resource.
pub(super) fn origins<P: ArmPartial>() -> Vec<MoveSource> {
    let azurerm = P::AZURERM.iter().map(|ty| azurerm(ty, from_azurerm::<P>));
    let azapi = P::AZAPI.iter().map(|ty| azapi(ty, P::types(), from_azapi::<P>));
    azurerm.chain(azapi).collect()
}

fn from_azurerm<P: ArmPartial>(ty: &'static str, stored: &Stored) -> Result<Value, Diagnostics> {
    let id = stored.get("id").and_then(Json::as_str).unwrap_or_default();
    P::imported(id).map_err(|fault| unreadable(ty, &fault.summary))?;
    let state = same_names(&P::block(), stored).map_err(|fault| unreadable(ty, &fault))?;
    Ok(finished(state, stored))
}

fn from_azapi<P: ArmPartial>(ty: &'static str, stored: &Stored) -> Result<Value, Diagnostics> {
    let (id, body) = object(ty, stored, P::types())?;
    let mut part = blank::<P>(ty)?;
    part.set_id(&id);
    part.locate()?;
    part.read(&body, true).map_err(|fault| unreadable(ty, &fault))?;
    let mut state = part.encode();
    if !P::RESTORED.is_empty() {
        // azapi leaves the properties that it set unchanged on destroy.
        state.set_entry("on_destroy", "retain".into());
    }
    Ok(finished(state, stored))
}

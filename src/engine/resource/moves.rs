//! Moves of state from azurerm or azapi to a resource.

use super::{ArmResource, Live};
use crate::client::decode::from_json;
use crate::config::tags::TagRules;
use crate::engine::moves::{
    azapi, azurerm, blank, finished, id_of, object, other_type, unreadable,
};
use crate::engine::related::RelatedObjects;
use plugin::moves::same_names;
use plugin::prelude::*;

/// Returns the resource types that a `moved` block can turn into this resource.
pub(super) fn origins<R: ArmResource>() -> Vec<MoveSource> {
    let azurerm = R::AZURERM.iter().map(|former| azurerm(former, object_of_azurerm::<R>));
    azurerm.chain([azapi("azapi_resource", &R::arm_types(), object_of_azapi::<R>)]).collect()
}

fn object_of_azurerm<R: ArmResource>(
    ty: &'static str,
    stored: &Stored,
) -> Result<Value, Diagnostics> {
    let id = id_of(ty, stored)?;
    let types = R::arm_types();
    if !types.iter().any(|ty| id.is_type(ty)) {
        return Err(other_type(ty, &id.resource_type(), &types).into());
    }
    let mut stored = stored.clone();
    R::translate(ty, &mut stored)?;
    let mut state = same_names(&R::block(), &stored).map_err(|fault| unreadable(ty, &fault))?;
    // Older versions lack some attributes or name them differently: take these from the ID.
    let mut located = blank::<R>(ty)?;
    let before = located.encode();
    located.locate(&id);
    let located = located.encode();
    for (name, value) in located.as_map().into_iter().flatten() {
        if value != before.get(name) && state.get(name).is_null() {
            state.set_entry(name, value.clone());
        }
    }
    Ok(finished(state, &stored))
}

fn object_of_azapi<R: ArmResource>(
    ty: &'static str,
    stored: &Stored,
) -> Result<Value, Diagnostics> {
    let (id, body) = object(ty, stored, &R::arm_types())?;
    R::translate(ty, &mut body.as_object().cloned().unwrap_or_default())?;
    let mut model = blank::<R>(ty)?;
    model.id().set(id.as_str().to_owned());
    model.locate(&id);
    let parsed = from_json(&body).map_err(|fault| unreadable(ty, &fault))?;
    // Related objects are unknown, as after an import.
    let related = RelatedObjects::default();
    let live = Live { id, body: parsed, related, importing: true };
    model.read(&live).map_err(|fault| unreadable(ty, &fault))?;
    if let Some(tagged) = model.tagged() {
        tagged.read(&body, &TagRules::default());
    }
    Ok(finished(model.encode(), stored))
}

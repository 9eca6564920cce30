//! Values from before the first write, which the private data keeps so that a destroy can restore
//! them.

use super::ArmPartial;
use plugin::codec;
use plugin::prelude::*;
use serde_json::{Map, Value as Json, json};

/// Key in the private data of the values from before the first write.
const PREVIOUS: &str = "previous";

/// Records the previous values of the properties that are about to be written for the first time,
/// and the values to write. If the process is killed, the next run compares both with Azure to tell
/// its own values from previous ones. An earlier killed run may have written values too, so its
/// record is kept until a write succeeds.
pub(super) fn begin<P: ArmPartial>(
    desired: &P,
    part: &P,
    id: &str,
    live: &Json,
    context: &Context,
) {
    let (desired, block) = (desired.encode(), P::block());
    let earlier = context.begun(id).unwrap_or_default();
    remember::<P>(&desired, part, id, live, context);
    let mut written = earlier["written"].as_object().cloned().unwrap_or_default();
    for name in owned::<P>(&desired) {
        let Some(attribute) = block.attribute(name) else { continue };
        let values = written.entry(name).or_insert_with(|| json!([]));
        let value = codec::to_json(desired.get(name), &attribute.ty);
        if let Some(values) = values.as_array_mut().filter(|values| !values.contains(&value)) {
            values.push(value);
        }
    }
    context.begin(id, &json!({ "former": previous(context), "written": written }));
}

fn remember<P: ArmPartial>(desired: &Value, part: &P, id: &str, live: &Json, context: &Context) {
    if P::RESTORED.is_empty() {
        return;
    }
    let mut before = part.clone();
    // The caller reports a body that cannot be decoded.
    if before.read(live, false).is_err() {
        return;
    }
    let before = before.encode();
    let mut kept = recovered::<P>(id, &before, context);
    for name in owned::<P>(desired) {
        if let (false, Some(attribute)) = (kept.contains_key(name), P::block().attribute(name)) {
            kept.insert(name.to_owned(), codec::to_json(before.get(name), &attribute.ty));
        }
    }
    context.set_private(PREVIOUS, Some(Json::Object(kept)));
    context.set_private(OWNED, Some(owned::<P>(desired).collect()));
}

/// Moves the record of a killed run into the private data of the state that was just read.
pub(super) fn recover<P: ArmPartial>(id: &str, now: &P, context: &Context) {
    let kept = recovered::<P>(id, &now.encode(), context);
    if !kept.is_empty() {
        context.set_private(PREVIOUS, Some(Json::Object(kept)));
    }
    context.forget(id);
}

/// Returns the previous values in the private data, and those that a killed run recorded for
/// properties that still have the values that it wrote.
fn recovered<P: ArmPartial>(id: &str, now: &Value, context: &Context) -> Map<String, Json> {
    let (mut kept, block) = (previous(context), P::block());
    let note = context.begun(id).unwrap_or_default();
    for (name, former) in note["former"].as_object().into_iter().flatten() {
        let mut written = note["written"][name].as_array().into_iter().flatten();
        let still = block.attribute(name).is_some_and(|attribute| {
            written.any(|written| {
                let written = codec::from_json(written.to_string().as_bytes(), &attribute.ty);
                written.is_ok_and(|written| attribute.same(&written, now.get(name)))
            })
        });
        if still {
            kept.entry(name.clone()).or_insert_with(|| former.clone());
        }
    }
    kept
}

/// Key in the private data of the names of the written properties.
const OWNED: &str = "owned";

/// Returns the names of the properties that a configuration writes.
fn owned<P: ArmPartial>(desired: &Value) -> impl Iterator<Item = &'static str> {
    P::RESTORED.iter().copied().filter(|name| !desired.get(name).is_null())
}

/// A property that Terraform wrote and that has another value in Azure.
pub(super) struct Undone {
    /// Name of the attribute.
    pub(super) name: &'static str,
    /// Value that Terraform wrote.
    pub(super) written: Value,
    /// Current value in Azure.
    pub(super) now: Value,
    /// `true` if the current value is the value from before the first write.
    pub(super) turned_back: bool,
}

/// Returns the written properties whose values have changed in Azure.
pub(super) fn undone<P: ArmPartial>(before: &P, now: &P, context: &Context) -> Vec<Undone> {
    let (former, owned) = (previous(context), context.private(OWNED).unwrap_or_default());
    let owned = owned.as_array().map(Vec::as_slice).unwrap_or_default();
    let names = P::RESTORED.iter().copied();
    let names = names.filter(|name| owned.iter().any(|owned| owned == name));
    differences(names, before, now, &former)
}

/// Returns the properties whose values in Azure differ from those just written.
pub(super) fn unkept<P: ArmPartial>(wanted: &P, live: &Json) -> Vec<Undone> {
    let mut now = wanted.clone();
    match now.read(live, false) {
        Ok(_) => differences(owned::<P>(&wanted.encode()), wanted, &now, &Map::new()),
        Err(_) => Vec::new(),
    }
}

fn differences<P: ArmPartial>(
    names: impl Iterator<Item = &'static str>,
    before: &P,
    now: &P,
    former: &Map<String, Json>,
) -> Vec<Undone> {
    let (before, now, block) = (before.encode(), now.encode(), P::block());
    let undone = names.filter_map(|name| {
        let attribute = block.attribute(name)?;
        let (written, now) = (before.get(name).clone(), now.get(name).clone());
        let turned_back = former.get(name) == Some(&codec::to_json(&now, &attribute.ty));
        let same = attribute.same(&written, &now);
        (!same).then_some(Undone { name, written, now, turned_back })
    });
    undone.collect()
}

/// Returns the previous values in the private data.
pub(super) fn previous(context: &Context) -> Map<String, Json> {
    match context.private(PREVIOUS) {
        Some(Json::Object(previous)) => previous,
        _ => Map::new(),
    }
}

/// Returns the previous values as a configuration.
pub(super) fn of<P: ArmPartial>(former: &Map<String, Json>) -> Value {
    let mut config = P::block().empty();
    for (name, value) in former {
        let attribute = P::block().attribute(name).map(|attribute| attribute.ty.clone());
        let value =
            attribute.and_then(|ty| codec::from_json(value.to_string().as_bytes(), &ty).ok());
        config.set_entry(name, value.unwrap_or(Value::Null));
    }
    config
}

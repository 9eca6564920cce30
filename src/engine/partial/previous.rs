//! What Azure had before the first write, kept in the private data to be put back in the end.

use super::ArmPartial;
use plugin::codec;
use plugin::prelude::*;
use serde_json::{Map, Value as Json, json};

/// Under this key the private data keeps what Azure had before the first write.
const PREVIOUS: &str = "previous";

/// Keeps the former values of what is about to be written for the first time, and notes both:
/// should this run be killed, the next one must not take the one for the other. Until this write
/// has come to something, there may be what an earlier run wrote.
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
    // A body that cannot be read is told before.
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

/// Takes over what a run that was killed has noted, now that the state is read.
pub(super) fn recover<P: ArmPartial>(id: &str, now: &P, context: &Context) {
    let kept = recovered::<P>(id, &now.encode(), context);
    if !kept.is_empty() {
        context.set_private(PREVIOUS, Some(Json::Object(kept)));
    }
    context.forget(id);
}

/// The former values that the private data keeps, and those that a run that was killed has noted
/// of what still is as it wrote it.
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

/// Under this key the private data keeps the names of what is written.
const OWNED: &str = "owned";

/// The names of what a configuration writes.
fn owned<P: ArmPartial>(desired: &Value) -> impl Iterator<Item = &'static str> {
    P::RESTORED.iter().copied().filter(|name| !desired.get(name).is_null())
}

/// A property that was written here, and has another value since.
pub(super) struct Undone {
    /// The attribute.
    pub(super) name: &'static str,
    /// What was written.
    pub(super) written: Value,
    /// What Azure has now.
    pub(super) now: Value,
    /// Whether that is what was there before all of it.
    pub(super) turned_back: bool,
}

/// What was written, and has another value now.
pub(super) fn undone<P: ArmPartial>(before: &P, now: &P, context: &Context) -> Vec<Undone> {
    let (former, owned) = (previous(context), context.private(OWNED).unwrap_or_default());
    let owned = owned.as_array().map(Vec::as_slice).unwrap_or_default();
    let names = P::RESTORED.iter().copied();
    let names = names.filter(|name| owned.iter().any(|owned| owned == name));
    differences(names, before, now, &former)
}

/// What was to be written, and is not there.
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

/// The former values that the private data keeps.
pub(super) fn previous(context: &Context) -> Map<String, Json> {
    match context.private(PREVIOUS) {
        Some(Json::Object(previous)) => previous,
        _ => Map::new(),
    }
}

/// The former values as a configuration.
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

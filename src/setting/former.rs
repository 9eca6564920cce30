//! What Azure had before the first write, kept in the private data to be put back in the end.

use super::ArmSetting;
use super::outside::Undone;
use azure::id::ResourceId;
use plugin::codec;
use plugin::context::Context;
use plugin::value::Value;
use serde_json::{Map, Value as Json};

/// Under this key the private data keeps what Azure had before the first write.
const PREVIOUS: &str = "previous";

/// Keeps the former values of what is about to be written for the first time. What an earlier run
/// wrote and could not put on record is not former: it noted what was.
pub(super) fn remember<S: ArmSetting>(
    wish: &S,
    model: &S,
    (id, live): (&ResourceId, &Json),
    context: &Context,
) {
    if context.private(PREVIOUS).is_none() && wish.write(live).is_none() {
        context.set_private(PREVIOUS, context.begun(id.as_str()));
    }
    let mut before = model.clone();
    before.read(live);
    let (before, wish) = (before.encode(), wish.encode());
    let mut kept = previous(context);
    for name in S::RESTORED {
        let owned = !wish.get(name).is_null() && !kept.contains_key(*name);
        if let (true, Some(attribute)) = (owned, S::block().attribute(name)) {
            kept.insert((*name).to_owned(), codec::to_json(before.get(name), &attribute.ty));
        }
    }
    context.set_private(PREVIOUS, Some(Json::Object(kept)));
}

/// Under this key the private data keeps the names of what is written.
const OWNED: &str = "owned";

/// Keeps the names of what is about to be written.
pub(super) fn own<S: ArmSetting>(wish: &S, context: &Context) {
    let wish = wish.encode();
    let owned = S::RESTORED.iter().filter(|name| !wish.get(name).is_null());
    context.set_private(OWNED, Some(owned.copied().collect()));
}

/// What was written, and has another value now.
pub(super) fn undone<S: ArmSetting>(before: &S, now: &S, context: &Context) -> Vec<Undone> {
    let (before, now, block) = (before.encode(), now.encode(), S::block());
    let (former, owned) = (previous(context), context.private(OWNED).unwrap_or_default());
    let owned = owned.as_array().map(Vec::as_slice).unwrap_or_default();
    let names = S::RESTORED.iter().copied();
    let names = names.filter(|name| owned.iter().any(|owned| owned == name));
    let undone = names.filter_map(|name| {
        let attribute = block.attribute(name)?;
        let (written, now) = (before.get(name).clone(), now.get(name).clone());
        let turned_back = former.get(name) == Some(&codec::to_json(&now, &attribute.ty));
        let same = attribute.same(&written, &now);
        (!same).then_some(Undone { name, written, now, turned_back })
    });
    undone.collect()
}

/// The state has what was noted, if it has the former values.
pub(super) fn is_on_record(id: &str, context: &Context) {
    if context.private(PREVIOUS).is_some() {
        context.forget(id);
    }
}

/// The former values that the private data keeps.
pub(super) fn previous(context: &Context) -> Map<String, Json> {
    match context.private(PREVIOUS) {
        Some(Json::Object(previous)) => previous,
        _ => Map::new(),
    }
}

/// The former values as a configuration.
pub(super) fn of<S: ArmSetting>(former: &Map<String, Json>) -> Value {
    let mut wish = S::block().empty();
    for (name, value) in former {
        let attribute = S::block().attribute(name).map(|attribute| attribute.ty.clone());
        let value =
            attribute.and_then(|ty| codec::from_json(value.to_string().as_bytes(), &ty).ok());
        wish.set_entry(name, value.unwrap_or(Value::Null));
    }
    wish
}

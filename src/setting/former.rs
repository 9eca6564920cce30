//! What Azure had before the first write, kept in the private data to be put back in the end.

use super::ArmSetting;
use plugin::codec;
use plugin::context::Context;
use plugin::value::Value;
use serde_json::{Map, Value as Json};

/// Under this key the private data keeps what Azure had before the first write.
const PREVIOUS: &str = "previous";

/// Keeps the former values of what is about to be written for the first time.
pub(super) fn remember<S: ArmSetting>(wish: &S, model: &S, live: &Json, context: &Context) {
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

//! Types, and values of a type.

use super::Choices;
use plugin::ty::Type;
use plugin::value::{Number, Value};

/// Chooses a type of at most this depth.
pub fn ty(choices: &mut Choices<'_>, depth: u32) -> Type {
    let deeper = depth.saturating_sub(1);
    match choices.byte() % if depth == 0 { 4 } else { 9 } {
        0 => Type::Bool,
        1 => Type::Number,
        2 => Type::String,
        3 => Type::Dynamic,
        4 => Type::list(ty(choices, deeper)),
        5 => Type::set(ty(choices, deeper)),
        6 => Type::map(ty(choices, deeper)),
        7 => Type::Tuple((0..choices.byte() % 4).map(|_| ty(choices, deeper)).collect()),
        _ => {
            let names = ["a", "b", "id", "name"];
            let some = (0..choices.byte() % 4).map(usize::from);
            Type::object(some.map(|at| (names[at], ty(choices, deeper))).collect::<Vec<_>>())
        }
    }
}

/// Most nested values of dynamic type. The codecs reject deeper ones, which their own tests show.
const DEEPEST: u32 = 6;

/// Chooses a value of a type.
pub fn of(ty: &Type, choices: &mut Choices<'_>) -> Value {
    within(DEEPEST, ty, choices)
}

fn within(depth: u32, ty: &Type, choices: &mut Choices<'_>) -> Value {
    let of = |ty: &Type, choices: &mut Choices<'_>| within(depth, ty, choices);
    let elements = |ty: &Type, choices: &mut Choices<'_>| -> Vec<Value> {
        (0..choices.byte() % 4).map(|_| within(depth, ty, choices)).collect()
    };
    // Most values are known. After the end of the input every value is null.
    match choices.byte() {
        0..32 => return Value::Null,
        32..48 => return Value::Unknown,
        _ => {}
    }
    match ty {
        Type::Bool => Value::Bool(choices.byte() & 1 == 1),
        Type::Number => number(choices),
        Type::String => Value::String(choices.text()),
        Type::Dynamic if depth == 0 => Value::Null,
        Type::Dynamic => {
            let own = self::ty(choices, 2);
            match (own == Type::Dynamic, within(depth - 1, &own, choices)) {
                // Null has no type of its own.
                (true, _) | (_, Value::Null) => Value::Null,
                (false, value) => Value::Dynamic(Box::new((own, value))),
            }
        }
        Type::List(element) => Value::List(elements(element, choices)),
        Type::Set(element) => Value::set(elements(element, choices)),
        Type::Map(element) => {
            let entries = (0..choices.byte() % 4).map(|_| (choices.text(), of(element, choices)));
            Value::Map(entries.collect())
        }
        Type::Tuple(items) => Value::List(items.iter().map(|it| of(it, choices)).collect()),
        Type::Object(attributes) => {
            let entries = attributes.iter().map(|(name, ty)| (name.clone(), of(ty, choices)));
            Value::Map(entries.collect())
        }
    }
}

fn number(choices: &mut Choices<'_>) -> Value {
    let bytes = std::array::from_fn(|_| choices.byte());
    let number = match bytes[0] % 3 {
        0 => Number::from_f64(f64::from_le_bytes(bytes)),
        1 => Some(i64::from_le_bytes(bytes).into()),
        _ => choices.text().parse().ok(),
    };
    number.map_or(Value::Null, Value::Number)
}

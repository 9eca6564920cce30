//! What holds for every value of every type, tried with many. `fuzz/` tries more.

use super::{from_json, from_msgpack, to_json, to_msgpack};
use crate::ty::Type;
use crate::value::{Number, Value};

/// Numbers that are the same in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        // Marsaglia's xorshift64.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn ty(&mut self, depth: usize) -> Type {
        let below = depth.saturating_sub(1);
        match self.roll(if depth == 0 { 4 } else { 9 }) {
            0 => Type::Bool,
            1 => Type::Number,
            2 => Type::String,
            3 => Type::Dynamic,
            4 => Type::list(self.ty(below)),
            5 => Type::set(self.ty(below)),
            6 => Type::map(self.ty(below)),
            7 => Type::Tuple((0..self.roll(4)).map(|_| self.ty(below)).collect()),
            _ => {
                let names = ["a", "b", "id", "ü"].into_iter().filter(|_| self.roll(2) == 0);
                let names: Vec<_> = names.collect();
                Type::object(names.into_iter().map(|name| (name, self.ty(below))))
            }
        }
    }

    /// A value of a type, with what is not known yet where that may be.
    fn value(&mut self, ty: &Type, unknown: bool) -> Value {
        match self.roll(8) {
            0 => return Value::Null,
            1 if unknown => return Value::Unknown,
            _ => {}
        }
        match ty {
            Type::Bool => Value::Bool(self.roll(2) == 0),
            Type::Number => Value::Number(self.number()),
            Type::String => Value::String(self.text()),
            Type::Dynamic => {
                let own = self.ty(1);
                match (&own, self.value(&own, unknown)) {
                    // Null has no type of its own.
                    (Type::Dynamic, _) | (_, Value::Null) => Value::Null,
                    (_, value) => Value::Dynamic(Box::new((own, value))),
                }
            }
            Type::List(element) => Value::List(self.elements(element, unknown)),
            Type::Set(element) => Value::set(self.elements(element, unknown)),
            Type::Map(element) => Value::Map(
                (0..self.roll(4)).map(|_| (self.text(), self.value(element, unknown))).collect(),
            ),
            Type::Tuple(items) => {
                Value::List(items.iter().map(|it| self.value(it, unknown)).collect())
            }
            Type::Object(attributes) => {
                let own = |(name, ty): (&String, &Type)| (name.clone(), self.value(ty, unknown));
                Value::Map(attributes.iter().map(own).collect())
            }
        }
    }

    fn elements(&mut self, ty: &Type, unknown: bool) -> Vec<Value> {
        (0..self.roll(4)).map(|_| self.value(ty, unknown)).collect()
    }

    fn number(&mut self) -> Number {
        const TEXTS: [&str; 8] = [
            "0",
            "-0.1",
            "1e300",
            "1e-300",
            "18446744073709551615",
            "-9223372036854775808",
            "1.5",
            "7",
        ];
        match self.roll(3) {
            0 => i64::try_from(self.0 >> 1).unwrap().into(),
            1 => Number::from_f64(self.roll(1 << 20) as f64 / 4096.0).unwrap(),
            _ => TEXTS[self.roll(8)].parse().unwrap(),
        }
    }

    fn text(&mut self) -> String {
        const PIECES: [&str; 8] = ["", "a", "Ü", "🙂", "\0", "\"\\", "\u{2028}", "/x y"];
        (0..self.roll(40)).map(|_| PIECES[self.roll(8)]).collect()
    }
}

pub(crate) fn many(mut law: impl FnMut(&mut Dice)) {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for _ in 0..1000 {
        law(&mut dice);
    }
}

#[test]
fn every_value_comes_back_from_msgpack() {
    many(|dice| {
        let ty = dice.ty(3);
        let value = dice.value(&ty, true);
        assert_eq!(from_msgpack(&to_msgpack(&value, &ty), &ty), Ok(value), "{ty:?}");
    });
}

#[test]
fn every_known_value_comes_back_from_json() {
    many(|dice| {
        let ty = dice.ty(3);
        let value = dice.value(&ty, false);
        let text = to_json(&value, &ty).to_string();
        assert_eq!(from_json(text.as_bytes(), &ty), Ok(value), "{ty:?} {text}");
    });
}

#[test]
fn a_message_that_was_cut_or_bent_is_read_or_refused() {
    many(|dice| {
        let ty = dice.ty(3);
        let mut bytes = to_msgpack(&dice.value(&ty, true), &ty);
        let at = dice.roll(bytes.len());
        if dice.roll(2) == 0 {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 1 << dice.roll(8);
        }
        if let Ok(value) = from_msgpack(&bytes, &ty) {
            assert_eq!(from_msgpack(&to_msgpack(&value, &ty), &ty), Ok(value), "{ty:?}");
        }
    });
}

#[test]
fn every_type_comes_back() {
    many(|dice| {
        let ty = dice.ty(4);
        assert_eq!(Type::from_json(&ty.to_json()), Ok(ty));
    });
}

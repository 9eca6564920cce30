//! JSON values: a decoder reads or refuses any bytes, and every value survives a round trip.

use super::super::{Choices, values};
use plugin::codec::{from_json, from_msgpack, to_json, to_msgpack};

/// Runs one input.
pub fn run(bytes: &[u8]) {
    let mut choices = Choices(bytes);
    let ty = values::ty(&mut choices, 3);
    if let Ok(value) = from_json(choices.0, &ty) {
        assert_eq!(from_json(to_json(&value, &ty).to_string().as_bytes(), &ty), Ok(value));
    }
    // The other codec sorts sets and removes duplicates, which null in place of unknown can make.
    let value = values::of(&ty, &mut choices).without_unknown();
    let value = from_msgpack(&to_msgpack(&value, &ty), &ty).unwrap();
    assert_eq!(from_json(to_json(&value, &ty).to_string().as_bytes(), &ty), Ok(value));
}

//! MessagePack values: a decoder reads or refuses any bytes, and every value survives a round trip.

use super::super::{Choices, values};
use plugin::codec::{from_msgpack, to_msgpack};

/// Runs one input.
pub fn run(bytes: &[u8]) {
    let mut choices = Choices(bytes);
    let ty = values::ty(&mut choices, 3);
    if let Ok(value) = from_msgpack(choices.0, &ty) {
        assert_eq!(from_msgpack(&to_msgpack(&value, &ty), &ty), Ok(value));
    }
    let value = values::of(&ty, &mut choices);
    assert_eq!(from_msgpack(&to_msgpack(&value, &ty), &ty), Ok(value));
}

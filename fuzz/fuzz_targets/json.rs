//! The codec of values as JSON: any bytes are read or refused, what is read is written the
//! same, and any value comes back.
#![no_main]

use fuzz::{Choices, values};
use libfuzzer_sys::fuzz_target;
use plugin::codec::{from_json, from_msgpack, to_json, to_msgpack};

fuzz_target!(|bytes: &[u8]| {
    let mut choices = Choices(bytes);
    let ty = values::ty(&mut choices, 3);
    if let Ok(value) = from_json(choices.0, &ty) {
        assert_eq!(from_json(to_json(&value, &ty).to_string().as_bytes(), &ty), Ok(value));
    }
    // Through the other codec, which puts the elements of sets in order: what was not known yet is
    // null now, and may be there twice.
    let value = values::of(&ty, &mut choices).without_unknown();
    let value = from_msgpack(&to_msgpack(&value, &ty), &ty).unwrap();
    assert_eq!(from_json(to_json(&value, &ty).to_string().as_bytes(), &ty), Ok(value));
});

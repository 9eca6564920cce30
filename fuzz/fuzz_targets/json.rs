//! Fuzzes the JSON codec: it reads or rejects any bytes, writes back what it read, and restores any
//! value.
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
    // The MessagePack codec sorts the elements of sets. Unknown values are null by now, so a set
    // may contain null twice.
    let value = values::of(&ty, &mut choices).without_unknown();
    let value = from_msgpack(&to_msgpack(&value, &ty), &ty).unwrap();
    assert_eq!(from_json(to_json(&value, &ty).to_string().as_bytes(), &ty), Ok(value));
});

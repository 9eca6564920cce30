//! The codec of values as MessagePack: any bytes are read or refused, what is read is written the
//! same, and any value comes back.
#![no_main]

use fuzz::{Choices, values};
use libfuzzer_sys::fuzz_target;
use plugin::codec::{from_msgpack, to_msgpack};

fuzz_target!(|bytes: &[u8]| {
    let mut choices = Choices(bytes);
    let ty = values::ty(&mut choices, 3);
    if let Ok(value) = from_msgpack(choices.0, &ty) {
        assert_eq!(from_msgpack(&to_msgpack(&value, &ty), &ty), Ok(value));
    }
    let value = values::of(&ty, &mut choices);
    assert_eq!(from_msgpack(&to_msgpack(&value, &ty), &ty), Ok(value));
});

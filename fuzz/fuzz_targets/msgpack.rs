//! Fuzzes the MessagePack codec: it reads or rejects any bytes, writes back what it read, and
//! restores any value.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::targets::msgpack::run(input));

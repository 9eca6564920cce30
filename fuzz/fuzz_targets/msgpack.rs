//! Feeds `fuzz::targets::msgpack`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::targets::msgpack::run(input));

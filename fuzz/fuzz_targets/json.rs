//! Feeds `fuzz::targets::json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::targets::json::run(input));

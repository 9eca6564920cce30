//! Feeds `fuzz::targets::operation`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::targets::operation::run(input));

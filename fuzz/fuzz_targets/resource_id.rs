//! Feeds `fuzz::targets::resource_id`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| fuzz::targets::resource_id::run(input));

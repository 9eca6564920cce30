//! Fuzzes ARM's errors: any answer becomes a message of limited length.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::targets::arm_error::run(input));

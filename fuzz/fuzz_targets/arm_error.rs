//! Feeds `fuzz::targets::arm_error`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::targets::arm_error::run(input));

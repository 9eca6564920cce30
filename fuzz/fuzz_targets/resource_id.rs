//! Fuzzes resource IDs: a parsed ID is safe in a URL path, and parsing its text returns an equal
//! ID.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| fuzz::targets::resource_id::run(input));

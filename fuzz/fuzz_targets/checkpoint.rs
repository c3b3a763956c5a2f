#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| rollbook_fuzz::check("checkpoint", input));

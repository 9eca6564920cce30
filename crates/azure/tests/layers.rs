//! Checks that the modules of the crate import each other only as the table in `lib.rs` allows.
#![allow(
    missing_docs,
    clippy::expect_used,
    reason = "a test fails by panicking, and nothing uses it as a library"
)]

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the modules from bottom to top: the second column of the table, and the module beside
/// it.
fn layers(lib: &str) -> Vec<String> {
    let rows = lib.lines().filter_map(|line| line.strip_prefix("//! |"));
    let rows = rows.filter_map(|row| row.split('|').nth(1));
    let beside = lib.lines().filter(|line| line.contains("stands beside"));
    let quoted = rows.chain(beside).flat_map(|text| text.split('`').skip(1).step_by(2));
    quoted.map(str::to_owned).collect()
}

fn rust(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("it").path());
    let files = entries.flat_map(|path| if path.is_dir() { rust(&path) } else { vec![path] });
    files.collect()
}

#[test]
fn a_module_imports_only_modules_below_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(source.join("lib.rs")).expect("a library");
    let layers = layers(&lib);
    let height = |module: &str| layers.iter().position(|layer| layer == module);
    let declared = lib.lines().filter_map(|line| line.trim_end_matches(';').rsplit_once("mod "));
    let declared: Vec<&str> = declared.map(|(_, module)| module).collect();
    let missing: Vec<_> = declared.iter().filter(|it| height(it).is_none()).collect();
    assert!(missing.is_empty(), "not in the table of lib.rs: {missing:?}");
    let mut wrong = Vec::new();
    for file in rust(&source) {
        let own = file.strip_prefix(&source).expect("it is inside").with_extension("");
        let own = own.iter().next().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).expect("a file");
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        for part in code.split("crate::").skip(1) {
            let module: String =
                part.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if height(&module) > height(&own) || height(&module).is_none() {
                wrong.push(format!("{} imports crate::{module}, above it", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

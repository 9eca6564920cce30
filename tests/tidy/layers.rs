//! The direction of imports: a layer imports only from lower layers, and no files import each other
//! in a cycle.

use crate::imports::Imports;
use crate::tree::Findings;

/// The modules of `src/`, bottom to top. Modules of one row do not import each other.
const LAYERS: [&[&str]; 9] = [
    &["codes", "validators"],
    &["private_link"],
    &["config"],
    &["explain"],
    &["client"],
    &["assessment"],
    &["engine"],
    &["functions", "resources"],
    &["provider"],
];

fn layer_of(path: &str) -> Option<(usize, &str)> {
    let name = path.trim_start_matches("src/").split(['/', '.']).next()?;
    let row = LAYERS.iter().position(|row| row.contains(&name))?;
    Some((row, name))
}

#[test]
fn a_layer_imports_only_from_lower_layers() {
    let mut found = Findings::default();
    for (file, line, other) in Imports::of("src/").all() {
        let (Some((row, name)), Some((other_row, other_name))) = (layer_of(file), layer_of(other))
        else {
            continue;
        };
        let allowed = name == other_name || other_row < row;
        found.expect(allowed, || {
            format!("{file}:{line} imports {other}: `{other_name}` is not below `{name}`")
        });
    }
    found.none();
}

#[test]
fn every_module_has_a_layer() {
    let mut found = Findings::default();
    for file in crate::tree::files("src", &["rs"]) {
        let root = ["src/lib.rs", "src/main.rs"].contains(&&*file.path);
        found.expect(root || layer_of(&file.path).is_some(), || {
            format!("{}: its module is in no layer", file.path)
        });
    }
    found.none();
}

/// Objects share code only through `src/resources/common/`.
#[test]
fn an_object_imports_no_other_object() {
    let mut found = Findings::default();
    let folder = |path: &str| {
        path.strip_prefix("src/resources/")
            .map(|it| it.split('/').next().unwrap_or_default().to_owned())
    };
    for (file, line, other) in Imports::of("src/").all() {
        let (Some(own), Some(theirs)) = (folder(file), folder(other)) else { continue };
        let allowed = own == theirs || theirs == "common";
        found.expect(allowed, || format!("{file}:{line} imports {other}, another object"));
    }
    found.none();
}

/// The largest cycle that a crate may have, with the reason.
const CIRCLES: [(&str, usize, &str); 4] = [
    ("src/", 0, ""),
    ("crates/azure/src/", 0, ""),
    ("crates/plugin/src/", 2, "a type and the values of it define each other"),
    ("crates/emulator/src/", 4, ""),
];

#[test]
fn no_files_import_each_other_in_a_cycle() {
    let mut found = Findings::default();
    for (folder, most, _) in CIRCLES {
        for circle in Imports::of(folder).circles() {
            let files: Vec<&str> = circle.iter().map(String::as_str).collect();
            found.expect(circle.len() <= most, || {
                format!("{} files import each other: {}", files.len(), files.join(", "))
            });
        }
    }
    found.none();
}

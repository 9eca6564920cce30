//! Compares the imports of the modules with the order in the crate's documentation.

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the modules in the order of the crate's documentation, bottom to top.
fn order(page: &str) -> Vec<&str> {
    let declared: Vec<&str> =
        page.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect();
    let docs = page.lines().filter(|line| line.starts_with("//!"));
    let mut order = Vec::new();
    for line in docs.skip_while(|line| !line.contains("bottom to top")) {
        for word in line.split('`').skip(1).step_by(2) {
            if declared.contains(&word) && !order.contains(&word) {
                order.push(word);
            }
        }
    }
    for name in declared {
        assert!(order.contains(&name), "the crate's documentation does not list {name}");
    }
    order
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Returns the modules of the crate that a file imports, including those of `use crate::{a, b::c}`.
fn named(text: &str) -> Vec<&str> {
    let mut named = Vec::new();
    for rest in text.split("crate::").skip(1) {
        let list = rest.strip_prefix('{').and_then(|rest| rest.split(';').next());
        match list {
            Some(list) => named.extend(top_of(list)),
            None => named.extend(rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()),
        }
    }
    named
}

/// Returns the first names of a list in braces, which may contain lists.
fn top_of(list: &str) -> Vec<&str> {
    let mut depth = 0;
    let parts = list.split(|c| {
        depth += match c {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        c == ',' && depth == 0
    });
    parts.filter_map(|part| part.trim().split("::").next()).collect()
}

#[test]
fn modules_import_only_lower_modules() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let page = fs::read_to_string(source.join("lib.rs")).expect("the crate's page");
    let order = order(&page);
    let rank = |module: &str| order.iter().position(|known| *known == module);
    let mut all = Vec::new();
    files(&source, &mut all);
    let mut wrong = Vec::new();
    for path in all {
        let own = path.strip_prefix(&source).expect("a file of the crate");
        let first = own.components().next().expect("a name").as_os_str().to_string_lossy();
        let Some(own_rank) = rank(first.trim_end_matches(".rs")) else { continue };
        let text = fs::read_to_string(&path).expect("a text");
        for module in named(&text) {
            if rank(module).is_some_and(|rank| rank > own_rank) {
                wrong.push(format!("{} imports {module}", own.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

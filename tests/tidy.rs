//! Rules for the whole source tree: which crate may depend on which, what code may not do, the
//! sizes of files and functions, the direction of imports (`layers`), the places of a feature's
//! name (`names`), the style of texts (`style`), and the workflows (`workflows`).
//!
//! An exception to a rule stands beside it with its reason.

#![allow(
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a failed expectation is how a test fails"
)]

#[path = "support/example.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod example;
#[path = "tidy/imports.rs"]
mod imports;
#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/measures.rs"]
mod measures;
#[path = "tidy/names.rs"]
mod names;
#[path = "tidy/style.rs"]
mod style;
#[path = "tidy/tree.rs"]
mod tree;
#[path = "tidy/workflows.rs"]
mod workflows;

use std::fs;
use tree::{File, Findings, files, root, rust};

/// Most lines of a Rust file.
const MOST_LINES: usize = 400;

/// Most characters of a line of Rust.
const WIDEST: usize = 100;

/// Most lines of a function.
const LONGEST_FUNCTION: usize = 70;

/// Extensions of the files that are checked in addition to Rust's.
const TEXTS: [&str; 8] = ["md", "tf", "sh", "toml", "proto", "hcl", "yml", "json"];

/// Returns the dependencies under these headings of a manifest.
fn dependencies(manifest: &str, headings: &[&str]) -> Vec<String> {
    let text = fs::read_to_string(root().join(manifest)).expect("a manifest");
    let mut inside = false;
    let mut names = Vec::new();
    for line in text.lines() {
        if line.starts_with('[') {
            inside = headings.contains(&line);
        } else if inside && !line.trim().is_empty() && !line.starts_with('#') {
            let name = line.split(['=', '.', ' ']).next().unwrap_or_default();
            names.push(name.to_owned());
        }
    }
    names
}

const RUNTIME: &[&str] = &["[dependencies]"];
const ALL: &[&str] = &["[dependencies]", "[dev-dependencies]", "[build-dependencies]"];

#[test]
fn the_plugin_library_names_no_service() {
    let mut found = Findings::default();
    let written = [&["rs"], &TEXTS[..]].concat();
    let ours = ["crates/plugin", "crates/plugin-derive"].map(|folder| files(folder, &written));
    for file in ours.iter().flatten() {
        let lower = file.text.to_lowercase();
        let words = ["azure", "azurerm", "azureai", "reqwest", "microsoft", "portal", "tenant"];
        found.forbid(file, (1..).zip(lower.lines()), &words, "the plugin library names no service");
    }
    // The published package contains more than the source.
    for part in ["README.md", "proto/tfplugin5.proto", "examples/"] {
        let path = format!("crates/plugin/{part}");
        let is_there = ours.iter().flatten().any(|file| file.is_under(&path));
        found.expect(is_there, || format!("{path} is not among the files that are looked at"));
    }
    for manifest in ["crates/plugin/Cargo.toml", "crates/plugin-derive/Cargo.toml"] {
        for dependency in dependencies(manifest, ALL) {
            let foreign = ["azure", "azure_core", "emulator", "reqwest"].contains(&&*dependency);
            found.expect(!foreign, || format!("{manifest}: {dependency}"));
        }
    }
    found.none();
}

#[test]
fn the_arm_client_does_not_name_terraform() {
    let mut found = Findings::default();
    for file in files("crates/azure/src", &["rs"]) {
        let lower = file.text.to_lowercase();
        let words = ["terraform", "plugin::", "hcl"];
        found.forbid(
            &file,
            (1..).zip(lower.lines()),
            &words,
            "the ARM client does not name Terraform",
        );
    }
    for dependency in dependencies("crates/azure/Cargo.toml", ALL) {
        let foreign = dependency.contains("plugin") || dependency == "emulator";
        found.expect(!foreign, || format!("crates/azure/Cargo.toml: {dependency}"));
    }
    found.none();
}

#[test]
fn the_emulator_shares_no_code_with_the_provider() {
    let mut found = Findings::default();
    for dependency in dependencies("crates/emulator/Cargo.toml", ALL) {
        let shared = dependency.starts_with("azure") || dependency.contains("plugin");
        found.expect(!shared, || {
            format!("crates/emulator/Cargo.toml: {dependency}: shared code would hide shared typos")
        });
    }
    found.none();
}

#[test]
fn only_the_arm_client_uses_the_network() {
    let mut found = Findings::default();
    // The emulator and xtask are separate programs.
    for manifest in ["Cargo.toml", "crates/plugin/Cargo.toml", "crates/plugin-derive/Cargo.toml"] {
        for dependency in dependencies(manifest, RUNTIME) {
            let http = ["reqwest", "hyper", "hyper-util", "azure_core", "azure_identity"];
            let reaches = http.contains(&&*dependency);
            found.expect(!reaches, || format!("{manifest}: {dependency} belongs to crates/azure"));
        }
    }
    for file in rust().iter().filter(|file| file.is_under("src/")) {
        let words = ["reqwest::", "hyper::", "azure_core::", "azure_identity::", "TcpStream"];
        found.forbid(file, file.code(), &words, "belongs to crates/azure");
    }
    found.none();
}

#[test]
fn resources_do_no_io() {
    let words = [
        "tokio",
        "reqwest",
        "azure::arm",
        "azure::http_client",
        "azure::operation",
        "azure::write",
        "azure::credential",
        "tracing",
        "std::fs",
        "std::env",
        "std::process",
        "async fn",
        ".await",
        "Instant::now",
        "SystemTime",
        "OffsetDateTime",
    ];
    let mut found = Findings::default();
    for file in files("src/resources", &["rs"]) {
        found.forbid(&file, file.code(), &words, "a resource does no I/O and has no clock");
    }
    found.none();
}

/// A second way to write would skip the ownership check and the merge with the live object.
#[test]
fn only_the_write_module_writes() {
    let mut found = Findings::default();
    for file in rust().iter().filter(|file| !file.is_under("crates/azure/src/write/")) {
        let product = file.is_under("crates/azure/src/") || file.is_under("src/");
        let words = ["Method::Put", "Method::Patch", "Method::Delete", "Condition::If"];
        // These files describe a request, send it, and count the subscription's remaining requests.
        let others = [
            "crates/azure/src/request.rs",
            "crates/azure/src/sender.rs",
            "crates/azure/src/rate_limit.rs",
        ];
        if product && !others.contains(&&*file.path) {
            found.forbid(file, file.code(), &words, "only crates/azure/src/write/ writes");
        }
    }
    found.none();
}

/// Files that wait, and what they wait for.
const WAITS: [(&str, &str); 18] = [
    ("crates/azure/src/rate_limit.rs", "until the subscription has requests left"),
    ("crates/azure/src/deadline.rs", "the one sleep that a deadline and a stop end"),
    ("crates/azure/src/operation.rs", "between two polls of a long-running operation"),
    ("crates/azure/src/object_lock.rs", "before the next attempt of a rejected change"),
    ("crates/azure/src/write/create.rs", "until ARM shows an object that it reports as created"),
    ("crates/azure/src/write/delete.rs", "until ARM no longer shows a deleted object"),
    ("crates/azure/src/write/retry.rs", "before the next attempt of a write"),
    ("crates/azure/src/sender.rs", "before the next attempt of a request"),
    ("crates/azure/src/cloud.rs", "before the next request for metadata"),
    ("crates/azure/src/credential/token_service.rs", "before the next request for a token"),
    ("src/engine/resource/soft_delete.rs", "until Azure releases what a deleted object held"),
    ("src/engine/related.rs", "until Azure shows a new object"),
    ("src/engine/partial/mod.rs", "until a connection appears"),
    ("src/engine/partial/guard.rs", "until Azure has written what a guard needs"),
    ("src/engine/partial/write.rs", "until Azure shows a write"),
    ("src/engine/resource/patience.rs", "until an object reaches its final state"),
    ("crates/plugin/src/serve/mod.rs", "until the last response is sent"),
    ("crates/plugin/src/serve/incoming.rs", "before the next accept after a failed one"),
];

#[test]
fn only_listed_places_wait() {
    let mut found = Findings::default();
    // The emulator waits on purpose, to simulate a slow Azure.
    for file in rust().iter().filter(|file| !file.is_under("crates/emulator/")) {
        if WAITS.iter().all(|(path, _)| *path != file.path) {
            let words = ["sleep(", "sleep_until(", "interval("];
            found.forbid(file, file.code(), &words, "only the places in WAITS wait");
        }
    }
    for (path, _) in WAITS {
        found.expect(root().join(path).exists(), || {
            format!("{path} is in WAITS and does not exist")
        });
    }
    found.none();
}

#[test]
fn no_code_prints_or_has_unfinished_parts() {
    let mut found = Findings::default();
    for file in rust() {
        let unfinished = ["dbg!", "todo!", "unimplemented!", "FIXME", "XXX", "TODO"];
        // The documentation test names the words that it looks for.
        if file.path != "tests/protocol/documented.rs" {
            found.forbid(&file, file.lines(), &unfinished, "is unfinished");
        }
        // xtask prints for developers, and a build script for Cargo.
        if !file.is_under("xtask/") && !file.path.ends_with("/build.rs") {
            let prints = ["println!", "print!"];
            found.forbid(&file, file.lines(), &prints, "stdout is for the handshake line");
        }
    }
    found.none();
}

/// Tests in this folder use tokio's paused clock, so that sleeping takes no time, except files with
/// a test that runs the clock. Files elsewhere say so themselves.
const PAUSED: &str = "crates/azure/tests/";

#[test]
fn no_test_is_ignored_or_sleeps() {
    let mut found = Findings::default();
    let runs = |line: &str| line.contains("[tokio::test") && !line.contains("start_paused");
    for file in rust() {
        let why = "an ignored test proves nothing";
        found.forbid(&file, file.lines(), &["#[ignore"], why);
        let stands_still = file.is_under(PAUSED) || file.text.contains("start_paused");
        let paused = stands_still && !file.text.lines().any(runs);
        if !paused {
            let sleeps = ["thread::sleep", "time::sleep(", "sleep(Duration"];
            let why = "a test waits for something, not for a time";
            found.forbid(&file, file.tests(), &sleeps, why);
        }
    }
    found.none();
}

/// Returns the functions of a file with their lengths. The end of a function is the line with its
/// indentation.
fn functions(file: &File) -> Vec<(usize, usize)> {
    let lines: Vec<&str> = file.text.lines().collect();
    let begins = |line: &str| {
        let words = line.trim_start().trim_start_matches("pub(crate) ").trim_start_matches("pub ");
        let words = words.trim_start_matches("const ").trim_start_matches("async ");
        words.starts_with("fn ")
    };
    let length = |start: usize| {
        let indent = lines[start].len() - lines[start].trim_start().len();
        let end = format!("{}}}", " ".repeat(indent));
        lines[start..].iter().position(|line| *line == end).map_or(1, |length| length + 1)
    };
    let starts = (0..lines.len()).filter(|index| begins(lines[*index]));
    starts.map(|start| (start + 1, length(start))).collect()
}

#[test]
fn files_functions_and_lines_stay_small() {
    let mut found = Findings::default();
    for file in files("", &["rs"]) {
        let lines = file.text.lines().count();
        if lines > MOST_LINES {
            found.add(&file, lines, &format!("{lines} lines, at most {MOST_LINES}"));
        }
        for (number, line) in file.lines().filter(|(_, line)| line.chars().count() > WIDEST) {
            let width = line.chars().count();
            // A module path cannot be wrapped.
            if !line.starts_with("use ") {
                found.add(&file, number, &format!("{width} characters, at most {WIDEST}"));
            }
        }
        for (number, length) in functions(&file) {
            if length > LONGEST_FUNCTION {
                let what = format!("a function of {length} lines, at most {LONGEST_FUNCTION}");
                found.add(&file, number, &what);
            }
        }
    }
    found.none();
}

#[test]
fn the_tree_has_no_generated_code_and_no_machine_paths() {
    let mut found = Findings::default();
    let mut all = rust();
    all.extend(files("", &TEXTS));
    all.extend(files(".ci", &["run"]));
    for file in &all {
        let generated = ["@generated", "DO NOT EDIT", "Code generated by"];
        found.forbid(file, file.lines(), &generated, "generated code is made when it is built");
        let places = ["/root/", "/work/", "/home/", "/Users/", "/tmp/ref", "/mnt/"];
        found.forbid(file, file.lines(), &places, "a path of a machine");
    }
    found.none();
    // A test that runs outside of a temporary folder would leave the provider's journal here.
    assert!(!root().join(".terraform").exists(), "Terraform's data in the project's own folder");
}

#[test]
fn every_file_names_the_same_minimum_rust_version() {
    let read = |path: &str| fs::read_to_string(root().join(path)).expect("a file");
    let manifest = read("Cargo.toml");
    let line = manifest.lines().find_map(|line| line.strip_prefix("rust-version = "));
    let oldest = line.expect("a version").trim_matches('"').to_owned();
    for (path, says) in [
        ("README.md", format!("[Rust](https://rustup.rs) {oldest} or newer")),
        ("CONTRIBUTING.md", format!("Rust {oldest} or newer")),
        (".github/workflows/ci.yml", format!("cargo +{oldest} check")),
    ] {
        assert!(read(path).contains(&says), "{path} does not say: {says}");
    }
}

/// The aliases of the project's commands end with `--`, so that another one would be an argument.
#[test]
fn pages_show_cargo_commands_without_dashes() {
    let mut found = Findings::default();
    for file in &files("", &["md"]) {
        let wrong = ["cargo emulator -- ", "cargo xtask -- "];
        found.forbid(file, file.lines(), &wrong, "the command takes no dashes");
    }
    found.none();
}

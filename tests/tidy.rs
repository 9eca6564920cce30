//! What may never be, over the whole source tree: the walls between the crates, what no code may
//! do, how large things may grow, who imports whom (in `layers`), and that every feature has its
//! name in every place (in `names`).
//!
//! A rule that cannot hold somewhere names the place and the reason beside it.

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
#[path = "tidy/tree.rs"]
mod tree;

use std::fs;
use tree::{File, Findings, files, root, rust};

/// The most lines that a Rust file may have.
const MOST_LINES: usize = 400;

/// The most characters that a line of Rust may have.
const WIDEST: usize = 100;

/// The most lines that a function may have.
const LONGEST_FUNCTION: usize = 70;

/// Files whose every line is checked, beside Rust's.
const TEXTS: [&str; 8] = ["md", "tf", "sh", "toml", "proto", "hcl", "yml", "json"];

/// The dependencies that a manifest declares under these headings.
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
fn terraforms_side_knows_nothing_of_azure() {
    let mut found = Findings::default();
    let written = [&["rs"], &TEXTS[..]].concat();
    let ours = ["crates/plugin", "crates/plugin-derive"].map(|folder| files(folder, &written));
    for file in ours.iter().flatten() {
        let lower = file.text.to_lowercase();
        let words = ["azure", "azurerm", "azureai", "reqwest", "microsoft", "portal", "tenant"];
        found.forbid(file, (1..).zip(lower.lines()), &words, "Terraform's side knows no service");
    }
    // What is published is more than the source.
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
fn azures_side_knows_nothing_of_terraform() {
    let mut found = Findings::default();
    for file in files("crates/azure/src", &["rs"]) {
        let lower = file.text.to_lowercase();
        let words = ["terraform", "plugin::", "hcl"];
        found.forbid(&file, (1..).zip(lower.lines()), &words, "Azure's side knows no Terraform");
    }
    for dependency in dependencies("crates/azure/Cargo.toml", ALL) {
        let foreign = dependency.contains("plugin") || dependency == "emulator";
        found.expect(!foreign, || format!("crates/azure/Cargo.toml: {dependency}"));
    }
    found.none();
}

#[test]
fn the_emulator_spells_azure_by_itself() {
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
fn one_crate_alone_reaches_the_network() {
    let mut found = Findings::default();
    // The emulator and the tasks for developers are programs of their own.
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
fn a_resource_is_pure() {
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
        found.forbid(&file, file.code(), &words, "a resource does no I/O, and has no clock");
    }
    found.none();
}

/// A second way to write would not ask whose the object is, nor write over what is there by then.
#[test]
fn one_place_writes() {
    let mut found = Findings::default();
    for file in rust().iter().filter(|file| !file.is_under("crates/azure/src/write/")) {
        let product = file.is_under("crates/azure/src/") || file.is_under("src/");
        let words = ["Method::Put", "Method::Patch", "Method::Delete", "Condition::If"];
        // They say what a request looks like, send it, and count what the subscription has left.
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

/// Who waits, and for what. Everything else is told when to go on.
const WAITS: [(&str, &str); 18] = [
    ("crates/azure/src/rate_limit.rs", "until the subscription has requests left"),
    ("crates/azure/src/deadline.rs", "the one sleep that a deadline and a stop end"),
    ("crates/azure/src/operation.rs", "between two looks at a long-running operation"),
    ("crates/azure/src/object_lock.rs", "before a refused change is made again"),
    ("crates/azure/src/write/create.rs", "until ARM shows what it says is there"),
    ("crates/azure/src/write/delete.rs", "until ARM shows no more what it has deleted"),
    ("crates/azure/src/write/retry.rs", "before a write is tried again"),
    ("crates/azure/src/sender.rs", "before a request is tried again"),
    ("crates/azure/src/cloud.rs", "before the metadata are asked for again"),
    ("crates/azure/src/credential/token_service.rs", "before a token is asked for again"),
    ("src/engine/resource/soft_delete.rs", "until what held on to a deleted object lets go"),
    ("src/engine/related.rs", "until Azure shows what was just made"),
    ("src/engine/partial/mod.rs", "until a connection appears"),
    ("src/engine/partial/guard.rs", "until Azure has written what a guard misses"),
    ("src/engine/partial/write.rs", "until Azure shows what was just written"),
    ("src/engine/resource/patience.rs", "until an object has come to what it must come to"),
    ("crates/plugin/src/serve/mod.rs", "until the last answer has left"),
    ("crates/plugin/src/serve/incoming.rs", "before a failed accept is tried again"),
];

#[test]
fn few_places_wait() {
    let mut found = Findings::default();
    // The emulator waits on purpose: it is slow where it is told to be.
    for file in rust().iter().filter(|file| !file.is_under("crates/emulator/")) {
        if WAITS.iter().all(|(path, _)| *path != file.path) {
            let words = ["sleep(", "sleep_until(", "interval("];
            found.forbid(file, file.code(), &words, "only the places in WAITS wait");
        }
    }
    for (path, _) in WAITS {
        found.expect(root().join(path).exists(), || format!("{path} is in WAITS and not there"));
    }
    found.none();
}

#[test]
fn no_code_prints_or_is_unfinished() {
    let mut found = Findings::default();
    for file in rust() {
        let unfinished = ["dbg!", "todo!", "unimplemented!", "FIXME", "XXX", "TODO"];
        // The test of the documentation looks for drafts, and so names them.
        if file.path != "tests/protocol/documented.rs" {
            found.forbid(&file, file.lines(), &unfinished, "is unfinished");
        }
        // A task for developers talks to them, and a build script to Cargo.
        if !file.is_under("xtask/") && !file.path.ends_with("/build.rs") {
            let prints = ["println!", "print!"];
            found.forbid(&file, file.lines(), &prints, "stdout is for the handshake line");
        }
    }
    found.none();
}

/// Where the clock of tests is tokio's and stands still, so that sleeping takes no time, as it does
/// in files that say so themselves; but for files with a test that starts it.
const PAUSED: &str = "crates/azure/tests/";

#[test]
fn no_test_is_ignored_or_sleeps() {
    let mut found = Findings::default();
    let runs = |line: &str| line.contains("[tokio::test") && !line.contains("start_paused");
    for file in rust() {
        let why = "a test that does not run is none";
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

/// The function that each line begins, with its length, going by the indentation of its end.
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
            // A path of modules cannot be broken.
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
fn the_tree_is_written_by_hand_and_belongs_to_no_machine() {
    let mut found = Findings::default();
    let mut all = rust();
    all.extend(files("", &TEXTS));
    all.extend(files(".ci", &["run"]));
    for file in &all {
        let generated = ["@generated", "DO NOT EDIT", "Code generated by"];
        found.forbid(file, file.lines(), &generated, "generated code is made when it is built");
        let places = ["/root/", "/work/", "/home/", "/Users/", "/tmp/ref", "/mnt/"];
        found.forbid(file, file.lines(), &places, "a place on somebody's machine");
    }
    found.none();
    // Tests work in folders of their own; those that do not would leave the provider's notes here.
    assert!(!root().join(".terraform").exists(), "Terraform's data in the project's own folder");
}

#[test]
fn the_oldest_rust_is_the_same_wherever_it_is_said() {
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

/// The project's commands end with `--` themselves: another one would be an argument.
#[test]
fn the_commands_of_the_pages_are_those_of_cargo() {
    let mut found = Findings::default();
    for file in &files("", &["md"]) {
        let wrong = ["cargo emulator -- ", "cargo xtask -- "];
        found.forbid(file, file.lines(), &wrong, "it is the command without the dashes");
    }
    found.none();
}

//! What may never be, over the whole source tree: the walls between the crates, what no code may
//! do, how large things may grow, and that every feature has its name in every place.
//!
//! A rule that cannot hold somewhere names the place and the reason beside it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a failed expectation is how a test fails"
)]

use plugin::provider::Catalogue;
use std::fs;
use std::path::{Path, PathBuf};
use terraform_provider_azureai::provider::AzureAi;

/// The most lines that a Rust file may have.
const MOST_LINES: usize = 400;

/// The most characters that a line of Rust may have.
const WIDEST: usize = 100;

/// The most lines that a function may have.
const LONGEST_FUNCTION: usize = 70;

/// Files whose every line is checked, beside Rust's.
const TEXTS: [&str; 8] = ["md", "tf", "sh", "toml", "proto", "hcl", "yml", "json"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A file of the tree.
struct File {
    /// Its place, from the root, with slashes.
    path: String,
    text: String,
}

impl File {
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// The lines up to the tests at its end; none of a file that is all tests.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = if self.is_test() { Some(0) } else { self.test_start() };
        self.lines().take(end.unwrap_or(usize::MAX))
    }

    /// The lines of its tests.
    fn tests(&self) -> impl Iterator<Item = (usize, &str)> {
        let start = if self.is_test() { Some(0) } else { self.test_start() };
        self.lines().skip(start.unwrap_or(usize::MAX))
    }

    fn is_test(&self) -> bool {
        let path = &self.path;
        path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs")
    }

    fn test_start(&self) -> Option<usize> {
        self.text.lines().position(|line| line == "#[cfg(test)]")
    }

    fn is_under(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }
}

/// The files below a folder that end so, but for what tools have put there.
fn files(folder: &str, endings: &[&str]) -> Vec<File> {
    let mut found = Vec::new();
    walk(&root().join(folder), endings, &mut found);
    found.sort_by(|left, right| left.path.cmp(&right.path));
    found
}

fn walk(folder: &Path, endings: &[&str], found: &mut Vec<File>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            let foreign = name == "target" || name.starts_with('.');
            if !foreign || [".ci", ".cargo"].contains(&name.as_str()) {
                walk(&path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(&format!(".{ending}"))) {
            let place = path.strip_prefix(root()).expect("a path below the root");
            let place = place.to_string_lossy().replace('\\', "/");
            // What another process removes meanwhile is not part of the tree.
            let text = fs::read_to_string(&path).unwrap_or_default();
            found.push(File { path: place, text });
        }
    }
}

fn rust() -> Vec<File> {
    // This file names what it forbids.
    files("", &["rs"]).into_iter().filter(|file| file.path != "tests/tidy.rs").collect()
}

/// What was found, one violation a line.
#[derive(Default)]
struct Findings(Vec<String>);

impl Findings {
    fn add(&mut self, file: &File, line: usize, what: &str) {
        self.0.push(format!("{}:{line}: {what}", file.path));
    }

    /// Reports every line in which one of these words is.
    fn forbid<'l>(
        &mut self,
        file: &File,
        lines: impl Iterator<Item = (usize, &'l str)>,
        words: &[&str],
        why: &str,
    ) {
        for (number, line) in lines {
            for word in words.iter().filter(|word| says(line, word)) {
                self.add(file, number, &format!("`{word}`: {why}"));
            }
        }
    }

    fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.0.push(what());
        }
    }

    fn none(&self) {
        assert!(self.0.is_empty(), "\n{}\n", self.0.join("\n"));
    }
}

/// Whether a line has this text, and not as the end of a longer word.
fn says(line: &str, word: &str) -> bool {
    let starts_word = |at: usize| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|it| it.is_alphanumeric() || it == '_')
    };
    let word_like = word.starts_with(|it: char| it.is_alphanumeric() || it == '_');
    line.match_indices(word).any(|(at, _)| !word_like || starts_word(at))
}

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
    // A user of the documentation reads of Azure's portal and of azurerm's resources; the crate
    // may not even speak of them.
    let mut found = Findings::default();
    for file in files("crates/plugin/src", &["rs"]).iter().chain(&files("crates/plugin-derive", &["rs"])) {
        let lower = file.text.to_lowercase();
        let words = ["azure", "azurerm", "azureai", "reqwest", "microsoft"];
        found.forbid(file, (1..).zip(lower.lines()), &words, "Terraform's side knows no service");
    }
    for dependency in dependencies("crates/plugin/Cargo.toml", ALL) {
        let foreign = ["azure", "azure_core", "emulator", "reqwest"].contains(&&*dependency);
        found.expect(!foreign, || format!("crates/plugin/Cargo.toml: {dependency}"));
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
        let foreign = ["plugin", "plugin-derive", "emulator"].contains(&&*dependency);
        found.expect(!foreign, || format!("crates/azure/Cargo.toml: {dependency}"));
    }
    found.none();
}

#[test]
fn the_emulator_spells_azure_by_itself() {
    let mut found = Findings::default();
    for dependency in dependencies("crates/emulator/Cargo.toml", ALL) {
        let shared = dependency.starts_with("azure") || dependency.starts_with("plugin");
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
        let words = ["reqwest", "hyper", "azure_core", "azure_identity", "TcpStream"];
        found.forbid(file, file.code(), &words, "belongs to crates/azure");
    }
    found.none();
}

#[test]
fn a_resource_is_pure() {
    let words = [
        "tokio", "reqwest", "azure::http", "azure::operation", "azure::write", "azure::credential",
        "tracing", "std::fs", "std::env", "std::process", "async fn", ".await", "Instant::now",
        "SystemTime", "OffsetDateTime",
    ];
    let mut found = Findings::default();
    for file in files("src/resources", &["rs"]) {
        found.forbid(&file, file.code(), &words, "a resource does no I/O, and has no clock");
        let own = file.path["src/resources/".len()..].split(['/', '.']).next().unwrap_or_default();
        for (number, line) in file.code() {
            let other = line.split_once("crate::resources::").map(|(_, rest)| rest);
            let other = other.map(|rest| rest.split(':').next().unwrap_or_default());
            if other.is_some_and(|other| other != own) || line.contains("super::super") {
                found.add(&file, number, "a resource imports another");
            }
        }
    }
    found.none();
}

/// Who waits, and for what. Everything else is told when to go on.
const WAITS: [(&str, &str); 14] = [
    ("crates/azure/src/deadline.rs", "the one sleep that a deadline and a stop end"),
    ("crates/azure/src/operation.rs", "between two looks at a long-running operation"),
    ("crates/azure/src/write.rs", "before a write is tried again"),
    ("crates/azure/src/http.rs", "before a request is tried again"),
    ("crates/azure/src/send.rs", "before a request is tried again"),
    ("crates/azure/src/retry.rs", "before a request is tried again"),
    ("crates/azure/src/cloud.rs", "before the metadata are asked for again"),
    ("crates/azure/src/credential/service.rs", "before a token is asked for again"),
    ("src/beside.rs", "until Azure shows what was just made"),
    ("src/claim.rs", "until Azure shows what was just written"),
    ("src/setting.rs", "until Azure shows what was just written"),
    ("src/resource.rs", "until an object has come to what it must come to"),
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
        found.forbid(&file, file.lines(), &unfinished, "is unfinished");
        // A task for developers talks to them, and a build script to Cargo.
        if !file.is_under("xtask/") && !file.path.ends_with("/build.rs") {
            let prints = ["println!", "print!"];
            found.forbid(&file, file.lines(), &prints, "stdout is for the handshake line");
        }
    }
    found.none();
}

#[test]
fn no_test_is_ignored_or_sleeps() {
    let mut found = Findings::default();
    for file in rust() {
        found.forbid(&file, file.lines(), &["#[ignore"], "a test that does not run is none");
        let sleeps = ["thread::sleep", "time::sleep(", "sleep(Duration"];
        found.forbid(&file, file.tests(), &sleeps, "a test waits for something, not for a time");
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
}

/// A feature that has its name in many places.
struct Feature {
    name: &'static str,
    folder: &'static str,
    files: &'static [&'static str],
    /// The source, where each has its own.
    source: Option<&'static str>,
}

fn features() -> Vec<Feature> {
    let catalogue = Catalogue::of(&AzureAi::new(Box::new(|_| None)));
    let feature = |name, folder, files, source| Feature { name, folder, files, source };
    let own = &["resource.tf", "import.sh"][..];
    let resources = catalogue.resources.iter().map(|(_, it)| it.name());
    let data = catalogue.data_sources.iter().map(|(_, it)| it.name());
    let functions = catalogue.functions.iter().map(|it| it.signature().name);
    resources
        .map(|name| feature(name, "resources", own, Some("src/resources")))
        .chain(data.map(|name| feature(name, "data-sources", &["data-source.tf"], None)))
        .chain(functions.map(|it| feature(it, "functions", &["function.tf"], Some("src/functions"))))
        .collect()
}

#[test]
fn every_feature_has_its_name_in_every_place() {
    let mut found = Findings::default();
    let readme = fs::read_to_string(root().join("README.md")).expect("a README");
    let stories: String = files("tests/acceptance", &["rs"]).into_iter().map(|it| it.text).collect();
    for Feature { name, folder, files, source } in features() {
        let short = name.trim_start_matches("azureai_");
        let mut needed: Vec<String> =
            files.iter().map(|file| format!("examples/{folder}/{name}/{file}")).collect();
        needed.push(format!("docs/{folder}/{short}.md"));
        for path in needed {
            found.expect(root().join(&path).is_file(), || format!("{path}: is not there"));
        }
        if let Some(source) = source {
            let there = [format!("{source}/{short}.rs"), format!("{source}/{short}/mod.rs")];
            let there = there.iter().any(|path| root().join(path).is_file());
            found.expect(there, || format!("{source}/{short}.rs: is not there"));
        }
        found.expect(readme.contains(&format!("`{name}`")) || readme.contains(&format!("::{name}`")), || {
            format!("README.md: says nothing of `{name}`")
        });
        found.expect(says(&stories, name), || format!("tests/acceptance: nothing uses {name}"));
    }
    found.none();
}

#[test]
fn every_example_is_of_a_feature() {
    let mut found = Findings::default();
    let features = features();
    for folder in ["resources", "data-sources", "functions"] {
        for entry in fs::read_dir(root().join("examples").join(folder)).expect("examples").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let known = features.iter().any(|it| it.folder == folder && it.name == name);
            found.expect(known, || format!("examples/{folder}/{name}: there is no such feature"));
        }
    }
    found.none();
}

//! Measures of the code. `cargo test --test tidy measures -- --nocapture` prints them.

use crate::imports::Imports;
use crate::tree::{File, Findings, files, says};
use std::collections::BTreeSet;

/// Returns the code of a file without its tests.
fn code(file: &File) -> String {
    file.code().map(|(_, line)| format!("{line}\n")).collect()
}

#[allow(clippy::print_stderr, reason = "the measures are there to be read")]
fn measure(what: &str, now: usize, most: usize, found: &mut Findings) {
    eprintln!("{what:.<70} {now:>4}, at most {most}");
    found.expect(now <= most, || format!("{what}: {now}, at most {most}"));
}

#[allow(clippy::print_stderr, reason = "the measures are there to be read")]
fn print_lines(lines: usize) {
    eprintln!("{:.<70} {lines:>5}", "lines of src/");
}

/// Returns the methods and constants of a trait that have a default.
fn optional_members(text: &str, name: &str) -> Vec<String> {
    let body = text.split_once(&format!("pub trait {name}")).map(|(_, rest)| rest);
    let body = body.and_then(|rest| rest.split_once("\n}\n")).map_or("", |(body, _)| body);
    let mut members = Vec::new();
    let mut open = String::new();
    for line in body.lines() {
        let words = line.strip_prefix("    ").unwrap_or_default();
        if words.starts_with("fn ") || words.starts_with("const ") {
            open.clear();
        }
        open.push_str(words);
        let member = open.trim_start_matches("fn ").trim_start_matches("const ");
        let member = member.split(['(', ':', '<']).next().unwrap_or_default().to_owned();
        let method = open.starts_with("fn ") && words.ends_with('{');
        let constant = open.starts_with("const ") && words.ends_with(';') && open.contains(" = ");
        if method || constant {
            members.push(member);
            open.clear();
        } else if words.ends_with(';') {
            open.clear();
        }
    }
    members
}

#[test]
fn the_code_stays_within_its_measures() {
    let mut found = Findings::default();
    let sources = files("src", &["rs"]);
    let modules: BTreeSet<&str> = sources
        .iter()
        .filter_map(|file| file.path.strip_prefix("src/")?.split(['/', '.']).next())
        .filter(|name| !["lib", "main"].contains(name))
        .collect();
    measure("modules at the top of src/", modules.len(), 12, &mut found);
    for (folder, most) in [
        ("src/", 0),
        ("crates/azure/src/", 0),
        ("crates/plugin/src/", 2),
        ("crates/emulator/src/", 4),
    ] {
        let largest = Imports::of(folder).circles().iter().map(BTreeSet::len).max();
        let what = format!("files in the largest circle of {folder}");
        measure(&what, largest.unwrap_or_default(), most, &mut found);
    }
    let tables = sources.iter().filter(|file| {
        let code = code(file);
        ["KeyVault/vaults", "Storage/storageAccounts", "Search/searchServices"]
            .iter()
            .all(|ty| code.contains(&format!("\"Microsoft.{ty}\"")))
    });
    let tables: Vec<&str> = tables.map(|file| file.path.as_str()).collect();
    measure("files that list the services' types", tables.len(), 1, &mut found);
    let declared: BTreeSet<String> = sources
        .iter()
        .filter(|file| file.is_under("src/resources/"))
        .flat_map(|file| {
            let code = code(file);
            let names = code.lines().filter_map(|line| {
                let rest = line.split_once("impl").map(|(_, rest)| rest)?;
                let name = rest.split_once(" for ")?.0.rsplit(' ').next()?;
                name.starts_with("Arm").then(|| name.to_owned())
            });
            names.collect::<Vec<_>>()
        })
        .collect();
    measure("traits that a resource file implements", declared.len(), 6, &mut found);
    let traits = [
        ("src/engine/resource/mod.rs", "ArmResource"),
        ("src/engine/partial/mod.rs", "ArmPartial"),
        ("src/engine/data_source/mod.rs", "ArmDataSource"),
        ("src/engine/list.rs", "ArmList"),
        ("src/engine/action.rs", "ArmAction"),
    ];
    let mut single = Vec::new();
    for (path, name) in traits {
        let Some(file) = sources.iter().find(|file| file.path == path) else { continue };
        for member in optional_members(&file.text, name) {
            let implementers = sources.iter().filter(|file| {
                let code = code(file);
                let implements = code.contains(&format!("{name} for "));
                let has = |word| code.lines().any(|it| says(it, &format!("{word} {member}")));
                implements && file.path != path && (has("fn") || has("const"))
            });
            if implementers.count() == 1 {
                single.push(format!("{name}::{member}"));
            }
        }
    }
    let what = format!("optional members with one implementer ({})", single.join(", "));
    measure(&what, single.len(), 3, &mut found);
    let lines: usize = sources.iter().map(|file| file.text.lines().count()).sum();
    print_lines(lines);
    found.none();
}

#[test]
fn the_example_provider_is_about_100_lines() {
    let mut found = Findings::default();
    let examples = files("crates/plugin/examples", &["rs"]);
    let notes = examples.iter().find(|file| file.path.ends_with("/notes.rs"));
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with("//");
    let lines = notes.map_or(usize::MAX, |file| file.text.lines().filter(is_code).count());
    measure("lines of code of the example provider", lines, 100, &mut found);
    found.none();
}

/// Any other way could read an invalid response as an absent value, or treat null and absent
/// differently.
#[test]
fn only_one_module_decodes_responses() {
    let mut found = Findings::default();
    for file in files("src", &["rs"]) {
        // A state of azapi has the body as text.
        if !["src/client/decode.rs", "src/engine/moves.rs"].contains(&&*file.path) {
            let words = ["from_value", "::deserialize(", "serde_json::from_str"];
            found.forbid(&file, file.code(), &words, "src/client/decode.rs reads answers");
        }
    }
    found.none();
}

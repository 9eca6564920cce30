//! Tests the bills, with the real tool where it is installed.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::crates::{Crate, Tree};
use super::{TOOL_TAKES, bill, project, write};
use crate::platform::Platform;
use crate::process;

fn crates(of: &[(&str, &str)]) -> BTreeSet<Crate> {
    of.iter().map(|(name, version)| ((*name).to_owned(), (*version).to_owned())).collect()
}

const TREE: &str = "\
0 provider v0.1.0 (/somewhere)
1 serde v1.0.2
2 serde_derive v1.0.2 (proc-macro)
1 url v2.5.0

0 emulator v0.1.0 (/somewhere/crates/emulator)
1 axum v0.8.0
2 serde v1.0.2 (*)
";

#[test]
fn each_program_has_its_own_crates() {
    let tree = Tree::parse(TREE).unwrap();
    let serde = [("serde", "1.0.2"), ("serde_derive", "1.0.2")];
    let provider = [("provider", "0.1.0"), serde[0], serde[1], ("url", "2.5.0")];
    assert_eq!(tree.below("provider").unwrap(), crates(&provider));
    // The tree shows the dependencies of `serde` only once.
    let emulator = [("emulator", "0.1.0"), ("axum", "0.8.0"), serde[0], serde[1]];
    assert_eq!(tree.below("emulator").unwrap(), crates(&emulator));
    let failure = tree.below("other").unwrap_err().to_string();
    assert!(failure.contains("cargo tree did not list other"), "{failure}");
    let failure = Tree::parse("serde v1").unwrap_err().to_string();
    assert!(failure.contains("an unknown line: serde v1"), "{failure}");
}

fn sample() -> Value {
    json!({
        "metadata": {"component": {
            "name": "emulator", "version": "0.1.0",
            "bom-ref": "path+file:///somewhere/crates/emulator#0.1.0",
        }},
        "components": [
            {"name": "axum", "version": "0.8.0", "bom-ref": "registry#axum@0.8.0"},
            {"name": "azure", "version": "0.1.0",
             "bom-ref": "path+file:///somewhere/crates/azure#0.1.0"},
            {"name": "proptest", "version": "1.0.0", "bom-ref": "registry#proptest@1.0.0"},
        ],
        "dependencies": [
            {"ref": "path+file:///somewhere/crates/emulator#0.1.0", "dependsOn": [
                "path+file:///somewhere/crates/azure#0.1.0", "registry#axum@0.8.0",
                "registry#proptest@1.0.0"]},
            {"ref": "registry#proptest@1.0.0"},
        ],
    })
}

#[test]
fn bill_has_the_crates_of_the_program_and_no_path_of_the_machine() {
    let mut found = sample();
    let program = [("axum", "0.8.0"), ("azure", "0.1.0"), ("emulator", "0.1.0")];
    let kept = bill::keep(&mut found, &crates(&program), "/crates/emulator").unwrap();
    assert_eq!(kept, 3);
    let azure = "path+file://./crates/azure#0.1.0";
    let root = "path+file://./crates/emulator#0.1.0";
    let wanted = json!({
        "metadata": {"component": {"name": "emulator", "version": "0.1.0", "bom-ref": root}},
        "components": [
            {"name": "axum", "version": "0.8.0", "bom-ref": "registry#axum@0.8.0"},
            {"name": "azure", "version": "0.1.0", "bom-ref": azure},
        ],
        "dependencies": [{"ref": root, "dependsOn": [azure, "registry#axum@0.8.0"]}],
    });
    assert_eq!(found, wanted);
}

#[test]
fn a_crate_that_the_bill_lacks_is_an_error() {
    let program = crates(&[("emulator", "0.1.0"), ("axum", "0.8.1")]);
    let failure = bill::keep(&mut sample(), &program, "/crates/emulator").unwrap_err();
    let failure = failure.to_string();
    assert!(failure.contains("does not list axum, which the program contains"), "{failure}");
}

/// Returns all crates of both programs, from the flat form of cargo's list.
fn listed_by_cargo(platform: Platform) -> BTreeSet<Crate> {
    let mut command = project::cargo_command();
    command.current_dir(project::root()).args(["tree", "--locked", "--quiet", "--prefix", "none"]);
    command.args(["-e", "normal", "--target", platform.target]);
    command.args(["-p", "terraform-provider-azureai", "-p", "emulator"]);
    let finished = process::run(&mut command, TOOL_TAKES, |_| {}).unwrap();
    assert_eq!(finished.code, Some(0), "{}", finished.output);
    let lines = finished.output.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (name, rest) = line.split_once(" v").expect("a name and a version");
            let version = rest.split(' ').next().expect("a version");
            (name.to_owned(), version.to_owned())
        })
        .collect()
}

/// Returns `true` if `cargo cyclonedx` is installed.
fn has_tool() -> bool {
    let mut command = project::cargo_command();
    let finished = process::run(command.args(["cyclonedx", "--version"]), TOOL_TAKES, |_| {});
    finished.is_ok_and(|it| it.code == Some(0))
}

fn read(folder: &Path, platform: Platform, program: &str) -> Value {
    let file = format!("{program}_{}_{}.cdx.json", project::VERSION, platform.name);
    let text = fs::read_to_string(folder.join(file)).unwrap();
    for place in [project::root().display().to_string(), std::env::temp_dir().display().to_string()]
    {
        assert!(!text.contains(&place), "the bill of {program} contains {place}");
    }
    serde_json::from_str(&text).unwrap()
}

#[test]
fn bills_list_exactly_the_crates_of_the_programs_and_are_reproducible() {
    if !has_tool() {
        crate::screen::not_tested("the bills of materials, since `cargo cyclonedx` is missing");
        return;
    }
    let platform = Platform::of(None).unwrap();
    let [first, second] = [(), ()].map(|()| tempfile::tempdir().unwrap());
    let written = write(first.path(), platform).unwrap();
    for (file, _) in &written {
        let name = file.file_name().unwrap();
        if !second.path().join(name).exists() {
            write(second.path(), platform).unwrap();
        }
        assert!(fs::read(file).unwrap() == fs::read(second.path().join(name)).unwrap());
    }
    let mut all = BTreeSet::new();
    for program in [project::PROVIDER, project::EMULATOR] {
        let bill = read(first.path(), platform, program);
        let root = &bill["metadata"]["component"];
        let components = bill["components"].as_array().unwrap();
        for component in components {
            let is_ours = component["bom-ref"].as_str().unwrap().starts_with("path+");
            let complete = ["purl", "licenses", "hashes"].iter().all(|it| !component[it].is_null());
            assert!(is_ours || complete, "{component:#}");
        }
        let name = |it: &Value| {
            let text = |key: &str| it[key].as_str().unwrap().to_owned();
            (text("name"), text("version"))
        };
        let names: BTreeSet<Crate> = components.iter().chain([root]).map(name).collect();
        assert_eq!(names.len(), components.len() + 1, "{program} lists a crate twice");
        for foreign in ["proptest", "xtask", "tonic-prost-build"] {
            assert!(names.iter().all(|(name, _)| name != foreign), "{program} lists {foreign}");
        }
        all.extend(names);
    }
    assert_eq!(all, listed_by_cargo(platform));
}

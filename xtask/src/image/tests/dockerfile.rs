//! The Dockerfile builds an image with the configuration that the command writes, and the recipes
//! name the version of this tree.

use std::collections::BTreeMap;
use std::fs;

use super::Fixture;
use crate::image::config::NAME;
use crate::project::{self, VERSION};

/// Returns the instructions of the last stage, with continued lines joined.
fn last_stage() -> Vec<(String, String)> {
    let text = fs::read_to_string(project::root().join("Dockerfile")).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let joined = lines.join("\n").replace("\\\n", " ");
    let (_, last) = joined.split_once("\nFROM scratch\n").unwrap();
    let instructions = last.lines().filter_map(|line| line.split_once(' '));
    instructions.map(|(name, rest)| (name.to_owned(), rest.trim().to_owned())).collect()
}

/// Returns the pairs `NAME=VALUE` of an instruction.
fn pairs(text: &str) -> BTreeMap<String, String> {
    let pair = |word: String| {
        let (name, value) = word.split_once('=').unwrap();
        (name.to_owned(), value.to_owned())
    };
    shlex::split(text).unwrap().into_iter().map(pair).collect()
}

#[test]
fn dockerfile_has_the_configuration_of_the_image() {
    let stage = last_stage();
    let one = |wanted: &str| {
        let mut found = stage.iter().filter(|(name, _)| name == wanted);
        let (_, rest) = found.next().unwrap_or_else(|| panic!("no {wanted}"));
        assert!(found.next().is_none(), "{wanted} is there twice");
        rest.clone()
    };
    let whole = Fixture::get().config();
    let config = &whole["config"];
    assert_eq!(config["User"], one("USER"));
    assert_eq!(config["WorkingDir"], one("WORKDIR"));
    assert_eq!(config["StopSignal"], one("STOPSIGNAL"));
    assert_eq!(config["Entrypoint"].to_string(), one("ENTRYPOINT"));
    let ports: Vec<&String> = config["ExposedPorts"].as_object().unwrap().keys().collect();
    assert_eq!(ports, one("EXPOSE").split(' ').collect::<Vec<_>>());
    let environment: Vec<String> =
        pairs(&one("ENV")).iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut wanted = super::texts(&config["Env"]);
    wanted.sort_unstable();
    assert_eq!(environment, wanted);
    let mut labels = pairs(&one("LABEL"));
    let revision = labels.get_mut("org.opencontainers.image.revision").unwrap();
    assert_eq!(revision, "${REVISION}");
    revision.clone_from(&super::source().revision.unwrap());
    assert_eq!(serde_json::to_value(labels).unwrap(), config["Labels"]);
}

#[test]
fn recipes_name_the_version_of_this_tree() {
    let mut seen = 0;
    for file in [
        "examples/ci/README.md",
        "examples/ci/github/service-workflow.yml",
        "examples/ci/gitlab/.gitlab-ci.yml",
        "docs/guides/testing-modules-offline.md",
    ] {
        let text = fs::read_to_string(project::root().join(file)).unwrap();
        for (at, _) in text.match_indices(&format!("{NAME}:")) {
            let rest = text.get(at + NAME.len() + 1..).unwrap();
            let tag = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '.').next().unwrap();
            assert_eq!(tag, VERSION, "{file}");
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen}");
    let action = fs::read_to_string(project::root().join("examples/ci/github/action.yml")).unwrap();
    assert!(action.contains(&format!("default: {VERSION}\n")), "the action's version differs");
    assert!(action.contains(&format!("default: {NAME}\n")), "the action's image differs");
}

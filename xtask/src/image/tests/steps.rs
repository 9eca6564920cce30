//! Reads the recipes for CI, and turns their steps into one script, as the CI's runner does.

use std::collections::BTreeMap;
use std::fs;

use serde_yaml_ng::Value;

use super::stage::Stage;
use crate::project;

/// Value of each `${{ .. }}` that a recipe may use.
pub(super) type Inputs = BTreeMap<String, String>;

/// Reads a recipe.
pub(super) fn recipe(file: &str) -> Value {
    let text = fs::read_to_string(project::root().join("examples/ci").join(file)).unwrap();
    serde_yaml_ng::from_str(&text).unwrap()
}

/// Returns the texts of a list or of the values of a map.
pub(super) fn strings(list: &Value) -> Vec<String> {
    let list = list.as_sequence().unwrap();
    list.iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

/// Returns `NAME=VALUE` for each member of a map.
pub(super) fn variables(map: &Value) -> Vec<String> {
    let map = map.as_mapping().unwrap();
    let pair = |(name, value): (&Value, &Value)| {
        format!("{}={}", name.as_str().unwrap(), value.as_str().unwrap())
    };
    map.iter().map(pair).collect()
}

/// Returns the inputs of the action: their defaults, and what the caller sets.
pub(super) fn inputs(action: &Value, set: &[(&str, &str)]) -> Inputs {
    let declared = action["inputs"].as_mapping().unwrap();
    let mut inputs: Inputs = declared
        .iter()
        .map(|(name, input)| {
            let default = input["default"].as_str().unwrap().to_owned();
            (format!("inputs.{}", name.as_str().unwrap()), default)
        })
        .collect();
    for (name, value) in set {
        let known = inputs.get_mut(&format!("inputs.{name}")).expect("an input of the action");
        (*value).clone_into(known);
    }
    inputs
}

/// Returns a script that runs the steps of a job or of an action of GitHub, each in a shell of its
/// own, with the variables that earlier steps set.
pub(super) fn script(stage: &Stage, steps: &Value, inputs: &Inputs) -> String {
    let architecture = if cfg!(target_arch = "x86_64") { "X64" } else { "ARM64" };
    stage.file("temp/.keep", "");
    let mut script = format!(
        "export RUNNER_OS=Linux RUNNER_ARCH={architecture} RUNNER_TEMP={temp}\n\
         export GITHUB_ENV={temp}/env GITHUB_OUTPUT={temp}/output\n\
         : > \"$GITHUB_ENV\" && : > \"$GITHUB_OUTPUT\"\n",
        temp = stage.path("temp"),
    );
    for (index, step) in steps.as_sequence().unwrap().iter().enumerate() {
        if let Some(action) = step["uses"].as_str() {
            script.push_str(&used(stage, action, &step["with"]));
            continue;
        }
        if !applies(step, inputs) {
            continue;
        }
        let file = format!("steps/{}-{index}.sh", inputs.len());
        stage.file(&file, step["run"].as_str().unwrap());
        // The commands of GitHub's documentation for `shell: bash` and for no shell.
        let shell = match step["shell"].as_str() {
            Some("bash") => "bash --noprofile --norc -eo pipefail",
            None => "bash -e",
            Some(other) => panic!("no shell {other}"),
        };
        let mut assignments = String::new();
        for (name, value) in step["env"].as_mapping().into_iter().flatten() {
            let value = filled(value.as_str().unwrap(), inputs);
            let quoted = shlex::try_quote(&value).unwrap().into_owned();
            assignments.push_str(&format!("{}={quoted} ", name.as_str().unwrap()));
        }
        script.push_str(&format!(
            "{assignments}{shell} {}\n\
             while IFS= read -r line; do export \"$line\"; done < \"$GITHUB_ENV\"\n",
            stage.path(&file)
        ));
    }
    script
}

/// Returns the script of an action: of this repository's action, or of one that only prepares the
/// machine, which must be pinned to a commit.
fn used(stage: &Stage, action: &str, with: &Value) -> String {
    if action == "./examples/ci/github" {
        let action = recipe("github/action.yml");
        let set: Vec<(&str, &str)> = with
            .as_mapping()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.as_str().unwrap(), value.as_str().unwrap()))
            .collect();
        return script(stage, &action["runs"]["steps"], &inputs(&action, &set));
    }
    let (name, commit) = action.split_once('@').unwrap();
    assert!(["actions/checkout", "hashicorp/setup-terraform"].contains(&name), "{name}");
    assert!(commit.len() == 40 && commit.bytes().all(|c| c.is_ascii_hexdigit()), "{action}");
    String::new()
}

/// Evaluates `inputs.NAME == 'VALUE'`.
fn applies(step: &Value, inputs: &Inputs) -> bool {
    let Some(condition) = step["if"].as_str() else { return true };
    let (name, value) = condition.split_once(" == ").expect("a comparison");
    inputs[name] == value.trim_matches('\'')
}

/// Replaces each `${{ inputs.NAME }}`.
fn filled(text: &str, inputs: &Inputs) -> String {
    let mut parts = text.split("${{");
    let mut filled = parts.next().unwrap().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap();
        filled.push_str(&inputs[name.trim()]);
        filled.push_str(rest);
    }
    filled
}

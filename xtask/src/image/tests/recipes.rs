//! The recipes of `examples/ci`: every script in them runs, with the image of this tree behind the
//! engine's command.

use std::fs;

use serde_yaml_ng::Value;

use super::stage::Stage;
use super::steps::{Inputs, inputs, recipe, script, strings, variables};
use super::{Fixture, release_archive};
use crate::image::config::NAME;
use crate::package;
use crate::project::{self, EMULATOR, VERSION};

const PASSED: &str = "Success! 1 passed, 0 failed.";

/// Returns a script that starts the image as a service with these variables.
fn service(stage: &Stage, variables: &[String]) -> String {
    format!("run-image {} -- > {} 2>&1 &\n", variables.join(" "), stage.path("emulator.log"))
}

/// Adds a stand-in for `docker run`, because no engine runs in a test. It knows the options of the
/// recipes only, and runs the image of this tree.
fn add_docker(stage: &Stage) {
    let text = format!(
        "#!/bin/sh\n\
         [ \"$1\" = run ] || exit 64\n\
         shift\n\
         while :; do\n\
         case \"$1\" in\n\
         --detach | --rm | --read-only) shift ;;\n\
         --publish) case \"$2\" in 127.0.0.1:8443:8443 | 127.0.0.1:8080:8080) ;; \
         *) exit 65 ;; esac && shift 2 ;;\n\
         --name | --cap-drop) shift 2 ;;\n\
         {NAME}:{VERSION}) shift && break ;;\n\
         *) echo \"docker: unexpected $1\" >&2 && exit 66 ;;\n\
         esac\n\
         done\n\
         nohup run-image -- \"$@\" > {log} 2>&1 < /dev/null &\n",
        log = stage.path("emulator.log"),
    );
    stage.program("docker", &text);
}

/// Returns the steps of the only job of a workflow.
fn steps(workflow: &Value) -> &Value {
    &workflow["jobs"]["test"]["steps"]
}

#[test]
fn a_workflow_with_a_service_container_tests_a_module() {
    let Some(stage) = Stage::new() else { return };
    let workflow = recipe("github/service-workflow.yml");
    let emulator = &workflow["jobs"]["test"]["services"]["emulator"];
    assert_eq!(emulator["image"].as_str(), Some(&*format!("{NAME}:{VERSION}")));
    assert_eq!(strings(&emulator["ports"]), ["8443:8443", "8080:8080"]);
    let begin = service(&stage, &variables(&emulator["env"]));
    let said = stage.run(&(begin + &script(&stage, steps(&workflow), &Inputs::new())));
    assert!(said.contains(PASSED), "{said}");
}

#[test]
fn a_workflow_with_the_action_tests_a_module() {
    let Some(stage) = Stage::new() else { return };
    add_docker(&stage);
    let workflow = recipe("github/action-workflow.yml");
    let said = stage.run(&script(&stage, steps(&workflow), &Inputs::new()));
    assert!(said.contains(PASSED), "{said}");
}

/// The action with the program of a release, which it downloads, compares, and unpacks.
#[test]
fn the_action_starts_the_program_of_a_release() {
    let Some(stage) = Stage::new() else { return };
    let platform = project::platform();
    let name = format!("{EMULATOR}_{VERSION}_{platform}.zip");
    let folder = format!("releases/emulator-v{VERSION}");
    stage.file(&format!("{folder}/.keep"), "");
    let archive = std::path::PathBuf::from(stage.path(&format!("{folder}/{name}")));
    release_archive(&archive, &fs::read(&Fixture::get().programs.emulator).unwrap());
    let sums = format!("{folder}/{EMULATOR}_{VERSION}_SHA256SUMS");
    let line = format!("{}  {name}\n", package::sha256(&archive).unwrap());
    stage.file(&sums, &(line.clone() + &line.replace(&platform, "darwin_arm64")));
    let action = recipe("github/action.yml");
    let releases = format!("file://{}", stage.path("releases"));
    let set = [("from", "archive"), ("releases", &*releases), ("options", "--foundry-races=1")];
    let text = script(&stage, &action["runs"]["steps"], &inputs(&action, &set))
        + "test \"$SSL_CERT_FILE\" = \"$(sed 's/ca-file=//' \"$GITHUB_OUTPUT\")\"\n\
           grep -c BEGIN \"$SSL_CERT_FILE\"\n\
           curl --fail --silent --show-error https://$ARM_METADATA_HOSTNAME/_emulator/counters\n";
    let said = stage.run(&text);
    assert!(said.contains(&format!("{name}: OK")) && said.contains("\"resources\":"), "{said}");

    // Another program than the one of the checksums does not start.
    stage.file(&sums, &line.replace(line.get(..8).unwrap(), "00000000"));
    let finished = stage.attempt(&text);
    assert_eq!(finished.code, Some(1), "{}", finished.output);
    assert!(finished.output.contains(&format!("{name}: FAILED")), "{}", finished.output);
}

#[test]
fn a_job_of_gitlab_with_a_service_tests_a_module() {
    let Some(stage) = Stage::new() else { return };
    let job = recipe("gitlab/.gitlab-ci.yml")["test"].clone();
    let emulator = &job["services"][0];
    assert_eq!(emulator["name"].as_str(), Some(&*format!("{NAME}:{VERSION}")));
    assert_eq!(emulator["alias"].as_str(), Some("emulator"));
    let begin = service(&stage, &variables(&emulator["variables"]));
    // GitLab's runner puts all commands into one script of `sh -e`.
    stage.file("job.sh", &strings(&job["script"]).join("\n"));
    let said = stage.run(&format!("{begin}sh -e {}\n", stage.path("job.sh")));
    assert!(said.contains(PASSED), "{said}");
}

/// The commands of the page for any other CI.
#[test]
fn the_commands_of_the_page_test_a_module() {
    let Some(stage) = Stage::new() else { return };
    add_docker(&stage);
    let page = fs::read_to_string(project::root().join("examples/ci/README.md")).unwrap();
    let (_, section) = page.split_once("## Any other CI").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let blocks: Vec<&str> = section
        .split("```shell\n")
        .skip(1)
        .map(|block| block.split("```").next().unwrap())
        .collect();
    assert_eq!(blocks.len(), 2);
    let said = stage.run(&blocks.concat());
    assert!(said.contains(PASSED), "{said}");
}

//! Runs the steps of the release workflow, with stand-ins for the programs that build, install and
//! publish, and checks what the steps ask of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use clap::Parser as _;
use tempfile::TempDir;

use crate::Cli;
use crate::platform::{self, Platform};
use crate::process::{self, Finished};
use crate::project::{self, EMULATOR, PROVIDER, VERSION, make_executable};

/// Programs that a stand-in replaces. Each writes its arguments to the file `calls`.
const REPLACED: [&str; 6] = ["cargo", "gh", "rustup", "rustup-init", "skopeo", "sudo"];

/// Text of a step that runs a script.
#[derive(Clone, Debug, Default)]
struct Step {
    name: String,
    script: String,
}

fn workflow() -> String {
    fs::read_to_string(project::root().join(".github/workflows/release.yml")).unwrap()
}

/// Returns the steps that run a script, in the order of the workflow.
fn steps(workflow: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut in_script = false;
    for line in workflow.lines() {
        let indent = line.len() - line.trim_start().len();
        in_script &= line.is_empty() || indent >= 10;
        if line.starts_with("      - ") {
            steps.push(Step::default());
        }
        let Some(step) = steps.last_mut() else { continue };
        let text = line.trim_start().trim_start_matches("- ");
        if in_script {
            step.script.push_str(text);
            step.script.push('\n');
        } else if let Some(name) = text.strip_prefix("name: ").filter(|_| indent == 6) {
            step.name = name.to_owned();
        } else if let Some(script) = text.strip_prefix("run: ").filter(|_| indent <= 8) {
            in_script = script == "|";
            step.script = if in_script { String::new() } else { script.to_owned() };
        }
    }
    steps.retain(|step| !step.script.is_empty());
    steps
}

fn step(name: &str) -> Step {
    steps(&workflow()).into_iter().find(|step| step.name == name).unwrap()
}

/// A runner's working folder after the archives of all platforms arrived, and its programs.
struct Runner {
    folder: TempDir,
}

impl Runner {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let it = Self { folder };
        let [bin, dist] = [it.path().join("bin"), it.path().join("target/dist")];
        fs::create_dir(&bin).unwrap();
        fs::create_dir_all(&dist).unwrap();
        for name in REPLACED {
            // `gh release view` reports that the release does not exist.
            let text = format!(
                "#!/bin/sh\necho \"{name} $*\" >> \"$CALLS\"\n[ \"$1 $2\" != \"release view\" ]\n"
            );
            fs::write(bin.join(name), text).unwrap();
            make_executable(&bin.join(name)).unwrap();
        }
        for name in [PROVIDER, EMULATOR] {
            for it in platform::ALL {
                for ending in ["zip", "cdx.json"] {
                    let file = format!("{name}_{VERSION}_{}.{ending}", it.name);
                    fs::write(dist.join(file), "").unwrap();
                }
            }
            fs::write(dist.join(format!("{name}_{VERSION}_SHA256SUMS")), "").unwrap();
        }
        let manifest = project::root().join("Cargo.toml");
        fs::copy(manifest, it.path().join("Cargo.toml")).unwrap();
        it
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a script as GitHub does, with more environment variables.
    fn attempt(&self, script: &str, variables: &[(&str, &str)]) -> Finished {
        let here = Platform::of(None).unwrap();
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
        command.current_dir(self.path()).env_clear();
        command.env("PATH", format!("{}:{path}", self.path().join("bin").display()));
        command.env("CALLS", self.path().join("calls")).env("HOME", self.path());
        command.env("GITHUB_REF_NAME", format!("v{VERSION}")).env("GITHUB_SHA", "0123abcd");
        command.env("GITHUB_ACTOR", "someone");
        command.env("PLATFORM", here.name).env("TARGET", here.target);
        command.envs(variables.iter().copied());
        process::run(&mut command, Duration::from_secs(60), |_| {}).unwrap()
    }

    /// Returns the arguments of the programs that a script called.
    fn calls(&self, step: &Step, variables: &[(&str, &str)]) -> Vec<String> {
        let calls = self.path().join("calls");
        fs::write(&calls, "").unwrap();
        let finished = self.attempt(&step.script, variables);
        assert_eq!(finished.code, Some(0), "{}:\n{}", step.name, finished.output);
        fs::read_to_string(&calls).unwrap().lines().map(str::to_owned).collect()
    }
}

/// Variables that the workflow takes from its secrets.
const SECRETS: [(&str, &str); 2] = [("GPG_PRIVATE_KEY", "key"), ("GH_TOKEN", "token")];

#[test]
fn workflow_packs_every_platform() {
    let workflow = workflow();
    let rows = workflow.lines().filter(|line| line.trim_start().starts_with("- { runner: "));
    let mut packed: BTreeSet<(String, String)> = rows
        .map(|row| {
            let value = |key: &str| {
                let (_, rest) = row.split_once(&format!(" {key}: ")).unwrap();
                rest.split([',', ' ']).next().unwrap().to_owned()
            };
            (value("platform"), value("target"))
        })
        .collect();
    // FreeBSD has a job of its own.
    assert!(workflow.contains("          name: freebsd_amd64\n"));
    let target = workflow.lines().find_map(|line| line.strip_prefix("      TARGET: x"));
    packed.insert(("freebsd_amd64".to_owned(), format!("x{}", target.unwrap())));
    let all = platform::ALL.iter().map(|it| (it.name.to_owned(), it.target.to_owned()));
    assert_eq!(packed, all.collect());
}

#[test]
fn every_step_runs_and_asks_for_what_exists() {
    let runner = Runner::new();
    let steps = steps(&workflow());
    assert!(steps.len() > 10, "{steps:?}");
    let mut asked = BTreeSet::new();
    for step in &steps {
        for call in runner.calls(step, &SECRETS) {
            let Some(arguments) = call.strip_prefix("cargo ") else { continue };
            if !arguments.starts_with("xtask ") {
                continue;
            }
            let parsed = Cli::try_parse_from(arguments.split(' '));
            assert!(parsed.is_ok(), "{call}: {parsed:?}");
            asked.insert(arguments.split(' ').nth(2).unwrap().to_owned());
        }
    }
    let expected = ["--check", "--from", "--out", "--sums-only", "--target"].map(str::to_owned);
    assert_eq!(asked, BTreeSet::from(expected), "the first options of the commands");
}

#[test]
fn a_wrong_tag_a_missing_archive_and_a_missing_key_stop_the_release() {
    let runner = Runner::new();
    let tag = step("The tag is the version").script;
    assert_eq!(runner.attempt(&tag, &[]).code, Some(0));
    assert_ne!(runner.attempt(&tag, &[("GITHUB_REF_NAME", "v99.0.0")]).code, Some(0));
    let archives = step("The archives are those of the platform").script;
    assert_eq!(runner.attempt(&archives, &[]).code, Some(0));
    assert_ne!(runner.attempt(&archives, &[("PLATFORM", "plan9_mips")]).code, Some(0));
    let sign = step("Sum up and sign").script;
    assert_ne!(runner.attempt(&sign, &[]).code, Some(0), "a release without a key");
}

/// The Terraform Registry requires that a release's tag is `v` and a semantic version. OpenTofu's
/// registry ignores other tags (`semver.IsValid` in its `src/internal/provider/update.go`).
#[test]
fn provider_and_emulator_have_releases_of_their_own() {
    let runner = Runner::new();
    let published = |name: &str| {
        let calls = runner.calls(&step(name), &SECRETS);
        let create = calls.into_iter().find(|it| it.starts_with("gh release create ")).unwrap();
        let words: Vec<String> = create.split(' ').map(str::to_owned).collect();
        let files = words.iter().filter_map(|it| it.strip_prefix("target/dist/"));
        (words[3].clone(), files.map(str::to_owned).collect::<Vec<_>>(), create)
    };
    let (tag, files, _) = published("Publish the provider");
    assert_eq!(tag, format!("v{VERSION}"));
    assert_eq!(files.len(), 2 * platform::ALL.len() + 1, "{files:?}");
    assert!(files.iter().all(|it| it.starts_with(PROVIDER)), "{files:?}");
    let (tag, files, call) = published("Publish the emulator");
    assert_eq!(tag, format!("emulator-v{VERSION}"));
    assert!(call.contains(" --latest=false "), "{call}");
    assert_eq!(files.len(), 2 * platform::ALL.len() + 1, "{files:?}");
    assert!(files.iter().all(|it| it.starts_with(EMULATOR)), "{files:?}");
}

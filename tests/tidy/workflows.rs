//! Rules for the workflows of GitHub Actions: pinned actions, few permissions, limited time.

use crate::tree::{Findings, files};

/// A line of a workflow that is not a comment.
struct Line<'t> {
    number: usize,
    indent: usize,
    /// The text without indentation.
    text: &'t str,
}

impl Line<'_> {
    /// Returns the value of a key, which may be the first key of a list's element.
    fn value(&self, key: &str) -> Option<&str> {
        let text = self.text.trim_start_matches("- ");
        text.strip_prefix(key)?.strip_prefix(':').map(str::trim)
    }
}

fn lines(workflow: &str) -> Vec<Line<'_>> {
    let numbered = (1..).zip(workflow.lines());
    let all = numbered.map(|(number, line)| {
        let text = line.trim_start();
        Line { number, indent: line.len() - text.len(), text: text.trim_end() }
    });
    all.filter(|line| !line.text.is_empty() && !line.text.starts_with('#')).collect()
}

/// Returns the lines below a line, which are those that are indented more.
fn below<'l, 't>(lines: &'l [Line<'t>], at: usize) -> &'l [Line<'t>] {
    let rest = &lines[at + 1..];
    let end = rest.iter().position(|line| line.indent <= lines[at].indent);
    &rest[..end.unwrap_or(rest.len())]
}

/// Returns `true` if an action is pinned to a commit, with its version as a comment.
fn is_pinned(action: &str) -> bool {
    let Some((_, reference)) = action.split_once('@') else { return false };
    let Some((commit, version)) = reference.split_once(" # v") else { return false };
    let is_hex = commit.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    commit.len() == 40 && is_hex && version.starts_with(|it: char| it.is_ascii_digit())
}

/// Returns the violations of a workflow, each with its line.
fn violations(workflow: &str) -> Vec<(usize, &'static str)> {
    let lines = lines(workflow);
    let mut found = Vec::new();
    let at_top = |key| lines.iter().position(|it| it.indent == 0 && it.value(key).is_some());
    let few = at_top("permissions").is_some_and(|at| match lines[at].value("permissions") {
        Some("") => below(&lines, at).iter().all(|line| line.text == "contents: read"),
        value => value == Some("{}"),
    });
    if !few {
        found.push((1, "the permissions at the top are `{}` or `contents: read`"));
    }
    let jobs = at_top("jobs").map(|at| (at + 1, below(&lines, at).len())).unwrap_or_default();
    for at in (jobs.0..jobs.0 + jobs.1).filter(|at| lines[*at].indent == 2) {
        let has =
            |key| below(&lines, at).iter().any(|it| it.indent == 4 && it.value(key).is_some());
        // A job that calls a workflow has its limits there.
        if !has("timeout-minutes") && !has("uses") {
            found.push((lines[at].number, "a job has `timeout-minutes`"));
        }
    }
    for (at, line) in lines.iter().enumerate() {
        let Some(action) = line.value("uses") else { continue };
        if !action.starts_with("./") && !is_pinned(action) {
            found.push((line.number, "an action is pinned: `@COMMIT # vVERSION`"));
        }
        let is_step = |it: &Line<'_>| it.text.starts_with("- ") && it.indent <= line.indent;
        let step = lines[..=at].iter().rposition(is_step).unwrap_or(at);
        let settings = below(&lines, step);
        let keeps = !settings.iter().any(|it| it.text == "persist-credentials: false");
        if action.starts_with("actions/checkout@") && keeps {
            found.push((line.number, "a checkout has `persist-credentials: false`"));
        }
    }
    found
}

#[test]
fn workflows_are_pinned_limited_and_unprivileged() {
    let mut found = Findings::default();
    let workflows = files(".github/workflows", &["yml", "yaml"]);
    found.expect(!workflows.is_empty(), || "no workflow was found".to_owned());
    for file in &workflows {
        for (line, what) in violations(&file.text) {
            found.add(file, line, what);
        }
    }
    found.none();
}

const GOOD: &str = "\
on: push
permissions:
  contents: read
jobs:
  # Builds.
  build:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@0123456789abcdef0123456789abcdef01234567 # v1.2.3
        with:
          persist-credentials: false
      - run: cargo build
  call:
    uses: ./.github/workflows/other.yml
";

#[test]
fn each_rule_for_workflows_finds_its_violation() {
    assert_eq!(violations(GOOD), []);
    assert_eq!(violations(&GOOD.replace("\n  contents: read", " {}")), []);
    let named = GOOD.replace("- uses: actions", "- name: Check out\n        uses: actions");
    assert_eq!(violations(&named), []);
    for (good, bad, line) in [
        ("contents: read", "contents: write", 1),
        ("permissions:\n  contents: read\n", "permissions: write-all\n", 1),
        ("permissions:\n  contents: read\n", "", 1),
        ("contents: read", "contents: read\n  id-token: write", 1),
        ("    timeout-minutes: 5\n", "", 6),
        ("0123456789abcdef0123456789abcdef01234567", "v1", 10),
        ("01234567 # v1.2.3", "01234567", 10),
        ("01234567 # v1.2.3", "01234567 # main", 10),
        ("persist-credentials: false", "persist-credentials: true", 10),
        ("        with:\n          persist-credentials: false\n", "", 10),
    ] {
        assert!(GOOD.contains(good), "{good}");
        let workflow = GOOD.replace(good, bad);
        let lines: Vec<usize> = violations(&workflow).into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [line], "{workflow}");
    }
}

//! The crates of a released program, as `cargo tree` lists them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::failure::{Context as _, Failure, Result};
use crate::platform::Platform;
use crate::{process, project};

const CARGO_TAKES: Duration = Duration::from_secs(600);

/// Name and version of a crate.
pub(crate) type Crate = (String, String);

/// The dependencies of the crates of several programs that are built together.
#[derive(Debug)]
pub(crate) struct Tree(BTreeMap<Crate, BTreeSet<Crate>>);

impl Tree {
    /// Reads the dependencies of these packages with the features of a release. Leaves out what
    /// only tests and build scripts use. Includes procedural macros, since they write code of the
    /// program.
    pub(crate) fn of(platform: Platform, packages: &[&str]) -> Result<Self> {
        let mut command = project::cargo_command();
        command.current_dir(project::root()).args(["tree", "--locked", "--edges", "normal"]);
        command.args(["--target", platform.target, "--prefix", "depth", "--format", " {p}"]);
        command.args(packages.iter().flat_map(|package| ["--package", package]));
        // What cargo says about downloads goes to the other stream.
        command.arg("--quiet");
        let finished = process::run(&mut command, CARGO_TAKES, |_| {})?;
        match finished.code {
            Some(0) => Self::parse(&finished.output),
            _ => Err(Failure::new("cargo tree did not succeed")
                .with("Output of cargo tree", &finished.output)),
        }
    }

    /// Reads lines such as `2 serde v1.0.228 (*)`, where 2 is the depth. The mark says that the
    /// crate's dependencies are listed elsewhere.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut tree = BTreeMap::<Crate, BTreeSet<Crate>>::new();
        let mut parents: Vec<Crate> = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let doing = || format!("cargo tree printed an unknown line: {line}");
            let mut words = line.split_whitespace();
            let depth = words.next().and_then(|it| it.parse().ok()).context(doing())?;
            let name = words.next().context(doing())?.to_owned();
            let version = words.next().and_then(|it| it.strip_prefix('v')).context(doing())?;
            let this = (name, version.to_owned());
            parents.truncate(depth);
            if let Some(parent) = parents.last() {
                tree.entry(parent.clone()).or_default().insert(this.clone());
            }
            tree.entry(this.clone()).or_default();
            parents.push(this);
        }
        Ok(Self(tree))
    }

    /// Returns a package and everything that it depends on.
    pub(crate) fn below(&self, package: &str) -> Result<BTreeSet<Crate>> {
        let root = self.0.keys().find(|(name, _)| name == package);
        let root = root.context(format!("cargo tree did not list {package}"))?;
        let mut found = BTreeSet::from([root.clone()]);
        let mut open = vec![root];
        while let Some(this) = open.pop() {
            for next in self.0.get(this).into_iter().flatten() {
                if found.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
        Ok(found)
    }
}

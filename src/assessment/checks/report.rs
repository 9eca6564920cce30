//! Result of the checks of a plan: findings, and objects that the checks could not read.

use crate::assessment::finding::Finding;
use crate::assessment::reader::Read;
use crate::codes::Code;
use crate::config::check_levels::CheckLevels;
use azure::error::{Error, ErrorKind};
use azure::id::ResourceId;
use plugin::prelude::*;
use std::sync::Arc;

/// An object that checks read.
#[derive(Clone, Debug)]
pub struct RequiredRead {
    /// ID of the object.
    pub id: ResourceId,
    /// Part of the object, as the subject of a sentence.
    pub what: &'static str,
    /// The attribute that names the object.
    pub path: Path,
    /// Checks that read it.
    pub codes: Vec<Code>,
}

/// An object that checks could not read, and the error.
#[derive(Clone, Debug)]
struct Unreadable {
    required: RequiredRead,
    error: Arc<Error>,
}

/// Result of the checks of one plan.
#[derive(Clone, Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
    unreadable: Vec<Unreadable>,
}

impl Report {
    /// Adds findings.
    pub fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
    }

    /// Adds the object if it cannot be read.
    pub fn note<T>(&mut self, required: impl FnOnce() -> RequiredRead, read: &Read<T>) {
        if let Some(error) = read.hidden() {
            self.push_unreadable(required(), error.clone());
        }
    }

    /// Adds an object that cannot be read.
    pub fn push_unreadable(&mut self, required: RequiredRead, error: Arc<Error>) {
        let is_same = |known: &RequiredRead| {
            known.what == required.what && known.id == required.id && known.path == required.path
        };
        let Some(known) = self.unreadable.iter_mut().find(|known| is_same(&known.required)) else {
            self.unreadable.push(Unreadable { required, error });
            return;
        };
        let codes = &mut known.required.codes;
        codes.extend(required.codes);
        codes.sort_unstable();
        codes.dedup();
    }

    /// Returns the diagnostics. An object that cannot be read is never an error.
    pub fn into_diagnostics(self, levels: &CheckLevels) -> Diagnostics {
        let hidden = self.unreadable.into_iter().filter_map(|it| it.into_diagnostic(levels));
        let findings =
            self.findings.into_iter().filter_map(|finding| finding.into_diagnostic(levels));
        findings.chain(hidden).collect()
    }
}

impl Unreadable {
    fn into_diagnostic(self, levels: &CheckLevels) -> Option<Diagnostic> {
        let made = self.required.codes.iter().filter(|code| levels.makes(&[**code]));
        let names: Vec<&str> = made.map(|code| code.rule().name).collect();
        if names.is_empty() {
            return None;
        }
        let names = names.join(", ");
        let summary = format!("Checks not run: {names}");
        let next = match self.error.kind() {
            ErrorKind::Denied => {
                "ask an administrator to assign a role with read access to this resource, such as \
                 Reader"
            }
            _ => "fix the cause and run terraform plan again",
        };
        let detail = format!(
            "{} of {} cannot be read, so {names} did not run. Reason: {}\n\nThe plan continues. \
             To run the checks, {next}. To turn the checks off, set `check_overrides` in the \
             provider's configuration.",
            self.required.what, self.required.id, self.error
        );
        Some(Diagnostic::warning(summary, detail).at(self.required.path))
    }
}

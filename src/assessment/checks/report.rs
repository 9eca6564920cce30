//! What the checks of a plan came to: what they found, and what they could not look at.

use crate::assessment::finding::Finding;
use crate::assessment::reader::Read;
use crate::codes::Code;
use crate::config::check_levels::CheckLevels;
use azure::error::Error;
use azure::id::ResourceId;
use plugin::prelude::*;
use std::sync::Arc;

/// Something that checks have to look at.
#[derive(Clone, Debug)]
pub struct RequiredRead {
    /// The object.
    pub id: ResourceId,
    /// What of it.
    pub what: &'static str,
    /// The attribute that names it.
    pub path: Path,
    /// The checks that look at it.
    pub codes: Vec<Code>,
}

/// Something that checks could not look at, and why.
#[derive(Clone, Debug)]
struct Unreadable {
    required: RequiredRead,
    error: Arc<Error>,
}

/// What the checks of one plan came to.
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

    /// Notes it where something that checks have to look at cannot be read.
    pub fn note<T>(&mut self, required: impl FnOnce() -> RequiredRead, read: &Read<T>) {
        if let Some(error) = read.hidden() {
            self.push_unreadable(required(), error.clone());
        }
    }

    /// Adds something that cannot be read.
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

    /// What people are told. A check that could not look never stands in the way.
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
        let summary = format!("Not verified: {names}");
        let detail = format!(
            "{} of {} cannot be read, so these checks say nothing: {}\n\nThe plan goes on. A role \
             with read access there, such as Reader, lets them look; `check_overrides` switches \
             them off.",
            self.required.what, self.required.id, self.error
        );
        Some(Diagnostic::warning(summary, detail).at(self.required.path))
    }
}

//! Result of the checks of a plan: findings, and objects that the checks could not read.

use super::input::ConfigValue;
use crate::assessment::finding::Finding;
use crate::assessment::reader::Read;
use crate::codes::Code;
use crate::config::check_levels::CheckLevels;
use azure::error::{Error, ErrorKind};
use azure::id::ResourceId;
use plugin::prelude::*;
use std::sync::Arc;

/// An object that checks could not read.
#[derive(Clone, Debug)]
struct Unreadable {
    /// ID of the object, with the attribute that names it.
    at: ConfigValue<ResourceId>,
    /// Part of the object, as the subject of a sentence.
    what: &'static str,
    /// Checks that read it.
    codes: Vec<Code>,
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

    /// Returns an object that checks read. Adds the object to the report if it cannot be read, with
    /// the part that the checks need, as the subject of a sentence.
    pub fn found<T>(
        &mut self,
        read: Read<T>,
        at: &ConfigValue<ResourceId>,
        what: &'static str,
        codes: &[Code],
    ) -> Option<T> {
        self.note(&read, at, what, codes);
        read.found()
    }

    /// Adds an object that checks read, if it cannot be read.
    pub fn note<T>(
        &mut self,
        read: &Read<T>,
        at: &ConfigValue<ResourceId>,
        what: &'static str,
        codes: &[Code],
    ) {
        if let Some(error) = read.hidden() {
            self.push_unreadable(error.clone(), at, what, codes);
        }
    }

    /// Adds an object that cannot be read.
    pub fn push_unreadable(
        &mut self,
        error: Arc<Error>,
        at: &ConfigValue<ResourceId>,
        what: &'static str,
        codes: &[Code],
    ) {
        let is_same = |it: &&mut Unreadable| {
            it.what == what && it.at.value == at.value && it.at.path == at.path
        };
        if let Some(Unreadable { codes: known, .. }) = self.unreadable.iter_mut().find(is_same) {
            known.extend(codes);
            known.sort_unstable();
            known.dedup();
            return;
        }
        let (at, codes) = (at.clone(), codes.to_vec());
        self.unreadable.push(Unreadable { at, what, codes, error });
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
        let made = self.codes.iter().filter(|code| levels.makes(&[**code]));
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
            self.what, self.at.value, self.error
        );
        Some(Diagnostic::warning(summary, detail).at(self.at.path))
    }
}

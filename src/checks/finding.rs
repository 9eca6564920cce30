//! What checks find, and what they could not look at.

use super::list::{Code, Level};
use super::stance::Stance;
use azure::error::Error;
use azure::id::ResourceId;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::path::Path;
use std::sync::Arc;

/// Something that a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The check.
    pub code: Code,
    /// What is wrong, in a few words.
    pub summary: String,
    /// Why, and what to do.
    pub detail: String,
    /// The attribute that it concerns.
    pub path: Path,
    /// How grave it is at most, where the check is not sure.
    pub at_most: Level,
}

impl Finding {
    /// A finding about the value at that path.
    pub fn new(
        code: Code,
        path: &Path,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        let (summary, detail) = (summary.into(), detail.into());
        Self { code, summary, detail, path: path.clone(), at_most: Level::Enforce }
    }

    /// The same, of which the check is not sure.
    #[must_use]
    pub fn perhaps(self) -> Self {
        Self { at_most: Level::Warn, ..self }
    }
}

/// Something that checks could not look at.
#[derive(Clone, Debug)]
struct Blind {
    id: ResourceId,
    what: &'static str,
    codes: Vec<Code>,
    error: Arc<Error>,
    path: Path,
}

/// What the checks of one plan came to.
#[derive(Clone, Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
    blind: Vec<Blind>,
}

impl Report {
    /// Adds findings.
    pub fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
    }

    /// Adds another report.
    pub fn join(&mut self, other: Self) {
        self.findings.extend(other.findings);
        for Blind { id, what, codes, error, path } in other.blind {
            self.is_blind((&id, what), &codes, &error, &path);
        }
    }

    /// Adds that `what` of an object cannot be read, for which these checks needed it.
    pub fn is_blind(
        &mut self,
        (id, what): (&ResourceId, &'static str),
        codes: &[Code],
        error: &Arc<Error>,
        path: &Path,
    ) {
        let same = |it: &&mut Blind| it.what == what && it.id == *id && it.path == *path;
        if let Some(known) = self.blind.iter_mut().find(same) {
            known.codes.extend(codes);
            known.codes.sort_unstable();
            known.codes.dedup();
            return;
        }
        let (codes, path) = (codes.to_vec(), path.clone());
        self.blind.push(Blind { id: id.clone(), what, codes, error: error.clone(), path });
    }

    /// What people are told. A check that could not look never stands in the way.
    pub fn told(self, stance: &Stance) -> Diagnostics {
        let blind = self.blind.into_iter().filter_map(|blind| blind.told(stance));
        let findings = self.findings.into_iter().filter_map(|finding| stance.judge(finding));
        findings.chain(blind).collect()
    }
}

impl Blind {
    fn told(self, stance: &Stance) -> Option<Diagnostic> {
        let made = self.codes.iter().filter(|code| stance.makes(&[**code]));
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
            self.what, self.id, self.error
        );
        Some(Diagnostic::warning(summary, detail).at(self.path))
    }
}

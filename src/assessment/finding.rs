//! Findings of checks, the guard, a posture and the DNS check.

use super::read::Read;
use crate::codes::{Code, Level};
use crate::config::check_levels::CheckLevels;
use azure::id::ResourceId;
use plugin::prelude::*;
use std::fmt::Display;

/// Subject of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An attribute of the configuration.
    Attribute(Path),
    /// A resource in Azure.
    Resource(ResourceId),
}

/// A problem, or something that the identity cannot read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Code of the finding.
    pub code: Code,
    /// Subject of the finding.
    pub subject: Subject,
    /// Summary, in a few words.
    pub message: String,
    /// Cause and remedy. Empty if the message says everything.
    pub detail: String,
    /// Configuration that fixes the problem, as blocks to copy.
    pub remediation: Vec<String>,
    /// Upper limit of the level: a warning if the finding is uncertain.
    pub at_most: Level,
}

impl Finding {
    /// Returns a finding about the value at this path.
    pub fn at(
        code: Code,
        path: &Path,
        message: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        let subject = Subject::Attribute(path.clone());
        Self { detail: detail.into(), ..Self::about(code, subject, message) }
    }

    /// Returns a finding about a resource.
    pub fn of(code: Code, resource: &ResourceId, message: impl Into<String>) -> Self {
        Self::about(code, Subject::Resource(resource.clone()), message)
    }

    /// Returns a finding about a part of a resource that cannot be read, with the reason.
    pub fn unverified(resource: &ResourceId, what: &str, why: &dyn Display) -> Self {
        Self::of(Code::Unverified, resource, format!("{what} could not be verified: {why}"))
    }

    /// Returns a finding about a part of a resource, unless the part can be read.
    pub fn if_hidden<T>(
        read: &Read<T>,
        resource: &ResourceId,
        what: impl FnOnce() -> String,
    ) -> Option<Self> {
        Some(Self::unverified(resource, &what(), read.hidden()?))
    }

    fn about(code: Code, subject: Subject, message: impl Into<String>) -> Self {
        Self {
            code,
            subject,
            message: message.into(),
            detail: String::new(),
            remediation: Vec::new(),
            at_most: Level::Enforce,
        }
    }

    /// Returns the finding with configuration that fixes it.
    #[must_use]
    pub fn fixed_by(mut self, hcl: impl IntoIterator<Item = String>) -> Self {
        self.remediation.extend(hcl);
        self
    }

    /// Returns the finding as a warning at most, because it is uncertain.
    #[must_use]
    pub fn perhaps(self) -> Self {
        Self { at_most: Level::Warn, ..self }
    }

    /// Returns the default level.
    pub fn level(&self) -> Level {
        self.code.rule().level.min(self.at_most)
    }

    /// Returns the configuration that fixes the problem. Empty if there is none.
    pub fn hcl(&self) -> String {
        self.remediation.join("\n\n")
    }

    /// Returns the resource, unless the finding is about an attribute.
    pub fn resource(&self) -> Option<&ResourceId> {
        match &self.subject {
            Subject::Attribute(_) => None,
            Subject::Resource(id) => Some(id),
        }
    }

    /// Returns the diagnostic, or `None` if the check is off.
    pub fn into_diagnostic(self, levels: &CheckLevels) -> Option<Diagnostic> {
        let severity = match levels.level(self.code).min(self.at_most) {
            Level::Off => return None,
            Level::Warn => Severity::Warning,
            Level::Enforce => Severity::Error,
        };
        let name = self.code.rule().name;
        let detail = format!(
            "{}\n\nThe guide \"Checks\" describes {name}. To change its level, set \
             `check_overrides` in the provider's configuration.",
            self.detail
        );
        let summary = format!("{} ({name})", self.message);
        let path = match self.subject {
            Subject::Attribute(path) => Some(path),
            Subject::Resource(_) => None,
        };
        Some(Diagnostic { severity, path, ..Diagnostic::error(summary, detail) })
    }
}

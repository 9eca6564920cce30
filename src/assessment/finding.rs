//! What checks, the guard, a posture and the name check find.

use crate::codes::{Code, Level};
use crate::config::check_levels::CheckLevels;
use azure::id::ResourceId;
use plugin::prelude::*;
use std::fmt::Display;

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An attribute of the configuration.
    Attribute(Path),
    /// A resource in Azure.
    Resource(ResourceId),
}

/// Something that is wrong, or that may not be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which it is.
    pub code: Code,
    /// What it is about.
    pub subject: Subject,
    /// What is wrong, in a few words.
    pub message: String,
    /// Why, and what to do; empty where the message says all.
    pub detail: String,
    /// Configuration that mends it, as blocks to be pasted.
    pub remediation: Vec<String>,
    /// How grave it is at most, where it is not sure.
    pub at_most: Level,
}

impl Finding {
    /// A finding about the value at that path.
    pub fn at(
        code: Code,
        path: &Path,
        message: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        let subject = Subject::Attribute(path.clone());
        Self { detail: detail.into(), ..Self::about(code, subject, message) }
    }

    /// A finding about a resource.
    pub fn of(code: Code, resource: &ResourceId, message: impl Into<String>) -> Self {
        Self::about(code, Subject::Resource(resource.clone()), message)
    }

    /// That something of a resource may not be seen, and why.
    pub fn unverified(resource: &ResourceId, what: &str, why: &dyn Display) -> Self {
        Self::of(Code::Unverified, resource, format!("{what} could not be verified: {why}"))
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

    /// The same, with configuration that mends it.
    #[must_use]
    pub fn mended_by(mut self, hcl: impl IntoIterator<Item = String>) -> Self {
        self.remediation.extend(hcl);
        self
    }

    /// The same, of which the check is not sure.
    #[must_use]
    pub fn perhaps(self) -> Self {
        Self { at_most: Level::Warn, ..self }
    }

    /// How grave it is, where the configuration does not say.
    pub fn level(&self) -> Level {
        self.code.rule().level.min(self.at_most)
    }

    /// The configuration that mends it; empty where none does.
    pub fn hcl(&self) -> String {
        self.remediation.join("\n\n")
    }

    /// The resource that it is about.
    pub fn resource(&self) -> Option<&ResourceId> {
        match &self.subject {
            Subject::Attribute(_) => None,
            Subject::Resource(id) => Some(id),
        }
    }

    /// What people are told of it; nothing where its check is off.
    pub fn into_diagnostic(self, levels: &CheckLevels) -> Option<Diagnostic> {
        let severity = match levels.level(self.code).min(self.at_most) {
            Level::Off => return None,
            Level::Warn => Severity::Warning,
            Level::Enforce => Severity::Error,
        };
        let name = self.code.rule().name;
        let detail = format!(
            "{}\n\nThis is check {name}: the guide \"Checks\" tells more, and the provider's \
             `check_overrides` sets how strict it is.",
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

//! Diagnostics: errors and warnings, with the attribute that they concern.

use crate::path::Path;
use crate::proto::tfplugin5 as wire;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The operation fails.
    Error,
    /// The operation continues.
    Warning,
}

/// A message to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Severity of the message.
    pub severity: Severity,
    /// The operation that failed and its object, in a few words.
    pub summary: String,
    /// The cause, and what to do.
    pub detail: String,
    /// Attribute that the message concerns.
    pub path: Option<Path>,
    /// If `true`, the message concerns the provider, not one object: only one read or plan of the
    /// process reports it.
    pub once: bool,
    /// Underlying error, for code that inspects it. Users read the other fields.
    pub source: Option<Cause>,
}

/// Underlying error of a message. Two causes with the same text are equal.
#[derive(Clone, Debug)]
pub struct Cause(Arc<dyn Error + Send + Sync>);

impl Cause {
    /// Returns the error.
    pub fn error(&self) -> &(dyn Error + Send + Sync + 'static) {
        self.0.as_ref()
    }
}

impl PartialEq for Cause {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_string() == other.0.to_string()
    }
}

impl Eq for Cause {}

impl Diagnostic {
    /// Creates an error.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            summary: summary.into(),
            detail: detail.into(),
            path: None,
            once: false,
            source: None,
        }
    }

    /// Creates an error whose detail is the text of another error and of its causes.
    pub fn caused(summary: impl Into<String>, by: impl Error + Send + Sync + 'static) -> Self {
        let mut detail = by.to_string();
        let mut next = by.source();
        while let Some(error) = next {
            let text = error.to_string();
            // Many errors already contain the text of their cause.
            if !detail.contains(&text) {
                detail = format!("{detail}: {text}");
            }
            next = error.source();
        }
        Self { source: Some(Cause(Arc::new(by))), ..Self::error(summary, detail) }
    }

    /// Creates a warning.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(summary, detail) }
    }

    /// Sets the path of the value that the message concerns.
    #[must_use]
    pub fn at(mut self, path: Path) -> Self {
        self.path = Some(path);
        self
    }

    pub(crate) fn into_wire(self) -> wire::Diagnostic {
        wire::Diagnostic {
            severity: match self.severity {
                Severity::Error => wire::diagnostic::Severity::Error.into(),
                Severity::Warning => wire::diagnostic::Severity::Warning.into(),
            },
            summary: self.summary,
            detail: self.detail,
            attribute: self.path.map(|path| path.to_wire()),
        }
    }
}

/// Formats summary and detail as Terraform shows them.
impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { summary, detail, .. } = self;
        if detail.is_empty() { out.write_str(summary) } else { write!(out, "{summary}: {detail}") }
    }
}

impl Error for Diagnostic {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|cause| cause.error() as &(dyn Error + 'static))
    }
}

/// Messages of one call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Creates an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a message.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds messages.
    pub fn extend(&mut self, more: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(more);
    }

    /// Returns `true` if a message is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Returns the messages in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    pub(crate) fn into_wire(self) -> Vec<wire::Diagnostic> {
        self.0.into_iter().map(Diagnostic::into_wire).collect()
    }
}

/// Formats each message on its own line.
impl fmt::Display for Diagnostics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(out, "{separator}{diagnostic}")?;
        }
        Ok(())
    }
}

/// The source is the source of the first error that has one.
impl Error for Diagnostics {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let errors = self.0.iter().filter(|it| it.severity == Severity::Error);
        errors.filter_map(Error::source).next()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[derive(Debug, thiserror::Error)]
    #[error("the file cannot be read")]
    struct Unread(#[source] io::Error);

    #[test]
    fn an_error_contains_each_of_its_causes_once() {
        let refused = || Unread(io::Error::other("no such disk"));
        let fault = Diagnostic::caused("Reading failed", refused());
        assert_eq!(fault.to_string(), "Reading failed: the file cannot be read: no such disk");
        let behind = fault.source().unwrap();
        assert!(behind.is::<Unread>());
        assert_eq!(behind.source().unwrap().to_string(), "no such disk");
        assert_eq!(fault, Diagnostic::caused("Reading failed", refused()));
        let told: Diagnostics =
            [Diagnostic::warning("Old", "Soon gone."), fault].into_iter().collect();
        assert!(told.source().unwrap().is::<Unread>());
        assert_eq!(told.to_string().lines().count(), 2);
    }
}

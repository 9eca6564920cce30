//! What people are told: errors and warnings with the place they concern.

use crate::path::Path;
use crate::proto::tfplugin5 as wire;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The operation fails.
    Error,
    /// The operation goes on.
    Warning,
}

/// One message to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// What was being done to what, in a few plain words.
    pub summary: String,
    /// What went wrong in full, and what to do next.
    pub detail: String,
    /// The attribute that it concerns.
    pub path: Option<Path>,
    /// Whether it is about the provider rather than about one object: of all reads and plans of a
    /// process, one tells it.
    pub once: bool,
    /// The error behind it, for code that looks at it; people read the other fields.
    pub source: Option<Cause>,
}

/// The error behind a message. Two are equal when they say the same.
#[derive(Clone, Debug)]
pub struct Cause(Arc<dyn Error + Send + Sync>);

impl Cause {
    /// The error itself.
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
    /// An error.
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

    /// An error whose detail is another error, with those behind it.
    pub fn caused(summary: impl Into<String>, by: impl Error + Send + Sync + 'static) -> Self {
        let mut detail = by.to_string();
        let mut next = by.source();
        while let Some(error) = next {
            let text = error.to_string();
            // Many errors say already what is behind them.
            if !detail.contains(&text) {
                detail = format!("{detail}: {text}");
            }
            next = error.source();
        }
        Self { source: Some(Cause(Arc::new(by))), ..Self::error(summary, detail) }
    }

    /// A warning.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(summary, detail) }
    }

    /// The same message about the value at `path`.
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

/// Summary and detail, as Terraform shows them.
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

/// The messages of one call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// No messages.
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

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The messages, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    pub(crate) fn into_wire(self) -> Vec<wire::Diagnostic> {
        self.0.into_iter().map(Diagnostic::into_wire).collect()
    }
}

/// Each message on a line of its own.
impl fmt::Display for Diagnostics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(out, "{separator}{diagnostic}")?;
        }
        Ok(())
    }
}

/// The source is that of the first error that has one.
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
    fn an_error_keeps_what_is_behind_it_and_tells_all_of_it_once() {
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

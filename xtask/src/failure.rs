//! The one error type of these commands: a text for a person.

use std::fmt;

/// What went wrong: one sentence, then whatever helps to understand it.
#[derive(Debug)]
pub(crate) struct Failure {
    summary: String,
    details: String,
}

/// What every function here returns that can go wrong.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// A failure told in one sentence.
    pub(crate) fn new(summary: impl Into<String>) -> Self {
        Self {
            summary: summary.into(),
            details: String::new(),
        }
    }

    /// Adds a titled block of text below what is there, such as a log. Leaves out an empty one.
    pub(crate) fn with(mut self, title: &str, text: &str) -> Self {
        if !text.trim().is_empty() {
            self.details
                .push_str(&format!("\n\n--- {title} ---\n{}", text.trim_end()));
        }
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}{}", self.summary, self.details)
    }
}

/// Says what was being done when something failed.
pub(crate) trait Context<T> {
    /// Turns the error into a failure that opens with `doing`.
    fn context(self, doing: impl fmt::Display) -> Result<T>;
}

impl<T, E: fmt::Display> Context<T> for std::result::Result<T, E> {
    fn context(self, doing: impl fmt::Display) -> Result<T> {
        self.map_err(|error| Failure::new(format!("{doing}: {error}")))
    }
}

impl<T> Context<T> for Option<T> {
    fn context(self, doing: impl fmt::Display) -> Result<T> {
        self.ok_or_else(|| Failure::new(doing.to_string()))
    }
}

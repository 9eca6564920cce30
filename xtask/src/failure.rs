//! The one error type of these commands: a text for a person.

use std::fmt;

/// What went wrong: whatever helps to understand it, and last, where it is read first, the sentence
/// that sums it up.
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
        Self { summary: summary.into(), details: String::new() }
    }

    /// Adds a titled block of text above what is there, such as a log. Leaves out an empty one.
    pub(crate) fn with(mut self, title: &str, text: &str) -> Self {
        if !text.trim().is_empty() {
            let block = format!(
                "--- {title} ---
{}

",
                text.trim_end()
            );
            self.details.insert_str(0, &block);
        }
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}error: {}", self.details, self.summary)
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

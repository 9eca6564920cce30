//! The error type of these commands, which is a text for the terminal.

use std::fmt;

/// A failure: blocks of details, followed by the sentence that sums it up, so that the sentence is
/// the last line on the screen.
#[derive(Debug)]
pub(crate) struct Failure {
    summary: String,
    details: String,
}

/// Result of the functions of this crate.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// Creates a failure from one sentence.
    pub(crate) fn new(summary: impl Into<String>) -> Self {
        Self { summary: summary.into(), details: String::new() }
    }

    /// Adds a titled block of text, such as a log, before the other details. Skips an empty text.
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

/// Adds what was being done to an error.
pub(crate) trait Context<T> {
    /// Turns the error into a failure that begins with `doing`.
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

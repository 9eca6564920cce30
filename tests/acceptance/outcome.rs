//! Outcome of a Terraform command, and the expectations of a test.

use crate::process::Finished;

/// Outcome of a command. An expectation that does not hold fails the test.
#[derive(Debug)]
pub struct Outcome {
    finished: Finished,
}

impl Outcome {
    pub fn new(finished: Finished) -> Self {
        let outcome = Self { finished };
        if outcome.finished.too_slow {
            outcome.fail("should be done in time; it was killed");
        }
        outcome
    }

    /// Asserts that the command succeeds. A plan may have changes.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        let with_changes = self.finished.command.contains("-detailed-exitcode");
        match self.finished.code {
            Some(0) => self,
            Some(2) if with_changes => self,
            _ => self.fail("should succeed"),
        }
    }

    /// Asserts that the command finds no changes: configuration, state, and Azure agree.
    #[track_caller]
    pub fn is_quiet(self) -> Self {
        if self.finished.code == Some(0) && self.said("No changes.") {
            return self;
        }
        self.fail("should find nothing to do")
    }

    /// Asserts that the command fails and prints this text. Line breaks do not matter.
    #[track_caller]
    pub fn fails_with(self, text: &str) -> Self {
        if self.finished.code != Some(1) {
            self.fail(&format!("should fail with: {text}"));
        }
        self.says(text)
    }

    /// Asserts that the command succeeds, warns, and prints this text.
    #[track_caller]
    pub fn warns(self, text: &str) -> Self {
        self.succeeds().says("Warning:").says(text)
    }

    /// Asserts that the command succeeds with a warning of the provider. Terraform itself always
    /// warns of the development overrides.
    #[track_caller]
    pub fn warns_somehow(self) -> Self {
        let this = self.succeeds();
        let lines = this.finished.output.lines().filter(|line| line.contains("Warning:"));
        let own = lines.filter(|line| !line.contains("Provider development overrides")).count();
        if own > 0 { this } else { this.fail("should warn") }
    }

    /// Asserts that the command prints this text. Line breaks do not matter.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        if self.said(text) { self } else { self.fail(&format!("should say: {text}")) }
    }

    /// Asserts that the command does not print this text.
    #[track_caller]
    pub fn keeps_quiet_about(self, text: &str) -> Self {
        if self.said(text) { self.fail(&format!("should not say: {text}")) } else { self }
    }

    #[track_caller]
    pub fn creates(self, count: usize) -> Self {
        self.counts("creates", count, &["will be created"])
    }

    #[track_caller]
    pub fn updates(self, count: usize) -> Self {
        self.counts("updates", count, &["will be updated in-place"])
    }

    #[track_caller]
    pub fn replaces(self, count: usize) -> Self {
        self.counts("replaces", count, &["must be replaced", "will be replaced, as requested"])
    }

    #[track_caller]
    pub fn destroys(self, count: usize) -> Self {
        self.counts("destroys", count, &["will be destroyed"])
    }

    #[track_caller]
    pub fn imports(self, count: usize) -> Self {
        let text = format!("{count} to import");
        self.succeeds().says(&text)
    }

    /// Returns everything that the command printed.
    pub fn output(&self) -> &str {
        &self.finished.output
    }

    /// Returns the time from start to end.
    pub fn time(&self) -> std::time::Duration {
        self.finished.time
    }

    #[track_caller]
    fn fail(&self, expectation: &str) -> ! {
        panic!("`{}` {expectation}", self.finished.command)
    }

    #[track_caller]
    fn counts(self, doing: &str, count: usize, endings: &[&str]) -> Self {
        let this = self.succeeds();
        let announced = |line: &&str| {
            line.trim_start().starts_with("# ") && endings.iter().any(|end| line.contains(end))
        };
        let found = this.finished.output.lines().filter(announced).count();
        if found == count { this } else { this.fail(&format!("{doing} {found}, not {count}")) }
    }

    /// Returns `true` if the command printed this text. Line breaks do not matter.
    pub fn said(&self, text: &str) -> bool {
        words(&self.finished.output).contains(&words(text))
    }
}

/// Returns the text without the frame and the line breaks that Terraform adds.
fn words(text: &str) -> String {
    let unframed = text.replace(['│', '╷', '╵'], " ");
    unframed.split_whitespace().collect::<Vec<_>>().join(" ")
}

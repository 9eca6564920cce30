//! The results of a guard, line by line, and its verdict.

use crate::assessment::finding::{Finding, Subject};
use crate::codes::Code;
use crate::engine::prelude::*;
use crate::explain::pasted;

/// The result for one condition.
#[derive(Clone, Debug)]
pub(super) enum Line {
    /// The condition is met.
    Met(String),
    /// The condition is not met.
    Unmet {
        /// The problem and its fix.
        finding: Finding,
        /// `true` if only another configuration can meet the condition.
        certain: bool,
    },
    /// The condition cannot be read.
    Unverified(Finding),
}

impl Line {
    /// Returns the result for an unmet condition, with the attribute of the guard that requires it.
    pub(super) fn unmet(code: Code, asked_by: &str, text: String) -> Self {
        let path = guard().index(0).attribute(asked_by);
        Self::Unmet { finding: Finding::at(code, &path, text, ""), certain: false }
    }

    /// Returns the result for a condition that cannot be read, with the reason.
    pub(super) fn unverified(text: String) -> Self {
        Self::Unverified(Finding::at(Code::Unverified, &guard(), text, ""))
    }

    /// Returns the result marked as one that only another configuration can change.
    pub(super) fn for_certain(self) -> Self {
        match self {
            Self::Unmet { finding, .. } => Self::Unmet { finding, certain: true },
            other => other,
        }
    }

    /// Returns the result with configuration that fixes the problem.
    pub(super) fn fixed_by(self, hcl: impl IntoIterator<Item = String>) -> Self {
        match self {
            Self::Unmet { finding, certain } => {
                Self::Unmet { finding: finding.fixed_by(hcl), certain }
            }
            other => other,
        }
    }

    fn mark(&self) -> &'static str {
        match self {
            Self::Met(_) => "✔",
            Self::Unmet { .. } => "✘",
            Self::Unverified(_) => "? not verified:",
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Met(text) => text,
            Self::Unmet { finding, .. } | Self::Unverified(finding) => &finding.message,
        }
    }
}

fn guard() -> Path {
    Path::of("guard")
}

/// The results for all conditions.
#[derive(Clone, Debug, Default)]
pub(super) struct Checklist {
    lines: Vec<Line>,
    /// `true` while Azure has not written something that is missing.
    pub(super) pending: bool,
}

impl Checklist {
    /// Adds a result unless it exists.
    pub(super) fn push(&mut self, line: Line) {
        let same = |known: &Line| known.text() == line.text() && known.mark() == line.mark();
        if !self.lines.iter().any(same) {
            self.lines.push(line);
        }
    }

    /// Returns `true` if a condition cannot be read.
    pub(super) fn has_unverified(&self) -> bool {
        self.lines.iter().any(|line| matches!(line, Line::Unverified(_)))
    }

    fn text(&self) -> String {
        self.lines.iter().map(|line| format!("  {} {}\n", line.mark(), line.text())).collect()
    }

    /// Returns the unmet conditions.
    fn unmet(&self) -> impl Iterator<Item = &Finding> {
        self.lines.iter().filter_map(|line| match line {
            Line::Unmet { finding, .. } => Some(finding),
            Line::Met(_) | Line::Unverified(_) => None,
        })
    }

    fn remediation(&self) -> String {
        let mut blocks: Vec<&str> = Vec::new();
        for hcl in self.unmet().flat_map(|finding| &finding.remediation) {
            if !blocks.contains(&hcl.as_str()) {
                blocks.push(hcl);
            }
        }
        match blocks.is_empty() {
            true => String::new(),
            false => format!("\nTo fix it:\n\n{}\n", pasted(&blocks.join("\n\n"))),
        }
    }

    /// Returns the verdict about disabling the public access of a resource.
    pub(super) fn verdict(self, target: &ResourceId, only_warns: bool) -> Verdict {
        let certain = self.lines.iter().any(|it| matches!(it, Line::Unmet { certain: true, .. }));
        let (name, text) = (target.name(), self.text());
        let Some(first) = self.unmet().next() else {
            let unverified = self.has_unverified();
            let summary = format!("The guard of {name:?} could not verify every condition");
            let detail = format!(
                "The guard assumes that a condition is met if this identity cannot read it:\n\n\
                 {text}"
            );
            let warning = Diagnostic::warning(summary, detail).at(guard());
            return Verdict {
                warnings: unverified.then_some(warning).into_iter().collect(),
                ..Verdict::default()
            };
        };
        let summary =
            format!("Disabling the public network access of {name:?} would lock out all clients");
        let detail = format!(
            "Private access to the resource is not complete:\n\n{text}{}\nMake this resource \
             depend on the configuration that fixes it. To disable the access anyway, set `guard \
             {{ mode = \"off\" }}`.",
            self.remediation()
        );
        let path = match &first.subject {
            Subject::Attribute(path) => path.clone(),
            Subject::Resource(_) => guard(),
        };
        let fault = Diagnostic::error(summary, detail).at(path);
        if only_warns {
            let warning = Diagnostic { severity: Severity::Warning, ..fault };
            return Verdict {
                warnings: vec![warning],
                pending: self.pending,
                ..Verdict::default()
            };
        }
        Verdict { refusal: Some(fault), pending: self.pending, certain, ..Verdict::default() }
    }
}

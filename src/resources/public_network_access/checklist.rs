//! What a guard has found, line by line, and what it says of it.

use crate::assessment::finding::{Finding, Subject};
use crate::codes::Code;
use crate::engine::partial::Verdict;
use crate::explain::pasted;
use azure::id::ResourceId;
use plugin::prelude::*;

/// One thing that must be true.
#[derive(Clone, Debug)]
pub(super) enum Line {
    /// It is.
    Met(String),
    /// It is not.
    Unmet {
        /// What is not, and what mends it.
        finding: Finding,
        /// Whether nothing but another configuration can change it.
        certain: bool,
    },
    /// It may not be seen.
    Unverified(Finding),
}

impl Line {
    /// What is not so, and the attribute of the guard that asks for it.
    pub(super) fn unmet(code: Code, asked_by: &str, text: String) -> Self {
        let path = guard().index(0).attribute(asked_by);
        Self::Unmet { finding: Finding::at(code, &path, text, ""), certain: false }
    }

    /// What may not be seen, and why.
    pub(super) fn unverified(text: String) -> Self {
        Self::Unverified(Finding::at(Code::Unverified, &guard(), text, ""))
    }

    /// The same of what nothing but another configuration can change.
    pub(super) fn for_certain(self) -> Self {
        match self {
            Self::Unmet { finding, .. } => Self::Unmet { finding, certain: true },
            other => other,
        }
    }

    /// The same with configuration that mends it.
    pub(super) fn mended_by(self, hcl: impl IntoIterator<Item = String>) -> Self {
        match self {
            Self::Unmet { finding, certain } => {
                Self::Unmet { finding: finding.mended_by(hcl), certain }
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

/// All that must be true.
#[derive(Clone, Debug, Default)]
pub(super) struct Checklist {
    lines: Vec<Line>,
    /// Whether Azure has yet to write something that is missing.
    pub(super) pending: bool,
}

impl Checklist {
    /// Adds a line, unless it is there.
    pub(super) fn push(&mut self, line: Line) {
        let same = |known: &Line| known.text() == line.text() && known.mark() == line.mark();
        if !self.lines.iter().any(same) {
            self.lines.push(line);
        }
    }

    /// Whether something may not be seen.
    pub(super) fn has_unverified(&self) -> bool {
        self.lines.iter().any(|line| matches!(line, Line::Unverified(_)))
    }

    fn text(&self) -> String {
        self.lines.iter().map(|line| format!("  {} {}\n", line.mark(), line.text())).collect()
    }

    /// What is not so.
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
            false => format!("\nTo mend it:\n\n{}\n", pasted(&blocks.join("\n\n"))),
        }
    }

    /// What is said of disabling the public access of a resource.
    pub(super) fn verdict(self, target: &ResourceId, only_warns: bool) -> Verdict {
        let certain = self.lines.iter().any(|it| matches!(it, Line::Unmet { certain: true, .. }));
        let (name, text) = (target.name(), self.text());
        let Some(first) = self.unmet().next() else {
            let unverified = self.has_unverified();
            let summary = format!("The guard of {name:?} could not verify all");
            let detail = format!("What this identity may not see is taken as given:\n\n{text}");
            let warning = Diagnostic::warning(summary, detail).at(guard());
            return Verdict {
                warnings: unverified.then_some(warning).into_iter().collect(),
                ..Verdict::default()
            };
        };
        let summary =
            format!("Disabling the public network access of {name:?} would lock everyone out");
        let detail = format!(
            "Not everything is in place for those who come in privately:\n\n{text}{}\nLet this \
             resource depend on what mends it. If you mean to cut it off, set `guard {{ mode = \
             \"off\" }}`.",
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

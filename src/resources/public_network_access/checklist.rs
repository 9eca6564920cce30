//! What a guard has found, line by line, and what it says of it.

use crate::partial::Verdict;
use azure::id::ResourceId;
use plugin::diagnostic::{Diagnostic, Severity};
use plugin::path::Path;

/// Whether what a line says is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Yes,
    No,
    /// It may not be seen.
    Unknown,
}

/// One thing that must be true.
#[derive(Clone, Debug)]
pub(super) struct Line {
    holds: Holds,
    text: String,
    mending: Vec<String>,
    /// The attribute of the guard that asks for it.
    asked_by: &'static str,
    /// Whether nothing but another configuration can change it.
    certain: bool,
}

impl Line {
    fn new(holds: Holds, text: String, asked_by: &'static str) -> Self {
        Self { holds, text, mending: Vec::new(), asked_by, certain: false }
    }

    /// What is so.
    pub(super) fn yes(text: String) -> Self {
        Self::new(Holds::Yes, text, "")
    }

    /// What is not so, and the attribute that asks for it.
    pub(super) fn no(text: String, asked_by: &'static str) -> Self {
        Self::new(Holds::No, text, asked_by)
    }

    /// What may not be seen, and why.
    pub(super) fn unknown(text: String) -> Self {
        Self::new(Holds::Unknown, text, "")
    }

    /// The same of what nothing but another configuration can change.
    pub(super) fn for_certain(self) -> Self {
        Self { certain: true, ..self }
    }

    /// The same with configuration that mends it.
    pub(super) fn mended(mut self, hcl: String) -> Self {
        self.mending.push(hcl);
        self
    }
}

/// All that must be true.
#[derive(Clone, Debug, Default)]
pub(super) struct Checklist {
    lines: Vec<Line>,
    /// Whether Azure has yet to write something that is missing.
    pub(super) pending: bool,
}

impl Checklist {
    pub(super) fn push(&mut self, line: Line) {
        let known = |known: &Line| known.text == line.text && known.holds == line.holds;
        if !self.lines.iter().any(known) {
            self.lines.push(line);
        }
    }

    /// Whether something may not be seen.
    pub(super) fn has_unknown(&self) -> bool {
        self.lines.iter().any(|line| line.holds == Holds::Unknown)
    }

    fn text(&self) -> String {
        let mark = |holds| match holds {
            Holds::Yes => "✔",
            Holds::No => "✘",
            Holds::Unknown => "? not verified:",
        };
        let lines = self.lines.iter().map(|line| format!("  {} {}\n", mark(line.holds), line.text));
        lines.collect()
    }

    fn mending(&self) -> String {
        let mut blocks: Vec<&str> = Vec::new();
        for hcl in self.lines.iter().flat_map(|line| &line.mending) {
            if !blocks.contains(&hcl.as_str()) {
                blocks.push(hcl);
            }
        }
        match blocks.is_empty() {
            true => String::new(),
            false => format!("\nTo mend it:\n\n{}\n", blocks.join("\n\n")),
        }
    }

    /// What is said of disabling the public access of a resource.
    pub(super) fn verdict(self, target: &ResourceId, only_warns: bool) -> Verdict {
        let broken = || self.lines.iter().filter(|line| line.holds == Holds::No);
        let certain = broken().any(|line| line.certain);
        let (name, text) = (target.name(), self.text());
        let path = |asked_by: &str| match asked_by {
            "" => Path::of("guard"),
            attribute => Path::of("guard").index(0).attribute(attribute),
        };
        let Some(first) = broken().next() else {
            let unknown = self.has_unknown();
            let summary = format!("The guard of {name:?} could not verify all");
            let detail = format!("What this identity may not see is taken as given:\n\n{text}");
            let warning = Diagnostic::warning(summary, detail).at(path(""));
            return Verdict {
                warnings: unknown.then_some(warning).into_iter().collect(),
                ..Verdict::default()
            };
        };
        let summary =
            format!("Disabling the public network access of {name:?} would lock everyone out");
        let detail = format!(
            "Not everything is in place for those who come in privately:\n\n{text}{}\nLet this \
             resource depend on what mends it. If you mean to cut it off, set `guard {{ mode = \
             \"off\" }}`.",
            self.mending()
        );
        let fault = Diagnostic::error(summary, detail).at(path(first.asked_by));
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

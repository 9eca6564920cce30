//! The one bridge from ARM's errors to Terraform's diagnostics: what was being done to what, then
//! Azure's own words whole, then what to do, then the IDs that Azure's support asks for.

mod foundry;
mod next;

pub use next::{SECOND_GROUP, assign_command, codes, register_command, role_command};

use azure::error::{Error, ErrorKind};
use azure::id::ResourceId;
use plugin::prelude::*;
use std::fmt::Display;

/// Tells an error to people. `doing` is such as `Creating private endpoint "pe-hub"`.
pub fn explain(doing: &str, error: &Error) -> Diagnostic {
    let mut detail = error.to_string();
    if let Some(next) = next::step(error) {
        detail.push_str("\n\n");
        detail.push_str(&next);
    }
    let ids = [("Request ID", error.request_id()), ("Correlation ID", error.correlation_id())];
    let ids: Vec<String> =
        ids.into_iter().filter_map(|(name, id)| id.map(|id| format!("{name}: {id}"))).collect();
    if !ids.is_empty() {
        detail.push_str("\n\n");
        detail.push_str(&ids.join("\n"));
    }
    let summary = format!("{doing}: {}", outcome(error.kind()));
    Diagnostic::error(summary, detail)
}

fn outcome(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "something that it needs does not exist",
        ErrorKind::AlreadyExists => "it exists already",
        ErrorKind::SignIn => "signing in to Azure failed",
        ErrorKind::Denied => "Azure denied it",
        ErrorKind::Throttled => "Azure had too many requests",
        ErrorKind::Invalid => "Azure refused it",
        ErrorKind::Conflict => "something else is in the way",
        ErrorKind::Timeout => "it took too long",
        ErrorKind::Cancelled => "it was interrupted",
        ErrorKind::Transport => "Azure could not be reached",
        ErrorKind::Protocol => "Azure's answer makes no sense",
        ErrorKind::Decode => "Azure's answer is not understood",
    }
}

/// Azure's answer is not of the form that this API version has.
pub fn unreadable(label: &str, fault: &dyn Display) -> Diagnostic {
    Diagnostic::error(
        format!("Azure's answer about a {label} is not understood"),
        format!("{fault}. Please report this as a bug, with the log of TF_LOG_PROVIDER=TRACE."),
    )
}

/// What people call a kind of object.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// The resource's full type name in Terraform.
    pub resource: &'static str,
    /// A name such as `private endpoint`.
    pub label: &'static str,
}

/// The block that imports an object.
pub fn import_block(name: &str, id: &str) -> String {
    pasted(&format!("import {{\n  to = {name}.NAME\n  id = {id:?}\n}}"))
}

/// Configuration in a message, fit to be pasted: Terraform wraps no line that begins with a blank
/// (`format.DiagnosticPlain` in its `internal/command/format`).
pub fn pasted(hcl: &str) -> String {
    let indented = |line: &str| if line.is_empty() { String::new() } else { format!("  {line}") };
    hcl.split('\n').map(indented).collect::<Vec<_>>().join("\n")
}

/// A create found the object there.
pub(crate) fn already_exists(what: Described, id: &ResourceId) -> Diagnostic {
    let whose = "It was not made by this configuration";
    exists(what, id, &format!("{whose}, so it is left as it is. {}", to_import(what, id)))
}

/// A create found what an earlier run had begun, and it is not as it should be now.
pub(crate) fn begun_otherwise(what: Described, id: &ResourceId) -> Diagnostic {
    let whose = "It is not as this configuration asks for now";
    let import = to_import(what, id);
    exists(what, id, &format!("{BEGUN}. {whose}, so it is left as it is. {import}"))
}

/// A create was refused because of what an earlier run had begun, and that was not seen before.
pub(crate) fn just_arrived(what: Described, id: &ResourceId) -> Diagnostic {
    let next = "Apply again: if it is as this configuration asks for, it is taken up.";
    exists(what, id, &format!("{BEGUN}; Azure has shown it only just now. {next}"))
}

/// A create was accepted, and whether it made anything could not be seen.
pub(crate) fn not_known(what: Described, fault: Diagnostic) -> Diagnostic {
    let next = format!(
        "Whether Azure makes the {} is not known yet, so it is not on record. Apply again: if it \
         is there then, and was made for this configuration, it is taken up.",
        what.label
    );
    Diagnostic { detail: format!("{}\n\n{next}", fault.detail), ..fault }
}

/// Azure was still making something when it was last seen.
pub(crate) fn unfinished(fault: Diagnostic) -> Diagnostic {
    let next = "Azure goes on with it, so it is on record as it is by now. The next plan shows \
                what has become of it. Raise `timeouts` in the configuration to wait longer.";
    let detail = format!("{}\n\n{next}", fault.detail);
    Diagnostic { severity: Severity::Warning, detail, ..fault }
}

/// What was made cannot be read.
pub(crate) fn unread(fault: Diagnostic) -> Diagnostic {
    let next = "Azure has made it, so it is on record. What Azure says of it is read by the next \
                plan or apply.";
    let detail = format!("{}\n\n{next}", fault.detail);
    Diagnostic { severity: Severity::Warning, detail, ..fault }
}

const BEGUN: &str =
    "An earlier run began to make it and was ended before it could put it on record";

fn exists(what: Described, id: &ResourceId, detail: &str) -> Diagnostic {
    Diagnostic::error(format!("The {} {:?} exists already", what.label, id.name()), detail)
}

fn to_import(what: Described, id: &ResourceId) -> String {
    let block = import_block(what.resource, id.as_str());
    format!("To manage it here, import it, with the resource's name for NAME:\n\n{block}")
}

/// A create found what an earlier run had begun, and it is as it should be.
pub(crate) fn taken_up(what: Described, id: &ResourceId) -> Diagnostic {
    let summary = format!("The {} {:?} was made by an earlier run", what.label, id.name());
    let detail = "That run was ended before it could put it on record. It is as this configuration \
                  asks for, so it is on record now.";
    Diagnostic::warning(summary, detail)
}

/// An update found the object gone.
pub(crate) fn vanished(what: Described, id: &ResourceId) -> Diagnostic {
    let summary = format!("The {} {:?} is no more", what.label, id.name());
    Diagnostic::error(
        summary,
        "It was deleted since the plan was made. Plan again to make it anew.",
    )
}

/// There is no object that could have the part of which this attribute names the object.
pub(crate) fn absent(id: &ResourceId, named_by: &str) -> Diagnostic {
    Diagnostic::error(
        format!("{} does not exist", named(id)),
        format!("Azure has no resource {id}. Check the ID, or create the resource first."),
    )
    .at(Path::of(named_by))
}

/// Words as they begin a sentence.
pub(crate) fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How people are told which object is meant: by its name, and that of the object that it is in.
/// Terraform adds no address to what goes wrong in a destroy.
pub(crate) fn named(id: &ResourceId) -> String {
    match id.parent().filter(|parent| parent.provider().is_some()) {
        Some(parent) => format!("{:?} of {:?}", id.name(), parent.name()),
        None => format!("{:?}", id.name()),
    }
}

//! Turns ARM's errors into Terraform's diagnostics. The summary names the operation and the object.
//! The detail has Azure's message in full, then the next step, then the IDs that Azure's support
//! asks for.

mod foundry;
mod next;

pub use next::{SECOND_GROUP, assign_command, codes, register_command, role_command};

use azure::error::{Error, ErrorKind};
use azure::id::ResourceId;
use plugin::prelude::*;
use std::fmt::Display;

/// Returns the diagnostic of an error. `doing` names the operation, such as `Creating private
/// endpoint "pe-hub"`.
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
        ErrorKind::NotFound => "a required resource does not exist",
        ErrorKind::AlreadyExists => "it already exists",
        ErrorKind::SignIn => "signing in to Azure failed",
        ErrorKind::Denied => "Azure denied the request",
        ErrorKind::Throttled => "Azure throttled the request",
        ErrorKind::Invalid => "Azure rejected the request",
        ErrorKind::Conflict => "the request conflicts with another resource or operation",
        ErrorKind::Timeout => "the operation timed out",
        ErrorKind::Cancelled => "the operation was interrupted",
        ErrorKind::Transport => "Azure could not be reached",
        ErrorKind::Protocol => "Azure returned an invalid response",
        ErrorKind::Decode => "Azure returned an unexpected response",
    }
}

/// Returns the error about a response that does not have the form of its API version.
pub fn unreadable(label: &str, fault: &dyn Display) -> Diagnostic {
    Diagnostic::error(
        format!("Azure returned an unexpected response for {}", with_article(label)),
        format!("{fault}. Report this as a bug, with the log of TF_LOG_PROVIDER=TRACE."),
    )
}

/// Names of a kind of object.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// Full resource type in Terraform, such as `azureai_private_endpoint`.
    pub resource: &'static str,
    /// Name in messages, such as `private endpoint`.
    pub label: &'static str,
}

/// Returns the `import` block of an object, indented for a diagnostic.
pub fn import_block(name: &str, id: &str) -> String {
    pasted(&format!("import {{\n  to = {name}.NAME\n  id = {id:?}\n}}"))
}

/// Indents configuration or commands in a diagnostic, so that they stay valid when copied:
/// Terraform wraps no line that begins with a blank (`format.DiagnosticPlain` in its
/// `internal/command/format`).
pub fn pasted(hcl: &str) -> String {
    let indented = |line: &str| if line.is_empty() { String::new() } else { format!("  {line}") };
    hcl.split('\n').map(indented).collect::<Vec<_>>().join("\n")
}

/// Returns the error of a create whose object already exists.
pub(crate) fn already_exists(what: Described, id: &ResourceId) -> Diagnostic {
    let whose = "This configuration did not create the object";
    exists(what, id, &format!("{whose}, so Terraform leaves it unchanged. {}", to_import(what, id)))
}

/// Returns the error of a create whose object an earlier run began, and which now differs from the
/// configuration.
pub(crate) fn begun_otherwise(what: Described, id: &ResourceId) -> Diagnostic {
    let whose = "The object differs from this configuration";
    let import = to_import(what, id);
    exists(what, id, &format!("{BEGUN}. {whose}, so Terraform leaves it unchanged. {import}"))
}

/// Returns the error of a create that Azure rejected because of an object that an earlier run began
/// and that Azure did not show before.
pub(crate) fn just_arrived(what: Described, id: &ResourceId) -> Diagnostic {
    let next = "Apply again: if it matches this configuration, Terraform adds it to the state.";
    exists(what, id, &format!("{BEGUN}, and Azure did not show it at first. {next}"))
}

/// Adds the next step to the error of a create that Azure accepted and whose result is unknown.
pub(crate) fn not_known(what: Described, fault: Diagnostic) -> Diagnostic {
    let next = format!(
        "Azure accepted the request, but it is unknown whether the {0} exists, so it is not in the \
         state. Apply again: if the {0} exists then and was created for this configuration, \
         Terraform adds it to the state.",
        what.label
    );
    Diagnostic { detail: format!("{}\n\n{next}", fault.detail), ..fault }
}

/// Returns a warning about an object that Azure was still creating at the last read.
pub(crate) fn unfinished(fault: Diagnostic) -> Diagnostic {
    let next = "Azure continues the operation, so the object is in the state as it is now. Run \
                terraform plan again to see the result.";
    let detail = format!("{}\n\n{next}", fault.detail);
    Diagnostic { severity: Severity::Warning, detail, ..fault }
}

/// Returns a warning about an object that was created and cannot be read.
pub(crate) fn unread(fault: Diagnostic) -> Diagnostic {
    let next = "Azure created the object, so it is in the state. The next plan or apply reads its \
                attributes.";
    let detail = format!("{}\n\n{next}", fault.detail);
    Diagnostic { severity: Severity::Warning, detail, ..fault }
}

const BEGUN: &str =
    "An earlier run began to create the object, but ended before it could write it to the state";

fn exists(what: Described, id: &ResourceId, detail: &str) -> Diagnostic {
    Diagnostic::error(format!("The {} {:?} already exists", what.label, id.name()), detail)
}

fn to_import(what: Described, id: &ResourceId) -> String {
    let block = import_block(what.resource, id.as_str());
    format!(
        "To manage it with this configuration, import it, and replace NAME with the resource's \
         name:\n\n{block}"
    )
}

/// Returns a warning about an object that an earlier run began and that matches the configuration.
pub(crate) fn taken_up(what: Described, id: &ResourceId) -> Diagnostic {
    let summary = format!("The {} {:?} was created by an earlier run", what.label, id.name());
    let detail = "The earlier run ended before it could write the object to the state. The object \
                  matches this configuration, so it is in the state now.";
    Diagnostic::warning(summary, detail)
}

/// Returns the error of an update whose object no longer exists.
pub(crate) fn vanished(what: Described, id: &ResourceId) -> Diagnostic {
    let summary = format!("The {} {:?} no longer exists", what.label, id.name());
    Diagnostic::error(
        summary,
        "The object was deleted after the plan was created. Run terraform plan again to recreate \
         it.",
    )
}

/// Returns the error about an object that does not exist, at the attribute that names it.
pub(crate) fn absent(id: &ResourceId, named_by: &str) -> Diagnostic {
    Diagnostic::error(
        format!("{} does not exist", named(id)),
        format!("Azure has no resource {id}. Check the ID, or create the resource first."),
    )
    .at(Path::of(named_by))
}

/// Returns the words after `a`, or after `an` before a vowel.
pub(crate) fn with_article(words: &str) -> String {
    let article = if words.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {words}")
}

/// Returns the text with its first letter in upper case.
pub(crate) fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns the quoted name of an object and of its parent. Terraform adds no address to errors of a
/// destroy.
pub(crate) fn named(id: &ResourceId) -> String {
    match id.parent().filter(|parent| parent.provider().is_some()) {
        Some(parent) => format!("{:?} of {:?}", id.name(), parent.name()),
        None => format!("{:?}", id.name()),
    }
}

//! Children that a resource manages inline: writes and removes them.
//!
//! A child that the configuration does not name is read but never changed. A child is removed with
//! its block only if a block of this resource wrote the child.

use crate::engine::call::Call;
use crate::explain::{explain, named, unfinished};
use azure::error::Error;
use azure::id::ResourceId;
use azure::merge;
use azure::operation::has_failed;
use azure::write::{Change, CreateError, Creation, Ownership, PreviousRun, WriteMethod};
use plugin::prelude::*;
use serde_json::{Value as Json, json};

/// Child object that a resource manages inline.
#[derive(Clone, Debug)]
pub struct InlineChild {
    /// ID of the child.
    pub id: ResourceId,
    /// API version of the requests.
    pub api: &'static str,
    /// Name of the child in messages.
    pub label: &'static str,
    /// Body to write over the child.
    pub body: Json,
    /// If `true`, a failed write is a warning, and the next plan tries again.
    pub may_fail: bool,
    /// If `true`, writes the child even if Azure already has these values.
    pub rewrite: bool,
    /// If `true`, removes the child even if no block of this resource created it: the configuration
    /// says so.
    pub whoever_made_it: bool,
    /// Path of the child's block in the configuration.
    pub path: Path,
}

/// Inline children of a resource.
#[derive(Clone, Debug, Default)]
pub struct InlineChildren {
    /// Children to write.
    pub write: Vec<InlineChild>,
    /// Children that the configuration no longer contains.
    pub remove: Vec<InlineChild>,
}

impl InlineChildren {
    /// Divides the children into those to write and those of `had` that are missing from `write`.
    pub fn new(write: Vec<InlineChild>, had: Vec<InlineChild>) -> Self {
        let gone = |child: &InlineChild| write.iter().all(|it| it.id != child.id);
        let remove = had.into_iter().filter(gone).collect();
        Self { write, remove }
    }
}

/// Key in the private data of the IDs of children that blocks of this resource have written.
const WRITTEN: &str = "parts";

/// Returns the warning about a child that stays in Azure.
fn left_alone(child: &InlineChild) -> Diagnostic {
    let summary = format!("The {} {} stays in Azure", child.label, named(&child.id));
    let detail = format!(
        "The configuration no longer contains the {}, and no block of this resource created it, \
         so another configuration may manage it. If nothing uses it, delete {}.",
        child.label, child.id
    );
    Diagnostic::warning(summary, detail).at(child.path.clone())
}

/// Returns the removed children that blocks of this resource created, and warns about the others,
/// which stay in Azure.
pub(crate) fn ours(gone: Vec<InlineChild>, context: &Context) -> Vec<InlineChild> {
    let written = context.private(WRITTEN).unwrap_or_default();
    let is_ours = |child: &InlineChild| {
        let own = child.id.as_str().to_lowercase();
        let mut ids = written.as_array().into_iter().flatten();
        child.whoever_made_it || ids.any(|id| *id == own)
    };
    let (ours, theirs): (Vec<_>, Vec<_>) = gone.into_iter().partition(is_ours);
    theirs.iter().for_each(|child| context.warn(left_alone(child)));
    ours
}

/// Records in the private data that a block of this resource has written or removed a child.
fn remember(child: &InlineChild, written: bool, context: &Context) {
    let own = child.id.as_str().to_lowercase();
    let known = context.private(WRITTEN).unwrap_or_default();
    let mut known = known.as_array().cloned().unwrap_or_default();
    known.retain(|id| *id != own);
    if written {
        known.push(json!(own));
    }
    context.set_private(WRITTEN, (!known.is_empty()).then_some(Json::Array(known)));
}

/// Writes the children of an object. Returns `true` if a child was written or, without children, if
/// `whole` says that the object itself was written.
///
/// # Errors
///
/// Returns ARM's error about a child that must not fail.
pub(crate) async fn write_children(
    call: Call<'_>,
    whole: bool,
    children: &[InlineChild],
) -> Result<bool, Diagnostic> {
    let mut written = whole && children.is_empty();
    for child in children {
        written |= write_child(call, child).await?;
    }
    Ok(written)
}

/// Writes the child if necessary. Returns `true` if it was written.
///
/// # Errors
///
/// Returns ARM's error, unless the child may fail: then the error becomes a warning.
async fn write_child(call: Call<'_>, child: &InlineChild) -> Result<bool, Diagnostic> {
    let error = match put_child(call, child).await {
        Ok(written) => {
            remember(child, true, call.context);
            return Ok(written);
        }
        Err(error) => error,
    };
    let fault = child_fault("Writing", child, &error);
    if !child.may_fail || error.is_cancelled() {
        return Err(fault);
    }
    call.context.warn(Diagnostic { severity: Severity::Warning, ..fault });
    Ok(false)
}

async fn put_child(call: Call<'_>, child: &InlineChild) -> Result<bool, Error> {
    let found = call.arm.get(&child.id, child.api, call.until).await?;
    if found.is_none() {
        let mut body = child.body.clone();
        merge::drop_nulls(&mut body);
        let creation = Creation {
            id: &child.id,
            api: child.api,
            body: &body,
            conditional: false,
            answers_200: false,
            over: &|live| Ok(merge::merged(live, &body)),
            matches: &|live| merge::contains(live, &body),
            previous_run: PreviousRun::None,
            on_event: &|_| (),
        };
        match call.arm.create(&creation, call.until).await {
            Ok(_) => return Ok(true),
            // Another client created the child in the meantime. The configuration names it, so
            // write over it.
            Err(CreateError { error, .. }) if error.is_already_exists() => {}
            Err(CreateError { error, ownership: Ownership::Ours })
                if !error.is_operation_failure() && !error.is_cancelled() =>
            {
                call.context.warn(unfinished(child_fault("Writing", child, &error)));
                return Ok(true);
            }
            Err(CreateError { error, .. }) => return Err(error),
        }
    }
    let compose = |live: &Json| {
        let mut body = live.clone();
        merge::merge(&mut body, &child.body);
        Ok((body != *live || has_failed(live) || child.rewrite).then_some(body))
    };
    let (id, api, accepted) = (&child.id, child.api, &|| ());
    let change =
        Change { id, api, method: WriteMethod::Put, compose: &compose, on_accepted: accepted };
    let changed = call.arm.change(&change, found, call.until).await;
    changed.map(|it| it.written).map_err(|it| it.error)
}

/// Deletes the child.
///
/// # Errors
///
/// Returns ARM's error.
pub(crate) async fn remove_child(call: Call<'_>, child: &InlineChild) -> Result<(), Diagnostic> {
    let ended = call.arm.delete(&child.id, child.api, call.until).await;
    ended.map_err(|error| child_fault("Removing", child, &error))?;
    remember(child, false, call.context);
    Ok(())
}

fn child_fault(doing: &str, child: &InlineChild, error: &Error) -> Diagnostic {
    explain(&format!("{doing} {} {}", child.label, named(&child.id)), error).at(child.path.clone())
}

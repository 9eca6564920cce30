//! Children that a resource manages inline: writing them, and taking them away.
//!
//! What the configuration does not name is shown and never touched: only a child that a block of
//! ours has written goes with its block.

use crate::engine::call::Call;
use crate::explain::{explain, named, unfinished};
use azure::error::Error;
use azure::id::ResourceId;
use azure::merge;
use azure::operation::has_failed;
use azure::write::{Change, CreateError, Creation, Ownership, PreviousRun, WriteMethod};
use plugin::prelude::*;
use serde_json::{Value as Json, json};

/// A child object that a resource manages inline.
#[derive(Clone, Debug)]
pub struct InlineChild {
    /// Its ID.
    pub id: ResourceId,
    /// The API version that is spoken with it.
    pub api: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// What is written of it.
    pub body: Json,
    /// Whether a failure to write it is a warning: the next plan tries again.
    pub may_fail: bool,
    /// Whether it is written even where Azure has it so already.
    pub rewrite: bool,
    /// Whether it is taken away even if no block of ours has made it: the configuration says so.
    pub whoever_made_it: bool,
    /// Where in the configuration it stands.
    pub path: Path,
}

/// The inline children of a resource.
#[derive(Clone, Debug, Default)]
pub struct InlineChildren {
    /// Those that it has.
    pub write: Vec<InlineChild>,
    /// Those that it had and no longer has.
    pub remove: Vec<InlineChild>,
}

impl InlineChildren {
    /// The children that a resource has, given those that it had.
    pub fn new(write: Vec<InlineChild>, had: Vec<InlineChild>) -> Self {
        let gone = |child: &InlineChild| write.iter().all(|it| it.id != child.id);
        let remove = had.into_iter().filter(gone).collect();
        Self { write, remove }
    }
}

/// Under this key the private data has the IDs of the children that blocks of ours have written.
const WRITTEN: &str = "parts";

/// What is said of a part that is left as it is.
fn left_alone(child: &InlineChild) -> Diagnostic {
    let summary = format!("The {} {} is left as it is", child.label, named(&child.id));
    let detail = format!(
        "The configuration does not have it, and no block of this resource has made it: it may be \
         managed elsewhere. If it is of no use, delete {}.",
        child.id
    );
    Diagnostic::warning(summary, detail).at(child.path.clone())
}

/// Of the parts that are no longer configured, those that are ours to take away; of the others it
/// is told that they stay.
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

/// Keeps in mind that a block of ours has written a part, or has taken it away.
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

/// Makes the parts of an object what they are to be. Answers whether one was written, or where
/// there are none, the object itself: from that comes what comes later.
///
/// # Errors
///
/// What ARM says of a part that may not fail.
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

/// Makes the part what it is to be. Answers whether it was written.
///
/// # Errors
///
/// What ARM says, unless the part may fail: then it is a warning.
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
            // Somebody else was there first. The configuration names it all the same.
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

/// Removes the child.
///
/// # Errors
///
/// What ARM says.
pub(crate) async fn remove_child(call: Call<'_>, child: &InlineChild) -> Result<(), Diagnostic> {
    let ended = call.arm.delete(&child.id, child.api, call.until).await;
    ended.map_err(|error| child_fault("Removing", child, &error))?;
    remember(child, false, call.context);
    Ok(())
}

fn child_fault(doing: &str, child: &InlineChild, error: &Error) -> Diagnostic {
    explain(&format!("{doing} {} {}", child.label, named(&child.id)), error).at(child.path.clone())
}

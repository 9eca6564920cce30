//! Children that a resource manages inline: writing them, and taking them away.
//!
//! What the configuration does not name is shown and never touched: only a child that a block of
//! ours has written goes with its block.

use crate::arm::{End, Part};
use crate::explain::{explain, named, unfinished};
use azure::arm::Arm;
use azure::deadline::Deadline;
use azure::error::Error;
use azure::merge;
use azure::operation::has_failed;
use azure::write::{Change, CreateError, Creation, Ownership, PreviousRun, WriteMethod};
use plugin::context::Context;
use plugin::diagnostic::{Diagnostic, Severity};
use serde_json::{Value as Json, json};

/// Under this key the private data has the IDs of the children that blocks of ours have written.
const WRITTEN: &str = "parts";

/// What is said of a part that is left as it is.
fn left_alone(part: &Part) -> Diagnostic {
    let summary = format!("The {} {} is left as it is", part.label, named(&part.id));
    let detail = format!(
        "The configuration does not have it, and no block of this resource has made it: it may be \
         managed elsewhere. If it is of no use, delete {}.",
        part.id
    );
    Diagnostic::warning(summary, detail).at(part.path.clone())
}

/// Of the parts that are no longer configured, those that are ours to take away; of the others it
/// is told that they stay.
pub(crate) fn ours(gone: Vec<Part>, context: &Context) -> Vec<Part> {
    let written = context.private(WRITTEN).unwrap_or_default();
    let is_ours = |part: &Part| {
        let own = part.id.as_str().to_lowercase();
        let mut ids = written.as_array().into_iter().flatten();
        part.whoever_made_it || ids.any(|id| *id == own)
    };
    let (ours, theirs): (Vec<_>, Vec<_>) = gone.into_iter().partition(is_ours);
    theirs.iter().for_each(|part| context.warn(left_alone(part)));
    ours
}

/// Keeps in mind that a block of ours has written a part, or has taken it away.
fn remember(part: &Part, written: bool, context: &Context) {
    let own = part.id.as_str().to_lowercase();
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
pub(crate) async fn write_parts(
    arm: &Arm,
    (whole, parts): (bool, &[Part]),
    until: &Deadline,
    context: &Context,
) -> Result<bool, Diagnostic> {
    let mut written = whole && parts.is_empty();
    for part in parts {
        written |= write_part(arm, part, until, context).await?;
    }
    Ok(written)
}

/// Makes the part what it is to be. Answers whether it was written.
///
/// # Errors
///
/// What ARM says, unless the part may fail: then it is a warning.
async fn write_part(
    arm: &Arm,
    part: &Part,
    until: &Deadline,
    context: &Context,
) -> Result<bool, Diagnostic> {
    let error = match put_part(arm, part, until, context).await {
        Ok(written) => {
            remember(part, true, context);
            return Ok(written);
        }
        Err(error) => error,
    };
    let fault = part_fault("Writing", part, &error);
    if !part.may_fail || error.is_cancelled() {
        return Err(fault);
    }
    context.warn(Diagnostic { severity: Severity::Warning, ..fault });
    Ok(false)
}

async fn put_part(
    arm: &Arm,
    part: &Part,
    until: &Deadline,
    context: &Context,
) -> Result<bool, Error> {
    let found = arm.get(&part.id, part.api, until).await?;
    if found.is_none() {
        let mut body = part.body.clone();
        merge::drop_nulls(&mut body);
        let creation = Creation {
            id: &part.id,
            api: part.api,
            body: &body,
            conditional: false,
            matches: &|live| merge::contains(live, &body),
            previous_run: PreviousRun::None,
            on_event: &|_| (),
        };
        match arm.create(&creation, until).await {
            Ok(_) => return Ok(true),
            // Somebody else was there first. The configuration names it all the same.
            Err(CreateError { error, .. }) if error.is_already_exists() => {}
            Err(CreateError { error, ownership: Ownership::Ours })
                if !error.is_operation_failure() && !error.is_cancelled() =>
            {
                context.warn(unfinished(part_fault("Writing", part, &error)));
                return Ok(true);
            }
            Err(CreateError { error, .. }) => return Err(error),
        }
    }
    let compose = |live: &Json| {
        let mut body = live.clone();
        merge::merge(&mut body, &part.body);
        Ok((body != *live || has_failed(live)).then_some(body))
    };
    let (id, api, accepted) = (&part.id, part.api, &|| ());
    let change =
        Change { id, api, method: WriteMethod::Put, compose: &compose, on_accepted: accepted };
    let changed = arm.change(&change, found, until).await;
    changed.map(|it| it.written).map_err(|it| it.error)
}

/// Takes the part away.
///
/// # Errors
///
/// What ARM says.
pub(crate) async fn end_part(
    arm: &Arm,
    part: &Part,
    until: &Deadline,
    context: &Context,
) -> Result<(), Diagnostic> {
    let ended = match &part.end {
        End::Delete => arm.delete(&part.id, part.api, until).await,
        End::Write(body) => {
            let part = Part { body: body.clone(), ..part.clone() };
            put_part(arm, &part, until, context).await.map(|_| ())
        }
    };
    ended.map_err(|error| part_fault("Removing", part, &error))?;
    remember(part, false, context);
    Ok(())
}

fn part_fault(doing: &str, part: &Part, error: &Error) -> Diagnostic {
    explain(&format!("{doing} {} {}", part.label, named(&part.id)), error).at(part.path.clone())
}

//! Children that a resource manages inline: writing them, and taking them away.

use crate::arm::{End, Part};
use crate::explain::explain;
use azure::deadline::Deadline;
use azure::error::Error;
use azure::http::{Arm, Condition};
use azure::merge;
use plugin::context::Context;
use plugin::diagnostic::{Diagnostic, Severity};

/// What is said of a part that is left as it is after an import.
pub(crate) fn left_alone(part: &Part) -> Diagnostic {
    let summary = format!("The {} {:?} is left as it is", part.label, part.id.name());
    let detail = format!(
        "It was there when the resource was imported, and the configuration does not have it: it \
         may be managed elsewhere. If it is of no use, delete {}.",
        part.id
    );
    Diagnostic::warning(summary, detail).at(part.path.clone())
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
    let written = async {
        let live = arm.get(&part.id, part.api, until).await?;
        let mut body = live.as_ref().map_or_else(|| part.body.clone(), |live| live.body.clone());
        match live {
            Some(live) => {
                merge::merge(&mut body, &part.body);
                if body == live.body {
                    return Ok(false);
                }
            }
            None => merge::drop_nulls(&mut body),
        }
        let write = arm.put(&part.id, part.api, &body, Condition::None);
        write.run(until, &|| ()).await.map(|_| true)
    };
    let error = match written.await {
        Ok(written) => return Ok(written),
        Err(error) => error,
    };
    let fault = part_fault("Writing", part, &error);
    if !part.may_fail || error.is_cancelled() {
        return Err(fault);
    }
    context.warn(Diagnostic { severity: Severity::Warning, ..fault });
    Ok(false)
}

/// Takes the part away.
///
/// # Errors
///
/// What ARM says.
pub(crate) async fn end_part(arm: &Arm, part: &Part, until: &Deadline) -> Result<(), Diagnostic> {
    let ended = match &part.end {
        End::Delete => arm.delete(&part.id, part.api).run(until).await,
        End::Write(body) => {
            let write = arm.put(&part.id, part.api, body, Condition::None);
            write.run(until, &|| ()).await.map(|_| ())
        }
    };
    ended.map_err(|error| part_fault("Removing", part, &error))
}

fn part_fault(doing: &str, part: &Part, error: &Error) -> Diagnostic {
    explain(&format!("{doing} {} {:?}", part.label, part.id.name()), error).at(part.path.clone())
}

//! Long-running operations, in the three ways that ARM tells of them.
//!
//! `Azure-AsyncOperation` names a status document, `Location` a place that answers 202 until it is
//! done, and without either the resource's own `provisioningState` tells (ARM RPC, async
//! operations).

use crate::deadline::Deadline;
use crate::error::{Error, Kind};
use crate::http::{Answer, Arm, Call};
use crate::retry::Backoff;
use serde_json::Value as Json;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// How long a status document may be missing after the operation has begun.
const APPEARS_WITHIN: Duration = Duration::from_secs(60);

/// How often in a row the connection may fail while an operation is followed: it goes on without
/// us, and what becomes of it must be known.
const MOST_CONNECTION_FAULTS: u32 = 20;

/// How long before the end the last look is.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// The shortest pause between two looks.
const SHORTEST: Duration = Duration::from_millis(100);

/// Where to look how an operation is going.
#[derive(Debug, PartialEq, Eq)]
enum Follow {
    /// A status document.
    Status(Url),
    /// A place that answers 202 until it is done.
    Place(Url),
    /// The resource.
    Resource,
}

/// How it is going.
enum Progress {
    Running,
    Done,
}

/// Follows the operation that an answer began, until it is done.
///
/// # Errors
///
/// The operation's own failure; otherwise those of the requests.
pub(crate) async fn follow(
    arm: &Arm,
    begun: &Answer,
    resource: &Url,
    until: &Deadline,
) -> Result<(), Error> {
    let follow = choose(arm, begun, resource)?;
    // An operation is looked at once without a pause: many are done at once.
    if follow == Follow::Resource && state(&begun.json()?)?.is_some() {
        return Ok(());
    }
    let mut backoff = Backoff::of_polls();
    let started = Instant::now();
    loop {
        let (progress, asked) = look(arm, &follow, resource, started, until).await?;
        match progress {
            Progress::Done => return Ok(()),
            Progress::Running => {
                // However long the service asks to wait, there is a last look before the end.
                let left = until.remaining().saturating_sub(LAST_LOOK);
                let pause = backoff.pause(asked).min(left.max(SHORTEST));
                let running = || Error::new(Kind::Conflict, "the operation is still running.");
                until
                    .sleep(pause)
                    .await
                    .map_err(|end| end.after(&running()))?;
            }
        }
    }
}

/// Which of the three ways an answer tells of. An address that is the resource's own is none.
fn choose(arm: &Arm, begun: &Answer, resource: &Url) -> Result<Follow, Error> {
    let address = |name| -> Result<Option<Url>, Error> {
        let Some(text) = begun.header(name) else {
            return Ok(None);
        };
        let url = arm.own(text)?;
        Ok((!url.path().eq_ignore_ascii_case(resource.path())).then_some(url))
    };
    if let Some(url) = address("azure-asyncoperation")? {
        return Ok(Follow::Status(url));
    }
    // Location beside 200 or 201 names the resource, not an operation.
    match address("location")? {
        Some(url) if begun.status == 202 => Ok(Follow::Place(url)),
        _ => Ok(Follow::Resource),
    }
}

async fn look(
    arm: &Arm,
    follow: &Follow,
    resource: &Url,
    started: Instant,
    until: &Deadline,
) -> Result<(Progress, Option<Duration>), Error> {
    let url = match follow {
        Follow::Status(url) | Follow::Place(url) => url,
        Follow::Resource => resource,
    };
    let call = Call {
        most_faults: MOST_CONNECTION_FAULTS,
        ..Call::get(url.clone())
    };
    let answer = arm.send(&call, until).await?;
    let asked = answer.retry_after();
    let young = started.elapsed() < APPEARS_WITHIN;
    let progress = match (follow, answer.status) {
        (_, 404) if young && *follow != Follow::Resource => Progress::Running,
        (Follow::Status(_), 200..=299) => status(&answer)?,
        (Follow::Place(_), 202) => Progress::Running,
        (Follow::Place(_), 200..=299) => Progress::Done,
        (Follow::Resource, 200..=299) => match state(&answer.json()?)? {
            Some(()) => Progress::Done,
            None => Progress::Running,
        },
        // What is deleted is no more; what was made may not be seen yet.
        (Follow::Resource, 404) => Progress::Done,
        _ => return Err(answer.error()),
    };
    Ok((progress, asked))
}

fn status(answer: &Answer) -> Result<Progress, Error> {
    let document = answer.json()?;
    if document.is_null() && answer.status == 200 {
        return Ok(Progress::Done);
    }
    match document["status"].as_str().unwrap_or_default() {
        "Succeeded" | "succeeded" => Ok(Progress::Done),
        "Failed" | "failed" | "Canceled" | "Cancelled" | "canceled" => {
            let id = answer.header("x-ms-request-id").map(str::to_owned);
            Err(Error::of_operation(&document).with_ids(id, None))
        }
        _ => Ok(Progress::Running),
    }
}

/// What a resource says of itself: `Some` when it is in a final and good state.
fn state(resource: &Json) -> Result<Option<()>, Error> {
    let state = resource["properties"]["provisioningState"]
        .as_str()
        .unwrap_or_default();
    match state.to_ascii_lowercase().as_str() {
        "" | "succeeded" => Ok(Some(())),
        "failed" | "canceled" | "cancelled" => Err(Error::new(
            Kind::Invalid,
            format!("The resource's provisioning state is {state:?}, and Azure does not say why."),
        )),
        _ => Ok(None),
    }
}

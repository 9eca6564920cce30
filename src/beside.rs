//! Reading objects that belong to another: along with it, and when they were made a moment ago.

use crate::arm::{Beside, Found};
use azure::arm::Arm;
use azure::deadline::Deadline;
use azure::error::Error;
use azure::id::ResourceId;
use futures::future::try_join_all;
use serde_json::Value as Json;
use std::time::Duration;

/// How long a new object may stay invisible to reads (ARM replicates with a delay).
const VISIBLE_WITHIN: Duration = Duration::from_secs(60);

/// How long to wait between two looks at what is not visible yet.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How long what can be spared is tried to be read.
const SPARED_AFTER: Duration = Duration::from_secs(20);

/// Reads objects along, all at once. What Azure has not is left out, and so is what can be spared
/// and cannot be read, for whatever reason.
///
/// # Errors
///
/// Those of the other requests, and an interruption.
pub async fn read_beside(arm: &Arm, wanted: Vec<Beside>, until: &Deadline) -> Result<Found, Error> {
    let looks = wanted.iter().map(|Beside { name, id, api, list, spare }| async move {
        let until = if *spare { until.at_most(SPARED_AFTER) } else { until.clone() };
        let object = match list {
            Some(child) => arm.list(id, child, api, &until).await.map(|it| Some(Json::Array(it))),
            None => arm.get(id, api, &until).await.map(|reply| reply.map(|it| it.body)),
        };
        match object {
            Err(error) if !spare || error.is_cancelled() => Err(error),
            object => Ok(object.ok().flatten().map(|object| (*name, object))),
        }
    });
    let found = try_join_all(looks).await?;
    Ok(Found(found.into_iter().flatten().collect()))
}

/// Reads along what was made a moment ago: what is not visible yet is waited for, for a while.
pub(crate) async fn read_beside_new(
    arm: &Arm,
    wanted: Vec<Beside>,
    until: &Deadline,
) -> Result<Found, Error> {
    let patience = until.at_most(VISIBLE_WITHIN);
    loop {
        let found = match read_beside(arm, wanted.clone(), until).await {
            Ok(found) => found,
            Err(error) => {
                let_in(arm, error, until).await?;
                continue;
            }
        };
        let complete = wanted.iter().all(|it| it.spare || found.get(it.name).is_some());
        if complete || patience.remaining() < LOOK_AGAIN {
            return Ok(found);
        }
        until.sleep(LOOK_AGAIN).await?;
    }
}

/// How long to wait for a role that was assigned a moment ago, before the next try.
const LET_IN_AFTER: Duration = Duration::from_secs(5);

/// Waits after a read that was denied for want of a role that may be about to work, as writes do.
///
/// # Errors
///
/// The error itself where it is another, or has lasted too long.
pub(crate) async fn let_in(arm: &Arm, error: Error, until: &Deadline) -> Result<(), Error> {
    if !arm.is_role_propagating(&error) {
        return Err(error);
    }
    until.sleep(LET_IN_AFTER).await.map_err(|_| error)
}

/// Reads an object that is known to exist, until it is visible.
pub(crate) async fn visible(
    arm: &Arm,
    id: &ResourceId,
    api: &str,
    until: &Deadline,
) -> Result<Json, Error> {
    loop {
        match arm.get(id, api, until).await {
            Ok(Some(reply)) => return Ok(reply.body),
            Ok(None) => until.sleep(LOOK_AGAIN).await?,
            Err(error) => let_in(arm, error, until).await?,
        }
    }
}

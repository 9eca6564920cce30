//! Taking something away.

use super::Patience;
use crate::deadline::Deadline;
use crate::error::{Error, Kind};
use crate::http::{Arm, Condition};
use crate::id::ResourceId;
use crate::operation;
use crate::retry::{self, Backoff};
use crate::send::Call;
use azure_core::http::Method;
use serde_json::Value as Json;
use std::time::Duration;
use url::Url;

/// How long an object may be shown whose delete has come to its end, before it counts as made anew
/// by somebody else (ARM replicates with a delay).
const SHOWN_FOR: Duration = Duration::from_secs(30);

/// How often ARM may answer that nothing is to be deleted while it still shows the object.
const MOST_DENIALS: u32 = 5;

/// A DELETE.
pub struct Delete<'a> {
    arm: &'a Arm,
    id: &'a ResourceId,
    api: &'a str,
}

/// What ARM answered to a DELETE.
enum Answered {
    /// It has deleted the object.
    Deleted,
    /// It deletes the object, and does not tell how it is going.
    Deleting,
    /// There was nothing to delete.
    Nothing,
}

impl Arm {
    /// Deletes a resource, and with it its children. That there is none is success.
    pub fn delete<'a>(&'a self, id: &'a ResourceId, api: &'a str) -> Delete<'a> {
        Delete { arm: self, id, api }
    }
}

impl Delete<'_> {
    /// Deletes, and waits until ARM no longer shows the resource. A delete is done when its
    /// operation is: what bears the name afterwards is another object, of somebody else's.
    ///
    /// # Errors
    ///
    /// What ARM says.
    pub async fn run(self, until: &Deadline) -> Result<(), Error> {
        let _writing = self.arm.lists().writing();
        let url = self.arm.url(self.id.as_str(), self.api)?;
        let mut patience = Patience::new(self.arm, self.id, Duration::from_secs(10));
        let mut children = super::Doubt::default();
        let mut denials = 0;
        loop {
            match self.once(&url, until).await {
                Ok(Answered::Deleted) => {
                    let shown = until.at_most(SHOWN_FOR.min(until.remaining() / 2));
                    return self.goes(Some(&shown), until).await;
                }
                Ok(Answered::Deleting) => return self.goes(None, until).await,
                Ok(Answered::Nothing) if self.look(until).await?.is_none() => return Ok(()),
                Ok(Answered::Nothing) => {
                    denials += 1;
                    let text = "Azure says that there is nothing to delete, and shows it.";
                    let error = Error::new(Kind::Broken, text);
                    if denials >= MOST_DENIALS {
                        return Err(error);
                    }
                    patience.pause(&error, until).await?;
                }
                Err(error)
                    if retry::is_lingering(&error)
                        && children.is_younger_than(retry::LINGERS_FOR) =>
                {
                    tracing::debug!(%error, id = %self.id, "the delete is made again");
                    patience.pause(&error, until).await?;
                }
                Err(error) => {
                    let lost = error.may_have_acted();
                    patience.wait(error, (&Condition::None, None), until).await?;
                    // It may have been carried out: what is made anew since is not ours to delete.
                    if lost && self.look(until).await.map_err(|it| patience.later(it))?.is_none() {
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn once(&self, url: &Url, until: &Deadline) -> Result<Answered, Error> {
        let call = Call {
            method: Method::Delete,
            url: url.clone(),
            body: None,
            condition: &Condition::None,
            most_faults: 1,
            decides: true,
        };
        let answer = self.arm.send_once(&call, until).await?;
        if !answer.is_success() {
            // Not any 404: a proxy's says nothing, and one of the subscription the wrong thing.
            let error = answer.error();
            return if error.is_absent() { Ok(Answered::Nothing) } else { Err(error) };
        }
        if answer.status == 204 && answer.header("azure-asyncoperation").is_none() {
            return Ok(Answered::Nothing);
        }
        match operation::deleted(self.arm, &answer, url, until).await {
            Ok(true) => Ok(Answered::Deleted),
            Ok(false) => Ok(Answered::Deleting),
            // The object itself may tell what the operation does not.
            Err(error) if error.is_unseen() => match self.look(until).await {
                Ok(None) => Ok(Answered::Deleted),
                Ok(Some(live)) if is_going(&live) => Ok(Answered::Deleting),
                Err(end) if end.is_end() => Err(end.after(&error)),
                // Nobody can tell: then the first reason is the better one.
                Ok(Some(_)) | Err(_) => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    async fn look(&self, until: &Deadline) -> Result<Option<Json>, Error> {
        let reply = self.arm.get(self.id, self.api, until).await?;
        Ok(reply.map(|reply| reply.body))
    }

    /// Waits until what was deleted is shown no more. What is shown for longer than it may be, and
    /// is not going, is somebody else's.
    async fn goes(&self, shown: Option<&Deadline>, until: &Deadline) -> Result<(), Error> {
        let there = Error::new(Kind::Conflict, "the resource is still there.");
        let mut backoff = Backoff::of_polls();
        loop {
            let live = match self.look(until).await {
                Ok(Some(live)) => live,
                Ok(None) => return Ok(()),
                // That nobody may look at it any more makes it no less deleted.
                Err(error) if shown.is_some() && error.is_unseen() => {
                    tracing::warn!(%error, id = %self.id, "it was deleted, and is hidden");
                    return Ok(());
                }
                Err(end) => return Err(end.after(&there)),
            };
            let pause = backoff.pause(None);
            if !is_going(&live) && shown.is_some_and(|shown| pause >= shown.remaining()) {
                tracing::warn!(id = %self.id, "it was deleted, and somebody has made it anew");
                return Ok(());
            }
            until.sleep(pause).await.map_err(|end| end.after(&there))?;
        }
    }
}

/// Whether an object says of itself that it is being deleted.
fn is_going(live: &Json) -> bool {
    let state = live["properties"]["provisioningState"].as_str();
    state.is_some_and(|state| state.eq_ignore_ascii_case("deleting"))
}

//! Creates: what is there already is told from what is new, and what an earlier run began and could
//! not put on record is taken up again.

use super::{Age, LAST_LOOK, Managed, Unsettled};
use crate::arm::{ArmResource, Create, Found};
use crate::beside::{read_beside, visible};
use crate::explain::{
    already_exists, begun_otherwise, explain, just_arrived, not_known, taken_up, unfinished, unread,
};
use crate::part::write_parts;
use crate::partial::until;
use crate::wire::to_json;
use azure::arm::{Arm, GenericResource};
use azure::deadline::Deadline;
use azure::id::ResourceId;
use azure::merge;
use azure::operation::{OperationUrl, has_failed};
use azure::write::{CreateError, CreateEvent, Creation, Ownership, PreviousRun};
use plugin::context::Context;
use plugin::diagnostic::Diagnostic;
use serde_json::{Value as Json, json};

/// What has become of a create that was not refused.
enum Made {
    /// The object is there; null where it cannot be read.
    Whole(Json),
    /// Azure makes it, and when the time was over or nothing more was to be seen, had not finished.
    Begun(Diagnostic),
}

impl<R: ArmResource> Managed<R> {
    pub(super) async fn create_in(&self, mut model: R, context: &Context) -> Result<R, Diagnostic> {
        let until = until(context);
        let arm = self.azure.writable(&until).await?;
        let (id, found) = self.prepare(&arm, &mut model, &until, context).await?;
        let made = self.make(&arm, model.clone(), (&id, found), &until, context).await;
        if made.is_err() && context.stop.is_cancelled() && context.is_accepted() {
            // It goes on without us: the state has what there is of it by now.
            let until = until.grace(LAST_LOOK);
            if let Ok(Some(reply)) = arm.get(&id, R::KIND.api, &until).await {
                let how = (&until, Age::Old, false);
                if self.load(&arm, &mut model, (&id, &reply.body), how).await.is_ok() {
                    context.accepted(&model);
                }
            }
        }
        made
    }

    async fn make(
        &self,
        arm: &Arm,
        mut model: R,
        (id, found): (&ResourceId, Option<GenericResource>),
        until: &Deadline,
        context: &Context,
    ) -> Result<R, Diagnostic> {
        let (mut reply, written) = match found {
            Some(found) => {
                let changed = self.write_over(arm, &model, id, found, until).await?;
                Self::on_record(&model, id, context);
                (changed.body, changed.written)
            }
            None => match self.put_new(arm, &model, id, until, context).await? {
                Made::Whole(body) => (body, true),
                Made::Begun(fault) => return self.begun(arm, model, id, fault, context).await,
            },
        };
        let parts = model.parts(id, &Found::default());
        let written = write_parts(arm, (written, &parts), until, context).await?;
        if !parts.is_empty() || !reply.is_object() {
            reply = match visible(arm, id, R::KIND.api, until).await {
                Ok(reply) => reply,
                Err(error) => {
                    let fault = Self::fault("Reading", id, &error);
                    return Self::unseen(model, id, fault, context);
                }
            };
        }
        match self.settle(arm, &mut model, (id, reply, written), (until, context)).await {
            Ok(()) => Ok(model),
            Err(Unsettled::Unread(fault)) => Self::unseen(model, id, fault, context),
            Err(Unsettled::Unmet(fault)) => Err(fault),
        }
    }

    /// What was made and cannot be read is on record as it was asked for: an error would make
    /// Terraform replace a healthy object.
    fn unseen(
        mut model: R,
        id: &ResourceId,
        fault: Diagnostic,
        context: &Context,
    ) -> Result<R, Diagnostic> {
        if context.stop.is_cancelled() {
            return Err(fault);
        }
        context.warn(unread(fault));
        model.id().set(id.as_str().to_owned());
        model.locate(id);
        Ok(model)
    }

    /// What Azure is still making, as far as can be seen, goes on record as it is by now: an error
    /// would make Terraform replace it, with all that others have put into it meanwhile. Only what
    /// has failed is an error.
    async fn begun(
        &self,
        arm: &Arm,
        mut model: R,
        id: &ResourceId,
        fault: Diagnostic,
        context: &Context,
    ) -> Result<R, Diagnostic> {
        let until = &until(context).grace(LAST_LOOK);
        let found = arm.get(id, R::KIND.api, until).await.ok().flatten();
        if found.as_ref().is_some_and(|reply| has_failed(&reply.body)) {
            return Err(fault);
        }
        context.warn(unfinished(fault));
        if let Some(reply) = found {
            let mut loaded = model.clone();
            let how = (until, Age::Old, false);
            if self.load(arm, &mut loaded, (id, &reply.body), how).await.is_ok() {
                return Ok(loaded);
            }
        }
        model.id().set(id.as_str().to_owned());
        model.locate(id);
        Ok(model)
    }

    /// Makes sure of what a create needs. Answers what is there already, if it is to be taken over.
    async fn prepare(
        &self,
        arm: &Arm,
        model: &mut R,
        until: &Deadline,
        context: &Context,
    ) -> Result<(ResourceId, Option<GenericResource>), Diagnostic> {
        let needed = read_beside(arm, model.before_create(), until).await;
        let doing = format!("Preparing a {}", R::KIND.label);
        model.complete(&needed.map_err(|error| explain(&doing, &error))?)?;
        let id = model.place(&self.azure.home())?;
        let found = arm.get(&id, R::KIND.api, until).await;
        match found.map_err(|error| Self::fault("Creating", &id, &error))? {
            Some(found) if model.adopts() => Ok((id, Some(found))),
            Some(_) if context.begun(id.as_str()).is_none() => Err(already_exists::<R>(&id)),
            Some(_) | None => Ok((id, None)),
        }
    }

    /// From now on the state must have the object, whatever becomes of the operation.
    fn on_record(model: &R, id: &ResourceId, context: &Context) {
        let mut known = model.clone();
        known.id().set(id.as_str().to_owned());
        context.accepted(&known);
    }

    fn new_body(model: &R) -> Result<Json, Diagnostic> {
        let mut body = to_json(&model.write(None))?;
        merge::drop_nulls(&mut body);
        Ok(body)
    }

    /// Whether an object is exactly what is asked for: nothing is lacking, and nothing would be
    /// changed by writing it.
    fn is_as_asked(&self, model: &R, body: &Json, live: &Json) -> bool {
        let over = self.over(model, live);
        merge::contains(live, body) && over.is_ok_and(|over| merge::contains(&over, live))
    }

    async fn put_new(
        &self,
        arm: &Arm,
        model: &R,
        id: &ResourceId,
        until: &Deadline,
        context: &Context,
    ) -> Result<Made, Diagnostic> {
        let body = Self::new_body(model)?;
        let earlier = earlier(context.begun(id.as_str()).as_ref());
        let begun = earlier != PreviousRun::None;
        context.begin(id.as_str(), &json!({}));
        let creation = Creation {
            id,
            api: R::KIND.api,
            body: &body,
            conditional: R::KIND.create == Create::Conditional,
            matches: &|live| self.is_as_asked(model, &body, live),
            previous_run: earlier,
            on_event: &|heard| match heard {
                CreateEvent::OperationStarted(address) => {
                    context.amend(id.as_str(), &note(address));
                }
                CreateEvent::Owned => Self::on_record(model, id, context),
            },
        };
        let CreateError { error, ownership: whose } = match arm.create(&creation, until).await {
            Ok(created) => {
                if !created.sent {
                    context.warn(taken_up::<R>(id));
                }
                return Ok(Made::Whole(created.body));
            }
            Err(failed) => failed,
        };
        if whose == Ownership::Ours && !error.is_operation_failure() && !error.is_cancelled() {
            return Ok(Made::Begun(Self::fault("Creating", id, &error)));
        }
        if whose != Ownership::Ours {
            // The state must not claim what is not known to be ours.
            context.not_accepted();
        }
        if matches!(whose, Ownership::Unowned | Ownership::Theirs) {
            context.not_made();
        }
        let theirs = || match begun {
            true => begun_otherwise::<R>(id),
            false => already_exists::<R>(id),
        };
        Err(match whose {
            Ownership::Theirs if error.is_already_exists() => theirs(),
            Ownership::Theirs => {
                let Diagnostic { detail, .. } = Self::fault("Creating", id, &error);
                let found = theirs();
                let detail = format!("{}\n\nThe create ended with: {detail}", found.detail);
                Diagnostic { detail, ..found }
            }
            Ownership::Unknown if error.is_already_exists() => just_arrived::<R>(id),
            Ownership::Unknown => {
                not_known::<R>(self.refused(arm, (id, &error), until, context).await)
            }
            Ownership::Unowned | Ownership::Ours => {
                self.refused(arm, (id, &error), until, context).await
            }
        })
    }
}

/// What the journal keeps of an operation's address.
fn note(address: &OperationUrl) -> Json {
    match address {
        OperationUrl::AsyncOperation(text) => json!({ "status": text }),
        OperationUrl::Location(text) => json!({ "place": text }),
    }
}

/// What the journal says that an earlier run has done.
fn earlier(note: Option<&Json>) -> PreviousRun {
    let Some(note) = note else { return PreviousRun::None };
    let text = |name: &str| note[name].as_str().map(str::to_owned);
    let address = text("status")
        .map(OperationUrl::AsyncOperation)
        .or(text("place").map(OperationUrl::Location));
    address.map_or(PreviousRun::Sent, PreviousRun::Operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_of_an_operation_is_understood_by_the_next_run() {
        for address in [
            OperationUrl::AsyncOperation("https://a/1".into()),
            OperationUrl::Location("https://a/2".into()),
        ] {
            assert_eq!(earlier(Some(&note(&address))), PreviousRun::Operation(address));
        }
        assert_eq!(earlier(Some(&json!({}))), PreviousRun::Sent);
        assert_eq!(earlier(Some(&Json::Null)), PreviousRun::Sent);
        assert_eq!(earlier(None), PreviousRun::None);
    }
}

//! Creates: what is there already is told from what is new, and what an earlier run began and could
//! not put on record is taken up again.

use super::{Age, LAST_LOOK, Managed};
use crate::arm::{ArmResource, Create, Found};
use crate::beside::{read_beside, visible};
use crate::explain::{already_exists, begun_otherwise, explain, just_arrived, taken_up};
use crate::part::write_parts;
use crate::setting::until;
use crate::wire::to_json;
use azure::deadline::Deadline;
use azure::http::{Arm, Condition, Reply};
use azure::id::ResourceId;
use azure::merge;
use azure::operation::has_failed;
use plugin::context::Context;
use plugin::diagnostic::Diagnostic;
use serde_json::Value as Json;
use std::sync::atomic::{AtomicBool, Ordering};

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
        (id, found): (&ResourceId, Option<Reply>),
        until: &Deadline,
        context: &Context,
    ) -> Result<R, Diagnostic> {
        let (mut reply, written) = match found {
            Some(found) => self.put_over(arm, &model, (id, found), until, context).await?,
            None => (self.put_new(arm, &model, id, until, context).await?, true),
        };
        let parts = model.parts(id, &Found::default());
        let written = write_parts(arm, (written, &parts), until, context).await?;
        if !parts.is_empty() || !reply.is_object() {
            let visible = visible(arm, id, R::KIND.api, until).await;
            reply = visible.map_err(|error| Self::fault("Reading", id, &error))?;
        }
        self.settle(arm, &mut model, (id, reply, written), (until, context)).await?;
        Ok(model)
    }

    /// Makes sure of what a create needs. Answers what is there already, if it is to be taken over.
    async fn prepare(
        &self,
        arm: &Arm,
        model: &mut R,
        until: &Deadline,
        context: &Context,
    ) -> Result<(ResourceId, Option<Reply>), Diagnostic> {
        let needed = read_beside(arm, model.before_create(), until).await;
        let doing = format!("Preparing a {}", R::KIND.label);
        model.complete(&needed.map_err(|error| explain(&doing, &error))?)?;
        let id = model.place(&self.azure.home())?;
        let begun = context.begun(id.as_str()).is_some();
        if R::KIND.create == Create::Conditional && !model.adopts() && !begun {
            return Ok((id, None));
        }
        let found = arm.get(&id, R::KIND.api, until).await;
        let found = found.map_err(|error| Self::fault("Creating", &id, &error))?;
        let found = match found {
            Some(found) if begun && !model.adopts() => {
                Some(self.take_up(arm, model, (&id, found), until, context).await?)
            }
            Some(_) if !model.adopts() => return Err(already_exists::<R>(&id)),
            found => found,
        };
        Ok((id, found))
    }

    /// What an earlier run began to make and could not put on record is ours if it is as the
    /// configuration asks for; answers it once Azure is done with it.
    async fn take_up(
        &self,
        arm: &Arm,
        model: &R,
        (id, found): (&ResourceId, Reply),
        until: &Deadline,
        context: &Context,
    ) -> Result<Reply, Diagnostic> {
        // Nothing is lacking, and nothing would be changed: no plan has announced that.
        let wanted = self.over(model, &found.body)?;
        let same = merge::contains(&found.body, &Self::new_body(model)?)
            && merge::contains(&wanted, &found.body);
        if !same {
            return Err(begun_otherwise::<R>(id));
        }
        context.begin(id.as_str(), &Json::Null);
        Self::on_record(model, id, context);
        context.warn(taken_up::<R>(id));
        let settled = arm.settled(id, R::KIND.api, until).await;
        let now = Self::current(arm, id, until).await?;
        match settled {
            // What has failed is written again, as after any refresh.
            Err(error) if !has_failed(&now.body) => Err(Self::fault("Creating", id, &error)),
            _ => Ok(now),
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

    /// Takes over what is there already, and writes the model over it. Answers it, and whether
    /// anything was written.
    async fn put_over(
        &self,
        arm: &Arm,
        model: &R,
        (id, found): (&ResourceId, Reply),
        until: &Deadline,
        context: &Context,
    ) -> Result<(Json, bool), Diagnostic> {
        let written = self.write_over(arm, model, id, found, until).await?;
        Self::on_record(model, id, context);
        Ok((Self::current(arm, id, until).await?.body, written))
    }

    async fn put_new(
        &self,
        arm: &Arm,
        model: &R,
        id: &ResourceId,
        until: &Deadline,
        context: &Context,
    ) -> Result<Json, Diagnostic> {
        let condition = match R::KIND.create {
            Create::Conditional => Condition::IfNoneMatch,
            Create::AfterRead => Condition::None,
        };
        let body = Self::new_body(model)?;
        let begun = context.begun(id.as_str()).is_some();
        context.begin(id.as_str(), &Json::Null);
        let made = AtomicBool::new(false);
        let accepted = || {
            made.store(true, Ordering::Relaxed);
            Self::on_record(model, id, context);
        };
        let written = arm.put(id, R::KIND.api, &body, condition).run(until, &accepted).await;
        match written {
            Err(error) if error.is_exists() => {
                // What exists is somebody else's: the state must not claim it.
                context.not_accepted();
                context.not_made();
                Err(if begun { just_arrived::<R>(id) } else { already_exists::<R>(id) })
            }
            Err(error) => {
                if !made.into_inner() && !error.may_have_acted() {
                    context.not_made();
                }
                Err(self.refused(arm, (id, &error), until, context).await)
            }
            Ok(body) => Ok(body),
        }
    }
}

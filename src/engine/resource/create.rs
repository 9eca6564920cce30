//! Creates: they tell an existing object from a new one, and resume the create of an earlier run
//! that is not in the state.

use super::inline_child::write_children;
use super::managed::{LAST_LOOK, Managed, Reading};
use super::patience::Patience;
use super::ready::NotReady;
use super::{ArmResource, Create};
use crate::assessment::reader::Reader;
use crate::client::deadline;
use crate::engine::call::Call;
use crate::engine::related::{RelatedObjects, visible};
use crate::engine::wire::to_json;
use crate::explain::{
    already_exists, begun_otherwise, explain, just_arrived, not_known, taken_up, unfinished,
    unread, unreadable, with_article,
};
use azure::arm::GenericResource;
use azure::error::ErrorKind;
use azure::id::ResourceId;
use azure::merge;
use azure::operation::{OperationUrl, has_failed};
use azure::write::{CreateError, CreateEvent, Creation, Ownership, PreviousRun};
use plugin::prelude::*;
use serde_json::{Value as Json, json};

/// The result of a create that was not refused.
enum Made {
    /// The object exists; null if it cannot be read.
    Whole(Json),
    /// Azure is still creating the object, as far as can be seen.
    Begun(Diagnostic),
}

/// Returns `true` if a create adopts an existing object instead of failing.
fn adopts(model: &impl Model) -> bool {
    let planned = model.encode();
    ["adopt_existing", "overwrite_existing"].iter().any(|it| *planned.get(it) == true.into())
}

impl<R: ArmResource> Managed<R> {
    /// Creates the object. After an interruption, the state has the object as it is at that time.
    pub(super) async fn create_new(&self, call: Call<'_>, model: R) -> Result<R, Diagnostic> {
        let (mut model, id, found) = self.prepare(call, model).await?;
        let made = self.make(call, model.clone(), &id, found).await;
        if made.is_err() && call.context.stop.is_cancelled() && call.context.is_accepted() {
            let call = Call { until: &call.until.grace(LAST_LOOK), ..call };
            if let Ok(Some(reply)) = call.arm.get(&id, R::TYPE.api_version, call.until).await {
                let loaded = self.load(call, &mut model, &id, &reply.body, Reading::Refresh);
                if loaded.await.is_ok() {
                    call.context.accepted(&model);
                }
            }
        }
        made
    }

    /// Prepares a create. Returns the existing object if it is to be adopted.
    async fn prepare(
        &self,
        call: Call<'_>,
        model: R,
    ) -> Result<(R, ResourceId, Option<GenericResource>), Diagnostic> {
        let model = Self::prepared(call, model).await?;
        let id = model.resource_id(&self.azure.defaults())?;
        let restored = Self::restore(call, &model, &id).await?;
        let found = call.arm.get(&id, R::TYPE.api_version, call.until).await;
        match found.map_err(|error| Self::fault("Creating", &id, &error))? {
            Some(found) if restored || adopts(&model) => Ok((model, id, Some(found))),
            Some(_) if call.context.begun(id.as_str()).is_none() => {
                Err(already_exists(R::described(), &id))
            }
            Some(_) | None => Ok((model, id, None)),
        }
    }

    /// Returns the model with what must be read before a create, when all its conditions are met.
    async fn prepared(call: Call<'_>, model: R) -> Result<R, Diagnostic> {
        let prepare = |reader: &Reader| {
            let mut model = model.clone();
            model.prepare(reader).map(|pending| (model, pending))
        };
        let label = with_article(R::TYPE.label);
        let doing = format!("Preparing {label}");
        let mut patience = Patience::default();
        let mut missing = None;
        loop {
            let prepared = call.assess(prepare).await.map_err(|error| {
                // The time may also end during a read.
                let missing = missing.take().filter(|_| error.kind() == ErrorKind::Timeout);
                missing.unwrap_or_else(|| explain(&doing, &error))
            });
            let (model, pending) = prepared??;
            let Some(pending) = pending else { return Ok(model) };
            missing.clone_from(&pending.or_else);
            if let Err(error) = patience.pause(&pending, call.until).await {
                let doing = format!("Waiting for {} before creating {label}", pending.what);
                return Err(pending.or_else.unwrap_or_else(|| explain(&doing, &error)));
            }
        }
    }

    async fn make(
        &self,
        call: Call<'_>,
        mut model: R,
        id: &ResourceId,
        found: Option<GenericResource>,
    ) -> Result<R, Diagnostic> {
        let before = Self::connections_before(call, &model, id).await;
        let (mut reply, written) = match found {
            Some(found) => {
                let changed = self.write_over(call, &model, id, found).await?;
                Self::on_record(&model, id, call.context);
                (changed.body, changed.written)
            }
            None => match Self::approving(call, &model, &before, self.put_new(call, &model, id))
                .await?
            {
                Made::Whole(body) => (body, true),
                Made::Begun(fault) => return self.begun(call, model, id, fault).await,
            },
        };
        let children = model.inline_children(None, id, &RelatedObjects::default());
        let children = children.map_err(|fault| unreadable(R::TYPE.label, &fault))?.write;
        let written = write_children(call, written, &children).await?;
        if !children.is_empty() || !reply.is_object() {
            reply = match visible(call.arm, id, R::TYPE.api_version, call.until).await {
                Ok(reply) => reply,
                Err(error) => {
                    let fault = Self::fault("Reading", id, &error);
                    return Self::unseen(model, id, fault, call.context);
                }
            };
        }
        match self.wait_until_ready(call, &mut model, id, reply, written, &before).await {
            Ok(()) => Ok(model),
            Err(NotReady::Unread(fault)) => Self::unseen(model, id, fault, call.context),
            Err(NotReady::Unmet(fault)) => {
                // In its current state, so that the next plan shows what it lacks.
                call.context.accepted(&model);
                Err(fault)
            }
        }
    }

    /// Returns the state of a created object that cannot be read, as it was configured. With an
    /// error, Terraform would replace a healthy object.
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

    /// Returns the state of an object that Azure is still creating, as it is now. With an error,
    /// Terraform would replace it, with all that other clients have put into it meanwhile. Only a
    /// failed object is an error.
    async fn begun(
        &self,
        call: Call<'_>,
        mut model: R,
        id: &ResourceId,
        fault: Diagnostic,
    ) -> Result<R, Diagnostic> {
        let call = Call { until: &deadline(call.context).grace(LAST_LOOK), ..call };
        let found = call.arm.get(id, R::TYPE.api_version, call.until).await.ok().flatten();
        if found.as_ref().is_some_and(|reply| has_failed(&reply.body)) {
            return Err(fault);
        }
        call.context.warn(unfinished(fault));
        if let Some(reply) = found {
            let mut loaded = model.clone();
            let load = self.load(call, &mut loaded, id, &reply.body, Reading::Refresh);
            if load.await.is_ok() {
                return Ok(loaded);
            }
        }
        model.id().set(id.as_str().to_owned());
        model.locate(id);
        Ok(model)
    }

    /// Records the object in the state, whatever the result of the operation is.
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

    /// Returns `true` if an object is exactly as configured: nothing is missing, and a write would
    /// change nothing.
    fn is_as_asked(&self, model: &R, body: &Json, live: &Json) -> bool {
        let shown = |mut body: Json| {
            if let Some(properties) = body["properties"].as_object_mut() {
                properties.retain(|name, _| !R::HIDDEN.contains(&name.as_str()));
            }
            body
        };
        let (live, body) = (shown(live.clone()), shown(body.clone()));
        let over = self.over(model, &live);
        merge::contains(&live, &body) && over.is_ok_and(|over| merge::contains(&over, &live))
    }

    async fn put_new(
        &self,
        call: Call<'_>,
        model: &R,
        id: &ResourceId,
    ) -> Result<Made, Diagnostic> {
        let context = call.context;
        let body = Self::new_body(model)?;
        let earlier = earlier(context.begun(id.as_str()).as_ref());
        let begun = earlier != PreviousRun::None;
        context.begin(id.as_str(), &json!({}));
        let creation = Creation {
            id,
            api: R::TYPE.api_version,
            body: &body,
            conditional: R::TYPE.create == Create::Conditional,
            answers_200: R::TYPE.create == Create::AfterReadOnly,
            over: &|live| self.over(model, live),
            matches: &|live| self.is_as_asked(model, &body, live),
            previous_run: earlier,
            on_event: &|heard| match heard {
                CreateEvent::OperationStarted(address) => {
                    context.amend(id.as_str(), &note(address));
                }
                CreateEvent::Owned => Self::on_record(model, id, context),
            },
        };
        match call.arm.create(&creation, call.until).await {
            Ok(created) => {
                if !created.sent {
                    context.warn(taken_up(R::described(), id));
                }
                Ok(Made::Whole(created.body))
            }
            Err(failed) => self.not_created(call, id, failed, begun).await,
        }
    }

    /// Returns the result of a failed create. If `begun`, an earlier run had begun it.
    async fn not_created(
        &self,
        call: Call<'_>,
        id: &ResourceId,
        CreateError { error, ownership: whose }: CreateError,
        begun: bool,
    ) -> Result<Made, Diagnostic> {
        if whose == Ownership::Ours && !error.is_operation_failure() && !error.is_cancelled() {
            return Ok(Made::Begun(Self::fault("Creating", id, &error)));
        }
        if whose != Ownership::Ours {
            // The state must not claim an object that may be another client's.
            call.context.not_accepted();
        }
        if matches!(whose, Ownership::Unowned | Ownership::Theirs) {
            call.context.not_made();
        }
        let what = R::described();
        let theirs = || match begun {
            true => begun_otherwise(what, id),
            false => already_exists(what, id),
        };
        Err(match whose {
            Ownership::Theirs if error.is_already_exists() => theirs(),
            Ownership::Theirs => {
                let Diagnostic { detail, .. } = Self::fault("Creating", id, &error);
                let found = theirs();
                let detail = format!("{}\n\nThe create ended with: {detail}", found.detail);
                Diagnostic { detail, ..found }
            }
            Ownership::Unknown if error.is_already_exists() => just_arrived(what, id),
            Ownership::Unknown => not_known(what, self.refused(call, id, &error).await),
            Ownership::Unowned | Ownership::Ours => self.refused(call, id, &error).await,
        })
    }
}

/// Returns the journal's note about an operation's URL.
fn note(address: &OperationUrl) -> Json {
    match address {
        OperationUrl::AsyncOperation(text) => json!({ "status": text }),
        OperationUrl::Location(text) => json!({ "place": text }),
    }
}

/// Returns what an earlier run has done, by the journal's note.
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
    fn the_note_about_an_operation_is_read_by_the_next_run() {
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

//! Create, read, update, delete, and import of every [`ArmResource`].
//!
//! No object is lost: as soon as ARM accepts a create, the state holds the object's ID, whatever
//! happens afterwards.

use super::inline_child::{self, remove_child, write_children};
use super::{ArmResource, InlineChildren, Live, moves};
use crate::assessment::checks;
use crate::assessment::checks::input::CheckInput;
use crate::client::decode::from_json;
use crate::client::{AzureClient, deadline};
use crate::config::forgotten_tags;
use crate::engine::call::Call;
use crate::engine::identity::IdentitySchema;
use crate::engine::related::{read_related, read_related_when_visible};
use crate::engine::scope;
use crate::engine::wire::to_json;
use crate::explain::{explain, named, unreadable, vanished, with_article};
use async_trait::async_trait;
use azure::arm::{Arm, GenericResource};
use azure::error::{Error, ErrorKind};
use azure::id::ResourceId;
use azure::merge;
use azure::operation::has_failed;
use azure::write::{Change as Write, ChangeError, Changed, WriteMethod};
use plugin::command;
use plugin::identity::Identity;
use plugin::prelude::*;
use serde_json::{Map, Value as Json};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// Serves an [`ArmResource`] to Terraform.
pub struct Managed<R> {
    pub(super) azure: Arc<AzureClient>,
    resource: PhantomData<fn() -> R>,
}

/// Time limit for reading the object after a failed update.
pub(super) const LAST_LOOK: Duration = Duration::from_secs(10);

/// Reason for reading an object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// The object was just written, so its related objects may not be visible yet.
    Written,
    /// Terraform refreshes the state.
    Refresh,
    /// Terraform imports the object: the state contains only the ID.
    Import,
}

impl<R: ArmResource> Managed<R> {
    /// Creates the resource on the Azure of `azure`.
    pub fn new(azure: Arc<AzureClient>) -> Self {
        Self { azure, resource: PhantomData }
    }

    pub(super) fn fault(doing: &str, id: &ResourceId, error: &Error) -> Diagnostic {
        let diagnostic = explain(&format!("{doing} {} {}", R::TYPE.label, named(id)), error);
        match Self::attributes_of(error).next() {
            Some(path) => diagnostic.at(path),
            None => diagnostic,
        }
    }

    /// Returns the paths of the attributes that an error is about.
    pub(super) fn attributes_of(error: &Error) -> impl Iterator<Item = Path> {
        error.codes().flat_map(R::attributes_of_error)
    }

    /// Sets the model from the body of the object and from its related objects.
    pub(super) async fn load(
        &self,
        call: Call<'_>,
        model: &mut R,
        id: &ResourceId,
        reply: &Json,
        reading: Reading,
    ) -> Result<(), Diagnostic> {
        let unreadable = |fault| unreadable(R::TYPE.label, &fault);
        let body: R::Body = from_json(reply).map_err(unreadable)?;
        let wanted = model.related(id, &body);
        let related = match reading {
            Reading::Written => read_related_when_visible(call.arm, wanted, call.until).await,
            Reading::Refresh | Reading::Import => read_related(call.arm, wanted, call.until).await,
        };
        let related = related.map_err(|error| Self::fault("Reading", id, &error))?;
        model.id().set(id.as_str().to_owned());
        model.locate(id);
        let importing = reading == Reading::Import;
        let live = Live { id: id.clone(), body, related, importing };
        model.read(&live).map_err(unreadable)?;
        if let Some(tagged) = model.tagged() {
            let known = tagged.tags.clone();
            tagged.read(reply, &self.azure.defaults().tags);
            forgotten_tags::keep(R::TYPE.name, known, tagged);
        }
        Ok(())
    }

    /// Returns the refreshed state, or `None` if the object does not exist.
    async fn refresh(&self, call: Call<'_>, mut model: R) -> Result<Option<R>, Diagnostic> {
        let id = scope::of_state(R::NAME, model.id())?;
        let importing = call.context.importing;
        let found = match R::LIST_FROM.filter(|_| !importing) {
            Some(from) => call.arm.get_cached(&id, R::TYPE.api_version, from, call.until).await,
            None => call.arm.get(&id, R::TYPE.api_version, call.until).await,
        };
        let Some(reply) = found.map_err(|error| Self::fault("Reading", &id, &error))? else {
            return Ok(Self::is_half_destroyed(call.context).then_some(model));
        };
        Self::forget_destroy(call.context);
        let (id, reading) = match importing {
            true => {
                let ty = R::arm_type(&id);
                (scope::spelt_by_azure(id, &reply.body).canonical(ty), Reading::Import)
            }
            false => {
                call.context.forget(id.as_str());
                (id, Reading::Refresh)
            }
        };
        self.load(call, &mut model, &id, &reply.body, reading).await?;
        Ok(Some(model))
    }

    /// Reads the object before an update. Returns an error if it no longer exists.
    async fn current(call: Call<'_>, id: &ResourceId) -> Result<GenericResource, Diagnostic> {
        let found = call.arm.get(id, R::TYPE.api_version, call.until).await;
        let found = found.map_err(|error| Self::fault("Updating", id, &error))?;
        found.ok_or_else(|| vanished(R::described(), id))
    }

    /// Writes the model over the current object.
    pub(super) async fn write_over(
        &self,
        call: Call<'_>,
        model: &R,
        id: &ResourceId,
        reply: GenericResource,
    ) -> Result<Changed, Diagnostic> {
        let (api, how) = (R::TYPE.api_version, R::TYPE.update);
        let compose = |live: &Json| {
            let body = self.over(model, live)?;
            let (nothing, written) = match how {
                WriteMethod::Patch => {
                    let patch = merge::difference(live, &body);
                    (patch.as_object().is_some_and(Map::is_empty), patch)
                }
                WriteMethod::Put => (body == *live, body),
            };
            Ok((!nothing || has_failed(live) || model.rewrites()).then_some(written))
        };
        let left_over = |live: &Json| Ok(merge::left_over(live, &self.over(model, live)?));
        let fault = |failed: ChangeError| match failed.gone {
            true => vanished(R::described(), id),
            false => Self::fault("Updating", id, &failed.error),
        };
        let change = Write { id, api, method: how, compose: &compose, on_accepted: &|| () };
        let changed = call.arm.change(&change, Some(reply), call.until).await.map_err(fault)?;
        if how == WriteMethod::Put || !changed.written || !changed.body.is_object() {
            return Ok(changed);
        }
        let change = Write { compose: &left_over, ..change };
        let reply = Some(GenericResource { body: changed.body });
        let changed = call.arm.change(&change, reply, call.until).await.map_err(fault)?;
        Ok(Changed { written: true, ..changed })
    }

    /// Returns the body in Azure with the model merged into it.
    pub(super) fn over(&self, model: &R, live: &Json) -> Result<Json, Error> {
        let label = with_article(R::TYPE.label);
        let odd = |why: String| {
            let text = format!("Azure's response for {label} cannot be decoded: {why}.");
            Error::new(ErrorKind::Decode, text)
        };
        let now: R::Body = from_json(live).map_err(|fault| odd(fault.to_string()))?;
        let mut body = live.clone();
        let write = to_json(&model.write(Some(&now))).map_err(|fault| odd(fault.detail))?;
        merge::merge(&mut body, &write);
        self.azure.defaults().tags.keep(live, &mut body);
        Ok(body)
    }

    /// Returns the inline children that an update writes and removes.
    async fn inline_children(
        call: Call<'_>,
        prior: &R,
        model: &R,
        id: &ResourceId,
        reply: &Json,
    ) -> Result<InlineChildren, Diagnostic> {
        let unreadable = |fault| unreadable(R::TYPE.label, &fault);
        let body = from_json(reply).map_err(unreadable)?;
        let related = read_related(call.arm, model.related(id, &body), call.until).await;
        let related = related.map_err(|error| Self::fault("Updating", id, &error))?;
        let mut children = model.inline_children(Some(prior), id, &related).map_err(unreadable)?;
        children.remove = inline_child::ours(children.remove, call.context);
        Ok(children)
    }

    /// Writes an update and waits until the object is ready.
    async fn apply(
        &self,
        call: Call<'_>,
        model: &mut R,
        id: &ResourceId,
        reply: GenericResource,
        children: &InlineChildren,
    ) -> Result<(), Diagnostic> {
        for child in &children.remove {
            remove_child(call, child).await?;
        }
        let written = self.write_over(call, model, id, reply).await?.written;
        let written = write_children(call, written, &children.write).await?;
        call.context.accepted(model);
        let reply = Self::current(call, id).await?.body;
        Ok(self.wait_until_ready(call, model, id, reply, written, &None).await?)
    }
}

#[async_trait]
impl<R: ArmResource> Resource for Managed<R> {
    type Model = R;

    fn name(&self) -> &'static str {
        R::NAME
    }

    fn timeouts(&self) -> Option<Timeouts> {
        Some(R::TIMEOUTS)
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut found = R::validate(config);
        // Terraform also validates before a plan. A plan checks only what is new or changes.
        if command::only_validates() {
            let input = R::check_input(config, &self.azure.defaults());
            found.extend(checks::of_configuration(&input, &self.azure.check_levels()));
        }
        found
    }

    async fn plan(&self, mut change: Change<'_>, context: &Context) -> Diagnostics {
        let mut found = R::plan(&mut change);
        Self::warn_of_children_that_stay(change.prior, change.planned, context);
        found.extend(Self::plan_half_destroyed(&mut change, context));
        self.azure.defaults().plan(change.prior, change.config, change.planned);
        let forgotten_tags = forgotten_tags::plan(R::TYPE.name, change.prior, change.planned);
        self.plan_id(&mut change);
        let input = CheckInput { forgotten_tags, ..self.checked(&change) };
        found.extend(checks::of_plan(&self.azure, input, context).await);
        self.plan_prepared(&mut change, context).await;
        found
    }

    async fn create(&self, planned: R, context: &Context) -> Result<R, Diagnostics> {
        let until = &deadline(context);
        let arm: &Arm = &self.azure.writable(until).await?;
        Ok(self.create_new(Call { arm, until, context }, planned).await?)
    }

    async fn read(&self, mut state: R, context: &Context) -> Result<Option<R>, Diagnostics> {
        let until = &deadline(context);
        if let (Some(id), Some(cache)) = (state.id().get(), self.azure.plan_cache()) {
            cache.note_on_record(id);
        }
        let arm = &self.azure.arm(until).await?;
        Ok(self.refresh(Call { arm, until, context }, state).await?)
    }

    async fn update(
        &self,
        mut prior: R,
        mut model: R,
        context: &Context,
    ) -> Result<R, Diagnostics> {
        let until = &deadline(context);
        let id = scope::of_state(R::NAME, prior.id())?;
        let arm = &self.azure.writable(until).await?;
        let call = Call { arm, until, context };
        let reply = Self::current(call, &id).await?;
        let children = Self::inline_children(call, &prior, &model, &id, &reply.body).await?;
        if let Err(fault) = self.apply(call, &mut model, &id, reply, &children).await {
            // The update may be partly applied, so the state takes the current values, not the
            // planned ones.
            let call = Call { until: &until.grace(LAST_LOOK), ..call };
            if let Ok(Some(now)) = self.refresh(call, prior).await {
                context.accepted(&now);
            }
            return Err(fault.into());
        }
        Ok(model)
    }

    async fn delete(&self, mut prior: R, context: &Context) -> Result<(), Diagnostics> {
        let until = &deadline(context);
        let id = scope::of_state(R::NAME, prior.id())?;
        if prior.encode().get("on_destroy").as_str() == Some("retain") {
            context.forget(id.as_str());
            return Ok(());
        }
        let arm = self.azure.writable(until).await?;
        // Azure deletes the inline children with the object. Removing them first would damage an
        // object whose deletion then fails.
        Self::note_destroy(&prior, context);
        Self::wait_to_delete(Call { arm: &arm, until, context }, &prior, &id).await?;
        let deleted = arm.delete(&id, R::TYPE.api_version, until).await;
        deleted.map_err(|error| Self::fault("Deleting", &id, &error))?;
        Self::finish_delete(Call { arm: &arm, until, context }, &prior, &id).await?;
        context.forget(id.as_str());
        Ok(())
    }

    fn import(&self, id: &str) -> Result<Vec<(&'static str, Value)>, Diagnostics> {
        Ok(scope::import(&R::arm_types(), R::TYPE.label, id)?)
    }

    fn identity(&self) -> Option<Box<dyn Identity>> {
        let identity = match R::OTHER_TYPE {
            None => IdentitySchema::OfId(R::TYPE.name),
            Some(_) => IdentitySchema::InParent(R::TYPE.name),
        };
        Some(identity.at(&self.azure.defaults()))
    }

    fn adjust_generated_config(&self, config: &mut Value) {
        R::trim(config);
    }

    fn move_sources(&self) -> Vec<MoveSource> {
        moves::origins::<R>()
    }
}

//! Objects that Azure keeps for a while after they are deleted: purged where that is asked for, and
//! restored.
//!
//! The attributes that say so are called the same everywhere: `purge_on_destroy`,
//! `restore_soft_deleted` and `location`.

use super::managed::Managed;
use super::patience::{LONGEST_PAUSE, Patience};
use super::{ArmResource, Delete, Moment, PendingCondition, SoftDelete};
use crate::client::{AzureClient, deadline};
use crate::engine::call::Call;
use crate::engine::related::LOOK_AGAIN;
use crate::explain::{explain, named};
use azure::id::ResourceId;
use azure::merge;
use azure::write::{Creation, PreviousRun};
use plugin::action::Progress;
use plugin::prelude::*;
use serde_json::json;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long what was deleted may take to be shown where it is kept.
const KEPT_WITHIN: Duration = Duration::from_secs(10);

/// Under this key the private data says how far a destroy came that has not ended.
const DESTROY: &str = "destroy";

/// It was to delete the object.
const BEGUN: &str = "begun";

/// The object is deleted.
const DELETED: &str = "deleted";

/// The object is purged, or there is nothing to purge.
const PURGED: &str = "purged";

impl<R: ArmResource> Managed<R> {
    fn soft_delete() -> Option<SoftDelete> {
        match R::TYPE.delete {
            Delete::Final => None,
            Delete::Soft(soft) => Some(soft),
        }
    }

    /// Notes that a destroy begins that is to purge the object.
    pub(super) fn note_destroy(prior: &R, context: &Context) {
        let purges = Self::soft_delete().is_some_and(|soft| soft.purges(&prior.encode()));
        if purges && context.private(DESTROY).is_none() {
            context.set_private(DESTROY, Some(json!(BEGUN)));
        }
    }

    /// Forgets that a destroy began: the object exists.
    pub(super) fn forget_destroy(context: &Context) {
        if context.private(DESTROY).is_some() {
            context.set_private(DESTROY, None);
        }
    }

    /// Whether an object that is deleted stays on record, because a destroy has not ended: it is
    /// still to be purged, or what was its own to be released.
    pub(super) fn is_half_destroyed(context: &Context) -> bool {
        let begun = context.private(DESTROY);
        if begun == Some(json!(BEGUN)) {
            context.set_private(DESTROY, Some(json!(DELETED)));
        }
        begun.is_some()
    }

    /// Plans that an object is made anew which a destroy has deleted without coming to its end. The
    /// new one takes its place after that end.
    pub(super) fn plan_half_destroyed(change: &mut Change<'_>, context: &Context) -> Diagnostics {
        let noted = context.private(DESTROY).filter(|noted| *noted != json!(BEGUN));
        if noted.is_none() || change.prior.is_null() || change.planned.is_null() {
            return Diagnostics::new();
        }
        change.planned.set_entry("id", Value::Unknown);
        change.replace.push(Path::of("id"));
        let label = R::TYPE.label;
        let summary = format!("The {label} is deleted, and its destroy has not ended");
        let detail = format!(
            "An earlier destroy deleted the {label}, and failed before all that belongs to it was \
             purged and released. The next apply ends that destroy, and then makes a new one."
        );
        Diagnostic::warning(summary, detail).into()
    }

    /// Purges what was deleted, where that is asked for, and waits for what comes after that.
    pub(super) async fn finish_delete(
        call: Call<'_>,
        prior: &R,
        id: &ResourceId,
    ) -> Result<(), Diagnostic> {
        let state = prior.encode();
        let soft = Self::soft_delete().filter(|soft| soft.purges(&state));
        let purged = call.context.private(DESTROY) == Some(json!(PURGED));
        let place = soft.filter(|_| !purged).and_then(|soft| soft.place_of(id, &state));
        if let Some(place) = place {
            call.context.set_private(DESTROY, Some(json!(DELETED)));
            Self::purge(call, &place).await?;
            call.context.set_private(DESTROY, Some(json!(PURGED)));
        }
        Self::wait_after_delete(call, prior, id).await
    }

    /// Purges an object, and waits until it is gone. Answers whether there was one.
    async fn purge(call: Call<'_>, place: &ResourceId) -> Result<bool, Diagnostic> {
        let fault = |error| Self::fault("Purging", place, &error);
        let patience = call.until.at_most(KEPT_WITHIN);
        while call.arm.get(place, R::TYPE.api_version, call.until).await.map_err(fault)?.is_none() {
            if patience.remaining() < LOOK_AGAIN {
                return Ok(false);
            }
            call.until.sleep(LOOK_AGAIN).await.map_err(fault)?;
        }
        call.arm.delete(place, R::TYPE.api_version, call.until).await.map_err(fault)?;
        Ok(true)
    }

    /// Waits until an object may be deleted. What cannot be seen is left to Azure to say.
    pub(super) async fn wait_to_delete(
        call: Call<'_>,
        prior: &R,
        id: &ResourceId,
    ) -> Result<(), Diagnostic> {
        let mut patience = Patience::default();
        while let Ok(Ok(Some(pending))) =
            call.assess(|reader| prior.pending(Moment::Deleting, reader)).await
        {
            let waited = patience.pause(&pending, call.until).await;
            waited.map_err(|error| {
                let doing = format!("Waiting for {} of {}", pending.what, R::TYPE.label);
                explain(&format!("{doing} {} to delete it", named(id)), &error)
            })?;
        }
        Ok(())
    }

    async fn wait_after_delete(
        call: Call<'_>,
        prior: &R,
        id: &ResourceId,
    ) -> Result<(), Diagnostic> {
        let begun = Instant::now();
        let mut waits = None;
        loop {
            let judged = call.assess(|reader| prior.pending(Moment::Deleted, reader)).await;
            let judged = judged.map_err(|error| Self::fault("Deleting", id, &error))??;
            let waited = begun.elapsed();
            let Some(pending) = judged else {
                let long = waits.map(|wait: Wait| wait.ended(id, waited));
                long.flatten().into_iter().for_each(|warning| call.context.warn(warning));
                return Ok(());
            };
            waits.get_or_insert_with(|| Wait::of(&pending)).tell(id, waited);
            let pause = (waited / 10).clamp(LOOK_AGAIN, LONGEST_PAUSE);
            let patience = match pending.within {
                Some(within) => call.until.at_most(within.saturating_sub(waited)),
                None => call.until.clone(),
            };
            match (patience.sleep(pause).await, pending.or_else) {
                (Ok(()), _) => {}
                (Err(error), Some(told)) if told.severity == Severity::Error => {
                    let doing = format!("Waiting for {} of {}", pending.what, named(id));
                    let Diagnostic { summary, detail, .. } = explain(&doing, &error);
                    let waited = waited.as_secs();
                    let detail = format!("{detail}\n\nIt waited {waited} s. {}", told.detail);
                    return Err(Diagnostic { summary, detail, ..told });
                }
                (Err(_), Some(warning)) => {
                    call.context.warn(warning);
                    return Ok(());
                }
                (Err(error), None) => return Err(Self::fault("Deleting", id, &error)),
            }
        }
    }

    /// Restores an object that is to be restored. Answers whether there was one.
    pub(super) async fn restore(
        call: Call<'_>,
        model: &R,
        id: &ResourceId,
    ) -> Result<bool, Diagnostic> {
        let state = model.encode();
        let wanted = state.get("restore_soft_deleted").as_bool() == Some(true);
        let soft = Self::soft_delete().filter(|_| wanted);
        let Some(place) = soft.and_then(|soft| soft.place_of(id, &state)) else {
            return Ok(false);
        };
        let fault = |error| Self::fault("Restoring", id, &error);
        let kept = call.arm.get(&place, R::TYPE.api_version, call.until).await.map_err(fault)?;
        if kept.is_none() {
            return Ok(false);
        }
        let location = state.get("location").as_str().unwrap_or_default();
        let body = json!({ "location": location, "properties": { "restore": true } });
        let creation = Creation {
            id,
            api: R::TYPE.api_version,
            body: &body,
            conditional: false,
            answers_200: false,
            over: &|live| Ok(merge::merged(live, &body)),
            // Whoever restored it: it is the one that was meant.
            matches: &|_| true,
            previous_run: PreviousRun::None,
            on_event: &|_| (),
        };
        let restored = call.arm.create(&creation, call.until).await;
        restored.map_err(|failed| fault(failed.error))?;
        Ok(true)
    }
}

/// A wait after a delete, and what is told of it.
struct Wait {
    what: String,
    tell_after: Duration,
}

impl Wait {
    /// How often the log tells that it goes on.
    const TOLD_EVERY: Duration = Duration::from_secs(60);

    /// How long it may take without a word at its end.
    const SHORT: Duration = Duration::from_secs(300);

    fn of(pending: &PendingCondition) -> Self {
        Self { what: pending.what.clone(), tell_after: Duration::ZERO }
    }

    /// Tells the log, once a minute.
    fn tell(&mut self, id: &ResourceId, waited: Duration) {
        if waited >= self.tell_after {
            self.tell_after = waited + Self::TOLD_EVERY;
            tracing::info!(%id, "waiting for {}, for {} s so far", self.what, waited.as_secs());
        }
    }

    /// What is told at the end of a long one.
    fn ended(&self, id: &ResourceId, waited: Duration) -> Option<Diagnostic> {
        tracing::info!(%id, "waited for {}, {} s in all", self.what, waited.as_secs());
        let minutes = waited.as_secs() / 60;
        let summary = format!("The destroy of {} took {minutes} minutes longer", named(id));
        let detail = format!(
            "It waited for {}, which Azure ended by itself after {} s. Nothing is left to do.",
            self.what,
            waited.as_secs()
        );
        (waited > Self::SHORT).then(|| Diagnostic::warning(summary, detail))
    }
}

/// An action that purges an object which was deleted.
pub trait Purge: Model {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// The resource that it was.
    type Resource: ArmResource;

    /// The state that the resource had, as far as it matters: its ID and region.
    fn resource(&self) -> Value;
}

/// A [`Purge`] served to Terraform.
pub struct Purging<P> {
    azure: Arc<AzureClient>,
    purge: PhantomData<fn() -> P>,
}

impl<P: Purge> Purging<P> {
    /// Purges in this Azure.
    pub fn new(azure: Arc<AzureClient>) -> Self {
        Self { azure, purge: PhantomData }
    }
}

#[async_trait]
impl<P: Purge> Action for Purging<P> {
    type Model = P;

    fn name(&self) -> &'static str {
        P::NAME
    }

    fn timeout(&self) -> Duration {
        P::Resource::TIMEOUTS.delete
    }

    async fn invoke(
        &self,
        config: P,
        progress: &Progress,
        context: &mut Context,
    ) -> Result<(), Diagnostics> {
        let (state, label) = (config.resource(), P::Resource::TYPE.label);
        let block = P::Resource::block();
        let resource = P::Resource::decode(block.filled(&state)).map_err(|fault| {
            Diagnostic::error("The action cannot be done", fault.message).at(fault.path)
        })?;
        let id = resource.resource_id(&self.azure.defaults())?;
        let soft = Managed::<P::Resource>::soft_delete();
        let Some(place) = soft.and_then(|soft| soft.place_of(&id, &state)) else {
            return Ok(());
        };
        progress.tell(format!("Purging the {label} {:?}", id.name())).await;
        let until = &deadline(context);
        let arm = &self.azure.writable(until).await?;
        let call = Call { arm, until, context };
        let purged = Managed::<P::Resource>::purge(call, &place).await?;
        let became = if purged { "is purged" } else { "is not among what is deleted" };
        progress.tell(format!("The {label} {:?} {became}", id.name())).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_wait_is_told_at_its_end_and_a_short_one_is_not() {
        let id = ResourceId::in_group("s", "g", "A.B/c", "n");
        let what = "the release of the subnet \"agents\"".to_owned();
        let pending = PendingCondition { step: "release", what, within: None, or_else: None };
        let mut wait = Wait::of(&pending);
        for (waited, next) in [(0, 60), (59, 60), (61, 121), (120, 121), (130, 190)] {
            wait.tell(&id, Duration::from_secs(waited));
            assert_eq!(wait.tell_after, Duration::from_secs(next), "{waited}");
        }
        assert_eq!(wait.ended(&id, Duration::from_secs(300)), None);
        let told = wait.ended(&id, Duration::from_secs(425)).expect("it was long");
        assert!(told.summary.contains("took 7 minutes longer"), "{told:?}");
        assert!(told.detail.contains("subnet \"agents\", which"), "{told:?}");
        assert!(told.detail.contains("425 s"), "{told:?}");
    }
}

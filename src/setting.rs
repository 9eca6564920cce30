//! Settings: resources of the provider that own one property of an ARM resource, and not the
//! resource. They are written by PATCH, and their end retains or restores.

mod former;
mod guarded;
mod outside;
mod served;

pub use guarded::Verdict;

use crate::claim::repair;
use crate::explain::{absent, explain};
use crate::identity::Named;
use crate::isolation::policy::Assignment;
use crate::provider::Azure;
use crate::resource::{LAST_LOOK, MOST_COLLISIONS};
use crate::survey::{Sight, Survey};
use azure::deadline::Deadline;
use azure::http::{Arm, Condition, Reply};
use azure::id::ResourceId;
use azure::merge;
use plugin::context::Context;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::field::Computed;
use plugin::model::Model;
use plugin::path::Path;
use plugin::timeouts::Timeouts;
use plugin::value::Value;
use serde_json::{Map, Value as Json};
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// How long a written value may take to show, before it counts as changed by someone else.
const SHOWS_WITHIN: Duration = Duration::from_secs(120);

/// How long to wait between two looks at a value that does not show yet.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// How a setting is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writes {
    /// By a PATCH of what it owns.
    Patch,
    /// By a PUT of the whole resource as it is, with what it owns changed; for types without PATCH.
    Whole,
}

/// A property of an ARM resource that somebody else owns.
pub trait ArmSetting: Model + Clone {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// What people call the setting.
    const LABEL: &'static str;
    /// What names it.
    const NAMED: Named;
    /// How long operations may take by default.
    const TIMEOUTS: Timeouts;
    /// How it is written.
    const WRITES: Writes = Writes::Patch;
    /// The attribute that names the resource.
    const NAMED_BY: &'static str = "resource_id";

    /// The `id` attribute: the ID of the resource that has the property.
    fn id(&mut self) -> &mut Computed<String>;

    /// The resource that has the property, and the API version that is spoken with it.
    ///
    /// # Errors
    ///
    /// When it is of no kind that has the property.
    fn target(&self) -> Result<(ResourceId, &'static str), Diagnostic>;

    /// The ID of an import as ARM spells it.
    ///
    /// # Errors
    ///
    /// When it is of no kind that has the property.
    fn imported(id: &ResourceId) -> Result<ResourceId, Diagnostic>;

    /// Sets the attribute that names the resource, from an import.
    fn locate(&mut self, id: &ResourceId);

    /// What must be written over the live body; `None` when it is there already. Here the
    /// attributes that the service may choose are set only where the configuration sets them.
    fn write(&self, live: &Json) -> Option<Json>;

    /// Sets the attributes from the live body.
    fn read(&mut self, live: &Json);

    /// ARM's types of the resources that have the property.
    const TYPES: &'static [&'static str];

    /// The attributes whose former values are put back in the end, if that is wished.
    const RESTORED: &'static [&'static str];

    /// Whether the former values are put back in the end.
    fn restores(&self) -> bool;

    /// Tells the attributes about the former values, where there are attributes for them.
    fn read_previous(&mut self, previous: &Map<String, Json>) {
        let _ = previous;
    }

    /// The policy assignment that is likely to write the property by itself.
    fn rewriter(target: &ResourceId, survey: &Survey) -> Sight<Option<Assignment>> {
        let _ = (target, survey);
        Sight::Absent
    }

    /// Tells the attributes which policy is likely to have written over them, where there is an
    /// attribute for it.
    fn rewritten_by(&mut self, policy: Option<&Assignment>) {
        let _ = policy;
    }

    /// Judges whether a write would do harm, by what a survey shows.
    fn guard(&self, live: &Json, survey: &Survey) -> Verdict {
        let _ = (live, survey);
        Verdict::default()
    }

    /// Whether the guard can judge a plan already, and is asked to. Values may be unknown.
    fn looks_ahead(prior: &Value, config: &Value) -> bool {
        let _ = (prior, config);
        false
    }

    /// Rules that concern several attributes. Values may be unknown.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Whether a plan lets the public in, by what it starts from and what it comes to.
    fn opens(prior: &Value, planned: &Value) -> bool {
        let _ = (prior, planned);
        false
    }

    /// The attribute that switches public access off, where the configuration does that.
    fn closes(config: &Value) -> Option<Path> {
        let _ = config;
        None
    }
}

/// An [`ArmSetting`] served to Terraform.
pub struct Owned<S> {
    azure: Arc<Azure>,
    setting: PhantomData<fn() -> S>,
}

/// Why a write is not to be seen, and the policy that is likely to have undone it.
struct Refused {
    fault: Diagnostic,
    policy: Option<Assignment>,
}

impl From<Diagnostic> for Refused {
    fn from(fault: Diagnostic) -> Self {
        Self { fault, policy: None }
    }
}

/// The resource that has a property: its ID and the API version that is spoken with it.
type Target = (ResourceId, &'static str);

impl<S: ArmSetting> Owned<S> {
    /// Serves the setting from this Azure.
    pub fn new(azure: Arc<Azure>) -> Self {
        Self { azure, setting: PhantomData }
    }

    fn doing(verb: &str, id: &ResourceId) -> String {
        format!("{verb} the {} of {:?}", S::LABEL, id.name())
    }

    async fn live(
        arm: &Arm,
        (id, api): &Target,
        until: &Deadline,
    ) -> Result<Option<Reply>, Diagnostic> {
        let found = arm.get(id, api, until).await;
        found.map_err(|error| explain(&Self::doing("Reading", id), &error))
    }

    /// Writes what the wish asks for, and gives what Azure answers; nothing when it is there
    /// already.
    async fn write(
        arm: &Arm,
        target: &Target,
        (wish, accepted): (&S, &(dyn Fn() + Sync)),
        mut reply: Reply,
        until: &Deadline,
    ) -> Result<Option<Json>, Diagnostic> {
        let (id, api) = target;
        let mut collisions = 0;
        let repair = |live: &Json| repair(live).filter(|_| S::WRITES == Writes::Whole);
        while let Some(body) = wish.write(&reply.body).or_else(|| repair(&reply.body)) {
            let (body, condition) = match S::WRITES {
                Writes::Patch => (body, Condition::None),
                Writes::Whole => {
                    let etag = reply.etag().map(str::to_owned);
                    let mut whole = reply.body.clone();
                    merge::merge(&mut whole, &body);
                    (whole, etag.map_or(Condition::None, Condition::IfMatch))
                }
            };
            let write = match S::WRITES {
                Writes::Patch => arm.patch(id, api, &body),
                Writes::Whole => arm.put(id, api, &body, condition),
            };
            match write.run(until, accepted).await {
                Ok(answer) => return Ok(Some(answer)),
                Err(error) if error.is_collision() && collisions < MOST_COLLISIONS => {
                    collisions += 1;
                    let found = Self::live(arm, target, until).await?;
                    reply = found.ok_or_else(|| absent::<S>(id))?;
                }
                Err(error) => return Err(explain(&Self::doing("Setting", id), &error)),
            }
        }
        Ok(None)
    }

    /// Writes what differs, and waits until Azure shows it.
    async fn set(
        &self,
        mut model: S,
        until: &Deadline,
        context: &Context,
    ) -> Result<S, Diagnostic> {
        let wish = Self::wish(&context.config)?;
        let target = wish.target()?;
        let arm = self.azure.writable(until).await?;
        let Some(reply) = Self::live(&arm, &target, until).await? else {
            return Err(absent::<S>(&target.0));
        };
        let mut live = reply.body.clone();
        former::remember(&wish, &model, (&target.0, &live), context);
        if wish.write(&live).is_some() {
            Self::guarded(&arm, &wish, (&target.0, &live), (until, context)).await?;
        }
        model.id().set(target.0.as_str().to_owned());
        model.read_previous(&former::previous(context));
        // From then on the value may be there, whatever becomes of the operation.
        let accepted = || context.accepted(&model);
        former::own(&wish, context);
        former::begin(&wish, &target.0, context);
        let written = async {
            match Self::write(&arm, &target, (&wish, &accepted), reply, until).await? {
                Some(answer) => Self::shown(&arm, (&wish, &answer), &target, until).await.map(Some),
                None => Ok(None),
            }
        };
        match written.await {
            Ok(shown) => live = shown.unwrap_or(live),
            Err(Refused { fault, policy }) => {
                match Self::live(&arm, &target, &until.grace(LAST_LOOK)).await {
                    Ok(Some(now)) if now.body != live || policy.is_some() => {
                        model.read(&now.body);
                        model.rewritten_by(policy.as_ref());
                        context.accepted(&model);
                    }
                    Ok(_) => context.not_made(),
                    Err(_) => {}
                }
                return Err(fault);
            }
        }
        model.read(&live);
        model.rewritten_by(None);
        Ok(model)
    }

    /// What the configuration asks for, and nothing else.
    fn wish(config: &Value) -> Result<S, Diagnostic> {
        S::decode(S::block().filled(config)).map_err(|fault| {
            let summary = format!("`{}` is not valid", fault.path);
            Diagnostic::error(summary, format!("{}.", fault.message)).at(fault.path)
        })
    }

    /// The live body once it shows what was written. What Azure's own answer to the write does not
    /// show either was written over in the same moment, where there is a policy that may do so.
    async fn shown(
        arm: &Arm,
        (wish, answer): (&S, &Json),
        target: &Target,
        until: &Deadline,
    ) -> Result<Json, Refused> {
        let shows = until.at_most(SHOWS_WITHIN);
        let id = &target.0;
        let mut overruled = answer.is_object() && wish.write(answer).is_some();
        loop {
            let Some(reply) = Self::live(arm, target, until).await? else {
                return Err(absent::<S>(id).into());
            };
            if wish.write(&reply.body).is_none() {
                return Ok(reply.body);
            }
            if overruled {
                let policy = Self::rewriter_of(id, arm, until).await;
                if policy.is_some() {
                    return Err(outside::rewritten::<S>(id, policy));
                }
                overruled = false;
            }
            if let Err(error) = shows.sleep(LOOK_AGAIN).await {
                if error.is_cancelled() {
                    return Err(explain(&Self::doing("Setting", id), &error).into());
                }
                let policy = Self::rewriter_of(id, arm, &until.grace(LAST_LOOK)).await;
                return Err(outside::rewritten::<S>(id, policy));
            }
        }
    }

    async fn unset(
        &self,
        mut model: S,
        until: &Deadline,
        context: &Context,
    ) -> Result<(), Diagnostic> {
        let former = former::previous(context);
        context.forget(model.id().get().map(String::as_str).unwrap_or_default());
        if !model.restores() || former.is_empty() {
            return Ok(());
        }
        let target = model.target()?;
        let arm = self.azure.writable(until).await?;
        // Where there is nothing left, there is nothing to put back either.
        let Some(reply) = Self::live(&arm, &target, until).await? else {
            return Ok(());
        };
        let wish = former::of::<S>(&former);
        let mut wish = Self::wish(&wish)?;
        model.id().set(target.0.as_str().to_owned());
        wish.locate(&target.0);
        if let Some(answer) = Self::write(&arm, &target, (&wish, &|| ()), reply, until).await? {
            let shown = Self::shown(&arm, (&wish, &answer), &target, until).await;
            shown.map_err(|refused| refused.fault)?;
        }
        Ok(())
    }
}

/// The deadline of a call.
pub fn until(context: &Context) -> Deadline {
    Deadline::new(context.timeout, context.stop.clone())
}

//! Settings: resources of the provider that own one property of an ARM resource, and not the
//! resource. They are written by PATCH, and their end retains or restores.

use crate::explain::{explain, unreadable};
use crate::provider::Azure;
use async_trait::async_trait;
use azure::deadline::Deadline;
use azure::http::Arm;
use azure::id::ResourceId;
use plugin::context::Context;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::field::Computed;
use plugin::model::Model;
use plugin::path::Path;
use plugin::resource::Resource;
use plugin::timeouts::Timeouts;
use plugin::value::Value;
use serde_json::Value as Json;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

/// How long a written value may take to show, before it counts as changed by someone else.
const SHOWS_WITHIN: Duration = Duration::from_secs(120);

/// How long to wait between two looks at a value that does not show yet.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Under this key the private data keeps what Azure had before the first write.
const PREVIOUS: &str = "previous";

/// What becomes of a setting when its resource is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDestroy {
    /// It stays as it is.
    Retain,
    /// It gets back the value that it had before.
    Restore,
}

/// A property of an ARM resource that somebody else owns.
pub trait ArmSetting: Model + Clone {
    /// The full type name in Terraform.
    const NAME: &'static str;
    /// What people call the setting.
    const LABEL: &'static str;
    /// How long operations may take by default.
    const TIMEOUTS: Timeouts;

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

    /// What must be written over the live body; `None` when it is there already.
    fn write(&self, live: &Json) -> Option<Json>;

    /// Sets the attributes from the live body.
    fn read(&mut self, live: &Json);

    /// What a restore would write: the part of the live body that [`ArmSetting::write`] changes.
    fn previous(live: &Json) -> Json;

    /// What becomes of it in the end.
    fn on_destroy(&self) -> OnDestroy;

    /// Refuses a write that would do harm.
    ///
    /// # Errors
    ///
    /// The harm, and what must be true first.
    fn guard(&self, live: &Json) -> Result<(), Diagnostic> {
        let _ = live;
        Ok(())
    }

    /// Rules that concern several attributes. Values may be unknown.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }
}

/// An [`ArmSetting`] served to Terraform.
pub struct Owned<S> {
    azure: Arc<Azure>,
    setting: PhantomData<fn() -> S>,
}

impl<S: ArmSetting> Owned<S> {
    /// Serves the setting from this Azure.
    pub fn new(azure: Arc<Azure>) -> Self {
        Self {
            azure,
            setting: PhantomData,
        }
    }

    fn doing(verb: &str, id: &ResourceId) -> String {
        format!("{verb} the {} of {:?}", S::LABEL, id.name())
    }

    async fn live(
        arm: &Arm,
        id: &ResourceId,
        api: &str,
        until: &Deadline,
    ) -> Result<Option<Json>, Diagnostic> {
        let found = arm.get(id, api, until).await;
        found
            .map(|reply| reply.map(|reply| reply.body))
            .map_err(|error| explain(&Self::doing("Reading", id), &error))
    }

    async fn patch(
        arm: &Arm,
        id: &ResourceId,
        api: &str,
        body: &Json,
        until: &Deadline,
    ) -> Result<(), Diagnostic> {
        let written = arm.patch(id, api, body).run(until, &|| ()).await;
        written
            .map(|_| ())
            .map_err(|error| explain(&Self::doing("Setting", id), &error))
    }

    /// Writes what differs, and waits until Azure shows it.
    async fn set(
        &self,
        mut model: S,
        until: &Deadline,
        context: &Context,
    ) -> Result<S, Diagnostic> {
        let (id, api) = model.target()?;
        let arm = self.azure.arm(until).await?;
        let Some(live) = Self::live(&arm, &id, api, until).await? else {
            return Err(absent(&id));
        };
        if context.private(PREVIOUS).is_none() {
            context.set_private(PREVIOUS, Some(S::previous(&live)));
        }
        let live = match model.write(&live) {
            None => live,
            Some(body) => {
                model.guard(&live)?;
                Self::patch(&arm, &id, api, &body, until).await?;
                self.shown(&arm, &model, &id, api, until).await?
            }
        };
        model.id().set(id.as_str().to_owned());
        model.read(&live);
        Ok(model)
    }

    /// The live body once it shows what was written.
    async fn shown(
        &self,
        arm: &Arm,
        model: &S,
        id: &ResourceId,
        api: &str,
        until: &Deadline,
    ) -> Result<Json, Diagnostic> {
        let shows = until.at_most(SHOWS_WITHIN);
        loop {
            let Some(live) = Self::live(arm, id, api, until).await? else {
                return Err(absent(id));
            };
            if model.write(&live).is_none() {
                return Ok(live);
            }
            if let Err(error) = shows.sleep(LOOK_AGAIN).await {
                if error.is_cancelled() {
                    return Err(explain(&Self::doing("Setting", id), &error));
                }
                return Err(rewritten::<S>(id));
            }
        }
    }

    async fn unset(&self, model: S, until: &Deadline, context: &Context) -> Result<(), Diagnostic> {
        let (OnDestroy::Restore, Some(previous)) = (model.on_destroy(), context.private(PREVIOUS))
        else {
            return Ok(());
        };
        let (id, api) = model.target()?;
        let arm = self.azure.arm(until).await?;
        match Self::live(&arm, &id, api, until).await? {
            // Nothing is left whose value could be restored.
            None => Ok(()),
            Some(live) if S::previous(&live) == previous => Ok(()),
            Some(_) => Self::patch(&arm, &id, api, &previous, until).await,
        }
    }
}

fn absent(id: &ResourceId) -> Diagnostic {
    Diagnostic::error(
        format!("{:?} does not exist", id.name()),
        format!("Azure has no resource {id}. Check the ID, or create the resource first."),
    )
    .at(Path::of("resource_id"))
}

fn rewritten<S: ArmSetting>(id: &ResourceId) -> Diagnostic {
    Diagnostic::error(
        format!(
            "The {} of {:?} does not stay as written",
            S::LABEL,
            id.name()
        ),
        "Azure accepted the value, and shows another one since. Most likely an Azure Policy with \
         the Modify effect is assigned to the resource, its group or its subscription: look for \
         one in the activity log, and exempt the resource or follow the policy.",
    )
}

#[async_trait]
impl<S: ArmSetting> Resource for Owned<S> {
    type Model = S;

    fn name(&self) -> &'static str {
        S::NAME
    }

    fn timeouts(&self) -> Timeouts {
        S::TIMEOUTS
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        S::validate(config)
    }

    async fn create(&self, planned: S, context: &Context) -> Result<S, Diagnostics> {
        Ok(self.set(planned, &until(context), context).await?)
    }

    async fn read(&self, mut state: S, context: &Context) -> Result<Option<S>, Diagnostics> {
        let until = until(context);
        if context.importing {
            let id = state.id().get().cloned().unwrap_or_default();
            state.locate(&crate::check::parse(&id, "id")?);
        }
        let (id, api) = state.target()?;
        let arm = self.azure.arm(&until).await?;
        let Some(live) = Self::live(&arm, &id, api, &until).await? else {
            return Ok(None);
        };
        if context.importing {
            let id = crate::place::spelt_by_azure(id, &live);
            let id = S::imported(&id)?;
            state.id().set(id.as_str().to_owned());
            state.locate(&id);
        }
        if !live.is_object() {
            return Err(unreadable(S::LABEL, &"the answer is no object").into());
        }
        state.read(&live);
        Ok(Some(state))
    }

    async fn update(&self, _prior: S, planned: S, context: &Context) -> Result<S, Diagnostics> {
        Ok(self.set(planned, &until(context), context).await?)
    }

    async fn delete(&self, prior: S, context: &Context) -> Result<(), Diagnostics> {
        Ok(self.unset(prior, &until(context), context).await?)
    }

    fn import(&self, id: &str) -> Result<Vec<(&'static str, Value)>, Diagnostics> {
        let id = S::imported(&crate::check::parse(id, "id")?)?;
        Ok(vec![("id", id.as_str().into())])
    }
}

/// The deadline of a call.
pub fn until(context: &Context) -> Deadline {
    Deadline::new(context.timeout, context.stop.clone())
}

//! Implementation of Terraform's resource operations for [`Partial`].

use super::{ArmPartial, Object, ObjectRef, Observed, OnDestroy, Partial, moves, previous};
use crate::assessment::checks;
use crate::assessment::checks::input::CheckInput;
use crate::client::deadline;
use crate::engine::call::Call;
use crate::engine::scope::spelt_by_azure;
use async_trait::async_trait;
use plugin::command;
use plugin::identity::Identity;
use plugin::prelude::*;
use serde_json::Value as Json;

#[async_trait]
impl<P: ArmPartial> Resource for Partial<P> {
    type Model = P;

    fn name(&self) -> &'static str {
        P::NAME
    }

    fn timeouts(&self) -> Option<Timeouts> {
        Some(P::TIMEOUTS)
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut found = P::validate(config);
        // As for a resource: Terraform also validates before a plan, which runs the checks itself.
        if command::only_validates() {
            let input = P::check_input(&Value::Null, config, config);
            found.extend(checks::of_configuration(&input, &self.azure.check_levels()));
        }
        found
    }

    async fn plan(&self, mut change: Change<'_>, context: &Context) -> Diagnostics {
        let mut found = P::plan(&mut change);
        Self::plan_id(&mut change);
        let Change { prior, config, planned, .. } = change;
        self.plan_on_destroy(prior, config, planned);
        let mut input = P::check_input(prior, config, planned);
        input.owned = P::check_input(&Value::Null, config, planned).network;
        let setting = input.setting.clone();
        if let Some(setting) = setting.as_ref().filter(|_| prior.is_null()) {
            input.references.push(setting.target.clone());
        }
        let cache = self.azure.plan_cache();
        if setting.as_ref().is_some_and(|setting| setting.opens)
            && let (Some(id), Some(cache)) = (prior.get("id").as_str(), &cache)
        {
            cache.plan_public_access(id);
        }
        // Without attributes to restore, every attribute is one that the resource writes.
        let changes = match P::RESTORED {
            [] => prior != planned,
            names => names.iter().any(|name| prior.get(name) != planned.get(name)),
        };
        if !changes {
            input = CheckInput { owned: input.owned, ..CheckInput::default() };
        }
        if !planned.is_null() {
            found.extend(checks::of_plan(&self.azure, input, context).await);
        }
        let Some(setting) = setting else { return found };
        // The plan creates the endpoint, so the guard cannot assess it yet: the apply does.
        let comes = |target| cache.is_some_and(|cache| cache.plans_endpoint_to(target));
        let guarded = setting.guarded && !comes(&setting.target.value);
        let until = deadline(context);
        if guarded {
            // A guard that cannot read Azure yet must not block the plan.
            let unverified = |fault| vec![Diagnostic { severity: Severity::Warning, ..fault }];
            found.extend(self.advice(config, &until).await.unwrap_or_else(unverified));
        }
        found
    }

    async fn create(&self, planned: P, context: &Context) -> Result<P, Diagnostics> {
        Ok(self.write(planned, true, context).await?)
    }

    async fn read(&self, mut part: P, context: &Context) -> Result<Option<P>, Diagnostics> {
        let until = &deadline(context);
        if context.importing {
            part.locate()?;
        }
        let ObjectRef::Id(id) = part.object()? else {
            return Ok(None);
        };
        let arm = &self.azure.arm(until).await?;
        let call = Call { arm, until, context };
        let object = Object { call, id: &id, api_version: part.api() };
        let Some(reply) = Self::live(object).await? else {
            return Ok(None);
        };
        let before = part.clone();
        if !Self::read_body(&mut part, &reply.body, context.importing)? {
            return Ok(None);
        }
        if context.importing {
            part.set_id(&spelt_by_azure(id.clone(), &reply.body));
            let own = P::imported(&Self::own_id(&mut part))?;
            part.id().set(own);
            part.locate()?;
        } else {
            let own = Self::own_id(&mut part);
            previous::recover(&own, &part, context);
        }
        part.observe(Observed::Previous(&previous::previous(context)));
        if !context.importing {
            Self::warn_of_drift(&before, &mut part, object).await;
        }
        Ok(Some(Self::look_beside(call, part, &reply.body).await))
    }

    async fn update(&self, _prior: P, planned: P, context: &Context) -> Result<P, Diagnostics> {
        Ok(self.write(planned, false, context).await?)
    }

    async fn delete(&self, mut part: P, context: &Context) -> Result<(), Diagnostics> {
        let until = &deadline(context);
        let former = previous::previous(context);
        context.forget(&Self::own_id(&mut part));
        let ObjectRef::Id(id) = part.object()? else {
            return Ok(());
        };
        let restores = part.encode().get("on_destroy").as_str() == Some("restore");
        let restored = match restores && !former.is_empty() {
            true => {
                let mut restored = Self::desired(&previous::of::<P>(&former))?;
                restored.set_id(&id);
                restored.locate()?;
                Some(restored)
            }
            // There is no value to restore.
            false if !P::RESTORED.is_empty() => return Ok(()),
            false => None,
        };
        let arm = &self.azure.writable(until).await?;
        let call = Call { arm, until, context };
        let api_version = restored.as_ref().map_or_else(|| part.api(), P::api);
        let object = Object { call, id: &id, api_version };
        let Some(reply) = Self::live(object).await? else {
            return Ok(());
        };
        if restored.is_none() && matches!(part.on_destroy(&reply.body), OnDestroy::Delete) {
            let deleted = arm.delete(&id, api_version, until).await;
            return Ok(deleted.map_err(|error| Self::fault("Deleting", &id, &error))?);
        }
        let changes = |live: &Json| match (&restored, part.on_destroy(live)) {
            (Some(restored), _) => restored.write(live),
            (None, OnDestroy::Write(body)) => Some(body),
            (None, OnDestroy::Retain | OnDestroy::Delete) => None,
        };
        let wanted = (restored.as_ref().map_or_else(|| part.how(), P::how), restored.as_ref());
        let written = Self::write_over(object, wanted, &changes, &|| (), reply).await;
        written.map(|_| ()).map_err(|failed| failed.fault.into())
    }

    fn import(&self, id: &str) -> Result<Vec<(&'static str, Value)>, Diagnostics> {
        Ok(vec![("id", P::imported(id)?.into())])
    }

    fn identity(&self) -> Option<Box<dyn Identity>> {
        Some(P::IDENTITY.at(&self.azure.defaults()))
    }

    fn adjust_generated_config(&self, config: &mut Value) {
        P::trim(config);
    }

    fn move_sources(&self) -> Vec<MoveSource> {
        moves::origins::<P>()
    }
}

impl<P: ArmPartial> Partial<P> {
    /// Plans `on_destroy` from the provider's configuration if the resource does not set it.
    fn plan_on_destroy(&self, prior: &Value, config: &Value, planned: &mut Value) {
        let block = P::block();
        let open = block.attribute("on_destroy").is_some_and(|it| it.facts.default.is_none());
        if !open || planned.as_map().is_none() || !config.get("on_destroy").is_null() {
            return;
        }
        // An import leaves the attribute null, which equals `retain`.
        let imported = prior.as_map().is_some() && prior.get("on_destroy").is_null();
        let end = match (self.azure.defaults().restore, imported) {
            (None, _) => Value::Unknown,
            (Some(true), _) => "restore".into(),
            (Some(false), false) => "retain".into(),
            (Some(false), true) => Value::Null,
        };
        planned.set_entry("on_destroy", end);
    }
}

//! Planned values that are known before the apply, and the diagnosis of a refused create.

use super::managed::Managed;
use super::{ArmResource, inline_child};
use crate::assessment::checks;
use crate::assessment::checks::input::CheckInput;
use crate::assessment::reader::{Reader, Source};
use crate::client::deadline;
use crate::client::plan_cache::PlannedTarget;
use crate::engine::call::Call;
use crate::engine::known::{UNKNOWN, known};
use crate::engine::related::RelatedObjects;
use crate::engine::scope;
use azure::deadline::Deadline;
use azure::error::Error;
use azure::id::ResourceId;
use plugin::path::Step;
use plugin::prelude::*;

impl<R: ArmResource> Managed<R> {
    /// Plans the ID of a new object if the configuration defines it, in the configuration's
    /// spelling. The ID of a replacement stays unknown, so that Terraform also plans the resources
    /// that refer to it again.
    pub(super) fn plan_id(&self, change: &mut Change<'_>) {
        let Some(cache) = self.azure.plan_cache() else { return };
        let prior = change.prior.get("id").as_str();
        if let Some(id) = prior {
            cache.note_on_record(id);
            if change.replace.is_empty() {
                return;
            }
        }
        let Some(id) = self.configured_id(change) else { return };
        cache.plan_creation(&id);
        if prior.is_none() && !cache.was_on_record(&id) {
            change.planned.set_entry("id", id.into());
        }
    }

    /// Returns the ID of a new object once its dependencies are known.
    fn configured_id(&self, change: &Change<'_>) -> Option<String> {
        let id = known::<R>(change)?.resource_id(&self.azure.defaults()).ok()?;
        (!id.as_str().contains(UNKNOWN)).then(|| id.as_str().to_owned())
    }

    /// Plans the attributes that a create would compute before it writes. Attributes that cannot be
    /// computed yet stay unknown.
    pub(super) async fn plan_prepared(&self, change: &mut Change<'_>, context: &Context) {
        let planned = change.planned.get("id").as_str().filter(|_| change.prior.is_null());
        let Some(id) = planned.and_then(|id| ResourceId::parse(id).ok()) else { return };
        let Some(model) = known::<R>(change) else { return };
        let before = model.clone().encode();
        let prepare = |reader: &Reader| {
            let mut model = model.clone();
            model.locate(&id);
            let prepared = model.prepare(reader);
            (prepared.is_ok() && reader.is_complete()).then_some(model)
        };
        let prepared = match prepare(&Reader::default()) {
            None => self.prepared_in_azure(prepare, &deadline(context)).await,
            prepared => prepared,
        };
        let Some(prepared) = prepared.map(|model| model.encode()) else { return };
        for (name, value) in prepared.as_map().into_iter().flatten() {
            let is_open = *change.planned.get(name) == Value::Unknown;
            if is_open && change.config.get(name).is_null() && before.get(name) != value {
                change.planned.set_entry(name, value.clone());
            }
        }
    }

    /// Computes the attributes with reads from Azure, if the plan may send requests.
    async fn prepared_in_azure(
        &self,
        prepare: impl Fn(&Reader) -> Option<R>,
        until: &Deadline,
    ) -> Option<R> {
        let cache = self.azure.plan_cache().filter(|_| self.azure.check_levels().makes_any())?;
        let arm = self.azure.arm(until).await.ok()?;
        // The object that replaces another may have other properties, so only the apply knows them.
        let lasts =
            |reader: &Reader| !reader.has_read(|key| cache.plans_replacement_of_or_above(key));
        let prepare = |reader: &Reader| prepare(reader).filter(|_| lasts(reader));
        Source { arm: &arm, cache: Some(&cache), until }.assess(prepare).await.ok()?
    }

    /// Returns the input of the checks. Records which objects the plan deletes, for the checks of
    /// other resources.
    pub(super) fn checked(&self, change: &Change<'_>) -> CheckInput {
        let Change { prior, config, planned, replace } = change;
        let defaults = &self.azure.defaults();
        let replaced = !replace.is_empty();
        if (planned.is_null() || replaced)
            && let Some(cache) = self.azure.plan_cache()
        {
            // A replacement may keep the values of the object that it replaces.
            let own = prior.get("id").as_str().map(str::to_owned);
            own.iter().filter(|_| !planned.is_null()).for_each(|id| cache.plan_replacement(id));
            let deleted = R::delete_input(prior).deletes;
            own.into_iter().chain(deleted).for_each(|id| cache.plan_deletion(&id));
        }
        let owned = R::check_input(config, defaults).network.filter(|_| !planned.is_null());
        let mut input = match (prior, &**planned) {
            (prior, Value::Null) => R::delete_input(prior),
            (prior, planned) if *prior == planned => CheckInput::default(),
            (prior, _) if prior.is_null() || replaced => R::check_input(config, defaults),
            (prior, _) => {
                let before = R::check_input(prior, defaults);
                R::check_input(config, defaults).beyond(&before)
            }
        };
        input.owned = owned;
        if let (Some(cache), Some(id)) = (self.azure.plan_cache(), planned.get("id").as_str())
            && let Some(service) = input.endpoint.as_ref().map(|endpoint| &endpoint.service)
            && let (Some(target), Some(groups)) = (&service.target, &service.groups)
        {
            let group_ids = groups.value.clone();
            let target = PlannedTarget { target: target.value.clone(), group_ids };
            cache.plan_endpoint(id, target);
        }
        if let Some(zones) = &mut input.zones {
            zones.owner = prior.get("id").as_str().and_then(|id| ResourceId::parse(id).ok());
        }
        input
    }

    /// Warns about inline children that leave the state and stay in Azure.
    pub(super) fn warn_of_children_that_stay(prior: &Value, planned: &Value, context: &Context) {
        let decoded = |value: &Value| {
            let known = value.as_map().is_some().then(|| value.clone().without_unknown())?;
            R::decode(R::block().filled(&known)).ok()
        };
        let (Some(mut before), Some(after)) = (decoded(prior), decoded(planned)) else { return };
        if let Ok(id) = scope::of_state(R::NAME, before.id())
            && let Ok(children) =
                after.inline_children(Some(&before), &id, &RelatedObjects::default())
        {
            inline_child::ours(children.remove, context);
        }
    }

    /// Returns the diagnostic of a refused create, with the cause that the checks find.
    pub(super) async fn refused(
        &self,
        call: Call<'_>,
        id: &ResourceId,
        error: &Error,
    ) -> Diagnostic {
        let mut diagnostic = Self::fault("Creating", id, error);
        let config = &call.context.config;
        let given = |path: &Path| match path.steps().first() {
            Some(Step::Attribute(name)) => !config.get(name).is_null(),
            _ => false,
        };
        diagnostic.path = Self::attributes_of(error).find(given).or(diagnostic.path);
        let input = R::check_input(config, &self.azure.defaults());
        let reason = checks::of_refusal(error, &input, call.arm, call.until).await;
        if let Some((more, path)) = reason {
            diagnostic.detail = format!("{}\n\n{more}", diagnostic.detail);
            diagnostic.path.get_or_insert(path);
        }
        diagnostic
    }
}

//! What is known of a change before it is made, and of a create that was refused.

use super::managed::Managed;
use super::{ArmResource, CheckedChange, inline_child};
use crate::assessment::checks;
use crate::assessment::checks::input::CheckInput;
use crate::engine::call::Call;
use crate::engine::related::RelatedObjects;
use crate::engine::scope;
use azure::error::Error;
use azure::id::ResourceId;
use plugin::path::Step;
use plugin::prelude::*;

/// What stands for a text that is not known yet: no name has such a character.
const UNKNOWN: &str = "\0";

impl<R: ArmResource> Managed<R> {
    /// Plans the ID of a new object, where the configuration gives it: spelt as it is there. That
    /// of one that is made anew in the place of another is not known, so that what refers to it is
    /// planned anew too.
    pub(super) fn plan_id(&self, change: &mut Change<'_>) {
        let Some(cache) = self.azure.plan_cache() else { return };
        if let Some(id) = change.prior.get("id").as_str() {
            cache.note_on_record(id);
        } else if R::PLANS_ID
            && let Some(id) = self.configured_id(change)
            && !cache.was_on_record(&id)
        {
            cache.plan_creation(&id);
            change.planned.set_entry("id", id.into());
        }
    }

    /// The ID that a new object gets, once all that it depends on is known.
    fn configured_id(&self, change: &Change<'_>) -> Option<String> {
        let mut model = (*change.planned).clone().without_unknown();
        let block = R::block();
        let open = block.attributes.iter().filter(|it| it.ty == Type::String);
        for name in open.map(|attribute| attribute.name()) {
            if *change.config.get(name) == Value::Unknown {
                model.set_entry(name, UNKNOWN.into());
            }
        }
        model.as_map()?;
        let model = R::decode(block.filled(&model)).ok()?;
        let id = model.resource_id(&self.azure.defaults()).ok()?;
        (!id.as_str().contains(UNKNOWN)).then(|| id.as_str().to_owned())
    }

    /// What the checks look at. Records what the plan deletes, for the checks of other resources.
    pub(super) fn checked(&self, change: &Change<'_>) -> CheckInput {
        let Change { prior, config, planned, replace } = change;
        let defaults = &self.azure.defaults();
        let config = CheckedChange::Write(config);
        let replaced = !replace.is_empty();
        if (planned.is_null() || replaced)
            && let Some(cache) = self.azure.plan_cache()
        {
            // What takes its place may have what it had.
            let own = prior.get("id").as_str().map(str::to_owned);
            let deleted = R::check_input(CheckedChange::Delete(prior), defaults).deletes;
            own.into_iter().chain(deleted).for_each(|id| cache.plan_deletion(&id));
        }
        let mut input = match (prior, &**planned) {
            (prior, Value::Null) => R::check_input(CheckedChange::Delete(prior), defaults),
            (prior, planned) if *prior == planned => CheckInput::default(),
            (prior, _) if prior.is_null() || replaced => R::check_input(config, defaults),
            (prior, _) => {
                let before = R::check_input(CheckedChange::Write(prior), defaults);
                R::check_input(config, defaults).beyond(&before)
            }
        };
        if let Some(zones) = &mut input.zones {
            zones.owner = prior.get("id").as_str().and_then(|id| ResourceId::parse(id).ok());
        }
        input
    }

    /// Warns of the inline children that leave the state and stay in Azure.
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

    /// Why a create was refused, with what can be found out about it.
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
        let input = R::check_input(CheckedChange::Write(config), &self.azure.defaults());
        let reason = checks::of_refusal(error, &input, call.arm, call.until).await;
        if let Some((more, path)) = reason {
            diagnostic.detail = format!("{}\n\n{more}", diagnostic.detail);
            diagnostic.path.get_or_insert(path);
        }
        diagnostic
    }
}

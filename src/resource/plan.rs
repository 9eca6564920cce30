//! What is known of a change before it is made, and of a create that was refused.

use super::Managed;
use crate::arm::{ArmResource, Found};
use crate::checks;
use crate::checks::intent::Intent;
use crate::checks::sight::{Lookout, Sights};
use crate::part;
use crate::place;
use azure::arm::Arm;
use azure::deadline::Deadline;
use azure::error::Error;
use azure::id::ResourceId;
use plugin::context::Context;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::resource::Change;
use plugin::value::Value;

impl<R: ArmResource> Managed<R> {
    /// Fills in what can be known already, and lets the checks look. They change nothing.
    pub(super) async fn plan_in(&self, mut change: Change<'_>, context: &Context) -> Diagnostics {
        let mut found = R::plan(&mut change);
        let Change { prior, config, planned, replace } = change;
        Self::foretell(prior, planned, context);
        self.azure.home().plan(prior, config, planned);
        let replaced = !replace.is_empty();
        if planned.is_null() || replaced {
            // What takes its place may have what it had.
            let names = ["id", "network_interface_id"].map(|name| prior.get(name).as_str());
            self.azure.goes(&names.into_iter().flatten().collect::<Vec<_>>());
        }
        let mut intent = match (prior, planned) {
            (prior, Value::Null) => R::ending(prior),
            (prior, planned) if prior == planned => Intent::default(),
            (prior, _) if prior.is_null() || replaced => R::intent(config),
            (prior, _) => R::intent(config).beyond(&R::intent(prior)),
        };
        if let Some(zones) = &mut intent.zones {
            zones.owner = prior.get("id").as_str().and_then(|id| ResourceId::parse(id).ok());
        }
        found.extend(self.azure.check(&intent, context).await);
        found
    }

    /// Tells of the inline children that leave the state and stay in Azure.
    fn foretell(prior: &Value, planned: &Value, context: &Context) {
        let decoded = |value: &Value| {
            let known = value.as_map().is_some().then(|| value.clone().without_unknown())?;
            R::decode(R::block().filled(&known)).ok()
        };
        let (Some(mut before), Some(after)) = (decoded(prior), decoded(planned)) else { return };
        if let Ok(id) = place::of_state(R::NAME, before.id()) {
            part::ours(after.unwanted(&before, &id, &Found::default()), context);
        }
    }

    /// Why a create was refused, with what can be found out about it.
    pub(super) async fn refused(
        &self,
        arm: &Arm,
        (id, error): (&ResourceId, &Error),
        until: &Deadline,
        context: &Context,
    ) -> Diagnostic {
        let mut diagnostic = Self::fault("Creating", id, error);
        // What was seen for the plan may be over.
        let out = Lookout { arm, sights: &Sights::default(), until };
        if let Some((more, path)) = checks::after(error, &R::intent(&context.config), &out).await {
            diagnostic.detail = format!("{}\n\n{more}", diagnostic.detail);
            diagnostic.path.get_or_insert(path);
        }
        diagnostic
    }
}

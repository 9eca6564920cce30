//! [`Partial`] as Terraform knows resources.

use super::{ArmPartial, Partial, until};
use async_trait::async_trait;
use plugin::context::Context;
use plugin::diagnostic::{Diagnostic, Diagnostics, Severity};
use plugin::identity::Identity;
use plugin::moves::MoveSource;
use plugin::resource::{Change, Resource};
use plugin::timeouts::Timeouts;
use plugin::value::Value;

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
        P::validate(config)
    }

    async fn plan(&self, change: Change<'_>, context: &Context) -> Diagnostics {
        let Change { prior, config, planned, .. } = change;
        self.end_as_configured(prior, config, planned);
        let intent = P::intent(prior, config, planned);
        let Some(setting) = &intent.setting else {
            return Diagnostics::new();
        };
        if setting.opens
            && let Some(id) = prior.get("id").as_str()
        {
            self.azure.opens(id);
        }
        let (until, guarded) = (until(context), setting.guarded);
        let changes = P::RESTORED.iter().any(|name| prior.get(name) != planned.get(name));
        let mut found = Diagnostics::new();
        if !planned.is_null() && changes {
            found.extend(self.azure.check(&intent, context).await);
        }
        if guarded {
            // That the guard cannot look yet does not keep anything from being planned.
            let blind = |fault| vec![Diagnostic { severity: Severity::Warning, ..fault }];
            found.extend(self.advice(config, &until).await.unwrap_or_else(blind));
        }
        found
    }

    async fn create(&self, planned: P, context: &Context) -> Result<P, Diagnostics> {
        Ok(self.set(planned, true, context).await?)
    }

    async fn read(&self, state: P, context: &Context) -> Result<Option<P>, Diagnostics> {
        Ok(self.read_in(state, context).await?)
    }

    async fn update(&self, _prior: P, planned: P, context: &Context) -> Result<P, Diagnostics> {
        Ok(self.set(planned, false, context).await?)
    }

    async fn delete(&self, prior: P, context: &Context) -> Result<(), Diagnostics> {
        Ok(self.give_up(prior, context).await?)
    }

    fn import(&self, id: &str) -> Result<Vec<(&'static str, Value)>, Diagnostics> {
        Ok(vec![("id", P::imported(id)?.into())])
    }

    fn identity(&self) -> Option<Box<dyn Identity>> {
        Some(P::NAMED.at(&self.azure.home()))
    }

    fn adjust_generated_config(&self, config: &mut Value) {
        P::trim(config);
    }

    fn move_sources(&self) -> Vec<MoveSource> {
        P::origins()
    }
}

impl<P: ArmPartial> Partial<P> {
    /// What the resource does not say of its end, the provider's configuration does.
    fn end_as_configured(&self, prior: &Value, config: &Value, planned: &mut Value) {
        let block = P::block();
        let open = block.attribute("on_destroy").is_some_and(|it| it.facts.default.is_none());
        if !open || planned.as_map().is_none() || !config.get("on_destroy").is_null() {
            return;
        }
        // An import leaves it null, which means the same as retain.
        let imported = prior.as_map().is_some() && prior.get("on_destroy").is_null();
        let end = match (self.azure.home().restore, imported) {
            (true, _) => "restore".into(),
            (false, false) => "retain".into(),
            (false, true) => Value::Null,
        };
        planned.set_entry("on_destroy", end);
    }
}

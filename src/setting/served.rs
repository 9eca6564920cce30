//! [`Owned`] as Terraform knows resources.

use super::{ArmSetting, Owned, former, until};
use crate::checks::intent::Intent;
use crate::explain::unreadable;
use async_trait::async_trait;
use azure::http::Reply;
use plugin::context::Context;
use plugin::diagnostic::{Diagnostic, Diagnostics, Severity};
use plugin::identity::Identity;
use plugin::resource::{Change, Resource};
use plugin::timeouts::Timeouts;
use plugin::value::Value;

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

    async fn plan(&self, change: Change<'_>, context: &Context) -> Diagnostics {
        // What the resource does not say of its end, the provider's configuration does.
        let Change { prior, config, planned, .. } = change;
        let block = S::block();
        let open = block.attribute("on_destroy").is_some_and(|it| it.facts.default.is_none());
        if open && planned.as_map().is_some() && config.get("on_destroy").is_null() {
            // An import leaves it null, which means the same as retain.
            let imported = prior.as_map().is_some() && prior.get("on_destroy").is_null();
            let end = match (self.azure.home().restore, imported) {
                (true, _) => "restore".into(),
                (false, false) => "retain".into(),
                (false, true) => Value::Null,
            };
            planned.set_entry("on_destroy", end);
        }
        if S::opens(prior, planned)
            && let Some(id) = prior.get("id").as_str()
        {
            self.azure.opens(id);
        }
        let until = until(context);
        let changes = S::RESTORED.iter().any(|name| prior.get(name) != planned.get(name));
        let mut found = Diagnostics::new();
        if !planned.is_null() && changes {
            let intent =
                Intent::of_setting(config.get(S::NAMED_BY), S::NAMED_BY, S::closes(config));
            found.extend(self.azure.check(&intent, context).await);
        }
        if S::looks_ahead(prior, config) {
            // That the guard cannot look yet does not keep anything from being planned.
            let blind = |fault| vec![Diagnostic { severity: Severity::Warning, ..fault }];
            found.extend(self.advice(config, &until).await.unwrap_or_else(blind));
        }
        found
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
        let target = state.target()?;
        let arm = self.azure.arm(&until).await?;
        let Some(Reply { body: live, .. }) = Self::live(&arm, &target, &until).await? else {
            return Ok(None);
        };
        if context.importing {
            let id = S::imported(&crate::place::spelt_by_azure(target.0, &live))?;
            state.id().set(id.as_str().to_owned());
            state.locate(&id);
        }
        if !live.is_object() {
            return Err(unreadable(S::LABEL, &"the answer is no object").into());
        }
        let before = state.clone();
        state.read(&live);
        if !context.importing {
            former::recover(state.target()?.0.as_str(), &state, context);
        }
        state.read_previous(&former::previous(context));
        if !context.importing {
            let id = state.target()?.0;
            Self::notice(&before, &mut state, (&id, &arm), (&until, context)).await;
        }
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

    fn identity(&self) -> Box<dyn Identity> {
        S::NAMED.at(&self.azure.home())
    }

    fn origins(&self) -> Vec<plugin::moves::Origin> {
        crate::moves::of_setting::<S>()
    }
}

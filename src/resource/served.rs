//! [`Managed`] as Terraform knows resources.

use super::Managed;
use crate::arm::ArmResource;
use crate::checks;
use crate::identity::Named;
use crate::partial::until;
use crate::place;
use async_trait::async_trait;
use plugin::context::Context;
use plugin::diagnostic::Diagnostics;
use plugin::identity::Identity;
use plugin::resource::{Change, Resource};
use plugin::timeouts::Timeouts;
use plugin::value::Value;

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
        found.extend(checks::of_configuration(&R::intent(config), &self.azure.stance()));
        found
    }

    async fn plan(&self, change: Change<'_>, context: &Context) -> Diagnostics {
        self.plan_in(change, context).await
    }

    async fn create(&self, planned: R, context: &Context) -> Result<R, Diagnostics> {
        Ok(self.create_in(planned, context).await?)
    }

    async fn read(&self, state: R, context: &Context) -> Result<Option<R>, Diagnostics> {
        Ok(self.read_in(state, &until(context), context).await?)
    }

    async fn update(&self, prior: R, planned: R, context: &Context) -> Result<R, Diagnostics> {
        Ok(self.update_in(prior, planned, context).await?)
    }

    async fn delete(&self, prior: R, context: &Context) -> Result<(), Diagnostics> {
        Ok(self.delete_in(prior, context).await?)
    }

    fn import(&self, id: &str) -> Result<Vec<(&'static str, Value)>, Diagnostics> {
        Ok(place::import(R::KIND.ty, R::KIND.label, id)?)
    }

    fn identity(&self) -> Option<Box<dyn Identity>> {
        Some(Named::Parts(R::KIND.ty).at(&self.azure.home()))
    }

    fn adjust_generated_config(&self, config: &mut Value) {
        R::trim(config);
    }

    fn move_sources(&self) -> Vec<plugin::moves::MoveSource> {
        crate::moves::of_object::<R>()
    }
}

//! [`Claimed`] as Terraform knows resources.

use super::{ArmClaim, Claimed};
use async_trait::async_trait;
use plugin::context::Context;
use plugin::diagnostic::Diagnostics;
use plugin::identity::Identity;
use plugin::resource::Resource;
use plugin::timeouts::Timeouts;
use plugin::value::Value;

#[async_trait]
impl<C: ArmClaim> Resource for Claimed<C> {
    type Model = C;

    fn name(&self) -> &'static str {
        C::NAME
    }

    fn timeouts(&self) -> Timeouts {
        C::TIMEOUTS
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        C::validate(config)
    }

    async fn create(&self, planned: C, context: &Context) -> Result<C, Diagnostics> {
        Ok(self.hold(planned, true, context).await?)
    }

    async fn read(&self, state: C, context: &Context) -> Result<Option<C>, Diagnostics> {
        Ok(self.read_in(state, context).await?)
    }

    async fn update(&self, _prior: C, planned: C, context: &Context) -> Result<C, Diagnostics> {
        Ok(self.hold(planned, false, context).await?)
    }

    async fn delete(&self, prior: C, context: &Context) -> Result<(), Diagnostics> {
        Ok(self.give_up(prior, context).await?)
    }

    fn import(&self, id: &str) -> Result<Vec<(&'static str, Value)>, Diagnostics> {
        Ok(vec![("id", C::imported(id)?.into())])
    }

    fn identity(&self) -> Box<dyn Identity> {
        C::NAMED.at(&self.azure.home())
    }

    fn trim(&self, config: &mut Value) {
        C::trim(config);
    }

    fn origins(&self) -> Vec<plugin::moves::Origin> {
        crate::moves::of_claim::<C>()
    }
}

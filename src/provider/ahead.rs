//! What is looked at before anything is changed: while it is planned.

use super::{Azure, Configured};
use crate::checks;
use crate::checks::intent::Intent;
use crate::checks::sight::Lookout;
use crate::explain::explain;
use crate::partial::until;
use crate::survey::Survey;
use azure::deadline::Deadline;
use plugin::context::Context;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use std::sync::Arc;

impl Azure {
    /// What the checks say of a plan that changes something.
    pub async fn check(&self, intent: &Intent, context: &Context) -> Diagnostics {
        let Some(configured) = self.configured().filter(|_| *intent != Intent::default()) else {
            return Diagnostics::new();
        };
        let stance = &configured.home.checks;
        if !stance.makes_any() {
            return Diagnostics::new();
        }
        let until = until(context);
        match self.arm(&until).await {
            Ok(arm) => {
                let out = Lookout { arm: &arm, sights: &configured.sights, until: &until };
                checks::of_plan(intent, stance, &out).await
            }
            // What makes signing in possible may be known by the time that something is made.
            Err(_) if configured.settings.credential.is_err() => Diagnostics::new(),
            Err(fault) => {
                let summary = "Not verified: Azure cannot be asked";
                Diagnostic::warning(summary, fault.detail).into()
            }
        }
    }

    /// What a judge says of what there is while a change is planned. What the checks have looked at
    /// is not looked at again. Nothing where the checks are off, and while changes are made: who
    /// makes them looks anyway.
    ///
    /// # Errors
    ///
    /// As [`Azure::arm`].
    pub async fn look_ahead<T>(
        &self,
        judge: impl Fn(&Survey) -> T,
        until: &Deadline,
    ) -> Result<Option<T>, Diagnostic> {
        let looks = |it: &Arc<Configured>| !it.home.checks.is_off() && !it.sights.are_over();
        let Some(configured) = self.configured().filter(looks) else {
            return Ok(None);
        };
        let arm = self.arm(until).await?;
        let out = Lookout { arm: &arm, sights: &configured.sights, until };
        let said = out.survey(judge).await;
        said.map(Some).map_err(|error| explain("Looking ahead", &error))
    }

    /// Notes that these objects are to go, for the checks of what comes.
    pub fn goes(&self, ids: &[&str]) {
        if let Some(configured) = self.configured() {
            ids.iter().for_each(|id| configured.sights.goes(id));
        }
    }

    /// Notes that the public will be let into a resource, for the checks of what comes.
    pub fn opens(&self, id: &str) {
        if let Some(configured) = self.configured() {
            configured.sights.opens(id);
        }
    }
}

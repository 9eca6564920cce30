//! The guard of a partial resource: it judges the effect of a write right before the write, and in
//! the plan as far as the values are known.

use super::{ArmPartial, LOOK_AGAIN, Object, ObjectRef, Partial};
use crate::assessment::reader::{Read, Reader, assess_plan};
use crate::explain::named;
use azure::deadline::Deadline;
use plugin::prelude::*;
use serde_json::Value as Json;
use std::time::Duration;

/// Time limit of the wait for an object that the guard misses, and that Azure is about to create.
const COMES_WITHIN: Duration = Duration::from_secs(60);

/// The verdict of a guard about a write.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// The reason why the write is refused, and what must be true first.
    pub refusal: Option<Diagnostic>,
    /// Other warnings.
    pub warnings: Vec<Diagnostic>,
    /// If `true`, Azure is about to create the missing object.
    pub pending: bool,
    /// If `true`, a refusal is certain in the plan: no apply can change it.
    pub certain: bool,
}

impl<P: ArmPartial> Partial<P> {
    /// Runs the guard, and waits for objects that Azure is about to create.
    pub(super) async fn check_guard(
        object: Object<'_>,
        desired: &P,
        live: &Json,
        new: bool,
    ) -> Result<(), Diagnostic> {
        let Object { call, id, .. } = object;
        let patience = call.until.at_most(COMES_WITHIN);
        let what = format!("what {} {} needs", P::LABEL, named(id));
        let _wait = patience.waiting(what);
        loop {
            let verdict = call.assess(|reader| desired.guard(live, new, reader)).await;
            let verdict = verdict.map_err(|error| Self::fault("Guarding", id, &error))?;
            if !verdict.pending || patience.remaining() < LOOK_AGAIN {
                verdict.warnings.into_iter().for_each(|warning| call.context.warn(warning));
                return verdict.refusal.map_or(Ok(()), Err);
            }
            let waited = call.until.sleep(LOOK_AGAIN).await;
            waited.map_err(|error| Self::fault("Guarding", id, &error))?;
        }
    }

    /// Returns the guard's warnings and errors about a plan. A refusal that the apply may still
    /// resolve is a warning, and so is a read that fails.
    pub(super) async fn advice(
        &self,
        config: &Value,
        until: &Deadline,
    ) -> Result<Vec<Diagnostic>, Diagnostic> {
        let Ok(desired) = Self::desired(&config.clone().without_unknown()) else {
            return Ok(Vec::new());
        };
        let ObjectRef::Id(id) = desired.object()? else {
            return Ok(Vec::new());
        };
        let judge = |seen: &Reader| match seen.object(&id, desired.api()) {
            Read::Found(live) => desired.guard(live, true, seen),
            Read::Hidden(why) => unverified(&Self::doing("Guarding", &id), &why.to_string()),
            Read::Absent | Read::Pending => Verdict::default(),
        };
        let verdict = assess_plan(&self.azure, judge, until).await?.unwrap_or_default();
        let refusal = verdict.refusal.map(|fault| match verdict.certain {
            true => fault,
            false => early(fault),
        });
        Ok(verdict.warnings.into_iter().chain(refusal).collect())
    }
}

/// Returns the verdict of a guard whose read is denied.
fn unverified(doing: &str, why: &str) -> Verdict {
    let warning = Diagnostic::warning(format!("{doing}: not verified"), why);
    Verdict { warnings: vec![warning], ..Verdict::default() }
}

/// Returns a refusal as a warning of the plan.
fn early(fault: Diagnostic) -> Diagnostic {
    let detail = format!(
        "{}\n\nThe apply checks this again, and fails if the requirements are still not met.",
        fault.detail
    );
    Diagnostic { severity: Severity::Warning, detail, ..fault }
}

//! The guard of a partial resource: it looks at what a write would leave behind, right before the
//! write, and as far as all is known in the plan.

use super::{ArmPartial, LOOK_AGAIN, Object, ObjectRef, Partial};
use crate::assessment::reader::{Read, Reader, assess_plan};
use azure::deadline::Deadline;
use plugin::prelude::*;
use serde_json::Value as Json;
use std::time::Duration;

/// How long what a guard misses, and Azure is about to write, may take.
const COMES_WITHIN: Duration = Duration::from_secs(60);

/// What a guard says of a write.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Why the write must not be, and what must be true first.
    pub refusal: Option<Diagnostic>,
    /// What else is to be said.
    pub warnings: Vec<Diagnostic>,
    /// Whether what is missing is about to come by itself.
    pub pending: bool,
    /// Whether a refusal is certain in a plan already: nothing that is applied can change it.
    pub certain: bool,
}

impl<P: ArmPartial> Partial<P> {
    /// Lets the guard look; what is about to come by itself is waited for.
    pub(super) async fn check_guard(
        object: Object<'_>,
        desired: &P,
        live: &Json,
        new: bool,
    ) -> Result<(), Diagnostic> {
        let Object { call, id, .. } = object;
        let patience = call.until.at_most(COMES_WITHIN);
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

    /// What the guard says of a plan: nothing is refused that may yet come to be. That it cannot
    /// look yet does not keep anything from being planned either.
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

/// A guard that may not look.
fn unverified(doing: &str, why: &str) -> Verdict {
    let warning = Diagnostic::warning(format!("{doing}: not verified"), why);
    Verdict { warnings: vec![warning], ..Verdict::default() }
}

/// A refusal told while it is planned.
fn early(fault: Diagnostic) -> Diagnostic {
    let detail = format!(
        "{}\n\nThis is how it is now: the apply looks again, and refuses what is then still \
         missing.",
        fault.detail
    );
    Diagnostic { severity: Severity::Warning, detail, ..fault }
}

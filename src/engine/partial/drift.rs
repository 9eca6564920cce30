//! What others do to a property that is owned here: a policy that writes over it, a tool that
//! writes the whole resource, or somebody by hand.

use super::previous::Undone;
use super::{ArmPartial, Object, Observed, Partial, previous};
use crate::assessment::isolation::policy::{self, Assignment};
use crate::assessment::reader::{Read, Reader};
use crate::explain::{capitalised, named};
use azure::id::ResourceId;
use plugin::codec;
use plugin::prelude::*;

impl<P: ArmPartial> Partial<P> {
    /// The policy that is likely to write over it. It only explains what has happened: that it
    /// cannot be looked for keeps nothing from going on.
    pub(super) async fn rewriter_of(object: Object<'_>) -> Option<Assignment> {
        let look = |seen: &Reader| policy::likely(seen, object.id);
        let found = object.call.assess(look).await;
        found.ok().and_then(Read::found).flatten()
    }

    /// Tells of what was written here last and has another value since.
    pub(super) async fn warn_of_drift(before: &P, now: &mut P, object: Object<'_>) {
        let changes = previous::undone(before, now, object.call.context);
        if changes.is_empty() {
            return;
        }
        let policy = Self::rewriter_of(object).await;
        now.observe(Observed::Rewritten(policy.as_ref()));
        object.call.context.warn(changed::<P>(object.id, &changes, policy.as_ref()));
    }
}

fn changed<P: ArmPartial>(
    id: &ResourceId,
    changes: &[Undone],
    policy: Option<&Assignment>,
) -> Diagnostic {
    let lines = lines::<P>(changes);
    let who = policy.map_or_else(
        || {
            "No policy is known to do that. Tools that write the whole resource, such as azurerm, \
             put their own value back: let them ignore it (`lifecycle { ignore_changes = [...] }`)."
                .to_owned()
        },
        blames,
    );
    let summary =
        format!("{} {} was changed outside of Terraform", capitalised(P::LABEL), named(id));
    let detail = format!("Since it was set here:\n\n{lines}\n{who}");
    let first = changes.first().map_or("", |it| it.name);
    Diagnostic::warning(summary, detail).at(Path::of(first))
}

/// A line for each property that has another value than was written.
pub(super) fn lines<P: ArmPartial>(changes: &[Undone]) -> String {
    let block = P::block();
    let text = |name: &str, value: &Value| {
        let ty = block.attribute(name).map(|attribute| &attribute.ty);
        ty.map(|ty| codec::to_json(value, ty).to_string()).unwrap_or_default()
    };
    let line = |it: &Undone| {
        let (now, written) = (text(it.name, &it.now), text(it.name, &it.written));
        let back = if it.turned_back { ", as before the first apply" } else { "" };
        format!("  - {} was set to {written}, and is {now} now{back}\n", it.name)
    };
    changes.iter().map(line).collect()
}

pub(super) fn blames(policy: &Assignment) -> String {
    let Assignment { id, name } = policy;
    format!(
        "The policy assignment {name:?} is likely to have written it: {id}\n\nSet what the policy \
         wants, or have the resource exempted: az policy exemption create --name NAME \
         --exemption-category Waiver --scope SCOPE --policy-assignment {id}"
    )
}

//! Detects changes that other clients made to a managed property: a policy, a tool that writes the
//! whole resource, or a person.

use super::previous::Undone;
use super::{ArmPartial, Object, Observed, Partial, previous};
use crate::assessment::isolation::policy::{self, Assignment};
use crate::assessment::reader::{Read, Reader};
use crate::explain::{capitalised, named};
use azure::id::ResourceId;
use plugin::codec;
use plugin::prelude::*;

impl<P: ArmPartial> Partial<P> {
    /// Returns the policy that probably overwrites the object, if one is found. The policy only
    /// explains a change, so an error of the search is ignored.
    pub(super) async fn rewriter_of(object: Object<'_>) -> Option<Assignment> {
        let look = |seen: &Reader| policy::likely(seen, object.id);
        let found = object.call.assess(look).await;
        found.ok().and_then(Read::found).flatten()
    }

    /// Warns if a property no longer has the value that Terraform wrote.
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
            "No policy assignment is known to change these values. Tools that write the whole \
             resource, such as azurerm, restore their own values. Add these attributes to \
             `lifecycle { ignore_changes = [...] }` of that resource."
                .to_owned()
        },
        |policy| blames(policy, id),
    );
    let summary =
        format!("{} {} was changed outside of Terraform", capitalised(P::LABEL), named(id));
    let detail = format!("These values have changed since Terraform set them:\n\n{lines}\n{who}");
    let first = changes.first().map_or("", |it| it.name);
    Diagnostic::warning(summary, detail).at(Path::of(first))
}

/// Returns a line for each property whose value differs from the written value.
pub(super) fn lines<P: ArmPartial>(changes: &[Undone]) -> String {
    let block = P::block();
    let text = |name: &str, value: &Value| {
        let ty = block.attribute(name).map(|attribute| &attribute.ty);
        ty.map(|ty| codec::to_json(value, ty).to_string()).unwrap_or_default()
    };
    let line = |it: &Undone| {
        let (now, written) = (text(it.name, &it.now), text(it.name, &it.written));
        let back = if it.turned_back { ", its value before the first apply" } else { "" };
        format!("  - {} was set to {written} and is now {now}{back}\n", it.name)
    };
    changes.iter().map(line).collect()
}

/// Returns what to do about a policy that changes a value of a resource.
pub(super) fn blames(policy: &Assignment, resource: &ResourceId) -> String {
    let Assignment { id, name } = policy;
    format!(
        "The policy assignment {name:?} probably changed the value: {id}\n\nSet the value that \
         the policy requires, or exempt the resource from the policy:\n\n  az policy exemption \
         create --name NAME --exemption-category Waiver --scope {resource} --policy-assignment \
         {id}"
    )
}

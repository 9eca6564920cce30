//! What others do to a property that is owned here: a policy that writes over it, a tool that
//! writes the whole resource, or somebody by hand.

use super::written::Unwritten;
use super::{ArmPartial, Object, Partial, Told, former};
use crate::explain::named;
use crate::isolation::policy::{self, Assignment};
use crate::survey::{Sight, Survey, survey};
use azure::deadline::Deadline;
use azure::id::ResourceId;
use plugin::codec;
use plugin::context::Context;
use plugin::diagnostic::Diagnostic;
use plugin::path::Path;
use plugin::value::Value;

impl<P: ArmPartial> Partial<P> {
    /// The policy that is likely to write over it. It only explains what has happened: that it
    /// cannot be looked for keeps nothing from going on.
    pub(super) async fn rewriter_of(object: Object<'_>, until: &Deadline) -> Option<Assignment> {
        let look = |seen: &Survey| policy::likely(seen, object.id);
        let found = survey(object.arm, Survey::default(), look, until).await;
        found.ok().and_then(Sight::seen).flatten()
    }

    /// Tells of what was written here last and has another value since.
    pub(super) async fn notice(
        before: &P,
        now: &mut P,
        object: Object<'_>,
        (until, context): (&Deadline, &Context),
    ) {
        let changes = former::undone(before, now, context);
        if changes.is_empty() {
            return;
        }
        let policy = Self::rewriter_of(object, until).await;
        now.tell(Told::Rewritten(policy.as_ref()));
        context.warn(changed::<P>(object.id, &changes, policy.as_ref()));
    }
}

/// A property that was written here, and has another value since.
pub(super) struct Undone {
    /// The attribute.
    pub(super) name: &'static str,
    /// What was written.
    pub(super) written: Value,
    /// What Azure has now.
    pub(super) now: Value,
    /// Whether that is what was there before all of it.
    pub(super) turned_back: bool,
}

fn changed<P: ArmPartial>(
    id: &ResourceId,
    changes: &[Undone],
    policy: Option<&Assignment>,
) -> Diagnostic {
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
    let lines: String = changes.iter().map(line).collect();
    let who = policy.map_or_else(
        || {
            "No policy is known to do that. Tools that write the whole resource, such as azurerm, \
             put their own value back: let them ignore it (`lifecycle { ignore_changes = [...] }`)."
                .to_owned()
        },
        blames,
    );
    let summary = format!("{} {} was changed outside of Terraform", sentence(P::LABEL), named(id));
    let detail = format!("Since it was set here:\n\n{lines}\n{who}");
    let first = changes.first().map_or("", |it| it.name);
    Diagnostic::warning(summary, detail).at(Path::of(first))
}

/// A value that was accepted, and is not shown.
pub(super) fn rewritten<P: ArmPartial>(id: &ResourceId, policy: Option<Assignment>) -> Unwritten {
    let summary = format!("{} {} does not stay as written", sentence(P::LABEL), named(id));
    let detail = match &policy {
        Some(policy) => {
            format!("Azure accepted the value, and shows another one. {}", blames(policy))
        }
        None => "Azure accepted the value, and shows another one since. Most likely an Azure \
                 Policy with the Modify effect is assigned to the resource, its group or its \
                 subscription: look for one in the activity log, and exempt the resource or \
                 follow the policy."
            .to_owned(),
    };
    let first = P::RESTORED.first().copied().unwrap_or(P::NAMED_BY);
    Unwritten::undone(Diagnostic::error(summary, detail).at(Path::of(first)), policy)
}

fn blames(policy: &Assignment) -> String {
    let Assignment { id, name } = policy;
    format!(
        "The policy assignment {name:?} is likely to have written it: {id}\n\nSet what the policy \
         wants, or have the resource exempted: az policy exemption create --name NAME \
         --exemption-category Waiver --scope SCOPE --policy-assignment {id}"
    )
}

/// Words as they begin a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

//! Judges the network security perimeters of a resource.

use super::Member;
use crate::assessment::finding::Finding;
use crate::assessment::isolation::perimeter::{Association, Issue};
use crate::assessment::isolation::remediation;
use crate::codes::Code;
use crate::private_link::envelope::Envelope;
use azure::id::ResourceId;

/// Returns the problems that the resource reports of each of its perimeters.
pub(super) fn judge(member: &Member) -> Vec<Finding> {
    let shown = member.access.iter().flat_map(|access| &access.perimeters);
    shown.flat_map(|shown| of_one(&member.id, shown)).collect()
}

fn of_one(resource: &ResourceId, shown: &Association) -> Vec<Finding> {
    let said = shown.issues.iter().map(|Envelope { properties: issue, .. }| {
        let found =
            finding(resource, shown, &issue.text()).fixed_by(suggestions(resource, shown, issue));
        if issue.is_error() { found } else { found.perhaps() }
    });
    let silent = shown.issues.is_empty() && !shown.has_come();
    let stuck = shown.state.as_deref().filter(|_| silent).map(|state| {
        let reconcile = remediation::reconcile(resource, &shown.configuration);
        let found = finding(resource, shown, &format!("its provisioning state is {state}"));
        let found = found.fixed_by([reconcile]);
        // A perimeter in another state may still take effect.
        let failed = ["Failed", "Canceled"].iter().any(|it| it.eq_ignore_ascii_case(state));
        if failed { found } else { found.perhaps() }
    });
    said.chain(stuck).collect()
}

fn finding(resource: &ResourceId, shown: &Association, why: &str) -> Finding {
    let message = format!(
        "perimeter {} ({}) has not taken effect on {} as configured: {why}",
        shown.name(),
        shown.mode(),
        resource.name()
    );
    Finding::of(Code::PerimeterIssue, resource, message)
}

/// Returns what Azure suggests as configuration. If Azure suggests nothing, returns how to have the
/// resource try again.
fn suggestions(resource: &ResourceId, shown: &Association, issue: &Issue) -> Vec<String> {
    let profile = format!("{}/profiles/{}", shown.perimeter.id, shown.profile.name);
    let rules = issue.rules.iter().filter_map(|rule| remediation::access_rule(&profile, rule));
    let others = issue.resources.iter().filter_map(|id| ResourceId::parse(id).ok());
    let others = others.map(|id| remediation::association(&profile, shown.mode(), &id));
    let suggested: Vec<String> = rules.chain(others).collect();
    if !suggested.is_empty() {
        return suggested;
    }
    let identity = issue.kind.eq_ignore_ascii_case("MissingIdentityConfiguration");
    let first = format!("# first, assign a managed identity to {}", resource.name());
    let reconcile = remediation::reconcile(resource, &shown.configuration);
    identity.then_some(first).into_iter().chain([reconcile]).collect()
}

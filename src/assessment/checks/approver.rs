//! AAI029: whether the connection of an outbound rule gets approved.

use super::input::PlannedRule;
use super::plan::Plan;
use super::report::Report;
use crate::assessment::finding::Finding;
use crate::assessment::outbound::{self, APPROVER};
use crate::codes::Code;
use crate::private_link::arm_types::WORKSPACE;

/// AAI029: reports an identity of an account or hub that lacks the role to approve the connection,
/// unless the rule approves it itself. The check only warns, because the same run may assign the
/// role.
pub(super) fn role(rule: &PlannedRule, plan: Plan<'_>, report: &mut Report) {
    let codes = [Code::Approver];
    let (Some(parent), Some(target)) = (&rule.parent, &rule.service.target) else { return };
    if rule.approves != Some(false) || !plan.makes(&codes) {
        return;
    }
    let hub = parent.value.is_type(WORKSPACE.name);
    if hub {
        let body = plan.reader.object(&parent.value, WORKSPACE.api_version);
        let is_default = |body| outbound::is_default_resource(body, &target.value);
        if body.is_pending() || body.value().is_some_and(is_default) {
            return;
        }
    }
    let lacking = outbound::lacking(plan.reader, &parent.value, &target.value);
    let lacking = report.found(lacking, target, "The list of role assignments", &codes);
    let Some(who) = lacking.and_then(|who| who.first().copied()) else { return };
    let (owner, name) = (parent.value.name(), target.value.name());
    let summary = format!("The identity of {owner:?} cannot approve connections to {name:?}");
    let detail = format!(
        "The identity lacks the action {}, which the role {APPROVER} includes. The outbound rule \
         stays inactive until its connection is approved. Set `approve = true`, so that this \
         resource approves the connection, or assign the role to the identity:\n\n{}\n\nIf the \
         same configuration assigns the role, add the assignment to `depends_on` of the rule; the \
         warning disappears after the apply. A new role assignment takes up to ten minutes to take \
         effect.",
        outbound::approving_action(&target.value),
        outbound::role_to_give(&target.value, Some(who))
    );
    report.extend([Finding::at(Code::Approver, &target.path, summary, detail).perhaps()]);
}

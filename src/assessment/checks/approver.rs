//! AAI029: whether somebody approves what an outbound rule connects to.

use super::input::PlannedRule;
use super::plan::Plan;
use super::report::{Report, RequiredRead};
use crate::assessment::finding::Finding;
use crate::assessment::outbound::{self, APPROVER};
use crate::codes::Code;
use crate::private_link::arm_types::WORKSPACE;

/// The identity of the account or hub has the role, unless the rule approves the connection itself.
/// Roles that the same run assigns are not to be seen, so this only warns.
pub(super) fn role(rule: &PlannedRule, plan: Plan<'_>, report: &mut Report) {
    let codes = [Code::Approver];
    let (Some(parent), Some(target)) = (&rule.parent, &rule.service.target) else { return };
    if rule.approves != Some(false) || !plan.makes(&codes) {
        return;
    }
    let hub = parent.value.is_type(WORKSPACE.name);
    if hub {
        let body = plan.object(&parent.value, WORKSPACE.api_version);
        let is_default = |body| outbound::is_default_resource(body, &target.value);
        if body.is_pending() || body.value().is_some_and(is_default) {
            return;
        }
    }
    let lacking = outbound::lacking(plan.reader, &parent.value, &target.value);
    let required = || RequiredRead {
        id: target.value.clone(),
        what: "The list of role assignments",
        path: target.path.clone(),
        codes: codes.to_vec(),
    };
    report.note(required, &lacking);
    let Some(who) = lacking.found().and_then(|who| who.first().copied()) else { return };
    let (owner, name) = (parent.value.name(), target.value.name());
    let summary = format!("The identity of {owner:?} may not approve connections to {name:?}");
    let detail = format!(
        "Without the action {}, such as the role {APPROVER} has it, the rule stays inactive until \
         somebody else approves its connection. Set `approve = true`, and this resource does; or \
         give the identity the role:\n\n{}\n\nIf the same configuration assigns it, let the rule \
         depend on the assignment, and this warning goes with the apply. A new role takes up to \
         ten minutes to work.",
        outbound::approving_action(&target.value),
        outbound::role_to_give(&target.value, Some(who))
    );
    report.extend([Finding::at(Code::Approver, &target.path, summary, detail).perhaps()]);
}

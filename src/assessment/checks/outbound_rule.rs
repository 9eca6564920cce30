//! AAI028: whether a managed network takes an outbound rule.

use super::input::PlannedRule;
use super::plan::Plan;
use super::report::Report;
use super::{WHOLE, required};
use crate::assessment::finding::Finding;
use crate::assessment::outbound;
use crate::codes::Code;
use plugin::path::Path;

/// The only mode in which rules to domain names and service tags mean something.
const APPROVED_ONLY: &str = "AllowOnlyApprovedOutbound";

/// Where all of the Internet may be reached, there are rules to private endpoints alone
/// (microsoft-foundry/foundry-samples#961). What the same plan makes of the mode counts.
pub(super) fn mode(rule: &PlannedRule, plan: Plan<'_>, report: &mut Report) {
    let codes = [Code::NetworkRule];
    let (Some(parent), Some(by)) = (&rule.parent, &rule.by) else { return };
    let connects = *by == Path::of("service_resource_id");
    if !plan.makes(&codes) {
        return;
    }
    let (id, ty) = outbound::network(&parent.value);
    let planned = plan.cache.and_then(|cache| cache.planned_isolation_mode(&id));
    let is_planned = planned.is_some();
    let mode = match planned {
        Some(mode) => mode,
        None => {
            let network = plan.object(&id, ty.api_version);
            report.note(|| required(parent, WHOLE, &codes), &network);
            let Some(network) = network.value() else { return };
            outbound::isolation_mode(network).to_owned()
        }
    };
    let open = mode.eq_ignore_ascii_case("AllowInternetOutbound");
    if connects || !open {
        return;
    }
    let name = parent.value.name();
    let summary = format!("The managed network of {name:?} takes rules to private endpoints alone");
    let detail = format!(
        "Its isolation mode is {mode}: all of the Internet may be reached, and Azure refuses rules \
         to domain names and service tags. Remove the rule, or set `isolation_mode = \
         {APPROVED_ONLY:?}` in the azureai_managed_network."
    );
    let finding = Finding::at(Code::NetworkRule, by, summary, detail);
    // The mode of a network of this configuration may be about to change.
    let may_change = !is_planned && plan.has_planned(id.as_str());
    report.extend([if may_change { finding.perhaps() } else { finding }]);
}

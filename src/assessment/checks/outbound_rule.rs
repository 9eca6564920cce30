//! AAI028: whether a managed network takes an outbound rule.

use super::input::PlannedRule;
use super::plan::Plan;
use super::report::Report;
use super::{WHOLE, required};
use crate::assessment::finding::Finding;
use crate::assessment::managed_network::{APPROVED, INTERNET, mode as mode_of, network, object};
use crate::codes::Code;
use plugin::path::Path;

/// Where all of the Internet may be reached, there are rules to private endpoints alone
/// (microsoft-foundry/foundry-samples#961). What the same plan makes of the mode counts.
pub(super) fn mode(rule: &PlannedRule, plan: Plan<'_>, report: &mut Report) {
    let codes = [Code::Outbound];
    let (Some(parent), Some(by)) = (&rule.parent, &rule.by) else { return };
    if *by == Path::of("service_resource_id") || !plan.makes(&codes) {
        return;
    }
    let (id, api_version) = object(&parent.value);
    let planned = plan.cache.and_then(|cache| cache.planned_isolation_mode(&parent.value));
    let is_planned = planned.is_some();
    let mode = match planned {
        Some(mode) => mode,
        None => {
            let body = plan.object(&id, api_version);
            report.note(|| required(parent, WHOLE, &codes), &body);
            let Some(body) = body.value() else { return };
            mode_of(network(body)).to_owned()
        }
    };
    if !mode.eq_ignore_ascii_case(INTERNET) {
        return;
    }
    let name = parent.value.name();
    let summary = format!("The managed network of {name:?} takes rules to private endpoints alone");
    let detail = format!(
        "Its isolation mode is {mode}: all of the Internet may be reached, and Azure refuses rules \
         to domain names and service tags. Remove the rule, or set `isolation_mode = \
         {APPROVED:?}` in the azureai_managed_network."
    );
    let finding = Finding::at(Code::Outbound, by, summary, detail);
    // The mode of a network of this configuration may be about to change.
    let may_change = !is_planned && plan.has_planned(id.as_str());
    report.extend([if may_change { finding.perhaps() } else { finding }]);
}

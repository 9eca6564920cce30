//! AAI028: whether a managed network supports an outbound rule.

use super::WHOLE;
use super::input::PlannedRule;
use super::plan::Plan;
use super::report::Report;
use crate::assessment::finding::Finding;
use crate::assessment::managed_network::{APPROVED, INTERNET, mode as mode_of, network, object};
use crate::codes::Code;
use plugin::path::Path;

/// AAI028: reports a rule to an FQDN or service tag in a network that allows all Internet traffic,
/// which supports only rules to private endpoints (microsoft-foundry/foundry-samples#961). The
/// isolation mode that the same plan sets counts.
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
            let body = plan.reader.object(&id, api_version);
            let Some(body) = report.found(body, parent, WHOLE, &codes) else { return };
            mode_of(network(body)).to_owned()
        }
    };
    if !mode.eq_ignore_ascii_case(INTERNET) {
        return;
    }
    let name = parent.value.name();
    let summary =
        format!("The managed network of {name:?} supports only rules to private endpoints");
    let detail = format!(
        "With the isolation mode {mode}, the network can reach all of the Internet, and Azure \
         rejects rules to FQDNs and service tags. Remove the rule, or set `isolation_mode = \
         {APPROVED:?}` in the azureai_managed_network."
    );
    let finding = Finding::at(Code::Outbound, by, summary, detail);
    // The same configuration may be about to change the mode.
    let may_change = !is_planned && plan.has_planned(id.as_str());
    report.extend([if may_change { finding.perhaps() } else { finding }]);
}

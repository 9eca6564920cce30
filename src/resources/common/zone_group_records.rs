//! Waiting for the records of a private DNS zone group.

use crate::engine::resource::PendingCondition;
use crate::private_link::zone_group::zone_name;
use plugin::prelude::*;
use std::time::Duration;

/// How long Azure may take to list the records of a group that it has made.
const RECORDS_WITHIN: Duration = Duration::from_secs(60);

/// Waiting for the records of a group in those of its zones that have none, by their IDs, although
/// names of the endpoint belong there.
pub fn pending<'a>(
    empty: impl IntoIterator<Item = &'a String>,
    needed: impl Fn(&str) -> bool,
    path: Path,
) -> Option<PendingCondition> {
    let names = empty.into_iter().map(|id| zone_name(id)).filter(|name| needed(name));
    let zones = names.collect::<Vec<_>>().join(", ");
    if zones.is_empty() {
        return None;
    }
    let summary = format!("The zone group has no record yet in {zones}");
    let detail = "Azure has made the group and lists no record of the endpoint there. Until it \
                  does, clients in the network do not reach the service by its name. Look again \
                  with `terraform plan`, or with the data source `azureai_private_dns_check`.";
    Some(PendingCondition {
        step: "records",
        what: format!("the records in {zones}"),
        within: Some(RECORDS_WITHIN),
        or_else: Some(Diagnostic::warning(summary, detail).at(path)),
    })
}

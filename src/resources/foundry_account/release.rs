//! The subnet of an account's agents, which Azure holds for a while after the purge.

use super::{FoundryAccount, SOFT_DELETE};
use crate::assessment::foundry::LINK;
use crate::engine::prelude::*;
use crate::private_link::arm_types::SUBNET;
use std::time::Duration;

/// Returns the wait for the subnet's release, while Azure holds the subnet.
pub(super) fn pending(account: &FoundryAccount, reader: &Reader) -> Option<PendingCondition> {
    let waits = account.wait_for_subnet_release.unwrap_or(true);
    if !waits || !SOFT_DELETE.purges(&account.encode()) {
        return None;
    }
    let subnet = ResourceId::parse(account.agent_subnet_id.as_deref()?).ok()?;
    let (within, told) = match reader.object(&subnet, SUBNET.api_version) {
        Read::Absent | Read::Pending => return None,
        Read::Hidden(error) => (Some(Duration::ZERO), hidden(&subnet, &error.to_string())),
        Read::Found(body) => {
            let links = body["properties"]["serviceAssociationLinks"].as_array();
            links.into_iter().flatten().find(|link| link["name"] == LINK)?;
            (None, held(&subnet))
        }
    };
    let what = format!("the release of the subnet {:?}", subnet.name());
    Some(PendingCondition { step: "release", what, within, or_else: Some(told) })
}

fn held(subnet: &ResourceId) -> Diagnostic {
    let detail = format!(
        "The account is deleted and purged, but the link {LINK:?} still holds its agents' subnet. \
         Azure usually releases the subnet within ten minutes, at times only after a day or two \
         (reported); only Azure can release it. To continue waiting, run `terraform destroy` \
         again, if necessary with a longer `delete` in a `timeouts` block. To continue without the \
         subnet, remove the account from the state:\n\n  terraform state rm ADDRESS\n\nTo check \
         the link:\n\n  az network vnet subnet show --ids {subnet} --query \
         serviceAssociationLinks"
    );
    Diagnostic::error("Azure still holds the subnet of the agents", detail)
        .at(Path::of("agent_subnet_id"))
}

fn hidden(subnet: &ResourceId, why: &str) -> Diagnostic {
    let summary =
        format!("The destroy did not wait for the release of the subnet {:?}", subnet.name());
    let detail = format!(
        "The subnet cannot be read: {why}\n\nAzure releases the subnet of an account's agents some \
         minutes after the purge. Wait until then before you delete the subnet."
    );
    Diagnostic::warning(summary, detail).at(Path::of("agent_subnet_id"))
}

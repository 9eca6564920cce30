//! The subnet of an account's agents, which is held for a while after the account is purged.

use super::{FoundryAccount, SOFT_DELETE};
use crate::assessment::foundry::LINK;
use crate::assessment::reader::{Read, Reader};
use crate::engine::resource::PendingCondition;
use crate::private_link::arm_types::SUBNET;
use azure::id::ResourceId;
use plugin::prelude::*;
use std::time::Duration;

/// That the subnet is still held.
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
        "The account is deleted and purged, and Azure still holds its agents' subnet by {LINK:?}. \
         Azure releases it mostly within ten minutes, at times only after a day or two (reported), \
         and nobody else can. Run `terraform destroy` again to go on waiting, with a longer \
         `delete` in a `timeouts` block if need be. To do without the subnet until then, take the \
         account out of the state: terraform state rm ADDRESS. To see whether it is held: az \
         network vnet subnet show --ids {subnet} --query serviceAssociationLinks"
    );
    Diagnostic::error("The subnet of the agents is still held", detail)
        .at(Path::of("agent_subnet_id"))
}

fn hidden(subnet: &ResourceId, why: &str) -> Diagnostic {
    let summary = format!("The release of the subnet {:?} was not waited for", subnet.name());
    let detail = format!(
        "It cannot be read: {why}\n\nAzure releases the subnet of an account's agents some minutes \
         after the account is purged; until then it cannot be deleted."
    );
    Diagnostic::warning(summary, detail).at(Path::of("agent_subnet_id"))
}

//! AAI018: whether what is referred to by its ID is there.
//!
//! What the same run is about to make is not there either, and a plan shows a provider its own
//! resources alone. So an ID that is not known yet is not looked at, and nothing is said of what
//! this process has planned, of what lies in a resource group that is not there either, and of what
//! another provider block of this provider may make: a zone that it plans has a known ID, and it
//! serves another subscription. Once changes have begun, nothing is said at all.

use super::input::{CheckInput, ConfigValue};
use super::network;
use super::plan::Plan;
use crate::assessment::finding::Finding;
use crate::assessment::reader::Read;
use crate::codes::Code;
use crate::private_link::arm_types::{
    ACCOUNT_CONNECTION, AI_SERVICES_ACCOUNT, FOUNDRY_PROJECT, PRIVATE_DNS_ZONE, PRIVATE_ENDPOINT,
    PROJECT_CONNECTION, RESOURCE_GROUP, SUBNET, VIRTUAL_NETWORK, WORKSPACE,
};
use crate::private_link::services::service_of;
use azure::id::ResourceId;

/// The types that this provider makes, whose IDs may be known before they are made.
const OURS: [&str; 7] = [
    PRIVATE_DNS_ZONE.name,
    PRIVATE_ENDPOINT.name,
    WORKSPACE.name,
    AI_SERVICES_ACCOUNT.name,
    FOUNDRY_PROJECT.name,
    ACCOUNT_CONNECTION.name,
    PROJECT_CONNECTION.name,
];

/// What is missing of what a plan refers to.
pub(super) fn missing(input: &CheckInput, plan: Plan<'_>) -> Vec<Finding> {
    if !plan.makes(&[Code::MissingReference]) || !plan.is_before_changes() {
        return Vec::new();
    }
    let mut seen: Vec<&ConfigValue<ResourceId>> = Vec::new();
    for reference in references(input) {
        if !seen.contains(&reference) {
            seen.push(reference);
        }
    }
    // What an endpoint leads to is asked for its private link resources anyway.
    let target = input.endpoint.as_ref().and_then(|endpoint| endpoint.service.target.as_ref());
    let found = |it: &ConfigValue<ResourceId>| finding(it, target == Some(it), plan);
    seen.into_iter().filter_map(found).collect()
}

fn references(input: &CheckInput) -> impl Iterator<Item = &ConfigValue<ResourceId>> {
    let endpoint = input.endpoint.iter();
    let endpoint = endpoint.flat_map(|it| it.subnet.iter().chain(&it.service.target));
    let zones = input.zones.iter().flat_map(|it| it.ids.iter().flatten().chain(&it.endpoint));
    let link = input.link.iter().flat_map(|it| it.zone.iter().chain(&it.network));
    let agents = input.agents.iter().map(|it| &it.subnet);
    endpoint.chain(zones).chain(link).chain(agents).chain(&input.references)
}

fn finding(reference: &ConfigValue<ResourceId>, lists: bool, plan: Plan<'_>) -> Option<Finding> {
    let ConfigValue { value: id, path } = reference;
    let ours = OURS.iter().any(|ty| id.is_type(ty));
    if plan.has_planned(id.as_str()) || ours && !plan.is_of_own_subscription(id) {
        return None;
    }
    let (missing, parent) = look(id, lists, plan)?;
    let summary = format!("There is no {} {:?}", missing.resource_type(), missing.name());
    let detail = format!(
        "Azure has no {missing}, although {parent} is there. Check its name, its resource group \
         and its subscription. If the same configuration makes it, take its ID from the resource \
         that does: then it is made first, and the ID is checked when it is known. With \
         `depends_on` instead it is made first too, and this warning goes with the first apply."
    );
    Some(Finding::at(Code::MissingReference, path, summary, detail))
}

/// What of a reference is missing, and what it would be in, which is there.
fn look(id: &ResourceId, lists: bool, plan: Plan<'_>) -> Option<(ResourceId, ResourceId)> {
    let mut missing = id.clone();
    if id.is_type(SUBNET.name) {
        let parent = id.parent()?;
        match plan.object(&parent, VIRTUAL_NETWORK.api_version) {
            Read::Found(body) => {
                let is_there = network::subnet(body, id).is_some();
                let is_whole = body["properties"]["subnets"].is_array();
                return (is_whole && !is_there).then_some((missing, parent));
            }
            Read::Absent => missing = parent,
            Read::Hidden(_) | Read::Pending => return None,
        }
    } else if !is_absent(id, lists, plan) {
        return None;
    } else if id.is_type(FOUNDRY_PROJECT.name) {
        let parent = id.parent()?;
        match plan.object(&parent, AI_SERVICES_ACCOUNT.api_version) {
            Read::Found(_) => return Some((missing, parent)),
            Read::Absent if !plan.has_planned(parent.as_str()) => missing = parent,
            Read::Absent | Read::Hidden(_) | Read::Pending => return None,
        }
    }
    let group = ResourceId::group(missing.subscription(), missing.resource_group()?);
    plan.object(&group, RESOURCE_GROUP.api_version).found()?;
    Some((missing, group))
}

/// Whether Azure has no such object, for certain; a list of its private link resources shows that
/// it is there, and not every type has one.
fn is_absent(id: &ResourceId, lists: bool, plan: Plan<'_>) -> bool {
    let own = [VIRTUAL_NETWORK, PRIVATE_DNS_ZONE, PRIVATE_ENDPOINT, FOUNDRY_PROJECT];
    if let Some(known) = own.iter().find(|known| id.is_type(known.name)) {
        return matches!(plan.object(id, known.api_version), Read::Absent);
    }
    let api_version = service_of(id).map_or("", |service| service.arm_type.api_version);
    let is_listed =
        || lists && !matches!(plan.list(id, "privateLinkResources", api_version), Read::Absent);
    !api_version.is_empty() && !is_listed() && matches!(plan.object(id, api_version), Read::Absent)
}

//! AAI018: whether the resources that the configuration refers to by ID exist.
//!
//! A resource that the same run creates does not exist yet, and a plan shows a provider only its
//! own resources. So the check skips IDs that are unknown in the plan, objects that this process
//! planned, and objects in a resource group that does not exist either. The check also skips
//! objects of this provider's types in another subscription, because another provider block may
//! create them. The check reports nothing once changes have begun.

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

/// Types that this provider creates, whose IDs may be known before the objects exist.
const OURS: [&str; 7] = [
    PRIVATE_DNS_ZONE.name,
    PRIVATE_ENDPOINT.name,
    WORKSPACE.name,
    AI_SERVICES_ACCOUNT.name,
    FOUNDRY_PROJECT.name,
    ACCOUNT_CONNECTION.name,
    PROJECT_CONNECTION.name,
];

/// Reports references to resources that do not exist.
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
    // Another check lists the private link resources of the target anyway.
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
    let summary = format!("{} {:?} does not exist", missing.resource_type(), missing.name());
    let detail = format!(
        "Azure has no resource {missing}, although {parent} exists. Check its name, its resource \
         group and its subscription. If the same configuration creates the resource, use the `id` \
         attribute of the resource that does, so that Terraform creates it first; the check then \
         runs when the ID is known. With `depends_on` Terraform also creates it first, and this \
         warning disappears after the first apply."
    );
    Some(Finding::at(Code::MissingReference, path, summary, detail))
}

/// Returns the missing object of a reference, and its existing parent.
fn look(id: &ResourceId, lists: bool, plan: Plan<'_>) -> Option<(ResourceId, ResourceId)> {
    let mut missing = id.clone();
    if id.is_type(SUBNET.name) {
        let parent = id.parent()?;
        match plan.reader.object(&parent, VIRTUAL_NETWORK.api_version) {
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
        match plan.reader.object(&parent, AI_SERVICES_ACCOUNT.api_version) {
            Read::Found(_) => return Some((missing, parent)),
            Read::Absent if !plan.has_planned(parent.as_str()) => missing = parent,
            Read::Absent | Read::Hidden(_) | Read::Pending => return None,
        }
    }
    let group = ResourceId::group(missing.subscription(), missing.resource_group()?);
    plan.reader.object(&group, RESOURCE_GROUP.api_version).found()?;
    Some((missing, group))
}

/// Returns `true` if the object certainly does not exist. A list of its private link resources
/// shows that the object exists; not every type has such a list.
fn is_absent(id: &ResourceId, lists: bool, plan: Plan<'_>) -> bool {
    let own = [VIRTUAL_NETWORK, PRIVATE_DNS_ZONE, PRIVATE_ENDPOINT, FOUNDRY_PROJECT];
    if let Some(known) = own.iter().find(|known| id.is_type(known.name)) {
        return matches!(plan.reader.object(id, known.api_version), Read::Absent);
    }
    let api_version = service_of(id).map_or("", |service| service.arm_type.api_version);
    let is_listed = || {
        lists && !matches!(plan.reader.list(id, "privateLinkResources", api_version), Read::Absent)
    };
    !api_version.is_empty()
        && !is_listed()
        && matches!(plan.reader.object(id, api_version), Read::Absent)
}

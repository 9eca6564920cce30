//! What a service offers private endpoints, as it says itself or as Azure's documentation does.

use super::input::{ConfigValue, ServiceReference};
use super::plan::Plan;
use crate::assessment::finding::Finding;
use crate::assessment::isolation::endpoint::LiveEndpoint;
use crate::assessment::reader::Read;
use crate::client::plan_cache::PlannedTarget;
use crate::codes::Code;
use crate::private_link::environment::Environment;
use crate::private_link::services::{Prerequisite, Service, SkuRule, service_of};
use crate::validators::nearest;
use azure::id::ResourceId;
use plugin::path::Path;
use serde::Deserialize;
use serde_json::Value as Json;

/// A private link resource of a service: one of its groups.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PrivateLinkResource {
    /// Its group ID.
    pub(super) group_id: String,
    /// Its members, each of which needs an address.
    #[serde(rename = "requiredMembers")]
    pub(super) members: Vec<String>,
    /// The zones of its names.
    #[serde(rename = "requiredZoneNames")]
    pub(super) zones: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PrivateLinkResourceBody {
    properties: PrivateLinkResource,
}

/// A service whose type the table has.
#[derive(Clone, Copy)]
pub(super) struct KnownService<'a> {
    row: &'static Service,
    /// The resource.
    pub(super) target: &'a ConfigValue<ResourceId>,
}

/// The service, where the table has its type.
pub(super) fn known(service: &ServiceReference) -> Option<KnownService<'_>> {
    let target = service.target.as_ref()?;
    Some(KnownService { row: service_of(&target.value)?, target })
}

impl KnownService<'_> {
    /// Whether an API version is known that shows the resource and its private link resources.
    fn can_be_read(&self) -> bool {
        !self.row.arm_type.api_version.is_empty()
    }

    /// The resource itself.
    pub(super) fn body<'r>(&self, plan: Plan<'r>) -> Read<&'r Json> {
        if !self.can_be_read() {
            return Read::Absent;
        }
        plan.object(&self.target.value, self.row.arm_type.api_version)
    }

    /// Addresses that an endpoint to the group that is asked for takes at least.
    pub(super) fn min_addresses(&self, service: &ServiceReference) -> usize {
        let wanted = service.group_id();
        let is_it = |name: &str| wanted.is_some_and(|wanted| wanted.eq_ignore_ascii_case(name));
        let group = self.row.groups.iter().find(|group| is_it(group.name));
        group.map_or_else(|| self.row.min_addresses(), |group| group.min_addresses)
    }

    /// The check that looks at a resource of that type itself.
    pub(super) fn prerequisite_code(&self) -> Option<Code> {
        Some(match self.row.prerequisite.as_ref()? {
            Prerequisite::Sku(_) => Code::Sku,
            Prerequisite::CustomSubdomain => Code::SubDomain,
            Prerequisite::NoLegacyAccess { .. } => Code::LegacyAccess,
        })
    }

    /// AAI008, AAI009, AAI015: what the resource with that body lacks for private endpoints.
    pub(super) fn lacks(&self, path: &Path, body: &Json) -> Option<Finding> {
        let at = &ConfigValue::new(self.target.value.clone(), path.clone());
        match self.row.prerequisite.as_ref()? {
            Prerequisite::Sku(rule) => sku(at, rule, body),
            Prerequisite::CustomSubdomain => subdomain(at, body),
            Prerequisite::NoLegacyAccess { property } => legacy(at, property, body),
        }
    }
}

/// The private link resources of the service, where the table has its type.
pub(super) fn resources(
    service: &ServiceReference,
    plan: Plan<'_>,
) -> Read<Vec<PrivateLinkResource>> {
    let Some(KnownService { row, target }) = known(service).filter(KnownService::can_be_read)
    else {
        return Read::Absent;
    };
    let id = &target.value;
    let listed = plan.children(id, "privateLinkResources", row.arm_type.api_version);
    let listed = listed.decode_each::<PrivateLinkResourceBody>(id);
    listed.map(|listed| listed.into_iter().map(|body| body.properties).collect())
}

/// The service that an endpoint leads to.
pub(super) fn behind(endpoint: LiveEndpoint, path: &Path) -> ServiceReference {
    named(endpoint.target, endpoint.groups, path)
}

/// The service that an endpoint of the plan leads to.
pub(super) fn planned(endpoint: PlannedTarget, path: &Path) -> ServiceReference {
    named(Some(endpoint.target), endpoint.group_ids, path)
}

fn named(target: Option<ResourceId>, groups: Vec<String>, path: &Path) -> ServiceReference {
    let target = target.map(|target| ConfigValue::new(target, path.clone()));
    ServiceReference { target, groups: Some(ConfigValue::new(groups, path.clone())) }
}

/// The group that is asked for, as the service lists it.
pub(super) fn resource<'r>(
    service: &ServiceReference,
    resources: &'r Read<Vec<PrivateLinkResource>>,
) -> Option<&'r PrivateLinkResource> {
    let wanted = service.group_id()?;
    let mut listed = resources.as_found().into_iter().flatten();
    listed.find(|resource| resource.group_id.eq_ignore_ascii_case(wanted))
}

/// The zones that the table has for the group that is asked for.
pub(super) fn zones_of_table(
    service: &ServiceReference,
    environment: Option<Environment>,
) -> Vec<String> {
    let (Some(known), Some(group), Some(environment)) =
        (known(service), service.group_id(), environment)
    else {
        return Vec::new();
    };
    let zones = known.row.zones(group, environment).unwrap_or_default();
    zones.into_iter().map(str::to_owned).collect()
}

/// Whether the table's zones for the group that is asked for are more than hearsay.
pub(super) fn is_confirmed(service: &ServiceReference, environment: Option<Environment>) -> bool {
    let known = known(service).zip(service.group_id()).zip(environment);
    known.is_some_and(|((known, group), cloud)| known.row.is_confirmed(group, cloud))
}

/// The zones that the table has for all groups of the service.
pub(super) fn zones_of_type(
    service: &ServiceReference,
    environment: Option<Environment>,
) -> Vec<&'static str> {
    let (Some(known), Some(environment)) = (known(service), environment) else {
        return Vec::new();
    };
    let suffixes = known.row.groups.iter().flat_map(|group| known.row.suffixes(group.name));
    suffixes.filter(|(cloud, _)| *cloud == environment).map(|(_, it)| it.zone).collect()
}

/// AAI031: that a connection is to exactly one group. Azure refuses none with
/// `MissingParameterOnPrivateLinkServiceConnection` (Azure/azure-cli#15136), and several with
/// `OnlyOneGroupIdPermitted`, whatever service of its own it leads to
/// (hashicorp/terraform-provider-azurerm#5820). Private link services of others have no groups.
pub(super) fn one_group(service: &ServiceReference) -> Option<Finding> {
    let (target, asked) = (service.target.as_ref()?, service.groups.as_ref()?);
    let row = service_of(&target.value);
    let known = row.map(Service::group_ids).unwrap_or_default();
    let takes_groups = row.is_none_or(|row| row.groups.iter().all(|group| group.name != "-"));
    if !takes_groups || asked.value.len() == 1 {
        return None;
    }
    let first = known.first().unwrap_or(&"GROUP");
    let (summary, what) = match &asked.value[..] {
        [] => (
            "The connection names no part of the service".to_owned(),
            format!("Name the one to reach, as in `subresource_names = [{first:?}]`."),
        ),
        more => (
            format!("The connection is to {} parts of the service", more.len()),
            "Make an endpoint for each.".to_owned(),
        ),
    };
    let has = format!(" {} has: {}.", target.value.resource_type(), known.join(", "));
    let detail = format!(
        "Azure connects an endpoint to exactly one part of a service, in its words one group ID. \
         {what}{}",
        if known.is_empty() { "" } else { &has }
    );
    let finding = Finding::at(Code::OneGroup, &asked.path, summary, detail);
    Some(if row.is_some() { finding } else { finding.perhaps() })
}

/// AAI001: that the group exists, by the table.
pub(super) fn group_of_table(service: &ServiceReference) -> Option<Finding> {
    let known = known(service).filter(|known| known.row.has_known_groups())?;
    unknown_group(service, &known.target.value.resource_type(), &known.row.group_ids())
}

/// AAI001: that the group exists, by what the service says itself.
pub(super) fn group_of_service(
    service: &ServiceReference,
    resources: &Read<Vec<PrivateLinkResource>>,
) -> Option<Finding> {
    let listed = resources.as_found()?;
    let names: Vec<&str> = listed.iter().map(|resource| resource.group_id.as_str()).collect();
    let known = known(service)?;
    unknown_group(service, &format!("{:?}", known.target.value.name()), &names)
}

fn unknown_group(service: &ServiceReference, of: &str, known: &[&str]) -> Option<Finding> {
    let asked = service.groups.as_ref()?;
    let there = |name: &&String| known.iter().any(|known| known.eq_ignore_ascii_case(name));
    let wrong = asked.value.iter().find(|name| !there(name)).filter(|_| !known.is_empty())?;
    let hint = nearest(wrong, known).map(|it| format!(" Did you mean {it:?}?"));
    let detail = format!(
        "{of} has: {}. Azure calls them group IDs.{}",
        known.join(", "),
        hint.unwrap_or_default()
    );
    let summary = format!("{wrong:?} is no part of the service");
    Some(Finding::at(Code::Subresource, &asked.path, summary, detail))
}

/// AAI008: that the service's SKU can have private endpoints, and do without public access.
fn sku(id: &ConfigValue<ResourceId>, rule: &SkuRule, body: &Json) -> Option<Finding> {
    let sku = body["sku"]["name"].as_str()?;
    let is_it = |named: &str| named.eq_ignore_ascii_case(sku);
    if rule.with.is_none_or(is_it) && !rule.without.is_some_and(is_it) {
        return None;
    }
    let summary = format!("{:?} has the SKU {sku}, which has no private link", id.value.name());
    let detail = format!(
        "Private endpoints, and public network access that is disabled, need the SKU {}. {}",
        rule.least,
        rule.remedy.replace("{id}", id.value.as_str())
    );
    Some(Finding::at(Code::Sku, &id.path, summary, detail))
}

/// AAI009: that an AI services account has a subdomain of its own.
fn subdomain(id: &ConfigValue<ResourceId>, body: &Json) -> Option<Finding> {
    let domain = body["properties"]["customSubDomainName"].as_str().unwrap_or_default();
    if !domain.is_empty() {
        return None;
    }
    let summary = format!("{:?} has no subdomain of its own", id.value.name());
    let detail = format!(
        "Without one it answers at the region's address, which no private endpoint can stand for. \
         Give it one; it cannot be changed afterwards: az resource update --ids {} --set \
         properties.customSubDomainName={}",
        id.value,
        id.value.name().to_lowercase()
    );
    Some(Finding::at(Code::SubDomain, &id.path, summary, detail))
}

/// AAI015: that a workspace has no legacy switch that lets the public in.
fn legacy(id: &ConfigValue<ResourceId>, property: &str, body: &Json) -> Option<Finding> {
    if body["properties"][property] != Json::Bool(true) {
        return None;
    }
    let summary = format!("{:?} has a legacy switch that lets the public in", id.value.name());
    let detail = format!(
        "`{property}` is true. It is older than `publicNetworkAccess`, and tools that write both \
         can open the workspace again. Take it back: az resource update --ids {} --set \
         properties.{property}=false",
        id.value
    );
    Some(Finding::at(Code::LegacyAccess, &id.path, summary, detail))
}

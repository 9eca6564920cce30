//! The subresources, zones and requirements of a service, from the service or from the catalog.

use super::input::{ConfigValue, ServiceReference};
use super::plan::Plan;
use crate::assessment::finding::Finding;
use crate::assessment::reader::Read;
use crate::codes::Code;
use crate::private_link::envelope::Envelope;
use crate::private_link::environment::Environment;
use crate::private_link::services::{Prerequisite, Service, SkuRule, service_of};
use crate::validators::nearest;
use azure::id::ResourceId;
use plugin::path::Path;
use serde::Deserialize;
use serde_json::Value as Json;

/// A private link resource of a service: one of its subresources.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PrivateLinkResource {
    /// Group ID.
    pub(super) group_id: String,
    /// Members, each of which needs an IP address.
    #[serde(rename = "requiredMembers")]
    pub(super) members: Vec<String>,
    /// Zones of its names.
    #[serde(rename = "requiredZoneNames")]
    pub(super) zones: Vec<String>,
}

/// A service whose type is in the catalog.
#[derive(Clone, Copy)]
pub(super) struct KnownService<'a> {
    row: &'static Service,
    /// ID of the resource, with its attribute.
    pub(super) target: &'a ConfigValue<ResourceId>,
}

/// Returns the service if its type is in the catalog.
pub(super) fn known(target: &ConfigValue<ResourceId>) -> Option<KnownService<'_>> {
    Some(KnownService { row: service_of(&target.value)?, target })
}

impl KnownService<'_> {
    /// Returns `true` if the catalog has an API version to read the resource and its private link
    /// resources.
    fn can_be_read(&self) -> bool {
        !self.row.arm_type.api_version.is_empty()
    }

    /// Reads the resource.
    pub(super) fn body<'r>(&self, plan: Plan<'r>) -> Read<&'r Json> {
        if !self.can_be_read() {
            return Read::Absent;
        }
        plan.reader.object(&self.target.value, self.row.arm_type.api_version)
    }

    /// Returns the minimum number of addresses for an endpoint to the planned subresource.
    pub(super) fn min_addresses(&self, service: &ServiceReference) -> usize {
        let wanted = service.group_id();
        let is_it = |name: &str| wanted.is_some_and(|wanted| wanted.eq_ignore_ascii_case(name));
        let group = self.row.groups.iter().find(|group| is_it(group.name));
        group.map_or_else(|| self.row.min_addresses(), |group| group.min_addresses)
    }

    /// Returns the check of the requirements of the type, if it has any.
    pub(super) fn prerequisite_code(&self) -> Option<Code> {
        Some(match self.row.prerequisite.as_ref()? {
            Prerequisite::Sku(_) => Code::Sku,
            Prerequisite::CustomSubdomain => Code::SubDomain,
            Prerequisite::NoLegacyAccess { .. } => Code::LegacyAccess,
        })
    }

    /// AAI008, AAI009, AAI015: returns a finding if the resource with this body does not meet the
    /// requirements of private endpoints.
    pub(super) fn lacks(&self, path: &Path, body: &Json) -> Option<Finding> {
        let at = &ConfigValue::new(self.target.value.clone(), path.clone());
        match self.row.prerequisite.as_ref()? {
            Prerequisite::Sku(rule) => sku(at, rule, body),
            Prerequisite::CustomSubdomain => subdomain(at, body),
            Prerequisite::NoLegacyAccess { property } => legacy(at, property, body),
        }
    }
}

/// Lists the private link resources of the service if its type is in the catalog.
pub(super) fn resources(
    service: &ServiceReference,
    plan: Plan<'_>,
) -> Read<Vec<PrivateLinkResource>> {
    let known = service.target.as_ref().and_then(known);
    let Some(KnownService { row, target }) = known.filter(KnownService::can_be_read) else {
        return Read::Absent;
    };
    let id = &target.value;
    let listed = plan.reader.children(id, "privateLinkResources", row.arm_type.api_version);
    let listed = listed.decode_each::<Envelope<PrivateLinkResource>>(id);
    listed.map(|listed| listed.into_iter().map(|body| body.properties).collect())
}

/// Returns the planned subresource, as the service lists it.
pub(super) fn resource<'r>(
    service: &ServiceReference,
    resources: &'r Read<Vec<PrivateLinkResource>>,
) -> Option<&'r PrivateLinkResource> {
    let wanted = service.group_id()?;
    let mut listed = resources.as_found().into_iter().flatten();
    listed.find(|resource| resource.group_id.eq_ignore_ascii_case(wanted))
}

/// Zones of a service in a cloud, from the catalog.
#[derive(Default)]
pub(super) struct CatalogZones {
    /// Zones of the planned subresource.
    pub(super) of_group: Vec<String>,
    /// Zones of all subresources.
    pub(super) of_type: Vec<&'static str>,
    /// If `true`, Microsoft publishes the zones of the planned subresource.
    pub(super) confirmed: bool,
}

impl CatalogZones {
    pub(super) fn of(service: &ServiceReference, cloud: Option<Environment>) -> Self {
        let known = service.target.as_ref().and_then(known);
        let (Some(KnownService { row, .. }), Some(cloud)) = (known, cloud) else {
            return Self::default();
        };
        let suffixes = row.groups.iter().flat_map(|group| row.suffixes(group.name));
        let of_type = suffixes.filter(|(it, _)| *it == cloud).map(|(_, it)| it.zone).collect();
        let Some(group) = service.group_id() else {
            return Self { of_type, ..Self::default() };
        };
        let zones = row.zones(group, cloud).unwrap_or_default().into_iter();
        let confirmed = row.is_confirmed(group, cloud);
        Self { of_group: zones.map(str::to_owned).collect(), of_type, confirmed }
    }
}

/// AAI031: reports a connection with no subresource or several. Azure rejects none with
/// `MissingParameterOnPrivateLinkServiceConnection` (Azure/azure-cli#15136), and several with
/// `OnlyOneGroupIdPermitted` for any Azure service (hashicorp/terraform-provider-azurerm#5820).
/// Custom private link services have no subresources.
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
            "The connection has no subresource".to_owned(),
            format!(
                "Set the subresource to connect to, such as `subresource_names = [{first:?}]`."
            ),
        ),
        more => (
            format!("The connection has {} subresources", more.len()),
            "Create an endpoint for each subresource.".to_owned(),
        ),
    };
    let has =
        format!(" {} has these subresources: {}.", target.value.resource_type(), known.join(", "));
    let detail = format!(
        "Azure connects an endpoint to exactly one subresource (group ID) of a service. {what}{}",
        if known.is_empty() { "" } else { &has }
    );
    let finding = Finding::at(Code::OneGroup, &asked.path, summary, detail);
    Some(if row.is_some() { finding } else { finding.perhaps() })
}

/// AAI001: reports a subresource that is not in the catalog.
pub(super) fn group_of_table(service: &ServiceReference) -> Option<Finding> {
    let known = known(service.target.as_ref()?).filter(|it| it.row.has_known_groups())?;
    unknown_group(service, &known.target.value.resource_type(), &known.row.group_ids())
}

/// AAI001: reports a subresource that the service does not list.
pub(super) fn group_of_service(
    service: &ServiceReference,
    resources: &Read<Vec<PrivateLinkResource>>,
) -> Option<Finding> {
    let listed = resources.as_found()?;
    let names: Vec<&str> = listed.iter().map(|resource| resource.group_id.as_str()).collect();
    let known = known(service.target.as_ref()?)?;
    unknown_group(service, &format!("{:?}", known.target.value.name()), &names)
}

fn unknown_group(service: &ServiceReference, of: &str, known: &[&str]) -> Option<Finding> {
    let asked = service.groups.as_ref()?;
    let there = |name: &&String| known.iter().any(|known| known.eq_ignore_ascii_case(name));
    let wrong = asked.value.iter().find(|name| !there(name)).filter(|_| !known.is_empty())?;
    let hint = nearest(wrong, known).map(|it| format!(" Did you mean {it:?}?"));
    let detail = format!(
        "Use one of the subresources (group IDs) of {of}: {}.{}",
        known.join(", "),
        hint.unwrap_or_default()
    );
    let summary = format!("The service has no subresource {wrong:?}");
    Some(Finding::at(Code::Subresource, &asked.path, summary, detail))
}

/// AAI008: reports a SKU that supports neither private endpoints nor disabled public network
/// access.
fn sku(id: &ConfigValue<ResourceId>, rule: &SkuRule, body: &Json) -> Option<Finding> {
    let sku = body["sku"]["name"].as_str()?;
    let is_it = |named: &str| named.eq_ignore_ascii_case(sku);
    if rule.with.is_none_or(is_it) && !rule.without.is_some_and(is_it) {
        return None;
    }
    let summary =
        format!("{:?} has the SKU {sku}, which does not support private link", id.value.name());
    let detail = format!(
        "Private endpoints and disabled public network access require the SKU {}. {}",
        rule.least,
        // Terraform wraps no indented line, so the command stays whole.
        rule.remedy.replace("{id}", id.value.as_str()).replace(": az ", ":\n\n  az ")
    );
    Some(Finding::at(Code::Sku, &id.path, summary, detail))
}

/// AAI009: reports an AI services account without a custom subdomain.
fn subdomain(id: &ConfigValue<ResourceId>, body: &Json) -> Option<Finding> {
    let domain = body["properties"]["customSubDomainName"].as_str().unwrap_or_default();
    if !domain.is_empty() {
        return None;
    }
    let summary = format!("{:?} has no custom subdomain", id.value.name());
    let detail = format!(
        "Without a custom subdomain, the account uses the endpoint of its region, which no private \
         endpoint can serve. Set a custom subdomain, which cannot change later:\n\n  az resource \
         update --ids {} --set properties.customSubDomainName={}",
        id.value,
        id.value.name().to_lowercase()
    );
    Some(Finding::at(Code::SubDomain, &id.path, summary, detail))
}

/// AAI015: reports a workspace whose legacy property allows public access.
fn legacy(id: &ConfigValue<ResourceId>, property: &str, body: &Json) -> Option<Finding> {
    if body["properties"][property] != Json::Bool(true) {
        return None;
    }
    let summary = format!("A legacy property of {:?} allows public access", id.value.name());
    let detail = format!(
        "`{property}` is true. The property is older than `publicNetworkAccess`, and tools that \
         write both can open the workspace to the public again. Set it to false:\n\n  az resource \
         update --ids {} --set properties.{property}=false",
        id.value
    );
    Some(Finding::at(Code::LegacyAccess, &id.path, summary, detail))
}

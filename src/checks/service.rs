//! What a service offers private endpoints, as it says itself or as Azure's documentation does.

use super::finding::Finding;
use super::intent::{Said, Service};
use super::list::Code;
use super::sight::{Lookout, Sight};
use crate::isolation::endpoint::Endpoint;
use crate::private_link::{self, Environment, Target};
use crate::words::nearest;
use azure::id::ResourceId;
use serde_json::Value as Json;

/// A part of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Group {
    /// Its ID.
    pub(super) id: String,
    /// Its members, each of which needs an address.
    pub(super) members: Vec<String>,
    /// The zones of its names.
    pub(super) zones: Vec<String>,
}

/// The service itself, where its type is known.
pub(super) async fn body(service: &Service, out: &Lookout<'_>) -> Sight {
    match known(service) {
        Some((target, id)) => out.object(&id.value, target.api).await,
        None => Sight::Nothing,
    }
}

/// Its private link resources, where its type is known.
pub(super) async fn resources(service: &Service, out: &Lookout<'_>) -> Sight {
    match known(service) {
        Some((target, id)) => out.list(&id.value, "privateLinkResources", target.api).await,
        None => Sight::Nothing,
    }
}

/// The service that an endpoint leads to.
pub(super) fn behind(endpoint: &Said<ResourceId>, body: &Json) -> Service {
    let Endpoint { target, groups, .. } = Endpoint::read(&endpoint.value, body);
    let path = &endpoint.path;
    let target = target.map(|target| Said::new(target, path.clone()));
    Service { target, groups: Some(Said::new(groups, path.clone())) }
}

/// The type of the service, where it is one of those that this provider is for.
pub(super) fn known(service: &Service) -> Option<(&'static Target, &Said<ResourceId>)> {
    let id = service.target.as_ref()?;
    Some((private_link::target(&id.value.resource_type())?, id))
}

/// The parts that private link resources list.
pub(super) fn groups(resources: &Json) -> Vec<Group> {
    let texts = |list: &Json| -> Vec<String> {
        let texts = list.as_array().into_iter().flatten().filter_map(Json::as_str);
        texts.map(str::to_owned).collect()
    };
    let group = |resource: &Json| {
        let properties = &resource["properties"];
        Group {
            id: properties["groupId"].as_str().unwrap_or_default().to_owned(),
            members: texts(&properties["requiredMembers"]),
            zones: texts(&properties["requiredZoneNames"]),
        }
    };
    resources.as_array().into_iter().flatten().map(group).collect()
}

/// The part that is asked for, as the service lists it.
pub(super) fn group(service: &Service, resources: &Sight) -> Option<Group> {
    let wanted = service.group()?;
    let listed = resources.seen().map(groups).unwrap_or_default();
    listed.into_iter().find(|group| group.id.eq_ignore_ascii_case(wanted))
}

/// The zones that the table has for the part that is asked for.
pub(super) fn zones_of_table(
    service: &Service,
    environment: Option<Environment>,
) -> Vec<&'static str> {
    let (Some((target, _)), Some(group), Some(environment)) =
        (known(service), service.group(), environment)
    else {
        return Vec::new();
    };
    target.zones(group, environment).unwrap_or_default()
}

/// The zones that the table has for all parts of the service.
pub(super) fn zones_of_type(
    service: &Service,
    environment: Option<Environment>,
) -> Vec<&'static str> {
    let (Some((target, _)), Some(environment)) = (known(service), environment) else {
        return Vec::new();
    };
    let zones = target.groups().into_iter().filter_map(|group| target.zones(group, environment));
    zones.flatten().collect()
}

/// AAI001: that the part exists, by the table.
pub(super) fn part_of_table(service: &Service) -> Option<Finding> {
    let (target, id) = known(service)?;
    unknown_part(service, &id.value.resource_type(), &target.groups())
}

/// AAI001: that the part exists, by what the service says itself.
pub(super) fn part(service: &Service, resources: &Sight) -> Option<Finding> {
    let listed = groups(resources.seen()?);
    let names: Vec<&str> = listed.iter().map(|group| group.id.as_str()).collect();
    let (_, id) = known(service)?;
    unknown_part(service, &format!("{:?}", id.value.name()), &names)
}

fn unknown_part(service: &Service, of: &str, known: &[&str]) -> Option<Finding> {
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
    Some(Finding::new(Code::Subresource, &asked.path, summary, detail))
}

/// AAI008: that the service's SKU can have private endpoints, and do without public access.
pub(super) fn sku(id: &Said<ResourceId>, body: &Json) -> Option<Finding> {
    let sku = body["sku"]["name"].as_str()?;
    let (least, cure) = if id.value.is_type("Microsoft.ContainerRegistry/registries") {
        let upgrade = format!("az acr update --ids {} --sku Premium", id.value);
        (("premium", "Premium"), format!("Upgrade it: {upgrade}"))
    } else if id.value.is_type("Microsoft.Search/searchServices") {
        let cure = "A free service cannot be upgraded: make one of the SKU basic or higher.";
        (("", "basic"), cure.to_owned())
    } else {
        return None;
    };
    let fits = match least.0 {
        "" => !sku.eq_ignore_ascii_case("free"),
        least => sku.eq_ignore_ascii_case(least),
    };
    if fits {
        return None;
    }
    let summary = format!("{:?} has the SKU {sku}, which has no private link", id.value.name());
    let detail = format!(
        "Private endpoints, and public network access that is disabled, need the SKU {}. {cure}",
        least.1
    );
    Some(Finding::new(Code::Sku, &id.path, summary, detail))
}

/// AAI009: that an AI services account has a subdomain of its own.
pub(super) fn subdomain(id: &Said<ResourceId>, body: &Json) -> Option<Finding> {
    let domain = body["properties"]["customSubDomainName"].as_str().unwrap_or_default();
    if !id.value.is_type("Microsoft.CognitiveServices/accounts") || !domain.is_empty() {
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
    Some(Finding::new(Code::SubDomain, &id.path, summary, detail))
}

/// AAI015: that a workspace has no legacy switch that lets the public in.
pub(super) fn legacy(id: &Said<ResourceId>, body: &Json) -> Option<Finding> {
    let property = "allowPublicAccessWhenBehindVnet";
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
    Some(Finding::new(Code::LegacyAccess, &id.path, summary, detail))
}

//! Reads single resources, pages of lists, and data that is read like a resource.

use serde_json::{Value, json};

use super::paging::page;
use super::{providers, resource_group, subscription};
use crate::arm_error::ArmError;
use crate::request::HttpRequest;
use crate::resource_id::{ResourceId, same};
use crate::resource_types::{perimeter, shared_private_link, subresource};
use crate::response::HttpResponse;
use crate::rules::action;
use crate::world::World;
use crate::world::private_link;
use crate::world::resource_type::ResourceType;
use crate::world::store::Resource;

/// Returns the error for a resource that does not exist, in the words of its provider.
pub(crate) fn missing(id: &ResourceId) -> ArmError {
    let group = id.group.as_deref().unwrap_or_default();
    let resource_type = id.resource_type();
    let record = resource_type.matches('/').count() > 1 && is_network_child(&resource_type);
    // Recorded by the tests of Azure Service Operator.
    let deployment = resource_type.to_ascii_lowercase().ends_with("/accounts/deployments");
    if record || deployment {
        let text = format!("Resource {id} not found.");
        return ArmError::new(404, "NotFound", text);
    }
    if resource_type.to_ascii_lowercase().ends_with("/sharedprivatelinkresources") {
        let text = format!("Could not find sharedPrivateLinkResource '{}'.", id.name());
        return ArmError::new(404, "ResourceNotFound", text);
    }
    ArmError::resource_not_found(&resource_type, &id.full_name(), group)
}

fn is_network_child(resource_type: &str) -> bool {
    let lower = resource_type.to_ascii_lowercase();
    let link = lower.ends_with("/virtualnetworklinks");
    lower.starts_with("microsoft.network/") && !link
}

/// Answers the `GET` of one resource.
pub(crate) fn get(
    world: &mut World,
    id: &ResourceId,
    version: &str,
) -> Result<HttpResponse, ArmError> {
    let text = id.to_string();
    if let Some(resource) = world.store.get_mut(&text)
        && resource.hidden_reads > 0
    {
        resource.hidden_reads -= 1;
        return Err(missing(id));
    }
    let Some(resource) = world.store.get(&text) else {
        let mut given = given(world, id).into_iter();
        let found = given.find(|one| one.id.key() == id.key());
        return found.map_or_else(|| Err(absent(world, id)), |one| Ok(HttpResponse::ok(one.body)));
    };
    let mut body = world.render(&resource.seen(), Some(version));
    if world.type_of(id).is_some_and(|known| known.info().nameless)
        && let Some(map) = body.as_object_mut()
    {
        map.retain(|name, _| name == "properties");
    }
    let response = world.with_etag(id, HttpResponse::ok(body));
    if let Some(resource) = world.store.get_mut(&text) {
        let left = resource.stale.take().filter(|(_, reads)| *reads > 1);
        resource.stale = left.map(|(body, reads)| (body, reads - 1));
    }
    Ok(response)
}

/// Returns the resources of a type that exist beside a resource without being created.
fn given(world: &World, id: &ResourceId) -> Vec<Resource> {
    let mut parent = id.clone();
    parent.types.pop();
    parent.names.truncate(parent.types.len());
    let (known, parent) = (world.type_of(id), world.store.get(&parent.to_string()));
    let Some((known, parent)) = known.zip(parent) else { return Vec::new() };
    let named = |body: Value| {
        let id = ResourceId::parse(body["id"].as_str().unwrap_or_default())?;
        Some(Resource::new(id, body))
    };
    known.given(parent).into_iter().filter_map(named).collect()
}

/// Returns the error for a resource that does not exist. If the parent does not exist either, ARM
/// reports the parent.
pub(super) fn absent(world: &World, id: &ResourceId) -> ArmError {
    match id.parent() {
        Some(parent) if world.store.get(&parent.to_string()).is_none() => {
            let group = id.group.as_deref().unwrap_or_default();
            ArmError::resource_not_found(&parent.resource_type(), &parent.full_name(), group)
        }
        _ => missing(id),
    }
}

/// Answers the `HEAD` of one resource.
pub(crate) fn head(world: &World, id: &ResourceId) -> Result<HttpResponse, ArmError> {
    let there = world.store.get(&id.to_string()).is_some();
    Ok(HttpResponse::new(if there { 204 } else { 404 }, None))
}

/// Answers the `GET` of a collection of a parent, a group or the subscription.
pub(crate) fn list(
    world: &World,
    request: &HttpRequest,
    resource_type: &dyn ResourceType,
    collection: &ResourceId,
    version: &str,
) -> Result<HttpResponse, ArmError> {
    let info = resource_type.info();
    let given = given(world, collection);
    let found: Vec<&Resource> = if info.is_child() {
        let parent = parent_of_collection(world, collection)?;
        given.iter().chain(world.store.children(&parent, info.short())).collect()
    } else {
        let group = collection.group_key();
        let within = |resource: &&Resource| match &group {
            Some(_) => resource.id.group_key() == group,
            None => resource.id.subscription.eq_ignore_ascii_case(&collection.subscription),
        };
        world.store.of_type(info.name).filter(within).collect()
    };
    let wanted = request.param("kind");
    let of_kind = |resource: &&Resource| {
        let own = resource.body["kind"].as_str();
        wanted.is_none_or(|resource_type| {
            own.is_some_and(|own| own.eq_ignore_ascii_case(resource_type))
        })
    };
    let shown: Vec<&Resource> = found
        .into_iter()
        .filter(|resource| resource.hidden_reads == 0)
        .filter(|resource| of_kind(resource) && has_suffix(request, resource))
        .collect();
    let mut response = page(world, request, &shown, info.page, |resource| {
        world.render(&resource.seen(), Some(version))
    })?;
    let last = info.null_link.then_some(Value::Null);
    if let Some(last) = last.or_else(|| perimeter::has_empty_link(info).then(|| json!("")))
        && let Some(list) = &mut response.body
        && list["nextLink"].is_null()
    {
        list["nextLink"] = last;
    }
    Ok(response)
}

fn parent_of_collection(world: &World, collection: &ResourceId) -> Result<String, ArmError> {
    let mut parent = collection.clone();
    parent.types.pop();
    let text = parent.to_string();
    match world.store.get(&text) {
        Some(_) => Ok(text),
        None => Err(absent(world, &parent)),
    }
}

/// Answers the `GET` of all resources in the subscription or a group, in ARM's short form.
pub(crate) fn resources(
    world: &World,
    request: &HttpRequest,
    group: Option<&str>,
) -> Result<HttpResponse, ArmError> {
    let subscription = subscription::of(world, request);
    if let Some(group) = group {
        resource_group::must_exist(world, subscription, group)?;
    }
    let wanted = request.param("$filter").and_then(filtered_type);
    let listed = |resource: &&Resource| {
        let own = resource.id.group.as_deref().unwrap_or_default();
        resource.id.names.len() == 1
            && resource.id.subscription.eq_ignore_ascii_case(subscription)
            && world
                .rules
                .access
                .allows(&action(&resource.id.resource_type(), "GET"), resource.full_id())
            && group.is_none_or(|group| group.eq_ignore_ascii_case(own))
            && wanted.as_ref().is_none_or(|resource_type| {
                resource_type.eq_ignore_ascii_case(&resource.id.resource_type())
            })
    };
    let short = |resource: &Resource| {
        let mut short = json!({});
        for name in ["id", "name", "type", "location", "kind", "sku", "identity", "tags"] {
            if !resource.body[name].is_null() {
                short[name] = resource.body[name].clone();
            }
        }
        short
    };
    let list: Vec<&Resource> = world.store.all().filter(listed).collect();
    page(world, request, &list, 1000, short)
}

/// Returns the type in `resourceType eq 'X'`, the only filter that clients need.
fn filtered_type(filter: &str) -> Option<String> {
    let lower = filter.to_ascii_lowercase();
    let at = lower.find("resourcetype eq '")?;
    let rest = filter.get(at + "resourcetype eq '".len()..)?;
    rest.split('\'').next().map(str::to_owned)
}

/// Answers a `GET` below a resource that does not read a resource.
pub(crate) fn special(
    world: &World,
    request: &HttpRequest,
    version: &str,
    collection: &ResourceId,
) -> Option<Result<HttpResponse, ArmError>> {
    let last = collection.types.last()?.to_ascii_lowercase();
    let mut parent = collection.clone();
    parent.types.pop();
    parent.names.truncate(parent.types.len());
    if parent.types.is_empty() {
        return None;
    }
    let resource_type = world.type_of(&parent)?;
    let sub = subresource::find(resource_type.info().name, &last);
    let perimeters = last == "networksecurityperimeterconfigurations"
        && perimeter::is_shown_by(resource_type.info().name);
    if sub.is_none() && last != "privatelinkresources" && last != "all" && !perimeters {
        return None;
    }
    if request.method != sub.map_or("GET", |sub| sub.method) {
        let text = format!("The request method '{}' is not supported.", request.method);
        return Some(Err(ArmError::new(405, "MethodNotAllowed", text)));
    }
    if let Err(error) = providers::check_version(world, resource_type.info(), version) {
        return Some(Err(error));
    }
    let Some(resource) = world.store.get(&parent.to_string()) else {
        return Some(Err(absent(world, &parent)));
    };
    if let Some(sub) = sub {
        return Some(Ok(HttpResponse::ok((sub.show)(resource))));
    }
    if last == "all" {
        let zone = same(resource_type.info().name, "Microsoft.Network/privateDnsZones");
        return zone.then(|| records(world, request, resource, version));
    }
    let list = match perimeters {
        true => perimeter::configurations(world, resource),
        false => {
            let mut list = private_link::resources(resource, &world.link_groups(resource));
            if same(resource_type.info().name, "Microsoft.Search/searchServices") {
                for one in &mut list {
                    one["properties"]["shareablePrivateLinkResourceTypes"] =
                        json!(shared_private_link::shareable());
                }
            }
            list
        }
    };
    let wanted = collection.names.get(parent.names.len());
    Some(one_or_all(list, wanted.map(String::as_str)))
}

fn records(
    world: &World,
    request: &HttpRequest,
    zone: &Resource,
    version: &str,
) -> Result<HttpResponse, ArmError> {
    let below = world.store.below(zone.full_id()).map(|(_, resource)| resource);
    let list: Vec<&Resource> = below
        .filter(|r| {
            r.id.types.last().is_some_and(|t| !t.eq_ignore_ascii_case("virtualNetworkLinks"))
        })
        .filter(|resource| has_suffix(request, resource))
        .collect();
    page(world, request, &list, 100, |resource| world.render(&resource.seen(), Some(version)))
}

/// Returns `true` if a record set's name has the requested suffix, or if no suffix is requested.
fn has_suffix(request: &HttpRequest, resource: &Resource) -> bool {
    let suffix = request.param("$recordsetnamesuffix").unwrap_or_default().to_ascii_lowercase();
    resource.id.name().to_ascii_lowercase().ends_with(&suffix)
}

/// Returns a list of data below a resource, or its entry of one name.
fn one_or_all(list: Vec<Value>, wanted: Option<&str>) -> Result<HttpResponse, ArmError> {
    let Some(wanted) = wanted else {
        return Ok(HttpResponse::ok(json!({ "value": list })));
    };
    let named =
        |body: &Value| body["name"].as_str().is_some_and(|n| n.eq_ignore_ascii_case(wanted));
    list.into_iter().find(named).map(HttpResponse::ok).ok_or_else(|| {
        let text = format!("The resource '{wanted}' was not found.");
        ArmError::new(404, "NotFound", text)
    })
}

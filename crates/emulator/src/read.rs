//! Reading: one resource, lists in pages, and what is not a resource but is read like one.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ArmError;
use crate::id::{ResourceId, same};
use crate::kinds::{self, Kind, facts::Etag, link};
use crate::rules;
use crate::store::Resource;
use crate::subscription;
use crate::world::World;

/// The refusal of a resource that is not there, in the words of its provider.
pub(crate) fn missing(id: &ResourceId) -> ArmError {
    let group = id.group.as_deref().unwrap_or_default();
    let kind = id.kind();
    let record = kind.matches('/').count() > 1 && is_network_child(&kind);
    if record {
        let text = format!("Resource {id} not found.");
        return ArmError::new(404, "NotFound", text);
    }
    ArmError::resource_not_found(&kind, &id.full_name(), group)
}

fn is_network_child(kind: &str) -> bool {
    let lower = kind.to_ascii_lowercase();
    let link = lower.ends_with("/virtualnetworklinks");
    lower.starts_with("microsoft.network/") && !link
}

/// `GET` of one resource.
pub(crate) fn get(
    world: &mut World,
    kind: &dyn Kind,
    id: &ResourceId,
    version: &str,
) -> Result<Answer, ArmError> {
    let text = id.to_string();
    if let Some(resource) = world.store.get_mut(&text)
        && resource.hidden_reads > 0
    {
        resource.hidden_reads -= 1;
        return Err(missing(id));
    }
    let Some(resource) = world.store.get(&text) else {
        return Err(absent(world, id));
    };
    let body = world.present(&resource.seen(), Some(version));
    if let Some(resource) = world.store.get_mut(&text) {
        let left = resource.stale.take().filter(|(_, reads)| *reads > 1);
        resource.stale = left.map(|(body, reads)| (body, reads - 1));
    }
    let mut answer = Answer::ok(body);
    if kind.facts().etag != Etag::None
        && let Some(etag) = answer.body.as_ref().and_then(|body| body["etag"].as_str())
    {
        let etag = etag.to_owned();
        answer.headers.push(("ETag".to_owned(), etag));
    }
    Ok(answer)
}

/// A child of something that is missing too is reported by the gateway, so to say, one level up.
fn absent(world: &World, id: &ResourceId) -> ArmError {
    match id.parent() {
        Some(parent) if world.store.get(&parent.to_string()).is_none() => {
            let group = id.group.as_deref().unwrap_or_default();
            ArmError::resource_not_found(&parent.kind(), &parent.full_name(), group)
        }
        _ => missing(id),
    }
}

/// `HEAD` of one resource.
pub(crate) fn head(world: &World, id: &ResourceId) -> Result<Answer, ArmError> {
    let there = world.store.get(&id.to_string()).is_some();
    Ok(Answer::new(if there { 204 } else { 404 }, None))
}

/// `GET` of a collection: of a parent, a group or the subscription.
pub(crate) fn list(
    world: &World,
    call: &Call,
    kind: &dyn Kind,
    place: &ResourceId,
    version: &str,
) -> Result<Answer, ArmError> {
    let facts = kind.facts();
    let found: Vec<&Resource> = if facts.is_child() {
        let parent = parent_of_collection(world, place)?;
        world.store.children(&parent, facts.short()).collect()
    } else {
        let group = place.group_key();
        let within = |resource: &&Resource| match &group {
            Some(_) => resource.id.group_key() == group,
            None => resource.id.subscription.eq_ignore_ascii_case(&place.subscription),
        };
        world.store.of_kind(facts.name).filter(within).collect()
    };
    let wanted = call.param("kind");
    let of_kind = |resource: &&Resource| {
        let own = resource.body["kind"].as_str();
        wanted.is_none_or(|kind| own.is_some_and(|own| own.eq_ignore_ascii_case(kind)))
    };
    let shown: Vec<&Resource> = found
        .into_iter()
        .filter(|resource| resource.hidden_reads == 0)
        .filter(|resource| of_kind(resource))
        .collect();
    page(world, call, &shown, facts.page, |resource| world.present(&resource.seen(), Some(version)))
}

fn parent_of_collection(world: &World, place: &ResourceId) -> Result<String, ArmError> {
    let mut parent = place.clone();
    parent.types.pop();
    let text = parent.to_string();
    match world.store.get(&text) {
        Some(_) => Ok(text),
        None => Err(absent(world, &parent)),
    }
}

/// A page of a list, with `nextLink` while there is more.
pub(crate) fn page(
    world: &World,
    call: &Call,
    list: &[&Resource],
    size: usize,
    show: impl Fn(&Resource) -> Value,
) -> Result<Answer, ArmError> {
    let number = |name: &str| -> Result<Option<usize>, ArmError> {
        match call.param(name).map(str::parse) {
            None => Ok(None),
            Some(Ok(number)) => Ok(Some(number)),
            Some(Err(_)) => {
                let text = format!("The query parameter '{name}' is not a number.");
                Err(ArmError::bad("InvalidQueryParameter", text))
            }
        }
    };
    let size = number("$top")?.filter(|top| *top > 0).unwrap_or(size);
    let size = world.manners.page_size.map_or(size, |most| most.min(size));
    let skip = number("$skiptoken")?.or(number("$skip")?).unwrap_or(0).min(list.len());
    let end = list.len().min(skip.saturating_add(size));
    let entries = list.get(skip..end).unwrap_or_default().iter();
    let entries: Vec<Value> = entries.map(|resource| show(resource)).collect();
    let mut answer = json!({ "value": entries });
    if end < list.len() {
        answer["nextLink"] = json!(next_link(world, call, end));
    }
    Ok(Answer::ok(answer))
}

fn next_link(world: &World, call: &Call, end: usize) -> String {
    let kept = call.query.split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
        !["$skiptoken", "%24skiptoken", "$skip", "%24skip"].contains(&name.as_str())
    });
    let kept: Vec<&str> = kept.collect();
    let query = kept.join("&");
    format!("{}{}?{query}&%24skiptoken={end}", world.settings.base, call.raw_path)
}

/// `GET` of everything in the subscription or a group, in the short form that ARM keeps.
pub(crate) fn resources(
    world: &World,
    call: &Call,
    group: Option<&str>,
) -> Result<Answer, ArmError> {
    let subscription = subscription::of(world, call);
    if let Some(group) = group {
        crate::group::must_exist(world, subscription, group)?;
    }
    let wanted = call.param("$filter").and_then(filtered_type);
    let listed = |resource: &&Resource| {
        let own = resource.id.group.as_deref().unwrap_or_default();
        resource.id.names.len() == 1
            && resource.id.subscription.eq_ignore_ascii_case(subscription)
            && world
                .rules
                .access
                .may(&rules::action(&resource.id.kind(), "GET"), resource.full_id())
            && group.is_none_or(|group| group.eq_ignore_ascii_case(own))
            && wanted.as_ref().is_none_or(|kind| kind.eq_ignore_ascii_case(&resource.id.kind()))
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
    page(world, call, &list, 1000, short)
}

/// The type in `resourceType eq 'X'`, the one filter that clients need.
fn filtered_type(filter: &str) -> Option<String> {
    let lower = filter.to_ascii_lowercase();
    let at = lower.find("resourcetype eq '")?;
    let rest = filter.get(at + "resourcetype eq '".len()..)?;
    rest.split('\'').next().map(str::to_owned)
}

/// What is read below a resource without being a resource itself.
pub(crate) fn special(
    world: &World,
    call: &Call,
    version: &str,
    place: &ResourceId,
) -> Option<Result<Answer, ArmError>> {
    let last = place.types.last()?.to_ascii_lowercase();
    if last != "privatelinkresources" && last != "all" {
        return None;
    }
    let mut parent = place.clone();
    parent.types.pop();
    parent.names.truncate(parent.types.len());
    if parent.types.is_empty() {
        return None;
    }
    let kind = kinds::of(&parent)?;
    if call.method != "GET" {
        let text = format!("The request method '{}' is not supported.", call.method);
        return Some(Err(ArmError::new(405, "MethodNotAllowed", text)));
    }
    if let Err(error) = crate::arm::check_version(world, kind, version) {
        return Some(Err(error));
    }
    let Some(resource) = world.store.get(&parent.to_string()) else {
        return Some(Err(absent(world, &parent)));
    };
    if last == "all" {
        let zone = same(kind.facts().name, "Microsoft.Network/privateDnsZones");
        return zone.then(|| records(world, call, resource, version));
    }
    let wanted = place.names.get(parent.names.len());
    Some(link_resources(world, resource, wanted.map(String::as_str)))
}

fn records(world: &World, call: &Call, zone: &Resource, version: &str) -> Result<Answer, ArmError> {
    let suffix = call.param("$recordsetnamesuffix").unwrap_or_default().to_ascii_lowercase();
    let below = world.store.below(zone.full_id()).map(|(_, resource)| resource);
    let list: Vec<&Resource> = below
        .filter(|r| {
            r.id.types.last().is_some_and(|t| !t.eq_ignore_ascii_case("virtualNetworkLinks"))
        })
        .filter(|resource| resource.id.name().ends_with(&suffix))
        .collect();
    page(world, call, &list, 100, |resource| world.present(&resource.seen(), Some(version)))
}

fn link_resources(
    world: &World,
    target: &Resource,
    wanted: Option<&str>,
) -> Result<Answer, ArmError> {
    let list = link::resources(world.settings.cloud, target);
    let Some(wanted) = wanted else {
        return Ok(Answer::ok(json!({ "value": list })));
    };
    let named =
        |body: &Value| body["name"].as_str().is_some_and(|n| n.eq_ignore_ascii_case(wanted));
    list.into_iter().find(named).map(Answer::ok).ok_or_else(|| {
        let text = format!("The private link resource '{wanted}' was not found.");
        ArmError::new(404, "NotFound", text)
    })
}

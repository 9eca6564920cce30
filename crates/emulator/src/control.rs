//! Control API below `/_emulator`: reads the world, changes it without ARM's checks, sets faults,
//! and moves the clock.

use serde_json::{Value, json};

use crate::app::App;
use crate::arm::resource_group;
use crate::clock;
use crate::fault::{Fault, FaultKind, foundry};
use crate::limits::{Limits, RateLimiter};
use crate::log::Request;
use crate::merge_patch;
use crate::request::HttpRequest;
use crate::resource_id::ResourceId;
use crate::resource_types;
use crate::response::HttpResponse;
use crate::world::World;
use crate::world::settings::Subscription;
use crate::world::store::Resource;

/// Default delay of the races of Foundry, in seconds.
const RACE_SECONDS: f64 = 2.0;

/// Answers a control request.
pub(crate) fn serve(app: &App, request: &HttpRequest) -> HttpResponse {
    let route = request.path.trim_start_matches("/_emulator").trim_start_matches('/');
    let mut world = app.world();
    let result = match (request.method.as_str(), route) {
        ("GET", "") => Ok(help()),
        ("GET", "dump") => Ok(dump(&mut world)),
        ("GET", "log") => Ok(log(&world)),
        ("GET", "counters") => Ok(counters(&world)),
        ("POST", route) => order(&mut world, request, route),
        _ => Err(format!("{} /_emulator/{route} does not exist", request.method)),
    };
    match result {
        Ok(body) => HttpResponse::ok(body),
        Err(text) => HttpResponse::new(400, Some(json!({ "error": text }))),
    }
}

fn order(world: &mut World, request: &HttpRequest, route: &str) -> Result<Value, String> {
    let order: Value = match request.body.is_empty() {
        true => json!({}),
        false => serde_json::from_slice(&request.body).map_err(|error| error.to_string())?,
    };
    let id = || order["id"].as_str().ok_or("id is missing".to_owned());
    match route {
        "get" => Ok(get(world, id()?).unwrap_or_default()),
        "patch" => patch(world, id()?, &order["body"]),
        "put" if order["resources"].is_array() => put_all(world, &order["resources"]),
        "put" => put(world, id()?, &order["body"]),
        "delete" => Ok(json!({ "deleted": delete(world, id()?) })),
        "fault" => {
            world.faults.add(Fault::from_json(&order)?);
            Ok(world.faults.counters())
        }
        "clear-faults" => {
            world.faults.clear();
            Ok(world.faults.counters())
        }
        "advance" => {
            let seconds = order["seconds"].as_f64().filter(|seconds| *seconds >= 0.0);
            advance(world, seconds.ok_or("seconds is not a number of 0 or more")?);
            Ok(counters(world))
        }
        "operations" => {
            if let Some(hold) = order["hold"].as_bool() {
                hold_operations(world, hold);
            }
            if let Some(seconds) = order["seconds"].as_f64() {
                world.settings.operation_seconds = seconds.max(0.0);
            }
            Ok(counters(world))
        }
        "manners" => change_options(world, &order),
        "foundry-races" => {
            foundry_races(world, order["seconds"].as_f64().unwrap_or(RACE_SECONDS));
            Ok(world.options.to_json())
        }
        _ => world.rules.order(route, &order),
    }
}

fn help() -> Value {
    json!({
        "GET": ["dump", "log", "counters"],
        "POST": {
            "get": { "id": "" },
            "patch": { "id": "", "body": {} },
            "put": [{ "id": "", "body": {} }, { "resources": [{ "id": "", "body": {} }] }],
            "delete": { "id": "" },
            "fault": {
                "kind": "", "method": "", "path": "", "nth": 1, "count": 1,
                "after": { "method": "", "path": "" },
            },
            "clear-faults": {},
            "advance": { "seconds": 1 },
            "operations": { "hold": true, "seconds": 0 },
            "roles": { "roles": [{ "scope": "", "actions": ["*"], "not_actions": [] }] },
            "deny": { "scope": "", "action": "" },
            "allow-all": {},
            "lock": { "scope": "", "level": "CanNotDelete" },
            "unlock": { "scope": "" },
            "policy": [
                { "effect": "deny", "type": "", "when": {}, "unless": {}, "scope": "" },
                { "effect": "modify", "type": "", "path": "", "value": "", "scope": "" },
                { "effect": "deployIfNotExists", "group": "", "zones": [], "after": 0 },
            ],
            "clear-policies": {},
            "unregister": { "subscription": "", "namespace": "Microsoft.App" },
            "manners": {
                "page_size": 0, "loose": false, "subnet_contention": false, "record_seconds": 0,
                "adds_identities": false, "link_release_seconds": 0, "account_race_seconds": 0,
                "account_race_in_operation": false, "host_seconds": "never", "role_seconds": 0,
                "host_roles": "ignored", "host_rules": "ignored", "rule_seconds": 0,
                "limits": { "reads": { "burst": 250, "per_second": 25 } },
            },
            "foundry-races": { "seconds": RACE_SECONDS },
        },
    })
}

/// Returns all resources, after running everything that is due.
pub(crate) fn resources(world: &mut World) -> Vec<Value> {
    world.settle();
    world.store.all().map(|resource| world.render(resource, None)).collect()
}

/// Returns the dump of the world, after running everything that is due.
pub(crate) fn dump(world: &mut World) -> Value {
    let resources = resources(world);
    let operations: Vec<Value> = world
        .operations
        .all()
        .map(|one| {
            let mut document = one.document();
            document["resource"] = json!(one.resource.to_string());
            document["work"] = json!(one.work.word());
            document
        })
        .collect();
    let others = world.settings.others.iter().map(Subscription::to_json).collect::<Vec<_>>();
    json!({
        "subscription": world.settings.subscription,
        "tenant": world.settings.tenant,
        "subscriptions": others,
        "resource_group": world.settings.group,
        "location": world.settings.location,
        "made_up": world.guids.count(),
        "resources": resources,
        "operations": operations,
    })
}

fn log(world: &World) -> Value {
    let requests: Vec<Value> = world.log.all().map(Request::to_json).collect();
    json!({ "requests": requests })
}

fn counters(world: &World) -> Value {
    let mut counters = world.log.counters();
    let running = world.operations.all().filter(|one| one.is_running()).count();
    counters["resources"] = json!(world.store.all().count());
    counters["operations"] = json!({
        "running": running,
        "accepted": world.operations.accepted(),
        "held": world.operations.held,
    });
    counters["faults"] = world.faults.counters();
    counters["failed_deployments"] = json!(world.rules.policies.failures);
    counters["clock"] = json!(clock::stamp(world.clock.now()));
    counters
}

/// Returns a resource as its newest version shows it.
pub(crate) fn get(world: &mut World, id: &str) -> Option<Value> {
    world.settle();
    world.show(id, None)
}

/// Merges properties into a resource, without ARM's checks.
pub(crate) fn patch(world: &mut World, id: &str, change: &Value) -> Result<Value, String> {
    world.settle();
    let resource = world.store.get_mut(id).ok_or(format!("{id} does not exist"))?;
    let mut next = resource.body.clone();
    merge_patch::merge(&mut next, change);
    check(&next)?;
    resource.body = next;
    changed(world, id);
    world.show(id, None).ok_or(format!("{id} does not exist"))
}

/// Adds an entry to a list of a resource without ARM's checks, unless the list already has it.
pub(crate) fn add(
    world: &mut World,
    id: &str,
    (list, entry): (&str, &Value),
) -> Result<Value, String> {
    let shown = get(world, id).ok_or(format!("{id} does not exist"))?;
    let mut entries = match shown.pointer(list) {
        None => vec![],
        Some(found) => found.as_array().ok_or(format!("{list} of {id} is not a list"))?.clone(),
    };
    if !entries.contains(entry) {
        entries.push(entry.clone());
    }
    let wrap = |inner: Value, name: &str| json!({ name: inner });
    let change = list.split('/').skip(1).collect::<Vec<_>>();
    let change = change.into_iter().rev().fold(json!(entries), wrap);
    patch(world, id, &change)
}

/// Stores a resource as given, without ARM's checks. Its parent need not exist.
pub(crate) fn put(world: &mut World, id: &str, body: &Value) -> Result<Value, String> {
    world.settle();
    if let ["", "subscriptions", subscription, "resourceGroups", name] =
        id.split('/').collect::<Vec<_>>()[..]
    {
        let location = body["location"].as_str().unwrap_or("eastus");
        return Ok(resource_group::insert(world, (subscription, name), location, &body["tags"]));
    }
    let parsed = ResourceId::parse(id).ok_or(format!("{id} is not a resource ID"))?;
    let resource_type =
        world.type_of(&parsed).ok_or(format!("the emulator does not have the type of {id}"))?;
    let mut next = body.clone();
    if !next.is_object() {
        return Err("body is not a JSON object".to_owned());
    }
    next["id"] = json!(id);
    next["name"] = json!(parsed.name());
    next["type"] = json!(resource_type.info().name);
    if next["properties"].is_null() {
        next["properties"] = json!({});
    }
    check(&next)?;
    world.store.insert(id, Resource::new(parsed, next));
    changed(world, id);
    world.show(id, None).ok_or(format!("{id} does not exist"))
}

fn put_all(world: &mut World, resources: &Value) -> Result<Value, String> {
    let list = resources.as_array().into_iter().flatten();
    for (index, one) in list.enumerate() {
        let id = one["id"].as_str().ok_or(format!("resources[{index}] has no id"))?;
        put(world, id, &one["body"])?;
    }
    Ok(json!({ "resources": world.store.all().count() }))
}

/// Deletes a resource with its dependents. Returns `false` if it did not exist.
pub(crate) fn delete(world: &mut World, id: &str) -> bool {
    world.settle();
    let existed = world.store.get(id).is_some();
    world.remove(id);
    existed
}

/// Moves the clock forward and runs everything that is due.
pub(crate) fn advance(world: &mut World, seconds: f64) {
    world.clock.advance(seconds);
    world.settle();
}

/// Holds all operations, or lets them end when they are due.
pub(crate) fn hold_operations(world: &mut World, hold: bool) {
    world.operations.held = hold;
    world.settle();
}

fn check(next: &Value) -> Result<(), String> {
    let group = next["type"] == json!("Microsoft.Resources/resourceGroups");
    if next["properties"].is_object() || group {
        return Ok(());
    }
    Err("properties is not a JSON object".to_owned())
}

fn changed(world: &mut World, id: &str) {
    world.touch(id);
    let last = id.rsplit('/').nth(1).unwrap_or_default();
    if last.eq_ignore_ascii_case("privateEndpointConnections") {
        resource_types::show_on_endpoint(world, id);
    }
    if let Some(id) = ResourceId::parse(id).filter(|_| last.eq_ignore_ascii_case("scopedResources"))
    {
        resource_types::list_workspaces(world, &id);
    }
}

/// Changes the world as another client does just before the request for this path.
pub(crate) fn intervene(fault: &FaultKind, world: &mut World, path: &str) -> Result<(), String> {
    match fault {
        FaultKind::Change { id, change } => patch(world, id, change).map(|_| ()),
        FaultKind::Add { id, list, entry } => add(world, id, (list, entry)).map(|_| ()),
        FaultKind::Put { id, body } => put(world, id, body).map(|_| ()),
        FaultKind::Delete { id } => {
            delete(world, id);
            Ok(())
        }
        FaultKind::EtagConflict => {
            world.settle();
            world.touch(path);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Changes how strict ARM is, and how much work it accepts at a time.
fn change_options(world: &mut World, order: &Value) -> Result<Value, String> {
    let shown = world.options.to_json();
    let known = |name: &&str| *name == "limits" || shown.get(*name).is_some();
    let mut names = order.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    if let Some(name) = names.find(|name| !known(name)) {
        let all: Vec<&str> = shown.as_object().into_iter().flatten().map(|(it, _)| &**it).collect();
        return Err(format!("unknown name '{name}'. Known names are limits, {}", all.join(", ")));
    }
    world.options.order(order)?;
    if order["limits"].is_object() {
        let limits = world.rate_limiter.limits.changed(&order["limits"])?;
        set_limits(world, limits);
    }
    Ok(world.options.to_json())
}

/// Delays everything that Foundry accounts can delay by this number of seconds of the virtual
/// clock, and adds the occasional failures.
pub(crate) fn foundry_races(world: &mut World, seconds: f64) {
    world.options.race(seconds);
    for fault in foundry::of_hosts() {
        world.faults.add(fault);
    }
}

/// Sets the limits on the rate of requests, with full buckets.
pub(crate) fn set_limits(world: &mut World, limits: Limits) {
    world.rate_limiter = RateLimiter::new(limits, world.clock.now());
}

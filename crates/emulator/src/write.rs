//! Writing: `PUT`, `PATCH` and `DELETE` of one resource, by the facts of its type.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::body;
use crate::call::Call;
use crate::error::ArmError;
use crate::fault::FaultKind;
use crate::id::ResourceId;
use crate::kinds::facts::{Delete, Etag, Facts, Patch, Reply};
use crate::kinds::{Kind, Write};
use crate::operation::{Ending, Operation, Work};
use crate::read;
use crate::world::World;

/// `PUT`: makes a resource or replaces what the client may write of it.
pub(crate) fn put(
    world: &mut World,
    call: &Call,
    kind: &dyn Kind,
    (id, version): (&ResourceId, &str),
    body: &Value,
) -> Result<Answer, ArmError> {
    let facts = kind.facts();
    parent_must_exist(world, id)?;
    let before = world.store.get(&id.to_string()).map(|resource| resource.body.clone());
    let write = Write { id, version, body, before: before.as_ref(), patch: false };
    if before.is_none() && !(facts.valid_name)(id.name()) {
        return Err(invalid_name(facts, id));
    }
    body::check(facts, &write)?;
    body::check_location(facts, &write)?;
    let reply = if before.is_some() { facts.put_again } else { facts.put };
    let next = body::compose(facts, &write);
    carry_out(world, call, kind, &write, next, reply)
}

/// `PATCH`: merges what the type lets be merged.
pub(crate) fn patch(
    world: &mut World,
    call: &Call,
    kind: &dyn Kind,
    (id, version): (&ResourceId, &str),
    body: &Value,
) -> Result<Answer, ArmError> {
    let facts = kind.facts();
    if facts.patch == Patch::None {
        return Err(not_allowed("PATCH", kind));
    }
    let Some(before) = world.store.get(&id.to_string()).map(|found| found.body.clone()) else {
        return Err(read::missing(id));
    };
    let write = Write { id, version, body, before: Some(&before), patch: true };
    body::check(facts, &write)?;
    body::check_location(facts, &write)?;
    let reply = match facts.patch {
        Patch::Merge(reply) => kind.patch_reply(reply, version),
        Patch::Tags | Patch::None => {
            let other = |(name, _): &(&String, &Value)| name.as_str() != "tags";
            if let Some((name, _)) = body.as_object().into_iter().flatten().find(other) {
                return Err(body::unknown(facts, name));
            }
            Reply::Now
        }
    };
    let next = body::patched(facts, &write);
    carry_out(world, call, kind, &write, next, reply)
}

fn carry_out(
    world: &mut World,
    call: &Call,
    kind: &dyn Kind,
    write: &Write<'_>,
    mut next: Value,
    reply: Reply,
) -> Result<Answer, ArmError> {
    let facts = kind.facts();
    let id = write.id;
    if world.operations.busy(&id.key()) {
        // Whoever has not seen the write that is under way is told that first.
        let stale = precondition(facts, call, write.before).err().filter(|error| !error.late);
        return Err(stale.unwrap_or_else(|| busy(world, facts, id)));
    }
    let allowed = precondition(facts, call, write.before)
        .and_then(|()| body::check_immutable(facts, write))
        .and_then(|()| check_flag(facts, write))
        .and_then(|()| kind.check(world, write));
    if let Err(error) = allowed {
        if error.late && reply == Reply::Both {
            return Ok(lost(world, call, (facts, write), error));
        }
        return Err(error);
    }
    fill(facts, write, &mut next);
    kind.accept(world, write, &mut next);
    world.put(id, next);
    if let Some(resource) = world.store.get_mut(&id.to_string()) {
        match (&call.order, write.before) {
            (Some(FaultKind::HideAfterCreate { reads }), None) => resource.hidden_reads = *reads,
            (Some(FaultKind::StaleReads { reads }), Some(before)) if *reads > 0 => {
                resource.stale = Some((before.clone(), *reads));
            }
            _ => {}
        }
    }
    Ok(answer(world, call, kind, write, reply))
}

/// Sets the state and the defaults that hold for every type.
fn fill(facts: &Facts, write: &Write<'_>, next: &mut Value) {
    let states = facts.states;
    let state = if write.before.is_some() { states.updating } else { states.creating };
    if !state.is_empty() {
        next["properties"]["provisioningState"] = json!(state);
    }
    if let Some(flag) = facts.flag
        && !flag.default.is_empty()
        && next["properties"]["publicNetworkAccess"].is_null()
    {
        next["properties"]["publicNetworkAccess"] = json!(flag.default);
    }
}

fn answer(
    world: &mut World,
    call: &Call,
    kind: &dyn Kind,
    write: &Write<'_>,
    reply: Reply,
) -> Answer {
    let facts = kind.facts();
    let (id, text) = (write.id, write.id.to_string());
    let status = if write.before.is_some() { 200 } else { 201 };
    let show = |world: &World| world.show(&text, Some(write.version));
    if reply == Reply::Now {
        world.complete(id);
        return with_etag(facts, Answer::new(status, show(world)));
    }
    let work = Work::Write { before: write.before.cloned() };
    let operation = world.start(facts, id, write.version, work, ordered(call));
    match reply {
        Reply::Now | Reply::State => with_etag(facts, Answer::new(status, show(world))),
        Reply::AsyncOperation => {
            let answer = with_etag(facts, Answer::new(status, show(world)));
            polled(world, answer, &operation, true, false)
        }
        Reply::Location => polled(world, Answer::new(202, None), &operation, false, true),
        Reply::Both => polled(world, Answer::new(202, Some(json!({}))), &operation, true, true),
    }
}

/// `DELETE`.
pub(crate) fn delete(
    world: &mut World,
    call: &Call,
    kind: &dyn Kind,
    id: &ResourceId,
    version: &str,
) -> Result<Answer, ArmError> {
    let facts = kind.facts();
    let text = id.to_string();
    let Some(resource) = world.store.get(&text).cloned() else {
        return Ok(Answer::new(204, None));
    };
    let body = Value::Null;
    let write = Write { id, version, body: &body, before: Some(&resource.body), patch: false };
    let allowed =
        precondition(facts, call, write.before).and_then(|()| kind.check_delete(world, &resource));
    if let Err(error) = allowed {
        if error.late && facts.delete == Delete::Both {
            return Ok(lost(world, call, (facts, &write), error));
        }
        return Err(error);
    }
    let now = world.clock.now();
    world.operations.supersede(&id.key(), now);
    if facts.delete == Delete::Now {
        world.remove(&text);
        return Ok(Answer::new(200, None));
    }
    if let Some(resource) = world.store.get_mut(&text)
        && !facts.states.done.is_empty()
    {
        resource.body["properties"]["provisioningState"] = json!("Deleting");
    }
    let operation = world.start(facts, id, version, Work::Delete, ordered(call));
    let both = facts.delete == Delete::Both;
    let private_dns = facts.etag == Etag::Bare || facts.etag == Etag::Quoted;
    let answer = Answer::new(202, private_dns.then(|| json!({})));
    Ok(polled(world, answer, &operation, both, true))
}

/// An accepted write that changes nothing: its operation fails with this error, or in the way that
/// was ordered, which comes first.
fn lost(
    world: &mut World,
    call: &Call,
    (facts, write): (&Facts, &Write<'_>),
    error: ArmError,
) -> Answer {
    let ending = match ordered(call) {
        Ending::Well => Ending::Badly(error),
        ordered => ordered,
    };
    let operation = world.start(facts, write.id, write.version, Work::Nothing, ending);
    polled(world, Answer::new(202, Some(json!({}))), &operation, true, true)
}

fn polled(
    world: &World,
    mut answer: Answer,
    operation: &Operation,
    status: bool,
    result: bool,
) -> Answer {
    let base = &world.settings.base;
    if status {
        answer = answer.header("Azure-AsyncOperation", &operation.status_url(base));
    }
    if result {
        answer = answer.header("Location", &operation.result_url(base));
    }
    answer.header("Retry-After", &world.retry_after())
}

fn ordered(call: &Call) -> Ending {
    match &call.order {
        Some(FaultKind::FailOperation { code, message }) => {
            Ending::Badly(ArmError::new(409, code, message.clone()))
        }
        Some(FaultKind::NeverEnd) => Ending::Never,
        _ => Ending::Well,
    }
}

fn with_etag(facts: &Facts, mut answer: Answer) -> Answer {
    if facts.etag != Etag::None
        && let Some(etag) = answer.body.as_ref().and_then(|body| body["etag"].as_str())
    {
        let etag = etag.to_owned();
        answer.headers.push(("ETag".to_owned(), etag));
    }
    answer
}

fn precondition(facts: &Facts, call: &Call, before: Option<&Value>) -> Result<(), ArmError> {
    let dns = matches!(facts.etag, Etag::Bare | Etag::Quoted | Etag::Record);
    if !dns && facts.etag != Etag::Weak {
        return Ok(());
    }
    let failed = |message: String| {
        let error = ArmError::new(412, "PreconditionFailed", message);
        // Zones and links accept the request and let the operation fail.
        Err(if matches!(facts.etag, Etag::Bare | Etag::Quoted) { error.late() } else { error })
    };
    let current = before.and_then(|before| before["etag"].as_str()).unwrap_or_default();
    if dns && call.header("if-none-match") == Some("*") && before.is_some() {
        let kind = facts.short();
        return failed(format!("The {kind} exists already and hence cannot be created again."));
    }
    match call.header("if-match") {
        None => Ok(()),
        Some("*") if before.is_some() => Ok(()),
        Some(wanted) if before.is_some() && bare(wanted) == bare(current) => Ok(()),
        Some(wanted) => failed(format!(
            "The condition '{wanted}' in the If-Match header was not satisfied. The current was \
             '{current}'."
        )),
    }
}

fn bare(etag: &str) -> &str {
    etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"')
}

fn check_flag(facts: &Facts, write: &Write<'_>) -> Result<(), ArmError> {
    let (Some(flag), asked) = (facts.flag, write.property("publicNetworkAccess")) else {
        return Ok(());
    };
    if asked.is_null() {
        return Ok(());
    }
    let Some(text) = asked.as_str() else {
        return Err(body::mistyped(facts, "properties.publicNetworkAccess", "a string"));
    };
    let equal = |known: &&str| {
        if flag.exact { **known == *text } else { known.eq_ignore_ascii_case(text) }
    };
    if flag.values.is_empty() || flag.values.iter().any(equal) {
        return Ok(());
    }
    let message = format!(
        "Error converting value \"{text}\" to type 'PublicNetworkAccess'. Path \
         'properties.publicNetworkAccess'. The accepted values are {}.",
        flag.values.join(", ")
    );
    Err(ArmError::content(message))
}

fn parent_must_exist(world: &World, id: &ResourceId) -> Result<(), ArmError> {
    let Some(parent) = id.parent() else {
        return Ok(());
    };
    if world.store.get(&parent.to_string()).is_some() {
        return Ok(());
    }
    let text = format!(
        "Failed to perform 'write' on resource(s) of type '{}', because the parent resource '{}' \
         could not be found.",
        id.kind(),
        parent
    );
    Err(ArmError::new(404, "ParentResourceNotFound", text))
}

fn invalid_name(facts: &Facts, id: &ResourceId) -> ArmError {
    let name = id.name();
    let text = format!("Resource name {name} of type '{}' is invalid.", facts.name);
    ArmError::bad("InvalidResourceName", text)
}

fn busy(world: &World, facts: &Facts, id: &ResourceId) -> ArmError {
    let (status, code) = facts.busy;
    let text = format!(
        "Another operation on this or dependent resource is in progress. Resource: {id}. Please \
         try again later."
    );
    ArmError::new(status, code, text).header("Retry-After", world.retry_after())
}

/// 405 for a verb that the type does not have.
pub(crate) fn not_allowed(method: &str, kind: &dyn Kind) -> ArmError {
    let text = format!(
        "The http method '{method}' is not supported for a resource of type '{}'.",
        kind.facts().name
    );
    ArmError::new(405, "HttpMethodNotAllowed", text)
}

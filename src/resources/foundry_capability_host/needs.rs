//! What a capability host needs before it is made, and what it cannot have.

use super::{CapabilityHost, OWN};
use crate::assessment::foundry::{self, STORES, told};
use crate::assessment::reader::{Read, Reader};
use crate::engine::resource::PendingCondition;
use crate::private_link::arm_types::FOUNDRY_PROJECT;
use crate::validators;
use azure::id::ResourceId;
use plugin::prelude::*;
use std::time::Duration;

/// How long something is waited for that nothing says is to come.
const TO_APPEAR: Duration = Duration::from_secs(120);

/// How long a role is waited for that somebody else assigns: Azure takes up to ten minutes to show
/// an assignment and to act on it (Microsoft Learn, "Troubleshoot Azure RBAC").
const ROLES_WITHIN: Duration = Duration::from_secs(600);

/// How long the service may take to make a host by itself, once its account is made.
const OWN_WITHIN: Duration = Duration::from_secs(1800);

/// What there is of something that is needed.
type Needed = Result<Option<PendingCondition>, Diagnostic>;

/// What a new host still waits for.
pub(super) fn waits_for(host: &CapabilityHost, reader: &Reader) -> Needed {
    let parent = validators::parse(&host.parent_id, "parent_id")?;
    let of_scope = scope(host, &parent, reader)?;
    let of_account = match parent.is_type(FOUNDRY_PROJECT.name) {
        true => account_host(&parent, reader)?,
        false => None,
    };
    let of_stores = stores(host, &parent, reader)?;
    match of_scope.or(of_account).or(of_stores) {
        None if parent.is_type(FOUNDRY_PROJECT.name) => roles(host, &parent, reader),
        pending => Ok(pending),
    }
}

/// That something is to come, and what is told when it does not.
fn soon(step: &'static str, what: String, within: Duration, or_else: Diagnostic) -> Needed {
    Ok(Some(PendingCondition { step, what, within: Some(within), or_else: Some(or_else) }))
}

/// That something is to end.
fn later(step: &'static str, what: String) -> Needed {
    Ok(Some(PendingCondition { step, what, within: None, or_else: None }))
}

fn refused(at: &str, summary: String, detail: &str) -> Diagnostic {
    Diagnostic::error(summary, detail).at(Path::of(at))
}

/// An account or project has one host.
fn scope(host: &CapabilityHost, parent: &ResourceId, reader: &Reader) -> Needed {
    let label = parent.name();
    let hosts = match foundry::hosts(reader, parent) {
        Read::Found(hosts) => hosts,
        Read::Absent => {
            let summary = format!("{label:?} does not exist");
            let detail = "Make the account or project first, and let `parent_id` refer to it.";
            return Err(refused("parent_id", summary, detail));
        }
        Read::Pending | Read::Hidden(_) => return Ok(None),
    };
    let own = |name: &str| name.eq_ignore_ascii_case(&host.name);
    if let Some((other, state)) = hosts.iter().map(told).find(|(name, _)| !own(name)) {
        if !is_settled(state) {
            return later("scope", format!("capability host {other:?}, which is {state},"));
        }
        let summary = format!("{label:?} has another capability host: {other:?}");
        let detail = format!(
            "An account or project has one. To manage it here, set `name = {other:?}` and \
             `adopt_existing = true`; or delete it first."
        );
        return Err(refused("name", summary, &detail));
    }
    match hosts.iter().map(told).find(|(name, _)| own(name)) {
        Some((name, state)) if host.adopt_existing && !is_settled(state) => {
            later("scope", format!("capability host {name:?}, which is {state},"))
        }
        None if host.name.ends_with(OWN) => {
            let summary = format!("The service has made no capability host {:?}", host.name);
            let detail = "It makes one for an account that is made with a subnet for its agents, \
                          and calls it after the account. Without such a subnet, give the host a \
                          name of your own.";
            let what = format!("the service to make capability host {:?}", host.name);
            soon("own", what, OWN_WITHIN, refused("name", summary, detail))
        }
        _ => Ok(None),
    }
}

/// Whether a host is neither made nor deleted at the moment.
fn is_settled(state: &str) -> bool {
    state.eq_ignore_ascii_case("Succeeded") || foundry::has_failed(state)
}

/// The host of a project needs one of its account that is done.
fn account_host(project: &ResourceId, reader: &Reader) -> Needed {
    let account = foundry::account(project);
    let label = account.name();
    let Read::Found(hosts) = foundry::hosts(reader, &account) else { return Ok(None) };
    let Some((name, state)) = hosts.iter().map(told).next() else {
        let summary = format!("The account {label:?} has no capability host");
        let detail = "The host of a project needs one of its account. Make an \
                      azureai_foundry_capability_host whose `parent_id` is the account's ID, and \
                      let this one depend on it.";
        let what = format!("a capability host of the account {label:?}");
        return soon("account", what, TO_APPEAR, refused("parent_id", summary, detail));
    };
    if foundry::has_failed(state) {
        let summary = format!("The capability host {name:?} of the account {label:?} is {state}");
        let detail = "The host of a project needs one of its account that is Succeeded. \
                      Replace that one.";
        return Err(refused("parent_id", summary, detail));
    }
    match state.eq_ignore_ascii_case("Succeeded") {
        true => Ok(None),
        false => {
            let host = format!("capability host {name:?} of the account {label:?}");
            later("account", format!("{host}, which is {state},"))
        }
    }
}

/// Each store needs a connection that agents can use.
fn stores(host: &CapabilityHost, parent: &ResourceId, reader: &Reader) -> Needed {
    let mut missing = None;
    for store in STORES {
        let Some(name) = host.names(store.attribute).first() else { continue };
        match foundry::connection(reader, parent, name) {
            Read::Found(connection) => {
                if let Some(why) = store.refuses(connection) {
                    let summary = format!("The connection {name:?} does not fit: {why}");
                    let detail = format!(
                        "This store needs a connection of category {} with `auth_type = \"AAD\"`: \
                         an azureai_foundry_connection with `target_resource_id`.",
                        store.category
                    );
                    return Err(refused(store.attribute, summary, &detail));
                }
            }
            Read::Absent if missing.is_none() => {
                let summary = format!("{:?} has no connection {name:?}", parent.name());
                let detail = format!(
                    "This store needs one of category {}. Let this attribute refer to the `name` \
                     of its azureai_foundry_connection. A project has the connections of its \
                     account that are shared to all, too.",
                    store.category
                );
                let absent = refused(store.attribute, summary, &detail);
                missing = Some((format!("connection {name:?}"), absent));
            }
            Read::Pending | Read::Hidden(_) | Read::Absent => {}
        }
    }
    missing.map_or(Ok(None), |(what, absent)| soon("stores", what, TO_APPEAR, absent))
}

/// Azure takes the three stores together, or none of them (Microsoft Learn, "Capability hosts").
fn incomplete(config: &Value) -> Option<Diagnostic> {
    let stores = STORES.map(|store| (store.attribute, config.get(store.attribute)));
    stores.iter().find(|(_, names)| names.is_given())?;
    let missing = stores.into_iter().filter(|(_, names)| names.is_null()).map(|(name, _)| name);
    let missing: Vec<&str> = missing.collect();
    let summary = format!("The capability host lacks `{}`", missing.join("` and `"));
    let detail = "Azure takes all three stores together, each by the name of one connection, or \
                  none of them.";
    Some(refused(missing.first()?, summary, detail))
}

/// The identity of the project needs roles in the stores. What nobody can tell is not waited for.
fn roles(host: &CapabilityHost, project: &ResourceId, reader: &Reader) -> Needed {
    let Read::Found(body) = reader.object(project, FOUNDRY_PROJECT.api_version) else {
        return Ok(None);
    };
    let principals = foundry::principals(body);
    let mut first = None;
    for store in STORES {
        let name = host.names(store.attribute).first();
        let connection = name.and_then(|name| foundry::connection(reader, project, name).value());
        let Some(id) = connection.and_then(|it| store.resource(it)) else { continue };
        let lacking = store.lacking(&id, &principals, reader).found().unwrap_or_default();
        if let Some((summary, detail)) = foundry::told_of_roles(&id, &lacking, &principals) {
            let lacks = refused(store.attribute, summary, &detail);
            first = first.or(Some((format!("the project's roles on {:?}", id.name()), lacks)));
        }
    }
    first.map_or(Ok(None), |(what, lacks)| soon("roles", what, ROLES_WITHIN, lacks))
}

/// What a host cannot have.
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    for store in STORES {
        let names = config.get(store.attribute).as_list().unwrap_or_default();
        if names.len() > 1 {
            let summary = "A store has one connection".to_owned();
            let detail = format!("Azure takes one name here, not {}.", names.len());
            found.push(refused(store.attribute, summary, &detail));
        }
    }
    found.extend(incomplete(config));
    let parent = config.get("parent_id").as_str().and_then(|id| ResourceId::parse(id).ok());
    if parent.is_some_and(|parent| parent.is_type(FOUNDRY_PROJECT.name)) {
        for name in ["subnet_id", "public_hosting_environment_enabled"] {
            if config.get(name).is_given() {
                let summary = format!("A project's capability host has no `{name}`");
                found.push(refused(name, summary, "Set it on the host of the account."));
            }
        }
    }
    found
}

//! The prerequisites of a capability host, and its limits.

use super::{CapabilityHost, OWN};
use crate::assessment::foundry::{self, STORES, told};
use crate::engine::prelude::*;
use crate::private_link::arm_types::FOUNDRY_PROJECT;
use std::time::Duration;

/// How long to wait for an object that nothing announces.
const TO_APPEAR: Duration = Duration::from_secs(120);

/// How long to wait for a role assignment of another configuration: Azure takes up to ten minutes
/// to show and apply an assignment (Microsoft Learn, "Troubleshoot Azure RBAC").
const ROLES_WITHIN: Duration = Duration::from_secs(600);

/// How long Azure can take to create a host once its account exists.
const OWN_WITHIN: Duration = Duration::from_secs(1800);

/// The state of a prerequisite: met, pending or failed.
type Needed = Pending;

/// Returns the first prerequisite that a new host waits for.
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

/// Returns the wait for something to appear, with the error if it does not appear in time.
fn soon(step: &'static str, what: String, within: Duration, or_else: Diagnostic) -> Needed {
    Ok(Some(PendingCondition { step, what, within: Some(within), or_else: Some(or_else) }))
}

/// Returns the wait for an operation to end.
fn later(step: &'static str, what: String) -> Needed {
    Ok(Some(PendingCondition { step, what, within: None, or_else: None }))
}

fn refused(at: &str, summary: String, detail: &str) -> Diagnostic {
    Diagnostic::error(summary, detail).at(Path::of(at))
}

/// Checks that the account or project has no other host.
fn scope(host: &CapabilityHost, parent: &ResourceId, reader: &Reader) -> Needed {
    let label = parent.name();
    let hosts = match foundry::hosts(reader, parent) {
        Read::Found(hosts) => hosts,
        Read::Absent => {
            let summary = format!("{label:?} does not exist");
            let detail = "Create the account or project first, and refer to it in `parent_id`.";
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
            "An account or project has one capability host. To manage this one, set `name = \
             {other:?}` and `adopt_existing = true`. Otherwise delete it first."
        );
        return Err(refused("name", summary, &detail));
    }
    match hosts.iter().map(told).find(|(name, _)| own(name)) {
        Some((name, state)) if host.adopt_existing && !is_settled(state) => {
            later("scope", format!("capability host {name:?}, which is {state},"))
        }
        None if host.name.ends_with(OWN) => {
            let summary = format!("Azure has not created the capability host {:?}", host.name);
            let detail = "Azure creates a host for an account that is created with a subnet for \
                          its agents, and names it after the account. Without such a subnet, set a \
                          custom name.";
            let what = format!("Azure to create the capability host {:?}", host.name);
            soon("own", what, OWN_WITHIN, refused("name", summary, detail))
        }
        _ => Ok(None),
    }
}

/// Returns `true` if a host is neither being created nor being deleted.
fn is_settled(state: &str) -> bool {
    state.eq_ignore_ascii_case("Succeeded") || foundry::has_failed(state)
}

/// Checks that the account of a project has a host that is ready.
fn account_host(project: &ResourceId, reader: &Reader) -> Needed {
    let account = foundry::account(project);
    let label = account.name();
    let Read::Found(hosts) = foundry::hosts(reader, &account) else { return Ok(None) };
    let Some((name, state)) = hosts.iter().map(told).next() else {
        let summary = format!("The account {label:?} has no capability host");
        let detail = "The capability host of a project needs a capability host of its account. \
                      Create an azureai_foundry_capability_host whose `parent_id` is the account's \
                      ID, and add it to this resource's `depends_on`.";
        let what = format!("a capability host of the account {label:?}");
        return soon("account", what, TO_APPEAR, refused("parent_id", summary, detail));
    };
    if foundry::has_failed(state) {
        let summary = format!("The capability host {name:?} of the account {label:?} is {state}");
        let detail = "The capability host of a project needs a capability host of its account in \
                      the state Succeeded. Replace the account's host.";
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

/// Checks that each store has a connection that agents can use.
fn stores(host: &CapabilityHost, parent: &ResourceId, reader: &Reader) -> Needed {
    let mut missing = None;
    for store in STORES {
        let Some(name) = host.names(store.attribute).first() else { continue };
        match foundry::connection(reader, parent, name) {
            Read::Found(connection) => {
                if let Some(why) = store.refuses(connection) {
                    let summary = format!("The connection {name:?} cannot be used: {why}");
                    let detail = format!(
                        "This store needs a connection of category {} with `auth_type = \"AAD\"`. \
                         Use an azureai_foundry_connection with `target_resource_id`.",
                        store.category
                    );
                    return Err(refused(store.attribute, summary, &detail));
                }
            }
            Read::Absent if missing.is_none() => {
                let summary = format!("{:?} has no connection {name:?}", parent.name());
                let detail = format!(
                    "This store needs a connection of category {}. Set this attribute to the \
                     `name` of its azureai_foundry_connection. A project also has the connections \
                     of its account with `is_shared_to_all = true`.",
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

/// Checks that all three stores are set or none of them (Microsoft Learn, "Capability hosts").
fn incomplete(config: &Value) -> Option<Diagnostic> {
    let stores = STORES.map(|store| (store.attribute, config.get(store.attribute)));
    stores.iter().find(|(_, names)| names.is_given())?;
    let missing = stores.into_iter().filter(|(_, names)| names.is_null()).map(|(name, _)| name);
    let missing: Vec<&str> = missing.collect();
    let summary = format!("The capability host lacks `{}`", missing.join("` and `"));
    let detail = "Azure accepts either all three stores, each as the name of one connection, or \
                  none of them. Set the missing ones.";
    Some(refused(missing.first()?, summary, detail))
}

/// Checks the roles of the project's identity on the stores. Roles that cannot be read are not
/// waited for.
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

/// Checks the limits of a capability host.
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    for store in STORES {
        let names = config.get(store.attribute).as_list().unwrap_or_default();
        if names.len() > 1 {
            let summary = "A store needs exactly one connection".to_owned();
            let count = names.len();
            let detail = format!("Azure accepts one name here, not {count}. Remove the others.");
            found.push(refused(store.attribute, summary, &detail));
        }
    }
    found.extend(incomplete(config));
    let parent = config.get("parent_id").as_str().and_then(|id| ResourceId::parse(id).ok());
    if parent.is_some_and(|parent| parent.is_type(FOUNDRY_PROJECT.name)) {
        for name in ["subnet_id", "public_hosting_environment_enabled"] {
            if config.get(name).is_given() {
                let summary = format!("A project's capability host cannot have `{name}`");
                let detail = "Remove the attribute here, and set it on the account's host.";
                found.push(refused(name, summary, detail));
            }
        }
    }
    found
}

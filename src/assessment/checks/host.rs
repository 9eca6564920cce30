//! AAI026 and AAI027: whether the resource providers and connections that a capability host needs
//! exist.

use super::input::{ConfigValue, PlannedHost};
use super::plan::Plan;
use super::report::Report;
use crate::assessment::finding::Finding;
use crate::assessment::foundry::{self, STORES};
use crate::assessment::reader::Read;
use crate::codes::Code;
use crate::explain::register_command;
use azure::id::ResourceId;

/// Resource providers whose resources Azure creates for a capability host (Microsoft Learn,
/// "Capability hosts").
const PROVIDERS: [&str; 2] = ["Microsoft.App", "Microsoft.ContainerService"];

/// API version of resource providers.
const API: &str = "2021-04-01";

/// AAI026: reports resource providers that are not registered in the subscription.
pub(super) fn registered(at: &ConfigValue<ResourceId>, plan: Plan<'_>, report: &mut Report) {
    let codes = [Code::Unregistered];
    if !plan.makes(&codes) {
        return;
    }
    let subscription = at.value.subscription_id();
    let mut missing = Vec::new();
    for name in PROVIDERS {
        let provider = plan.reader.object(&subscription.child("providers", name), API);
        let provider = report.found(provider, at, "The registration state", &codes);
        let state = provider.and_then(|it| it["registrationState"].as_str());
        if state.is_some_and(|it| !it.to_ascii_lowercase().starts_with("register")) {
            missing.push(name);
        }
    }
    if missing.is_empty() {
        return;
    }
    let names = missing.join(" and ");
    let are = if missing.len() == 1 { "is" } else { "are" };
    let summary = format!("{names} {are} not registered in the subscription");
    let detail = format!(
        "Azure creates resources of {names} for the agents, and fails if a resource provider is \
         not registered. {}",
        register_command(&missing)
    );
    report.extend([Finding::at(Code::Unregistered, &at.path, summary, detail)]);
}

/// AAI027: reports connections that do not exist or that agents cannot use.
pub(super) fn connections(host: &PlannedHost, plan: Plan<'_>, report: &mut Report) {
    let codes = [Code::HostStores];
    let Some(parent) = host.parent.as_ref().filter(|_| plan.makes(&codes)) else { return };
    let named = STORES.iter().zip(&host.names);
    for (store, name) in named.filter_map(|(store, name)| Some((store, name.as_ref()?))) {
        let connection = foundry::connection(plan.reader, &parent.value, &name.value);
        report.note(&connection, parent, "The list of connections", &codes);
        match connection {
            Read::Found(connection) => report.extend(store.refuses(connection).map(|why| {
                let summary = format!("The connection {:?} is not suitable: {why}", name.value);
                let detail = format!(
                    "The store requires a connection of category {} with `auth_type = \"AAD\"` and \
                     the metadata `ResourceId`. Use an azureai_foundry_connection with \
                     `target_resource_id`.",
                    store.category
                );
                Finding::at(Code::HostStores, &name.path, summary, detail)
            })),
            Read::Absent => report.extend(absent(&parent.value, name, plan)),
            Read::Pending | Read::Hidden(_) => {}
        }
    }
}

/// Returns a finding about a connection that does not exist and that the plan has not created so
/// far.
fn absent(parent: &ResourceId, name: &ConfigValue<String>, plan: Plan<'_>) -> Option<Finding> {
    let places = [parent.clone(), foundry::account(parent)];
    let planned = places
        .iter()
        .any(|place| plan.has_planned(place.child("connections", &name.value).as_str()));
    // An account or project that does not exist yet has no connections.
    if planned || foundry::hosts(plan.reader, parent).found().is_none() {
        return None;
    }
    let summary = format!("{:?} has no connection named {:?}", parent.name(), name.value);
    let detail = "Set this attribute to the `name` of an azureai_foundry_connection, so that \
                  Terraform creates the connection first. If another configuration creates the \
                  connection, the capability host waits two minutes for it.";
    Some(Finding::at(Code::HostStores, &name.path, summary, detail).perhaps())
}

//! AAI026 and AAI027: whether what a capability host is made of is there.

use super::input::{ConfigValue, PlannedHost};
use super::plan::Plan;
use super::report::Report;
use super::required;
use crate::assessment::finding::Finding;
use crate::assessment::foundry::{self, STORES};
use crate::assessment::reader::Read;
use crate::codes::Code;
use crate::explain::register_command;
use azure::id::ResourceId;

/// The providers whose resources the service makes for a host (Microsoft Learn, "Capability
/// hosts").
const PROVIDERS: [&str; 2] = ["Microsoft.App", "Microsoft.ContainerService"];

/// The API version of providers.
const API: &str = "2021-04-01";

/// AAI026: the providers are registered in the subscription.
pub(super) fn registered(at: &ConfigValue<ResourceId>, plan: Plan<'_>, report: &mut Report) {
    let codes = [Code::Unregistered];
    if !plan.makes(&codes) {
        return;
    }
    let scope = format!("/subscriptions/{}", at.value.subscription());
    let Ok(subscription) = ResourceId::parse(&scope) else { return };
    let mut missing = Vec::new();
    for name in PROVIDERS {
        let provider = plan.object(&subscription.child("providers", name), API);
        report.note(|| required(at, "The registration of the providers", &codes), &provider);
        let state = provider.value().and_then(|it| it["registrationState"].as_str());
        if state.is_some_and(|it| !it.to_ascii_lowercase().starts_with("register")) {
            missing.push(name);
        }
    }
    if missing.is_empty() {
        return;
    }
    let summary = format!("{} is not registered in the subscription", missing.join(" and "));
    let detail = format!(
        "The service makes resources of it for the agents, and fails without. {}",
        register_command(&missing)
    );
    report.extend([Finding::at(Code::Unregistered, &at.path, summary, detail)]);
}

/// AAI027: the connections are there, and are such that agents can use them.
pub(super) fn connections(host: &PlannedHost, plan: Plan<'_>, report: &mut Report) {
    let codes = [Code::HostStores];
    let Some(parent) = host.parent.as_ref().filter(|_| plan.makes(&codes)) else { return };
    let named = STORES.iter().zip(&host.names);
    for (store, name) in named.filter_map(|(store, name)| Some((store, name.as_ref()?))) {
        let connection = foundry::connection(plan.reader, &parent.value, &name.value);
        report.note(|| required(parent, "The connections", &codes), &connection);
        match connection {
            Read::Found(connection) => report.extend(store.refuses(connection).map(|why| {
                let summary = format!("The connection {:?} does not fit: {why}", name.value);
                let detail = format!(
                    "This store needs a connection of category {} with `auth_type = \"AAD\"` and \
                     the metadata `ResourceId`, such as an azureai_foundry_connection with \
                     `target_resource_id` has.",
                    store.category
                );
                Finding::at(Code::HostStores, &name.path, summary, detail)
            })),
            Read::Absent => report.extend(absent(&parent.value, name, plan)),
            Read::Pending | Read::Hidden(_) => {}
        }
    }
}

/// A connection that neither is there nor is made by the plan, as far as it has come.
fn absent(parent: &ResourceId, name: &ConfigValue<String>, plan: Plan<'_>) -> Option<Finding> {
    let places = [parent.clone(), foundry::account(parent)];
    let planned = places
        .iter()
        .any(|place| plan.has_planned(place.child("connections", &name.value).as_str()));
    // Of what is not there itself nothing can be there yet.
    if planned || foundry::hosts(plan.reader, parent).found().is_none() {
        return None;
    }
    let summary = format!("{:?} has no connection {:?}", parent.name(), name.value);
    let detail = "Let this attribute refer to the `name` of an azureai_foundry_connection, which \
                  is then made first. The capability host waits two minutes for a connection that \
                  somebody else makes.";
    Some(Finding::at(Code::HostStores, &name.path, summary, detail).perhaps())
}

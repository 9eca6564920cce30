//! AAI027 and AAI030: whether a project has the roles and the throughput that agents need in the
//! stores of a capability host.

use super::WHOLE;
use super::input::{ConfigValue, PlannedHost};
use super::plan::Plan;
use super::report::Report;
use crate::assessment::finding::Finding;
use crate::assessment::foundry::{self, STORES, Store};
use crate::assessment::reader::id_at;
use crate::codes::Code;
use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, COSMOS_DB_ACCOUNT, FOUNDRY_PROJECT};
use azure::id::ResourceId;
use serde_json::Value as Json;

/// Request units per second that the containers of one project's agents need in their Cosmos DB
/// account (Microsoft Learn, "Capability hosts").
const UNITS: i64 = 3000;

/// Returns the target of a connection that exists or that the plan creates.
fn resource(
    store: Store,
    parent: &ResourceId,
    name: &ConfigValue<String>,
    plan: Plan<'_>,
) -> Option<ResourceId> {
    let planned = [parent.clone(), foundry::account(parent)]
        .iter()
        .find_map(|place| plan.cache?.planned_connection(&place.child("connections", &name.value)));
    let there = || foundry::connection(plan.reader, parent, &name.value).value();
    planned.filter(|it| store.is(it)).or_else(|| store.resource(there()?))
}

/// AAI030: reports a Cosmos DB account whose throughput limit is lower than its projects need.
pub(super) fn throughput(host: &PlannedHost, plan: Plan<'_>, report: &mut Report) {
    let codes = [Code::Throughput];
    let [threads, ..] = STORES;
    let (Some(parent), [Some(name), ..]) = (&host.parent, &host.names) else { return };
    if !plan.makes(&codes) {
        return;
    }
    let Some(id) = resource(threads, &parent.value, name, plan) else { return };
    let body = plan.reader.object(&id, COSMOS_DB_ACCOUNT.api_version);
    let at = ConfigValue::new(id, name.path.clone());
    let body = report.found(body, &at, WHOLE, &codes);
    let limit = body.and_then(|it| it["properties"]["capacity"]["totalThroughputLimit"].as_i64());
    let Some(limit) = limit.filter(|limit| *limit != -1) else { return };
    let account = foundry::account(&parent.value);
    let projects = plan.reader.children(&account, "projects", AI_SERVICES_ACCOUNT.api_version);
    let projects = projects.found().unwrap_or_default();
    let is_own = |it: &Json| id_at(&it["id"]).as_ref() == Some(&parent.value);
    let new = parent.value.is_type(FOUNDRY_PROJECT.name) && !projects.iter().any(is_own);
    let count = i64::try_from(projects.len() + usize::from(new)).unwrap_or_default().max(1);
    let needed = UNITS.saturating_mul(count);
    if limit >= needed {
        return;
    }
    let name = at.value.name();
    let projects = match count {
        1 => "1 project needs".to_owned(),
        count => format!("{count} projects need"),
    };
    let summary = format!("The throughput limit of the Cosmos DB account {name:?} is too low");
    let detail = format!(
        "The limit is {limit} RU/s. Azure creates three containers of 1,000 RU/s each for the \
         agents of a project, so {projects} {needed} RU/s. With a lower limit Azure \
         cannot create the capability host. Raise or remove the limit:\n\n  az cosmosdb update \
         --ids {} --capacity '{{\"totalThroughputLimit\": -1}}'",
        at.value
    );
    report.extend([Finding::at(Code::Throughput, &at.path, summary, detail)]);
}

/// AAI027: reports roles that the project's identity lacks on the stores. The check only warns,
/// because the same run may assign the roles.
pub(super) fn roles(host: &PlannedHost, plan: Plan<'_>, report: &mut Report) {
    let codes = [Code::HostStores];
    let is_asked = |it: &&ConfigValue<ResourceId>| it.value.is_type(FOUNDRY_PROJECT.name);
    let parent = host.parent.as_ref().filter(is_asked).filter(|_| plan.makes(&codes));
    let Some(parent) = parent else { return };
    let project = plan.reader.object(&parent.value, FOUNDRY_PROJECT.api_version);
    let Some(project) = report.found(project, parent, WHOLE, &codes) else { return };
    let principals = foundry::principals(project);
    let named = STORES.into_iter().zip(&host.names);
    for (store, name) in named.filter_map(|(store, name)| Some((store, name.as_ref()?))) {
        let Some(id) = resource(store, &parent.value, name, plan) else { continue };
        let lacking = store.lacking(&id, &principals, plan.reader);
        let at = ConfigValue::new(id, name.path.clone());
        let lacking = report.found(lacking, &at, "The list of role assignments", &codes);
        let lacking = lacking.unwrap_or_default();
        if let Some((summary, detail)) = foundry::told_of_roles(&at.value, &lacking, &principals) {
            let detail = format!(
                "{detail}\n\nIf the same configuration assigns the roles, add the assignments to \
                 `depends_on` of the capability host. The capability host then waits for the \
                 roles, and the warning disappears after the apply."
            );
            let finding = Finding::at(Code::HostStores, &name.path, summary, detail);
            report.extend([finding.perhaps()]);
        }
    }
}

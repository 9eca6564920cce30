//! The waits after the write of an endpoint: for the approval, for a policy's zone group, and for
//! the records.

use super::PrivateEndpoint;
use super::records::OF_INTERFACE;
use crate::engine::resource::{Pending, PendingCondition};
use crate::private_link::connection::APPROVED;
use crate::private_link::zone_group::zone_name;
use crate::resources::common::zone_group_records::{self, Expected};
use plugin::prelude::*;
use plugin::timeouts;

/// Returns the first wait that is not over.
pub(super) fn next(endpoint: &PrivateEndpoint) -> Pending {
    Ok(approval(endpoint)?.or_else(|| group(endpoint)).or_else(|| records(endpoint)))
}

fn status(endpoint: &PrivateEndpoint) -> &str {
    endpoint.connection_status.get().map(String::as_str).unwrap_or_default()
}

fn approval(endpoint: &PrivateEndpoint) -> Pending {
    let status = status(endpoint);
    if endpoint.wait_for_approval != Some(true) || status == APPROVED {
        return Ok(None);
    }
    if status == "Pending" {
        let what = "the approval".to_owned();
        return Ok(Some(PendingCondition { step: "approval", what, within: None, or_else: None }));
    }
    let said = endpoint.private_service_connection.first();
    let said = said.and_then(|it| it.status_description.get()).cloned().unwrap_or_default();
    let summary = format!("The connection is {status} instead of approved");
    let reason = match said.as_str() {
        "" => "The service's owner gave no reason.".to_owned(),
        said => format!("The service's owner gave this reason: {said:?}."),
    };
    let detail = format!("{reason} Ask the owner to approve the connection, and apply again.");
    Err(Diagnostic::error(summary, detail).at(Path::of("private_service_connection")))
}

/// Returns the wait for a zone group of another owner.
fn group(endpoint: &PrivateEndpoint) -> Option<PendingCondition> {
    let wait = endpoint.wait_for_zone_group.first()?;
    let configs = endpoint.private_dns_zone_configs.get().map(Vec::as_slice).unwrap_or_default();
    let names: Vec<String> =
        configs.iter().map(|config| zone_name(&config.private_dns_zone_id)).collect();
    let has = |name: &String| names.iter().any(|there| there.eq_ignore_ascii_case(name));
    let missing = wait.required_zone_names.iter().flatten().filter(|name| !has(name));
    let missing: Vec<&str> = missing.map(String::as_str).collect();
    if !configs.is_empty() && missing.is_empty() {
        return None;
    }
    let within = wait.timeout.as_deref().and_then(|text| timeouts::parse(text).ok());
    let what = if missing.is_empty() {
        "the zone group".to_owned()
    } else {
        format!("the zone group with {}", missing.join(", "))
    };
    Some(PendingCondition { step: "zone group", what, within, or_else: None })
}

/// Returns the wait for the records of a group that this resource writes or waits for.
fn records(endpoint: &PrivateEndpoint) -> Option<PendingCondition> {
    let ours = endpoint.private_dns_zone_group.first().is_some();
    let waited_for = endpoint.wait_for_zone_group.first().is_some();
    if !(ours || waited_for) || status(endpoint) != APPROVED {
        return None;
    }
    let needed = endpoint.dns_records.get().map(Vec::as_slice).unwrap_or_default();
    let listed = needed.iter().filter(|it| it.source == OF_INTERFACE).map(|it| &*it.zone_name);
    let expected = |zone: &str| Expected::of(zone, listed.clone());
    let configs = endpoint.private_dns_zone_configs.get().into_iter().flatten();
    let empty = configs.filter(|config| config.record_sets.is_empty());
    let path = if ours { "private_dns_zone_group" } else { "wait_for_zone_group" };
    zone_group_records::pending(empty.map(|it| &it.private_dns_zone_id), expected, Path::of(path))
}

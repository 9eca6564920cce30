//! What the schema's facts do not say of an endpoint's plan, and what an endpoint must come to.

use super::{API, GROUPS, PrivateEndpoint};
use crate::arm::{Awaited, End, Found, Part};
use crate::zone_group::Group;
use azure::id::ResourceId;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::path::Path;
use plugin::resource::Change;
use plugin::timeouts;
use plugin::value::Value;

/// Plans the removal of groups that are not to be, and the end of connections that are cut.
pub(super) fn refine(change: &mut Change<'_>) -> Diagnostics {
    let mut found = Diagnostics::new();
    if change.prior.is_null() || change.planned.is_null() {
        return found;
    }
    let groups = change.prior.get("private_dns_zone_configs").as_list().unwrap_or_default();
    // While the mode is unknown, it may turn out to be this one.
    let none = match change.config.get("dns_zone_group_mode") {
        Value::Unknown => true,
        mode => mode.as_str() == Some("none"),
    };
    if none && !groups.is_empty() {
        for name in ["private_dns_zone_configs", "custom_dns_configs"] {
            change.planned.set_entry(name, Value::Unknown);
        }
    }
    found.extend(about_connection(change));
    found
}

fn about_connection(change: &mut Change<'_>) -> Option<Diagnostic> {
    let connection = change.prior.get("private_service_connection").as_list()?.first()?;
    let manual = connection.get("is_manual_connection").as_bool() == Some(true);
    let status = change.prior.get("connection_status").as_str()?;
    let wish = change.config.get("on_disconnected").as_str();
    let path = Path::of("connection_status");
    match (status, wish) {
        (_, Some("ignore")) | ("Approved", _) => None,
        ("Disconnected", Some("replace")) => Some(replace(change, path)),
        ("Disconnected", None) if !manual => Some(replace(change, path)),
        _ => {
            let summary = format!("The connection of the endpoint is {status}");
            let detail = match status {
                "Pending" => "Nothing passes until the owner of the service approves it.",
                "Disconnected" => {
                    "The service has cut it, so nothing passes, and it cannot be mended: replace \
                     the endpoint (`terraform apply -replace=ADDRESS`, or `on_disconnected = \
                     \"replace\"`)."
                }
                _ => "Nothing passes. Ask the owner of the service.",
            };
            Some(Diagnostic::warning(summary, detail).at(Path::of("private_service_connection")))
        }
    }
}

fn replace(change: &mut Change<'_>, path: Path) -> Diagnostic {
    change.planned.set_entry("connection_status", Value::Unknown);
    change.replace.push(path);
    Diagnostic::warning(
        "The endpoint is cut off, and will be replaced",
        "The service has disconnected it, as happens when the service is made anew. Such a \
         connection cannot be mended; a new endpoint gets new addresses. `on_disconnected` decides \
         whether this is done.",
    )
    .at(Path::of("private_service_connection"))
}

/// Every zone group of the endpoint, to be taken away.
pub(super) fn every_group(id: &ResourceId, found: &Found) -> Vec<Part> {
    let groups = found.read::<Vec<Group>>(GROUPS).unwrap_or_default().into_iter();
    let part = |group: Group| Part {
        id: id.child("privateDnsZoneGroups", &group.name),
        api: API,
        label: "private DNS zone group",
        body: serde_json::Value::Null,
        end: End::Delete,
        may_fail: false,
        path: Path::of("dns_zone_group_mode"),
    };
    groups.map(part).collect()
}

/// What the endpoint must still come to.
pub(super) fn awaits(endpoint: &PrivateEndpoint) -> Result<Option<Awaited>, Diagnostic> {
    if let Some(awaited) = approval(endpoint)? {
        return Ok(Some(awaited));
    }
    let Some(wait) = endpoint.wait_for_zone_group.first() else {
        return Ok(None);
    };
    let configs = endpoint.private_dns_zone_configs.get().map(Vec::as_slice).unwrap_or_default();
    let names: Vec<String> =
        configs.iter().map(|config| zone_name(&config.private_dns_zone_id)).collect();
    let has = |name: &String| names.iter().any(|there| there.eq_ignore_ascii_case(name));
    let missing: Vec<&String> =
        wait.required_zone_names.iter().flatten().filter(|name| !has(name)).collect();
    if !configs.is_empty() && missing.is_empty() {
        return Ok(None);
    }
    let within = wait.timeout.as_deref().and_then(|text| timeouts::parse(text).ok());
    let zones: Vec<&str> = missing.into_iter().map(String::as_str).collect();
    let what = if zones.is_empty() {
        "the zone group".to_owned()
    } else {
        format!("the zone group with {}", zones.join(", "))
    };
    Ok(Some(Awaited { what, within }))
}

fn approval(endpoint: &PrivateEndpoint) -> Result<Option<Awaited>, Diagnostic> {
    let status = endpoint.connection_status.get().map(String::as_str).unwrap_or_default();
    if endpoint.wait_for_approval != Some(true) || status == "Approved" {
        return Ok(None);
    }
    if status == "Pending" {
        return Ok(Some(Awaited { what: "the approval".to_owned(), within: None }));
    }
    let said = endpoint.private_service_connection.first();
    let said = said.and_then(|it| it.status_description.get()).cloned().unwrap_or_default();
    let summary = format!("The connection was not approved, but is {status}");
    let detail = format!("The owner of the service says: {said:?}. Ask them, and apply again.");
    Err(Diagnostic::error(summary, detail).at(Path::of("private_service_connection")))
}

fn zone_name(id: &str) -> String {
    ResourceId::parse(id).map(|id| id.name().to_owned()).unwrap_or_default()
}

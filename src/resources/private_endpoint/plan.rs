//! The parts of an endpoint's plan that the schema does not describe.

use super::API;
use crate::engine::prelude::*;
use crate::private_link::zone_group::ZoneGroupBody;
use crate::resources::common::zone_group_records;

/// Plans the removal of unwanted groups and the replacement of disconnected endpoints.
pub(super) fn refine(change: &mut Change<'_>) -> Diagnostics {
    let mut found = Diagnostics::new();
    if change.prior.is_null() || change.planned.is_null() {
        return found;
    }
    let groups = change.prior.get("private_dns_zone_configs").as_list().unwrap_or_default();
    // An unknown mode can turn out to be this one.
    let none = match change.config.get("dns_zone_group_mode") {
        Value::Unknown => true,
        mode => mode.as_str() == Some("none"),
    };
    if none && !groups.is_empty() {
        for name in ["private_dns_zone_configs", "custom_dns_configs"] {
            change.planned.set_entry(name, Value::Unknown);
        }
    }
    found.extend(records_written_again(change));
    found.extend(about_connection(change));
    found.extend(about_addresses(change));
    found
}

/// Plans to write the resource's group again if its records no longer exist.
fn records_written_again(change: &mut Change<'_>) -> Option<Diagnostic> {
    if is_empty(change.planned.get("private_dns_zone_group")) {
        return None;
    }
    let configs = change.prior.get("private_dns_zone_configs").as_list().unwrap_or_default();
    let gone =
        configs.iter().flat_map(|config| zone_group_records::gone(config.get("record_sets")));
    let gone: Vec<String> = gone.collect();
    let recomputed = ["private_dns_zone_configs", "custom_dns_configs"];
    zone_group_records::write_again(change, &gone, &recomputed, "private_dns_zone_group")
}

/// Returns a warning that a new endpoint has other addresses, with the names that they concern.
fn about_addresses(change: &Change<'_>) -> Option<Diagnostic> {
    let path = change.replace.first()?;
    let fixed = change.planned.get("ip_configuration");
    let texts = |value: &Value| -> Vec<String> {
        let values = value.as_list().unwrap_or_default().iter();
        values.filter_map(|it| it.as_str().map(str::to_owned)).collect()
    };
    let addresses = texts(change.prior.get("private_ip_addresses"));
    let stays = !is_empty(fixed) && fixed == change.prior.get("ip_configuration");
    if addresses.is_empty() || stays {
        return None;
    }
    let records = change.prior.get("dns_records").as_list().unwrap_or_default().iter();
    let names: Vec<&str> = records.filter_map(|record| record.get("fqdn").as_str()).collect();
    let names = match names.is_empty() {
        true => "the service through it.".to_owned(),
        false => format!("these names:\n\n  - {}", names.join("\n  - ")),
    };
    let detail = format!(
        "A change of `{path}` replaces the private endpoint, and its addresses ({}) can change. \
         Until the new endpoint and its records exist, clients cannot reach {names}\n\nA zone \
         group writes the records again. If you manage the records in a custom DNS server, update \
         them after the apply.",
        addresses.join(", ")
    );
    let summary = "The addresses of the private endpoint can change";
    Some(Diagnostic::warning(summary, detail).at(path.clone()))
}

fn is_empty(blocks: &Value) -> bool {
    blocks.as_list().is_none_or(<[Value]>::is_empty)
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
            let summary = format!("The private endpoint's connection is {status}");
            let detail = match status {
                "Pending" => {
                    "The private endpoint carries no traffic until the service's owner approves \
                     the connection."
                }
                "Disconnected" => {
                    "The service has disconnected the private endpoint, which carries no traffic \
                     and cannot be repaired. Set `on_disconnected = \"replace\"`, or replace the \
                     private endpoint:\n\n  terraform apply -replace=ADDRESS"
                }
                _ => {
                    "The private endpoint carries no traffic. Ask the service's owner to approve \
                     the connection."
                }
            };
            Some(Diagnostic::warning(summary, detail).at(Path::of("private_service_connection")))
        }
    }
}

fn replace(change: &mut Change<'_>, path: Path) -> Diagnostic {
    change.planned.set_entry("connection_status", Value::Unknown);
    change.replace.push(path);
    Diagnostic::warning(
        "The private endpoint is disconnected and will be replaced",
        "The service has disconnected the private endpoint, for example because the service was \
         recreated. A disconnected connection cannot be repaired, and a new private endpoint gets \
         new addresses. To keep the private endpoint, set `on_disconnected` to \"warn\" or \
         \"ignore\".",
    )
    .at(Path::of("private_service_connection"))
}

/// Returns every zone group of the endpoint, to delete them.
pub(super) fn every_group(id: &ResourceId, groups: &[ZoneGroupBody]) -> Vec<InlineChild> {
    let part = |group: &ZoneGroupBody| InlineChild {
        id: id.child("privateDnsZoneGroups", &group.name),
        api: API,
        label: "private DNS zone group",
        body: serde_json::Value::Null,
        may_fail: false,
        rewrite: false,
        whoever_made_it: true,
        path: Path::of("dns_zone_group_mode"),
    };
    groups.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changing_addresses_are_reported_with_their_names() {
        let texts = |texts: &[&str]| Value::List(texts.iter().map(|it| (*it).into()).collect());
        let record = Value::map([("fqdn", "a.blob.core.windows.net".into())]);
        let state = |fixed: &[&str]| {
            Value::map([
                ("private_ip_addresses", texts(&["10.0.1.5"])),
                ("dns_records", Value::List(vec![record.clone()])),
                ("ip_configuration", texts(fixed)),
            ])
        };
        let told = |prior: Value, fixed: &[&str], replace: &[&str]| {
            let (mut planned, config) = (state(fixed), state(fixed));
            let mut replace: Vec<Path> = replace.iter().map(|name| Path::of(name)).collect();
            let (prior, replace) = (&prior, &mut replace);
            let change = Change { prior, config: &config, planned: &mut planned, replace };
            about_addresses(&change)
        };
        let found = told(state(&[]), &[], &["subnet_id"]).unwrap();
        assert_eq!(found.path, Some(Path::of("subnet_id")));
        for text in ["`subnet_id`", "10.0.1.5", "a.blob.core.windows.net"] {
            assert!(found.detail.contains(text), "{}", found.detail);
        }
        assert!(told(state(&[]), &[], &[]).is_none(), "nothing is replaced");
        assert!(told(state(&["x"]), &["x"], &["name"]).is_none(), "the addresses are fixed");
        assert!(told(state(&["x"]), &["y"], &["ip_configuration"]).is_some());
    }
}

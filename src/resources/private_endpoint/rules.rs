//! Rules for the configuration of an endpoint that need no request to Azure.

use plugin::prelude::*;
use std::collections::BTreeSet;

/// Checks rules that concern several attributes.
pub(super) fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    let connections = config.get("private_service_connection").as_list().unwrap_or_default();
    for (index, connection) in connections.iter().enumerate() {
        let path = Path::of("private_service_connection").index(index);
        found.extend(validate_target(connection, &path));
        found.extend(validate_message(connection, &path));
    }
    found.extend(validate_mode(config));
    found.extend(validate_waiting(config));
    found.extend(validate_addresses(config));
    found
}

/// Checks that no name and no member occurs twice. AAI005 checks the addresses.
fn validate_addresses(config: &Value) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let blocks = config.get("ip_configuration").as_list().unwrap_or_default();
    let mut names = BTreeSet::new();
    let mut members = BTreeSet::new();
    for (index, block) in blocks.iter().enumerate() {
        let path = Path::of("ip_configuration").index(index);
        let text = |name: &str| block.get(name).as_str().map(str::to_lowercase);
        if text("name").is_some_and(|name| !names.insert(name)) {
            let detail = "Each IP configuration needs its own name. Change one of the names.";
            let summary = "Two IP configurations have the same name";
            found.push(Diagnostic::error(summary, detail).at(path.attribute("name")));
        }
        // The default member name is the group ID.
        let (member, by) = match block.get("member_name") {
            Value::Null => (text("subresource_name"), "subresource_name"),
            _ => (text("member_name"), "member_name"),
        };
        if member.is_some_and(|member| !members.insert(member)) {
            let detail = "A member of the service has one address. If the group has several \
                          members, set `member_name` in each IP configuration.";
            let summary = "Two IP configurations have the same member";
            found.push(Diagnostic::error(summary, detail).at(path.attribute(by)));
        }
    }
    found
}

/// Returns `true` if the block is set, or `None` while that is unknown.
fn has(config: &Value, block: &str) -> Option<bool> {
    config.get(block).as_list().map(|blocks| !blocks.is_empty())
}

fn validate_mode(config: &Value) -> Option<Diagnostic> {
    let mode = config.get("dns_zone_group_mode").as_str()?;
    let (summary, detail) = match (mode, has(config, "private_dns_zone_group")?) {
        ("managed", false) => (
            "`dns_zone_group_mode = \"managed\"` needs a `private_dns_zone_group` block",
            "Add a `private_dns_zone_group` block, or set `dns_zone_group_mode` to \"policy\" if \
             another owner creates the group, or to \"none\" for no group.",
        ),
        ("policy" | "none", true) => (
            "`private_dns_zone_group` contradicts `dns_zone_group_mode`",
            "Remove the `private_dns_zone_group` block, or set `dns_zone_group_mode` to \
             \"managed\".",
        ),
        _ => return None,
    };
    Some(Diagnostic::error(summary, detail).at(Path::of("dns_zone_group_mode")))
}

fn validate_waiting(config: &Value) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mode = config.get("dns_zone_group_mode");
    let other = matches!(mode, Value::Null) || mode.as_str().is_some_and(|mode| mode != "policy");
    if other && has(config, "wait_for_zone_group") == Some(true) {
        let detail = "Set `dns_zone_group_mode = \"policy\"`, or remove the block. The provider \
                      always waits for its own group.";
        let summary = "`wait_for_zone_group` needs `dns_zone_group_mode = \"policy\"`";
        found.push(Diagnostic::error(summary, detail).at(Path::of("wait_for_zone_group")));
    }
    let connection = config.get("private_service_connection").as_list().and_then(<[_]>::first);
    let manual = connection.map(|connection| connection.get("is_manual_connection"));
    let automatic = matches!(manual, Some(Value::Null | Value::Bool(false)));
    if config.get("wait_for_approval").as_bool() == Some(true) && automatic {
        let detail = "Remove `wait_for_approval`, or set `is_manual_connection = true`. Azure \
                      approves other connections at once or not at all.";
        let summary = "`wait_for_approval` needs a manual connection";
        found.push(Diagnostic::error(summary, detail).at(Path::of("wait_for_approval")));
    }
    found
}

fn validate_target(connection: &Value, path: &Path) -> Option<Diagnostic> {
    let (id, alias) = ("private_connection_resource_id", "private_connection_resource_alias");
    let wrong = match (connection.get(id), connection.get(alias)) {
        (Value::Null, Value::Null) => "Neither target is set",
        (Value::Unknown, _) | (_, Value::Unknown) | (Value::Null, _) | (_, Value::Null) => {
            return None;
        }
        _ => "Both targets are set",
    };
    let detail = format!(
        "{wrong}: set `{id}` to reach a resource by its ID, or `{alias}` to reach a private link \
         service by its alias."
    );
    let summary = "A connection needs exactly one target";
    Some(Diagnostic::error(summary, detail).at(path.attribute(id)))
}

fn validate_message(connection: &Value, path: &Path) -> Option<Diagnostic> {
    let automatic =
        matches!(connection.get("is_manual_connection"), Value::Null | Value::Bool(false));
    connection.get("request_message").as_str().filter(|_| automatic)?;
    let summary = "`request_message` needs a manual connection";
    let detail = "Remove `request_message`, or set `is_manual_connection = true` for a connection \
                  that the owner of the service approves.";
    Some(Diagnostic::error(summary, detail).at(path.attribute("request_message")))
}

pub(super) fn alias(text: &str) -> Result<(), String> {
    if text.ends_with(".azure.privatelinkservice") {
        return Ok(());
    }
    Err(format!("{text:?} is not an alias, which ends in \".azure.privatelinkservice\"."))
}

pub(super) fn zones(value: &Value) -> Result<(), String> {
    if value.as_list().is_some_and(<[Value]>::is_empty) {
        return Err("The list is empty; Azure allows 1 to 5 zones in a group.".to_owned());
    }
    Ok(())
}

pub(super) fn address(text: &str) -> Result<(), String> {
    let parsed = text.parse::<std::net::IpAddr>();
    parsed.map(|_| ()).map_err(|_| format!("{text:?} is not an IP address."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ip_configurations_have_unique_names_and_members() {
        let check = |rows: &[[Option<&str>; 3]], paths: &[&str]| {
            let text = |text: Option<&str>| text.map_or(Value::Null, Value::from);
            let block = |[name, group, member]: &[Option<&str>; 3]| {
                let member = if *member == Some("?") { Value::Unknown } else { text(*member) };
                Value::map([
                    ("name", text(*name)),
                    ("subresource_name", text(*group)),
                    ("member_name", member),
                ])
            };
            let blocks = rows.iter().map(block).collect();
            let config = Value::map([("ip_configuration", Value::List(blocks))]);
            let found = validate_addresses(&config);
            let told: Vec<String> =
                found.iter().filter_map(|it| it.path.as_ref().map(ToString::to_string)).collect();
            assert_eq!(told, paths, "{rows:?}");
        };
        let hub = |name, member| [Some(name), Some("amlworkspace"), Some(member)];
        check(&[hub("a", "default"), hub("b", "notebook")], &[]);
        check(&[hub("a", "default"), hub("A", "notebook")], &["ip_configuration[1].name"]);
        check(&[hub("a", "default"), hub("b", "Default")], &["ip_configuration[1].member_name"]);
        let blob = |name| [Some(name), Some("blob"), None];
        check(&[blob("a"), blob("b")], &["ip_configuration[1].subresource_name"]);
        check(&[hub("a", "?"), hub("b", "?")], &[]);
    }
}

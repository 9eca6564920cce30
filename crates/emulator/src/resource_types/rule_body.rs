//! Body of an outbound rule: checks and defaults.

use serde_json::{Value, json};

use super::identity;
use super::isolation::{DISABLED, INTERNET, refused};
use crate::arm_error::ArmError;
use crate::body;
use crate::resource_id::same;
use crate::world::type_info::TypeInfo;

/// Property names of a rule. A request may send read-only ones back.
pub(super) const NAMES: [&str; 7] =
    ["category", "destination", "errorInformation", "fqdns", "parentRuleNames", "status", "type"];

/// Types of rules with the properties of their destination. The destination of a domain name rule
/// is a text.
const TYPES: [(&str, &[&str]); 3] = [
    (ENDPOINT, &["serviceResourceId", "sparkEnabled", "sparkStatus", "subresourceTarget"]),
    ("FQDN", &[]),
    ("ServiceTag", &["action", "addressPrefixes", "portRanges", "protocol", "serviceTag"]),
];

/// Type of rules that create a private endpoint.
pub(super) const ENDPOINT: &str = "PrivateEndpoint";
const CATEGORIES: [&str; 4] = ["UserDefined", "Required", "Recommended", "Dependency"];

/// Prefix of the names of the service's own rules.
const OWN: &str = "__SYS_";

/// Returns a rule with its names and values in the service's spelling, without read-only
/// properties.
pub(super) fn canonical(asked: &Value) -> Value {
    let mut rule = body::recased(asked, &NAMES);
    for (name, words) in
        [("type", TYPES.map(|(word, _)| word).to_vec()), ("category", CATEGORIES.to_vec())]
    {
        let known =
            rule[name].as_str().and_then(|it| words.into_iter().find(|word| same(word, it)));
        if let Some(known) = known {
            rule[name] = json!(known);
        }
    }
    let names = TYPES.iter().find(|(word, _)| rule["type"] == json!(word)).map(|(_, names)| *names);
    if rule["destination"].is_object() {
        rule["destination"] = body::recased(&rule["destination"], names.unwrap_or_default());
    }
    if let Some(map) = rule.as_object_mut() {
        map.retain(|name, value| {
            !value.is_null()
                && !["errorInformation", "parentRuleNames", "status"].contains(&name.as_str())
        });
    }
    rule
}

/// Refuses a rule of an unknown form, or a rule that a network in this mode does not accept.
pub(super) fn check(info: &TypeInfo, rule: &Value, mode: &str) -> Result<(), ArmError> {
    let kind = rule["type"].as_str().unwrap_or_default();
    let Some((_, names)) = TYPES.iter().find(|(word, _)| *word == kind) else {
        return Err(refused(format!("The type '{kind}' of an outbound rule is unknown.")));
    };
    match mode {
        DISABLED => return Err(refused("A network without isolation has no outbound rules.")),
        INTERNET if kind != ENDPOINT => {
            let text = format!(
                "Only PrivateEndpoint outbound rules are supported when the isolation mode is \
                 {INTERNET}."
            );
            return Err(refused(text));
        }
        _ => {}
    }
    let category = rule["category"].as_str().unwrap_or("UserDefined");
    if !CATEGORIES.contains(&category) || category == "Required" {
        return Err(refused(format!("The category '{category}' is reserved for the service.")));
    }
    let destination = &rule["destination"];
    if kind == "FQDN" {
        return match destination.as_str().is_some_and(is_host) {
            true => Ok(()),
            false => Err(refused(format!("The destination {destination} is not a domain name."))),
        };
    }
    body::only_members(info, "properties.destination", destination, names)?;
    if kind == ENDPOINT { Ok(()) } else { check_tag(destination) }
}

/// Returns `true` if the service created a rule of this name.
pub(super) fn is_own(name: &str) -> bool {
    name.starts_with(OWN)
}

/// Returns the error for a write of a rule of the service.
pub(super) fn is_required(name: &str) -> ArmError {
    refused(format!("The outbound rule {name} belongs to the service and cannot be changed."))
}

/// Returns `true` if a requested rule equals an existing one.
pub(super) fn is_as(asked: &Value, there: &Value) -> bool {
    let (asked_to, there_to) = (&asked["destination"], &there["destination"]);
    let members = asked_to.as_object().into_iter().flatten();
    asked["type"] == there["type"]
        && match asked_to.is_object() {
            true => members.into_iter().all(|(name, it)| body::same_value(it, &there_to[name])),
            false => body::same_value(asked_to, there_to),
        }
}

/// Adds the default properties of a rule.
pub(super) fn complete(body: &mut Value, is_of_hub: bool) {
    let properties = &mut body["properties"];
    identity::default(properties, json!({ "category": "UserDefined" }));
    let defaults = match properties["type"].as_str() {
        Some("ServiceTag") => json!({ "action": "Allow", "addressPrefixes": [] }),
        Some(ENDPOINT) if is_of_hub => json!({ "sparkEnabled": false, "sparkStatus": "Inactive" }),
        _ => return,
    };
    identity::default(&mut properties["destination"], defaults);
}

fn check_tag(destination: &Value) -> Result<(), ArmError> {
    for name in ["serviceTag", "protocol", "portRanges"] {
        if destination[name].as_str().is_none_or(str::is_empty) {
            return Err(refused(format!("The {name} of a service tag rule is required.")));
        }
    }
    match destination["action"].as_str() {
        None | Some("Allow" | "Deny") => Ok(()),
        Some(other) => Err(refused(format!("The action {other} is not one of Allow, Deny."))),
    }
}

/// Returns `true` for a domain name, which may begin with `*.`.
fn is_host(text: &str) -> bool {
    let name = text.strip_prefix("*.").unwrap_or(text);
    name.split('.').all(|label| {
        !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    })
}

/// Returns `true` for a name as the specification allows it.
pub(super) fn rule_name(name: &str) -> bool {
    (3..=33).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
}

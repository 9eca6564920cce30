//! Azure Policy assignments that probably write the public network access flag.

use crate::assessment::reader::{Read, Reader};
use azure::id::ResourceId;
use serde_json::Value as Json;

const ASSIGNMENTS: &str = "providers/Microsoft.Authorization/policyAssignments";

const API: &str = "2023-04-01";

/// A policy assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// ID of the assignment.
    pub id: String,
    /// Display name.
    pub name: String,
}

/// Returns the assignment at a resource or above that probably writes its flag: one whose name
/// contains public network access, as Azure's built-in policies do, otherwise one with the effect
/// Modify.
///
/// Only the policy definition shows what an assignment does. The definition may be a set of others
/// and may not be readable, so this is a guess and the finding says so.
pub fn likely(reader: &Reader, resource: &ResourceId) -> Read<Option<Assignment>> {
    reader.children(resource, ASSIGNMENTS, API).map(|assignments| {
        let named = assignments.iter().find(|it| is_named_after_it(it));
        let modifies = |it: &&Json| {
            let effect = it["properties"]["parameters"]["effect"]["value"].as_str();
            effect.is_some_and(|effect| effect.eq_ignore_ascii_case("Modify"))
        };
        named.or_else(|| assignments.iter().find(modifies)).map(|it| Assignment {
            id: it["id"].as_str().unwrap_or_default().to_owned(),
            name: display_name(it).to_owned(),
        })
    })
}

fn display_name(assignment: &Json) -> &str {
    let name = assignment["properties"]["displayName"].as_str().filter(|name| !name.is_empty());
    name.or(assignment["name"].as_str()).unwrap_or_default()
}

fn is_named_after_it(assignment: &Json) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
    };
    let name = assignment["name"].as_str().unwrap_or_default();
    [display_name(assignment), name].iter().any(|it| plain(it).contains("publicnetworkaccess"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn assignments_named_after_public_network_access_are_recognized() {
        for (name, display, is) in [
            ("0123", "Configure Storage accounts to disable public network access", true),
            ("deny-publicNetworkAccess", "", true),
            ("0123", "Require a tag on resources", false),
        ] {
            let assignment = json!({"name": name, "properties": {"displayName": display}});
            assert_eq!(is_named_after_it(&assignment), is, "{name} {display}");
        }
    }
}

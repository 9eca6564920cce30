//! Stored role assignments and role definitions. They can belong to any principal, and do not
//! affect the caller's rights.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::access::{Role, covers};
use crate::guid::fixed_guid;
use crate::resource_id::within;

/// Role assignments and custom role definitions, by ID in lower case.
#[derive(Debug, Default)]
pub(crate) struct Assignments {
    /// Assignments, as a `GET` shows them.
    pub(crate) assigned: BTreeMap<String, Value>,
    /// Times at which assignments take effect. Assignments without an entry are in effect.
    pub(crate) begins: BTreeMap<String, f64>,
    /// Custom definitions, as a `GET` shows them.
    pub(crate) defined: BTreeMap<String, Value>,
}

/// Built-in definitions, without the scope in their IDs.
static BUILT_IN: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let lines = include_str!("role_definitions.tsv").lines().skip(1);
    lines.map(built_in).collect()
});

fn built_in(line: &str) -> Value {
    let cells: Vec<&str> = line.split('\t').collect();
    let cell = |index: usize| cells.get(index).copied().unwrap_or_default();
    let list = |index: usize| cell(index).split_whitespace().collect::<Vec<_>>();
    json!({
        "id": format!("/providers/{DEFINITIONS}/{}", cell(0)),
        "name": cell(0),
        "type": DEFINITIONS,
        "properties": {
            "roleName": cell(1),
            "type": "BuiltInRole",
            "description": "",
            "assignableScopes": ["/"],
            "permissions": [{
                "actions": list(2), "notActions": list(3),
                "dataActions": list(4), "notDataActions": [],
            }],
        },
    })
}

/// Type of role assignments.
pub(crate) const ASSIGNMENTS: &str = "Microsoft.Authorization/roleAssignments";

/// Type of role definitions.
pub(crate) const DEFINITIONS: &str = "Microsoft.Authorization/roleDefinitions";

/// Scope of a right: resources, or the data in them.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Plane {
    Management,
    Data,
}

/// Filter of a list of assignments.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    /// If `true`, only the assignments at the scope and above it.
    pub(crate) at_scope: bool,
    /// Only the assignments of this principal.
    pub(crate) principal: Option<String>,
}

impl Filter {
    /// Parses `$filter`, or returns `None` if Azure does not document its form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut filter = Self::default();
        for part in text.split(" and ").map(str::trim).filter(|part| !part.is_empty()) {
            let of = |open: &str, close: &str| {
                part.strip_prefix(open).and_then(|rest| rest.strip_suffix(close))
            };
            if part.eq_ignore_ascii_case("atScope()") {
                filter.at_scope = true;
            } else {
                let principal = of("principalId eq '", "'").or(of("assignedTo('", "')"))?;
                filter.principal = Some(principal.to_owned());
            }
        }
        Some(filter)
    }
}

impl Assignments {
    /// Returns the assignments at a scope, above it, and below it unless the filter excludes those.
    pub(crate) fn list(&self, scope: &str, filter: &Filter) -> Vec<Value> {
        let wanted = |it: &&Value| {
            let properties = &it["properties"];
            let at = properties["scope"].as_str().unwrap_or_default();
            let principal = properties["principalId"].as_str().unwrap_or_default();
            (within(at, scope) || (!filter.at_scope && within(scope, at)))
                && filter.principal.as_ref().is_none_or(|it| it.eq_ignore_ascii_case(principal))
        };
        self.assigned.values().filter(wanted).cloned().collect()
    }

    /// Assigns a role to a principal, with a custom definition of that role.
    pub(crate) fn give(&mut self, principal: &str, kind: &str, role: &Role, subscription: &str) {
        let guid = fixed_guid(&format!("role {}", self.assigned.len())).to_string();
        let subscription = format!("/subscriptions/{subscription}");
        let definition = format!("{subscription}/providers/{DEFINITIONS}/{guid}");
        let own = json!({
            "id": definition, "name": guid, "type": DEFINITIONS,
            "properties": {
                "roleName": format!("Role {guid}"),
                "type": "CustomRole",
                "assignableScopes": ["/"],
                "permissions": [{
                    "actions": role.actions, "notActions": role.not_actions,
                    "dataActions": role.data_actions, "notDataActions": [],
                }],
            },
        });
        self.defined.insert(definition.to_lowercase(), own);
        let id = format!("{}/providers/{ASSIGNMENTS}/{guid}", role.scope);
        let assignment = json!({
            "id": id, "name": guid, "type": ASSIGNMENTS,
            "properties": {
                "roleDefinitionId": definition,
                "principalId": principal,
                "principalType": kind,
                "scope": if role.scope.is_empty() { "/" } else { &role.scope },
                "condition": null,
                "conditionVersion": null,
            },
        });
        self.assigned.insert(id.to_lowercase(), assignment);
    }

    /// Returns the definitions that may be assigned at a scope.
    pub(crate) fn definitions(&self, scope: &str) -> Vec<Value> {
        let assignable = |it: &&Value| {
            let scopes = it["properties"]["assignableScopes"].as_array().into_iter().flatten();
            scopes.filter_map(Value::as_str).any(|at| within(at, scope))
        };
        let custom = self.defined.values().filter(assignable).cloned();
        BUILT_IN.iter().cloned().chain(custom).collect()
    }

    /// Returns the definition with this name.
    pub(crate) fn definition(&self, name: &str) -> Option<Value> {
        let mut all = BUILT_IN.iter().chain(self.defined.values());
        let named =
            |it: &&Value| it["name"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(name));
        all.find(named).cloned()
    }

    /// Returns the earliest time at which an assignment gives one of these principals an action or
    /// a data action at a scope, or `None` if no assignment does.
    pub(crate) fn allows_from(
        &self,
        principals: &[&str],
        (plane, action): (Plane, &str),
        scope: &str,
    ) -> Option<f64> {
        let (actions, without) = match plane {
            Plane::Management => ("actions", "notActions"),
            Plane::Data => ("dataActions", "notDataActions"),
        };
        let any = |block: &Value, list: &str| {
            let patterns = block[list].as_array().into_iter().flatten().filter_map(Value::as_str);
            patterns.into_iter().any(|pattern| covers(pattern, action))
        };
        let gives = |(_, it): &(&String, &Value)| {
            let text = |name: &str| it["properties"][name].as_str().unwrap_or_default();
            let role = text("roleDefinitionId").rsplit('/').next().unwrap_or_default();
            let definition = self.definition(role).unwrap_or_default();
            let mut blocks =
                definition["properties"]["permissions"].as_array().into_iter().flatten();
            within(text("scope"), scope)
                && principals.iter().any(|own| own.eq_ignore_ascii_case(text("principalId")))
                && blocks.any(|block| any(block, actions) && !any(block, without))
        };
        let given = self.assigned.iter().filter(gives);
        let begins = given.map(|(key, _)| self.begins.get(key).copied().unwrap_or_default());
        begins.min_by(f64::total_cmp)
    }

    /// Returns another assignment of the role to the principal at the scope.
    pub(crate) fn twin(&self, key: &str, properties: &Value) -> Option<&Value> {
        let same = |other: &Value| {
            ["principalId", "roleDefinitionId", "scope"].iter().all(|name| {
                let text = |of: &Value| of[*name].as_str().unwrap_or_default().to_ascii_lowercase();
                text(&other["properties"]) == text(properties)
            })
        };
        let other = self.assigned.iter().find(|(id, other)| *id != key && same(other));
        other.map(|(_, other)| other)
    }
}

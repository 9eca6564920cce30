//! Rights of the caller: its roles, and denied actions, which override roles.

use serde_json::{Value, json};

use crate::arm_error::ArmError;
use crate::resource_id::within;

/// A role that the caller has at a scope and below it.
#[derive(Debug, Clone)]
pub struct Role {
    pub(super) scope: String,
    pub(super) actions: Vec<String>,
    pub(super) not_actions: Vec<String>,
    pub(super) data_actions: Vec<String>,
}

impl Role {
    /// Creates a role with these actions, for example `Microsoft.Network/*` or `*/read`, at every
    /// scope.
    #[must_use]
    pub fn new(actions: &[&str]) -> Self {
        let actions = actions.iter().map(|&action| action.to_owned()).collect();
        let (not_actions, data_actions) = (Vec::new(), Vec::new());
        Self { scope: String::new(), actions, not_actions, data_actions }
    }

    /// Excludes actions from the role.
    #[must_use]
    pub fn except(mut self, actions: &[&str]) -> Self {
        self.not_actions = actions.iter().map(|&action| action.to_owned()).collect();
        self
    }

    /// Adds data actions. They matter for the role of another principal only, because the caller
    /// does not use them.
    #[must_use]
    pub fn on_data(mut self, actions: &[&str]) -> Self {
        self.data_actions = actions.iter().map(|&action| action.to_owned()).collect();
        self
    }

    /// Sets the scope of the role: the ID of a subscription, a group or a resource.
    #[must_use]
    pub fn at(mut self, scope: &str) -> Self {
        scope.clone_into(&mut self.scope);
        self
    }

    /// Parses the form of the control API.
    pub(super) fn from_json(value: &Value) -> Result<Self, String> {
        let list = |name: &str| -> Result<Vec<String>, String> {
            let items = value[name].as_array().into_iter().flatten();
            let texts = items.map(|item| item.as_str().map(str::to_owned));
            texts.collect::<Option<_>>().ok_or(format!("{name} is not a list of texts"))
        };
        let scope = value["scope"].as_str().unwrap_or_default().to_owned();
        let (actions, not_actions) = (list("actions")?, list("not_actions")?);
        let role = Self { scope, actions, not_actions, data_actions: list("data_actions")? };
        if role.actions.is_empty() {
            return Err("a role must have actions".to_owned());
        }
        Ok(role)
    }

    fn allows(&self, action: &str) -> bool {
        let any = |list: &[String]| list.iter().any(|pattern| covers(pattern, action));
        any(&self.actions) && !any(&self.not_actions)
    }
}

/// Rights of the caller.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    roles: Vec<Role>,
    /// Denied actions, each with its scope.
    denied: Vec<(String, String)>,
}

impl Default for Access {
    fn default() -> Self {
        Self { roles: vec![Role::new(&["*"])], denied: Vec::new() }
    }
}

impl Access {
    /// Replaces the roles. Without roles, nothing is allowed.
    pub(crate) fn assign(&mut self, roles: Vec<Role>) {
        self.roles = roles;
    }

    /// Denies an action at a scope and below it, whatever the roles allow.
    pub(crate) fn deny(&mut self, scope: &str, action: &str) {
        self.denied.push((scope.to_owned(), action.to_owned()));
    }

    /// Returns `true` if an action is allowed at a scope.
    pub(crate) fn allows(&self, action: &str, scope: &str) -> bool {
        let role = |role: &&Role| within(&role.scope, scope) && role.allows(action);
        let denied =
            |(at, pattern): &(String, String)| within(at, scope) && covers(pattern, action);
        self.roles.iter().any(|one| role(&one)) && !self.denied.iter().any(denied)
    }

    /// Returns the list of `permissions` at a scope: an entry for each role that applies there.
    pub(crate) fn permissions(&self, scope: &str) -> Value {
        let denied = self.denied.iter().filter(|(at, _)| within(at, scope));
        let denied: Vec<&String> = denied.map(|(_, action)| action).collect();
        let show = |role: &Role| {
            let without: Vec<&String> =
                role.not_actions.iter().chain(denied.iter().copied()).collect();
            json!({
                "actions": role.actions,
                "notActions": without,
                "dataActions": [],
                "notDataActions": [],
            })
        };
        let roles = self.roles.iter().filter(|role| within(&role.scope, scope));
        json!({ "value": roles.map(show).collect::<Vec<_>>() })
    }

    /// Returns an error if the caller may not run an action.
    pub(crate) fn check(&self, client: &str, action: &str, scope: &str) -> Result<(), ArmError> {
        if self.allows(action, scope) {
            return Ok(());
        }
        let text = format!(
            "{client} does not have authorization to perform action '{action}' over scope \
             '{scope}' or the scope is invalid. If access was recently granted, please refresh \
             your credentials."
        );
        Err(ArmError::new(403, "AuthorizationFailed", text))
    }

    /// Returns an error if a write refers to a resource that the caller may not use.
    pub(crate) fn check_linked(
        &self,
        client: &str,
        (action, scope): (&str, &str),
        linked: &[(&str, &str)],
    ) -> Result<(), ArmError> {
        let lacks = |(action, at): &&(&str, &str)| !self.allows(action, at);
        let Some((lacked, at)) = linked.iter().find(lacks) else {
            return Ok(());
        };
        let text = format!(
            "{client} has permission to perform action '{action}' on scope '{scope}'; however, \
             it does not have permission to perform action(s) '{lacked}' on the linked scope(s) \
             '{at}' (respectively) or the linked scope(s) are invalid."
        );
        Err(ArmError::new(403, "LinkedAuthorizationFailed", text))
    }
}

/// Returns `true` if a pattern with `*` for any text matches an action, in any case.
pub(super) fn covers(pattern: &str, action: &str) -> bool {
    fn matches(pattern: &str, action: &str) -> bool {
        match pattern.split_once('*') {
            None => pattern == action,
            Some((head, tail)) => action.strip_prefix(head).is_some_and(|rest| {
                (0..=rest.len()).any(|at| rest.get(at..).is_some_and(|rest| matches(tail, rest)))
            }),
        }
    }
    matches(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, action, covered) in [
            ("*", "A/b/read", true),
            ("*/read", "A/b/read", true),
            ("*/read", "A/b/write", false),
            ("a/*/Read", "A/b/c/read", true),
            ("A/b/write", "A/b/write", true),
            ("A/b", "A/b/write", false),
        ] {
            assert_eq!(covers(pattern, action), covered, "{pattern} {action}");
        }
    }

    #[test]
    fn a_denial_holds_below_its_scope_only() {
        let mut access = Access::default();
        access.deny("/subscriptions/s/resourceGroups/g", "N/t/join/action");
        let allowed = [
            ("/subscriptions/s", true),
            ("/subscriptions/s/resourcegroups/G", false),
            ("/subscriptions/s/resourceGroups/g/providers/N/t/one", false),
            ("/subscriptions/s/resourceGroups/group", true),
        ];
        for (scope, allowed) in allowed {
            assert_eq!(access.allows("N/t/join/action", scope), allowed, "{scope}");
            assert!(access.allows("N/t/read", scope));
        }
    }
}

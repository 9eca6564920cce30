//! Rules that a request must pass before its provider handles it: rights, locks and policies. The
//! control API and the Rust API set them.

pub(crate) mod access;
pub(crate) mod assignments;
pub(crate) mod lock;
pub(crate) mod policy;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::arm_error::ArmError;
use crate::resource_id::same;
use access::{Access, Role};
use assignments::Assignments;
use lock::Lock;
use policy::{Policies, Policy};

/// All rules of a world.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) access: Access,
    /// Locks with their scopes.
    pub(crate) locks: Vec<(String, Lock)>,
    pub(crate) policies: Policies,
    pub(crate) roles: Assignments,
    /// Unregistered providers with their subscriptions, in lower case.
    unregistered: BTreeSet<(String, String)>,
}

impl Rules {
    /// Adds the initial role assignments.
    pub(crate) fn with_roles(self, roles: Assignments) -> Self {
        Self { roles, ..self }
    }

    /// Locks a scope and everything below it.
    pub(crate) fn lock(&mut self, scope: &str, lock: Lock) {
        self.locks.push((scope.to_owned(), lock));
    }

    /// Removes the locks of a scope.
    pub(crate) fn unlock(&mut self, scope: &str) {
        self.locks.retain(|(at, _)| !same(at, scope));
    }

    /// Returns `true` if a provider is registered in a subscription, which is the default.
    pub(crate) fn is_registered(&self, subscription: &str, provider: &str) -> bool {
        let key = (subscription.to_ascii_lowercase(), provider.to_ascii_lowercase());
        !self.unregistered.contains(&key)
    }

    /// Registers or unregisters a provider in a subscription.
    pub(crate) fn register(&mut self, subscription: &str, provider: &str, registered: bool) {
        let key = (subscription.to_ascii_lowercase(), provider.to_ascii_lowercase());
        if registered {
            self.unregistered.remove(&key);
        } else {
            self.unregistered.insert(key);
        }
    }

    /// Checks a client's request without its body: rights, then locks.
    pub(crate) fn authorize(
        &self,
        client: &str,
        (resource_type, method): (&str, &str),
        scope: &str,
    ) -> Result<(), ArmError> {
        self.access.check(client, &action(resource_type, method), scope)?;
        lock::check(&self.locks, method, scope)
    }

    /// Handles a request of the control API.
    pub(crate) fn order(&mut self, route: &str, order: &Value) -> Result<Value, String> {
        let text = |name: &str| order[name].as_str().ok_or(format!("{name} is missing"));
        match route {
            "roles" => {
                let roles = order["roles"].as_array().ok_or("roles is not a list")?;
                let roles: Result<Vec<Role>, String> = roles.iter().map(Role::from_json).collect();
                self.access.assign(roles?);
            }
            "deny" => self.access.deny(text("scope")?, text("action")?),
            "allow-all" => self.access = Access::default(),
            "lock" => self.lock(text("scope")?, Lock::parse(text("level")?)?),
            "unlock" => self.unlock(text("scope")?),
            "policy" => self.policies.add(Policy::from_json(order)?),
            "unregister" => self.register(text("subscription")?, text("namespace")?, false),
            "clear-policies" => self.policies = Policies::default(),
            _ => return Err(format!("POST /_emulator/{route} does not exist")),
        }
        Ok(json!({ "locks": self.locks.len(), "policies": self.policies.count() }))
    }
}

/// Returns the action of a request to a resource or a collection: `Microsoft.X/type/verb`.
pub(crate) fn action(resource_type: &str, method: &str) -> String {
    let verb = match method {
        "GET" | "HEAD" => "read",
        "DELETE" => "delete",
        "POST" => "action",
        _ => "write",
    };
    format!("{resource_type}/{verb}")
}

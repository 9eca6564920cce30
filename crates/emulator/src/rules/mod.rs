//! What stands between a request and its provider: rights, locks and policies, all to order.

pub(crate) mod access;
mod linked;
pub(crate) mod lock;
pub(crate) mod policy;

use serde_json::{Value, json};

use crate::builder::Builder;
use crate::call::Call;
use crate::error::ArmError;
use crate::id::ResourceId;
use crate::kinds::{Kind, Write};
use crate::server::Emulator;
use crate::world::World;
use access::{Access, Role};
use lock::Lock;
use policy::{Policies, Policy};

/// All rules of a world.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) access: Access,
    /// Scope and level.
    pub(crate) locks: Vec<(String, Lock)>,
    pub(crate) policies: Policies,
}

impl Rules {
    fn lock(&mut self, scope: &str, lock: Lock) {
        self.locks.push((scope.to_owned(), lock));
    }

    fn unlock(&mut self, scope: &str) {
        self.locks.retain(|(at, _)| !crate::id::same(at, scope));
    }
}

/// Whether an ID is a scope or lies below it, in any casing. The empty scope is above all.
pub(crate) fn within(scope: &str, id: &str) -> bool {
    let scope = scope.trim_end_matches('/');
    let begins = id.get(..scope.len()).is_some_and(|head| head.eq_ignore_ascii_case(scope));
    begins && id.get(scope.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The action that a request to a resource or a collection is: `Microsoft.X/type/verb`.
pub(crate) fn action(kind: &str, method: &str) -> String {
    let verb = match method {
        "GET" | "HEAD" => "read",
        "DELETE" => "delete",
        "POST" => "action",
        _ => "write",
    };
    format!("{kind}/{verb}")
}

/// The checks of a request that need no body: rights, then locks.
pub(crate) fn enter(world: &World, kind: &str, method: &str, scope: &str) -> Result<(), ArmError> {
    access::check(world, &action(kind, method), scope)?;
    lock::check(world, method, scope)
}

/// The checks of a write that need its body, which a policy may change.
pub(crate) fn admit(
    world: &World,
    kind: &dyn Kind,
    call: &Call,
    (id, version): (&ResourceId, &str),
    body: &mut Value,
) -> Result<(), ArmError> {
    let before = world.store.get(&id.to_string()).map(|resource| &resource.body);
    let (name, scope, method) = (kind.facts().name, id.to_string(), call.method.as_str());
    let rights = linked::rights(name, body);
    access::check_tenants(world, call, (&action(name, method), &scope), &rights)?;
    access::check_linked(world, (&action(name, method), &scope), &rights)?;
    world.rules.policies.modify(name, &scope, body);
    let write = Write { id, version, body, before, patch: method == "PATCH" };
    world.rules.policies.check(name, &write)
}

/// The list of policy assignments at a scope.
pub(crate) fn assignments(world: &World, scope: &str) -> Result<Value, ArmError> {
    enter(world, "Microsoft.Authorization/policyAssignments", "GET", scope)?;
    Ok(world.rules.policies.assignments(&world.settings.subscription, scope))
}

/// Takes an order of the control API.
pub(crate) fn order(world: &mut World, route: &str, order: &Value) -> Result<Value, String> {
    let text = |name: &str| order[name].as_str().ok_or(format!("{name} is missing"));
    let rules = &mut world.rules;
    match route {
        "roles" => {
            let roles = order["roles"].as_array().ok_or("roles is not a list")?;
            let roles: Result<Vec<Role>, String> = roles.iter().map(Role::from_json).collect();
            rules.access.assign(roles?);
        }
        "deny" => rules.access.deny(text("scope")?, text("action")?),
        "allow-all" => rules.access = Access::default(),
        "lock" => rules.lock(text("scope")?, Lock::parse(text("level")?)?),
        "unlock" => rules.unlock(text("scope")?),
        "policy" => rules.policies.add(Policy::from_json(order)?),
        "clear-policies" => rules.policies = Policies::default(),
        _ => return Err(format!("no route POST /_emulator/{route}")),
    }
    Ok(json!({ "locks": rules.locks.len(), "policies": rules.policies.count() }))
}

impl Builder {
    /// Denies an action at a scope from the start; see [`Emulator::deny`].
    #[must_use]
    pub fn deny(mut self, scope: &str, action: &str) -> Self {
        self.rules.access.deny(scope, action);
        self
    }

    /// Gives the caller these roles instead of all rights; see [`Emulator::assign`].
    #[must_use]
    pub fn assign(mut self, roles: Vec<Role>) -> Self {
        self.rules.access.assign(roles);
        self
    }

    /// Locks a scope from the start.
    #[must_use]
    pub fn lock(mut self, scope: &str, lock: Lock) -> Self {
        self.rules.lock(scope, lock);
        self
    }

    /// Assigns a policy from the start.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.rules.policies.add(policy);
        self
    }
}

impl Emulator {
    /// Denies an action, for example `Microsoft.Network/privateDnsZones/join/action`, at a scope
    /// and below it. `*` stands for any text.
    pub fn deny(&self, scope: &str, action: &str) {
        self.app.world().rules.access.deny(scope, action);
    }

    /// Gives the caller these roles instead of those it has: at first, all rights everywhere.
    pub fn assign(&self, roles: Vec<Role>) {
        self.app.world().rules.access.assign(roles);
    }

    /// Gives the caller all rights back.
    pub fn allow_all(&self) {
        self.app.world().rules.access = Access::default();
    }

    /// Locks a scope and what is below it.
    pub fn lock(&self, scope: &str, lock: Lock) {
        self.app.world().rules.lock(scope, lock);
    }

    /// Removes the locks of a scope.
    pub fn unlock(&self, scope: &str) {
        self.app.world().rules.unlock(scope);
    }

    /// Assigns a policy.
    pub fn policy(&self, policy: Policy) {
        self.app.world().rules.policies.add(policy);
    }

    /// Removes all policies.
    pub fn clear_policies(&self) {
        self.app.world().rules.policies = Policies::default();
    }
}

//! Settings of the builder for the delays of Foundry accounts.

use super::Builder;
use crate::fault::foundry;
use crate::world::options::HostRoles;

impl Builder {
    /// Sets for how many seconds a purged account still holds the subnet of its agents.
    /// `f64::INFINITY` means forever.
    #[must_use]
    pub fn link_release_seconds(mut self, seconds: f64) -> Self {
        self.options.link_release_seconds = seconds.max(0.0);
        self
    }

    /// Refuses private endpoints to an account for this number of seconds of the virtual clock
    /// after the account is ready.
    #[must_use]
    pub fn account_race_seconds(mut self, seconds: f64) -> Self {
        self.options.account_race_seconds = seconds.max(0.0);
        self
    }

    /// If `true`, the operations of these endpoints fail, instead of their `PUT` requests.
    #[must_use]
    pub fn account_race_in_operation(mut self, in_operation: bool) -> Self {
        self.options.account_race_in_operation = in_operation;
        self
    }

    /// Keeps capability hosts, including the service's own, in `Creating` for this number of
    /// additional seconds.
    #[must_use]
    pub fn host_seconds(mut self, seconds: f64) -> Self {
        self.options.host_seconds = seconds.max(0.0);
        self
    }

    /// Delays the effect of a role by this number of seconds after its assignment. The hosts of
    /// projects wait for it.
    #[must_use]
    pub fn role_seconds(mut self, seconds: f64) -> Self {
        self.options.role_seconds = seconds.max(0.0);
        self
    }

    /// Sets what a capability host does about roles that its project's identity lacks.
    #[must_use]
    pub fn host_roles(mut self, roles: HostRoles) -> Self {
        self.options.host_roles = roles;
        self
    }

    /// Sets what a capability host does about inactive outbound rules to its stores, if its account
    /// has a managed network.
    #[must_use]
    pub fn host_rules(mut self, rules: HostRoles) -> Self {
        self.options.host_rules = rules;
        self
    }

    /// Extends the operation of an outbound rule to a private endpoint or a domain name by this
    /// number of seconds.
    #[must_use]
    pub fn rule_seconds(mut self, seconds: f64) -> Self {
        self.options.rule_seconds = seconds.max(0.0);
        self
    }

    /// Delays accounts, subnets of agents, capability hosts, roles and outbound rules by this
    /// number of seconds of the virtual clock. Refuses the first `PUT` of a host, and loses the
    /// status of its operation twice. A later call of a specific setting overrides this one.
    #[must_use]
    pub fn foundry_races(mut self, seconds: f64) -> Self {
        self.options.race(seconds);
        self.faults.extend(foundry::of_hosts());
        self
    }
}

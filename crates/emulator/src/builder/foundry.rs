//! What may come late, or not at all, about accounts of Foundry.

use super::Builder;
use crate::fault::foundry;
use crate::world::options::HostRoles;

impl Builder {
    /// Lets a purged account hold its agents' subnet so many seconds; `f64::INFINITY` for ever.
    #[must_use]
    pub fn link_release_seconds(mut self, seconds: f64) -> Self {
        self.options.link_release_seconds = seconds.max(0.0);
        self
    }

    /// Refuses private endpoints to an account for so many seconds of the virtual clock after it is
    /// ready.
    #[must_use]
    pub fn account_race_seconds(mut self, seconds: f64) -> Self {
        self.options.account_race_seconds = seconds.max(0.0);
        self
    }

    /// If `true`, the operations of these endpoints fail, instead of their `PUT`s.
    #[must_use]
    pub fn account_race_in_operation(mut self, in_operation: bool) -> Self {
        self.options.account_race_in_operation = in_operation;
        self
    }

    /// Lets capability hosts, also the service's own, be `Creating` for so many more seconds.
    #[must_use]
    pub fn host_seconds(mut self, seconds: f64) -> Self {
        self.options.host_seconds = seconds.max(0.0);
        self
    }

    /// Lets a role work so many seconds after its assignment; hosts of projects wait for it.
    #[must_use]
    pub fn role_seconds(mut self, seconds: f64) -> Self {
        self.options.role_seconds = seconds.max(0.0);
        self
    }

    /// What a capability host does about roles that its project's identity lacks.
    #[must_use]
    pub fn host_roles(mut self, roles: HostRoles) -> Self {
        self.options.host_roles = roles;
        self
    }

    /// What a capability host does about outbound rules to its stores that are not active, where
    /// its account has a managed network.
    #[must_use]
    pub fn host_rules(mut self, rules: HostRoles) -> Self {
        self.options.host_rules = rules;
        self
    }

    /// Lets an outbound rule to a private endpoint or a domain name take so many more seconds.
    #[must_use]
    pub fn rule_seconds(mut self, seconds: f64) -> Self {
        self.options.rule_seconds = seconds.max(0.0);
        self
    }

    /// Lets accounts, subnets of agents, capability hosts, roles and outbound rules all be late by
    /// so many seconds of the virtual clock, refuses the first `PUT` of a host, and loses the
    /// status of its operation twice. A later call for one of them overrides this.
    #[must_use]
    pub fn foundry_races(mut self, seconds: f64) -> Self {
        self.options.race(seconds);
        self.faults.extend(foundry::of_hosts());
        self
    }
}

//! Options of ARM's strictness and delays, which can change at run time.

use serde_json::{Value, json};

/// Options that differ from one test to another.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Options {
    /// Maximum number of entries in a page of any list.
    pub(crate) page_size: Option<usize>,
    /// If `true`, unknown names in a body are left out with a warning, instead of refused.
    pub(crate) loose: bool,
    /// If `true`, a subnet runs one operation of its endpoints at a time.
    pub(crate) subnet_contention: bool,
    /// If `true`, a `PATCH` of a workspace adds user-assigned identities to the existing ones,
    /// instead of replacing them. No recording shows which of the two Azure does.
    pub(crate) adds_identities: bool,
    /// Seconds of the virtual clock by which records come after their zone group.
    pub(crate) record_seconds: f64,
    /// Seconds of the virtual clock for which a purged account holds the subnet of its agents.
    pub(crate) link_release_seconds: f64,
    /// Seconds of the virtual clock after an account is ready in which it refuses private
    /// endpoints.
    pub(crate) account_race_seconds: f64,
    /// If `true`, the operation of such an endpoint fails, instead of its `PUT`.
    pub(crate) account_race_in_operation: bool,
    /// Additional seconds of the virtual clock for which a capability host is `Creating`.
    pub(crate) host_seconds: f64,
    /// Seconds of the virtual clock from the assignment of a role until it takes effect.
    pub(crate) role_seconds: f64,
    /// Reaction of a capability host to roles that its project's identity lacks.
    pub(crate) host_roles: HostRoles,
    /// Reaction of a capability host to inactive outbound rules to its stores, if its account has a
    /// managed network.
    pub(crate) host_rules: HostRoles,
    /// Additional seconds of the virtual clock for an outbound rule to a private endpoint or a
    /// domain name.
    pub(crate) rule_seconds: f64,
}

/// Reaction of a project's capability host to roles that the project's identity lacks on the host's
/// stores.
///
/// Except with `Required`, the host waits for assigned roles that do not take effect yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HostRoles {
    /// The host does not need the roles.
    Ignored,
    /// The host is `Creating` until all roles are in effect.
    #[default]
    Awaited,
    /// The host fails unless all roles are in effect when it is created.
    Required,
}

impl HostRoles {
    const ALL: [(&str, Self); 3] =
        [("ignored", Self::Ignored), ("awaited", Self::Awaited), ("required", Self::Required)];

    /// Parses `ignored`, `awaited` or `required`.
    ///
    /// # Errors
    /// Lists the possible values.
    pub fn parse(text: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().find(|(word, _)| *word == text);
        known.map(|(_, value)| *value).ok_or_else(|| {
            format!("'{text}' is not one of {}", Self::ALL.map(|(word, _)| word).join(", "))
        })
    }

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, value)| *value == self).map_or("", |(word, _)| word)
    }
}

/// Value for an infinite number of seconds.
const NEVER: &str = "never";

impl Options {
    fn flags(&mut self) -> [(&'static str, &mut bool); 4] {
        [
            ("loose", &mut self.loose),
            ("subnet_contention", &mut self.subnet_contention),
            ("adds_identities", &mut self.adds_identities),
            ("account_race_in_operation", &mut self.account_race_in_operation),
        ]
    }

    fn seconds(&mut self) -> [(&'static str, &mut f64); 6] {
        [
            ("record_seconds", &mut self.record_seconds),
            ("link_release_seconds", &mut self.link_release_seconds),
            ("account_race_seconds", &mut self.account_race_seconds),
            ("host_seconds", &mut self.host_seconds),
            ("role_seconds", &mut self.role_seconds),
            ("rule_seconds", &mut self.rule_seconds),
        ]
    }

    /// Delays everything that Foundry accounts can delay by this number of seconds.
    pub(crate) fn race(&mut self, seconds: f64) {
        let seconds = seconds.max(0.0);
        self.account_race_seconds = seconds;
        self.link_release_seconds = seconds;
        self.host_seconds = seconds;
        self.role_seconds = seconds;
        self.rule_seconds = seconds;
    }

    /// Reads options from a request of the control API, and ignores other names.
    ///
    /// # Errors
    /// Says which value is invalid.
    pub(crate) fn order(&mut self, order: &Value) -> Result<(), String> {
        if let Some(size) = order["page_size"].as_u64() {
            self.page_size = usize::try_from(size).ok().filter(|size| *size > 0);
        }
        if let Some(roles) = order["host_roles"].as_str() {
            self.host_roles = HostRoles::parse(roles)?;
        }
        if let Some(rules) = order["host_rules"].as_str() {
            self.host_rules = HostRoles::parse(rules)?;
        }
        for (name, flag) in self.flags() {
            *flag = order[name].as_bool().unwrap_or(*flag);
        }
        for (name, option) in self.seconds() {
            // JSON has no infinity.
            match &order[name] {
                Value::String(never) if never == NEVER => *option = f64::INFINITY,
                seconds => *option = seconds.as_f64().map_or(*option, |seconds| seconds.max(0.0)),
            }
        }
        Ok(())
    }

    /// Returns all options by name, in the form of the control API.
    pub(crate) fn to_json(mut self) -> Value {
        let mut shown = json!({
            "page_size": self.page_size,
            "host_roles": self.host_roles.word(),
            "host_rules": self.host_rules.word(),
        });
        for (name, flag) in self.flags() {
            shown[name] = json!(*flag);
        }
        for (name, seconds) in self.seconds() {
            shown[name] = if seconds.is_finite() { json!(*seconds) } else { json!(NEVER) };
        }
        shown
    }
}

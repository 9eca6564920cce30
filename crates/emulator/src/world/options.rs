//! How strict ARM is and how busy, to order.

use serde_json::{Value, json};

/// Options that differ from one test to another.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Options {
    /// The most entries in a page of any list.
    pub(crate) page_size: Option<usize>,
    /// Unknown names in a body are left out and warned of, instead of refused.
    pub(crate) loose: bool,
    /// A subnet takes one operation of its endpoints at a time.
    pub(crate) subnet_contention: bool,
    /// A `PATCH` of a workspace adds its user-assigned identities to those that are there, instead
    /// of replacing them. Which of the two Azure does is not recorded.
    pub(crate) adds_identities: bool,
    /// How many seconds of the virtual clock after a zone group its records come.
    pub(crate) record_seconds: f64,
    /// How many seconds of the virtual clock a purged account holds the subnet of its agents.
    pub(crate) link_release_seconds: f64,
    /// For how many seconds of the virtual clock after an account is ready its private endpoints
    /// are refused.
    pub(crate) account_race_seconds: f64,
    /// If `true`, the operation of such an endpoint fails, instead of its `PUT`.
    pub(crate) account_race_in_operation: bool,
    /// How many seconds of the virtual clock longer a capability host is `Creating`.
    pub(crate) host_seconds: f64,
    /// How many seconds of the virtual clock after its assignment a role begins to work.
    pub(crate) role_seconds: f64,
    /// What a capability host does about roles that its project's identity lacks.
    pub(crate) host_roles: HostRoles,
    /// What it does about outbound rules to its stores that are not active, where its account has a
    /// managed network.
    pub(crate) host_rules: HostRoles,
    /// How many seconds of the virtual clock longer an outbound rule to a private endpoint or a
    /// domain name takes.
    pub(crate) rule_seconds: f64,
}

/// What the capability host of a project does about roles that the project's identity lacks on the
/// host's stores. In each case but the last it waits for assigned roles that do not work yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HostRoles {
    /// It does without them.
    Ignored,
    /// It is `Creating` until all of them work.
    #[default]
    Awaited,
    /// It fails unless all of them work when it is asked for.
    Required,
}

impl HostRoles {
    const ALL: [(&str, Self); 3] =
        [("ignored", Self::Ignored), ("awaited", Self::Awaited), ("required", Self::Required)];

    /// Reads `ignored`, `awaited` or `required`.
    ///
    /// # Errors
    /// Says which words there are.
    pub fn parse(text: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().find(|(word, _)| *word == text);
        known.map(|(_, value)| *value).ok_or_else(|| {
            format!("'{text}' is none of {}", Self::ALL.map(|(word, _)| word).join(", "))
        })
    }

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, value)| *value == self).map_or("", |(word, _)| word)
    }
}

/// What lasts for ever.
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

    /// Lets everything about Foundry accounts that may come late be late by so many seconds.
    pub(crate) fn race(&mut self, seconds: f64) {
        let seconds = seconds.max(0.0);
        self.account_race_seconds = seconds;
        self.link_release_seconds = seconds;
        self.host_seconds = seconds;
        self.role_seconds = seconds;
        self.rule_seconds = seconds;
    }

    /// Takes an order of the control API; other names than its own are let be.
    ///
    /// # Errors
    /// Says which value cannot be.
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

    /// All of them by name, as an order gives them.
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

//! The public network access flag of a type, and how the type writes the rules beside it.

mod lists;

pub use lists::keys;

use super::arm_types::ArmType;
use super::catalogue::{self, Row};
use super::rule_limits::RuleLimits;
use azure::id::ResourceId;
use lists::{AddressRules, kept, texts};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The public network access flag of a type, and the shape of the rules beside it.
#[derive(Debug)]
pub struct PublicAccess {
    /// The type, with the API version of the flag.
    pub arm_type: ArmType,
    /// The properties that are the flag: mostly one, `a/b` for `b` in `a`.
    flags: Vec<&'static str>,
    /// If `true`, the flag is `true` for `Enabled` and `false` for `Disabled`.
    boolean: bool,
    /// The values that the flag can have.
    pub values: Vec<&'static str>,
    /// If `true`, only a `PUT` of the whole resource carries the flag, and no `PATCH`.
    pub by_put: bool,
    /// If `true`, the resource shows the perimeters that it is in, by that API version.
    pub perimeters: bool,
    /// The property that holds the network rules; `None` where they stand among the properties.
    acl: Option<&'static str>,
    /// Where it says who may pass the rules.
    bypass: Bypass,
    /// The property of the IDs of resources that may pass the rules.
    bypass_ids: Option<&'static str>,
    /// Whether there is a rule for whom no other allows.
    default_action: bool,
    /// The property of the rules for subnets, and the switch that they need.
    subnets: Option<(&'static str, Option<&'static str>)>,
    /// The property of the rule for tasks.
    tasks: Option<&'static str>,
    /// The addresses that may come in.
    addresses: Option<AddressRules>,
    /// What the service limits of the rules.
    pub limits: RuleLimits,
    /// What the service demands of the order of the flag and of private endpoints.
    pub order: Order,
    /// Why this provider does not write the flag; `None` where it does.
    pub refused: Option<&'static str>,
}

/// What a service demands of the order of the flag and of private endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Nothing.
    Any,
    /// It refuses `Disabled` before a connection is approved.
    AfterConnection,
    /// It takes private endpoints only with `Disabled`.
    BeforeEndpoint,
}

/// Where a service says who may pass the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bypass {
    /// It has no such rule.
    Nowhere,
    /// In the rules, as words with commas between.
    InRules,
    /// In a property of its own.
    Property(&'static str),
}

/// What is known of the network security perimeter that a resource is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Perimeter {
    /// Nothing: its type shows none, or it may not be seen.
    Unknown,
    /// There is none.
    None,
    /// It reports what it would refuse: its mode is `Learning` or `Audit`.
    Reports,
    /// It decides, whatever the flag says: its mode is `Enforced`.
    Enforced,
}

/// The values that flags have.
pub const THREE: &[&str] = &["Enabled", "Disabled", "SecuredByPerimeter"];

/// Every type that has a flag, those whose flag is not written too.
fn table() -> &'static [PublicAccess] {
    static TABLE: LazyLock<Vec<PublicAccess>> =
        LazyLock::new(|| catalogue::public_access().map(|row| PublicAccess::of(&row)).collect());
    &TABLE
}

/// The flags that are written.
pub fn public_access() -> impl Iterator<Item = &'static PublicAccess> {
    table().iter().filter(|access| access.refused.is_none())
}

/// The types whose flag is written.
pub fn public_access_types() -> &'static [&'static str] {
    static TYPES: LazyLock<Vec<&str>> =
        LazyLock::new(|| public_access().map(|it| it.arm_type.name).collect());
    &TYPES
}

/// The public network access flag of a resource, if its type has one that is written.
pub fn public_access_of(id: &ResourceId) -> Option<&'static PublicAccess> {
    flag_of(id).filter(|access| access.refused.is_none())
}

/// The public network access flag of a resource, if its type has one at all.
pub fn flag_of(id: &ResourceId) -> Option<&'static PublicAccess> {
    let ty = id.resource_type();
    table().iter().find(|access| access.arm_type.name.eq_ignore_ascii_case(&ty))
}

/// The rules beside the flag. What is `None` is not there, or left alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkRules {
    /// What happens to whom no rule allows.
    pub default_action: Option<String>,
    /// Who may pass the rules.
    pub bypass: Option<BTreeSet<String>>,
    /// IDs of resources that may pass the rules.
    pub bypass_ids: Option<BTreeSet<String>>,
    /// Whether tasks may pass the rules.
    pub bypass_for_tasks: Option<bool>,
    /// The addresses and ranges that may come in.
    pub ip_rules: Option<BTreeSet<String>>,
    /// IDs of the subnets that may come in.
    pub subnets: Option<BTreeSet<String>>,
}

impl PublicAccess {
    fn of(row: &Row) -> Self {
        let words = |column: &str| row.cell(column).split(' ').filter(|it| !it.is_empty());
        let mut subnets = words("subnets");
        let addresses = row.given("addresses").map(|list| AddressRules {
            list,
            member: row.given("address_member"),
            action: row.given("address_action").is_some(),
            longest_prefix: row.cell("longest_prefix").parse().unwrap_or(32),
            api_version: row.given("addresses_api_version"),
        });
        Self {
            arm_type: ArmType { name: row.cell("type"), api_version: row.cell("api_version") },
            flags: words("flags").collect(),
            boolean: row.given("boolean").is_some(),
            values: words("values").collect(),
            by_put: row.cell("method") == "PUT",
            perimeters: row.given("perimeters").is_some(),
            acl: row.given("rules"),
            bypass: match row.cell("bypass") {
                "" => Bypass::Nowhere,
                "word" | "words" => Bypass::InRules,
                property => Bypass::Property(property),
            },
            bypass_ids: row.given("bypass_ids"),
            default_action: row.given("default_action").is_some(),
            subnets: subnets.next().map(|list| (list, subnets.next())),
            tasks: row.given("tasks"),
            addresses,
            limits: RuleLimits::of(row.cell("type")),
            order: match row.cell("order") {
                "after_connection" => Order::AfterConnection,
                "before_endpoint" => Order::BeforeEndpoint,
                _ => Order::Any,
            },
            refused: row.given("refused"),
        }
    }

    /// The API version that has its list of addresses, where only a preview version does.
    pub fn preview_api(&self) -> Option<&'static str> {
        self.addresses?.api_version
    }

    /// The longest prefix that a range of addresses may have.
    pub fn longest_prefix(&self) -> u8 {
        self.addresses.map_or(32, |addresses| addresses.longest_prefix)
    }

    /// The attributes that the service has nothing for.
    pub fn lacks(&self) -> Vec<&'static str> {
        let rows = [
            ("default_action", self.default_action),
            ("bypass", self.bypass != Bypass::Nowhere),
            ("network_acl_bypass_ids", self.bypass_ids.is_some()),
            ("bypass_for_tasks", self.tasks.is_some()),
            ("ip_rules", self.addresses.is_some()),
            ("virtual_network_subnet_ids", self.subnets.is_some()),
        ];
        rows.into_iter().filter(|(_, has)| !has).map(|(name, _)| name).collect()
    }

    /// The flag in a body, in the spelling of the configuration; Azure's own differs from type to
    /// type. Of two flags, the one that lets more in. One that was never set lets everybody in.
    pub fn flag(&self, body: &Json) -> String {
        let value = |name: &&'static str| {
            let value = match body["properties"].pointer(&format!("/{name}")) {
                Some(Json::Bool(false)) => "Disabled",
                value => value.and_then(Json::as_str).unwrap_or("Enabled"),
            };
            THREE.iter().find(|known| known.eq_ignore_ascii_case(value)).copied().unwrap_or(value)
        };
        let mut values: Vec<&str> = self.flags.iter().map(value).collect();
        values.sort_by_key(|value| {
            ["Enabled", "SecuredByPerimeter"].iter().position(|it| it == value).unwrap_or(2)
        });
        values.first().copied().unwrap_or("Enabled").to_owned()
    }

    /// Sets the flag in the properties to be written over that body. An object that holds a flag is
    /// written whole: that a PATCH merges it is not recorded.
    pub fn write_flag(&self, value: &str, body: &Json, properties: &mut Json) {
        let value = if self.boolean { json!(value == "Enabled") } else { json!(value) };
        for name in &self.flags {
            match name.split_once('/') {
                Some((outer, inner)) => {
                    properties[outer] = body["properties"][outer].clone();
                    properties[outer][inner] = value.clone();
                }
                None => properties[*name] = value.clone(),
            }
        }
    }

    /// The object that the rules stand in.
    fn acl<'a>(&self, properties: &'a Json) -> &'a Json {
        self.acl.map_or(properties, |name| &properties[name])
    }

    /// The rules in a body.
    pub fn read(&self, body: &Json) -> NetworkRules {
        let properties = &body["properties"];
        let acl = self.acl(properties);
        let bypass = match self.bypass {
            Bypass::Nowhere => None,
            Bypass::InRules => acl["bypass"].as_str(),
            Bypass::Property(name) => properties[name].as_str(),
        };
        let words = |text: &str| text.split(',').map(|word| word.trim().to_owned()).collect();
        // Where there were never any rules, everybody may come in.
        let action = acl["defaultAction"].as_str().unwrap_or("Allow").to_owned();
        NetworkRules {
            default_action: self.default_action.then_some(action),
            bypass: bypass.map(words),
            bypass_ids: self.bypass_ids.map(|name| texts(&properties[name], None)),
            bypass_for_tasks: self.tasks.and_then(|name| properties[name].as_bool()),
            ip_rules: self.addresses.map(|rules| texts(&acl[rules.list], rules.member)),
            subnets: self.subnets.map(|(list, _)| texts(&acl[list], Some("id"))),
        }
    }

    /// The properties that bring a body to these rules; empty where it has them.
    pub fn write(&self, wish: &NetworkRules, body: &Json) -> Json {
        let now = self.read(body);
        let mut written = json!({});
        let before = match self.acl(&body["properties"]) {
            rules if rules.is_object() => rules.clone(),
            _ => json!({}),
        };
        let mut acl = before.clone();
        if let Some(action) =
            wish.default_action.as_ref().filter(|it| now.default_action.as_ref() != Some(it))
        {
            acl["defaultAction"] = json!(action);
        }
        let nobody = |it: &BTreeSet<String>| it.iter().all(|who| who == "None");
        let same = |it: &BTreeSet<String>| {
            now.bypass.as_ref().is_some_and(|now| now == it || nobody(now) && nobody(it))
        };
        if let Some(bypass) = wish.bypass.as_ref().filter(|it| !same(it)) {
            let text = match bypass.is_empty() {
                true => "None".to_owned(),
                false => bypass.iter().cloned().collect::<Vec<_>>().join(", "),
            };
            match self.bypass {
                Bypass::Property(name) => written[name] = json!(text),
                _ => acl["bypass"] = json!(text),
            }
        }
        if let (Some(name), Some(ids)) = (self.bypass_ids, &wish.bypass_ids)
            && keys(ids) != keys(&now.bypass_ids.unwrap_or_default())
        {
            written[name] = json!(ids);
        }
        if let (Some(name), Some(tasks)) =
            (self.tasks, wish.bypass_for_tasks.filter(|it| now.bypass_for_tasks != Some(*it)))
        {
            written[name] = json!(tasks);
        }
        if let (Some(rules), Some(wanted)) = (self.addresses, &wish.ip_rules)
            && keys(wanted) != keys(&now.ip_rules.unwrap_or_default())
        {
            acl[rules.list] = rules.write(wanted, &acl[rules.list]);
        }
        if let (Some((list, switch)), Some(wanted)) = (self.subnets, &wish.subnets)
            && keys(wanted) != keys(&now.subnets.unwrap_or_default())
        {
            let before = acl[list].take();
            let rule = |id: &String| kept(&before, "id", id, json!({}));
            acl[list] = wanted.iter().map(rule).collect();
            if let Some(switch) = switch {
                acl[switch] = json!(!wanted.is_empty());
            }
        }
        match self.acl {
            _ if acl == before => {}
            Some(name) => {
                // ARM wants a rule for the rest wherever there are rules.
                if self.default_action && acl["defaultAction"].is_null() {
                    acl["defaultAction"] = json!("Allow");
                }
                written[name] = acl;
            }
            None => {
                let changed = acl.as_object().into_iter().flatten();
                for (name, value) in changed.filter(|(name, value)| before[*name] != **value) {
                    written[name] = value.clone();
                }
            }
        }
        written
    }

    /// Who can reach the resource: everybody, some networks, a perimeter, or private endpoints.
    /// What perimeters change is from Microsoft Learn ("Transition to a network security
    /// perimeter"); that `Audit` is as `Learning` is a guess.
    pub fn exposure(&self, body: &Json, perimeter: Perimeter) -> &'static str {
        let rules = self.read(body);
        let mut lists = [rules.ip_rules, rules.subnets].into_iter().flatten();
        let listed = lists.any(|rules| !rules.is_empty());
        let selective = match rules.default_action.as_deref() {
            Some(action) => action == "Deny",
            None => !self.default_action && listed,
        };
        match (perimeter, self.flag(body).as_str()) {
            (Perimeter::Enforced, _) | (Perimeter::Reports, "Disabled") => "perimeter",
            (_, "Disabled") | (Perimeter::None, "SecuredByPerimeter") => "private_only",
            (_, "SecuredByPerimeter") => "perimeter",
            _ if selective => "selected_networks",
            _ => "public",
        }
    }
}

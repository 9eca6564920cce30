//! The public network access flag of a type, and how the type writes the rules beside it.

use super::arm_types::ArmType;
use super::catalogue::{self, Row};
use super::rule_limits::RuleLimits;
use azure::id::ResourceId;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::LazyLock;

/// The public network access flag of a type, and the shape of the rules beside it.
#[derive(Debug)]
pub struct PublicAccess {
    /// The type, with the API version of the flag.
    pub arm_type: ArmType,
    /// The properties that are the flag: mostly one, `a/b` for `b` in `a`.
    flags: Vec<&'static str>,
    /// The values that the flag can have.
    pub values: &'static [&'static str],
    /// The property that holds the network rules; `None` where they stand among the properties.
    acl: Option<&'static str>,
    /// Where it says who may pass the rules.
    bypass: Bypass,
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

/// How a service lists addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct AddressRules {
    /// The property of the list.
    list: &'static str,
    /// The member of an entry that is the address; `None` where the entry is.
    member: Option<&'static str>,
    /// Whether an entry has an action too.
    action: bool,
    /// The longest prefix that a range may have. Where it is shorter than 32, a single address is
    /// written without one.
    longest_prefix: u8,
    /// The only API version that has the list, where that is a preview.
    api_version: Option<&'static str>,
}

/// The values of a flag without a perimeter.
const TWO: &[&str] = &["Enabled", "Disabled"];

/// The values of a flag with a perimeter.
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
        let known = if row.cell("values").contains("Perimeter") { THREE } else { TWO };
        Self {
            arm_type: ArmType { name: row.cell("type"), api_version: row.cell("api_version") },
            flags: words("flags").collect(),
            values: known,
            acl: row.given("rules"),
            bypass: match row.cell("bypass") {
                "" => Bypass::Nowhere,
                "word" | "words" => Bypass::InRules,
                property => Bypass::Property(property),
            },
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
            ("bypass_for_tasks", self.tasks.is_some()),
            ("ip_rules", self.addresses.is_some()),
            ("virtual_network_subnet_ids", self.subnets.is_some()),
        ];
        rows.into_iter().filter(|(_, has)| !has).map(|(name, _)| name).collect()
    }

    /// The flag in a body, in the spelling of the configuration; Azure's own differs from type to
    /// type. Of two flags, the one that lets more in. One that was never set lets everybody in.
    pub fn flag(&self, body: &Json) -> String {
        let value = |name: &&str| {
            let value = body["properties"].pointer(&format!("/{name}")).and_then(Json::as_str);
            let value = value.unwrap_or("Enabled");
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
        for name in &self.flags {
            match name.split_once('/') {
                Some((outer, inner)) => {
                    properties[outer] = body["properties"][outer].clone();
                    properties[outer][inner] = json!(value);
                }
                None => properties[*name] = json!(value),
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
    pub fn exposure(&self, body: &Json) -> &'static str {
        let rules = self.read(body);
        let mut lists = [rules.ip_rules, rules.subnets].into_iter().flatten();
        let listed = lists.any(|rules| !rules.is_empty());
        let selective = match rules.default_action.as_deref() {
            Some(action) => action == "Deny",
            None => !self.default_action && listed,
        };
        match self.flag(body).as_str() {
            "Disabled" => "private_only",
            "SecuredByPerimeter" => "perimeter",
            _ if selective => "selected_networks",
            _ => "public",
        }
    }
}

impl AddressRules {
    /// The list of these addresses, with what the entries have that are there already.
    fn write(self, wanted: &BTreeSet<String>, before: &Json) -> Json {
        let single = |it: &str| it.strip_suffix("/32").unwrap_or(it).to_owned();
        let text = |it: &String| if self.longest_prefix < 32 { single(it) } else { it.clone() };
        let Some(member) = self.member else {
            return wanted.iter().map(text).collect();
        };
        let fresh = if self.action { json!({ "action": "Allow" }) } else { json!({}) };
        wanted.iter().map(|it| kept(before, member, &text(it), fresh.clone())).collect()
    }
}

/// A rule that is there already, with all that it has; else a new one.
fn kept(before: &Json, member: &str, wanted: &str, mut fresh: Json) -> Json {
    fresh[member] = json!(wanted);
    let mut rules = before.as_array().into_iter().flatten();
    let same = |rule: &&Json| rule[member].as_str().is_some_and(|it| key(it) == key(wanted));
    rules.find(same).cloned().unwrap_or(fresh)
}

fn texts(list: &Json, member: Option<&str>) -> BTreeSet<String> {
    let items = list.as_array().into_iter().flatten();
    let text = |item: &Json| match member {
        Some(member) => item[member].as_str().map(str::to_owned),
        None => item.as_str().map(str::to_owned),
    };
    items.filter_map(text).collect()
}

/// Addresses and IDs as Azure compares them: without case, one address is a range of one, and of a
/// range the bits of its hosts say nothing.
pub fn keys(texts: &BTreeSet<String>) -> BTreeSet<String> {
    texts.iter().map(|text| key(text)).collect()
}

fn key(text: &str) -> String {
    network(text).unwrap_or_else(|| text.strip_suffix("/32").unwrap_or(text).to_lowercase())
}

/// A range of several IPv4 addresses, from its first one on.
fn network(text: &str) -> Option<String> {
    let (address, length) = text.split_once('/')?;
    let address = u32::from(address.parse::<Ipv4Addr>().ok()?);
    let length = length.parse::<u32>().ok().filter(|length| *length < u32::BITS)?;
    let mask = u32::MAX.checked_shl(u32::BITS - length).unwrap_or(0);
    Some(format!("{}/{length}", Ipv4Addr::from(address & mask)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_by_what_they_mean() {
        for (left, right, same) in [
            ("203.0.113.7/32", "203.0.113.7", true),
            ("203.0.113.7/24", "203.0.113.0/24", true),
            ("203.0.113.7/0", "0.0.0.0/0", true),
            ("203.0.113.7/24", "203.0.113.7/25", false),
            ("203.0.113.7", "203.0.113.8", false),
            ("/SUBSCRIPTIONS/x", "/subscriptions/X", true),
        ] {
            assert_eq!(key(left) == key(right), same, "{left} {right}");
        }
    }
}

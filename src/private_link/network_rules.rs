//! The public network access flag of a type, and the form of its network rules.

mod lists;

pub use lists::keys;

use super::arm_types::ArmType;
use super::catalogue::{self, Row};
use azure::id::ResourceId;
use lists::{AddressRules, kept, texts};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The public network access flag of a type, and the form of its network rules.
#[derive(Debug)]
pub struct PublicAccess {
    /// Type, with the API version of the flag.
    pub arm_type: ArmType,
    /// Properties that are the flag: usually one, `a/b` for `b` in `a`.
    flags: Vec<&'static str>,
    /// If `true`, the flag is `true` for `Enabled` and `false` for `Disabled`.
    boolean: bool,
    /// Possible values of the flag.
    pub values: Vec<&'static str>,
    /// If `true`, only a `PUT` of the whole resource accepts the flag, and no `PATCH`.
    pub by_put: bool,
    /// If `true`, this API version shows the perimeters of the resource.
    pub perimeters: bool,
    /// Property with the network rules; `None` if they are direct members of `properties`.
    acl: Option<&'static str>,
    /// Place of the services that bypass the rules.
    bypass: Bypass,
    /// Property with the IDs of resources that bypass the rules.
    bypass_ids: Option<&'static str>,
    /// If `true`, the type has a default action.
    default_action: bool,
    /// Property of the subnet rules, and the switch that they require.
    subnets: Option<(&'static str, Option<&'static str>)>,
    /// Property of the bypass for tasks.
    tasks: Option<&'static str>,
    /// Form of the address rules.
    addresses: Option<AddressRules>,
    /// Maximum number of allowed addresses and ranges, if published.
    pub most_addresses: Option<usize>,
    /// Maximum number of allowed subnets, if published.
    pub most_subnets: Option<usize>,
    /// Kinds of resources that support a bypass for Azure services. Empty if all do.
    pub bypass_kinds: Vec<&'static str>,
    /// Required order of the flag and of private endpoints.
    pub order: Order,
    /// Why the provider does not write the flag; `None` if it does.
    pub refused: Option<&'static str>,
}

/// Required order of the flag and of private endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// No requirement.
    Any,
    /// The service rejects `Disabled` until a connection is approved.
    AfterConnection,
    /// The service accepts private endpoints only with `Disabled`.
    BeforeEndpoint,
}

/// Place of the services that bypass the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bypass {
    /// The service has no bypass.
    Nowhere,
    /// In the rules, as a comma-separated list.
    InRules,
    /// In a separate property.
    Property(&'static str),
}

/// Effect of the network security perimeter of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Perimeter {
    /// Unknown: the type shows no perimeters, or they cannot be read.
    Unknown,
    /// The resource is in no perimeter.
    None,
    /// The perimeter only reports what it would deny: its mode is `Learning` or `Audit`.
    Reports,
    /// The perimeter overrides the flag: its mode is `Enforced`.
    Enforced,
}

/// Values of flags.
pub const THREE: &[&str] = &["Enabled", "Disabled", "SecuredByPerimeter"];

/// Returns all types with a flag, including flags that the provider does not write.
fn table() -> &'static [PublicAccess] {
    static TABLE: LazyLock<Vec<PublicAccess>> =
        LazyLock::new(|| catalogue::public_access().map(|row| PublicAccess::of(&row)).collect());
    &TABLE
}

/// Returns the flags that the provider writes.
pub fn public_access() -> impl Iterator<Item = &'static PublicAccess> {
    table().iter().filter(|access| access.refused.is_none())
}

/// Returns the types whose flag the provider writes.
pub fn public_access_types() -> &'static [&'static str] {
    static TYPES: LazyLock<Vec<&str>> =
        LazyLock::new(|| public_access().map(|it| it.arm_type.name).collect());
    &TYPES
}

/// Returns the public network access flag of a resource, if the provider writes it.
pub fn public_access_of(id: &ResourceId) -> Option<&'static PublicAccess> {
    flag_of(id).filter(|access| access.refused.is_none())
}

/// Returns the public network access flag of a resource, if its type has one.
pub fn flag_of(id: &ResourceId) -> Option<&'static PublicAccess> {
    let ty = id.resource_type();
    table().iter().find(|access| access.arm_type.name.eq_ignore_ascii_case(&ty))
}

/// Network rules beside the flag. `None` means that the type has no such rule, or that it stays
/// unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkRules {
    /// Action for traffic that no rule allows.
    pub default_action: Option<String>,
    /// Azure services that bypass the rules.
    pub bypass: Option<BTreeSet<String>>,
    /// IDs of resources that bypass the rules.
    pub bypass_ids: Option<BTreeSet<String>>,
    /// If `true`, tasks bypass the rules.
    pub bypass_for_tasks: Option<bool>,
    /// Allowed addresses and ranges.
    pub ip_rules: Option<BTreeSet<String>>,
    /// IDs of the allowed subnets.
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
            most_addresses: row.cell("most_addresses").parse().ok(),
            most_subnets: row.cell("most_subnets").parse().ok(),
            bypass_kinds: words("bypass_kinds").collect(),
            order: match row.cell("order") {
                "after_connection" => Order::AfterConnection,
                "before_endpoint" => Order::BeforeEndpoint,
                _ => Order::Any,
            },
            refused: row.given("refused"),
        }
    }

    /// Returns the API version of the address list, if only a preview version has it.
    pub fn preview_api(&self) -> Option<&'static str> {
        self.addresses?.api_version
    }

    /// Returns the longest prefix of an address range.
    pub fn longest_prefix(&self) -> u8 {
        self.addresses.map_or(32, |addresses| addresses.longest_prefix)
    }

    /// Returns the attributes that the service does not support.
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

    /// Returns the flag in a body, spelled as in the configuration; Azure's spelling differs
    /// between types. Of two flags, the more open one counts. A flag that was never set is
    /// `Enabled`.
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

    /// Sets the flag in the properties to write over a body. An object with a flag is written as a
    /// whole, because it is not recorded that a PATCH merges it.
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

    /// Returns the object with the rules.
    fn acl<'a>(&self, properties: &'a Json) -> &'a Json {
        self.acl.map_or(properties, |name| &properties[name])
    }

    /// Returns the rules in a body.
    pub fn read(&self, body: &Json) -> NetworkRules {
        let properties = &body["properties"];
        let acl = self.acl(properties);
        let bypass = match self.bypass {
            Bypass::Nowhere => None,
            Bypass::InRules => acl["bypass"].as_str(),
            Bypass::Property(name) => properties[name].as_str(),
        };
        let words = |text: &str| text.split(',').map(|word| word.trim().to_owned()).collect();
        // A resource that never had rules allows all traffic.
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

    /// Returns the properties to write so that a body gets these rules. Empty if it has them.
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
                // ARM requires a default action wherever there are rules.
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

    /// Returns who can reach the resource: the public, selected networks, a perimeter, or private
    /// endpoints. The effect of perimeters is from Microsoft Learn ("Transition to a network
    /// security perimeter"); that `Audit` acts like `Learning` is a guess.
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

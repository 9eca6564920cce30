//! The public network access flag of a service, and how the service writes the rules beside it.

use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// The public network access flag of a service, and the shape of the rules beside it.
#[derive(Debug)]
pub struct PublicAccess {
    /// The values that the flag can have.
    pub values: &'static [&'static str],
    /// The property that holds the network rules.
    pub acl: Option<&'static str>,
    /// Where it says who may pass the rules.
    pub bypass: Bypass,
    /// Whether there is a rule for whom no other allows.
    pub default_action: bool,
    /// Whether there are rules for subnets.
    pub subnets: bool,
    /// Whether there is a rule for tasks.
    pub tasks: bool,
    /// The addresses that may come in.
    pub addresses: AddressRules,
    /// The longest prefix that a range may have. Where it is shorter than 32, a single address is
    /// written without one.
    pub longest_prefix: u8,
}

/// Where a service says who may pass the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bypass {
    /// It has no such rule.
    Nowhere,
    /// In the rules, as one word.
    Word,
    /// In the rules, as words with commas between.
    Words,
    /// In a property of its own.
    Property(&'static str),
}

/// How a service lists addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressRules {
    /// As `{value}` in the rules.
    Values,
    /// As `{value, action}` in the rules.
    Actions,
    /// As texts in a property of its own, which only this preview version of the API has.
    Allowlist {
        /// The version.
        api_version: &'static str,
    },
}

/// The values of a flag without a perimeter.
pub const TWO: &[&str] = &["Enabled", "Disabled"];

/// The values of a flag with a perimeter.
pub const THREE: &[&str] = &["Enabled", "Disabled", "SecuredByPerimeter"];

/// The property of tasks of a registry that may pass its rules.
const TASKS: &str = "networkRuleBypassAllowedForTasks";

/// The flag in a body, in the spelling of the configuration; Azure's own differs from type to type.
pub fn flag(body: &Json) -> String {
    let value = body["properties"]["publicNetworkAccess"].as_str().unwrap_or("Enabled");
    let known = THREE.iter().find(|known| known.eq_ignore_ascii_case(value));
    known.map_or(value, |known| known).to_owned()
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
    /// The API version that has its list of addresses, where only a preview version does.
    pub fn preview_api(&self) -> Option<&'static str> {
        match self.addresses {
            AddressRules::Allowlist { api_version } => Some(api_version),
            AddressRules::Values | AddressRules::Actions => None,
        }
    }

    /// The attributes that the service has nothing for.
    pub fn lacks(&self) -> Vec<&'static str> {
        let rows = [
            ("default_action", self.default_action),
            ("bypass", self.bypass != Bypass::Nowhere),
            ("bypass_for_tasks", self.tasks),
            ("virtual_network_subnet_ids", self.subnets),
        ];
        rows.into_iter().filter(|(_, has)| !has).map(|(name, _)| name).collect()
    }

    /// The rules in a body.
    pub fn read(&self, body: &Json) -> NetworkRules {
        let properties = &body["properties"];
        let acl = &properties[self.acl.unwrap_or_default()];
        let bypass = match self.bypass {
            Bypass::Nowhere => None,
            Bypass::Word | Bypass::Words => acl["bypass"].as_str(),
            Bypass::Property(name) => properties[name].as_str(),
        };
        let words = |text: &str| text.split(',').map(|word| word.trim().to_owned()).collect();
        // Where there were never any rules, everybody may come in.
        let action = acl["defaultAction"].as_str().unwrap_or("Allow").to_owned();
        let addresses = match self.addresses {
            AddressRules::Allowlist { .. } => texts(&properties["ipAllowlist"], None),
            AddressRules::Values | AddressRules::Actions => texts(&acl["ipRules"], Some("value")),
        };
        let subnets = texts(&acl["virtualNetworkRules"], Some("id"));
        NetworkRules {
            default_action: self.default_action.then_some(action),
            bypass: bypass.map(words),
            bypass_for_tasks: properties[TASKS].as_bool().filter(|_| self.tasks),
            ip_rules: Some(addresses),
            subnets: self.subnets.then_some(subnets),
        }
    }

    /// The properties that bring a body to these rules; empty where it has them.
    pub fn write(&self, wish: &NetworkRules, body: &Json) -> Json {
        let now = self.read(body);
        let mut written = json!({});
        let mut acl = match self.acl {
            Some(name) if body["properties"][name].is_object() => body["properties"][name].clone(),
            _ => json!({}),
        };
        let before = acl.clone();
        if let Some(action) =
            wish.default_action.as_ref().filter(|it| now.default_action.as_ref() != Some(it))
        {
            acl["defaultAction"] = json!(action);
        }
        if let Some(bypass) = wish.bypass.as_ref().filter(|it| now.bypass.as_ref() != Some(it)) {
            let text = bypass.iter().cloned().collect::<Vec<_>>().join(", ");
            match self.bypass {
                Bypass::Property(name) => written[name] = json!(text),
                _ => acl["bypass"] = json!(text),
            }
        }
        if let Some(tasks) = wish.bypass_for_tasks.filter(|it| now.bypass_for_tasks != Some(*it)) {
            written[TASKS] = json!(tasks);
        }
        self.write_addresses(wish, &now, &mut acl, &mut written);
        if let Some(wanted) = &wish.subnets {
            let there = now.subnets.unwrap_or_default();
            if keys(wanted) != keys(&there) {
                let before = acl["virtualNetworkRules"].take();
                let rule = |id: &String| kept(&before, "id", id, json!({}));
                acl["virtualNetworkRules"] = wanted.iter().map(rule).collect();
            }
        }
        if let (Some(name), true) = (self.acl, acl != before) {
            // ARM wants a rule for the rest wherever there are rules.
            if self.default_action && acl["defaultAction"].is_null() {
                acl["defaultAction"] = json!("Allow");
            }
            written[name] = acl;
        }
        written
    }

    fn write_addresses(
        &self,
        wish: &NetworkRules,
        now: &NetworkRules,
        acl: &mut Json,
        written: &mut Json,
    ) {
        let Some(wanted) = &wish.ip_rules else { return };
        if keys(wanted) == keys(&now.ip_rules.clone().unwrap_or_default()) {
            return;
        }
        if self.preview_api().is_some() {
            written["ipAllowlist"] = json!(wanted);
            return;
        }
        let before = acl["ipRules"].take();
        let action = json!({ "action": "Allow" });
        let fresh = if self.addresses == AddressRules::Actions { action } else { json!({}) };
        let single = |it: &str| it.strip_suffix("/32").unwrap_or(it).to_owned();
        let written = |it: &String| if self.longest_prefix < 32 { single(it) } else { it.clone() };
        let rule = |it: &String| kept(&before, "value", &written(it), fresh.clone());
        acl["ipRules"] = wanted.iter().map(rule).collect();
    }

    /// Who can reach the resource: everybody, some networks, a perimeter, or private endpoints.
    pub fn exposure(&self, body: &Json) -> &'static str {
        let rules = self.read(body);
        let listed = rules.ip_rules.is_some_and(|rules| !rules.is_empty());
        let selective = match rules.default_action.as_deref() {
            Some(action) => action == "Deny",
            None => !self.default_action && listed,
        };
        match flag(body).as_str() {
            "Disabled" => "private_only",
            "SecuredByPerimeter" => "perimeter",
            _ if selective => "selected_networks",
            _ => "public",
        }
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

/// Addresses and IDs as Azure compares them: without case, and one address is a range of one.
pub fn keys(texts: &BTreeSet<String>) -> BTreeSet<String> {
    texts.iter().map(|text| key(text)).collect()
}

fn key(text: &str) -> String {
    text.strip_suffix("/32").unwrap_or(text).to_lowercase()
}

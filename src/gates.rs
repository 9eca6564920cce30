//! The kinds of resource that have a public network access flag, and how each writes the rules
//! beside it.

use azure::id::ResourceId;
use plugin::diagnostic::Diagnostic;
use plugin::path::Path;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// A kind of resource that has the flag.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) ty: &'static str,
    pub(crate) api: &'static str,
    pub(crate) label: &'static str,
    pub(crate) values: &'static [&'static str],
    /// The property that holds the network rules.
    acl: Option<&'static str>,
    /// Where it says who may pass the rules.
    bypass: Bypass,
    default_action: bool,
    subnets: bool,
    tasks: bool,
    /// The addresses that may come in.
    addresses: Addresses,
}

/// Where a kind says who may pass the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bypass {
    Nowhere,
    /// In the rules, as one word.
    Word,
    /// In the rules, as words with commas between.
    Words,
    /// In a property of its own.
    Property(&'static str),
}

/// How a kind lists addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Addresses {
    /// As `{value}` in the rules.
    Values,
    /// As `{value, action}` in the rules.
    Actions,
    /// As texts in a property of its own, which only preview versions of the API have.
    Allowlist,
}

const TWO: &[&str] = &["Enabled", "Disabled"];
pub(crate) const THREE: &[&str] = &["Enabled", "Disabled", "SecuredByPerimeter"];

/// The version that has the address list of a workspace; no stable one does.
pub(crate) const ALLOWLIST_API: &str = "2025-07-01-preview";

/// The property of tasks of a registry that may pass its rules.
const TASKS: &str = "networkRuleBypassAllowedForTasks";

/// The kinds, with the API versions of azurerm 5.2, which every cloud has.
pub(crate) const KINDS: &[Kind] = &[
    Kind {
        ty: "Microsoft.MachineLearningServices/workspaces",
        api: "2025-06-01",
        label: "a workspace",
        values: TWO,
        acl: None,
        bypass: Bypass::Nowhere,
        default_action: false,
        subnets: false,
        tasks: false,
        addresses: Addresses::Allowlist,
    },
    Kind {
        ty: "Microsoft.Storage/storageAccounts",
        api: "2025-08-01",
        label: "a storage account",
        values: THREE,
        acl: Some("networkAcls"),
        bypass: Bypass::Words,
        default_action: true,
        subnets: true,
        tasks: false,
        addresses: Addresses::Actions,
    },
    Kind {
        ty: "Microsoft.KeyVault/vaults",
        api: "2026-02-01",
        label: "a key vault",
        values: TWO,
        acl: Some("networkAcls"),
        bypass: Bypass::Word,
        default_action: true,
        subnets: true,
        tasks: false,
        addresses: Addresses::Values,
    },
    Kind {
        ty: "Microsoft.ContainerRegistry/registries",
        api: "2025-11-01",
        label: "a container registry",
        values: TWO,
        acl: Some("networkRuleSet"),
        bypass: Bypass::Property("networkRuleBypassOptions"),
        default_action: true,
        subnets: false,
        tasks: true,
        addresses: Addresses::Actions,
    },
    Kind {
        ty: "Microsoft.CognitiveServices/accounts",
        api: "2026-03-01",
        label: "an AI services account",
        values: TWO,
        acl: Some("networkAcls"),
        bypass: Bypass::Word,
        default_action: true,
        subnets: true,
        tasks: false,
        addresses: Addresses::Values,
    },
    Kind {
        ty: "Microsoft.Search/searchServices",
        api: "2025-05-01",
        label: "a search service",
        values: THREE,
        acl: Some("networkRuleSet"),
        bypass: Bypass::Word,
        default_action: false,
        subnets: false,
        tasks: false,
        addresses: Addresses::Values,
    },
];

/// The types, for the check of an ID.
pub(crate) const TYPES: &[&str] =
    &[KINDS[0].ty, KINDS[1].ty, KINDS[2].ty, KINDS[3].ty, KINDS[4].ty, KINDS[5].ty];

/// The kind of a resource, if it has the flag.
pub(crate) fn of(id: &ResourceId) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| id.is_type(kind.ty))
}

/// The kind of a resource.
///
/// # Errors
///
/// When resources of its type have no flag.
pub(crate) fn known(id: &ResourceId) -> Result<&'static Kind, Diagnostic> {
    of(id).ok_or_else(|| {
        let types = TYPES.join(", ");
        let detail = format!("It is a {}. Those that do: {types}.", id.resource_type());
        let summary = format!("{:?} has no public network access flag", id.name());
        Diagnostic::error(summary, detail).at(Path::of("resource_id"))
    })
}

/// The flag in a body, in the spelling of the configuration; Azure's own differs from type to type.
pub(crate) fn flag(body: &Json) -> String {
    let value = body["properties"]["publicNetworkAccess"].as_str().unwrap_or("Enabled");
    let known = THREE.iter().find(|known| known.eq_ignore_ascii_case(value));
    known.map_or(value, |known| known).to_owned()
}

/// The rules beside the flag. What is `None` is not there, or left alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) default_action: Option<String>,
    pub(crate) bypass: Option<BTreeSet<String>>,
    pub(crate) bypass_for_tasks: Option<bool>,
    pub(crate) ip_rules: Option<BTreeSet<String>>,
    pub(crate) subnets: Option<BTreeSet<String>>,
}

impl Kind {
    /// The attributes that this kind has nothing for.
    pub(crate) fn lacks(&self) -> Vec<&'static str> {
        let rows = [
            ("default_action", self.default_action),
            ("bypass", self.bypass != Bypass::Nowhere),
            ("bypass_for_tasks", self.tasks),
            ("virtual_network_subnet_ids", self.subnets),
        ];
        rows.into_iter().filter(|(_, has)| !has).map(|(name, _)| name).collect()
    }

    /// The rules in a body.
    pub(crate) fn read(&self, body: &Json) -> Rules {
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
            Addresses::Allowlist => texts(&properties["ipAllowlist"], None),
            Addresses::Values | Addresses::Actions => texts(&acl["ipRules"], Some("value")),
        };
        let subnets = texts(&acl["virtualNetworkRules"], Some("id"));
        Rules {
            default_action: self.default_action.then_some(action),
            bypass: bypass.map(words),
            bypass_for_tasks: properties[TASKS].as_bool().filter(|_| self.tasks),
            ip_rules: Some(addresses),
            subnets: self.subnets.then_some(subnets),
        }
    }

    /// The properties that bring a body to these rules; empty where it has them.
    pub(crate) fn write(&self, wish: &Rules, body: &Json) -> Json {
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

    fn write_addresses(&self, wish: &Rules, now: &Rules, acl: &mut Json, written: &mut Json) {
        let Some(wanted) = &wish.ip_rules else { return };
        if keys(wanted) == keys(&now.ip_rules.clone().unwrap_or_default()) {
            return;
        }
        if self.addresses == Addresses::Allowlist {
            written["ipAllowlist"] = json!(wanted);
            return;
        }
        let before = acl["ipRules"].take();
        let action = json!({ "action": "Allow" });
        let fresh = if self.addresses == Addresses::Actions { action } else { json!({}) };
        let rule = |it: &String| kept(&before, "value", it, fresh.clone());
        acl["ipRules"] = wanted.iter().map(rule).collect();
    }

    /// Who can reach the resource: everybody, some networks, a perimeter, or private endpoints.
    pub(crate) fn exposure(&self, body: &Json) -> &'static str {
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
pub(crate) fn keys(texts: &BTreeSet<String>) -> BTreeSet<String> {
    texts.iter().map(|text| key(text)).collect()
}

fn key(text: &str) -> String {
    text.strip_suffix("/32").unwrap_or(text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(ty: &str) -> &'static Kind {
        KINDS.iter().find(|kind| kind.ty.ends_with(ty)).unwrap()
    }

    fn set(texts: &[&str]) -> Option<BTreeSet<String>> {
        Some(texts.iter().map(|text| (*text).to_owned()).collect())
    }

    #[test]
    fn each_kind_reads_what_it_was_written() {
        for kind in KINDS {
            let lacks = kind.lacks();
            let has = |name| !lacks.contains(&name);
            let wish = Rules {
                default_action: has("default_action").then(|| "Deny".to_owned()),
                bypass: has("bypass").then(|| set(&["AzureServices"])).flatten(),
                bypass_for_tasks: has("bypass_for_tasks").then_some(true),
                ip_rules: set(&["1.2.3.4", "5.6.7.0/24"]),
                subnets: has("virtual_network_subnet_ids").then(|| set(&["/s/a"])).flatten(),
            };
            let body = json!({"properties": kind.write(&wish, &json!({"properties": {}}))});
            assert_eq!(kind.read(&body), wish, "{}", kind.ty);
            assert_eq!(kind.write(&wish, &body), json!({}), "{}", kind.ty);
        }
    }

    #[test]
    fn rules_that_are_not_ours_stay() {
        let live = json!({"properties": {"networkAcls": {
            "defaultAction": "Allow", "resourceAccessRules": [1],
            "ipRules": [{"value": "9.9.9.9", "action": "Allow"}],
        }}});
        let wish = Rules { bypass: set(&["Metrics", "AzureServices"]), ..Rules::default() };
        let written = kind("storageAccounts").write(&wish, &live);
        let mut expected = live["properties"]["networkAcls"].clone();
        expected["bypass"] = json!("AzureServices, Metrics");
        assert_eq!(written, json!({ "networkAcls": expected }));
    }

    #[test]
    fn rules_that_stay_keep_their_members() {
        let subnet = json!({"id": "/S/a", "ignoreMissingVnetServiceEndpoint": true});
        let address = json!({"value": "1.2.3.4/32", "note": "theirs"});
        let live = json!({"properties": {"networkAcls": {
            "defaultAction": "Deny", "virtualNetworkRules": [subnet], "ipRules": [address],
        }}});
        let (subnets, ip_rules) = (set(&["/s/A", "/s/b"]), set(&["1.2.3.4", "5.6.7.8"]));
        let wish = Rules { subnets, ip_rules, ..Rules::default() };
        let acl = kind("accounts").write(&wish, &live)["networkAcls"].take();
        assert_eq!(acl["virtualNetworkRules"], json!([subnet, {"id": "/s/b"}]));
        assert_eq!(acl["ipRules"], json!([address, {"value": "5.6.7.8"}]));
    }

    #[test]
    fn exposure_takes_both_gates_into_account() {
        let check = |ty, properties: Json, expected| {
            let body = json!({ "properties": properties });
            assert_eq!(kind(ty).exposure(&body), expected, "{body}");
        };
        check("storageAccounts", json!({}), "public");
        check(
            "storageAccounts",
            json!({"networkAcls": {"defaultAction": "Deny"}}),
            "selected_networks",
        );
        check("storageAccounts", json!({"publicNetworkAccess": "SecuredByPerimeter"}), "perimeter");
        check("vaults", json!({"publicNetworkAccess": "disabled"}), "private_only");
        check(
            "searchServices",
            json!({"networkRuleSet": {"ipRules": [{"value": "1.1.1.1"}]}}),
            "selected_networks",
        );
    }

    #[test]
    fn one_address_is_a_range_of_one() {
        let live = json!({"properties": {"networkAcls": {"ipRules": [{"value": "1.2.3.4/32"}]}}});
        let wish = Rules { ip_rules: set(&["1.2.3.4"]), ..Rules::default() };
        assert_eq!(kind("vaults").write(&wish, &live), json!({}));
    }
}

//! Who can reach a private link target over its public address.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::page::read::{list, word};
use crate::world::World;

/// Who can reach a target, beside its private endpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::page) enum Exposure {
    /// Any address of the internet.
    Open,
    /// The addresses and subnets of its network rules.
    Selected,
    /// The members and rules of its network security perimeter.
    Perimeter,
    /// Its approved private endpoints.
    Private,
    /// Nothing: the public address is closed, and no private endpoint is approved.
    Closed,
    /// Not known, because the type has no public network access flag.
    Unknown,
}

impl Exposure {
    /// The words for it.
    pub(in crate::page) fn words(self) -> &'static str {
        match self {
            Self::Open => "open to the internet",
            Self::Selected => "selected networks",
            Self::Perimeter => "network security perimeter",
            Self::Private => "private",
            Self::Closed => "closed, no private endpoint",
            Self::Unknown => "no public access flag",
        }
    }

    /// The class that colors it.
    pub(in crate::page) fn class(self) -> &'static str {
        match self {
            Self::Open => "bad",
            Self::Selected => "warn",
            Self::Perimeter => "info",
            Self::Private => "good",
            Self::Closed | Self::Unknown => "plain",
        }
    }
}

/// The access modes of the network security perimeters, by the lower-case ID of the member.
pub(super) struct Perimeters(BTreeMap<String, String>);

impl Perimeters {
    pub(super) fn of(world: &World) -> Self {
        let kind = "Microsoft.Network/networkSecurityPerimeters/resourceAssociations";
        let modes = world.store.of_type(kind).map(|one| {
            let member = word(&one.body, "/properties/privateLinkResource/id");
            (member.to_ascii_lowercase(), one.text("accessMode").to_owned())
        });
        Self(modes.collect())
    }
}

/// Judges a target as the provider's `exposure` attribute does: by the perimeter, then the flag,
/// then the network rules.
pub(super) fn of(target: &Value, perimeters: &Perimeters) -> Exposure {
    let mode = perimeters.0.get(&word(target, "/id").to_ascii_lowercase());
    let flag = flag(target);
    if mode.is_some_and(|mode| mode.eq_ignore_ascii_case("Enforced")) {
        return Exposure::Perimeter;
    }
    match flag.to_ascii_lowercase().as_str() {
        "" => Exposure::Unknown,
        "securedbyperimeter" if mode.is_some() => Exposure::Perimeter,
        "disabled" | "securedbyperimeter" if has_endpoint(target) => Exposure::Private,
        "disabled" | "securedbyperimeter" => Exposure::Closed,
        _ if is_selective(&target["properties"]) => Exposure::Selected,
        _ => Exposure::Open,
    }
}

/// Returns the public network access flag. A flag that was never set is on.
fn flag(target: &Value) -> &str {
    // A scope of Azure Monitor has access modes instead of a flag.
    if word(target, "/type").eq_ignore_ascii_case("microsoft.insights/privateLinkScopes") {
        return "";
    }
    let found = ["/properties/publicNetworkAccess", "/properties/network/publicNetworkAccess"];
    let found = found.iter().find_map(|pointer| target.pointer(pointer));
    match found {
        Some(Value::Bool(false)) => "Disabled",
        Some(value) => value.as_str().unwrap_or("Enabled"),
        None => "Enabled",
    }
}

fn has_endpoint(target: &Value) -> bool {
    list(target, "/properties/privateEndpointConnections").any(|connection| {
        word(connection, super::super::read::STATUS).eq_ignore_ascii_case("Approved")
    })
}

/// Returns `true` if network rules limit the public address. A type without a default action is
/// limited by any rule.
fn is_selective(properties: &Value) -> bool {
    let rules = ["networkAcls", "networkRuleSet"].iter().map(|name| &properties[*name]);
    let rules: Vec<&Value> = rules.filter(|rules| rules.is_object()).collect();
    if let Some(action) = rules.iter().find_map(|rules| rules["defaultAction"].as_str()) {
        return action.eq_ignore_ascii_case("Deny");
    }
    let lists = ["ipRules", "virtualNetworkRules", "ipAllowlist"];
    let is_listed = |holder: &Value| {
        lists.iter().any(|name| holder[*name].as_array().is_some_and(|list| !list.is_empty()))
    };
    is_listed(properties) || rules.into_iter().any(is_listed)
}

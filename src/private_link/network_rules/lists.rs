//! Lists of addresses and IDs beside a flag: how a service writes them, and when two are the same.

use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// How a service lists addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AddressRules {
    /// The property of the list.
    pub(super) list: &'static str,
    /// The member of an entry that is the address; `None` where the entry is.
    pub(super) member: Option<&'static str>,
    /// Whether an entry has an action too.
    pub(super) action: bool,
    /// The longest prefix that a range may have. Where it is shorter than 32, a single address is
    /// written without one.
    pub(super) longest_prefix: u8,
    /// The only API version that has the list, where that is a preview.
    pub(super) api_version: Option<&'static str>,
}

impl AddressRules {
    /// The list of these addresses, with what the entries have that are there already.
    pub(super) fn write(self, wanted: &BTreeSet<String>, before: &Json) -> Json {
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
pub(super) fn kept(before: &Json, member: &str, wanted: &str, mut fresh: Json) -> Json {
    fresh[member] = json!(wanted);
    let mut rules = before.as_array().into_iter().flatten();
    let same = |rule: &&Json| rule[member].as_str().is_some_and(|it| key(it) == key(wanted));
    rules.find(same).cloned().unwrap_or(fresh)
}

/// The texts of a list, or of a member of its entries.
pub(super) fn texts(list: &Json, member: Option<&str>) -> BTreeSet<String> {
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

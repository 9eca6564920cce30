//! Lists of addresses and IDs in network rules: their form, and their comparison.

use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// Form of a service's address list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AddressRules {
    /// Property of the list.
    pub(super) list: &'static str,
    /// Member of an entry with the address; `None` if the entry is the address.
    pub(super) member: Option<&'static str>,
    /// If `true`, an entry also has an action.
    pub(super) action: bool,
    /// Longest prefix of a range. If it is shorter than 32, a single address is written without a
    /// prefix.
    pub(super) longest_prefix: u8,
    /// API version of the list, if only a preview version has it.
    pub(super) api_version: Option<&'static str>,
}

impl AddressRules {
    /// Returns the list of these addresses. Existing entries keep their members.
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

/// Returns the existing rule with all its members, or a new one.
pub(super) fn kept(before: &Json, member: &str, wanted: &str, mut fresh: Json) -> Json {
    fresh[member] = json!(wanted);
    let mut rules = before.as_array().into_iter().flatten();
    let same = |rule: &&Json| rule[member].as_str().is_some_and(|it| key(it) == key(wanted));
    rules.find(same).cloned().unwrap_or(fresh)
}

/// Returns the strings of a list, or of a member of its entries.
pub(super) fn texts(list: &Json, member: Option<&str>) -> BTreeSet<String> {
    let items = list.as_array().into_iter().flatten();
    let text = |item: &Json| match member {
        Some(member) => item[member].as_str().map(str::to_owned),
        None => item.as_str().map(str::to_owned),
    };
    items.filter_map(text).collect()
}

/// Returns addresses and IDs in the form in which Azure compares them: without case, one address
/// equals a range of one, and the host bits of a range do not matter.
pub fn keys(texts: &BTreeSet<String>) -> BTreeSet<String> {
    texts.iter().map(|text| key(text)).collect()
}

fn key(text: &str) -> String {
    network(text).unwrap_or_else(|| text.strip_suffix("/32").unwrap_or(text).to_lowercase())
}

/// Returns a range of several IPv4 addresses with its host bits cleared.
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
    fn addresses_are_compared_by_the_range_they_cover() {
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

//! Public addresses that network rules allow.

use crate::private_link::network_rules;
use plugin::value::Value;
use std::collections::BTreeSet;

/// Checks that a text is a public IPv4 address, or a range of public addresses in CIDR notation.
pub(crate) fn address(text: &str) -> Result<(), String> {
    let (address, length) = text.split_once('/').unwrap_or((text, "32"));
    let wrong =
        || format!("{text:?} is neither an IPv4 address nor a range such as \"203.0.113.0/24\".");
    let address: std::net::Ipv4Addr = address.parse().map_err(|_| wrong())?;
    let length: u8 = length.parse().map_err(|_| wrong())?;
    if length > 32 {
        return Err(wrong());
    }
    if address.is_private() || address.is_loopback() || address.is_link_local() {
        return Err(format!("{text:?} is not public. Set public addresses only."));
    }
    Ok(())
}

/// Returns `true` if Azure treats two sets of addresses as equal.
pub(crate) fn same_addresses(left: &Value, right: &Value) -> bool {
    let set = |value: &Value| -> Option<BTreeSet<String>> {
        value.as_list()?.iter().map(|it| it.as_str().map(str::to_owned)).collect()
    };
    match (set(left), set(right)) {
        (Some(left), Some(right)) => network_rules::keys(&left) == network_rules::keys(&right),
        _ => false,
    }
}

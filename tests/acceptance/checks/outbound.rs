//! Checks of outbound rules of managed networks.

use super::{CheckCase, each_is_reported};
use crate::outbound_rules::{NAMED, RULE, in_mode, network};
use crate::pieces;

#[test]
fn unsupported_outbound_rules_are_reported() {
    each_is_reported(&cases());
}

pub fn cases() -> Vec<CheckCase> {
    let approved = pieces::with(RULE, "  approve = true\n");
    vec![
        CheckCase::in_azure(
            "AAI028",
            NAMED,
            |cloud| in_mode(cloud, "AllowInternetOutbound"),
            "supports only rules to private endpoints",
        )
        .given(network),
        CheckCase::of(
            "AAI029",
            &approved,
            "approve = true",
            "approve = false",
            "cannot approve connections to \"airefstorage\"",
        )
        .given(network)
        .only_warns(),
    ]
}

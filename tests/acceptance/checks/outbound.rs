//! Of outbound rules of managed networks.

use super::{Story, each_is_told};
use crate::outbound_rules::{NAMED, RULE, in_mode, network};
use crate::pieces;

#[test]
fn of_outbound_rules() {
    each_is_told(&stories());
}

pub fn stories() -> Vec<Story> {
    let approved = pieces::with(RULE, "  approve = true\n");
    vec![
        Story::in_azure(
            "AAI028",
            NAMED,
            |cloud| in_mode(cloud, "AllowInternetOutbound"),
            "supports only rules to private endpoints",
        )
        .given(network),
        Story::of(
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

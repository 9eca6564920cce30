//! Limits of the network rules beside a public network access flag.

use super::catalogue;

/// Published limits of a service's network rules.
#[derive(Debug, Default)]
pub struct RuleLimits {
    /// Maximum number of allowed addresses and ranges.
    pub addresses: Option<usize>,
    /// Maximum number of allowed subnets.
    pub subnets: Option<usize>,
    /// Kinds of resources that support a bypass for Azure services. Empty if all do.
    pub bypass_kinds: Vec<&'static str>,
}

impl RuleLimits {
    /// Returns the limits of a type.
    pub(super) fn of(ty: &str) -> Self {
        let row = catalogue::rule_limits().find(|row| row.cell("type") == ty);
        row.map_or_else(Self::default, |row| {
            let kinds = row.cell("bypass_kinds").split(' ').filter(|kind| !kind.is_empty());
            Self {
                addresses: row.cell("most_addresses").parse().ok(),
                subnets: row.cell("most_subnets").parse().ok(),
                bypass_kinds: kinds.collect(),
            }
        })
    }
}

//! What a service limits of the rules beside its public network access flag.

use super::catalogue;

/// What a service limits of its rules, as far as that is published.
#[derive(Debug, Default)]
pub struct RuleLimits {
    /// The most addresses and ranges that may come in.
    pub addresses: Option<usize>,
    /// The most subnets that may come in.
    pub subnets: Option<usize>,
    /// The kinds of its resources that let services of Azure pass; empty where all do.
    pub bypass_kinds: Vec<&'static str>,
}

impl RuleLimits {
    /// The limits of a type.
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

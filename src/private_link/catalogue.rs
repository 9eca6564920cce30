//! The catalogue of private link targets: the project's data files, and how a row of them is read.
//!
//! `types.tsv` has a row for each type of resource, `groups.tsv` a row for each type and group ID.
//! A cell of zones lists `suffix>zone` pairs: the public DNS suffix of the group's names, and the
//! private zone that answers for them. A `?` before a pair marks a zone that not every resource of
//! the type needs. A label in braces, such as `{regionName}`, stands for one label of a name. An
//! empty cell says that nothing is published for that cloud, not that there is nothing.

/// A row of a data file, with the names of its columns.
pub struct Row(Vec<(&'static str, &'static str)>);

impl Row {
    /// The cell in that column; empty where there is none.
    pub fn cell(&self, column: &str) -> &'static str {
        self.0.iter().find(|(name, _)| *name == column).map_or("", |(_, cell)| cell)
    }

    /// The cell in that column, unless it is empty.
    pub fn given(&self, column: &str) -> Option<&'static str> {
        Some(self.cell(column)).filter(|cell| !cell.is_empty())
    }
}

/// The types: `type`, `label`, `api_version` of the resource and its private link resources,
/// `connections_api_version` of its private endpoint connections, `status`, what it is to a
/// workspace and where that names it, what it needs and, where connections of a Foundry account
/// name it as a store, its `foundry_role` with the group that agents need.
pub fn types() -> impl Iterator<Item = Row> {
    rows(include_str!("catalogue/types.tsv"))
}

/// The groups: `type`, `group` (`?` where it is not known, `{name}` where the caller names it, `-`
/// where the type takes none), `skus`, the zones and the confidence per cloud, `min_addresses`, and
/// the source of the row.
pub fn groups() -> impl Iterator<Item = Row> {
    rows(include_str!("catalogue/groups.tsv"))
}

/// The public network access flags: `type`, `api_version`, the `flags` and their `values`, whether
/// they are `boolean`, the `method` (PATCH where it is empty), whether the type shows its
/// `perimeters`, where the `rules` beside the flags stand and what they have, the `order` that the
/// service demands, why the flag is `refused`, and the source of the row.
pub fn public_access() -> impl Iterator<Item = Row> {
    rows(include_str!("catalogue/public_access.tsv"))
}

/// What the services limit of those rules: `type`, the `most_addresses` and `most_subnets` that may
/// come in, the `bypass_kinds` of resources that let services of Azure pass (empty where all do),
/// and the source of the row.
pub fn rule_limits() -> impl Iterator<Item = Row> {
    rows(include_str!("catalogue/rule_limits.tsv"))
}

/// The rows of tab-separated text, whose first line names the columns.
fn rows(text: &'static str) -> impl Iterator<Item = Row> {
    let mut lines = text.lines();
    let names: Vec<_> = lines.next().unwrap_or_default().split('\t').collect();
    lines.map(move |line| Row(names.iter().copied().zip(line.split('\t')).collect()))
}

//! Catalog of private link targets: the project's data files, and how to read a row of them.
//!
//! `types.tsv` has a row for each resource type, `groups.tsv` a row for each type and group ID. A
//! cell of zones lists `suffix>zone` pairs: the public DNS suffix of the group's names, and the
//! private zone that answers for them. A `?` before a pair marks a zone that not every resource of
//! the type needs. A label in braces, such as `{regionName}`, stands for one label of a name. An
//! empty cell means that nothing is published for the cloud, not that the cloud lacks the service.

/// A row of a data file, with the names of its columns.
pub struct Row(Vec<(&'static str, &'static str)>);

impl Row {
    /// Returns the cell in a column, or an empty string.
    pub fn cell(&self, column: &str) -> &'static str {
        self.0.iter().find(|(name, _)| *name == column).map_or("", |(_, cell)| cell)
    }

    /// Returns the cell in a column, unless it is empty.
    pub fn given(&self, column: &str) -> Option<&'static str> {
        Some(self.cell(column)).filter(|cell| !cell.is_empty())
    }
}

/// Reads the types. Columns: `type`, `label`, `api_version` of the resource and its private link
/// resources, `connections_api_version` of its private endpoint connections, `status`, the role for
/// a workspace and the property or connection that refers to it, the requirements and, for a store
/// of Foundry connections, `foundry_role` with the group that agents need.
pub fn types() -> impl Iterator<Item = Row> {
    rows(include_str!("catalogue/types.tsv"))
}

/// Reads the groups. Columns: `type`, `group` (`?` if unknown, `{name}` if the caller chooses it,
/// `-` if the type has none), `skus`, the zones and the confidence per cloud, `min_addresses`, and
/// the source of the row.
pub fn groups() -> impl Iterator<Item = Row> {
    rows(include_str!("catalogue/groups.tsv"))
}

/// Reads the public network access flags. Columns: `type`, `api_version`, the `flags` and their
/// `values`, whether they are `boolean`, the `method` (PATCH if empty), whether the type shows its
/// `perimeters`, the place of the network `rules` and their members, the published limits of the
/// rules (`most_addresses`, `most_subnets`, and `bypass_kinds`), the required `order`, why the
/// provider does not write the flag (`refused`), and the source of the row.
pub fn public_access() -> impl Iterator<Item = Row> {
    rows(include_str!("catalogue/public_access.tsv"))
}

/// Returns the rows of tab-separated text. The first line names the columns.
fn rows(text: &'static str) -> impl Iterator<Item = Row> {
    let mut lines = text.lines();
    let names: Vec<_> = lines.next().unwrap_or_default().split('\t').collect();
    lines.map(move |line| Row(names.iter().copied().zip(line.split('\t')).collect()))
}

//! Private DNS zones, and the public DNS suffixes that each zone answers for.

/// A public DNS suffix, and the private zone that answers for it. A label in braces stands for one
/// label of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DnsSuffix {
    /// What public names end in; empty where that is not published.
    pub public: &'static str,
    /// The private zone.
    pub zone: &'static str,
    /// Whether every resource with the group needs the zone.
    pub required: bool,
}

impl DnsSuffix {
    /// Reads a cell of the catalogue.
    pub(super) fn parse(cell: &'static str) -> impl Iterator<Item = Self> {
        cell.split(' ').filter_map(|pair| {
            let optional = pair.strip_prefix('?');
            let (public, zone) = optional.unwrap_or(pair).split_once('>')?;
            Some(Self { public, zone, required: optional.is_none() })
        })
    }

    /// The zone and the record in it that answer for a public name, in lower case.
    pub fn answer(&self, name: &str) -> Option<(String, String)> {
        // Most suffixes are of other services: that is seen by their ends.
        let end = self.public.rsplit('}').next().unwrap_or_default();
        if !name.ends_with(end) {
            return None;
        }
        let (name, suffix): (Vec<_>, Vec<_>) =
            (name.split('.').collect(), self.public.split('.').collect());
        let record = name.len().checked_sub(suffix.len()).filter(|left| *left > 0)?;
        let (record, tail) = name.split_at(record);
        let mut zone = self.zone.to_owned();
        for (pattern, label) in suffix.into_iter().zip(tail) {
            if pattern.starts_with('{') {
                zone = zone.replace(pattern, label);
            } else if pattern != *label {
                return None;
            }
        }
        // `x.privatelink.azurecr.io` is no record of `azurecr.io`.
        let record = record.join(".");
        Some((zone, record.strip_suffix(".privatelink").unwrap_or(&record).to_owned()))
    }
}

/// Whether a zone has the name that a pattern of the catalogue describes, in any casing.
pub fn is_zone(pattern: &str, name: &str) -> bool {
    let alike = |(pattern, label): (&str, &str)| {
        pattern.starts_with('{') || pattern.eq_ignore_ascii_case(label)
    };
    pattern.split('.').count() == name.split('.').count()
        && pattern.split('.').zip(name.split('.')).all(alike)
}

/// Whether a zone of that name is one of private link, of whatever service.
pub fn is_private_link_zone(name: &str) -> bool {
    name.split('.').any(|label| {
        // Azure Virtual Desktop has `privatelink-global.wvd.microsoft.com`.
        ["privatelink", "privatelink-global"].iter().any(|it| label.eq_ignore_ascii_case(it))
    })
}

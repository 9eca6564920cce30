//! Private DNS zones and the public DNS suffixes that they answer for.

/// A public DNS suffix and the private zone that answers for it. A label in braces stands for one
/// label of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DnsSuffix {
    /// Suffix of public names. Empty if not published.
    pub public: &'static str,
    /// Name of the private zone.
    pub zone: &'static str,
    /// If `true`, every resource with the group needs the zone.
    pub required: bool,
}

impl DnsSuffix {
    /// Reads a cell of the catalog.
    pub(super) fn parse(cell: &'static str) -> impl Iterator<Item = Self> {
        cell.split(' ').filter_map(|pair| {
            let optional = pair.strip_prefix('?');
            let (public, zone) = optional.unwrap_or(pair).split_once('>')?;
            Some(Self { public, zone, required: optional.is_none() })
        })
    }

    /// Returns the zone and the record in it that answer for a public name in lower case.
    pub fn answer(&self, name: &str) -> Option<(String, String)> {
        // Comparing the ends first skips most suffixes quickly.
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
        // `x.privatelink.azurecr.io` is not a record of `azurecr.io`.
        let record = record.join(".");
        Some((zone, record.strip_suffix(".privatelink").unwrap_or(&record).to_owned()))
    }
}

/// Returns `true` if a zone's name matches a pattern of the catalog, in any case.
pub fn is_zone(pattern: &str, name: &str) -> bool {
    let alike = |(pattern, label): (&str, &str)| {
        pattern.starts_with('{') || pattern.eq_ignore_ascii_case(label)
    };
    pattern.split('.').count() == name.split('.').count()
        && pattern.split('.').zip(name.split('.')).all(alike)
}

/// Returns `true` if the name is that of a private link zone of any service.
pub fn is_private_link_zone(name: &str) -> bool {
    name.split('.').any(|label| {
        // Azure Virtual Desktop has `privatelink-global.wvd.microsoft.com`.
        ["privatelink", "privatelink-global"].iter().any(|it| label.eq_ignore_ascii_case(it))
    })
}

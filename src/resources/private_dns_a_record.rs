//! `azureai_private_dns_a_record`

use crate::arm::{ArmResource, Create, Home, Kind, Live};
use crate::check;
use crate::in_zone::{self, ZONE};
use crate::moves::Former;
use crate::wire::{Plain, Tags};
use azure::id::ResourceId;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::field::{Computed, OptionalComputed};
use plugin::model::Model;
use plugin::schema::Check;
use plugin::timeouts::Timeouts;
use plugin::value::Value;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// Manages the addresses of a name in a private DNS zone, where no zone group of a private endpoint
/// does: for a DNS of one's own, or for a zone that another team keeps.
#[derive(Model, Clone, Debug)]
pub struct PrivateDnsARecord {
    /// The record set's ID.
    #[tf(same = check::same_id)]
    id: Computed<String>,
    /// Name in the zone, such as `www`; `@` is the zone itself, and `*` as the first label is any
    /// name that has no records of its own.
    #[tf(replace, check = Check::text(name), same = check::same_name)]
    name: String,
    /// ID of the zone. Required, unless `zone_name` and `resource_group_name` are given.
    #[tf(replace, check = check::id_of(&[ZONE]), same = check::same_id)]
    private_dns_zone_id: OptionalComputed<String>,
    /// Name of the zone, with `resource_group_name` instead of `private_dns_zone_id`, as azurerm
    /// had it before version 5. The zone is then in the provider's own subscription.
    #[tf(replace, check = check::zone_name(), same = check::same_name)]
    zone_name: OptionalComputed<String>,
    /// Name of the zone's resource group; with `zone_name` only.
    #[tf(replace, check = check::resource_group(), same = check::same_name)]
    resource_group_name: OptionalComputed<String>,
    /// Seconds that resolvers may keep the addresses.
    #[tf(check = check::between(0, i64::from(i32::MAX)))]
    ttl: i64,
    /// One to twenty IPv4 addresses.
    #[tf(check = Check::new(count), check = Check::text(address).each())]
    records: BTreeSet<String>,
    /// Tags of the record set. Azure keeps them as its metadata, so the provider's `default_tags`
    /// do not come in addition.
    #[tf(check = check::tags())]
    tags: Option<Tags>,
    /// Whether a record set of that name that exists already is overwritten. Without it, it is left
    /// as it is, and the creation fails.
    #[tf(default = false)]
    overwrite_existing: bool,
    /// What becomes of the record set when this resource is destroyed: `delete`, or `retain` to
    /// leave it in the zone.
    #[tf(default = "delete", check = check::one_of(&["delete", "retain"]))]
    on_destroy: String,
    /// Whole name, with a dot at its end.
    fqdn: Computed<String>,
}

impl ArmResource for PrivateDnsARecord {
    const NAME: &'static str = "azureai_private_dns_a_record";
    const KIND: Kind = Kind {
        ty: "Microsoft.Network/privateDnsZones/A",
        api: "2024-06-01",
        label: "DNS record set",
        create: Create::Conditional,
    };
    const TIMEOUTS: Timeouts = Timeouts::minutes(30);
    // Most records of a zone are written by zone groups: one alone is not worth their list.
    const READ_ALONG: Option<usize> = Some(2);
    const AZURERM: &'static [Former] = &[Former::all("azurerm_private_dns_a_record")];

    type Body = Plain<Properties>;

    fn id(&mut self) -> &mut Computed<String> {
        &mut self.id
    }

    fn place(&self, home: &Home) -> Result<ResourceId, Diagnostic> {
        let (name, group) = (&self.zone_name, &self.resource_group_name);
        let zone = in_zone::zone(home, &self.private_dns_zone_id, name, group)?;
        Ok(zone.child("A", &self.name))
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        let names = in_zone::Names {
            id: &mut self.private_dns_zone_id,
            name: &mut self.zone_name,
            group: &mut self.resource_group_name,
        };
        names.locate(id);
    }

    fn write(&self, live: Option<&Self::Body>) -> Self::Body {
        let own = self.tags.iter().flatten();
        let own = own.map(|(key, value)| (key.clone(), Some(value.clone())));
        // What Azure has and the configuration has not is removed, key by key.
        let gone = live.into_iter().flat_map(|live| live.properties.metadata.iter().flatten());
        let gone = gone.map(|(key, _)| (key.clone(), None));
        let metadata: BTreeMap<_, _> = gone.chain(own).collect();
        Plain {
            properties: Properties {
                ttl: self.ttl,
                metadata: (!metadata.is_empty()).then_some(metadata),
                fqdn: None,
                a_records: self.records(live),
            },
        }
    }

    fn read(&mut self, live: &Live<Self::Body>) {
        let properties = &live.body.properties;
        self.ttl = properties.ttl;
        let metadata = properties.metadata.iter().flatten();
        let tags: Tags =
            metadata.filter_map(|(key, value)| Some((key.clone(), value.clone()?))).collect();
        self.tags = (!tags.is_empty()).then_some(tags);
        let records = properties.a_records.iter();
        self.records = records.map(|record| record.ipv4_address.clone()).collect();
        self.fqdn.set(properties.fqdn.clone());
    }

    fn validate(config: &Value) -> Diagnostics {
        in_zone::validate(config, "zone_name")
    }

    fn adopts(&self) -> bool {
        self.overwrite_existing
    }

    fn stays(&self) -> bool {
        self.on_destroy == "retain"
    }
}

impl PrivateDnsARecord {
    /// The addresses in the order that Azure has them, where they are the same: order says nothing.
    fn records(&self, live: Option<&Plain<Properties>>) -> Vec<Record> {
        let live = live.map(|live| live.properties.a_records.as_slice()).unwrap_or_default();
        let there: BTreeSet<&str> = live.iter().map(|it| it.ipv4_address.as_str()).collect();
        if live.len() == self.records.len() && self.records.iter().all(|it| there.contains(&**it)) {
            return live.to_vec();
        }
        let record = |address: &String| Record { ipv4_address: address.clone() };
        self.records.iter().map(record).collect()
    }
}

/// Properties of an A record set.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Properties {
    ttl: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<BTreeMap<String, Option<String>>>,
    #[serde(skip_serializing)]
    fqdn: Option<String>,
    a_records: Vec<Record>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Record {
    ipv4_address: String,
}

/// Labels of letters, digits, `-` and `_` with dots between; `*` as the first; or `@`.
fn name(text: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let plain = |label: &str| (1..=63).contains(&label.len()) && label.chars().all(allowed);
    let label = |(index, label): (usize, &str)| index == 0 && label == "*" || plain(label);
    if text == "@" || text.len() <= 253 && text.split('.').enumerate().all(label) {
        return Ok(());
    }
    Err(format!(
        "{text:?} is no name in a zone: labels of 1 to 63 letters, digits, `-` and `_` with dots \
         between, without the zone's name; `*` as the first label, or `@` for the zone itself."
    ))
}

fn count(value: &Value) -> Result<(), String> {
    match value.as_list().map_or(0, <[Value]>::len) {
        1..=20 => Ok(()),
        count => Err(format!("There are {count} addresses; Azure allows 1 to 20 in a record set.")),
    }
}

fn address(text: &str) -> Result<(), String> {
    let parsed = text.parse::<Ipv4Addr>();
    parsed.map(|_| ()).map_err(|_| format!("{text:?} is no IPv4 address such as 10.0.1.5."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_azures_rules() {
        let long = "a".repeat(64);
        for good in ["@", "*", "*.inference", "www", "a.b-c.d_e", "9"] {
            assert_eq!(name(good), Ok(()), "{good}");
        }
        for bad in ["", ".", "a.", "a..b", "a.*", "a*", "@.a", "a b", &long] {
            assert!(name(bad).is_err(), "{bad}");
        }
    }
}

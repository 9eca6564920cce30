//! The record set of any type.

use super::record_type::{API, RecordType, segment};
use crate::engine::prelude::*;
use crate::private_link::arm_types::ArmType;
use crate::resources::common::zone_reference::{self, ZONE};
use std::collections::BTreeMap;

/// A record set: the attributes of every type, and those of its own type.
#[derive(Model, Clone, Debug)]
#[tf(description = T::block().description)]
pub struct RecordSet<T: RecordType> {
    /// ID of the record set.
    #[tf(id, same = validators::same_id)]
    id: Computed<String>,
    /// Name of the record set in the zone, such as `www`. `@` is the zone itself. `*` as the first
    /// label matches every name without records.
    #[tf(replace, check = Check::text(name), same = validators::same_name)]
    name: String,
    /// ID of the private DNS zone. Required unless `zone_name` and `resource_group_name` are set.
    #[tf(replace, check = validators::id_of(&[ZONE]), same = validators::same_id)]
    private_dns_zone_id: OptionalComputed<String>,
    /// Name of the private DNS zone in the provider's subscription, as in azurerm before version 5.
    /// Use it with `resource_group_name` instead of `private_dns_zone_id`.
    #[tf(replace, check = validators::zone_name(), same = validators::same_name)]
    zone_name: OptionalComputed<String>,
    /// Name of the zone's resource group. Use it with `zone_name`.
    #[tf(replace, check = validators::resource_group(), same = validators::same_name)]
    resource_group_name: OptionalComputed<String>,
    /// Time to live of the records, in seconds.
    #[tf(check = validators::between(0, i64::from(i32::MAX)))]
    ttl: i64,
    /// Map of tags of the record set. Azure stores the tags as metadata of the record set, so the
    /// provider does not add its `default_tags`.
    #[tf(default = Value::map([]), check = validators::tags())]
    tags: Option<Tags>,
    /// If `true`, overwrites an existing record set of the same name instead of failing.
    #[tf(default = false)]
    overwrite_existing: bool,
    /// What to do with the record set when this resource is destroyed. Possible values are
    /// `delete`, and `retain`, which leaves the record set in the zone.
    #[tf(default = "delete", check = validators::one_of(&["delete", "retain"]))]
    on_destroy: String,
    /// Fully qualified domain name of the record set, with a trailing dot.
    #[tf(same = validators::same_name)]
    fqdn: Computed<String>,
    #[tf(flatten)]
    values: T,
}

/// Properties of a record set.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Properties<W> {
    ttl: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<BTreeMap<String, Option<String>>>,
    #[serde(skip_serializing)]
    fqdn: Option<String>,
    #[serde(flatten)]
    values: W,
}

impl<T: RecordType> ArmResource for RecordSet<T> {
    const NAME: &'static str = T::NAME;
    const TYPE: ResourceType = ResourceType {
        create: Create::Conditional,
        ..ResourceType::new(ArmType { name: T::TYPE, api_version: API }, "DNS record set")
    };
    const TIMEOUTS: Timeouts = Timeouts::minutes(30);
    // Zone groups write most records of a zone, so a single record does not justify listing the
    // zone.
    const LIST_FROM: Option<usize> = Some(2);
    const AZURERM: &'static [AzurermType] = T::AZURERM;

    type Body = Plain<Properties<T::Wire>>;

    fn resource_id(&self, defaults: &Defaults) -> Result<ResourceId, Diagnostic> {
        let Self { private_dns_zone_id, zone_name, resource_group_name, name, .. } = self;
        let zone =
            zone_reference::zone(defaults, private_dns_zone_id, zone_name, resource_group_name)?;
        Ok(zone.child(segment::<T>(), name))
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        let names = zone_reference::Names {
            id: &mut self.private_dns_zone_id,
            name: &mut self.zone_name,
            group: &mut self.resource_group_name,
        };
        names.locate(id);
    }

    fn write(&self, live: Option<&Self::Body>) -> Self::Body {
        let live = live.map(|live| &live.properties);
        let own = self.tags.iter().flatten();
        let own = own.map(|(key, value)| (key.clone(), Some(value.clone())));
        // Metadata that the configuration lacks are removed key by key.
        let gone = live.into_iter().flat_map(|live| live.metadata.iter().flatten());
        let gone = gone.map(|(key, _)| (key.clone(), None));
        let metadata: BTreeMap<_, _> = gone.chain(own).collect();
        Plain {
            properties: Properties {
                ttl: self.ttl,
                metadata: (!metadata.is_empty()).then_some(metadata),
                fqdn: None,
                values: self.values.write(live.map(|live| &live.values)),
            },
        }
    }

    fn read(&mut self, live: &Live<Self::Body>) -> serde_json::Result<()> {
        let properties = &live.body.properties;
        self.ttl = properties.ttl;
        let metadata = properties.metadata.iter().flatten();
        let tags: Tags =
            metadata.filter_map(|(key, value)| Some((key.clone(), value.clone()?))).collect();
        self.tags = (!tags.is_empty()).then_some(tags);
        self.fqdn.set(properties.fqdn.clone());
        self.values.read(&properties.values);
        Ok(())
    }

    fn validate(config: &Value) -> Diagnostics {
        let mut found = zone_reference::validate(config, "zone_name");
        found.extend(T::validate(config));
        found
    }

    fn check_input(config: &Value, defaults: &Defaults) -> CheckInput {
        let (zone, _) = zone_reference::planned(config, defaults, "zone_name");
        CheckInput { references: zone.into_iter().collect(), ..CheckInput::default() }
    }

    fn attributes_of_error(code: &str) -> Vec<Path> {
        zone_reference::attributes_of_error(code, "zone_name")
    }

    fn prepare(&mut self, _reader: &Reader) -> Pending {
        let Self { private_dns_zone_id, zone_name, name, .. } = self;
        let zone = private_dns_zone_id.get().map(|id| id.rsplit('/').next().unwrap_or(id));
        if let Some(zone) = zone.or(zone_name.get().map(String::as_str)) {
            let host = Some(name.as_str()).filter(|name| *name != "@");
            let fqdn = host.into_iter().chain([zone, ""]).collect::<Vec<_>>().join(".");
            self.fqdn.set(fqdn.to_ascii_lowercase());
        }
        Ok(None)
    }
}

/// Checks a name: labels of letters, digits, `-` and `_`, separated by dots; `*` as the first
/// label; or `@`.
fn name(text: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let plain = |label: &str| (1..=63).contains(&label.len()) && label.chars().all(allowed);
    let label = |(index, label): (usize, &str)| index == 0 && label == "*" || plain(label);
    if text == "@" || text.len() <= 253 && text.split('.').enumerate().all(label) {
        return Ok(());
    }
    Err(format!(
        "{text:?} is not a record name: labels of 1 to 63 letters, digits, `-` and `_` with dots \
         between, without the zone's name; `*` as the first label, or `@` for the zone itself."
    ))
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

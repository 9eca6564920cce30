//! The definition of a record type.

use crate::engine::prelude::*;
use crate::private_link::arm_types::PRIVATE_DNS_ZONE;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// The API version for record sets and their zones.
pub(super) const API: &str = PRIVATE_DNS_ZONE.api_version;

/// A record type. The model has the type's attributes, and its description is that of the resource.
pub trait RecordType: Model + Clone + Debug {
    /// The type name in Terraform, of the resource and of the list.
    const NAME: &'static str;
    /// ARM's name of the type.
    const TYPE: &'static str;
    /// azurerm's types of the record.
    const AZURERM: &'static [AzurermType];
    /// The records in words, such as "A records".
    const LABEL: &'static str;
    /// The description of the list.
    const LIST: &'static str;
    /// The description of the data source.
    const DATA_SOURCE: &'static str;

    /// The property of ARM's record set with the values.
    type Wire: Clone + Debug + Default + Serialize + DeserializeOwned + Send + Sync;

    /// Returns the property that the attributes request. For an update, `live` is the property in
    /// Azure.
    fn write(&self, live: Option<&Self::Wire>) -> Self::Wire;

    /// Sets the attributes from the property in Azure.
    fn read(&mut self, live: &Self::Wire);

    /// Checks rules about attributes of every type. Values can be unknown.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }
}

/// Returns the last part of ARM's name of the type, such as `A`.
pub(super) fn segment<T: RecordType>() -> &'static str {
    T::TYPE.rsplit('/').next().unwrap_or_default()
}

/// Returns the records in Azure if they equal the requested ones, and the requested ones without
/// duplicates otherwise. DNS ignores their order and the spelling that the key leaves out.
pub(super) fn settled<R: Clone, K: Ord>(
    live: Option<&[R]>,
    wanted: Vec<R>,
    key: fn(&R) -> K,
) -> Vec<R> {
    let wanted: BTreeMap<K, R> = wanted.into_iter().map(|it| (key(&it), it)).collect();
    let live = live.unwrap_or_default();
    if live.len() == wanted.len() && live.iter().all(|it| wanted.contains_key(&key(it))) {
        return live.to_vec();
    }
    wanted.into_values().collect()
}

/// Checks the number of records.
pub(super) fn count(value: &Value) -> Result<(), String> {
    match value.as_list().map_or(0, <[Value]>::len) {
        1..=20 => Ok(()),
        count => Err(format!("The record set has {count} records; Azure allows 1 to 20.")),
    }
}

//! What a record type says of itself.

use crate::engine::moves::AzurermType;
use crate::private_link::arm_types::PRIVATE_DNS_ZONE;
use plugin::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// The API version that is spoken with record sets and their zones.
pub(super) const API: &str = PRIVATE_DNS_ZONE.api_version;

/// A record type: the attributes of its own are the model's, whose description is the resource's.
pub trait RecordType: Model + Clone + Debug {
    /// The full type name in Terraform, of the resource and of the list.
    const NAME: &'static str;
    /// ARM's name of the type.
    const TYPE: &'static str;
    /// azurerm's types of it.
    const AZURERM: &'static [AzurermType];
    /// What people call the records.
    const LABEL: &'static str;
    /// What the list does, in a sentence.
    const LIST: &'static str;
    /// What the data source does, in a sentence.
    const DATA_SOURCE: &'static str;

    /// The property of ARM's record set that holds the values.
    type Wire: Clone + Debug + Default + Serialize + DeserializeOwned + Send + Sync;

    /// The property that the attributes ask for; on an update with the one that Azure has.
    fn write(&self, live: Option<&Self::Wire>) -> Self::Wire;

    /// Sets the attributes from the property that Azure has.
    fn read(&mut self, live: &Self::Wire);

    /// Rules of the type that concern other attributes than its own. Values may be unknown.
    fn validate(config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }
}

/// The last part of ARM's name of the type, such as `A`.
pub(super) fn segment<T: RecordType>() -> &'static str {
    T::TYPE.rsplit('/').next().unwrap_or_default()
}

/// The records that Azure has, where they mean what is wanted, and else the wanted ones, each once:
/// order says nothing in DNS, nor does the spelling that the key leaves out.
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

/// That there are as many records as Azure allows.
pub(super) fn count(value: &Value) -> Result<(), String> {
    match value.as_list().map_or(0, <[Value]>::len) {
        1..=20 => Ok(()),
        count => Err(format!("There are {count} records; Azure allows 1 to 20 in a record set.")),
    }
}

//! The list of the record sets of a type.

use super::record_type::{API, RecordType};
use crate::engine::prelude::*;
use crate::private_link::arm_types::{ArmType, PRIVATE_DNS_ZONE};
use crate::resources::common::zone_reference::ZONE;
use std::marker::PhantomData;

/// The filter for record sets of a type.
#[derive(Model)]
#[tf(description = T::LIST)]
pub struct RecordSets<T: RecordType> {
    #[tf(flatten)]
    scope: ListScope,
    /// ID of the private DNS zone to list records of. Azure lists records by zone. If omitted, the
    /// provider sends a request for each zone.
    #[tf(check = validators::id_of(&[ZONE]))]
    private_dns_zone_id: Option<String>,
    #[tf(skip)]
    of: PhantomData<fn() -> T>,
}

impl<T: RecordType> ArmList for RecordSets<T> {
    const NAME: &'static str = T::NAME;
    const LABEL: &'static str = T::LABEL;
    const PARENT: Option<&'static str> = Some("private_dns_zone_id");

    fn sources(&self) -> Vec<Source> {
        let records = ArmType { name: T::TYPE, api_version: API };
        vec![Source::ChildrenOf(PRIVATE_DNS_ZONE, records)]
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        let id = id.canonical(T::TYPE);
        let whole = object["properties"]["fqdn"].as_str().unwrap_or(id.name());
        vec![ListResult { name: whole.trim_end_matches('.').to_owned(), id: id.to_string() }]
    }
}

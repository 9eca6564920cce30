//! The list of the record sets of a type.

use super::record_type::{API, RecordType};
use crate::engine::prelude::*;
use crate::private_link::arm_types::{ArmType, PRIVATE_DNS_ZONE};
use crate::resources::common::zone_reference::ZONE;
use plugin::field::Mismatch;
use std::marker::PhantomData;

/// The filter for record sets of a type.
pub struct RecordSets<T> {
    filter: Filter,
    of: PhantomData<fn() -> T>,
}

/// The scope of the filter.
#[derive(Model, Clone, Debug)]
struct Filter {
    #[tf(flatten)]
    scope: ListScope,
    /// ID of the private DNS zone to list records of. Azure lists records by zone. If omitted, the
    /// provider sends a request for each zone.
    #[tf(check = validators::id_of(&[ZONE]))]
    private_dns_zone_id: Option<String>,
}

impl<T> AsRef<ListScope> for RecordSets<T> {
    fn as_ref(&self) -> &ListScope {
        &self.filter.scope
    }
}

impl<T: RecordType> Model for RecordSets<T> {
    fn block() -> Block {
        Block { description: T::LIST, ..Filter::block() }
    }

    fn decode(value: Value) -> Result<Self, Mismatch> {
        Ok(Self { filter: Filter::decode(value)?, of: PhantomData })
    }

    fn encode(&self) -> Value {
        self.filter.encode()
    }
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

//! The data source of the record sets of a type.

use super::record_set::RecordSet;
use super::record_type::RecordType;
use crate::engine::data_source::child_view::{ChildOf, ChildView};
use crate::resources::common::zone_reference;
use plugin::prelude::*;
use std::marker::PhantomData;

/// The data source.
pub type RecordSetData<T> = ChildOf<Records<T>>;

/// The resource that the data source shows.
#[derive(Clone)]
pub struct Records<T>(PhantomData<fn() -> T>);

impl<T: RecordType> ChildView for Records<T> {
    type Resource = RecordSet<T>;
    const DESCRIPTION: &'static str = T::DATA_SOURCE;
    const NAMED_BY: &'static [&'static str] =
        &["name", "private_dns_zone_id", "zone_name", "resource_group_name"];
    const OMITTED: &'static [&'static str] = &["overwrite_existing", "on_destroy"];

    fn validate(config: &Value) -> Diagnostics {
        zone_reference::validate(config, "zone_name")
    }
}

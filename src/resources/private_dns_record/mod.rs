//! Record sets of private DNS zones, one file for each record type: `azureai_private_dns_a_record`
//! and the others.
//!
//! [`record_set`] is the resource of every type, [`list`] the list, and [`data_source`] the data
//! source. A type defines its values, their representation in ARM, and their rules.

pub mod a;
pub mod aaaa;
pub mod cname;
pub mod data_source;
pub mod list;
pub mod record_set;
pub mod record_type;
pub mod txt;

use self::data_source::RecordSetData;
use self::list::RecordSets;
use self::record_set::RecordSet;
use self::record_type::RecordType;
use crate::client::AzureClient;
use crate::engine::data_source::DataSourceServer;
use crate::engine::list::Listed;
use crate::engine::resource::managed::Managed;
use plugin::data_source::AnyDataSource;
use plugin::list::AnyListResource;
use plugin::resource::AnyResource;
use std::sync::Arc;

/// Returns the resources, lists and data sources of all record types.
pub fn served(azure: &Arc<AzureClient>) -> Vec<Served> {
    vec![
        Served::of::<a::A>(azure),
        Served::of::<aaaa::Aaaa>(azure),
        Served::of::<cname::Cname>(azure),
        Served::of::<txt::Txt>(azure),
    ]
}

/// The resource, list and data source of a record type.
pub struct Served {
    /// The resource.
    pub resource: Box<dyn AnyResource>,
    /// The list.
    pub list: Box<dyn AnyListResource>,
    /// The data source.
    pub data_source: Box<dyn AnyDataSource>,
}

impl Served {
    fn of<T: RecordType>(azure: &Arc<AzureClient>) -> Self {
        Self {
            resource: Box::new(Managed::<RecordSet<T>>::new(azure.clone())),
            list: Box::new(Listed::<RecordSets<T>>::new(azure.clone())),
            data_source: Box::new(DataSourceServer::<RecordSetData<T>>::new(azure.clone())),
        }
    }
}

//! A records: IPv4 addresses.

use super::record_type::{RecordType, count, settled};
use crate::engine::prelude::*;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// Manages an A record set in a private DNS zone.
///
/// Use the resource where no zone group of a private endpoint writes the record: for a custom DNS,
/// or for a zone that another team manages.
#[derive(Model, Clone, Debug)]
pub struct A {
    /// IPv4 addresses of the record set, 1 to 20.
    #[tf(check = Check::new(count), check = Check::text(address).each())]
    records: BTreeSet<String>,
}

/// The property of ARM's record set with the addresses.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Wire {
    a_records: Vec<Address>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Address {
    ipv4_address: String,
}

impl RecordType for A {
    const NAME: &'static str = "azureai_private_dns_a_record";
    const TYPE: &'static str = "Microsoft.Network/privateDnsZones/A";
    const AZURERM: &'static [AzurermType] = &[AzurermType::all("azurerm_private_dns_a_record")];
    const LABEL: &'static str = "A records";
    const LIST: &'static str =
        "Lists A record sets in private DNS zones, including those that zone groups manage.";
    const DATA_SOURCE: &'static str =
        "Reads an A record set in a private DNS zone, regardless of its owner.";

    type Wire = Wire;

    fn write(&self, live: Option<&Wire>) -> Wire {
        let record = |address: &String| Address { ipv4_address: address.clone() };
        let live = live.map(|live| &*live.a_records);
        let wanted = self.records.iter().map(record).collect();
        Wire { a_records: settled(live, wanted, |record| record.ipv4_address.clone()) }
    }

    fn read(&mut self, live: &Wire) {
        self.records = live.a_records.iter().map(|it| it.ipv4_address.clone()).collect();
    }
}

fn address(text: &str) -> Result<(), String> {
    let parsed = text.parse::<Ipv4Addr>();
    parsed.map(|_| ()).map_err(|_| format!("{text:?} is not an IPv4 address such as 10.0.1.5."))
}

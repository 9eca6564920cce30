//! AAAA records: IPv6 addresses.

use super::record_type::{RecordType, count, settled};
use crate::engine::prelude::*;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Manages an AAAA record set in a private DNS zone.
#[derive(Model, Clone, Debug)]
pub struct Aaaa {
    /// IPv6 addresses of the record set, 1 to 20, in any spelling: `2001:db8::1` and
    /// `2001:0db8:0:0::1` are equal.
    #[tf(check = Check::new(count), check = Check::text(address).each(), same = same_addresses)]
    records: BTreeSet<String>,
}

/// The property of ARM's record set with the addresses.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Wire {
    aaaa_records: Vec<Address>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Address {
    ipv6_address: String,
}

impl RecordType for Aaaa {
    const NAME: &'static str = "azureai_private_dns_aaaa_record";
    const TYPE: &'static str = "Microsoft.Network/privateDnsZones/AAAA";
    const AZURERM: &'static [AzurermType] = &[AzurermType::all("azurerm_private_dns_aaaa_record")];
    const LABEL: &'static str = "AAAA records";
    const LIST: &'static str = "Lists AAAA record sets in private DNS zones.";
    const DATA_SOURCE: &'static str =
        "Reads an AAAA record set in a private DNS zone, regardless of its owner.";

    type Wire = Wire;

    fn write(&self, live: Option<&Wire>) -> Wire {
        let record = |address: &String| Address { ipv6_address: address.clone() };
        let live = live.map(|live| &*live.aaaa_records);
        let wanted = self.records.iter().map(record).collect();
        Wire { aaaa_records: settled(live, wanted, |record| spelling(&record.ipv6_address)) }
    }

    fn read(&mut self, live: &Wire) {
        self.records = live.aaaa_records.iter().map(|it| it.ipv6_address.clone()).collect();
    }
}

fn address(text: &str) -> Result<(), String> {
    if text.parse::<Ipv6Addr>().is_ok() {
        return Ok(());
    }
    let hint = match text.parse::<Ipv4Addr>() {
        Ok(_) => " For an IPv4 address, use `azureai_private_dns_a_record`.",
        Err(_) => "",
    };
    Err(format!("{text:?} is not an IPv6 address such as 2001:db8::1.{hint}"))
}

/// Returns an address in the spelling of RFC 5952.
fn spelling(text: &str) -> String {
    text.parse::<Ipv6Addr>().map_or_else(|_| text.to_lowercase(), |it| it.to_string())
}

/// Returns `true` if two sets contain the same addresses, in any spelling.
fn same_addresses(left: &Value, right: &Value) -> bool {
    let keys = |value: &Value| -> Option<BTreeSet<String>> {
        value.as_list()?.iter().map(|element| element.as_str().map(spelling)).collect()
    };
    matches!((keys(left), keys(right)), (Some(left), Some(right)) if left == right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_equal_in_any_spelling() {
        let long = Value::set(vec!["2001:0DB8:0:0::1".into(), "::1".into()]);
        let short = Value::set(vec!["2001:db8::1".into(), "0::1".into()]);
        assert!(same_addresses(&long, &short));
        assert!(!same_addresses(&long, &Value::set(vec!["2001:db8::1".into()])));
        assert!(!same_addresses(&long, &Value::Null));
        let live = Wire { aaaa_records: vec![Address { ipv6_address: "2001:db8::1".to_owned() }] };
        let records = ["2001:DB8::1", "2001:0db8:0:0::1"].map(str::to_owned);
        let twice = Aaaa { records: records.into_iter().collect() };
        assert_eq!(twice.write(None).aaaa_records.len(), 1, "equal addresses are written once");
        assert_eq!(twice.write(Some(&live)).aaaa_records[0].ipv6_address, "2001:db8::1");
    }
}

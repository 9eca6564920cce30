//! CNAME records: aliases.

use super::record_type::RecordType;
use crate::engine::prelude::*;
use std::net::IpAddr;

/// Manages a CNAME record in a private DNS zone.
///
/// A name with a CNAME record cannot have records of other types. Azure rejects the second type.
#[derive(Model, Clone, Debug)]
pub struct Cname {
    /// Target of the alias: a fully qualified domain name such as `models.example.com`, in any
    /// casing, with or without a trailing dot.
    #[tf(check = Check::text(target), same = same_target)]
    record: String,
}

/// The property of ARM's record set with the target.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Wire {
    cname_record: Alias,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Alias {
    cname: String,
}

impl RecordType for Cname {
    const NAME: &'static str = "azureai_private_dns_cname_record";
    const TYPE: &'static str = "Microsoft.Network/privateDnsZones/CNAME";
    const AZURERM: &'static [AzurermType] = &[AzurermType::all("azurerm_private_dns_cname_record")];
    const LABEL: &'static str = "CNAME records";
    const LIST: &'static str = "Lists CNAME record sets in private DNS zones.";
    const DATA_SOURCE: &'static str =
        "Reads a CNAME record in a private DNS zone, regardless of its owner.";

    type Wire = Wire;

    fn write(&self, live: Option<&Wire>) -> Wire {
        match live.filter(|live| key(&live.cname_record.cname) == key(&self.record)) {
            Some(live) => live.clone(),
            None => Wire { cname_record: Alias { cname: self.record.clone() } },
        }
    }

    fn read(&mut self, live: &Wire) {
        self.record.clone_from(&live.cname_record.cname);
    }

    fn validate(config: &Value) -> Diagnostics {
        if config.get("name").as_str() != Some("@") {
            return Diagnostics::new();
        }
        let detail = "The zone itself has an SOA record, and a name with a CNAME record cannot \
                      have other records. Use an A or AAAA record for `@`.";
        let summary = "The zone itself cannot be an alias";
        Diagnostic::error(summary, detail).at(Path::of("name")).into()
    }
}

/// Checks a target: labels of letters, digits, `-` and `_`, separated by dots, with an optional
/// trailing dot.
fn target(text: &str) -> Result<(), String> {
    if text.parse::<IpAddr>().is_ok() {
        return Err(format!("{text:?} is an IP address. Use an A or AAAA record."));
    }
    let name = text.strip_suffix('.').unwrap_or(text);
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let label = |label: &str| (1..=63).contains(&label.len()) && label.chars().all(allowed);
    if name.len() <= 253 && name.split('.').all(label) {
        return Ok(());
    }
    Err(format!(
        "{text:?} is not a DNS name such as models.example.com: labels of 1 to 63 letters, digits, \
         `-` and `_` with dots between, 253 characters in all."
    ))
}

/// Returns the form of a name that DNS compares.
fn key(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

fn same_target(left: &Value, right: &Value) -> bool {
    matches!((left.as_str(), right.as_str()), (Some(left), Some(right)) if key(left) == key(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_have_valid_targets() {
        for good in ["a", "models.example.com", "Models.Example.COM.", "_x.a-b.c"] {
            assert_eq!(target(good), Ok(()), "{good}");
        }
        let long = format!("{}com", "abcdefgh.".repeat(28));
        for bad in ["", ".", "a..b", "a b", "*.a", "https://a.b", "10.0.1.5", "::1", &long] {
            assert!(target(bad).is_err(), "{bad}");
        }
        assert!(same_target(&"A.b.".into(), &"a.B".into()));
        assert!(!same_target(&"a.b".into(), &"a.c".into()));
    }
}

//! `provider::azureai::private_dns_record_name`

use super::words::text;
use crate::private_link::names::{is_inference, record_in, record_of};
use plugin::prelude::*;

/// Returns the name of a record in a private DNS zone.
pub struct PrivateDnsRecordName;

impl Function for PrivateDnsRecordName {
    fn signature(&self) -> Signature {
        Signature {
            name: "private_dns_record_name",
            summary: "Returns the record name of a public name in a private DNS zone",
            description: "Returns the name of the record that a public name of a service needs in \
                          a private DNS zone: `kv.vault.azure.net` is `kv` in \
                          `privatelink.vaultcore.azure.net`. The result is in lower case, and `@` \
                          for the name of the zone itself.",
            parameters: vec![
                Parameter::text("fqdn", "Public name of the service, which clients use."),
                Parameter::text("zone_name", "Name of the private DNS zone."),
            ],
            variadic: None,
            returns: Type::String,
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let (fqdn, zone) = (text(arguments, 0), text(arguments, 1));
        for (index, name) in [(0, fqdn), (1, zone)] {
            if name.trim_matches('.').is_empty() {
                return Err(FunctionError::argument(index, "the name is empty"));
            }
        }
        record_in(fqdn, zone).map(Value::from).ok_or_else(|| {
            let wrong = format!("{fqdn:?} has no record in the zone {zone:?}{}", advice(fqdn));
            FunctionError::argument(0, wrong)
        })
    }
}

/// Returns how to handle a name that has no record in the zone.
fn advice(fqdn: &str) -> String {
    if is_inference(fqdn) {
        return "; the function workspace_fqdns returns the wildcard record of online endpoints"
            .into();
    }
    let zone = record_of(fqdn, None, None).map(|(zone, _)| format!("; its zone is {zone:?}"));
    zone.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(fqdn: &str, zone: &str) -> Result<Value, FunctionError> {
        PrivateDnsRecordName.call(&[fqdn.into(), zone.into()])
    }

    #[test]
    fn record_names_are_relative_to_the_zone() {
        for (fqdn, zone, record) in [
            ("St.blob.core.windows.net", "privatelink.blob.core.windows.net", "st"),
            ("kv.vault.azure.cn.", "privatelink.vaultcore.azure.cn", "kv"),
            ("www.example.org", "example.org", "www"),
            ("example.org", "Example.org", "@"),
        ] {
            assert_eq!(call(fqdn, zone), Ok(record.into()), "{fqdn}");
        }
    }

    #[test]
    fn the_error_of_a_wrong_zone_names_the_right_one() {
        let fault = call("kv.vault.azure.net", "privatelink.azurecr.io").unwrap_err();
        let right = "its zone is \"privatelink.vaultcore.azure.net\"";
        assert!(fault.text.ends_with(right), "{}", fault.text);
        let endpoint = "ep.eastus.inference.ml.azure.com";
        let fault = call(endpoint, "privatelink.api.azureml.ms").unwrap_err();
        assert!(fault.text.contains("workspace_fqdns"), "{}", fault.text);
        assert_eq!(call("", "a.b").map_err(|it| it.argument), Err(Some(0)));
        assert_eq!(call("a.b", ".").map_err(|it| it.argument), Err(Some(1)));
    }
}

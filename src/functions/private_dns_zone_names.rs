//! `provider::azureai::private_dns_zone_names`

use super::patterns::{filled, placeholders};
use super::words::{environment, group, of_group, resource_type};
use plugin::prelude::*;

/// Lists the private DNS zones that a private endpoint needs.
pub struct PrivateDnsZoneNames;

impl Function for PrivateDnsZoneNames {
    fn signature(&self) -> Signature {
        Signature {
            name: "private_dns_zone_names",
            summary: "Lists the private DNS zones that a private endpoint needs",
            description: "Lists the names of the private DNS zones that a private endpoint to a \
                          resource type needs, according to Microsoft's table of private DNS zone \
                          values. A workspace needs two zones, an AI services account three. Fails \
                          if Microsoft publishes no zone for the type.",
            parameters: of_group(),
            variadic: Some(placeholders()),
            returns: Type::list(Type::String),
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let (service, group) = (resource_type(arguments, 0)?, group(arguments, 0, 1)?);
        let environment = environment(arguments, 2)?;
        let zones = service.zones(group, environment).ok_or_else(|| {
            let nothing = format!(
                "no private DNS zone of {} is published for {}; use `required_zone_names` of the \
                 data source azureai_private_link_resources",
                service.arm_type.name,
                environment.label()
            );
            FunctionError::argument(2, nothing)
        })?;
        Ok(filled(&zones, &service.arm_type, arguments.get(3))?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(ty: &str, group: &str, environment: &str) -> Result<Value, FunctionError> {
        PrivateDnsZoneNames.call(&[ty.into(), group.into(), environment.into()])
    }

    #[test]
    fn each_cloud_has_its_zones() {
        let account = "Microsoft.CognitiveServices/accounts";
        // Neither Microsoft's pages nor recorded answers show `services.ai` outside the public
        // cloud.
        for (environment, suffix, names) in [
            ("public", "azure.com", &["cognitiveservices", "openai", "services.ai"][..]),
            ("USGovernment", "azure.us", &["cognitiveservices", "openai"]),
            ("china", "azure.cn", &["cognitiveservices"]),
        ] {
            let zones = names.iter().map(|name| format!("privatelink.{name}.{suffix}"));
            let found = call(account, "account", environment);
            assert_eq!(found, Ok(zones.collect::<Vec<_>>().into()));
        }
    }

    #[test]
    fn placeholders_are_replaced() {
        let arguments = ["Microsoft.App/managedEnvironments", "managedEnvironments", "public"];
        let mut arguments: Vec<Value> = arguments.into_iter().map(Value::from).collect();
        let fault = PrivateDnsZoneNames.call(&arguments).unwrap_err();
        assert!(fault.text.contains("add { regionName = \"...\" }"), "{}", fault.text);
        arguments.push(Value::map([("regionName", Value::from("eastus"))]));
        let zones = vec!["privatelink.eastus.azurecontainerapps.io"];
        assert_eq!(PrivateDnsZoneNames.call(&arguments), Ok(zones.into()));
        arguments[3] = Value::map([("region", Value::from("eastus"))]);
        let fault = PrivateDnsZoneNames.call(&arguments).unwrap_err();
        assert_eq!(fault.argument, Some(3), "{}", fault.text);
    }

    #[test]
    fn unpublished_zones_are_an_error() {
        let fault = call("Microsoft.BotService/botServices", "Bot", "china").unwrap_err();
        assert!(fault.text.contains("no private DNS zone"), "{}", fault.text);
        assert_eq!(fault.argument, Some(2));
    }

    #[test]
    fn the_error_names_the_wrong_argument() {
        let vault = "Microsoft.KeyVault/vaults";
        for (arguments, index, hint) in [
            (["Microsoft.KeyVault/vault", "vault", "public"], 0, vault),
            ([vault, "vualt", "public"], 1, "did you mean \"vault\"?"),
            ([vault, "vault", "pubic"], 2, "did you mean \"public\"?"),
        ] {
            let [ty, group, environment] = arguments;
            let fault = call(ty, group, environment).unwrap_err();
            assert_eq!(fault.argument, Some(index), "{}", fault.text);
            assert!(fault.text.contains(hint), "{}", fault.text);
            assert!(fault.text.starts_with("there is no"), "{}", fault.text);
        }
    }
}

//! `provider::azureai::private_dns_zone_names`

use super::words::{environment, resource_type, text, unknown};
use plugin::prelude::*;

/// Lists the private DNS zones that a private endpoint needs.
pub struct PrivateDnsZoneNames;

impl Function for PrivateDnsZoneNames {
    fn signature(&self) -> Signature {
        Signature {
            name: "private_dns_zone_names",
            summary: "Lists the private DNS zones that a private endpoint needs",
            description: "Lists the names of the private DNS zones that a private endpoint to a \
                          type of resource needs, by Microsoft's table of private DNS zone values. \
                          A workspace needs two zones, an AI services account three, all others \
                          one.",
            parameters: vec![
                Parameter {
                    name: "resource_type",
                    ty: Type::String,
                    description: "A resource type in any casing, such as \
                                  `Microsoft.KeyVault/vaults`.",
                },
                Parameter {
                    name: "group_id",
                    ty: Type::String,
                    description: "The part of the resource that the endpoint reaches, such as \
                                  `vault`; see the function `private_link_group_ids`.",
                },
                Parameter {
                    name: "environment",
                    ty: Type::String,
                    description: "The cloud: `public`, `usgovernment` or `china`.",
                },
            ],
            returns: Type::list(Type::String),
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let service = resource_type(arguments, 0)?;
        let group = text(arguments, 1);
        let environment = environment(arguments, 2)?;
        let zones = service.zones(group, environment).ok_or_else(|| {
            let what = format!("group ID of {}", service.arm_type.name);
            FunctionError::argument(1, unknown(&what, group, &service.group_ids()))
        })?;
        Ok(zones.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(ty: &str, group: &str, environment: &str) -> Result<Value, FunctionError> {
        PrivateDnsZoneNames.call(&[ty.into(), group.into(), environment.into()])
    }

    #[test]
    fn the_zones_of_every_cloud() {
        let account = "Microsoft.CognitiveServices/accounts";
        for (environment, suffix) in
            [("public", "azure.com"), ("USGovernment", "azure.us"), ("china", "azure.cn")]
        {
            let names = ["cognitiveservices", "openai", "services.ai"];
            let zones = names.map(|name| format!("privatelink.{name}.{suffix}"));
            let found = call(account, "account", environment);
            assert_eq!(found, Ok(Vec::from(zones).into()));
        }
    }

    #[test]
    fn each_argument_that_is_wrong_is_named() {
        let vault = "Microsoft.KeyVault/vaults";
        for (arguments, index, hint) in [
            (["vaults", "vault", "public"], 0, vault),
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

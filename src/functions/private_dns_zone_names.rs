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
                          A workspace needs two zones, an AI services account three. For what is \
                          not published it fails.",
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
            variadic: Some(Parameter {
                name: "placeholders",
                ty: Type::map(Type::String),
                description: "What stands for the labels in braces of a zone's name, such as \
                              `{ regionName = \"eastus\" }` for \
                              `privatelink.{regionName}.azmk8s.io`.",
            }),
            returns: Type::list(Type::String),
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let service = resource_type(arguments, 0)?;
        let group = text(arguments, 1);
        let environment = environment(arguments, 2)?;
        let known = service.suffixes(group).next().is_some() || !service.has_known_groups();
        if !known {
            let what = format!("group ID of {}", service.arm_type.name);
            return Err(FunctionError::argument(1, unknown(&what, group, &service.group_ids())));
        }
        let zones = service.zones(group, environment).ok_or_else(|| {
            let nothing = format!(
                "no private DNS zone of {} is published for {}; read `required_zone_names` of the \
                 data source azureai_private_link_resources",
                service.arm_type.name,
                environment.label()
            );
            FunctionError::argument(2, nothing)
        })?;
        let given = arguments.get(3);
        let labels = |name: &str| zones.iter().any(|zone| zone.contains(&format!("{{{name}}}")));
        let given_names = given.and_then(Value::as_map).into_iter().flatten();
        if let Some((name, _)) = given_names.into_iter().find(|(name, _)| !labels(name)) {
            let wrong = format!("no zone of {} has a label {{{name}}}", service.arm_type.name);
            return Err(FunctionError::argument(3, wrong));
        }
        let zones: Result<Vec<String>, _> =
            zones.into_iter().map(|zone| filled(zone, given)).collect();
        Ok(zones?.into())
    }
}

/// The zone's name, with what is given for its labels in braces.
fn filled(zone: &str, given: Option<&Value>) -> Result<String, FunctionError> {
    let label = |label: &str| {
        let Some(name) = label.strip_prefix('{').and_then(|it| it.strip_suffix('}')) else {
            return Ok(label.to_owned());
        };
        let value = given.and_then(|given| given.get(name).as_str()).unwrap_or_default();
        if value.is_empty() {
            let wrong = format!("the zone {zone} needs a value: add {{ {name} = \"...\" }}");
            return Err(FunctionError::new(wrong));
        }
        Ok(value.to_owned())
    };
    let labels: Result<Vec<String>, _> = zone.split('.').map(label).collect();
    Ok(labels?.join("."))
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
        // No page of Microsoft's and no recording has `services.ai` outside the public cloud.
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
    fn labels_in_braces_are_filled_in() {
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
    fn what_nobody_publishes_is_not_made_up() {
        let fault = call("Microsoft.BotService/botServices", "Bot", "china").unwrap_err();
        assert!(fault.text.contains("no private DNS zone"), "{}", fault.text);
        assert_eq!(fault.argument, Some(2));
    }

    #[test]
    fn each_argument_that_is_wrong_is_named() {
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

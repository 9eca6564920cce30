//! `provider::azureai::conditional_forwarders`

use super::patterns::{filled, placeholders};
use super::words::{environment, group, of_group, resource_type};
use crate::private_link::arm_types::WORKSPACE;
use crate::private_link::names::further_workspace_suffixes;
use plugin::prelude::*;

/// Lists the domains that a custom DNS server must forward to Azure.
pub struct ConditionalForwarders;

impl Function for ConditionalForwarders {
    fn signature(&self) -> Signature {
        Signature {
            name: "conditional_forwarders",
            summary: "Lists the domains that a custom DNS server must forward to Azure",
            description: "Lists the public domains that need conditional forwarders on a DNS \
                          server outside of Azure, or on a machine in a virtual network, so that \
                          the names of a resource type resolve to its private endpoint. Forward \
                          the domains to the inbound endpoint of an Azure DNS Private Resolver, or \
                          to 168.63.129.16 from a network that the private DNS zones are linked \
                          to. Forward the public domains, not the `privatelink` zones. Fails if \
                          Microsoft publishes no domain for the type.",
            parameters: of_group(),
            variadic: Some(placeholders()),
            returns: Type::list(Type::String),
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let (service, group) = (resource_type(arguments, 0)?, group(arguments, 0, 1)?);
        let environment = environment(arguments, 2)?;
        let mut domains = service.public_suffixes(group, environment);
        if domains.is_empty() {
            let (name, cloud) = (service.arm_type.name, environment.label());
            let nothing = format!("no public domain of {name} is published for {cloud}");
            return Err(FunctionError::argument(2, nothing));
        }
        if service.arm_type == WORKSPACE {
            domains.extend(further_workspace_suffixes(environment));
        }
        Ok(filled(&domains, &service.arm_type, arguments.get(3))?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(arguments: [&str; 3]) -> Result<Value, FunctionError> {
        ConditionalForwarders.call(&arguments.map(Value::from))
    }

    #[test]
    fn public_domains_are_listed() {
        let account = "Microsoft.CognitiveServices/accounts";
        let workspace = "Microsoft.MachineLearningServices/workspaces";
        for (arguments, domains) in [
            (
                [account, "account", "public"],
                &["cognitiveservices.azure.com", "openai.azure.com", "services.ai.azure.com"][..],
            ),
            (
                ["Microsoft.KeyVault/vaults", "vault", "public"],
                &["vault.azure.net", "vaultcore.azure.net"],
            ),
            (
                [workspace, "amlworkspace", "usgovernment"],
                &[
                    "api.ml.azure.us",
                    "notebooks.usgovcloudapi.net",
                    "instances.ml.azure.us",
                    "aznbcontent.net",
                    "inference.ml.azure.us",
                ],
            ),
        ] {
            assert_eq!(call(arguments), Ok(domains.to_vec().into()));
        }
    }

    #[test]
    fn unpublished_domains_are_an_error() {
        let fault = call(["Microsoft.BotService/botServices", "Bot", "china"]).unwrap_err();
        assert!(fault.text.contains("no public domain"), "{}", fault.text);
        assert_eq!(fault.argument, Some(2));
        let fault = call(["Microsoft.KeyVault/vaults", "vualt", "public"]).unwrap_err();
        assert_eq!(fault.argument, Some(1));
    }
}

//! `provider::azureai::private_link_group_ids`

use super::words::resource_type;
use plugin::prelude::*;

/// Lists the group IDs of a resource type.
pub struct PrivateLinkGroupIds;

impl Function for PrivateLinkGroupIds {
    fn signature(&self) -> Signature {
        Signature {
            name: "private_link_group_ids",
            summary: "Lists the group IDs of a resource type",
            description: "Lists the group IDs of a resource type: the parts of a resource that \
                          private endpoints can reach. A private endpoint calls them \
                          `subresource_names`. The function knows the types that an Azure AI \
                          workspace works with. For other types, and for what \
                          one resource offers, use the data source \
                          `azureai_private_link_resources`.",
            parameters: vec![Parameter::text(
                "resource_type",
                "A resource type in any casing, such as \
                              `Microsoft.Storage/storageAccounts`.",
            )],
            variadic: None,
            returns: Type::list(Type::String),
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        Ok(resource_type(arguments, 0)?.group_ids().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_its_groups() {
        for (ty, groups) in [
            ("Microsoft.MachineLearningServices/workspaces", vec!["amlworkspace"]),
            ("microsoft.keyvault/VAULTS", vec!["vault"]),
            ("Microsoft.Search/searchServices", vec!["searchService"]),
        ] {
            assert_eq!(PrivateLinkGroupIds.call(&[ty.into()]), Ok(groups.into()));
        }
    }

    #[test]
    fn the_error_of_an_unknown_type_names_the_nearest() {
        let fault = PrivateLinkGroupIds.call(&["Microsoft.KeyVault/vault".into()]);
        let fault = fault.unwrap_err();
        assert_eq!(fault.argument, Some(0));
        let hint = "did you mean \"Microsoft.KeyVault/vaults\"?";
        assert!(fault.text.ends_with(hint), "{}", fault.text);
    }
}

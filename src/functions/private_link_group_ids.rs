//! `provider::azureai::private_link_group_ids`

use super::words::resource_type;
use plugin::prelude::*;

/// Lists the group IDs of a resource type.
pub struct PrivateLinkGroupIds;

impl Function for PrivateLinkGroupIds {
    fn signature(&self) -> Signature {
        Signature {
            name: "private_link_group_ids",
            summary: "Lists what private endpoints can reach in a type of resource",
            description: "Lists the group IDs of a type of resource: the parts of it that private \
                          endpoints can reach, which a private endpoint calls \
                          `subresource_names`. It knows the types that an Azure AI workspace \
                          works with. For other types, and for what a resource really offers, read \
                          the data source `azureai_private_link_resources`.",
            parameters: vec![Parameter {
                name: "resource_type",
                ty: Type::String,
                description: "A resource type in any casing, such as \
                              `Microsoft.Storage/storageAccounts`.",
            }],
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
    fn another_type_is_told_the_nearest() {
        let fault = PrivateLinkGroupIds.call(&["Microsoft.KeyVault/vault".into()]);
        let fault = fault.unwrap_err();
        assert_eq!(fault.argument, Some(0));
        let hint = "did you mean \"Microsoft.KeyVault/vaults\"?";
        assert!(fault.text.ends_with(hint), "{}", fault.text);
    }
}

//! `provider::azureai::parse_resource_id`

use super::spelling::spelt;
use super::words::text;
use azure::id::ResourceId;
use plugin::prelude::*;

/// Parses a resource ID, with the result of azurerm's function.
pub struct ParseResourceId;

impl Function for ParseResourceId {
    fn signature(&self) -> Signature {
        Signature {
            name: "parse_resource_id",
            summary: "Parses a resource ID",
            description: "Parses an Azure resource ID in any casing. Names keep their casing, and \
                          the other segments are spelled as Azure Resource Manager does. The \
                          result equals that of azurerm's function `parse_resource_id`.",
            parameters: vec![Parameter::text(
                "id",
                "A resource ID, or the URL of a resource in the Azure portal.",
            )],
            variadic: None,
            returns: Type::object([
                ("full_resource_type", Type::String),
                ("parent_resources", Type::map(Type::String)),
                ("resource_group_name", Type::String),
                ("resource_name", Type::String),
                ("resource_provider", Type::String),
                ("resource_scope", Type::String),
                ("resource_type", Type::String),
                ("subscription_id", Type::String),
            ]),
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let id = parsed(&spelt(&parsed(text(arguments, 0))?))?;
        let ty = id.resource_type();
        let last = ty.rsplit('/').next().unwrap_or_default().to_owned();
        let parents = id.names();
        let parents = parents.iter().take(parents.len().saturating_sub(1));
        let parents = parents.map(|(ty, name)| (*ty, Value::from(*name)));
        let part = |part: Option<&str>| part.map_or(Value::Null, Value::from);
        Ok(Value::map([
            ("full_resource_type", ty.as_str().into()),
            ("parent_resources", Value::map(parents)),
            ("resource_group_name", part(id.resource_group())),
            ("resource_name", id.name().into()),
            ("resource_provider", part(id.provider())),
            ("resource_scope", Value::Null),
            ("resource_type", last.into()),
            ("subscription_id", id.subscription().into()),
        ]))
    }
}

/// Parses the ID in the first argument.
pub(super) fn parsed(text: &str) -> Result<ResourceId, FunctionError> {
    ResourceId::parse(text).map_err(|fault| FunctionError::argument(0, clause(&fault.to_string())))
}

/// Turns a sentence into the form of Terraform's function errors: a clause without a full stop.
fn clause(sentence: &str) -> String {
    sentence.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_childs_id_has_its_parents() {
        let id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ai/\
                  providers/Microsoft.Network/virtualNetworks/vnet-ai/subnets/snet-pe";
        let parts = ParseResourceId.call(&[id.into()]).unwrap();
        assert_eq!(parts.get("resource_type").as_str(), Some("subnets"));
        assert_eq!(parts.get("resource_name").as_str(), Some("snet-pe"));
        assert_eq!(parts.get("resource_provider").as_str(), Some("Microsoft.Network"));
        assert_eq!(parts.get("parent_resources").get("virtualNetworks").as_str(), Some("vnet-ai"));
        let ty = "Microsoft.Network/virtualNetworks/subnets";
        assert_eq!(parts.get("full_resource_type").as_str(), Some(ty));
    }

    #[test]
    fn types_are_spelled_as_arm_does_and_names_are_kept() {
        let id = "/subscriptions/00000000-0000-0000-0000-000000000000/RESOURCEGROUPS/RG/PROVIDERS/\
                  MICROSOFT.NETWORK/VIRTUALNETWORKS/VNET/SUBNETS/SNET";
        let parts = ParseResourceId.call(&[id.into()]).unwrap();
        for (name, expected) in [
            ("full_resource_type", "Microsoft.Network/virtualNetworks/subnets"),
            ("resource_provider", "Microsoft.Network"),
            ("resource_type", "subnets"),
            ("resource_name", "SNET"),
            ("resource_group_name", "RG"),
        ] {
            assert_eq!(parts.get(name).as_str(), Some(expected), "{name}");
        }
    }

    #[test]
    fn the_error_of_an_invalid_id_names_the_argument() {
        let fault = ParseResourceId.call(&["nonsense".into()]).unwrap_err();
        assert_eq!(fault.argument, Some(0));
        assert!(!fault.text.ends_with('.'), "{}", fault.text);
    }
}

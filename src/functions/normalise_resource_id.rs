//! `provider::azureai::normalise_resource_id`

use super::parse_resource_id::parsed;
use super::spelling::spelt;
use super::words::text;
use plugin::prelude::*;

/// Spells a resource ID as ARM does, with the result of azurerm's function.
pub struct NormaliseResourceId;

impl Function for NormaliseResourceId {
    fn signature(&self) -> Signature {
        Signature {
            name: "normalise_resource_id",
            summary: "Spells a resource ID as Azure Resource Manager does",
            description: "Spells the fixed segments of an Azure resource ID as Azure Resource \
                          Manager does. Names and unknown types keep their spelling. The result \
                          equals that of azurerm's function `normalise_resource_id`.",
            parameters: vec![Parameter::text(
                "id",
                "A resource ID in any casing, or the URL of a resource in the Azure portal.",
            )],
            variadic: None,
            returns: Type::String,
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        Ok(spelt(&parsed(text(arguments, 0))?).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_casing_and_the_portals_url_give_one_id() {
        let id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/\
                  Microsoft.KeyVault/vaults/Kv";
        for given in [
            id.to_owned(),
            format!("{id}/"),
            id.replace("vaults", "VAULTS"),
            format!("https://portal.azure.com/#@contoso.com/resource{id}/overview"),
        ] {
            let found = NormaliseResourceId.call(&[given.as_str().into()]);
            assert_eq!(found, Ok(id.into()), "{given}");
        }
    }

    #[test]
    fn the_error_of_an_invalid_id_names_the_argument() {
        let fault = NormaliseResourceId.call(&["vaults/kv".into()]).unwrap_err();
        assert_eq!(fault.argument, Some(0));
        assert!(!fault.text.ends_with('.'), "{}", fault.text);
    }
}

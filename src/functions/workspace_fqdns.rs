//! `provider::azureai::workspace_fqdns`

use super::words::{environment, text};
use crate::private_link::names::{WorkspaceName, workspace_names};
use crate::validators;
use plugin::prelude::*;

/// Lists the names of a workspace with the DNS records that they need.
pub struct WorkspaceFqdns;

impl Function for WorkspaceFqdns {
    fn signature(&self) -> Signature {
        let columns = ["fqdn", "zone", "record"].map(|name| (name, Type::String));
        Signature {
            name: "workspace_fqdns",
            summary: "Lists the names that clients of a workspace must be able to resolve",
            description: "Lists the names that clients of a workspace must be able to resolve: \
                          those of the API, of the notebooks, and of the online endpoints. Each \
                          element has a name (`fqdn`), the private DNS zone for the name (`zone`), \
                          and the record in that zone (`record`). For the online endpoints, the \
                          record is the wildcard of the workspace. Do not create a record for the \
                          wildcard of the region, which matches every workspace of the region. A \
                          project has names with its own GUID and name.",
            parameters: vec![
                Parameter::text(
                    "workspace_guid",
                    "GUID that Azure generated for the workspace: `workspace_id` of the data \
                     source `azureai_workspace`.",
                ),
                Parameter::text("name", "Name of the workspace."),
                Parameter::text(
                    "region",
                    "Azure region of the workspace, such as `eastus` or `East US`.",
                ),
                Parameter::text(
                    "environment",
                    "Cloud. Possible values are `public`, `usgovernment` and `china`.",
                ),
            ],
            variadic: None,
            returns: Type::list(Type::object(columns)),
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let guid = text(arguments, 0).to_lowercase();
        let rule = validators::guid().run(&guid.as_str().into());
        rule.map_err(|_| {
            let wrong =
                format!("{guid:?} is not a GUID such as 00000000-0000-0000-0000-000000000000");
            FunctionError::argument(0, wrong)
        })?;
        let (name, region) = (text(arguments, 1), validators::region(text(arguments, 2)));
        for (index, part) in [(1, name), (2, region.as_str())] {
            let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            if part.is_empty() || !part.chars().all(inner) {
                let wrong =
                    format!("{part:?} cannot be part of a name; use letters, digits, - and _");
                return Err(FunctionError::argument(index, wrong));
            }
        }
        let names = workspace_names(&guid, name, &region, environment(arguments, 3)?);
        Ok(Value::List(names.into_iter().map(row).collect()))
    }
}

fn row(WorkspaceName { fqdn, zone, record }: WorkspaceName) -> Value {
    Value::map([("fqdn", fqdn.into()), ("zone", zone.into()), ("record", record.into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUID: &str = "00000000-0000-0000-0000-00000000000f";

    fn call(arguments: [&str; 4]) -> Result<Value, FunctionError> {
        WorkspaceFqdns.call(&arguments.map(Value::from))
    }

    #[test]
    fn each_cloud_has_its_names() {
        for (environment, api, notebooks, inference) in [
            ("public", "api.azureml.ms", "notebooks.azure.net", "inference.ml.azure.com"),
            (
                "usgovernment",
                "api.ml.azure.us",
                "notebooks.usgovcloudapi.net",
                "inference.ml.azure.us",
            ),
            ("china", "api.ml.azure.cn", "notebooks.chinacloudapi.cn", "inference.ml.azure.cn"),
        ] {
            let names = call([&GUID.to_uppercase(), "Hub", "East US", environment]).unwrap();
            let names = names.as_list().unwrap();
            let column = |column: &str| -> Vec<&str> {
                let texts = names.iter().filter_map(|row| row.get(column).as_str());
                texts.collect()
            };
            assert_eq!(
                column("fqdn"),
                [
                    format!("{GUID}.workspace.eastus.{api}"),
                    format!("{GUID}.workspace.eastus.cert.{api}"),
                    format!("ml-hub-eastus-{GUID}.eastus.{notebooks}"),
                    format!("*.eastus.{inference}"),
                ]
            );
            let zones = [api, api, notebooks, api].map(|zone| format!("privatelink.{zone}"));
            assert_eq!(column("zone"), zones);
            assert_eq!(column("record")[3], format!("*.{GUID}.inference.eastus"));
        }
    }

    #[test]
    fn the_error_names_the_wrong_argument() {
        for (arguments, index) in [
            (["hub", "hub", "eastus", "public"], 0),
            ([GUID, "", "eastus", "public"], 1),
            ([GUID, "hub", "east.us", "public"], 2),
            ([GUID, "hub", "eastus", "german"], 3),
        ] {
            let fault = call(arguments).unwrap_err();
            assert_eq!(fault.argument, Some(index), "{}", fault.text);
            assert!(!fault.text.ends_with('.'), "{}", fault.text);
        }
    }
}

//! Which cloud.

use super::inputs::Inputs;
use azure::cloud::Cloud;
use plugin::prelude::*;

/// Which cloud.
#[derive(Model)]
pub struct Location {
    /// The cloud: `public`, `usgovernment`, `china`, or `custom` for one that the `endpoint` block
    /// describes. Or the environment variable `ARM_ENVIRONMENT`; without it `public`.
    #[tf(check = Check::text(environment))]
    environment: Option<String>,
    /// Host that tells where the cloud's services are, instead of `environment`. Or
    /// `ARM_METADATA_HOSTNAME`.
    metadata_host: Option<String>,
    /// The cloud's services one by one, instead of `environment`.
    #[tf(max = 1)]
    endpoint: Blocks<Endpoint>,
    /// Accepted, and without effect: the token service is never asked which clouds it knows.
    disable_instance_discovery: Option<bool>,
}

/// Services of a cloud.
#[derive(Model)]
struct Endpoint {
    /// Address of Azure Resource Manager. Or `ARM_RESOURCE_MANAGER_ENDPOINT`.
    resource_manager_endpoint: Option<String>,
    /// Audience of its tokens. Or `ARM_RESOURCE_MANAGER_AUDIENCE`; without it, its address.
    resource_manager_audience: Option<String>,
    /// Address of the token service. Or `ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST`.
    active_directory_authority_host: Option<String>,
}

/// How to find the cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Where {
    /// A cloud by its name.
    Named(String),
    /// A host that serves the metadata document.
    Metadata(String),
    /// Its services one by one: ARM's address, the token service's, the tokens' audience.
    Endpoints {
        /// Address of ARM.
        resource_manager: String,
        /// Address of the token service.
        authority: String,
        /// Audience of the tokens.
        audience: Option<String>,
    },
}

impl Location {
    pub(super) fn resolve(&self, inputs: &Inputs<'_>) -> Result<Where, Diagnostic> {
        let text = |name, argument: &Option<String>| {
            inputs.text(name, argument.as_deref()).map(|given| given.value)
        };
        // azurerm's rule: with a host to ask, the name does not matter.
        if let Some(host) = text("metadata_host", &self.metadata_host) {
            return Ok(Where::Metadata(host));
        }
        let block = self.endpoint.first();
        let of_block = |name, field: fn(&Endpoint) -> &Option<String>| {
            text(name, block.map(field).unwrap_or(&None))
        };
        let resource_manager =
            of_block("resource_manager_endpoint", |it| &it.resource_manager_endpoint);
        let authority =
            of_block("active_directory_authority_host", |it| &it.active_directory_authority_host);
        let audience = of_block("resource_manager_audience", |it| &it.resource_manager_audience);
        let name = text("environment", &self.environment).unwrap_or_else(|| "public".to_owned());
        // What is not given is as in the named cloud.
        let cloud = Cloud::by_name(&name);
        let named = |pick: fn(&Cloud) -> &str| cloud.as_ref().map(|cloud| pick(cloud).to_owned());
        match (resource_manager, authority, audience) {
            (None, None, None) if cloud.is_some() => Ok(Where::Named(name)),
            (resource_manager, authority, audience) => Ok(Where::Endpoints {
                resource_manager: resource_manager
                    .or_else(|| named(|cloud| cloud.resource_manager().as_str()))
                    .ok_or_else(|| lacking(&name))?,
                authority: authority
                    .or_else(|| named(|cloud| cloud.authority().as_str()))
                    .ok_or_else(|| lacking(&name))?,
                audience,
            }),
        }
    }
}

/// Whether a cloud may have that name.
fn environment(name: &str) -> Result<(), String> {
    if Cloud::by_name(name).is_some() || name.eq_ignore_ascii_case("custom") {
        return Ok(());
    }
    Err(format!(
        "{name:?} is no cloud: write \"public\", \"usgovernment\" or \"china\", or give \
         `metadata_host` or an `endpoint` block for another."
    ))
}

fn lacking(name: &str) -> Diagnostic {
    let detail = environment(name).err().unwrap_or_else(|| {
        "A custom cloud needs `resource_manager_endpoint` (or ARM_RESOURCE_MANAGER_ENDPOINT) and \
         `active_directory_authority_host` (or ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST) in an \
         `endpoint` block, or `metadata_host` (or ARM_METADATA_HOSTNAME)."
            .to_owned()
    });
    Diagnostic::error(format!("Nothing says where the cloud {name:?} is"), detail)
        .at(Path::of("environment"))
}

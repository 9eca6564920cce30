//! The cloud to work in.

use super::inputs::Inputs;
use azure::cloud::Cloud;
use plugin::prelude::*;

/// The arguments that select a cloud.
#[derive(Model)]
pub struct Location {
    /// Cloud to work in. Possible values are `public`, `usgovernment`, `china` and `custom`, which
    /// the `endpoint` block describes. Can also be set by the `ARM_ENVIRONMENT` environment
    /// variable. Defaults to `public`.
    #[tf(check = Check::text(environment))]
    environment: Option<String>,
    /// Host name of the cloud's metadata service, which replaces `environment`. Can also be set by
    /// the `ARM_METADATA_HOSTNAME` environment variable.
    metadata_host: Option<String>,
    /// Endpoints of the cloud, which replace those of `environment`.
    #[tf(max = 1)]
    endpoint: Blocks<Endpoint>,
    /// Accepted for compatibility with azurerm. Has no effect: the provider never requests instance
    /// discovery.
    disable_instance_discovery: Option<bool>,
}

/// The endpoints of a cloud.
#[derive(Model)]
struct Endpoint {
    /// URL of Azure Resource Manager. Can also be set by the `ARM_RESOURCE_MANAGER_ENDPOINT`
    /// environment variable.
    resource_manager_endpoint: Option<String>,
    /// Audience of tokens for Azure Resource Manager. Can also be set by the
    /// `ARM_RESOURCE_MANAGER_AUDIENCE` environment variable. Defaults to
    /// `resource_manager_endpoint`.
    resource_manager_audience: Option<String>,
    /// URL of the token service. Can also be set by the `ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST`
    /// environment variable.
    active_directory_authority_host: Option<String>,
}

/// How to find the endpoints of the cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Where {
    /// A known cloud by its name.
    Named(String),
    /// Host that serves the metadata document.
    Metadata(String),
    /// The endpoints: of ARM and of the token service, and the audience of tokens.
    Endpoints {
        /// URL of ARM.
        resource_manager: String,
        /// URL of the token service.
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
        // azurerm's rule: a metadata host wins over the name.
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
        // An endpoint that is not set is the named cloud's.
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

/// Checks that a text is the name of a cloud.
fn environment(name: &str) -> Result<(), String> {
    if Cloud::by_name(name).is_some() || name.eq_ignore_ascii_case("custom") {
        return Ok(());
    }
    Err(format!(
        "{name:?} is not a cloud. Set \"public\", \"usgovernment\" or \"china\", or add \
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
    Diagnostic::error(format!("The endpoints of the cloud {name:?} are not set"), detail)
        .at(Path::of("environment"))
}

//! The provider's configuration: arguments, then environment variables, with azurerm's names.

use crate::behaviour::Behaviour;
use crate::check;
use azure::cloud::Cloud;
use azure::credential::{self, Secret as Hidden};
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::field::Secret;
use plugin::model::{Blocks, Model};
use plugin::path::Path;
use plugin::value::Value;

/// Keeps an Azure AI workspace behind private link: private endpoints, private DNS, and the public
/// network access of the workspace and of its default resources.
#[derive(Model)]
pub struct Settings {
    /// GUID of the subscription of resources that name none. Or the environment variable
    /// `ARM_SUBSCRIPTION_ID`.
    #[tf(check = check::guid())]
    subscription_id: Option<String>,
    /// GUID of the tenant to sign in to. Or `ARM_TENANT_ID`.
    tenant_id: Option<String>,
    /// Client ID of the service principal. Or `ARM_CLIENT_ID`.
    client_id: Option<String>,
    /// File that holds the client ID. Or `ARM_CLIENT_ID_FILE_PATH`.
    client_id_file_path: Option<String>,
    /// Client secret of the service principal. Or `ARM_CLIENT_SECRET`.
    client_secret: Option<Secret<String>>,
    /// File that holds the client secret. Or `ARM_CLIENT_SECRET_FILE_PATH`.
    client_secret_file_path: Option<String>,
    /// The cloud: `public`, `usgovernment` or `china`. Or `ARM_ENVIRONMENT`; without it `public`.
    #[tf(check = plugin::schema::Check::text(environment))]
    environment: Option<String>,
    /// Host that tells where the cloud's services are, instead of `environment`. Or
    /// `ARM_METADATA_HOSTNAME`.
    metadata_host: Option<String>,
    /// The cloud's services one by one, instead of `environment`.
    #[tf(max = 1)]
    endpoint: Blocks<Endpoint>,
    /// Accepted, and without effect: azurerm needs this block.
    #[tf(max = 1)]
    features: Blocks<Features>,
    #[tf(flatten)]
    behaviour: Behaviour,
}

/// Services of a cloud.
#[derive(Model)]
struct Endpoint {
    /// Address of Azure Resource Manager. Or `ARM_RESOURCE_MANAGER_ENDPOINT`.
    resource_manager_endpoint: Option<String>,
    /// Audience of its tokens. Or `ARM_RESOURCE_MANAGER_AUDIENCE`.
    resource_manager_audience: Option<String>,
    /// Address of the token service. Or `ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST`.
    active_directory_authority_host: Option<String>,
}

/// Nothing.
#[derive(Model)]
struct Features {}

fn environment(name: &str) -> Result<(), String> {
    match Cloud::by_name(name) {
        Some(_) => Ok(()),
        None => Err(format!(
            "{name:?} is no cloud: write \"public\", \"usgovernment\" or \"china\", or give \
             `metadata_host` or an `endpoint` block for another."
        )),
    }
}

/// Where environment variables are read from.
pub type Environment = dyn Fn(&str) -> Option<String> + Send + Sync;

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

/// The configuration with the environment taken into account.
pub struct Resolved {
    /// The subscription of resources that name none.
    pub subscription_id: Option<String>,
    /// How to find the cloud.
    pub location: Where,
    /// What concerns every resource.
    pub behaviour: Behaviour,
    /// How to sign in, or what is missing.
    pub credential: Result<credential::Settings, Diagnostic>,
}

impl Settings {
    /// Fills in what the environment says.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or contradicts an argument.
    pub fn resolve(&self, environment: &Environment) -> Result<Resolved, Diagnostic> {
        let or = |given: &Option<String>, variable: &str| {
            given
                .clone()
                .or_else(|| environment(variable))
                .filter(|text| !text.is_empty())
        };
        let file = |name, given: &Option<String>, variable| {
            or(given, variable)
                .map(|path| contents(name, &path))
                .transpose()
        };
        let id_file = file(
            "client_id_file_path",
            &self.client_id_file_path,
            "ARM_CLIENT_ID_FILE_PATH",
        )?;
        let client_id = agree("client_id", or(&self.client_id, "ARM_CLIENT_ID"), id_file)?;
        let secret_file = file(
            "client_secret_file_path",
            &self.client_secret_file_path,
            "ARM_CLIENT_SECRET_FILE_PATH",
        )?;
        let given = self
            .client_secret
            .as_ref()
            .map(|secret| secret.expose().clone());
        let client_secret = agree(
            "client_secret",
            or(&given, "ARM_CLIENT_SECRET"),
            secret_file,
        )?;
        let tenant = or(&self.tenant_id, "ARM_TENANT_ID");
        Ok(Resolved {
            subscription_id: or(&self.subscription_id, "ARM_SUBSCRIPTION_ID"),
            location: self.location(&or),
            behaviour: self.behaviour.clone(),
            credential: credential(tenant, client_id, client_secret),
        })
    }

    fn location(&self, or: &dyn Fn(&Option<String>, &str) -> Option<String>) -> Where {
        if let Some(host) = or(&self.metadata_host, "ARM_METADATA_HOSTNAME") {
            return Where::Metadata(host);
        }
        let block = self.endpoint.first();
        let resource_manager = or(
            &block.and_then(|it| it.resource_manager_endpoint.clone()),
            "ARM_RESOURCE_MANAGER_ENDPOINT",
        );
        let authority = or(
            &block.and_then(|it| it.active_directory_authority_host.clone()),
            "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST",
        );
        let audience = or(
            &block.and_then(|it| it.resource_manager_audience.clone()),
            "ARM_RESOURCE_MANAGER_AUDIENCE",
        );
        let name = or(&self.environment, "ARM_ENVIRONMENT").unwrap_or_else(|| "public".to_owned());
        if resource_manager.is_none() && authority.is_none() && audience.is_none() {
            return Where::Named(name);
        }
        // What is not given is as in the named cloud.
        let Some(cloud) = Cloud::by_name(&name) else {
            return Where::Named(name);
        };
        Where::Endpoints {
            resource_manager: resource_manager
                .unwrap_or_else(|| cloud.resource_manager().to_string()),
            authority: authority.unwrap_or_else(|| cloud.authority().to_string()),
            audience,
        }
    }
}

fn contents(attribute: &str, path: &str) -> Result<String, Diagnostic> {
    std::fs::read_to_string(path)
        .map(|text| text.trim().to_owned())
        .map_err(|fault| {
            Diagnostic::error(format!("{path:?} cannot be read"), format!("{fault}."))
                .at(Path::of(attribute))
        })
}

fn agree(
    attribute: &str,
    value: Option<String>,
    file: Option<String>,
) -> Result<Option<String>, Diagnostic> {
    match (value, file) {
        (Some(value), Some(file)) if value != file => Err(Diagnostic::error(
            format!("`{attribute}` and its file say different things"),
            format!("Give `{attribute}` or `{attribute}_file_path`, or the same in both."),
        )
        .at(Path::of(attribute))),
        (value, file) => Ok(value.or(file)),
    }
}

fn credential(
    tenant: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
) -> Result<credential::Settings, Diagnostic> {
    let given = [
        ("tenant_id", "ARM_TENANT_ID", tenant.is_some()),
        ("client_id", "ARM_CLIENT_ID", client_id.is_some()),
        (
            "client_secret",
            "ARM_CLIENT_SECRET",
            client_secret.is_some(),
        ),
    ];
    if let (Some(tenant), Some(client_id), Some(secret)) = (tenant, client_id, client_secret) {
        let method = credential::Method::ClientSecret(Hidden::new(secret));
        return Ok(credential::Settings {
            tenant,
            client_id,
            method,
        });
    }
    let missing = given.iter().filter(|(.., given)| !given);
    let missing: Vec<_> = missing
        .map(|(name, variable, _)| format!("  - `{name}` (or {variable})"))
        .collect();
    let detail = format!(
        "Signing in as a service principal with a client secret needs, in the provider's \
         configuration or in the environment:\n{}",
        missing.join("\n")
    );
    Err(Diagnostic::error("The provider has no credentials", detail))
}

/// Rules of the configuration that concern several attributes.
pub fn validate(config: &Value) -> Diagnostics {
    let features = config.get("features").as_list().unwrap_or_default();
    if features.is_empty() {
        return Diagnostics::new();
    }
    Diagnostic::warning(
        "`features` has no effect",
        "azurerm needs this block; here it can be removed.",
    )
    .at(Path::of("features"))
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn resolve(arguments: &[(&str, &str)], variables: &[(&str, &str)]) -> Resolved {
        let mut config = Settings::block().empty();
        for (name, value) in arguments {
            config.set_entry(name, Value::from(*value));
        }
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let variables: BTreeMap<String, String> = variables.iter().map(own).collect();
        let settings = Settings::decode(config).unwrap();
        settings
            .resolve(&move |name: &str| variables.get(name).cloned())
            .unwrap()
    }

    #[test]
    fn arguments_win_over_the_environment() {
        let resolved = resolve(
            &[("subscription_id", "a"), ("metadata_host", "here")],
            &[
                ("ARM_SUBSCRIPTION_ID", "b"),
                ("ARM_METADATA_HOSTNAME", "there"),
            ],
        );
        assert_eq!(resolved.subscription_id.as_deref(), Some("a"));
        assert_eq!(resolved.location, Where::Metadata("here".into()));
    }

    #[test]
    fn what_is_missing_to_sign_in_is_named() {
        let missing = resolve(&[("tenant_id", "t")], &[("ARM_CLIENT_ID", "c")]).credential;
        let text = missing.err().map(|fault| fault.detail).unwrap_or_default();
        assert!(
            text.contains("client_secret") && !text.contains("tenant_id"),
            "{text}"
        );
        let all = [
            ("ARM_TENANT_ID", "t"),
            ("ARM_CLIENT_ID", "c"),
            ("ARM_CLIENT_SECRET", "s"),
        ];
        assert!(resolve(&[], &all).credential.is_ok());
    }

    #[test]
    fn a_single_endpoint_keeps_the_rest_of_the_cloud() {
        let resolved = resolve(
            &[("environment", "china")],
            &[("ARM_RESOURCE_MANAGER_ENDPOINT", "https://localhost:1")],
        );
        let Where::Endpoints {
            resource_manager,
            authority,
            ..
        } = resolved.location
        else {
            panic!("{:?}", resolved.location)
        };
        assert_eq!(resource_manager, "https://localhost:1");
        assert!(authority.contains("chinacloudapi.cn"), "{authority}");
    }
}

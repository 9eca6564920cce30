//! The provider's configuration: arguments, then environment variables, with azurerm's names.
//!
//! [`Credentials`], [`Location`], [`Requests`] and [`ProviderOptions`] declare the arguments;
//! `inputs`
//! knows the variables; `choice` picks the way to sign in, as azurerm does.

mod auth_choice;
mod auth_methods;
pub mod check_levels;
mod credentials;
pub mod defaults;
mod features;
mod files;
pub(crate) mod forgotten_tags;
mod inputs;
mod location;
pub mod options;
mod requests;
pub mod tags;

pub use credentials::Credentials;
pub use location::{Location, Where};
pub use requests::{Correlation, Headers, Requests};

use crate::config::defaults::Defaults;
use crate::config::options::ProviderOptions;
use crate::validators;
use azure::credential;
use features::{EnhancedValidation, Features};
use inputs::Inputs;
use plugin::prelude::*;

/// Keeps an Azure AI workspace behind private link: private endpoints, private DNS, and the public
/// network access of the workspace and of its default resources.
#[derive(Model)]
pub struct Settings {
    /// GUID of the subscription of resources that name none. Or the environment variable
    /// `ARM_SUBSCRIPTION_ID`.
    #[tf(check = validators::guid())]
    subscription_id: Option<String>,
    #[tf(flatten)]
    credentials: Credentials,
    #[tf(flatten)]
    location: Location,
    #[tf(flatten)]
    requests: Requests,
    #[tf(flatten)]
    options: ProviderOptions,
    /// Accepted with all that azurerm knows in it, and without effect: azurerm needs this block.
    #[tf(max = 1, ignored)]
    features: Blocks<Features>,
    /// Accepted with all that azurerm knows in it, and without effect.
    #[tf(max = 1, ignored)]
    enhanced_validation: Blocks<EnhancedValidation>,
}

/// Where environment variables are read from.
pub type Environment = dyn Fn(&str) -> Option<String> + Send + Sync;

/// The configuration with the environment taken into account.
pub struct Resolved {
    /// How to find the cloud.
    pub location: Where,
    /// How to sign in, or what is missing.
    pub credential: Result<credential::CredentialSettings, Diagnostic>,
    /// Whether it is not known yet as whom or where to sign in.
    pub pending: bool,
    /// What requests say of who sends them.
    pub headers: Headers,
    /// What concerns every resource.
    pub options: ProviderOptions,
    /// What it contributes to every resource.
    pub defaults: Defaults,
    /// What is odd, but clear.
    pub warnings: Diagnostics,
}

/// The configuration as far as it is known, with what the environment says.
///
/// What is not known yet counts as not given, and the environment is not asked for it: it would say
/// something else. Whatever needs it fails then, with a message of its own.
///
/// # Errors
///
/// When a file cannot be read, or inputs contradict each other.
pub fn read(config: &Value, environment: &Environment) -> Result<Resolved, Diagnostic> {
    let block = Settings::block();
    let mut unknown = Vec::new();
    let known = known(&block, config, &mut unknown);
    let settings = Settings::decode(known).map_err(|fault| {
        Diagnostic::error("The provider's configuration cannot be read", fault.to_string())
    })?;
    let inputs = Inputs::new(environment, &unknown);
    let subscription = inputs.text("subscription_id", settings.subscription_id.as_deref());
    let subscription_id = subscription.map(|given| given.value);
    let mut warnings = Diagnostics::new();
    let fault = not_known_yet(&unknown);
    let pending = fault.is_some();
    let (credential, location) = match fault {
        Some(fault) => (Err(fault), Where::Named("public".to_owned())),
        None => {
            let (subscription, warnings) = (subscription_id.as_deref(), &mut warnings);
            let credential = settings.credentials.choose(&inputs, subscription, warnings)?;
            (credential, settings.location.resolve(&inputs)?)
        }
    };
    Ok(Resolved {
        credential,
        location,
        pending,
        headers: settings.requests.resolve(&inputs)?,
        defaults: settings.options.defaults(subscription_id, config),
        options: settings.options,
        warnings,
    })
}

/// A configuration without the attributes of which a part is not known yet. Those are named.
fn known(block: &Block, config: &Value, unknown: &mut Vec<&'static str>) -> Value {
    let mut known = config.clone();
    for name in block.attributes.iter().map(|it| it.name()) {
        if config.get(name).has_unknown() {
            unknown.push(name);
            known.set_entry(name, Value::Null);
        }
    }
    for nested in &block.blocks {
        let blocks = config.get(nested.name()).as_list().unwrap_or(&[Value::Unknown]).iter();
        let blocks = blocks.map(|it| (it, self::known(&nested.block, it, unknown)));
        let blocks = blocks.filter(|(it, _)| **it != Value::Unknown).map(|(_, known)| known);
        known.set_entry(nested.name(), Value::List(blocks.collect()));
    }
    known
}

/// What is wrong with signing in while it is not known yet as whom or where: by what is known,
/// Terraform could turn out to be somebody else.
fn not_known_yet(unknown: &[&'static str]) -> Option<Diagnostic> {
    let location = Location::block();
    let endpoint = location.blocks.iter().flat_map(|it| &it.block.attributes);
    let credentials = Credentials::block();
    let needed = credentials.attributes.iter().chain(&location.attributes).chain(endpoint);
    let name = needed.map(|it| it.name()).find(|name| unknown.contains(name))?;
    Some(Diagnostic::error(
        format!("The provider's `{name}` is not known yet"),
        format!(
            "Something is needed of Azure already, but `{name}` comes from a resource that is yet \
             to be made. Apply that one first, with -target, or take the value from elsewhere."
        ),
    ))
}

/// Rules of the configuration that concern several attributes.
pub fn validate(config: &Value) -> Diagnostics {
    features::warnings(config).collect()
}

#[cfg(test)]
mod tests;

//! The provider's configuration: arguments, then environment variables, with azurerm's names.
//!
//! [`Credentials`], [`Location`], [`Requests`] and [`ProviderOptions`] declare the arguments.
//! `inputs` knows the variables, and `auth_choice` selects the method of signing in, as azurerm
//! does.

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

/// Keeps Microsoft Foundry accounts and Azure AI workspaces private: private endpoints, private
/// DNS, managed networks, and the public network access of the accounts, the workspaces and their
/// default resources.
#[derive(Model)]
pub struct Settings {
    /// GUID of the subscription of resources that do not set `subscription_id`. Can also be set by
    /// the `ARM_SUBSCRIPTION_ID` environment variable.
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
    /// Accepted with all of azurerm's content. Has no effect: only azurerm requires this block.
    #[tf(max = 1, ignored)]
    features: Blocks<Features>,
    /// Accepted with all of azurerm's content. Has no effect.
    #[tf(max = 1, ignored)]
    enhanced_validation: Blocks<EnhancedValidation>,
}

/// Reads an environment variable.
pub type Environment = dyn Fn(&str) -> Option<String> + Send + Sync;

/// The configuration combined with the environment.
pub struct Resolved {
    /// How to find the cloud.
    pub location: Where,
    /// How to sign in, or the error that names the missing inputs.
    pub credential: Result<credential::CredentialSettings, Diagnostic>,
    /// `true` while an input for signing in is unknown.
    pub pending: bool,
    /// Headers that identify the sender of a request.
    pub headers: Headers,
    /// Settings of all resources.
    pub options: ProviderOptions,
    /// Settings that apply to every resource.
    pub defaults: Defaults,
    /// Warnings about the configuration.
    pub warnings: Diagnostics,
}

/// Reads the known part of the configuration, combined with the environment.
///
/// An unknown argument counts as not set, and its environment variables are ignored, because their
/// values may differ. An operation that needs the argument then fails with an error of its own.
///
/// # Errors
///
/// Returns an error if a file cannot be read, or if inputs contradict each other.
pub fn read(config: &Value, environment: &Environment) -> Result<Resolved, Diagnostic> {
    let block = Settings::block();
    let mut unknown = Vec::new();
    let known = known(&block, config, &mut unknown);
    let settings = Settings::decode(known).map_err(|fault| {
        let detail = format!("The value has the wrong type: {}.", fault.message);
        Diagnostic::error("The provider's configuration is not valid", detail).at(fault.path)
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

/// Returns a configuration without the attributes that are partly unknown, whose names go to
/// `unknown`.
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

/// Returns the error of signing in while an input for signing in is unknown: with the known inputs,
/// Terraform could sign in as another principal.
fn not_known_yet(unknown: &[&'static str]) -> Option<Diagnostic> {
    let location = Location::block();
    let endpoint = location.blocks.iter().flat_map(|it| &it.block.attributes);
    let credentials = Credentials::block();
    let needed = credentials.attributes.iter().chain(&location.attributes).chain(endpoint);
    let name = needed.map(|it| it.name()).find(|name| unknown.contains(name))?;
    Some(Diagnostic::error(
        format!("The provider's `{name}` is not known yet"),
        format!(
            "An operation needs Azure now, but `{name}` depends on a resource that does not exist \
             yet. Apply that resource first, with -target, or set `{name}` to a known value."
        ),
    ))
}

/// Checks rules that concern several attributes.
pub fn validate(config: &Value) -> Diagnostics {
    features::warnings(config).collect()
}

#[cfg(test)]
mod tests;

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
    /// The subscription of resources that name none.
    pub subscription_id: Option<String>,
    /// How to find the cloud.
    pub location: Where,
    /// How to sign in, or what is missing.
    pub credential: Result<credential::CredentialSettings, Diagnostic>,
    /// What requests say of who sends them.
    pub headers: Headers,
    /// What concerns every resource.
    pub options: ProviderOptions,
    /// What is odd, but clear.
    pub warnings: Diagnostics,
}

impl Settings {
    /// Fills in what the environment says.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or inputs contradict each other.
    pub fn resolve(&self, environment: &Environment) -> Result<Resolved, Diagnostic> {
        let inputs = Inputs::new(environment);
        let subscription = inputs.text("subscription_id", self.subscription_id.as_deref());
        let subscription_id = subscription.map(|given| given.value);
        let mut warnings = Diagnostics::new();
        let credential =
            self.credentials.choose(&inputs, subscription_id.as_deref(), &mut warnings)?;
        Ok(Resolved {
            credential,
            location: self.location.resolve(&inputs)?,
            headers: self.requests.resolve(&inputs)?,
            options: self.options.clone(),
            subscription_id,
            warnings,
        })
    }
}

/// What is wrong with signing in while some of the credentials are not known yet: by the others,
/// Terraform could turn out to be somebody else.
pub fn unknown_credentials(config: &Value) -> Option<Diagnostic> {
    let block = Credentials::block();
    let mut names = block.attributes.iter().map(|it| it.facts.name);
    let name = names.find(|name| config.get(name).has_unknown())?;
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

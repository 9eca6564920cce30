//! Attributes that every resource in a resource group has.

use crate::config::defaults::Defaults;
use crate::explain::with_article;
use crate::validators;
use azure::id::ResourceId;
use plugin::prelude::*;
use serde_json::Value as Json;

/// Subscription and resource group of a resource.
#[derive(Model, Clone, Debug)]
pub struct Scope {
    /// ID of the resource.
    #[tf(id, same = validators::same_id)]
    pub id: Computed<String>,
    /// Name of the resource group.
    #[tf(replace, check = validators::resource_group(), same = validators::same_name)]
    pub resource_group_name: String,
    /// GUID of the subscription. Defaults to the provider's `subscription_id`.
    #[tf(replace, check = validators::guid(), same = validators::same_name)]
    pub subscription_id: OptionalComputed<String>,
}

impl Scope {
    /// Returns the ID of the resource with this type and name in the scope.
    ///
    /// # Errors
    ///
    /// Returns an error if neither the resource nor the provider sets a subscription, or if a part
    /// is malformed.
    pub fn id_of(
        &self,
        defaults: &Defaults,
        ty: &str,
        name: &str,
    ) -> Result<ResourceId, Diagnostic> {
        let subscription = self.subscription_id.get().or(defaults.subscription_id.as_ref());
        let Some(subscription) = subscription else {
            return Err(no_subscription());
        };
        Ok(ResourceId::in_group(subscription, &self.resource_group_name, ty, name))
    }

    /// Sets the attributes that the ID contains.
    pub fn locate(&mut self, id: &ResourceId) {
        self.resource_group_name = id.resource_group().unwrap_or_default().to_owned();
        self.subscription_id.set(id.subscription().to_owned());
    }
}

/// Returns the ID in a state.
///
/// # Errors
///
/// Returns an error if the ID is malformed, as after a manual edit of the state.
pub fn of_state(name: &str, id: &Computed<String>) -> Result<ResourceId, Diagnostic> {
    let id = id.get().map(String::as_str).unwrap_or_default();
    ResourceId::parse(id).map_err(|fault| {
        let summary = format!("The state of a resource {name} has no valid ID");
        let next = "Remove the resource from the state and import it again.";
        Diagnostic::error(summary, format!("{fault} {next}"))
    })
}

/// Returns the ID in the spelling of a body, for an import.
pub fn spelt_by_azure(id: ResourceId, body: &Json) -> ResourceId {
    let own = body["id"].as_str().and_then(|own| ResourceId::parse(own).ok());
    own.filter(|own| *own == id).unwrap_or(id)
}

pub(crate) fn no_subscription() -> Diagnostic {
    Diagnostic::error(
        "A subscription is missing",
        "Set `subscription_id` here or in the provider's configuration, or set the environment \
         variable ARM_SUBSCRIPTION_ID.",
    )
    .at(Path::of("subscription_id"))
}

/// Returns the attributes that an import sets: the ID, with its fixed segments in ARM's spelling.
/// The read that follows sets the others.
///
/// # Errors
///
/// Returns an error if the text is not an ID of one of the types.
pub fn import(
    types: &[&str],
    label: &str,
    id: &str,
) -> Result<Vec<(&'static str, Value)>, Diagnostic> {
    let shape = |ty: &str| {
        let names = ty.split('/').skip(1).map(|part| format!("{part}/NAME"));
        let shape = names.collect::<Vec<_>>().join("/");
        let namespace = ty.split('/').next().unwrap_or_default();
        format!("/subscriptions/GUID/resourceGroups/GROUP/providers/{namespace}/{shape}")
    };
    let refused = |why: String| {
        let summary = format!("{id:?} is not the ID of {}", with_article(label));
        let shapes: Vec<String> = types.iter().map(|ty| shape(ty)).collect();
        let detail = format!("{why}\n\nExpected: {}", shapes.join("\nor: "));
        Diagnostic::error(summary, detail)
    };
    let parsed = ResourceId::parse(id).map_err(|fault| refused(fault.to_string()))?;
    let Some(ty) = types.iter().find(|ty| parsed.is_type(ty)) else {
        return Err(refused(format!("This is the ID of a {}.", parsed.resource_type())));
    };
    Ok(vec![("id", parsed.canonical(ty).as_str().into())])
}

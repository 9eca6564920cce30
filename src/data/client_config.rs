//! `azureai_client_config`, the data source

use crate::arm::Home;
use crate::check;
use crate::lookup::{ArmData, Seen, Target};
use azure::id::ResourceId;
use plugin::diagnostic::Diagnostic;
use plugin::field::Computed;
use plugin::model::Model;
use plugin::path::Path;
use serde::Deserialize;

/// Tells where the provider works, and as whom: the subscription of its configuration, the tenant
/// that the subscription belongs to, and the identity that is signed in.
#[derive(Model, Clone, Debug)]
pub struct ClientConfig {
    /// ID of the subscription.
    id: Computed<String>,
    /// GUID of the subscription.
    subscription_id: Computed<String>,
    /// GUID of the subscription's tenant.
    tenant_id: Computed<String>,
    /// GUID of the application that is signed in: a service principal's or a managed identity's
    /// client ID, or that of the Azure CLI.
    client_id: Computed<String>,
    /// GUID of the user, service principal or managed identity that is signed in.
    object_id: Computed<String>,
}

impl ArmData for ClientConfig {
    const NAME: &'static str = "azureai_client_config";
    const LABEL: &'static str = "subscription";

    fn api(_id: &ResourceId) -> &'static str {
        "2022-12-01"
    }

    fn target(&self, home: &Home) -> Result<Target, Diagnostic> {
        let Some(subscription) = &home.subscription_id else {
            let detail = "Set `subscription_id` in the provider's configuration, or the \
                          environment variable ARM_SUBSCRIPTION_ID.";
            return Err(Diagnostic::error("There is no subscription", detail));
        };
        let id = format!("/subscriptions/{subscription}");
        check::parse(&id, "subscription_id").map(Target::Id)
    }

    fn named_by(&self) -> Path {
        Path::of("subscription_id")
    }

    fn read(&mut self, seen: &Seen<'_>) -> serde_json::Result<()> {
        let body = Body::deserialize(seen.body)?;
        self.id.set(seen.id.as_str().to_owned());
        self.subscription_id.set(seen.id.subscription().to_owned());
        self.tenant_id.set(body.tenant_id);
        self.client_id.set(seen.claims.client_id.clone());
        self.object_id.set(seen.claims.object_id.clone());
        Ok(())
    }
}

/// A subscription on the wire.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    tenant_id: String,
}

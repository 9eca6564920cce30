//! What an emulator is started with: whose world it is, at which address, in which cloud.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::guid::fixed_guid;
use crate::jwt::SigningKey;

/// What does not change while the emulator runs.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) subscription: String,
    pub(crate) tenant: String,
    /// The subscriptions beside that one.
    pub(crate) others: Vec<Subscription>,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) group: String,
    pub(crate) location: String,
    /// The address without a slash at the end.
    pub(crate) base: String,
    /// The name or address that it listens on.
    pub(crate) listens_on: String,
    pub(crate) operation_seconds: f64,
    pub(crate) real_retry_after: bool,
    pub(crate) cloud: &'static Cloud,
    pub(crate) signing_key: Arc<SigningKey>,
    pub(crate) platform: PlatformSecrets,
}

/// The secrets that a platform puts into the environment of what it runs; plainly no real ones.
#[derive(Debug, Clone)]
pub(crate) struct PlatformSecrets {
    /// `IDENTITY_HEADER`.
    pub(crate) identity_header: String,
    /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, `SYSTEM_ACCESSTOKEN`.
    pub(crate) request_token: String,
}

impl Default for PlatformSecrets {
    fn default() -> Self {
        Self {
            identity_header: "emulator-identity-not-real".to_owned(),
            request_token: "emulator-job-not-real".to_owned(),
        }
    }
}

/// A subscription beside the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) tenant: String,
}

impl Subscription {
    /// The form of dumps and worlds in files.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "id": self.id, "tenant": self.tenant })
    }

    /// Reads that form; without a tenant it belongs to the first subscription's.
    pub(crate) fn from_json(document: &Value, tenant: &str) -> Result<Self, String> {
        let id = document["id"].as_str().ok_or("a subscription has no id")?.to_owned();
        let tenant = document["tenant"].as_str().unwrap_or(tenant).to_owned();
        Ok(Self { id, tenant })
    }
}

impl Settings {
    /// What refusals call the service principal.
    pub(crate) fn client(&self) -> String {
        format!("The client '{}' with object id '{}'", self.client_id, Self::object_id())
    }

    /// The object ID of the service principal.
    pub(crate) fn object_id() -> String {
        fixed_guid("service principal").to_string()
    }

    /// All of them by ID and tenant, in order.
    pub(crate) fn subscriptions(&self) -> impl Iterator<Item = (&str, &str)> {
        let others = self.others.iter().map(|other| (&*other.id, &*other.tenant));
        std::iter::once((&*self.subscription, &*self.tenant)).chain(others)
    }

    /// The tenant of a subscription; `None` when there is no such subscription.
    pub(crate) fn tenant_of(&self, subscription: &str) -> Option<&str> {
        let mut known = self.subscriptions();
        let found = known.find(|(id, _)| id.eq_ignore_ascii_case(subscription));
        found.map(|(_, tenant)| tenant)
    }

    /// The tenant of the subscription that an ID is in.
    pub(crate) fn tenant_at(&self, id: &str) -> &str {
        id.split('/')
            .nth(2)
            .and_then(|subscription| self.tenant_of(subscription))
            .unwrap_or(&self.tenant)
    }

    /// A tenant as it is written here; `None` when there is no such tenant.
    pub(crate) fn tenant_named(&self, name: &str) -> Option<&str> {
        let mut known = self.subscriptions();
        known.find(|(_, tenant)| tenant.eq_ignore_ascii_case(name)).map(|(_, tenant)| tenant)
    }
}

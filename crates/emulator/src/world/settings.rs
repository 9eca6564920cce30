//! Settings of an emulator's start: subscriptions, tenants, address, cloud.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::guid::fixed_guid;
use crate::jwt::SigningKey;

/// Settings that do not change while the emulator runs.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) subscription: String,
    pub(crate) tenant: String,
    /// Subscriptions other than the first.
    pub(crate) others: Vec<Subscription>,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) group: String,
    pub(crate) location: String,
    /// Base URL, without a slash at the end.
    pub(crate) base: String,
    /// Names and addresses by which clients may reach the emulator, beside localhost and IP
    /// addresses.
    pub(crate) hosts: Vec<String>,
    pub(crate) operation_seconds: f64,
    pub(crate) real_retry_after: bool,
    pub(crate) cloud: &'static Cloud,
    pub(crate) signing_key: Arc<SigningKey>,
    pub(crate) platform: PlatformSecrets,
}

/// Secrets that a platform puts into the environment of programs. They are visibly not real ones.
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

/// A subscription other than the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) tenant: String,
}

impl Subscription {
    /// Returns the form of dumps and world files.
    pub(crate) fn to_json(&self) -> Value {
        json!({ "id": self.id, "tenant": self.tenant })
    }

    /// Parses the form of dumps and world files. The tenant defaults to the first subscription's.
    pub(crate) fn from_json(document: &Value, tenant: &str) -> Result<Self, String> {
        let id = document["id"].as_str().ok_or("a subscription has no id")?.to_owned();
        let tenant = document["tenant"].as_str().unwrap_or(tenant).to_owned();
        Ok(Self { id, tenant })
    }
}

impl Settings {
    /// Returns the name of the service principal in error messages.
    pub(crate) fn client(&self) -> String {
        format!("The client '{}' with object id '{}'", self.client_id, Self::object_id())
    }

    /// Returns the object ID of the service principal.
    pub(crate) fn object_id() -> String {
        fixed_guid("service principal").to_string()
    }

    /// Returns the ID and the tenant of all subscriptions, in order.
    pub(crate) fn subscriptions(&self) -> impl Iterator<Item = (&str, &str)> {
        let others = self.others.iter().map(|other| (&*other.id, &*other.tenant));
        std::iter::once((&*self.subscription, &*self.tenant)).chain(others)
    }

    /// Returns the tenant of a subscription, or `None` if the subscription does not exist.
    pub(crate) fn tenant_of(&self, subscription: &str) -> Option<&str> {
        let mut known = self.subscriptions();
        let found = known.find(|(id, _)| id.eq_ignore_ascii_case(subscription));
        found.map(|(_, tenant)| tenant)
    }

    /// Returns the tenant of the subscription in an ID.
    pub(crate) fn tenant_at(&self, id: &str) -> &str {
        id.split('/')
            .nth(2)
            .and_then(|subscription| self.tenant_of(subscription))
            .unwrap_or(&self.tenant)
    }

    /// Returns a tenant in its configured spelling, or `None` if it does not exist.
    pub(crate) fn tenant_named(&self, name: &str) -> Option<&str> {
        let mut known = self.subscriptions();
        known.find(|(_, tenant)| tenant.eq_ignore_ascii_case(name)).map(|(_, tenant)| tenant)
    }
}

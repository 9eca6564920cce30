//! The world: who may ask, what exists, what is under way, what shall go wrong.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::Clock;
use crate::cloud::Cloud;
use crate::fault::Faults;
use crate::id::ResourceId;
use crate::kinds::{self, LateRecords, facts::Etag};
use crate::limits::{Limits, Meters};
use crate::log::Log;
use crate::manners::Manners;
use crate::operation::Operations;
use crate::rules::Rules;
use crate::sign_in::Platform;
use crate::store::{Resource, Store};
use crate::subscription::Subscription;
use crate::token::Keys;

/// The name space of every GUID that the emulator makes up.
const NAMESPACE: Uuid = Uuid::from_u128(0x5e3f_1d1a_6a52_4f0f_9d9b_a1e0_0c0f_fee5);

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
    pub(crate) operation_seconds: f64,
    pub(crate) real_retry_after: bool,
    pub(crate) cloud: &'static Cloud,
    pub(crate) keys: Arc<Keys>,
    pub(crate) platform: Platform,
}

/// Everything behind one lock.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) store: Store,
    pub(crate) operations: Operations,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
    pub(crate) rules: Rules,
    pub(crate) manners: Manners,
    pub(crate) meters: Meters,
    pub(crate) late_records: LateRecords,
    made_up: u64,
}

/// A GUID that is the same in every run.
pub(crate) fn fixed_guid(name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

impl World {
    /// A world with nothing in it.
    pub(crate) fn empty(settings: Settings) -> Self {
        let clock = Clock::new();
        let meters = Meters::new(Limits::default(), clock.now());
        Self {
            settings,
            store: Store::default(),
            operations: Operations::default(),
            clock,
            faults: Faults::default(),
            log: Log::default(),
            rules: Rules::default(),
            manners: Manners::default(),
            meters,
            late_records: LateRecords::default(),
            made_up: 0,
        }
    }

    /// A new GUID; the same sequence in every run.
    pub(crate) fn guid(&mut self) -> Uuid {
        self.made_up += 1;
        fixed_guid(&format!("made up {}", self.made_up))
    }

    /// How many GUIDs were made up so far.
    pub(crate) fn made_up(&self) -> u64 {
        self.made_up
    }

    /// Goes on with the GUIDs where an earlier run has ended.
    pub(crate) fn skip_guids(&mut self, made_up: u64) {
        self.made_up = self.made_up.max(made_up);
    }

    /// The text of `Retry-After`.
    pub(crate) fn retry_after(&self) -> String {
        let seconds = match self.settings {
            Settings { real_retry_after: true, .. } => 10,
            Settings { operation_seconds, .. } if operation_seconds > 0.0 => 1,
            _ => 0,
        };
        seconds.to_string()
    }

    /// The region of a resource or of the nearest thing above it that has one.
    pub(crate) fn region_of(&self, id: &ResourceId) -> String {
        let own = self.store.get(&id.to_string());
        let located = own.and_then(|resource| resource.body["location"].as_str());
        match (located, id.parent()) {
            (Some(location), _) => crate::id::region(location),
            (None, Some(parent)) => self.region_of(&parent),
            (None, None) => crate::id::region(&self.settings.location),
        }
    }

    /// A resource as a `GET` shows it; the newest version when none is named.
    pub(crate) fn show(&self, id: &str, version: Option<&str>) -> Option<Value> {
        let resource = self.store.get(id)?;
        Some(self.present(resource, version))
    }

    /// As [`World::show`], for a resource in hand.
    pub(crate) fn present(&self, resource: &Resource, version: Option<&str>) -> Value {
        let mut body = resource.body.clone();
        if let Some(kind) = kinds::of(&resource.id) {
            let version = version.unwrap_or_else(|| kind.facts().newest());
            if !kind.groups(self.settings.cloud, &body).is_empty() {
                let list = self.store.children(resource.full_id(), "privateEndpointConnections");
                let list: Vec<Value> = list.map(|found| found.body.clone()).collect();
                body["properties"]["privateEndpointConnections"] = json!(list);
            }
            kind.present(self, &mut body, version);
        }
        body
    }

    /// Stores a resource with a fresh etag.
    pub(crate) fn put(&mut self, id: &ResourceId, body: Value) {
        let resource = Resource::new(id.clone(), body);
        self.store.insert(&id.to_string(), resource);
        self.touch(&id.to_string());
    }

    /// Gives a resource a new etag, where its type has them.
    pub(crate) fn touch(&mut self, id: &str) {
        let guid = self.guid();
        if let Some(resource) = self.store.get_mut(id) {
            let style = kinds::of(&resource.id).map_or(Etag::None, |kind| kind.facts().etag);
            let etag = match style {
                Etag::None => return,
                Etag::Weak => format!("W/\"{guid}\""),
                Etag::Bare | Etag::Record => guid.to_string(),
                Etag::Quoted | Etag::Shown => format!("\"{guid}\""),
            };
            resource.body["etag"] = json!(etag);
        }
    }

    /// The good end of a write.
    pub(crate) fn complete(&mut self, id: &ResourceId) {
        let text = id.to_string();
        let Some(kind) = kinds::of(id) else { return };
        let done = kind.facts().states.done;
        if let Some(resource) = self.store.get_mut(&text) {
            if !done.is_empty() {
                resource.body["properties"]["provisioningState"] = json!(done);
            }
            self.touch(&text);
            kind.finish(self, id);
            crate::rules::policy::plan(self, id);
        }
    }

    /// Takes a resource away with all that is below it and all that hangs on it.
    pub(crate) fn remove(&mut self, id: &str) {
        let mut keys: Vec<String> = self.store.below(id).map(|(key, _)| key.clone()).collect();
        keys.insert(0, id.to_owned());
        for key in keys.iter().rev() {
            if let Some(resource) = self.store.remove(key) {
                let now = self.clock.now();
                self.operations.supersede(&resource.id.key(), now);
                if let Some(kind) = kinds::of(&resource.id) {
                    kind.removed(self, &resource);
                }
            }
        }
    }
}

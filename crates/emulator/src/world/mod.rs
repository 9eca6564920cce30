//! The world: settings, rules, resources, operations and faults.
//!
//! It knows resource types only as [`ResourceType`], from a [`Registry`].

pub(crate) mod operation;
pub(crate) mod options;
mod polling;
pub(crate) mod private_link;
pub(crate) mod resource_type;
pub(crate) mod settings;
pub(crate) mod store;
pub(crate) mod type_info;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::clock::{self, Clock};
use crate::fault::Faults;
use crate::guid::GuidSequence;
use crate::limits::{Limits, RateLimiter};
use crate::log::Log;
use crate::resource_id::{ResourceId, region};
use crate::response::HttpResponse;
use crate::rules::Rules;
use operation::Operations;
use options::Options;
use private_link::LinkGroup;
use resource_type::{Registry, ResourceType};
use settings::Settings;
use store::{PENDING, Resource, Store};
use type_info::Etag;

/// State of the emulator, behind one lock.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) store: Store,
    pub(crate) operations: Operations,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
    pub(crate) rules: Rules,
    pub(crate) options: Options,
    pub(crate) rate_limiter: RateLimiter,
    /// Deleted resources that can be restored, by their IDs after the deletion.
    pub(crate) trash: Store,
    /// Subnets that a purged account still holds, each with the time of its release.
    pub(crate) releasing: Vec<(f64, String)>,
    /// Zone groups whose records are not written yet, each with the time of the write.
    pub(crate) late_records: Vec<(f64, ResourceId)>,
    /// Capability hosts of the service's own that are not ready yet, each with the time of
    /// completion.
    pub(crate) late_hosts: Vec<(f64, ResourceId)>,
    pub(crate) guids: GuidSequence,
    /// Resource types, and functions that run what is due.
    pub(crate) registry: &'static Registry,
}

impl World {
    /// Creates an empty world.
    pub(crate) fn empty(settings: Settings, registry: &'static Registry) -> Self {
        let clock = Clock::new();
        let rate_limiter = RateLimiter::new(Limits::default(), clock.now());
        Self {
            settings,
            store: Store::default(),
            operations: Operations::default(),
            clock,
            faults: Faults::default(),
            log: Log::default(),
            rules: Rules::default(),
            options: Options::default(),
            rate_limiter,
            trash: Store::default(),
            releasing: Vec::new(),
            late_records: Vec::new(),
            late_hosts: Vec::new(),
            guids: GuidSequence::default(),
            registry,
        }
    }

    /// Returns a new GUID. The sequence is equal in every run.
    pub(crate) fn guid(&mut self) -> Uuid {
        self.guids.next()
    }

    /// Returns the type of an ID, or `None` if the emulator does not have it.
    pub(crate) fn type_of(&self, id: &ResourceId) -> Option<&'static dyn ResourceType> {
        (self.registry.types)().iter().copied().find(|known| id.is_type(known.info().name))
    }

    /// Returns the groups of a private link target, or none if the resource cannot be one.
    pub(crate) fn link_groups(&self, resource: &Resource) -> Vec<LinkGroup> {
        let known = self.type_of(&resource.id);
        known.map_or_else(Vec::new, |it| it.link_groups(self.settings.cloud, &resource.body))
    }

    /// Returns the value of `Retry-After`, if Azure sends this number of seconds.
    pub(crate) fn retry_after(&self, real: u64) -> String {
        let seconds = match self.settings {
            Settings { real_retry_after: true, .. } => real,
            Settings { operation_seconds, .. } if operation_seconds > 0.0 => 1,
            _ => 0,
        };
        seconds.to_string()
    }

    /// Returns the region of a resource, or of its nearest parent with a region.
    pub(crate) fn region_of(&self, id: &ResourceId) -> String {
        let own = self.store.get(&id.to_string());
        let located = own.and_then(|resource| resource.body["location"].as_str());
        match (located, id.parent()) {
            (Some(location), _) => region(location),
            (None, Some(parent)) => self.region_of(&parent),
            (None, None) => region(&self.settings.location),
        }
    }

    /// Returns a resource as a `GET` shows it, in the newest version by default.
    pub(crate) fn show(&self, id: &str, version: Option<&str>) -> Option<Value> {
        let resource = self.store.get(id)?;
        Some(self.render(resource, version))
    }

    /// Renders a resource as [`World::show`] does.
    pub(crate) fn render(&self, resource: &Resource, version: Option<&str>) -> Value {
        let mut body = resource.body.clone();
        if let Some(map) = body.as_object_mut() {
            map.remove(PENDING);
        }
        if let Some(resource_type) = self.type_of(&resource.id) {
            let version = version.unwrap_or_else(|| resource_type.info().newest());
            if !resource_type.link_groups(self.settings.cloud, &body).is_empty() {
                let list = self.store.children(resource.full_id(), "privateEndpointConnections");
                let list: Vec<Value> = list.map(|found| found.body.clone()).collect();
                body["properties"]["privateEndpointConnections"] = json!(list);
            }
            resource_type.render(self, &mut body, version);
        }
        body
    }

    /// Adds the ETag of a resource to an answer, if its type has ETags.
    pub(crate) fn with_etag(&self, id: &ResourceId, response: HttpResponse) -> HttpResponse {
        let style = self.type_of(id).map_or(Etag::None, |known| known.info().etag);
        let found = self.store.get(&id.to_string());
        match found.and_then(|resource| resource.seen().body["etag"].as_str().map(str::to_owned)) {
            Some(etag) if style != Etag::None => response.header("ETag", &etag),
            _ => response,
        }
    }

    /// Stores a resource with a new ETag.
    pub(crate) fn put(&mut self, id: &ResourceId, body: Value) {
        let resource = Resource::new(id.clone(), body);
        self.store.insert(&id.to_string(), resource);
        self.touch(&id.to_string());
    }

    /// Gives a resource a new ETag, if its type has ETags.
    pub(crate) fn touch(&mut self, id: &str) {
        let guid = self.guid();
        let Some(resource) = self.store.get(id) else { return };
        let style = self.type_of(&resource.id).map_or(Etag::None, |known| known.info().etag);
        let etag = match style {
            Etag::None => return,
            Etag::Weak => format!("W/\"{guid}\""),
            Etag::Bare | Etag::Record => guid.to_string(),
            Etag::Quoted | Etag::Matched | Etag::Shown => format!("\"{guid}\""),
            Etag::Hex => guid.simple().to_string(),
            Etag::Dated => format!("W/\"datetime'{}'\"", clock::stamp(self.clock.now())),
        };
        if let Some(resource) = self.store.get_mut(id) {
            resource.body["etag"] = json!(etag);
        }
    }

    /// Completes a successful write.
    pub(crate) fn complete(&mut self, id: &ResourceId) {
        let text = id.to_string();
        let Some(resource_type) = self.type_of(id) else { return };
        let done = resource_type.info().states.done;
        if let Some(resource) = self.store.get_mut(&text) {
            if !done.is_empty() {
                resource.body["properties"]["provisioningState"] = json!(done);
            }
            self.touch(&text);
            resource_type.on_completed(self, id);
            let now = self.clock.now();
            if let Some(resource) = self.store.get(&text) {
                self.rules.policies.plan(id, &resource.body, now);
            }
        }
    }

    /// Removes a resource with its children and dependents.
    pub(crate) fn remove(&mut self, id: &str) {
        if let Some(purged) = self.trash.remove(id)
            && let Some(resource_type) = self.type_of(&purged.id)
        {
            resource_type.on_purged(self, &purged);
        }
        let mut keys: Vec<String> = self.store.below(id).map(|(key, _)| key.clone()).collect();
        keys.insert(0, id.to_owned());
        for key in keys.iter().rev() {
            if let Some(resource) = self.store.remove(key) {
                let now = self.clock.now();
                self.operations.supersede(&resource.id.key(), now);
                if let Some(resource_type) = self.type_of(&resource.id) {
                    resource_type.on_deleted(self, &resource);
                }
            }
        }
    }
}

//! Resources by ID in lower case, so that a parent comes before its children.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Bound;

use serde_json::Value;

use crate::resource_id::ResourceId;

/// Member of a body with the result of a write until its operation ends. No answer shows it.
pub(crate) const PENDING: &str = "pendingDecision";

/// A resource: what a `GET` shows, without computed properties.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub(crate) id: ResourceId,
    pub(crate) body: Value,
    /// Number of further reads that answer 404 (a fault).
    pub(crate) hidden_reads: u32,
    /// Previous body that reads still show, and the number of these reads (a fault).
    pub(crate) stale: Option<(Value, u32)>,
}

impl Resource {
    /// Creates a resource that every read sees.
    pub(crate) fn new(id: ResourceId, body: Value) -> Self {
        Self { id, body, hidden_reads: 0, stale: None }
    }

    /// Returns the resource as reads see it.
    pub(crate) fn seen(&self) -> Cow<'_, Self> {
        match &self.stale {
            Some((body, _)) => Cow::Owned(Self::new(self.id.clone(), body.clone())),
            None => Cow::Borrowed(self),
        }
    }

    /// Returns `properties.NAME` as text, or an empty text.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.body["properties"][name].as_str().unwrap_or_default()
    }

    /// Returns the full ID as created.
    pub(crate) fn full_id(&self) -> &str {
        self.body["id"].as_str().unwrap_or_default()
    }
}

/// All resources and resource groups.
#[derive(Debug, Default)]
pub(crate) struct Store {
    map: BTreeMap<String, Resource>,
}

impl Store {
    /// Returns a resource by its ID in any case.
    pub(crate) fn get(&self, id: &str) -> Option<&Resource> {
        self.map.get(&key(id))
    }

    /// Returns a resource for a change.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Resource> {
        self.map.get_mut(&key(id))
    }

    /// Stores a resource under an ID.
    pub(crate) fn insert(&mut self, id: &str, resource: Resource) {
        self.map.insert(key(id), resource);
    }

    /// Removes one resource, and keeps its children.
    pub(crate) fn remove(&mut self, id: &str) -> Option<Resource> {
        self.map.remove(&key(id))
    }

    /// Returns all resources in order of ID.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Resource> {
        self.map.values()
    }

    /// Returns everything below an ID, at any depth.
    pub(crate) fn below(&self, id: &str) -> impl Iterator<Item = (&String, &Resource)> {
        let prefix = format!("{}/", key(id));
        self.map
            .range::<String, _>((Bound::Included(prefix.clone()), Bound::Unbounded))
            .take_while(move |(key, _)| key.starts_with(&prefix))
    }

    /// Returns the direct children of one type.
    pub(crate) fn children<'a>(
        &'a self,
        id: &str,
        resource_type: &'a str,
    ) -> impl Iterator<Item = &'a Resource> + use<'a> {
        let prefix = format!("{}/{}/", key(id), resource_type.to_ascii_lowercase());
        self.map
            .range::<String, _>((Bound::Included(prefix.clone()), Bound::Unbounded))
            .take_while(move |(key, _)| key.starts_with(&prefix))
            .filter(move |(_, r)| {
                r.id.types.last().is_some_and(|t| t.eq_ignore_ascii_case(resource_type))
            })
            .map(|(_, resource)| resource)
    }

    /// Returns everything of one full type.
    pub(crate) fn of_type<'a>(
        &'a self,
        resource_type: &'a str,
    ) -> impl Iterator<Item = &'a Resource> {
        self.map.values().filter(move |resource| resource.id.is_type(resource_type))
    }
}

fn key(id: &str) -> String {
    id.trim_end_matches('/').to_ascii_lowercase()
}

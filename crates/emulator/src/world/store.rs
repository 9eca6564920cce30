//! The resources, by ID in lower case, so that a parent stands before its children.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Bound;

use serde_json::Value;

use crate::resource_id::ResourceId;

/// The member of a body that holds what a write decides when its operation has ended. Nobody sees
/// it.
pub(crate) const PENDING: &str = "pendingDecision";

/// One resource: what a `GET` shows, apart from what is computed when it is shown.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub(crate) id: ResourceId,
    pub(crate) body: Value,
    /// How many more reads answer 404 (a fault to order).
    pub(crate) hidden_reads: u32,
    /// What reads still show, and how many (a fault to order).
    pub(crate) stale: Option<(Value, u32)>,
}

impl Resource {
    /// A resource that is there for all.
    pub(crate) fn new(id: ResourceId, body: Value) -> Self {
        Self { id, body, hidden_reads: 0, stale: None }
    }

    /// The resource as reads see it.
    pub(crate) fn seen(&self) -> Cow<'_, Self> {
        match &self.stale {
            Some((body, _)) => Cow::Owned(Self::new(self.id.clone(), body.clone())),
            None => Cow::Borrowed(self),
        }
    }

    /// `properties.NAME` as text, or the empty text.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.body["properties"][name].as_str().unwrap_or_default()
    }

    /// The full ID as created.
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
    /// Finds a resource by its ID in any casing.
    pub(crate) fn get(&self, id: &str) -> Option<&Resource> {
        self.map.get(&key(id))
    }

    /// Finds a resource to change it.
    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Resource> {
        self.map.get_mut(&key(id))
    }

    /// Puts a resource in the place that its ID names.
    pub(crate) fn insert(&mut self, id: &str, resource: Resource) {
        self.map.insert(key(id), resource);
    }

    /// Takes one resource out; its children stay.
    pub(crate) fn remove(&mut self, id: &str) -> Option<Resource> {
        self.map.remove(&key(id))
    }

    /// Everything in order of ID.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Resource> {
        self.map.values()
    }

    /// Everything below an ID, at any depth.
    pub(crate) fn below(&self, id: &str) -> impl Iterator<Item = (&String, &Resource)> {
        let prefix = format!("{}/", key(id));
        self.map
            .range::<String, _>((Bound::Included(prefix.clone()), Bound::Unbounded))
            .take_while(move |(key, _)| key.starts_with(&prefix))
    }

    /// The direct children of one type.
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

    /// Everything of one full type.
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

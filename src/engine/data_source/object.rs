//! Reading one object of ARM with what belongs to it, and finding objects by their names.
//!
//! What is pending is taken for absent: what is said then counts for nothing.

use crate::assessment::reader::{ArmRequest, Read, Reader};
use crate::engine::related::{Related, RelatedObjects};
use crate::engine::resource::ResourceType;
use crate::explain::{capitalised, explain, unreadable};
use crate::private_link::arm_types::ArmType;
use azure::id::ResourceId;
use plugin::diagnostic::Diagnostic;
use serde_json::Value as Json;
use std::fmt::Display;

/// A type of objects in ARM.
#[derive(Clone, Copy, Debug)]
pub struct ObjectType {
    /// ARM's name of the type.
    pub name: &'static str,
    /// The API version that is spoken with it.
    pub api_version: &'static str,
    /// What people call one of the objects.
    pub label: &'static str,
}

impl ObjectType {
    /// A type of ARM's under this label.
    pub const fn new(ty: ArmType, label: &'static str) -> Self {
        Self { name: ty.name, api_version: ty.api_version, label }
    }

    /// The type of a resource of the provider.
    pub const fn of(ty: ResourceType) -> Self {
        Self { name: ty.name, api_version: ty.api_version, label: ty.label }
    }
}

/// An object as Azure has it.
#[derive(Clone, Debug)]
pub struct ObjectAnswer<'r> {
    /// Its ID.
    pub id: ResourceId,
    /// Its body.
    pub body: &'r Json,
    /// What was read along.
    pub related: RelatedObjects,
}

impl ObjectType {
    /// The object of that ID, and what `related` names for its ID and body.
    ///
    /// # Errors
    ///
    /// When Azure does not have it, or refuses to tell.
    pub fn read<'r>(
        &self,
        reader: &'r Reader,
        id: ResourceId,
        related: impl FnOnce(&ResourceId, &Json) -> Vec<Related>,
    ) -> Result<ObjectAnswer<'r>, Diagnostic> {
        let doing = format!("Reading {} {:?}", self.label, id.name());
        let body = match reader.object(&id, self.api_version) {
            Read::Found(body) => body,
            Read::Hidden(error) => return Err(explain(&doing, &error)),
            Read::Absent | Read::Pending => return Err(absent(self.label, &id)),
        };
        let mut found = RelatedObjects::default();
        for Related { name, id, api, list, spare, .. } in related(&id, body) {
            let child = list.map(str::to_owned);
            match reader.read(ArmRequest { id, child, api_version: api, spare }) {
                Read::Found(json) => drop(found.0.insert(name, json.clone())),
                Read::Hidden(error) if !spare || error.is_cancelled() => {
                    return Err(explain(&doing, &error));
                }
                Read::Hidden(_) | Read::Absent | Read::Pending => {}
            }
        }
        Ok(ObjectAnswer { id, body, related: found })
    }

    /// The IDs of the objects in a subscription or a resource group.
    ///
    /// # Errors
    ///
    /// When Azure refuses to tell, or as [`ObjectType::ids`].
    pub fn list(&self, reader: &Reader, scope: &ResourceId) -> Result<Vec<ResourceId>, Diagnostic> {
        match self.ids(reader, scope)? {
            Read::Found(ids) => Ok(ids),
            Read::Hidden(error) => {
                Err(explain(&format!("Looking for a {} in {scope}", self.label), &error))
            }
            Read::Absent | Read::Pending => Ok(Vec::new()),
        }
    }

    /// The IDs of the objects in a subscription or a resource group, if they can be read.
    ///
    /// # Errors
    ///
    /// When an object has no ID that is well formed.
    pub fn ids(
        &self,
        reader: &Reader,
        scope: &ResourceId,
    ) -> Result<Read<Vec<ResourceId>>, Diagnostic> {
        let listed = reader.children(scope, &format!("providers/{}", self.name), self.api_version);
        Ok(match listed {
            Read::Found(listed) => {
                let ids = listed.iter().map(|object| {
                    let id = ResourceId::parse(object["id"].as_str().unwrap_or_default());
                    id.map(|id| id.canonical(self.name)).map_err(|fault| self.unreadable(&fault))
                });
                Read::Found(ids.collect::<Result<_, _>>()?)
            }
            Read::Hidden(error) => Read::Hidden(error),
            Read::Absent => Read::Absent,
            Read::Pending => Read::Pending,
        })
    }

    /// The ID of the only object of that name in a subscription.
    ///
    /// # Errors
    ///
    /// When there is none or several, or Azure refuses to tell.
    pub fn find(
        &self,
        reader: &Reader,
        subscription: &ResourceId,
        name: &str,
    ) -> Result<ResourceId, Diagnostic> {
        let mut found = self.list(reader, subscription)?;
        found.retain(|id| id.name().eq_ignore_ascii_case(name));
        match &found[..] {
            [id] => Ok(id.clone()),
            [] => {
                let summary = format!("{} {name:?} does not exist", capitalised(self.label));
                let detail = format!(
                    "Azure has none of this name in {subscription}, or does not show it to this \
                     identity."
                );
                Err(Diagnostic::error(summary, detail))
            }
            several => Err(self.ambiguous(name, several)),
        }
    }

    /// That several objects have a name.
    pub fn ambiguous(&self, name: &str, candidates: &[ResourceId]) -> Diagnostic {
        let summary = format!("{} {}s have the name {name:?}", candidates.len(), self.label);
        let list = candidates.iter().map(|id| format!("\n  - {id}"));
        let detail = format!(
            "Say which one is meant, by its ID or by its resource group:{}",
            list.collect::<String>()
        );
        Diagnostic::error(summary, detail)
    }

    /// That Azure's answer is not of the form that this API version has.
    pub fn unreadable(&self, fault: &dyn Display) -> Diagnostic {
        unreadable(self.label, fault)
    }
}

/// That Azure does not have an object.
pub fn absent(label: &str, id: &ResourceId) -> Diagnostic {
    let summary = format!("{} {:?} does not exist", capitalised(label), id.name());
    let detail = format!("Azure has no {id}, or does not show it to this identity.");
    Diagnostic::error(summary, detail)
}

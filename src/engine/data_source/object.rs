//! Reads one object of ARM with its related objects, and finds objects by name.
//!
//! A pending read counts as absent, because the result of a run with pending reads is discarded.

use crate::assessment::reader::{ArmRequest, Read, Reader};
use crate::engine::related::{Related, RelatedObjects};
use crate::engine::resource::ResourceType;
use crate::explain::{capitalised, explain, unreadable};
use crate::private_link::arm_types::ArmType;
use azure::id::ResourceId;
use plugin::diagnostic::Diagnostic;
use serde_json::Value as Json;
use std::fmt::Display;

/// Type of objects in ARM.
#[derive(Clone, Copy, Debug)]
pub struct ObjectType {
    /// ARM's name of the type.
    pub name: &'static str,
    /// API version of the requests.
    pub api_version: &'static str,
    /// Name of one object in messages, such as `private endpoint`.
    pub label: &'static str,
}

impl ObjectType {
    /// Creates the type from an ARM type and a label.
    pub const fn new(ty: ArmType, label: &'static str) -> Self {
        Self { name: ty.name, api_version: ty.api_version, label }
    }

    /// Returns the type of a resource of the provider.
    pub const fn of(ty: ResourceType) -> Self {
        Self { name: ty.name, api_version: ty.api_version, label: ty.label }
    }
}

/// An object as Azure returns it.
#[derive(Clone, Debug)]
pub struct ObjectAnswer<'r> {
    /// ID of the object.
    pub id: ResourceId,
    /// Body of the object.
    pub body: &'r Json,
    /// Related objects that were read with the object.
    pub related: RelatedObjects,
}

impl ObjectType {
    /// Reads the object with the ID `id`, and the objects that `related` returns for its ID and
    /// body.
    ///
    /// # Errors
    ///
    /// Returns an error if the object does not exist or Azure denies the read.
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

    /// Returns the IDs of the objects in a subscription or a resource group.
    ///
    /// # Errors
    ///
    /// Returns an error if Azure denies the read, and the errors of [`ObjectType::ids`].
    pub fn list(&self, reader: &Reader, scope: &ResourceId) -> Result<Vec<ResourceId>, Diagnostic> {
        match self.ids(reader, scope)? {
            Read::Found(ids) => Ok(ids),
            Read::Hidden(error) => {
                Err(explain(&format!("Listing {}s in {scope}", self.label), &error))
            }
            Read::Absent | Read::Pending => Ok(Vec::new()),
        }
    }

    /// Returns the IDs of the objects in a subscription or a resource group, or why they cannot be
    /// read.
    ///
    /// # Errors
    ///
    /// Returns an error if the ID of an object is malformed.
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

    /// Returns the ID of the only object with the name `name` in a subscription.
    ///
    /// # Errors
    ///
    /// Returns an error if no object or several objects have the name, or Azure denies the read.
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
                    "No object in {subscription} has this name, or Azure does not show it to \
                     this identity. Check the name and the subscription, or ask an administrator \
                     for read access."
                );
                Err(Diagnostic::error(summary, detail))
            }
            several => Err(self.ambiguous(name, several)),
        }
    }

    /// Returns the error that several objects have the same name.
    pub fn ambiguous(&self, name: &str, candidates: &[ResourceId]) -> Diagnostic {
        let summary = format!("{} {}s have the name {name:?}", candidates.len(), self.label);
        let list = candidates.iter().map(|id| format!("\n  - {id}"));
        let detail = format!(
            "Set the ID or the resource group of one of these objects:{}",
            list.collect::<String>()
        );
        Diagnostic::error(summary, detail)
    }

    /// Returns the error that Azure's answer does not match the schema of the API version.
    pub fn unreadable(&self, fault: &dyn Display) -> Diagnostic {
        unreadable(self.label, fault)
    }
}

/// Returns the error that an object does not exist.
pub fn absent(label: &str, id: &ResourceId) -> Diagnostic {
    let summary = format!("{} {:?} does not exist", capitalised(label), id.name());
    let detail = format!(
        "Azure has no {id}, or does not show it to this identity. Check the ID, \
                          or ask an administrator for read access."
    );
    Diagnostic::error(summary, detail)
}

//! The resources that a workspace works with.

use crate::gates::{self, Kind};
use azure::id::ResourceId;
use serde_json::Value as Json;

/// ARM's name of the type.
pub const TYPE: &str = "Microsoft.MachineLearningServices/workspaces";

/// The API version that is spoken with it.
pub const API: &str = "2025-06-01";

/// What a resource is to a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// The word for it.
    pub word: &'static str,
    /// The groups of the resource that the workspace and its users need.
    pub groups: &'static [&'static str],
}

/// The workspace itself.
pub const HUB: Role = Role { word: "hub", groups: &["amlworkspace"] };

/// A project, which has the network of its hub.
pub const PROJECT: Role = Role { word: "project", groups: &[] };

const STORAGE: Role = Role { word: "storage", groups: &["blob", "file"] };
const VAULT: Role = Role { word: "key_vault", groups: &["vault"] };
const REGISTRY: Role = Role { word: "container_registry", groups: &["registry"] };
const ACCOUNT: Role = Role { word: "ai_services", groups: &["account"] };
const SEARCH: Role = Role { word: "search", groups: &["searchService"] };

/// A resource of a workspace.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its ID.
    pub id: ResourceId,
    /// What it is to the workspace.
    pub role: Role,
    /// How it is closed.
    pub(crate) kind: &'static Kind,
}

/// The resources that a workspace works with, given its body and its connections.
pub fn parts(body: &Json, connections: &[Json]) -> Vec<Part> {
    let own = [("storageAccount", STORAGE), ("keyVault", VAULT), ("containerRegistry", REGISTRY)];
    let own = own
        .into_iter()
        .filter_map(|(name, role)| Some((body["properties"][name].as_str()?.to_owned(), role)));
    let connected = [("AIServices", ACCOUNT), ("CognitiveSearch", SEARCH)];
    let connected = connected.into_iter().flat_map(|(category, role)| {
        targets(connections, category).into_iter().map(move |id| (id, role))
    });
    let part = |(id, role): (String, Role)| {
        let id = ResourceId::parse(&id).ok()?;
        let kind = gates::of(&id)?;
        Some(Part { id: id.canonical(kind.ty), role, kind })
    };
    own.chain(connected).filter_map(part).collect()
}

/// The resources that connections of a category lead to, sorted.
pub fn targets(connections: &[Json], category: &str) -> Vec<String> {
    let properties = connections.iter().map(|connection| &connection["properties"]);
    let mut ids: Vec<String> = properties
        .filter(|it| it["category"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(category)))
        .filter_map(|it| it["metadata"]["ResourceId"].as_str().map(str::to_owned))
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

//! A Foundry account with its projects, their connections, and the capability hosts of their
//! agents.

use super::related::Related;
use super::telemetry::is_component;
use crate::assessment::finding::Finding;
use crate::assessment::foundry::{self, STORES};
use crate::assessment::reader::{Read, Reader, id_at};
use crate::private_link::arm_types::{ACCOUNT_CONNECTION, FOUNDRY_PROJECT};
use azure::id::ResourceId;
use serde_json::Value as Json;
use std::iter;

/// A Foundry account.
#[derive(Clone, Debug)]
pub struct FoundryAccount<'r> {
    /// The account.
    pub own: Scope<'r>,
    /// Projects of the account. Empty if the account does not manage projects.
    pub projects: Vec<Scope<'r>>,
}

/// A Foundry account, or a project of one.
#[derive(Clone, Debug)]
pub struct Scope<'r> {
    /// ID of the account or project.
    pub id: ResourceId,
    /// Body of the account or project.
    pub body: &'r Json,
    /// Connections. Empty if they cannot be read.
    pub connections: &'r [Json],
    /// Capability hosts; `None` if they cannot be read.
    pub hosts: Option<&'r [Json]>,
}

impl<'r> FoundryAccount<'r> {
    /// Returns the account with this body. Adds a finding for each part that cannot be read.
    pub fn see(
        reader: &'r Reader,
        id: &ResourceId,
        body: &'r Json,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let none = Scope { id: id.clone(), body, connections: &[], hosts: None };
        if body["properties"]["allowProjectManagement"] != true {
            return Self { own: none, projects: Vec::new() };
        }
        let listed = reader.children(id, "projects", FOUNDRY_PROJECT.api_version);
        note(&listed, id, "the list of projects", findings);
        let own = Scope::see(reader, none, findings);
        let project = |body: &'r Json| {
            let id = id_at(&body["id"])?.canonical(FOUNDRY_PROJECT.name);
            Some(Scope { id, body, connections: &[], hosts: None })
        };
        let projects = listed.found().unwrap_or_default().iter().filter_map(project);
        let projects = projects.map(|it| Scope::see(reader, it, findings)).collect();
        Self { own, projects }
    }

    /// Returns the stores that connections of the account and of its projects refer to, each once.
    pub fn stores(&self, findings: &mut Vec<Finding>) -> Vec<Related> {
        let mut stores: Vec<Related> = Vec::new();
        for scope in iter::once(&self.own).chain(&self.projects) {
            for connection in scope.connections {
                let Some(id) = target(connection) else {
                    findings.extend(scope.unnamed(connection));
                    continue;
                };
                let is_new = |it: &Related| {
                    it.id != self.own.id && stores.iter().all(|other| other.id != it.id)
                };
                let store = store(&id).filter(is_new);
                stores.extend(store);
            }
        }
        stores.sort_by(|left, right| left.id.cmp(&right.id));
        stores
    }

    /// Returns the Application Insights components that connections of the account and of its
    /// projects refer to.
    pub fn components(&self) -> Vec<ResourceId> {
        let scopes = iter::once(&self.own).chain(&self.projects);
        let named = scopes.flat_map(|scope| scope.connections).filter_map(target);
        named.filter(is_component).collect()
    }

    /// Returns the store of a project's connection: one of the project, or one that the account
    /// shares.
    pub fn store(&self, project: &Scope<'_>, connection: &str) -> Option<ResourceId> {
        let mut named = self.connections(project);
        let named = named.find(|it| name(it).eq_ignore_ascii_case(connection))?;
        store(&target(named)?).map(|store| store.id)
    }

    /// Returns `true` if a project has connections to all three stores of agents.
    pub fn has_stores(&self, project: &Scope<'_>) -> bool {
        STORES.iter().all(|store| self.connections(project).any(|it| store.refuses(it).is_none()))
    }

    fn connections<'s>(&'s self, project: &'s Scope<'_>) -> impl Iterator<Item = &'s Json> {
        let shared = |it: &&Json| it["properties"]["isSharedToAll"] == true;
        project.connections.iter().chain(self.own.connections.iter().filter(shared))
    }
}

impl<'r> Scope<'r> {
    fn see(reader: &'r Reader, scope: Self, findings: &mut Vec<Finding>) -> Self {
        let id = &scope.id;
        let connections = reader.children(id, "connections", ACCOUNT_CONNECTION.api_version);
        note(&connections, id, "the list of connections", findings);
        let hosts = foundry::hosts(reader, id);
        note(&hosts, id, "the list of capability hosts", findings);
        let connections = connections.found().unwrap_or_default();
        Self { connections, hosts: hosts.found(), ..scope }
    }

    /// Returns the object IDs of the identities.
    pub fn principals(&self) -> Vec<&'r str> {
        foundry::principals(self.body)
    }

    /// Returns a finding about a connection to a store of agents that does not name its resource.
    fn unnamed(&self, connection: &Json) -> Option<Finding> {
        let category = connection["properties"]["category"].as_str()?;
        STORES.iter().find(|store| store.category.eq_ignore_ascii_case(category))?;
        let (connection, of) = (name(connection), self.id.name());
        let what = format!("the store of the connection {connection} of {of}");
        Some(Finding::unverified(&self.id, &what, &"the connection's metadata has no `ResourceId`"))
    }
}

fn note<T>(read: &Read<T>, of: &ResourceId, what: &str, findings: &mut Vec<Finding>) {
    findings.extend(Finding::if_hidden(read, of, || format!("{what} of {}", of.name())));
}

/// Returns the target resource of a connection, if the connection names it.
fn target(connection: &Json) -> Option<ResourceId> {
    let properties = &connection["properties"];
    let named = [&properties["metadata"]["ResourceId"], &properties["target"]];
    named.into_iter().find_map(id_at)
}

/// Returns the store with this ID, or the store that contains it.
fn store(id: &ResourceId) -> Option<Related> {
    let mut ids = iter::successors(Some(id.clone()), ResourceId::parent);
    ids.find_map(|id| Related::of(&id, |service| service.foundry_role))
}

fn name(of: &Json) -> &str {
    foundry::told(of).0
}

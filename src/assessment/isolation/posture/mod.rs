//! The posture of a workspace: how its resources are closed, who reaches them privately, which
//! names lead there, and what is wrong with it.

mod access;
mod private;
mod summary;

pub use summary::summary;

use super::dns::Proof;
use super::endpoint::EndpointConnection;
use super::perimeter;
use super::workspace::{self, WorkspaceResource};
use crate::assessment::finding::Finding;
use crate::assessment::reader::{Read, Reader};
use crate::codes::{Evidence, Level};
use crate::private_link::arm_types::WORKSPACE;
use crate::private_link::network_rules::{Perimeter, public_access_of};
use crate::private_link::services::WorkspaceRole;
use azure::id::ResourceId;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The workspace.
    pub workspace: ResourceId,
    /// The networks of its clients; a link to any will do where there are none.
    pub clients: Vec<ResourceId>,
    /// Whether public access is meant to be there beside the private one.
    pub hybrid: bool,
    /// Whether the projects of the hub are shown.
    pub projects: bool,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Posture {
    /// The workspace and the resources that it works with.
    pub members: Vec<Member>,
    /// The names of their endpoints.
    pub names: Vec<Proof>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// The object ID of the identity that approves the endpoints of the workspace's managed
    /// network; `None` where it has no such network.
    approver: Option<String>,
}

/// A resource of the workspace, or the workspace.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its ID.
    pub id: ResourceId,
    /// What it is to the workspace.
    pub role: WorkspaceRole,
    /// How it is closed; `None` where that may not be seen.
    pub access: Option<Access>,
    /// Its private endpoint connections.
    pub connections: Vec<MemberConnection>,
    /// The groups that no endpoint is for.
    pub missing: Vec<&'static str>,
}

/// A private endpoint connection of a resource.
#[derive(Clone, Debug)]
pub struct MemberConnection {
    /// The connection.
    pub connection: EndpointConnection,
    /// The groups that its endpoint is for; empty where that may not be seen.
    pub groups: Vec<String>,
}

/// How a resource is closed.
#[derive(Clone, Debug)]
pub struct Access {
    /// The flag.
    pub flag: String,
    /// What happens to whom no rule allows.
    pub default_action: Option<String>,
    /// Who may pass the rules.
    pub bypass: Option<BTreeSet<String>>,
    /// Who can reach it.
    pub exposure: &'static str,
    /// Whether tasks of a registry may pass its rules.
    pub tasks: Option<bool>,
}

impl Posture {
    /// Whether nothing is wrong, and everything was seen.
    pub fn is_compliant(&self) -> bool {
        self.findings.iter().map(|finding| finding.code).all(|code| {
            code.rule().level != Level::Enforce && code.evidence() != Some(Evidence::Unverified)
        })
    }
}

/// Judges a workspace; `Absent` where there is none.
pub fn judge(reader: &Reader, wish: &Wish) -> Read<Posture> {
    let body = reader.object(&wish.workspace, WORKSPACE.api_version);
    body.map(|body| {
        let mut found = Posture { approver: approver(body), ..Posture::default() };
        for resource in resources(reader, wish, body, &mut found) {
            let member = member(reader, wish, &resource, &mut found);
            found.members.push(member);
        }
        if let Some(registry) = found.members.iter().find(|it| it.role.word == "container_registry")
        {
            let builds = body["properties"]["imageBuildCompute"].as_str().unwrap_or_default();
            found.findings.extend(access::tasks(registry, builds));
        }
        if wish.projects {
            projects(reader, wish, &mut found);
        }
        found
    })
}

/// The identity of a workspace that has a managed network: its own, else the one that it is told to
/// work as.
fn approver(body: &Json) -> Option<String> {
    let mode = body["properties"]["managedNetwork"]["isolationMode"].as_str();
    mode.filter(|mode| !mode.eq_ignore_ascii_case("Disabled"))?;
    let primary = body["properties"]["primaryUserAssignedIdentity"].as_str();
    let is_it = |id: &str| primary.is_some_and(|primary| primary.eq_ignore_ascii_case(id));
    let assigned = body["identity"]["userAssignedIdentities"].as_object().into_iter().flatten();
    let mut assigned = assigned.filter(|(id, _)| is_it(id)).map(|(_, it)| &it["principalId"]);
    let own = body["identity"]["principalId"].as_str();
    own.or_else(|| assigned.next()?.as_str()).map(str::to_owned)
}

fn resources(
    reader: &Reader,
    wish: &Wish,
    body: &Json,
    found: &mut Posture,
) -> Vec<WorkspaceResource> {
    let connections = reader.children(&wish.workspace, "connections", WORKSPACE.api_version);
    if let Some(why) = connections.hidden() {
        found.findings.push(Finding::unverified(&wish.workspace, "its connections", why));
    }
    let others = workspace::resources(body, connections.found().unwrap_or_default());
    WorkspaceResource::hub(&wish.workspace).into_iter().chain(others).collect()
}

fn member(
    reader: &Reader,
    wish: &Wish,
    resource: &WorkspaceResource,
    found: &mut Posture,
) -> Member {
    let mut member = Member {
        id: resource.id.clone(),
        role: resource.role,
        access: None,
        connections: Vec::new(),
        missing: Vec::new(),
    };
    match reader.object(&resource.id, resource.service.arm_type.api_version) {
        Read::Pending => {}
        Read::Hidden(why) => {
            found.findings.push(Finding::unverified(&resource.id, "the resource", &why));
        }
        Read::Absent => {
            found.findings.push(Finding::unverified(
                &resource.id,
                "the resource",
                &"there is none",
            ));
        }
        Read::Found(body) => {
            member.access = Access::read(reader, resource, body);
            found.findings.extend(access::judge(reader, wish, &member));
            private::judge(reader, wish, &mut member, body, found);
        }
    }
    member
}

impl Access {
    /// How a resource with that body is closed; `None` for a type without a flag.
    fn read(reader: &Reader, resource: &WorkspaceResource, body: &Json) -> Option<Self> {
        let access = public_access_of(&resource.id)?;
        let rules = access.read(body);
        // Of what is closed by itself, a perimeter changes nothing that is said.
        let exposure = match access.exposure(body, Perimeter::Unknown) {
            "public" | "selected_networks" => {
                access.exposure(body, perimeter::of(reader, &resource.id))
            }
            closed => closed,
        };
        Some(Self {
            flag: access.flag(body),
            default_action: rules.default_action,
            bypass: rules.bypass,
            exposure,
            tasks: rules.bypass_for_tasks,
        })
    }
}

/// Shows the projects of the hub. They have its network, so nothing of theirs can be wrong.
fn projects(reader: &Reader, wish: &Wish, found: &mut Posture) {
    let scope = format!("/subscriptions/{}", wish.workspace.subscription());
    let Ok(scope) = ResourceId::parse(&scope) else { return };
    let list =
        reader.children(&scope, &format!("providers/{}", WORKSPACE.name), WORKSPACE.api_version);
    if let Some(why) = list.hidden() {
        found.findings.push(Finding::unverified(&wish.workspace, "its projects", why));
    }
    for body in list.found().unwrap_or_default() {
        let hub = body["properties"]["hubResourceId"].as_str();
        let of_hub =
            hub.and_then(|hub| ResourceId::parse(hub).ok()).as_ref() == Some(&wish.workspace);
        let id = body["id"].as_str().and_then(|id| ResourceId::parse(id).ok());
        let project = id.filter(|_| of_hub).and_then(|id| WorkspaceResource::project(&id));
        let Some(project) = project else { continue };
        found.members.push(Member {
            access: Access::read(reader, &project, body),
            id: project.id,
            role: project.role,
            connections: Vec::new(),
            missing: Vec::new(),
        });
    }
}

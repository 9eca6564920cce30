//! The posture of a workspace: how its resources are closed, who reaches them privately, which
//! names lead there, and what is wrong with it.

mod access;
mod finding;
mod private;
mod summary;

pub use finding::{CODES, Evidence, Finding, Severity};
pub use summary::summary;

use super::dns::Proof;
use super::endpoint::Connection;
use super::workspace::{self, Part, Role};
use crate::gates;
use crate::survey::{Sight, Survey};
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
}

/// A resource of the workspace, or the workspace.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its ID.
    pub id: ResourceId,
    /// What it is to the workspace.
    pub role: Role,
    /// How it is closed; `None` where that may not be seen.
    pub access: Option<Access>,
    /// Its private endpoint connections, with the groups that each is for.
    pub connections: Vec<(Connection, Vec<String>)>,
    /// The groups that no endpoint is for.
    pub missing: Vec<&'static str>,
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
        self.findings
            .iter()
            .all(|it| it.severity != Severity::Error && it.evidence != Evidence::Unverified)
    }
}

/// Judges a workspace; `Absent` where there is none.
pub fn judge(survey: &Survey, wish: &Wish) -> Sight<Posture> {
    let body = survey.object(&wish.workspace, workspace::API);
    body.map(|body| {
        let mut found = Posture::default();
        for part in parts(survey, wish, body, &mut found) {
            let member = member(survey, wish, &part, &mut found);
            found.members.push(member);
        }
        if let Some(registry) = found.members.iter().find(|it| it.role.word == "container_registry")
        {
            let builds = body["properties"]["imageBuildCompute"].as_str().unwrap_or_default();
            found.findings.extend(access::tasks(registry, builds));
        }
        if wish.projects {
            projects(survey, wish, &mut found);
        }
        found
    })
}

fn parts(survey: &Survey, wish: &Wish, body: &Json, found: &mut Posture) -> Vec<Part> {
    let hub = gates::of(&wish.workspace);
    let hub = hub.map(|kind| Part { id: wish.workspace.clone(), role: workspace::HUB, kind });
    let connections = survey.children(&wish.workspace, "connections", workspace::API);
    if let Some(why) = connections.hidden() {
        found.findings.push(finding::unverified(&wish.workspace, "its connections", why));
    }
    let others = workspace::parts(body, connections.seen().unwrap_or_default());
    hub.into_iter().chain(others).collect()
}

fn member(survey: &Survey, wish: &Wish, part: &Part, found: &mut Posture) -> Member {
    let mut member = Member {
        id: part.id.clone(),
        role: part.role,
        access: None,
        connections: Vec::new(),
        missing: Vec::new(),
    };
    match survey.object(&part.id, part.kind.api) {
        Sight::Unseen => {}
        Sight::Hidden(why) => {
            found.findings.push(finding::unverified(&part.id, "the resource", &why));
        }
        Sight::Absent => {
            found.findings.push(finding::unverified(&part.id, "the resource", "there is none"));
        }
        Sight::Seen(body) => {
            member.access = Some(Access::read(part, body));
            found.findings.extend(access::judge(survey, wish, &member));
            private::judge(survey, wish, &mut member, body, found);
        }
    }
    member
}

impl Access {
    fn read(part: &Part, body: &Json) -> Self {
        let rules = part.kind.read(body);
        Self {
            flag: gates::flag(body),
            default_action: rules.default_action,
            bypass: rules.bypass,
            exposure: part.kind.exposure(body),
            tasks: rules.bypass_for_tasks,
        }
    }
}

/// Shows the projects of the hub. They have its network, so nothing of theirs can be wrong.
fn projects(survey: &Survey, wish: &Wish, found: &mut Posture) {
    let scope = format!("/subscriptions/{}", wish.workspace.subscription());
    let Ok(scope) = ResourceId::parse(&scope) else { return };
    let list = survey.children(&scope, &format!("providers/{}", workspace::TYPE), workspace::API);
    if let Some(why) = list.hidden() {
        found.findings.push(finding::unverified(&wish.workspace, "its projects", why));
    }
    for body in list.seen().unwrap_or_default() {
        let hub = body["properties"]["hubResourceId"].as_str();
        let of_hub =
            hub.and_then(|hub| ResourceId::parse(hub).ok()).as_ref() == Some(&wish.workspace);
        let id = body["id"].as_str().and_then(|id| ResourceId::parse(id).ok());
        let (true, Some(id), Some(kind)) = (of_hub, id, gates::of(&wish.workspace)) else {
            continue;
        };
        let id = id.canonical(kind.ty);
        let part = Part { id: id.clone(), role: workspace::PROJECT, kind };
        found.members.push(Member {
            id,
            role: part.role,
            access: Some(Access::read(&part, body)),
            connections: Vec::new(),
            missing: Vec::new(),
        });
    }
}

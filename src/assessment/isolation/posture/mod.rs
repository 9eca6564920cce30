//! The posture of a workspace or Foundry account: who can reach its resources, by which private
//! endpoints and names, and with which findings.

mod access;
mod agents;
mod diagram;
mod managed_network;
mod mermaid;
mod paths;
mod perimeters;
mod private;
mod summary;

pub use diagram::diagram;
pub use managed_network::{ManagedNetwork, OutboundRule};
pub use summary::summary;

use super::account::FoundryAccount;
use super::dns::Proof;
use super::endpoint::{EndpointConnection, LiveEndpoint};
use super::perimeter::{self, Association};
use super::project_roles::Project;
use super::related::Related;
use super::telemetry::{self, Telemetry};
use super::workspace;
use crate::assessment::finding::Finding;
use crate::assessment::foundry::{AgentNetwork, agent_network, principals};
use crate::assessment::reader::{Read, Reader, id_at};
use crate::codes::{Evidence, Level};
use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, STORAGE_ACCOUNT, WORKSPACE};
use crate::private_link::network_rules::{Perimeter, public_access_of};
use crate::private_link::services::{Role, service_of};
use azure::id::ResourceId;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The question that a posture answers.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The workspace or Foundry account.
    pub subject: ResourceId,
    /// The virtual networks of its clients. If there are none, a zone may be linked to any network.
    pub clients: Vec<ResourceId>,
    /// If `true`, the workspace or account may be public beside its private endpoints.
    pub hybrid: bool,
    /// If `true`, the posture includes the projects of the hub or account.
    pub projects: bool,
}

/// The answer: resources, names, telemetry and findings.
#[derive(Clone, Debug, Default)]
pub struct Posture {
    /// The workspace or account, and the resources that it works with.
    pub members: Vec<Member>,
    /// The names of their private endpoints.
    pub names: Vec<Proof>,
    /// The destinations of their telemetry.
    pub telemetry: Vec<Telemetry>,
    /// The findings.
    pub findings: Vec<Finding>,
    /// The managed network of the workspace or account; `None` if it has none, or if the network
    /// cannot be read.
    pub managed: Option<ManagedNetwork>,
    /// ID of the subnet that the agents of an account run in.
    pub agents: Option<ResourceId>,
    /// The object ID of the identity that approves the endpoints of the managed network; `None` if
    /// there is no such network.
    approver: Option<String>,
}

/// The workspace or account, or a resource that it works with.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its ID.
    pub id: ResourceId,
    /// Its role for the workspace or account.
    pub role: Role,
    /// If `true`, Azure shows the resource to this identity.
    pub seen: bool,
    /// Who can reach it; `None` if its type has no flag, or if the resource cannot be read.
    pub access: Option<Access>,
    /// Its private endpoint connections.
    pub connections: Vec<MemberConnection>,
    /// The needed groups that no private endpoint leads to.
    pub missing: Vec<&'static str>,
}

/// A private endpoint connection of a resource.
#[derive(Clone, Debug)]
pub struct MemberConnection {
    /// The connection.
    pub connection: EndpointConnection,
    /// The groups that its endpoint leads to; empty if the endpoint cannot be read.
    pub groups: Vec<String>,
    /// The place of its endpoint.
    pub place: EndpointPlace,
}

/// The place of a private endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointPlace {
    /// The subnet with this ID.
    Subnet(ResourceId),
    /// The managed network.
    Managed,
    /// A place that this identity cannot read.
    Hidden,
    /// Nowhere: the endpoint does not exist.
    Gone,
}

/// Who can reach a resource.
#[derive(Clone, Debug)]
pub struct Access {
    /// The public network access flag.
    pub flag: String,
    /// The action of the network rules on traffic that no rule allows.
    pub default_action: Option<String>,
    /// The Azure services that bypass the network rules.
    pub bypass: Option<BTreeSet<String>>,
    /// `public`, `selected_networks`, `perimeter` or `private_only`.
    pub exposure: &'static str,
    /// If `true`, tasks of the registry bypass its network rules.
    pub tasks: Option<bool>,
    /// The network security perimeters that it is in, as far as they can be read.
    pub perimeters: Vec<Association>,
}

impl Posture {
    /// Returns `true` if no finding is an error, and nothing is unverified.
    pub fn is_compliant(&self) -> bool {
        let passes = |finding: &Finding| {
            finding.level() != Level::Enforce
                && finding.code.evidence() != Some(Evidence::Unverified)
        };
        self.findings.iter().all(passes)
    }
}

/// Judges a workspace or Foundry account; `Absent` if it does not exist.
pub fn judge(reader: &Reader, wish: &Wish) -> Read<Posture> {
    let id = &wish.subject;
    let Some(service) = service_of(id) else { return Read::Absent };
    reader.object(id, service.arm_type.api_version).map(|body| {
        let managed = ManagedNetwork::see(reader, id, body);
        let mut found = Posture {
            approver: approver(body),
            managed: managed.clone().and_then(Read::found),
            agents: agent_network(body).subnet(),
            ..Posture::default()
        };
        let account = id
            .is_type(AI_SERVICES_ACCOUNT.name)
            .then(|| FoundryAccount::see(reader, id, body, &mut found.findings));
        let (role, others, components) = match &account {
            Some(account) => {
                (Some(Role::ACCOUNT), account.stores(&mut found.findings), account.components())
            }
            None => {
                let (others, components) = of_hub(reader, id, body, &mut found);
                (service.workspace_role.map(|it| it.role), others, components)
            }
        };
        let own = role.map(|role| Related { id: id.clone(), role, service });
        for resource in own.into_iter().chain(others) {
            let member = member(reader, wish, &resource, &mut found);
            found.members.push(member);
        }
        found.findings.extend(managed_network::judge(id, managed, &found.members));
        match &account {
            Some(account) => {
                agents::judge(reader, account, &mut found.findings);
                agents::registries(reader, account, &found.members, &mut found.findings);
            }
            None => found.findings.extend(access::tasks(&found.members, body)),
        }
        telemetry(reader, wish, components, &mut found);
        match account {
            Some(account) if wish.projects => {
                let ids = account.projects.into_iter().map(|project| project.id);
                found.members.extend(ids.map(|id| Member::of(id, Role::PROJECT)));
            }
            None if wish.projects => projects(reader, wish, &mut found),
            _ => {}
        }
        found
    })
}

/// Returns the object ID of the identity of a workspace or account that has a managed network: its
/// system-assigned identity, or its primary user-assigned identity.
fn approver(body: &Json) -> Option<String> {
    let properties = &body["properties"];
    let mode = properties["managedNetwork"]["isolationMode"].as_str();
    let of_hub = mode.is_some_and(|mode| !mode.eq_ignore_ascii_case("Disabled"));
    if !of_hub && agent_network(body) != AgentNetwork::Managed {
        return None;
    }
    let primary = properties["primaryUserAssignedIdentity"].as_str();
    let is_it = |id: &str| primary.is_some_and(|primary| primary.eq_ignore_ascii_case(id));
    let assigned = body["identity"]["userAssignedIdentities"].as_object().into_iter().flatten();
    let mut assigned = assigned.filter(|(id, _)| is_it(id)).map(|(_, it)| &it["principalId"]);
    let own = body["identity"]["principalId"].as_str();
    own.or_else(|| assigned.next()?.as_str()).map(str::to_owned)
}

/// Judges the destinations of telemetry, and the private endpoints of the scopes that they are in.
fn telemetry(reader: &Reader, wish: &Wish, components: Vec<ResourceId>, found: &mut Posture) {
    found.telemetry = telemetry::see(reader, components, &mut found.findings);
    let mut scopes = Vec::new();
    for one in &found.telemetry {
        for finding in telemetry::judge(one, wish.hybrid) {
            // Several destinations in one scope have one finding.
            if !found.findings.contains(&finding) {
                found.findings.push(finding);
            }
        }
        scopes.extend(one.scopes.iter().map(|scope| scope.id.clone()));
    }
    scopes.sort();
    scopes.dedup();
    for scope in scopes.iter().filter_map(|id| Related::of(id, |_| Some(Role::MONITOR_SCOPE))) {
        let member = member(reader, wish, &scope, found);
        found.members.push(member);
    }
}

/// Returns the resources that a hub works with, and the components that take its telemetry.
fn of_hub(
    reader: &Reader,
    hub: &ResourceId,
    body: &Json,
    found: &mut Posture,
) -> (Vec<Related>, Vec<ResourceId>) {
    let connections = reader.children(hub, "connections", WORKSPACE.api_version);
    let what = || format!("the list of connections of {}", hub.name());
    found.findings.extend(Finding::if_hidden(&connections, hub, what));
    let connections = connections.found().unwrap_or_default();
    (workspace::resources(body, connections), workspace::components(body, connections))
}

impl EndpointPlace {
    fn of(endpoint: &Read<LiveEndpoint>) -> Self {
        match endpoint {
            Read::Found(LiveEndpoint { subnet: Some(id), .. }) => Self::Subnet(id.clone()),
            Read::Absent => Self::Gone,
            _ => Self::Hidden,
        }
    }
}

impl Member {
    /// Returns a resource without access and connections.
    fn of(id: ResourceId, role: Role) -> Self {
        let (connections, missing) = (Vec::new(), Vec::new());
        Self { id, role, seen: true, access: None, connections, missing }
    }
}

fn member(reader: &Reader, wish: &Wish, resource: &Related, found: &mut Posture) -> Member {
    let mut member = Member::of(resource.id.clone(), resource.role);
    let read = reader.object(&resource.id, resource.service.arm_type.api_version);
    member.seen = read.as_found().is_some();
    let what = format!("the resource {}", resource.id.name());
    match read {
        Read::Pending => {}
        Read::Hidden(why) => {
            found.findings.push(Finding::unverified(&resource.id, &what, &why));
        }
        Read::Absent => {
            found.findings.push(Finding::unverified(&resource.id, &what, &"it does not exist"));
        }
        Read::Found(body) => {
            member.access = Access::read(reader, &resource.id, body);
            found.findings.extend(access::judge(reader, wish, &member));
            found.findings.extend(perimeters::judge(&member));
            private::judge(reader, wish, &mut member, body, found);
        }
    }
    member
}

impl Access {
    /// Reads who can reach a resource with that body; `None` for a type without a flag.
    fn read(reader: &Reader, id: &ResourceId, body: &Json) -> Option<Self> {
        let access = public_access_of(id)?;
        let rules = access.read(body);
        let perimeters = perimeter::see(reader, id).found();
        Some(Self {
            flag: access.flag(body),
            default_action: rules.default_action,
            bypass: rules.bypass,
            exposure: access.exposure(body, perimeter::in_force(perimeters.as_deref())),
            tasks: rules.bypass_for_tasks,
            perimeters: perimeters.unwrap_or_default(),
        })
    }

    /// Returns `true` if an enforced perimeter decides who can reach the resource.
    fn is_enforced(&self) -> bool {
        perimeter::in_force(Some(&self.perimeters)) == Perimeter::Enforced
    }
}

/// Adds the projects of the hub. They use its network, so only their roles are judged.
fn projects(reader: &Reader, wish: &Wish, found: &mut Posture) {
    let scope = wish.subject.subscription_id();
    let list =
        reader.children(&scope, &format!("providers/{}", WORKSPACE.name), WORKSPACE.api_version);
    let what = || format!("the list of projects of {}", wish.subject.name());
    found.findings.extend(Finding::if_hidden(&list, &wish.subject, what));
    let storage = storage(reader, &found.members);
    for body in list.found().unwrap_or_default() {
        let of_hub = id_at(&body["properties"]["hubResourceId"]).as_ref() == Some(&wish.subject);
        let id = id_at(&body["id"]);
        let project = |id: &ResourceId| Related::of(id, |_| Some(Role::PROJECT));
        let Some(Related { id, role, .. }) = id.filter(|_| of_hub).as_ref().and_then(project)
        else {
            continue;
        };
        if let Some(storage) = &storage {
            let project = Project { name: id.name(), principals: principals(body) };
            let PrivateStorage { id, endpoints, takes_keys } = storage;
            let endpoints: Vec<_> = endpoints.iter().collect();
            let lacks = project.judge_storage(reader, id, &endpoints, *takes_keys);
            found.findings.extend(lacks);
        }
        let access = Access::read(reader, &id, body);
        found.members.push(Member { access, ..Member::of(id, role) });
    }
}

/// The storage account of a hub, if the internet cannot reach it.
struct PrivateStorage {
    id: ResourceId,
    endpoints: Vec<ResourceId>,
    takes_keys: bool,
}

fn storage(reader: &Reader, members: &[Member]) -> Option<PrivateStorage> {
    let closed = |it: &&Member| it.access.as_ref().is_some_and(|it| it.exposure != "public");
    let member = members.iter().filter(|it| it.role.word == "storage").find(closed)?;
    let approved = member.connections.iter().filter(|it| it.connection.is_approved());
    let endpoints = approved.filter_map(|it| it.connection.endpoint.clone()).collect();
    let body = reader.object(&member.id, STORAGE_ACCOUNT.api_version).value();
    let keys = body.map(|body| body["properties"]["allowSharedKeyAccess"] != false);
    Some(PrivateStorage { id: member.id.clone(), endpoints, takes_keys: keys.unwrap_or(true) })
}

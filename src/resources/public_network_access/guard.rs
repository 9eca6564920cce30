//! The guard: what must be true before public access is disabled.

use super::checklist::{Checklist, Line};
use crate::assessment::isolation::dns::{self, Proof, Status};
use crate::assessment::isolation::endpoint::{
    EndpointConnection, LiveEndpoint, connections, private_link_scopes,
};
use crate::assessment::isolation::remediation;
use crate::assessment::reader::{Read, Reader};
use crate::codes::Code;
use crate::engine::partial::Verdict;
use crate::private_link::arm_types::{PRIVATE_ENDPOINT, VIRTUAL_NETWORK};
use crate::private_link::services::service_of;
use crate::private_link::workspaces::is_project;
use crate::validators;
use azure::id::ResourceId;
use plugin::prelude::*;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Protection against locking oneself out. It looks right before the flag is disabled, and, as far
/// as all is known and the provider's `checks` are not off, already in the plan.
#[derive(Model, Clone, Debug, PartialEq)]
pub(super) struct Guard {
    /// `enforce` refuses to disable access while something is missing, `warn` says what is missing
    /// and goes on, and `off` does not look.
    #[tf(default = "enforce", check = validators::one_of(&["enforce", "warn", "off"]))]
    mode: String,
    /// IDs of private endpoints that must lead to the resource, and be approved. Without it, at
    /// least one endpoint must, whichever it is.
    #[tf(check = validators::id_of(&[PRIVATE_ENDPOINT.name]).each(), same = validators::same_ids)]
    private_endpoint_ids: Option<BTreeSet<String>>,
    /// Group IDs, such as `blob` and `file` of a storage account, that approved endpoints must
    /// reach.
    #[tf(same = validators::same_ids)]
    require_groups: Option<BTreeSet<String>>,
    /// Whether the names of the endpoints must lead to them: by private DNS zones that are linked
    /// to networks, with records that have the addresses of the endpoints. Without it, true where
    /// `private_endpoint_ids` or `client_virtual_network_ids` are given.
    require_dns: Option<bool>,
    /// IDs of the virtual networks of the clients: the zones must be linked to each. Without it, a
    /// link to any network will do.
    #[tf(check = validators::id_of(&[VIRTUAL_NETWORK.name]).each(), same = validators::same_ids)]
    client_virtual_network_ids: Option<BTreeSet<String>>,
}

const ENDPOINTS: &str = "private_endpoint_ids";
const GROUPS: &str = "require_groups";
const DNS: &str = "require_dns";
const CLIENTS: &str = "client_virtual_network_ids";

/// Without a guard block, an approved connection is asked for.
impl Default for Guard {
    fn default() -> Self {
        Self {
            mode: "enforce".to_owned(),
            private_endpoint_ids: None,
            require_groups: None,
            require_dns: None,
            client_virtual_network_ids: None,
        }
    }
}

impl Guard {
    pub(super) fn is_on(&self) -> bool {
        self.mode != "off"
    }

    /// Whether a plan can be judged: the endpoints are given, and known.
    pub(super) fn looks_ahead(config: &Value) -> bool {
        let Some([guard]) = config.get("guard").as_list() else {
            return false;
        };
        let endpoints = guard.get(ENDPOINTS);
        let given =
            !endpoints.has_unknown() && endpoints.as_list().is_some_and(|it| !it.is_empty());
        given && guard.get("mode").as_str() != Some("off") && *guard.get("mode") != Value::Unknown
    }

    fn looks_at_names(&self) -> bool {
        let given = |ids: &Option<BTreeSet<String>>| ids.as_ref().is_some_and(|it| !it.is_empty());
        let named = given(&self.private_endpoint_ids) || given(&self.client_virtual_network_ids);
        self.require_dns.unwrap_or(named)
    }

    /// Judges what would be left when the public access of a resource is disabled.
    pub(super) fn judge(&self, target: &ResourceId, live: &Json, reader: &Reader) -> Verdict {
        let mut list = Checklist::default();
        let endpoints = self.endpoints(target, live, reader, &mut list);
        // What an endpoint that may not be seen is for, nobody knows.
        let all_seen = !list.has_unverified();
        for group in self.require_groups.iter().flatten() {
            list.push(group_line(target, &endpoints, all_seen, group));
        }
        if self.looks_at_names() {
            for endpoint in endpoints.iter().filter(|it| it.is_approved()) {
                self.names(endpoint, reader, &mut list);
            }
        }
        list.verdict(target, self.mode == "warn")
    }

    /// The endpoints that lead to the resource.
    fn endpoints(
        &self,
        target: &ResourceId,
        live: &Json,
        reader: &Reader,
        list: &mut Checklist,
    ) -> Vec<LiveEndpoint> {
        let given = parsed(&self.private_endpoint_ids);
        let ids = if given.is_empty() {
            let shown = all_connections(target, live, reader);
            if let Some(why) = shown.hidden() {
                let text = format!("its private endpoint connections can be read: {why}");
                list.push(Line::unmet(Code::Unverified, ENDPOINTS, text));
                return Vec::new();
            }
            let shown = shown.found().unwrap_or_default();
            let approved = shown.iter().filter(|it| it.is_approved());
            if approved.clone().next().is_none() {
                list.push(nobody(target, &shown));
            } else if self.require_groups.is_none() && !self.looks_at_names() {
                list.push(Line::Met("a private endpoint connection is approved".to_owned()));
                return Vec::new();
            }
            approved.filter_map(|it| it.endpoint.clone()).collect()
        } else {
            given
        };
        let mut targets = private_link_scopes(live);
        targets.push(target.clone());
        let mut endpoints = Vec::new();
        for id in ids {
            let sight = LiveEndpoint::see(reader, &id);
            list.push(endpoint_line(&targets, &id, &sight));
            endpoints.extend(sight.found().filter(|it| leads_to(it, &targets)));
        }
        endpoints
    }

    fn names(&self, endpoint: &LiveEndpoint, reader: &Reader, list: &mut Checklist) {
        let clients = parsed(&self.client_virtual_network_ids);
        match dns::prove(reader, endpoint, &clients) {
            Read::Found(proofs) => {
                list.pending |= proofs.iter().any(|it| it.pending && it.status != Status::Proven);
                proofs.iter().for_each(|proof| list.push(name_line(proof)));
            }
            Read::Hidden(why) => {
                let text = format!("the names of {:?}: {why}", endpoint.id.name());
                list.push(Line::unverified(text));
            }
            Read::Pending => {}
            Read::Absent => {
                let text = format!("{:?} has a network interface with names", endpoint.id.name());
                list.push(Line::unmet(Code::NoRecord, DNS, text));
            }
        }
    }
}

fn parsed(ids: &Option<BTreeSet<String>>) -> Vec<ResourceId> {
    ids.iter().flatten().filter_map(|id| ResourceId::parse(id).ok()).collect()
}

fn leads_to(endpoint: &LiveEndpoint, targets: &[ResourceId]) -> bool {
    endpoint.target.as_ref().is_some_and(|target| targets.contains(target))
}

/// The connections of the resource, and of the private link scopes that lead to it.
fn all_connections(
    target: &ResourceId,
    live: &Json,
    reader: &Reader,
) -> Read<Vec<EndpointConnection>> {
    let scopes = private_link_scopes(live);
    let of_scopes = scopes.iter().map(|scope| {
        let api = service_of(scope).map_or("", |service| service.arm_type.api_version);
        connections(scope, reader.object(scope, api))
    });
    let mut all = connections(target, Read::Found(live));
    for more in of_scopes {
        all = match (all, more) {
            (Read::Found(all), Read::Found(more)) => Read::Found([all, more].concat()),
            (all, Read::Absent) => all,
            (Read::Found(_), other) => other,
            (all, _) => all,
        };
    }
    all
}

fn nobody(target: &ResourceId, connections: &[EndpointConnection]) -> Line {
    let states = connections.iter().map(|it| {
        let endpoint = it.endpoint.as_ref().map_or(it.id.as_str(), ResourceId::as_str);
        format!("\n    {}: {endpoint}", it.status)
    });
    let text = format!("a private endpoint connection is approved{}", states.collect::<String>());
    Line::unmet(Code::NoEndpoint, ENDPOINTS, text).mended_by([remediation::endpoint(target, &[])])
}

fn endpoint_line(targets: &[ResourceId], id: &ResourceId, sight: &Read<LiveEndpoint>) -> Line {
    let (name, target) = (id.name(), targets.last().unwrap_or(id));
    let endpoint = match sight {
        Read::Pending => return Line::unverified(format!("private endpoint {name:?}")),
        Read::Hidden(why) => return Line::unverified(format!("private endpoint {name:?}: {why}")),
        Read::Absent => {
            let text = format!("private endpoint {name:?} exists");
            return Line::unmet(Code::NoEndpoint, ENDPOINTS, text)
                .mended_by([remediation::endpoint(target, &[])]);
        }
        Read::Found(endpoint) => endpoint,
    };
    if !leads_to(endpoint, targets) {
        let other = endpoint.target.as_ref().map_or("somewhere else", |it| it.name());
        let text = format!("private endpoint {name:?} leads here; it leads to {other}");
        return Line::unmet(Code::NoEndpoint, ENDPOINTS, text).for_certain();
    }
    let groups = endpoint.groups.join(", ");
    if endpoint.is_approved() {
        return Line::Met(format!("private endpoint {name:?} is approved, for {groups}"));
    }
    let text = format!("private endpoint {name:?} is approved; it is {}", endpoint.status);
    let line = Line::unmet(Code::NotApproved, ENDPOINTS, text);
    match endpoint.status.as_str() {
        "Disconnected" => line.mended_by([remediation::anew(name)]),
        _ => line.mended_by([remediation::approval(target, id)]),
    }
}

fn group_line(
    target: &ResourceId,
    endpoints: &[LiveEndpoint],
    all_seen: bool,
    group: &str,
) -> Line {
    let mut reached = endpoints.iter().flat_map(|it| &it.groups);
    if reached.any(|reached| reached.eq_ignore_ascii_case(group)) {
        return Line::Met(format!("group {group:?} is reached"));
    }
    if !all_seen {
        return Line::unverified(format!("group {group:?}: an endpoint may not be seen"));
    }
    let text = format!("group {group:?} is reached by an endpoint");
    Line::unmet(Code::NoEndpoint, GROUPS, text).mended_by([remediation::endpoint(target, &[group])])
}

fn name_line(proof: &Proof) -> Line {
    let Proof { needed, .. } = proof;
    let (fqdn, zone) = (&needed.fqdn, &needed.zone);
    let addresses = needed.addresses.join(", ");
    let Some(finding) = proof.finding(&proof.endpoint) else {
        return Line::Met(format!("{fqdn} leads to {addresses}"));
    };
    let (asked_by, text) = match &proof.status {
        Status::Proven => (DNS, format!("{fqdn} leads to {addresses}")),
        Status::Unverified(why) => return Line::unverified(format!("{fqdn}: {why}")),
        Status::ZoneMissing => (DNS, format!("{fqdn} has a zone {zone}")),
        Status::RecordMissing => {
            (DNS, format!("{fqdn} has a record {:?} in {zone}", needed.record))
        }
        Status::RecordStale => {
            let found = proof.found.iter().flatten().cloned().collect::<Vec<_>>().join(", ");
            (DNS, format!("{fqdn} leads to {addresses}; its record says {found}"))
        }
        Status::Unlinked if proof.unlinked.is_empty() => {
            (DNS, format!("{zone}, of {fqdn}, is linked to a network"))
        }
        Status::Unlinked => {
            let names = proof.unlinked.iter().filter_map(|id| id.rsplit('/').next());
            let names = names.collect::<Vec<_>>().join(", ");
            (CLIENTS, format!("{zone}, of {fqdn}, is linked to {names}"))
        }
    };
    Line::unmet(finding.code, asked_by, text).mended_by(finding.remediation)
}

/// Refuses a project, which has the network access of its hub.
pub(super) fn of_a_project(live: &Json) -> Option<Diagnostic> {
    if !is_project(live) {
        return None;
    }
    let hub = live["properties"]["hubResourceId"].as_str().unwrap_or("its hub");
    let summary = format!("{:?} is a project", live["name"].as_str().unwrap_or_default());
    let detail =
        format!("A project has the network access of its hub. Set `resource_id` to {hub}.");
    Some(Diagnostic::error(summary, detail).at(Path::of("resource_id")))
}

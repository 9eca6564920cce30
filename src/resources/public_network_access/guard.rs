//! The guard: the conditions for disabling public access.

use super::checklist::{Checklist, Line};
use crate::assessment::isolation::dns::{self, Proof, Status};
use crate::assessment::isolation::endpoint::{
    EndpointConnection, LiveEndpoint, connections, private_link_scopes,
};
use crate::assessment::isolation::remediation;
use crate::codes::Code;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{PRIVATE_ENDPOINT, VIRTUAL_NETWORK};
use crate::private_link::services::service_of;
use crate::private_link::workspaces::is_project;
use std::collections::BTreeSet;

/// Conditions for disabling the flag, which prevent a lockout. The guard runs before the write. It
/// also runs in the plan if all its inputs are known and the provider's `checks` are not `off`.
#[derive(Model, Clone, Debug, PartialEq)]
pub(super) struct Guard {
    /// Mode of the guard. Possible values are `enforce`, which rejects disabling the flag while a
    /// condition is not met; `warn`, which reports a warning and continues; and `off`.
    #[tf(default = "enforce", check = validators::one_of(&["enforce", "warn", "off"]))]
    mode: String,
    /// IDs of private endpoints that must connect to the resource and be approved. If omitted, at
    /// least one approved private endpoint is required.
    #[tf(check = validators::id_of(&[PRIVATE_ENDPOINT.name]).each(), same = validators::same_ids)]
    private_endpoint_ids: Option<BTreeSet<String>>,
    /// Group IDs that approved private endpoints must reach, such as `blob` and `file` of a storage
    /// account.
    #[tf(same = validators::same_ids)]
    require_groups: Option<BTreeSet<String>>,
    /// If `true`, the names of the private endpoints must resolve to them, through private DNS
    /// zones that are linked to networks and contain the addresses. Defaults to `true` with
    /// `private_endpoint_ids` or `client_virtual_network_ids`, and to `false` otherwise.
    require_dns: Option<bool>,
    /// IDs of the virtual networks of the clients. The zones must be linked to each of them. If
    /// omitted, a link to any network suffices.
    #[tf(check = validators::id_of(&[VIRTUAL_NETWORK.name]).each(), same = validators::same_ids)]
    client_virtual_network_ids: Option<BTreeSet<String>>,
}

const ENDPOINTS: &str = "private_endpoint_ids";
const GROUPS: &str = "require_groups";
const DNS: &str = "require_dns";
const CLIENTS: &str = "client_virtual_network_ids";

/// Without a guard block, the guard requires an approved connection.
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

    /// Returns `true` if the plan can run the guard: the private endpoints are set and known.
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

    /// Returns the verdict about disabling the public access of a resource.
    pub(super) fn judge(&self, target: &ResourceId, live: &Json, reader: &Reader) -> Verdict {
        let mut list = Checklist::default();
        let endpoints = self.endpoints(target, live, reader, &mut list);
        // The groups of an unreadable endpoint are unknown.
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

    /// Returns the private endpoints of the resource.
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
                let text = format!("the private endpoint connections cannot be read: {why}");
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
                let text = format!("{:?} has no network interface with names", endpoint.id.name());
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

/// Returns the connections of the resource and of the private link scopes that contain it.
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
    let text = format!("no private endpoint connection is approved{}", states.collect::<String>());
    Line::unmet(Code::NoEndpoint, ENDPOINTS, text).fixed_by([remediation::endpoint(target, &[])])
}

fn endpoint_line(targets: &[ResourceId], id: &ResourceId, sight: &Read<LiveEndpoint>) -> Line {
    let (name, target) = (id.name(), targets.last().unwrap_or(id));
    let endpoint = match sight {
        Read::Pending => return Line::unverified(format!("private endpoint {name:?}")),
        Read::Hidden(why) => return Line::unverified(format!("private endpoint {name:?}: {why}")),
        Read::Absent => {
            let text = format!("private endpoint {name:?} does not exist");
            return Line::unmet(Code::NoEndpoint, ENDPOINTS, text)
                .fixed_by([remediation::endpoint(target, &[])]);
        }
        Read::Found(endpoint) => endpoint,
    };
    if !leads_to(endpoint, targets) {
        let other = endpoint.target.as_ref().map_or("another resource", |it| it.name());
        let text = format!("private endpoint {name:?} connects to {other}, not to this resource");
        return Line::unmet(Code::NoEndpoint, ENDPOINTS, text).for_certain();
    }
    let groups = endpoint.groups.join(", ");
    if endpoint.is_approved() {
        let groups = if groups.is_empty() { String::new() } else { format!(", for {groups}") };
        return Line::Met(format!("private endpoint {name:?} is approved{groups}"));
    }
    let text = format!("private endpoint {name:?} is {}, not Approved", endpoint.status);
    let line = Line::unmet(Code::NotApproved, ENDPOINTS, text);
    match endpoint.status.as_str() {
        "Disconnected" => line.fixed_by([remediation::anew(name)]),
        _ => line.fixed_by([remediation::approval(target, id)]),
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
        return Line::Met(format!("an endpoint reaches group {group:?}"));
    }
    if !all_seen {
        return Line::unverified(format!("group {group:?}: an endpoint cannot be read"));
    }
    let text = format!("no approved endpoint reaches group {group:?}");
    Line::unmet(Code::NoEndpoint, GROUPS, text).fixed_by([remediation::endpoint(target, &[group])])
}

fn name_line(proof: &Proof) -> Line {
    let Proof { needed, .. } = proof;
    let (fqdn, zone) = (&needed.fqdn, &needed.zone);
    let addresses = needed.addresses.join(", ");
    let Some(finding) = proof.finding(&proof.endpoint) else {
        return Line::Met(format!("{fqdn} resolves to {addresses}"));
    };
    let (asked_by, text) = match &proof.status {
        Status::Proven => (DNS, format!("{fqdn} resolves to {addresses}")),
        Status::Unverified(why) => return Line::unverified(format!("{fqdn}: {why}")),
        Status::ZoneMissing => (DNS, format!("{fqdn} has no zone {zone}")),
        Status::RecordMissing => {
            (DNS, format!("{fqdn} has no record {:?} in {zone}", needed.record))
        }
        Status::RecordStale => {
            let found = proof.found.iter().flatten().cloned().collect::<Vec<_>>().join(", ");
            (DNS, format!("{fqdn} resolves to {found}, not to {addresses}"))
        }
        Status::Unlinked if proof.unlinked.is_empty() => {
            (DNS, format!("{zone}, of {fqdn}, is linked to no network"))
        }
        Status::Unlinked => {
            let names = proof.unlinked.iter().filter_map(|id| id.rsplit('/').next());
            let names = names.collect::<Vec<_>>().join(", ");
            (CLIENTS, format!("{zone}, of {fqdn}, is not linked to {names}"))
        }
    };
    Line::unmet(finding.code, asked_by, text).fixed_by(finding.remediation)
}

/// Returns the error for a project, which has the network access of its hub.
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

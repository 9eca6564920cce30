//! Judges the private path to a resource: its connections, private endpoints and names.

use super::managed_network::ManagedNetwork;
use super::{EndpointPlace, Member, MemberConnection, Posture, Wish};
use crate::assessment::finding::Finding;
use crate::assessment::isolation::dns;
use crate::assessment::isolation::endpoint::{EndpointConnection, LiveEndpoint, connections};
use crate::assessment::isolation::remediation;
use crate::assessment::reader::{Read, Reader};
use crate::assessment::roles::{Right, Wanted, approval};
use crate::codes::Code;
use crate::explain::role_command;
use azure::id::ResourceId;
use serde_json::Value as Json;

pub(super) fn judge(
    reader: &Reader,
    wish: &Wish,
    member: &mut Member,
    body: &Json,
    found: &mut Posture,
) {
    let mut endpoints = Vec::new();
    let shown = connections(&member.id, Read::Found(body));
    let what = || format!("the private endpoint connections of {}", member.id.name());
    found.findings.extend(Finding::if_hidden(&shown, &member.id, what));
    let mut all_seen = shown.hidden().is_none();
    for connection in shown.found().unwrap_or_default() {
        // The owner of the resource cannot read an endpoint of the managed network.
        let managed = found.managed.as_ref();
        let is_managed = managed.is_some_and(|it| is_managed(&member.id, &connection, it));
        if connection.is_approved() && is_managed {
            let place = EndpointPlace::Managed;
            member.connections.push(MemberConnection { connection, groups: Vec::new(), place });
            continue;
        }
        let sight = connection.endpoint.as_ref().map(|id| LiveEndpoint::see(reader, id));
        let sight = sight.unwrap_or(Read::Absent);
        let finding = about(&member.id, &connection, &sight);
        let approver = found.approver.as_deref().filter(|_| sight.hidden().is_some());
        let finding = finding.map(|it| match approver {
            Some(approver) => unapproved(reader, approver, &member.id, it),
            None => it,
        });
        found.findings.extend(finding);
        all_seen &= sight.hidden().is_none();
        let place = EndpointPlace::of(&sight);
        let endpoint = sight.found();
        let groups = endpoint.as_ref().map(|it| it.groups.clone()).unwrap_or_default();
        member.connections.push(MemberConnection { connection, groups, place });
        endpoints.extend(endpoint);
    }
    let reached = |group: &&&str| {
        let mut groups = endpoints.iter().flat_map(|it| &it.groups);
        groups.any(|reached| reached.eq_ignore_ascii_case(group))
    };
    let missing = member.role.groups().filter(|it| !reached(&it));
    // An endpoint that cannot be read may lead to the missing groups.
    member.missing = missing.filter(|_| all_seen).collect();
    if !member.missing.is_empty() {
        let groups = member.missing.join(" and ");
        let message = format!("no private endpoint reaches {groups} of {}", member.id.name());
        let blocks = member.missing.iter().map(|group| remediation::endpoint(&member.id, &[group]));
        let finding = Finding::of(Code::NoEndpoint, &member.id, message).fixed_by(blocks);
        found.findings.push(finding);
    }
    names(reader, wish, &member.id, &endpoints, found);
}

/// Returns `true` if a connection belongs to an outbound rule of the managed network: its endpoint
/// has the rule's name and is in another subscription, which is Microsoft's.
fn is_managed(
    target: &ResourceId,
    connection: &EndpointConnection,
    network: &ManagedNetwork,
) -> bool {
    connection.endpoint.as_ref().is_some_and(|endpoint| {
        network.has_rule(endpoint.name())
            && !endpoint.subscription().eq_ignore_ascii_case(target.subscription())
    })
}

/// Judges a connection.
fn about(
    target: &ResourceId,
    connection: &EndpointConnection,
    sight: &Read<LiveEndpoint>,
) -> Option<Finding> {
    let endpoint = connection.endpoint.as_ref();
    let name = endpoint.map_or(connection.id.as_str(), ResourceId::name);
    if let Some(why) = sight.hidden().filter(|_| connection.is_approved()) {
        return Some(Finding::unverified(target, &format!("private endpoint {name}"), why));
    }
    if matches!(sight, Read::Absent) {
        let message = format!(
            "the private endpoint {name} no longer exists, but its connection to {} remains",
            target.name()
        );
        let fix = format!("# az network private-endpoint-connection delete --id {}", connection.id);
        return Some(Finding::of(Code::OrphanedConnection, target, message).fixed_by([fix]));
    }
    if connection.is_approved() {
        return None;
    }
    let message = format!(
        "the connection of the private endpoint {name} to {} is {}",
        target.name(),
        connection.status
    );
    let fix = match (connection.status.as_str(), endpoint) {
        ("Disconnected", _) | (_, None) => remediation::anew(name),
        (_, Some(endpoint)) => remediation::approval(target, endpoint),
    };
    Some(Finding::of(Code::NotApproved, target, message).fixed_by([fix]))
}

/// Adds to the finding of a connection that is not approved who must approve it, if the identity
/// `approver` lacks the right to. The endpoint cannot be read: the endpoints of a managed network
/// are in a subscription of Microsoft's, and the identity of the workspace or account approves them
/// if it has the right to (Microsoft Learn, managed networks of hubs and of Foundry).
fn unapproved(reader: &Reader, approver: &str, target: &ResourceId, found: Finding) -> Finding {
    let action = approval(target);
    let wanted =
        Wanted { principal: approver, actions: &[&action], data_actions: &[], scope: target };
    if found.code != Code::NotApproved || wanted.right(reader).found() != Some(Right::No) {
        return found;
    }
    let message = format!(
        "{}; if the connection belongs to the managed network, the identity {approver} must \
         approve it, but lacks {action} on {}",
        found.message,
        target.name()
    );
    let command = role_command(Some(approver), &action, target.as_str());
    Finding { message, ..found }.fixed_by([format!("# {command}")])
}

/// Judges the names of the endpoints to a resource.
fn names(
    reader: &Reader,
    wish: &Wish,
    target: &ResourceId,
    endpoints: &[LiveEndpoint],
    found: &mut Posture,
) {
    for endpoint in endpoints {
        let proofs = dns::prove(reader, endpoint, &wish.clients);
        let what = || format!("the names of {}", endpoint.id.name());
        found.findings.extend(Finding::if_hidden(&proofs, target, what));
        for proof in proofs.found().unwrap_or_default() {
            // Several names of a zone may have one finding.
            let finding = proof.finding(target).filter(|it| !found.findings.contains(it));
            found.findings.extend(finding);
            found.names.push(proof);
        }
    }
}

//! What is wrong with the private way to a resource: its connections, endpoints and names.

use super::finding::{self, Finding};
use super::{Member, Posture, Wish};
use crate::isolation::dns::{self, Proof, Status};
use crate::isolation::endpoint::{Connection, Endpoint, connections};
use crate::isolation::mend;
use crate::survey::{Sight, Survey};
use azure::id::ResourceId;
use serde_json::Value as Json;

pub(super) fn judge(
    survey: &Survey,
    wish: &Wish,
    member: &mut Member,
    body: &Json,
    found: &mut Posture,
) {
    let mut endpoints = Vec::new();
    let mut all_seen = true;
    for connection in connections(body) {
        let sight = connection.endpoint.as_ref().map(|id| Endpoint::see(survey, id));
        let sight = sight.unwrap_or(Sight::Absent);
        found.findings.extend(about(&member.id, &connection, &sight));
        all_seen &= sight.hidden().is_none();
        let endpoint = sight.seen();
        let groups = endpoint.as_ref().map(|it| it.groups.clone()).unwrap_or_default();
        member.connections.push((connection, groups));
        endpoints.extend(endpoint);
    }
    let reached = |group: &&&str| {
        let mut groups = endpoints.iter().flat_map(|it| &it.groups);
        groups.any(|reached| reached.eq_ignore_ascii_case(group))
    };
    let missing = member.role.groups.iter().filter(|it| !reached(it)).copied();
    // What an endpoint that may not be seen is for, nobody knows.
    member.missing = missing.filter(|_| all_seen).collect();
    if !member.missing.is_empty() {
        let groups = member.missing.join(" and ");
        let message = format!("no private endpoint reaches {groups} of {}", member.id.name());
        let blocks = member.missing.iter().map(|group| mend::endpoint(&member.id, &[group]));
        let mend = blocks.collect::<Vec<_>>().join("\n\n");
        found.findings.push(finding::of(finding::NO_ENDPOINT, &member.id, message, mend));
    }
    names(survey, wish, &member.id, &endpoints, found);
}

/// What is wrong with a connection.
fn about(target: &ResourceId, connection: &Connection, sight: &Sight<Endpoint>) -> Option<Finding> {
    let endpoint = connection.endpoint.as_ref();
    let name = endpoint.map_or(connection.id.as_str(), ResourceId::name);
    if let Some(why) = sight.hidden() {
        return Some(finding::unverified(target, &format!("private endpoint {name}"), why));
    }
    if matches!(sight, Sight::Absent) {
        let message = format!("a connection is left of {name}, an endpoint that is no more");
        let mend =
            format!("# az network private-endpoint-connection delete --id {}", connection.id);
        return Some(finding::of(finding::ORPHAN, target, message, mend));
    }
    if connection.is_approved() {
        return None;
    }
    let message = format!("the connection of {name} to {} is {}", target.name(), connection.status);
    let mend = match (connection.status.as_str(), endpoint) {
        ("Disconnected", _) | (_, None) => format!("# make {name} anew: terraform apply -replace"),
        (_, Some(endpoint)) => mend::approval(target, endpoint),
    };
    Some(finding::of(finding::NOT_APPROVED, target, message, mend))
}

fn names(
    survey: &Survey,
    wish: &Wish,
    target: &ResourceId,
    endpoints: &[Endpoint],
    found: &mut Posture,
) {
    let needed = endpoints.iter().filter_map(|it| it.needed(survey).seen()).flatten();
    let accepted: Vec<String> = needed.flat_map(|it| it.addresses).collect();
    for endpoint in endpoints {
        let proofs = dns::prove(survey, endpoint, &wish.clients, &accepted);
        if let Some(why) = proofs.hidden() {
            let what = format!("the names of {}", endpoint.id.name());
            found.findings.push(finding::unverified(target, &what, why));
        }
        for proof in proofs.seen().unwrap_or_default() {
            // Several names of a zone may miss the same.
            let finding = wrong(target, &proof).filter(|it| !found.findings.contains(it));
            found.findings.extend(finding);
            found.names.push(proof);
        }
    }
}

/// What is wrong with a name.
fn wrong(target: &ResourceId, proof: &Proof) -> Option<Finding> {
    let code = match &proof.status {
        Status::Proven => return None,
        Status::Unverified(_) => finding::UNSEEN,
        Status::ZoneMissing => finding::NO_ZONE,
        Status::Unlinked => finding::UNLINKED,
        Status::RecordStale => finding::STALE,
        Status::RecordMissing if proof.is_wildcard_by_hand() => finding::NO_WILDCARD,
        Status::RecordMissing => finding::NO_RECORD,
    };
    let message = proof.trouble().unwrap_or_default();
    Some(finding::of(code, target, message, proof.mend().join("\n\n")))
}

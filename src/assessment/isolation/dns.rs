//! Proves that the names of an endpoint resolve to it. Each name needs a private DNS zone that is
//! linked to the client networks, and a record in that zone with the addresses of the endpoint's
//! interface.

mod name_proof;
mod proof;

pub use proof::{Proof, Status};

use self::name_proof::NameProof;
use super::dns_servers::Answering;
use super::endpoint::LiveEndpoint;
use crate::assessment::reader::{Read, Reader};
use crate::private_link::interface::RequiredRecord;
use azure::id::ResourceId;

/// Returns a proof for each name of an endpoint. Without client networks, a link to any virtual
/// network suffices. A record may also have the addresses of another approved endpoint to the same
/// target, because endpoints share records.
pub fn prove(reader: &Reader, endpoint: &LiveEndpoint, clients: &[ResourceId]) -> Read<Vec<Proof>> {
    let proofs = prove_beside(reader, endpoint, clients, &[]);
    let is_stale = |proofs: &[Proof]| proofs.iter().any(|it| it.status == Status::RecordStale);
    // Other endpoints are read only if they matter.
    if !proofs.as_found().is_some_and(|proofs| is_stale(proofs)) {
        return proofs;
    }
    let others = endpoint.related(reader).into_iter().filter(LiveEndpoint::is_approved);
    let names = others.filter_map(|other| other.required_records(reader).found()).flatten();
    prove_beside(reader, endpoint, clients, &names.collect::<Vec<_>>())
}

/// Returns a proof for each name of an endpoint. `others` are the records of other endpoints to the
/// target.
fn prove_beside(
    reader: &Reader,
    endpoint: &LiveEndpoint,
    clients: &[ResourceId],
    others: &[RequiredRecord],
) -> Read<Vec<Proof>> {
    let zones = endpoint.zones(reader);
    let needed = endpoint.required_records(reader);
    let zones = match zones {
        Read::Found(zones) => zones,
        Read::Absent => Vec::new(),
        other => return other.map(|_| Vec::new()),
    };
    needed.map(|needed| {
        let prove = |needed| {
            let (clients, asked) = (clients.to_vec(), Answering::default());
            NameProof { reader, endpoint, clients, asked, others, zones: &zones, needed }
        };
        needed.into_iter().map(|needed| prove(needed).follow_dns().proof()).collect()
    })
}

#[cfg(test)]
mod tests;

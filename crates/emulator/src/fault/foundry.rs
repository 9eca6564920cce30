//! Occasional failures of capability hosts.

use super::Fault;

/// Refuses the first `PUT` of a host because another one is busy, and loses the status of its
/// operation twice (Microsoft Learn, "Capability hosts", and the scripts of foundry-samples).
pub(crate) fn of_hosts() -> [Fault; 2] {
    let busy = "Create: Capability Host agents is currently in non creating, retry after its \
                complete: agents";
    let lost = "The request failed for a reason that passes.";
    [
        Fault::status(409, "Conflict", busy).method("PUT").path(HOSTS),
        Fault::status(200, "TransientError", lost)
            .method("GET")
            .path("/Microsoft.CognitiveServices/locations/")
            .after("PUT", HOSTS)
            .count(2),
    ]
}

const HOSTS: &str = "/capabilityHosts/";

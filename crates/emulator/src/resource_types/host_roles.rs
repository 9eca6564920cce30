//! Requirements of a capability host in its stores: roles of its project's identity, and outbound
//! rules of a managed network.

use serde_json::Value;

use super::capability_host::{STORES, connection};
use super::isolation::Network;
use super::{identity, outbound_rule};
use crate::resource_id::{ResourceId, same};
use crate::rules::assignments::Plane;
use crate::world::World;

/// Status of a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// An assigned role gives the right.
    Works,
    /// An assigned role gives the right, but does not take effect yet.
    Late,
    /// No assigned role gives the right.
    Missing,
}

/// Rights that a host needs in its stores, by category of connection. They are actions of the roles
/// in Microsoft's templates (a guess in detail): Cosmos DB Operator; Storage Blob Data Contributor
/// or Storage Account Contributor; Search Service Contributor and Search Index Data Contributor.
const RIGHTS: [(&str, Plane, &str); 4] = [
    ("CosmosDb", Plane::Management, "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/write"),
    (
        "AzureStorageAccount",
        Plane::Management,
        "Microsoft.Storage/storageAccounts/blobServices/containers/write",
    ),
    ("CognitiveSearch", Plane::Management, "Microsoft.Search/searchServices/indexes/write"),
    ("CognitiveSearch", Plane::Data, "Microsoft.Search/searchServices/indexes/documents/write"),
];

/// Returns the status of each right that the host of a project with this ID and body needs.
pub(super) fn standing(world: &World, host: &ResourceId, body: &Value) -> Vec<Standing> {
    let Some(project) = host.parent() else { return Vec::new() };
    let own = world.store.get(&project.to_string());
    let principals = own.map(|own| identity::principals(&own.body)).unwrap_or_default();
    let now = world.clock.now();
    let mut all = Vec::new();
    for (category, target) in targets(world, &project, body) {
        for (_, plane, action) in RIGHTS.iter().filter(|(of, ..)| same(of, category)) {
            let begins = world.rules.roles.allows_from(&principals, (*plane, action), target);
            all.push(match begins {
                Some(begins) if begins <= now => Standing::Works,
                Some(_) => Standing::Late,
                None => Standing::Missing,
            });
        }
    }
    all
}

/// Returns the stores of a project's host, each with the category of its connection.
fn targets<'a>(
    world: &'a World,
    project: &ResourceId,
    body: &Value,
) -> impl Iterator<Item = (&'static str, &'a str)> {
    STORES.into_iter().filter_map(move |(list, category)| {
        let name = body["properties"][list][0].as_str()?;
        let found = connection(world, project, name)?;
        Some((category, found.body["properties"]["metadata"]["ResourceId"].as_str()?))
    })
}

/// Returns `true` if a host is in a managed network without an active rule to one of its stores.
pub(super) fn is_cut_off(world: &World, host: &ResourceId, body: &Value) -> bool {
    let network = host.root().child("managedNetworks", "default");
    let network = Network::at(world, &network);
    let (Some(project), Some(network)) = (host.parent(), network) else { return false };
    targets(world, &project, body).any(|(_, to)| outbound_rule::cuts_off(world, &network, to))
}

//! The roles that the identity of a project has at the stores of its capability host.

use serde_json::Value;

use super::capability_host::{STORES, connection};
use super::identity;
use crate::resource_id::{ResourceId, same};
use crate::rules::assignments::Plane;
use crate::world::World;

/// How roles stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// They are there and work.
    Works,
    /// They are there and do not work yet.
    Late,
    /// Something is not given by any of them.
    Missing,
}

/// What a host does in its stores, by category of connection, as the roles of Microsoft's templates
/// allow it (a guess in detail): Cosmos DB Operator; Storage Blob Data Contributor or Storage
/// Account Contributor; Search Service Contributor and Search Index Data Contributor.
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

/// How each of the rights stands that the host of a project with this ID and body needs.
pub(super) fn standing(world: &World, host: &ResourceId, body: &Value) -> Vec<Standing> {
    let Some(project) = host.parent() else { return Vec::new() };
    let own = world.store.get(&project.to_string());
    let principals = own.map(|own| identity::principals(&own.body)).unwrap_or_default();
    let now = world.clock.now();
    let mut all = Vec::new();
    for (list, category) in STORES {
        let name = body["properties"][list][0].as_str().unwrap_or_default();
        let found = connection(world, &project, name);
        let target = found.map(|it| &it.body["properties"]["metadata"]["ResourceId"]);
        let Some(target) = target.and_then(Value::as_str) else { continue };
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

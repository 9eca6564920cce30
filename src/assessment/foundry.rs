//! What a capability host needs: its stores' connections, and the host of its account.

use crate::assessment::reader::{Read, Reader};
use crate::private_link::arm_types::{
    ACCOUNT_CAPABILITY_HOST, ACCOUNT_CONNECTION, FOUNDRY_PROJECT,
};
use azure::id::ResourceId;
use serde_json::Value as Json;

/// One of the three stores of a capability host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Store {
    /// The attribute that names its connection.
    pub attribute: &'static str,
    /// The category that the connection must be of.
    pub category: &'static str,
}

/// The stores of a capability host: all of them, or none (Microsoft Learn, "Capability hosts").
pub const STORES: [Store; 3] = [
    Store { attribute: "thread_storage_connections", category: "CosmosDb" },
    Store { attribute: "storage_connections", category: "AzureStorageAccount" },
    Store { attribute: "vector_store_connections", category: "CognitiveSearch" },
];

/// The account of a project; of an account itself.
pub fn account(parent: &ResourceId) -> ResourceId {
    let account = parent.parent().filter(|_| parent.is_type(FOUNDRY_PROJECT.name));
    account.unwrap_or_else(|| parent.clone())
}

/// The connection of that name that an account or project has. A project has those of its account
/// too, as far as they are shared.
pub fn connection<'r>(reader: &'r Reader, parent: &ResourceId, name: &str) -> Read<&'r Json> {
    let at = |place: &ResourceId| {
        reader.object(&place.child("connections", name), ACCOUNT_CONNECTION.api_version)
    };
    let (own, account) = (at(parent), account(parent));
    if !matches!(own, Read::Absent) || account == *parent {
        return own;
    }
    match at(&account) {
        Read::Found(body) if body["properties"]["isSharedToAll"] != Json::Bool(true) => {
            Read::Absent
        }
        of_account => of_account,
    }
}

impl Store {
    /// Why a connection cannot be that of the store; nothing where it can.
    pub fn refuses(self, connection: &Json) -> Option<String> {
        let properties = &connection["properties"];
        let text = |name: &str| properties[name].as_str().unwrap_or_default();
        let (category, auth) = (text("category"), text("authType"));
        if !category.eq_ignore_ascii_case(self.category) {
            return Some(format!("it is of category {category:?}, not {:?}", self.category));
        }
        if !auth.eq_ignore_ascii_case("AAD") {
            return Some(format!("agents sign in there by {auth:?}, not by \"AAD\""));
        }
        let metadata = properties["metadata"]["ResourceId"].as_str().unwrap_or_default();
        metadata.is_empty().then(|| "its metadata has no `ResourceId`".to_owned())
    }
}

/// The capability hosts of an account or project; absent where that does not exist.
pub fn hosts<'r>(reader: &'r Reader, parent: &ResourceId) -> Read<&'r [Json]> {
    reader.list(parent, "capabilityHosts", ACCOUNT_CAPABILITY_HOST.api_version)
}

/// Whether that is the state of a host that Azure could not make.
pub fn has_failed(state: &str) -> bool {
    azure::operation::is_failure(state)
}

/// The name of a host, and how far Azure is with it.
pub fn told(host: &Json) -> (&str, &str) {
    let id = host["id"].as_str().unwrap_or_default();
    let name = id.rsplit('/').next().unwrap_or_default();
    (name, host["properties"]["provisioningState"].as_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_store_takes_what_agents_can_use() {
        let connection = |category: &str, auth: &str, metadata: Json| {
            let properties = json!({"category": category, "authType": auth, "metadata": metadata});
            json!({ "properties": properties })
        };
        let id = json!({"ResourceId": "/subscriptions/s"});
        for (body, why) in [
            (connection("cosmosdb", "AAD", id.clone()), None),
            (connection("CognitiveSearch", "AAD", id.clone()), Some("of category")),
            (connection("CosmosDb", "AccountKey", id), Some("sign in")),
            (connection("CosmosDb", "AAD", json!({})), Some("ResourceId")),
        ] {
            let said = STORES[0].refuses(&body);
            assert_eq!(said.is_some(), why.is_some(), "{body}");
            assert!(said.is_none_or(|said| said.contains(why.unwrap_or_default())), "{body}");
        }
    }
}

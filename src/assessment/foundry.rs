//! Requirements of a capability host: the connections of its stores, the roles of the project's
//! identity on the stores, and the host of its account.

use crate::assessment::isolation::remediation;
use crate::assessment::reader::{Read, Reader, id_at};
use crate::assessment::roles::{Right, Wanted};
use crate::explain::{assign_command, pasted};
use crate::private_link::arm_types::{
    ACCOUNT_CAPABILITY_HOST, ACCOUNT_CONNECTION, COSMOS_DB_ACCOUNT, FOUNDRY_PROJECT,
    SEARCH_SERVICE, STORAGE_ACCOUNT, SUBNET,
};
use azure::id::ResourceId;
use serde_json::Value as Json;

/// One of the three stores of a capability host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Store {
    /// Attribute with the connection's name.
    pub attribute: &'static str,
    /// Property of the host with the connection's name.
    pub property: &'static str,
    /// Required category of the connection.
    pub category: &'static str,
    /// Resource type of the store.
    ty: &'static str,
    /// Roles that the project's identity needs on the store.
    pub roles: &'static [Role],
}

/// A role with the actions that the service needs. Any role with these actions will do. Which
/// actions the service uses is a guess: those that create what the service is documented to create
/// in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// Name of the built-in role.
    pub name: &'static str,
    actions: &'static [&'static str],
    data_actions: &'static [&'static str],
    /// Data actions that the agents need instead once the capability host exists.
    of_agents: Option<&'static [&'static str]>,
}

/// The stores of a capability host: all of them or none (Microsoft Learn, "Capability hosts"), with
/// the roles that Microsoft's templates for agents assign before they create the host. For storage,
/// the templates and the pages name different roles; the actions that both include are required.
pub const STORES: [Store; 3] = [
    Store {
        attribute: "thread_storage_connections",
        property: "threadStorageConnections",
        category: "CosmosDb",
        ty: COSMOS_DB_ACCOUNT.name,
        roles: &[Role {
            name: "Cosmos DB Operator",
            actions: &[
                "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/write",
                "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/write",
            ],
            data_actions: &[],
            of_agents: None,
        }],
    },
    Store {
        attribute: "storage_connections",
        property: "storageConnections",
        category: "AzureStorageAccount",
        ty: STORAGE_ACCOUNT.name,
        roles: &[Role {
            name: "Storage Blob Data Contributor",
            actions: &["Microsoft.Storage/storageAccounts/blobServices/containers/write"],
            data_actions: &[],
            of_agents: Some(&[
                "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
                "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write",
            ]),
        }],
    },
    Store {
        attribute: "vector_store_connections",
        property: "vectorStoreConnections",
        category: "CognitiveSearch",
        ty: SEARCH_SERVICE.name,
        roles: &[
            Role {
                name: "Search Service Contributor",
                actions: &["Microsoft.Search/searchServices/indexes/write"],
                data_actions: &[],
                of_agents: None,
            },
            Role {
                name: "Search Index Data Contributor",
                actions: &[],
                data_actions: &["Microsoft.Search/searchServices/indexes/documents/write"],
                of_agents: Some(&[
                    "Microsoft.Search/searchServices/indexes/documents/read",
                    "Microsoft.Search/searchServices/indexes/documents/write",
                ]),
            },
        ],
    },
];

/// Delegation of the agents' subnet. The service compares it case-sensitively (reported in
/// Azure/bicep-registry-modules).
pub const DELEGATION: &str = "Microsoft.App/environments";

/// Name of the service association link by which Azure holds the subnet of agents
/// (foundry-samples#656).
pub const LINK: &str = "legionservicelink";

/// Network that the agents of an account run in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentNetwork {
    /// No network is configured.
    None,
    /// A network that Microsoft manages.
    Managed,
    /// A custom subnet.
    Subnet(ResourceId),
}

impl AgentNetwork {
    /// Returns the ID of the custom subnet, if the agents run in one.
    pub fn subnet(self) -> Option<ResourceId> {
        match self {
            Self::Subnet(id) => Some(id),
            Self::None | Self::Managed => None,
        }
    }
}

/// Returns the network of the agents from the body of an account.
pub fn agent_network(account: &Json) -> AgentNetwork {
    let injection = &account["properties"]["networkInjections"][0];
    let subnet = id_at(&injection["subnetArmId"]);
    match (injection["useMicrosoftManagedNetwork"] == true, subnet) {
        (true, _) => AgentNetwork::Managed,
        (false, Some(id)) => AgentNetwork::Subnet(id.canonical(SUBNET.name)),
        (false, None) => AgentNetwork::None,
    }
}

/// Returns the account of a project, or the account itself.
pub fn account(parent: &ResourceId) -> ResourceId {
    let account = parent.parent().filter(|_| parent.is_type(FOUNDRY_PROJECT.name));
    account.unwrap_or_else(|| parent.clone())
}

/// Reads a connection of an account or project by name. A project also has the shared connections
/// of its account.
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
    /// Returns why a connection is not suitable for the store, or `None` if it is.
    pub fn refuses(self, connection: &Json) -> Option<String> {
        let properties = &connection["properties"];
        let text = |name: &str| properties[name].as_str().unwrap_or_default();
        let (category, auth) = (text("category"), text("authType"));
        if !category.eq_ignore_ascii_case(self.category) {
            return Some(format!("its category is {category:?}, not {:?}", self.category));
        }
        if !auth.eq_ignore_ascii_case("AAD") {
            return Some(format!("its authentication type is {auth:?}, not \"AAD\""));
        }
        let metadata = properties["metadata"]["ResourceId"].as_str().unwrap_or_default();
        metadata.is_empty().then(|| "its metadata has no `ResourceId`".to_owned())
    }

    /// Returns `true` if the resource has the type of the store.
    pub fn is(self, id: &ResourceId) -> bool {
        id.is_type(self.ty)
    }

    /// Returns the target resource of a connection.
    pub fn resource(self, connection: &Json) -> Option<ResourceId> {
        id_at(&connection["properties"]["metadata"]["ResourceId"]).filter(|id| self.is(id))
    }

    /// Returns the roles that certainly none of the identities has on the store.
    pub fn lacking(
        self,
        id: &ResourceId,
        principals: &[&str],
        reader: &Reader,
    ) -> Read<Vec<&'static Role>> {
        let mut lacking = Vec::new();
        for role in self.roles.iter().filter(|_| !principals.is_empty()) {
            match role.right(id, principals, Moment::Before, reader) {
                Read::Found(right) => lacking.extend((right == Right::No).then_some(role)),
                Read::Pending => return Read::Pending,
                Read::Hidden(error) => return Read::Hidden(error),
                // A resource that does not exist lacks no role.
                Read::Absent => {}
            }
        }
        Read::Found(lacking)
    }
}

/// Time at which a role is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before Azure creates the capability host.
    Before,
    /// While agents work.
    Working,
}

impl Role {
    /// Returns whether any of the identities has the actions of the role on a resource. Agents may
    /// run as any of the identities.
    pub fn right(
        &self,
        scope: &ResourceId,
        principals: &[&str],
        moment: Moment,
        reader: &Reader,
    ) -> Read<Right> {
        let (actions, data_actions): (&[&str], &[&str]) = match (moment, self.of_agents) {
            (Moment::Working, Some(of_agents)) => (&[], of_agents),
            _ => (self.actions, self.data_actions),
        };
        let wanted = Wanted { principal: "", actions, data_actions, scope };
        wanted.best_right(principals, reader)
    }
}

/// Returns the object IDs of a project's identities.
pub fn principals(project: &Json) -> Vec<&str> {
    let identity = &project["identity"];
    let assigned = identity["userAssignedIdentities"].as_object();
    let assigned = assigned.into_iter().flat_map(|it| it.values());
    let all = [identity].into_iter().chain(assigned);
    all.filter_map(|it| it["principalId"].as_str()).filter(|it| !it.is_empty()).collect()
}

/// Returns the summary and detail of a finding about missing roles, or `None` if no role is
/// missing.
pub fn told_of_roles(
    id: &ResourceId,
    lacking: &[&Role],
    principals: &[&str],
) -> Option<(String, String)> {
    let who = principals.first().filter(|_| !lacking.is_empty())?;
    let names: Vec<&str> = lacking.iter().map(|role| role.name).collect();
    let block = |role: &&str| remediation::role(id, role, "agents", who);
    let blocks = names.iter().map(block).collect::<Vec<_>>().join("\n\n");
    let command = |role: &&str| assign_command(Some(who), role, id.as_str());
    let commands = names.iter().map(command).collect::<Vec<_>>().join("\n");
    let (roles, others, these) = match names.len() {
        1 => ("role", "another role", "this command"),
        _ => ("roles", "other roles", "these commands"),
    };
    let summary =
        format!("The project's identity lacks the {roles} {} on {:?}", names.join(", "), id.name());
    let detail = format!(
        "With these permissions, the service creates what the project's agents need in the store. \
         Assign the {roles}, or {others} with the same permissions:\n\n{}\n\nOr run \
         {these}:\n\n{}",
        pasted(&blocks),
        pasted(&commands)
    );
    Some((summary, detail))
}

/// Lists the capability hosts of an account or project. Absent if it does not exist.
pub fn hosts<'r>(reader: &'r Reader, parent: &ResourceId) -> Read<&'r [Json]> {
    reader.list(parent, "capabilityHosts", ACCOUNT_CAPABILITY_HOST.api_version)
}

/// Returns `true` for the provisioning state of a capability host that Azure could not create.
pub fn has_failed(state: &str) -> bool {
    azure::operation::is_failure(state)
}

/// Returns the name and the provisioning state of a capability host.
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
    fn store_rejects_connections_that_agents_cannot_use() {
        let connection = |category: &str, auth: &str, metadata: Json| {
            let properties = json!({"category": category, "authType": auth, "metadata": metadata});
            json!({ "properties": properties })
        };
        let id = json!({"ResourceId": "/subscriptions/s"});
        for (body, why) in [
            (connection("cosmosdb", "AAD", id.clone()), None),
            (connection("CognitiveSearch", "AAD", id.clone()), Some("category is")),
            (connection("CosmosDb", "AccountKey", id), Some("authentication type")),
            (connection("CosmosDb", "AAD", json!({})), Some("ResourceId")),
        ] {
            let said = STORES[0].refuses(&body);
            assert_eq!(said.is_some(), why.is_some(), "{body}");
            assert!(said.is_none_or(|said| said.contains(why.unwrap_or_default())), "{body}");
        }
    }
}

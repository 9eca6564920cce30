//! What a capability host needs: its stores' connections, the roles of the project's identity in
//! the stores, and the host of its account.

use crate::assessment::isolation::remediation;
use crate::assessment::reader::{Read, Reader};
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
    /// The attribute that names its connection.
    pub attribute: &'static str,
    /// The property of the host that names it.
    pub property: &'static str,
    /// The category that the connection must be of.
    pub category: &'static str,
    /// ARM's name of the type of the store.
    ty: &'static str,
    /// The roles that the project's identity needs there.
    pub roles: &'static [Role],
}

/// A role, and what of it is needed, by which any other role is judged too. Which of its
/// permissions the service uses is a guess: those that make what it is said to make in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// The name of the built-in role.
    pub name: &'static str,
    actions: &'static [&'static str],
    data_actions: &'static [&'static str],
    /// The data actions that are needed instead once there is a host, by the agents themselves.
    of_agents: Option<&'static [&'static str]>,
}

/// The stores of a capability host: all of them, or none (Microsoft Learn, "Capability hosts"),
/// with the roles that Microsoft's templates for agents assign before the host. For storage the
/// templates and the pages name different roles: what both have is needed.
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

/// What the subnet of agents is delegated to, in this casing: the service compares it as it is
/// (reported in Azure/bicep-registry-modules).
pub const DELEGATION: &str = "Microsoft.App/environments";

/// The service association link by which Azure holds the subnet of agents (foundry-samples#656).
pub const LINK: &str = "legionservicelink";

/// The network that the agents of an account run in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentNetwork {
    /// None of one's own.
    None,
    /// One that Microsoft manages.
    Managed,
    /// This subnet.
    Subnet(ResourceId),
}

/// The network that an account with that body gives its agents.
pub fn agent_network(account: &Json) -> AgentNetwork {
    let injection = &account["properties"]["networkInjections"][0];
    let subnet = injection["subnetArmId"].as_str().and_then(|id| ResourceId::parse(id).ok());
    match (injection["useMicrosoftManagedNetwork"] == true, subnet) {
        (true, _) => AgentNetwork::Managed,
        (false, Some(id)) => AgentNetwork::Subnet(id.canonical(SUBNET.name)),
        (false, None) => AgentNetwork::None,
    }
}

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

impl Store {
    /// Whether it can be such a store.
    pub fn is(self, id: &ResourceId) -> bool {
        id.is_type(self.ty)
    }

    /// The resource that a connection leads to.
    pub fn resource(self, connection: &Json) -> Option<ResourceId> {
        let id = connection["properties"]["metadata"]["ResourceId"].as_str()?;
        ResourceId::parse(id).ok().filter(|id| self.is(id))
    }

    /// The roles that none of the identities has there, for certain.
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
                // Of what is not there nobody lacks a role.
                Read::Absent => {}
            }
        }
        Read::Found(lacking)
    }
}

/// When a role is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before the host is made.
    Before,
    /// While agents work.
    Working,
}

impl Role {
    /// Whether one of these identities has on a resource what is needed of the role. Agents may
    /// work as any of them.
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
        let rights = principals
            .iter()
            .map(|principal| Wanted { principal, actions, data_actions, scope }.right(reader));
        let best = |one, other| match (one, other) {
            (Read::Found(one), Read::Found(other)) => Read::Found(Right::max(one, other)),
            (Read::Found(_), unread) | (unread, _) => unread,
        };
        rights.reduce(best).unwrap_or(Read::Absent)
    }
}

/// The object IDs of the identities of a project.
pub fn principals(project: &Json) -> Vec<&str> {
    let identity = &project["identity"];
    let assigned = identity["userAssignedIdentities"].as_object();
    let assigned = assigned.into_iter().flat_map(|it| it.values());
    let all = [identity].into_iter().chain(assigned);
    all.filter_map(|it| it["principalId"].as_str()).filter(|it| !it.is_empty()).collect()
}

/// What is told of roles that are lacking: a summary, and what to do; nothing where none is.
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
    let summary = format!("The project's identity lacks {} on {:?}", names.join(", "), id.name());
    let detail = format!(
        "With that, the service makes there what the project's agents need. Any role with the same \
         permissions will do.\n\n{}\n\nOr by a command:\n\n{}",
        pasted(&blocks),
        pasted(&commands)
    );
    Some((summary, detail))
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

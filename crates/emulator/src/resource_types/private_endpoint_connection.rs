//! privateEndpointConnections: private endpoint connections at their target.

use serde_json::{Value, json};

use super::common::PLAIN;
use super::endpoint_check::{AUTOMATIC, MANUAL, connection};
use super::private_link_target::TARGETS;
use super::{cosmos, monitor_scope, versions};
use crate::arm_error::ArmError;
use crate::body;
use crate::resource_id::{ResourceId, same};
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::{PENDING, Resource};
use crate::world::type_info::{Delete, Etag, Location, Patch, Poll, Reply, Shown, TypeInfo};

/// Connections of one type of target.
pub(crate) struct TargetConnection {
    info: TypeInfo,
    /// Spelling of `actionsRequired`.
    action: &'static str,
    /// Status and code of a `PUT` of a connection that does not exist.
    absent: (u16, &'static str),
    /// Form of a connection's name.
    naming: Naming,
}

enum Naming {
    /// `TARGET.GUID`.
    Target,
    /// `ENDPOINT.GUID`.
    Endpoint,
    /// `TARGET.GUID`, with a GUID without hyphens.
    TargetHex,
    /// Name of the connection in the endpoint.
    Connection,
    /// Name of the endpoint.
    EndpointName,
}

const COMMON: TypeInfo = TypeInfo {
    writable: &["groupIds", "privateEndpoint", "privateLinkServiceConnectionState"],
    read_only: &["groupId", "linkIdentifier", "provisioningState"],
    top: &["identity", "sku"],
    location: Location::Inherited,
    patch: Patch::None,
    ..PLAIN
};

/// Connections of Microsoft.MachineLearningServices/workspaces.
pub(crate) static OF_WORKSPACE: TargetConnection = TargetConnection {
    info: TypeInfo {
        name: "Microsoft.MachineLearningServices/workspaces/privateEndpointConnections",
        versions: versions::MACHINE_LEARNING,
        ..COMMON
    },
    action: "actionsRequired",
    absent: (404, "NotFound"),
    naming: Naming::Target,
};

/// Connections of Microsoft.CognitiveServices/accounts.
pub(crate) static OF_ACCOUNT: TargetConnection = TargetConnection {
    info: TypeInfo {
        name: "Microsoft.CognitiveServices/accounts/privateEndpointConnections",
        versions: versions::COGNITIVE,
        ..COMMON
    },
    action: "actionsRequired",
    absent: (405, "MethodNotAllowed"),
    naming: Naming::Endpoint,
};

/// Connections of Microsoft.Storage/storageAccounts.
pub(crate) static OF_STORAGE: TargetConnection = TargetConnection {
    info: TypeInfo {
        name: "Microsoft.Storage/storageAccounts/privateEndpointConnections",
        versions: versions::STORAGE,
        ..COMMON
    },
    action: "actionRequired",
    absent: (404, "PrivateEndpointConnectionNotFound"),
    naming: Naming::Target,
};

/// Connections of Microsoft.KeyVault/vaults.
pub(crate) static OF_VAULT: TargetConnection = TargetConnection {
    info: TypeInfo {
        name: "Microsoft.KeyVault/vaults/privateEndpointConnections",
        versions: versions::KEY_VAULT,
        put_again: Reply::AsyncOperation,
        delete: Delete::Location,
        poll: Poll::Own,
        etag: Etag::Hex,
        // A client that writes the connection again sends the `error` of a failed operation back.
        top: &["identity", "sku", "error"],
        ..COMMON
    },
    action: "actionsRequired",
    absent: (404, "ResourceNotFound"),
    naming: Naming::Connection,
};

/// Connections of Microsoft.ContainerRegistry/registries.
pub(crate) static OF_REGISTRY: TargetConnection = TargetConnection {
    info: TypeInfo {
        name: "Microsoft.ContainerRegistry/registries/privateEndpointConnections",
        versions: versions::REGISTRY,
        put_again: Reply::Created,
        delete: Delete::Location,
        poll: Poll::Registry,
        ..COMMON
    },
    action: "actionsRequired",
    absent: (404, "PrivateEndpointConnectionNotFound"),
    naming: Naming::TargetHex,
};

/// Connections of Microsoft.Search/searchServices.
pub(crate) static OF_SEARCH: TargetConnection = TargetConnection {
    info: TypeInfo {
        name: "Microsoft.Search/searchServices/privateEndpointConnections",
        versions: versions::SEARCH,
        delete: Delete::Disconnected,
        ..COMMON
    },
    action: "actionsRequired",
    absent: (404, "ResourceNotFound"),
    naming: Naming::Endpoint,
};

/// Connections of Microsoft.DocumentDB/databaseAccounts.
pub(crate) static OF_COSMOS: TargetConnection = TargetConnection {
    info: TypeInfo {
        name: "Microsoft.DocumentDB/databaseAccounts/privateEndpointConnections",
        versions: versions::COSMOS,
        put_again: Reply::Both(Shown::Enqueued),
        delete: Delete::Both,
        poll: Poll::Cosmos,
        ..COMMON
    },
    action: "actionsRequired",
    absent: (404, "NotFound"),
    naming: Naming::EndpointName,
};

static OWN: [&TargetConnection; 7] =
    [&OF_WORKSPACE, &OF_ACCOUNT, &OF_STORAGE, &OF_VAULT, &OF_REGISTRY, &OF_SEARCH, &OF_COSMOS];

impl TargetConnection {
    /// Returns the connections of a type without a module. The approving `PUT` returns 200, as most
    /// recordings show.
    pub(super) fn of(target: &str, versions: &'static [&'static str]) -> Self {
        let name: &'static str = format!("{target}/privateEndpointConnections").leak();
        Self {
            info: TypeInfo { name, versions, ..COMMON },
            action: "actionsRequired",
            absent: (404, "ResourceNotFound"),
            naming: Naming::Endpoint,
        }
    }
}

/// Returns the description of a connection that needed no approval. Recorded for Storage, Key
/// Vault, Cognitive Services and Search.
pub(super) fn approval(target: &str) -> &'static str {
    let target = target.to_ascii_lowercase();
    match () {
        () if target.contains("/microsoft.cognitiveservices/") => "Approved",
        () if target.contains("/microsoft.search/") => "Auto-approved",
        () => "Auto-Approved",
    }
}

const STATE: &str = "privateLinkServiceConnectionState";
const STATUSES: [&str; 5] = ["Approved", "Pending", "Rejected", "Disconnected", "Timeout"];

impl TargetConnection {
    /// Refuses decisions that a service does not accept. Storage approves neither approved nor
    /// rejected connections, and Search no rejected ones (recorded). It is a guess that Storage
    /// sets no rejected connection back to pending.
    fn check_decision(&self, now: &str, status: &str) -> Result<(), ArmError> {
        let becomes = |word: &str| status.eq_ignore_ascii_case(word);
        let code = match (self.info.namespace(), now) {
            ("Microsoft.Storage", "Approved") if becomes("Approved") => {
                "InvalidValuesForRequestParameters"
            }
            ("Microsoft.Storage", "Rejected") if !becomes("Rejected") => {
                "InvalidValuesForRequestParameters"
            }
            ("Microsoft.Search", "Rejected") if becomes("Approved") => "OperationNotAllowed",
            _ => return Ok(()),
        };
        let text = format!("A private endpoint connection that is {now} cannot become {status}.");
        Err(ArmError::bad(code, text))
    }
}

impl ResourceType for TargetConnection {
    fn info(&self) -> &TypeInfo {
        &self.info
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        let Some(before) = write.before else {
            let text = format!("The private endpoint connection '{}' was not found.", write.id);
            return Err(ArmError::new(self.absent.0, self.absent.1, text));
        };
        cosmos::check_lock(world, write.id)?;
        let asked = write.property(STATE);
        let path = format!("properties.{STATE}");
        body::only_members(&self.info, &path, asked, &["status", "description", self.action])?;
        let known = ["id", "subnetArmId", "resourceGroup"];
        let endpoint = write.property("privateEndpoint");
        body::only_members(&self.info, "properties.privateEndpoint", endpoint, &known)?;
        let Some(status) = asked["status"].as_str() else {
            return Err(body::wrong_type(&self.info, &format!("{path}.status"), "a string"));
        };
        if !STATUSES.iter().any(|known| known.eq_ignore_ascii_case(status)) {
            let wanted = format!("one of {}", STATUSES.join(", "));
            return Err(body::wrong_type(&self.info, &format!("{path}.status"), &wanted));
        }
        let now = before["properties"][STATE]["status"].as_str().unwrap_or_default();
        if now == "Disconnected" && !status.eq_ignore_ascii_case(now) {
            let text = format!(
                "The private endpoint connection '{}' is disconnected and cannot become {status}.",
                write.id
            );
            return Err(ArmError::bad("BadRequest", text));
        }
        self.check_decision(now, status)
    }

    fn on_accepted(&self, _world: &mut World, write: &WriteRequest<'_>, next: &mut Value) {
        for name in ["privateEndpoint", "groupIds"] {
            let stored = write.stored(name);
            if !stored.is_null() {
                next["properties"][name] = stored.clone();
            }
        }
        let state = &mut next["properties"][STATE];
        let status = state["status"].as_str().unwrap_or_default();
        let known = STATUSES.iter().find(|known| known.eq_ignore_ascii_case(status));
        state["status"] = json!(known);
        if state[self.action].is_null() {
            state[self.action] = json!("None");
        }
        // Recorded for Storage.
        if self.info.namespace() == "Microsoft.Storage" && state["description"].is_null() {
            state["description"] = json!("");
        }
        if self.info.put_again == Reply::Created {
            // The connection shows the previous state until its operation ends (recorded).
            next[PENDING] = std::mem::replace(state, write.stored(STATE).clone());
        }
    }

    /// Prefixes the name of an Azure AI services connection with its account. The ID does not have
    /// the prefix.
    fn render(&self, _world: &World, shown: &mut Value, _version: &str) {
        let parts = shown["id"].as_str().unwrap_or_default().rsplit('/');
        let parts: Vec<&str> = parts.take(3).collect();
        if let ("Microsoft.CognitiveServices", [own, _, account]) =
            (self.info.namespace(), &parts[..])
        {
            shown["name"] = json!(format!("{account}/{own}"));
        }
    }

    fn on_completed(&self, world: &mut World, id: &ResourceId) {
        if let Some(own) = world.store.get_mut(&id.to_string())
            && let Some(decided) = own.body.as_object_mut().and_then(|body| body.remove(PENDING))
        {
            own.body["properties"][STATE] = decided;
        }
        show_on_endpoint(world, &id.to_string());
    }

    fn on_deleted(&self, world: &mut World, resource: &Resource) {
        disconnect(world, resource);
    }
}

/// Creates the connection at the target, unless it exists.
pub(super) fn connect(world: &mut World, endpoint: &Resource, approved: bool) {
    let Some(own) = connection(&endpoint.body["properties"]) else {
        return;
    };
    let Some(target) = world.store.get(own.target()) else {
        return;
    };
    let target_id = target.full_id().to_owned();
    let kind = format!("{}/privateEndpointConnections", target.id.resource_type());
    let others = TARGETS.iter().map(|target| &target.connections);
    let mut all = OWN.into_iter().chain([&*monitor_scope::CONNECTIONS]).chain(others);
    let Some(kind) = all.find(|known| known.info.name.eq_ignore_ascii_case(&kind)) else {
        return;
    };
    let wanted = endpoint.full_id();
    let known = world.store.children(&target_id, "privateEndpointConnections");
    let joined = |one: &Resource| same(endpoint_of(one), wanted);
    if known.into_iter().any(joined) {
        return;
    }
    let location = target.body["location"].clone();
    let target_name = target.id.name().to_owned();
    let guid = world.guid();
    let name = match kind.naming {
        Naming::Target => format!("{target_name}.{guid}"),
        Naming::Endpoint => format!("{}.{guid}", endpoint.id.name()),
        Naming::TargetHex => format!("{target_name}.{}", guid.simple()),
        Naming::EndpointName => endpoint.id.name().to_owned(),
        Naming::Connection => own.entry["name"].as_str().unwrap_or_default().to_owned(),
    };
    let message = own.entry["properties"]["requestMessage"].as_str().unwrap_or_default();
    let (status, text) =
        if approved { ("Approved", approval(own.target())) } else { ("Pending", message) };
    let mut id = format!("{target_id}/privateEndpointConnections/{name}");
    if world.store.get(&id).is_some() {
        id = format!("{id}.{}", guid.simple());
    }
    let name = id.rsplit('/').next().unwrap_or_default();
    let mut body = json!({
        "id": id,
        "name": name,
        "type": kind.info.name,
        "location": location,
        "properties": {
            "provisioningState": "Succeeded",
            "privateEndpoint": { "id": wanted },
            STATE: { "status": status, "description": text, kind.action: "None" },
        },
    });
    match kind.info.namespace() {
        "Microsoft.Search" | "Microsoft.DocumentDB" => {
            body["properties"]["groupId"] = json!(own.group());
        }
        "Microsoft.CognitiveServices" => body["properties"]["groupIds"] = json!([own.group()]),
        _ => {}
    }
    if let Some(id) = ResourceId::parse(&id) {
        world.put(&id, body);
    }
}

/// Removes the connection at the target when the endpoint is deleted.
pub(super) fn remove_of(world: &mut World, endpoint: &str) {
    let of_endpoint = |one: &&Resource| {
        let last = one.id.types.last().map_or("", String::as_str);
        last.eq_ignore_ascii_case("privateEndpointConnections") && same(endpoint_of(one), endpoint)
    };
    let ids: Vec<String> =
        world.store.all().filter(of_endpoint).map(|one| one.full_id().to_owned()).collect();
    for id in ids {
        world.remove(&id);
    }
}

fn endpoint_of(connection: &Resource) -> &str {
    connection.body["properties"]["privateEndpoint"]["id"].as_str().unwrap_or_default()
}

/// Copies the state of a target's connection to its endpoint.
pub(crate) fn show_on_endpoint(world: &mut World, id: &str) {
    let Some(own) = world.store.get(id) else {
        return;
    };
    let state = &own.body["properties"][STATE];
    let actions = state["actionsRequired"].as_str().or(state["actionRequired"].as_str());
    let shown = json!({
        "status": state["status"],
        "description": state["description"].as_str().unwrap_or_default(),
        "actionsRequired": actions.unwrap_or("None"),
    });
    let endpoint = endpoint_of(own).to_owned();
    set_state(world, &endpoint, &shown);
}

/// Disconnects the endpoint of a removed connection permanently.
pub(crate) fn disconnect(world: &mut World, connection: &Resource) {
    let endpoint = endpoint_of(connection).to_owned();
    let state = json!({
        "status": "Disconnected",
        "description": "The connection was removed on the side of the private link resource.",
        "actionsRequired": "None",
    });
    set_state(world, &endpoint, &state);
}

fn set_state(world: &mut World, endpoint: &str, state: &Value) {
    let Some(found) = world.store.get_mut(endpoint) else {
        return;
    };
    for array in [AUTOMATIC, MANUAL] {
        if let Some(entry) = found.body.pointer_mut(&format!("/properties/{array}/0")) {
            entry["properties"][STATE] = state.clone();
        }
    }
    world.touch(endpoint);
}

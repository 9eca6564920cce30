//! Capability hosts of Microsoft.CognitiveServices/accounts and of their projects, which name the
//! stores for the threads, files and vectors of agents.

use serde_json::{Value, json};

use super::common::PLAIN;
use super::host_roles::{self, Standing};
use super::{identity, versions};
use crate::arm_error::ArmError;
use crate::body::same_value;
use crate::guid::fixed_guid;
use crate::resource_id::{ResourceId, same};
use crate::world::World;
use crate::world::options::HostRoles;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::store::Resource;
use crate::world::type_info::{Delete, Location, Patch, Reply, TypeInfo};

/// Capability hosts of accounts or of projects.
pub(crate) struct CapabilityHost {
    info: TypeInfo,
}

/// Capability hosts of accounts.
pub(crate) static OF_ACCOUNT: CapabilityHost =
    CapabilityHost::of("Microsoft.CognitiveServices/accounts/capabilityHosts");

/// Capability hosts of projects.
pub(crate) static OF_PROJECT: CapabilityHost =
    CapabilityHost::of("Microsoft.CognitiveServices/accounts/projects/capabilityHosts");

/// Lists of connections, each with the category of its one connection.
pub(super) const STORES: [(&str, &str); 3] = [
    ("vectorStoreConnections", "CognitiveSearch"),
    ("storageConnections", "AzureStorageAccount"),
    ("threadStorageConnections", "CosmosDb"),
];

const WRITABLE: &[&str] = &[
    "aiServicesConnections",
    "capabilityHostKind",
    "customerSubnet",
    "description",
    "enablePublicHostingEnvironment",
    "storageConnections",
    "tags",
    "threadStorageConnections",
    "vectorStoreConnections",
];

/// Providers of the resources that the service creates for a host.
const PROVIDERS: [&str; 2] = ["Microsoft.App", "Microsoft.ContainerService"];

impl CapabilityHost {
    const fn of(name: &'static str) -> Self {
        Self {
            info: TypeInfo {
                name,
                versions: versions::COGNITIVE,
                since: "2025-04-01-preview",
                writable: WRITABLE,
                read_only: &["provisioningState"],
                location: Location::None,
                tags: false,
                put: Reply::AsyncOperation,
                put_again: Reply::AsyncOperation,
                idle_put: true,
                patch: Patch::None,
                delete: Delete::Both,
                valid_name: host_name,
                ..PLAIN
            },
        }
    }

    fn is_of_project(&self) -> bool {
        self.info.name == OF_PROJECT.info.name
    }
}

impl ResourceType for CapabilityHost {
    fn info(&self) -> &TypeInfo {
        &self.info
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        if write.before.is_some() {
            let changed = |name: &&'static str| {
                let (asked, stored) = (write.property(name), write.stored(name));
                !(same_value(asked, stored) || (is_nothing(asked) && is_nothing(stored)))
            };
            if WRITABLE.iter().any(changed) {
                let text = "Update of a Capability Host is not supported. Please delete and \
                            recreate it with the new configuration.";
                return Err(ArmError::bad("BadRequest", text));
            }
            return Ok(());
        }
        let parent = write.id.parent().unwrap_or_else(|| write.id.clone());
        only_one(world, &parent, write.id)?;
        one_of_each(write)?;
        for provider in PROVIDERS {
            if !world.rules.is_registered(&write.id.subscription, provider) {
                let text = format!(
                    "Subscripton is not registered with the required resource providers, please \
                     register with the resource providers {}.",
                    PROVIDERS.join(", ")
                );
                return Err(ArmError::bad("BadRequest", text));
            }
        }
        if !self.is_of_project() {
            return Ok(());
        }
        if !write.property("customerSubnet").is_null() {
            let text = "CapabilityHost for Project cannot be created with Subnet.";
            return Err(ArmError::bad("BadRequest", text));
        }
        let account = parent.parent().unwrap_or_else(|| parent.clone());
        account_host(world, &account)?;
        connections(world, write, &parent)
    }

    fn fate(&self, world: &World, write: &WriteRequest<'_>) -> Option<ArmError> {
        let fails = |option: HostRoles| self.is_of_project() && option == HostRoles::Required;
        if fails(world.options.host_rules) && host_roles::is_cut_off(world, write.id, write.body) {
            let text = "The capability host operation failed: the managed network has no active \
                        outbound rule to a store of the host.";
            return Some(ArmError::bad("CapabilityHostOperationFailed", text));
        }
        let roles = host_roles::standing(world, write.id, write.body);
        let lacks = roles.into_iter().any(|it| it != Standing::Works);
        let text = "The capability host operation failed: the identity of the project lacks \
                    roles at the stores of the host.";
        (fails(world.options.host_roles) && lacks)
            .then(|| ArmError::bad("CapabilityHostOperationFailed", text))
    }

    fn is_held_up(&self, world: &World, id: &ResourceId, age: f64) -> bool {
        let Some(host) = world.store.get(&id.to_string()) else { return false };
        let waits = |standing: Standing| match world.options.host_roles {
            HostRoles::Ignored => standing == Standing::Late,
            HostRoles::Awaited => standing != Standing::Works,
            HostRoles::Required => false,
        };
        let cut_off = world.options.host_rules == HostRoles::Awaited
            && host_roles::is_cut_off(world, id, &host.body);
        age < world.options.host_seconds
            || (self.is_of_project()
                && (cut_off || host_roles::standing(world, id, &host.body).into_iter().any(waits)))
    }

    fn on_accepted(&self, world: &mut World, _write: &WriteRequest<'_>, next: &mut Value) {
        identity::stamp(world, next);
    }

    fn validate_delete(&self, world: &World, resource: &Resource) -> Result<(), ArmError> {
        let Some(account) = resource.id.parent().filter(|_| !self.is_of_project()) else {
            return Ok(());
        };
        let of_projects =
            |(_, other): &(&String, &Resource)| other.id.is_type(OF_PROJECT.info.name);
        match world.store.below(&account.to_string()).find(of_projects) {
            None => Ok(()),
            Some((_, other)) => Err(ArmError::new(
                409,
                "Conflict",
                format!(
                    "Capability Host {} cannot be deleted while the capability host {} of a \
                     project exists.",
                    resource.id.name(),
                    other.id
                ),
            )),
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty) || *value == json!(false)
}

/// Refuses a second host at a scope.
fn only_one(world: &World, parent: &ResourceId, id: &ResourceId) -> Result<(), ArmError> {
    let scope = parent.to_string();
    let mut there = world.store.children(&scope, "capabilityHosts");
    let Some(other) = there.find(|other| other.id.key() != id.key()) else { return Ok(()) };
    let (name, state) = (other.id.name(), other.text("provisioningState"));
    let text = match state {
        "Creating" | "Updating" | "Deleting" => format!(
            "Create: Capability Host {name} is currently in non creating, retry after its \
             complete: {}",
            other.id
        ),
        _ => format!(
            "There is an existing Capability Host with name: {name}, provisioning state: {state} \
             for workspace: {}/{}/{}@AML/{name}, cannot create a new Capability Host with name: \
             {} for the same ClientId.",
            id.subscription,
            id.group.as_deref().unwrap_or_default(),
            id.names.first().map_or("", String::as_str),
            id.name()
        ),
    };
    Err(ArmError::new(409, "Conflict", text))
}

/// Refuses a body that has neither all three stores, each with one connection, nor none.
fn one_of_each(write: &WriteRequest<'_>) -> Result<(), ArmError> {
    if STORES.iter().all(|(list, _)| is_nothing(write.property(list))) {
        return Ok(());
    }
    let single = |list: &str| {
        let names = write.property(list).as_array();
        names.is_some_and(|it| it.len() == 1 && it[0].as_str().is_some_and(|it| !it.is_empty()))
    };
    match STORES.iter().find(|(list, _)| !single(list)) {
        None => Ok(()),
        Some((list, _)) => Err(ArmError::bad(
            "BadRequest",
            format!(
                "CreateCapabilityHostRequestDto is invalid: Agents CapabilityHost supports a \
                 single, non empty value for {list} property."
            ),
        )),
    }
}

/// Returns an error unless the account has a host, which a project's host needs.
fn account_host(world: &World, account: &ResourceId) -> Result<(), ArmError> {
    let scope = account.to_string();
    let mut hosts = world.store.children(&scope, "capabilityHosts");
    match hosts.next().map(|host| host.text("provisioningState")) {
        None => Err(ArmError::bad("BadRequest", "Foundry Account capabilityHost Not Found")),
        Some("Succeeded") => Ok(()),
        Some(_) => Err(ArmError::bad("BadRequest", "CapabilityHost not in succeeded state")),
    }
}

/// Returns the connection of this name in a project or in its account.
pub(crate) fn connection<'a>(
    world: &'a World,
    project: &ResourceId,
    name: &str,
) -> Option<&'a Resource> {
    let places = [Some(project.clone()), project.parent()];
    let ids = places.into_iter().flatten().map(|parent| format!("{parent}/connections/{name}"));
    ids.into_iter().find_map(|id| world.store.get(&id))
}

/// Returns an error unless the connections exist in the project or the account, and name the
/// target's ID.
fn connections(
    world: &World,
    write: &WriteRequest<'_>,
    project: &ResourceId,
) -> Result<(), ArmError> {
    for (list, category) in STORES {
        let Some(name) = write.property(list)[0].as_str() else { continue };
        let Some(connection) = connection(world, project, name) else {
            let text = format!("Connection {name} of {list} was not found.");
            return Err(ArmError::bad("BadRequest", text));
        };
        let properties = &connection.body["properties"];
        let fits = same(connection.text("category"), category)
            && same(connection.text("authType"), "AAD")
            && properties["metadata"]["ResourceId"].is_string();
        if !fits {
            let text = format!(
                "Connection {name} of {list} must be of category {category} and authType AAD, and \
                 have a ResourceId in its metadata."
            );
            return Err(ArmError::bad("BadRequest", text));
        }
    }
    Ok(())
}

/// Creates the host that the service creates by itself for an account whose agents have a subnet.
pub(super) fn make_own(world: &mut World, account: &ResourceId) {
    let found = world.store.get(&account.to_string());
    let injection = found.map(|found| &found.body["properties"]["networkInjections"][0]);
    let subnet = injection.and_then(|it| it["subnetArmId"].as_str()).map(str::to_owned);
    let Some(mut subnet) = subnet else { return };
    if subnet.is_empty() {
        // A subnet of Microsoft's (reported).
        let owner = fixed_guid(&format!("agents of {}", account.key()));
        subnet = format!(
            "/subscriptions/{owner}/resourceGroups/agents/providers/Microsoft.Network/\
             virtualNetworks/agents/subnets/agents"
        );
    }
    let name = format!("{}@aml_aiagentservice", account.name());
    let mut id = account.clone();
    id.types.push("capabilityHosts".to_owned());
    id.names.push(name.clone());
    if world.store.get(&id.to_string()).is_some() {
        return;
    }
    let lasts = world.options.host_seconds;
    let mut body = json!({
        "id": id.to_string(),
        "name": name,
        "type": OF_ACCOUNT.info.name,
        "properties": {
            "capabilityHostKind": "Agents",
            "customerSubnet": subnet,
            "provisioningState": if lasts > 0.0 { "Creating" } else { "Succeeded" },
        },
    });
    identity::stamp(world, &mut body);
    world.put(&id, body);
    if lasts > 0.0 {
        world.late_hosts.push((world.clock.now() + lasts, id));
    }
}

/// Completes the hosts of the service's own that are due.
pub(crate) fn complete_late_hosts(world: &mut World) {
    let now = world.clock.now();
    let due: Vec<_> = world.late_hosts.extract_if(.., |(due, _)| *due <= now).collect();
    for (_, id) in due {
        world.complete(&id);
    }
}

/// Returns `true` for a name as the specification allows it, or with the `@` of the service's own
/// hosts.
fn host_name(name: &str) -> bool {
    (1..=255).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-@".contains(c))
}

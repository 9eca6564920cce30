//! Capability hosts of Microsoft.CognitiveServices/accounts and of their projects: where agents
//! keep their threads, files and vectors.

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

/// The type, of one of the two parents.
pub(crate) struct CapabilityHost {
    info: TypeInfo,
}

/// Capability hosts of accounts.
pub(crate) static OF_ACCOUNT: CapabilityHost =
    CapabilityHost::of("Microsoft.CognitiveServices/accounts/capabilityHosts");

/// Capability hosts of projects.
pub(crate) static OF_PROJECT: CapabilityHost =
    CapabilityHost::of("Microsoft.CognitiveServices/accounts/projects/capabilityHosts");

/// Each list of connections, and the category that its one connection is of.
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

/// The providers whose resources the service makes for a host.
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

/// A scope has one host.
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

/// All three stores, each by one connection, or none of them.
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

/// The host of a project needs one of its account.
fn account_host(world: &World, account: &ResourceId) -> Result<(), ArmError> {
    let scope = account.to_string();
    let mut hosts = world.store.children(&scope, "capabilityHosts");
    match hosts.next().map(|host| host.text("provisioningState")) {
        None => Err(ArmError::bad("BadRequest", "Foundry Account capabilityHost Not Found")),
        Some("Succeeded") => Ok(()),
        Some(_) => Err(ArmError::bad("BadRequest", "CapabilityHost not in succeeded state")),
    }
}

/// The connection of that name that a project has, or its account.
pub(crate) fn connection<'a>(
    world: &'a World,
    project: &ResourceId,
    name: &str,
) -> Option<&'a Resource> {
    let places = [Some(project.clone()), project.parent()];
    let ids = places.into_iter().flatten().map(|parent| format!("{parent}/connections/{name}"));
    ids.into_iter().find_map(|id| world.store.get(&id))
}

/// The connections must be there, of the project or of the account, and name what they lead to.
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

/// The host that the service makes by itself for an account whose agents have a subnet.
pub(super) fn make_own(world: &mut World, account: &ResourceId) {
    let found = world.store.get(&account.to_string());
    let injection = found.map(|found| &found.body["properties"]["networkInjections"][0]);
    let subnet = injection.and_then(|it| it["subnetArmId"].as_str()).map(str::to_owned);
    let Some(mut subnet) = subnet else { return };
    if subnet.is_empty() {
        // Some subnet of Microsoft's (reported).
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

/// Lets the hosts be ready that the service has made by itself, once their time has come.
pub(crate) fn complete_late_hosts(world: &mut World) {
    let now = world.clock.now();
    let due: Vec<_> = world.late_hosts.extract_if(.., |(due, _)| *due <= now).collect();
    for (_, id) in due {
        world.complete(&id);
    }
}

/// As the specification has it, with the `@` of those that the service makes by itself.
fn host_name(name: &str) -> bool {
    (1..=255).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-@".contains(c))
}

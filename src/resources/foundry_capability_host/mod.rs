//! `azureai_foundry_capability_host`

pub mod list;
mod needs;

use crate::assessment::checks::input::{PlannedAgents, PlannedHost};
use crate::assessment::foundry::STORES;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{
    ACCOUNT_CAPABILITY_HOST, AI_SERVICES_ACCOUNT, FOUNDRY_PROJECT, PROJECT_CAPABILITY_HOST, SUBNET,
};

/// Manages the capability host of a Microsoft Foundry account or project.
///
/// A capability host connects agents to your stores for threads, files and vectors. An account and
/// a project have one host each, and every change replaces the host.
///
/// A create waits for the connections. For a project, a create also waits for the host of the
/// account and for the roles of the project's identity on the stores. For an account whose agents
/// run in a subnet, Azure creates a host named `ACCOUNT@aml_aiagentservice`.
#[derive(Model, Clone, Debug)]
pub struct CapabilityHost {
    /// ID of the capability host.
    #[tf(id, same = validators::same_id)]
    id: Computed<String>,
    /// Name of the capability host. Must have at most 255 letters, digits, `-` and `_`, and begin
    /// with a letter or digit, or be the name of the host that Azure creates.
    #[tf(replace, check = Check::text(name), same = validators::same_name)]
    name: String,
    /// ID of the account or project that has the capability host.
    #[tf(replace, check = validators::id_of(PARENTS), same = validators::same_id)]
    parent_id: String,
    /// Name of the connection to the Cosmos DB account that stores threads: a list with one
    /// element. Set all of `thread_storage_connections`, `storage_connections` and
    /// `vector_store_connections`, or none of them. If omitted, the service stores everything.
    #[tf(replace, check = validators::given().each(), same = validators::same_ids)]
    thread_storage_connections: Option<Vec<String>>,
    /// Name of the connection to the storage account that stores files: a list with one element.
    #[tf(replace, check = validators::given().each(), same = validators::same_ids)]
    storage_connections: Option<Vec<String>>,
    /// Name of the connection to the search service that stores vectors: a list with one element.
    #[tf(replace, check = validators::given().each(), same = validators::same_ids)]
    vector_store_connections: Option<Vec<String>>,
    /// Names of the connections to AI services accounts whose models the agents use.
    #[tf(replace, check = validators::given().each(), same = validators::same_ids)]
    ai_services_connections: Option<Vec<String>>,
    /// ID of the subnet that agents run in, delegated to `Microsoft.App/environments`. Only for
    /// hosts of accounts.
    #[tf(replace, check = validators::id_of(&[SUBNET.name]), same = validators::same_id)]
    subnet_id: OptionalComputed<String>,
    /// If `true`, hosted agents run without your own subnet. Only for hosts of accounts.
    #[tf(replace)]
    public_hosting_environment_enabled: OptionalComputed<bool>,
    /// If `true`, adopts an existing host of the same name instead of failing. The host then
    /// belongs to this resource. Required for the host that Azure creates; the create waits for
    /// that host.
    #[tf(default = false)]
    adopt_existing: bool,
    /// Provisioning state of the capability host, such as `Succeeded`, `Creating` or `Failed`.
    provisioning_state: Computed<String>,
}

/// The types that have capability hosts.
const PARENTS: &[&str] = &[AI_SERVICES_ACCOUNT.name, FOUNDRY_PROJECT.name];

/// The suffix of the names of hosts that Azure creates.
const OWN: &str = "@aml_aiagentservice";

/// Checks the name of a capability host.
fn name(text: &str) -> Result<(), String> {
    let own = text.strip_suffix(OWN);
    let inner = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || (own.is_some() && c == '.')
    };
    let chosen = own.unwrap_or(text);
    let first = chosen.starts_with(|c: char| c.is_ascii_alphanumeric());
    if text.len() <= 255 && first && chosen.chars().all(inner) {
        return Ok(());
    }
    Err(format!(
        "{text:?} is not a capability host name. Use at most 255 letters, digits, `-` and `_`, \
         beginning with a letter or digit. Azure names the host that it creates ACCOUNT{OWN}."
    ))
}

impl CapabilityHost {
    /// Returns the names in an attribute.
    fn names(&self, attribute: &str) -> &[String] {
        let names = match attribute {
            "thread_storage_connections" => &self.thread_storage_connections,
            "storage_connections" => &self.storage_connections,
            _ => &self.vector_store_connections,
        };
        names.as_deref().unwrap_or_default()
    }
}

impl ArmResource for CapabilityHost {
    const NAME: &'static str = "azureai_foundry_capability_host";
    const TYPE: ResourceType = ResourceType::new(ACCOUNT_CAPABILITY_HOST, "capability host");
    const OTHER_TYPE: Option<&'static str> = Some(PROJECT_CAPABILITY_HOST.name);
    // Azure takes up to an hour (foundry-samples#810), and fails after more than two.
    const TIMEOUTS: Timeouts = Timeouts::minutes(90);

    type Body = Plain<Properties>;

    fn resource_id(&self, _defaults: &Defaults) -> Result<ResourceId, Diagnostic> {
        Ok(validators::parse(&self.parent_id, "parent_id")?.child("capabilityHosts", &self.name))
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        self.parent_id = validators::parent(id);
    }

    fn prepare(&mut self, reader: &Reader) -> Pending {
        needs::waits_for(self, reader)
    }

    fn write(&self, _live: Option<&Self::Body>) -> Self::Body {
        Plain {
            properties: Properties {
                capability_host_kind: Some("Agents".to_owned()),
                thread_storage_connections: self.thread_storage_connections.clone(),
                storage_connections: self.storage_connections.clone(),
                vector_store_connections: self.vector_store_connections.clone(),
                ai_services_connections: self.ai_services_connections.clone(),
                customer_subnet: self.subnet_id.get().cloned(),
                enable_public_hosting_environment: self
                    .public_hosting_environment_enabled
                    .get()
                    .copied(),
                provisioning_state: None,
            },
        }
    }

    fn read(&mut self, live: &Live<Self::Body>) -> serde_json::Result<()> {
        let properties = live.body.properties.clone();
        let some = |names: Option<Vec<String>>| names.filter(|names| !names.is_empty());
        self.thread_storage_connections = some(properties.thread_storage_connections);
        self.storage_connections = some(properties.storage_connections);
        self.vector_store_connections = some(properties.vector_store_connections);
        self.ai_services_connections = some(properties.ai_services_connections);
        self.subnet_id.set(properties.customer_subnet);
        self.public_hosting_environment_enabled.set(properties.enable_public_hosting_environment);
        self.provisioning_state.set(properties.provisioning_state);
        Ok(())
    }

    fn attributes_of_error(code: &str) -> Vec<Path> {
        match code {
            "CapabilityHostProvisioningFailed" => vec![Path::of("thread_storage_connections")],
            _ => Vec::new(),
        }
    }

    fn check_input(config: &Value, _defaults: &Defaults) -> CheckInput {
        let stores = STORES.map(|store| {
            let at = Path::of(store.attribute);
            (config.get(store.attribute).clone(), at)
        });
        let host = PlannedHost {
            parent: ConfigValue::id(config.get("parent_id"), Path::of("parent_id")),
            names: stores.map(|(value, at)| {
                let first = value.as_list().and_then(|names| names.first());
                first.and_then(|name| ConfigValue::text(name, at.index(0)))
            }),
        };
        let subnet = ConfigValue::id(config.get("subnet_id"), Path::of("subnet_id"));
        let agents = subnet.map(|subnet| PlannedAgents {
            subnet,
            account: host.parent.as_ref().map(|parent| parent.value.clone()),
            location: None,
            takes_over: config.get("adopt_existing").as_bool() == Some(true),
        });
        let references = host.parent.iter().cloned().collect();
        CheckInput { host: Some(host), agents, references, ..CheckInput::default() }
    }

    fn validate(config: &Value) -> Diagnostics {
        needs::validate(config)
    }
}

/// Properties of a capability host.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Properties {
    #[serde(skip_serializing_if = "Option::is_none")]
    capability_host_kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread_storage_connections: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    storage_connections: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vector_store_connections: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ai_services_connections: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_subnet: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_public_hosting_environment: Option<bool>,
    #[serde(skip_serializing)]
    provisioning_state: Option<String>,
}

//! `azureai_foundry_connection`

mod credentials;
pub mod list;
mod target;

use crate::assessment::checks::input::PlannedConnection;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{
    ACCOUNT_CONNECTION, AI_SERVICES_ACCOUNT, FOUNDRY_PROJECT, PROJECT_CONNECTION,
};
use crate::resources::common::names;
use std::collections::BTreeMap;
use target::Target;

/// Manages a connection of a Microsoft Foundry account or project: the resource or service that
/// agents use, and how they authenticate.
///
/// A connection to an Azure resource needs only `target_resource_id`. Any other connection needs
/// `category`, `target` and `auth_type`. Azure never returns credentials, so the provider cannot
/// detect changes of credentials outside of Terraform.
#[derive(Model, Clone)]
pub struct FoundryConnection {
    /// ID of the connection.
    #[tf(id, same = validators::same_id)]
    id: Computed<String>,
    /// Name of the connection. Must have 2 to 33 letters, digits, `-` and `_`, and begin with a
    /// letter or digit. A capability host refers to connections by name.
    #[tf(replace, check = Check::text(name), same = validators::same_name)]
    name: String,
    /// ID of the account or project that has the connection.
    #[tf(replace, check = validators::id_of(PARENTS), same = validators::same_id)]
    parent_id: String,
    /// ID of the resource that the connection leads to: a Cosmos DB, storage or AI services
    /// account, a search service, an Application Insights component, a key vault or a container
    /// registry. The resource determines the defaults of `category`, `target` and `auth_type`, and
    /// the metadata `ApiType`, `ResourceId` and `location`.
    #[tf(replace, check = validators::id_of(target::TYPES), same = validators::same_id)]
    target_resource_id: Option<String>,
    /// Category of the connection, such as `CosmosDb`, `AzureStorageAccount`, `CognitiveSearch`,
    /// `AIServices`, `ApiKey` or `CustomKeys`. Required if `target_resource_id` is omitted.
    #[tf(replace, check = validators::given(), same = validators::same_name)]
    category: OptionalComputed<String>,
    /// URL or resource ID that the connection leads to. Required if `target_resource_id` is
    /// omitted.
    #[tf(check = validators::given())]
    target: OptionalComputed<String>,
    /// How agents authenticate, such as `AAD`, which uses the project's identity, `ApiKey`,
    /// `AccountKey`, `CustomKeys`, `AccountManagedIdentity`, `ProjectManagedIdentity` or `None`.
    /// Required if `target_resource_id` is omitted.
    #[tf(
        replace,
        check = validators::one_of(credentials::AUTH_TYPES),
        same = validators::same_name
    )]
    auth_type: OptionalComputed<String>,
    /// Map of metadata of the connection. Metadata that the service adds causes no change.
    metadata: Option<BTreeMap<String, String>>,
    /// Map of credentials for `auth_type`, with Azure's keys: `key` for `ApiKey` and `AccountKey`,
    /// and custom keys for `CustomKeys`. Terraform stores the map in the state. Use
    /// `credentials_wo` to avoid that.
    credentials: Option<Secret<BTreeMap<String, String>>>,
    /// Map of credentials like `credentials`, which Terraform stores neither in plans nor in the
    /// state. Needs Terraform 1.11 or later.
    credentials_wo: Option<WriteOnly<Secret<BTreeMap<String, String>>>>,
    /// Version of `credentials_wo`. A change of the version writes the credentials again.
    credentials_wo_version: Option<i64>,
    /// Audience of the token, if `auth_type` is a managed identity.
    audience: Option<String>,
    /// If `true`, every project of the account can use the connection.
    is_shared_to_all: OptionalComputed<bool>,
    /// Map of all metadata, including those derived from `target_resource_id` and those that the
    /// service adds.
    #[tf(recomputed_with("metadata"))]
    effective_metadata: Computed<BTreeMap<String, String>>,
}

/// The types that have connections.
const PARENTS: &[&str] = &[AI_SERVICES_ACCOUNT.name, FOUNDRY_PROJECT.name];

/// Metadata that the service adds (recorded) and that an update keeps.
const ADDED: [&str; 2] = ["ApiVersion", "DeploymentApiVersion"];

/// Metadata derived from the target resource.
const DERIVED: [&str; 3] = ["ApiType", "ResourceId", "location"];

/// Checks the name of a connection.
fn name(text: &str) -> Result<(), String> {
    names::check(text, "a connection name", 2..=33, &['-', '_'])
}

impl FoundryConnection {
    /// Returns the credentials in the configuration.
    fn secrets(&self) -> Option<&BTreeMap<String, String>> {
        let unkept = self.credentials_wo.as_ref().and_then(WriteOnly::get);
        self.credentials.as_ref().or(unkept).map(Secret::expose)
    }

    /// Derives attributes from the target resource, where the configuration does not set them.
    fn derive(&mut self, id: &ResourceId, target: &Target, body: &Json, reader: &Reader) {
        if self.category.get().is_none() {
            self.category.set(target.category(body).to_owned());
        }
        if self.auth_type.get().is_none() {
            self.auth_type.set(target.auth_type.to_owned());
        }
        if self.target.get().is_none() {
            self.target.set(target.address(id, body, reader.environment()));
        }
        let metadata = target::metadata(id.as_str(), body["location"].as_str());
        self.effective_metadata.set(metadata);
    }

    /// Returns the metadata to write: the service's, the derived, and the configured.
    fn metadata(&self, live: Option<&Properties>) -> BTreeMap<String, String> {
        let derived = self.target_resource_id.is_some();
        let stays = |key: &str| ADDED.contains(&key) || (derived && DERIVED.contains(&key));
        let there = live.map(|live| &live.metadata).or(self.effective_metadata.get());
        let there = there.into_iter().flatten().filter(|(key, _)| stays(key));
        let own = self.metadata.iter().flatten();
        there.chain(own).map(|(key, text)| (key.clone(), text.clone())).collect()
    }

    /// Sets the attributes of an import: the target resource if all metadata follow from it, and
    /// the other metadata.
    fn import(&mut self, live: &BTreeMap<String, String>) {
        let id = live.get("ResourceId").and_then(|id| ResourceId::parse(id).ok());
        let texts = (self.category.get(), self.auth_type.get());
        let derived = id.filter(|id| match (target::of(id), texts) {
            (Some(target), (Some(category), Some(auth))) => target.is_of(category, auth),
            _ => false,
        });
        self.target_resource_id = derived.map(|id| id.to_string());
        let follows = |key: &str| self.target_resource_id.is_some() && DERIVED.contains(&key);
        let own = live.iter().filter(|(key, _)| !ADDED.contains(&key.as_str()) && !follows(key));
        let own: BTreeMap<_, _> = own.map(|(key, text)| (key.clone(), text.clone())).collect();
        self.metadata = Some(own).filter(|own| !own.is_empty());
    }
}

impl ArmResource for FoundryConnection {
    const NAME: &'static str = "azureai_foundry_connection";
    const TYPE: ResourceType = ResourceType {
        create: Create::AfterReadOnly,
        ..ResourceType::new(ACCOUNT_CONNECTION, "connection")
    };
    const OTHER_TYPE: Option<&'static str> = Some(PROJECT_CONNECTION.name);
    const HIDDEN: &'static [&'static str] = &["credentials"];
    const TIMEOUTS: Timeouts = Timeouts::minutes(30);
    const AZURERM: &'static [AzurermType] = credentials::AZURERM;

    type Body = Plain<Properties>;

    fn resource_id(&self, _defaults: &Defaults) -> Result<ResourceId, Diagnostic> {
        Ok(validators::parse(&self.parent_id, "parent_id")?.child("connections", &self.name))
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        self.parent_id = validators::parent(id);
    }

    fn prepare(&mut self, reader: &Reader) -> Pending {
        let Some(text) = &self.target_resource_id else { return Ok(None) };
        let id = validators::parse(text, "target_resource_id")?;
        let Some(target) = target::of(&id) else { return Ok(None) };
        let body = match reader.object(&id, target.api()) {
            Read::Pending => return Ok(None),
            Read::Found(body) => body,
            // The name of the resource yields the same values except the location.
            Read::Hidden(_) => &Json::Null,
            Read::Absent => {
                let detail = "Create the resource first, and refer to it in this attribute.";
                let summary = "The resource that the connection leads to does not exist";
                let path = Path::of("target_resource_id");
                return Err(Diagnostic::error(summary, detail).at(path));
            }
        };
        self.derive(&id, target, body, reader);
        if self.target.get().is_none() {
            let detail = "Neither the resource nor its name contains the URL that agents use. Set \
                          `target` to the URL.";
            let summary = "The URL of the resource is unknown";
            return Err(Diagnostic::error(summary, detail).at(Path::of("target")));
        }
        Ok(None)
    }

    fn write(&self, live: Option<&Self::Body>) -> Self::Body {
        let auth_type = self.auth_type.get().cloned().unwrap_or_default();
        let secrets = self.secrets().map(|secrets| match auth_type.as_str() {
            credentials::CUSTOM_KEYS => json!({ "keys": secrets }),
            _ => json!(secrets),
        });
        Plain {
            properties: Properties {
                category: self.category.get().cloned().unwrap_or_default(),
                target: self.target.get().cloned().unwrap_or_default(),
                auth_type,
                credentials: secrets,
                metadata: self.metadata(live.map(|live| &live.properties)),
                audience: self.audience.clone(),
                is_shared_to_all: self.is_shared_to_all.get().copied(),
            },
        }
    }

    fn read(&mut self, live: &Live<Self::Body>) -> serde_json::Result<()> {
        let properties = &live.body.properties;
        self.category.set(properties.category.clone());
        self.target.set(properties.target.clone());
        self.auth_type.set(properties.auth_type.clone());
        self.audience.clone_from(&properties.audience);
        self.is_shared_to_all.set(properties.is_shared_to_all);
        let shown = &properties.metadata;
        if live.importing {
            self.import(shown);
        } else if let Some(own) = &mut self.metadata {
            own.retain(|key, _| shown.contains_key(key));
            own.iter_mut().for_each(|(key, text)| text.clone_from(&shown[key]));
        }
        self.effective_metadata.set(shown.clone());
        Ok(())
    }

    fn check_input(config: &Value, _defaults: &Defaults) -> CheckInput {
        let id = |name: &'static str| ConfigValue::id(config.get(name), Path::of(name));
        let (parent, target) = (id("parent_id"), id("target_resource_id"));
        let name = config.get("name").as_str();
        let connection = parent.iter().zip(name).zip(&target).map(|((parent, name), target)| {
            let (id, target) = (parent.value.child("connections", name), target.value.clone());
            PlannedConnection { id, target }
        });
        let connection = connection.into_iter().next();
        let references = parent.into_iter().chain(target).collect();
        CheckInput { connection, references, ..CheckInput::default() }
    }

    fn translate(ty: &str, stored: &mut Stored) -> Result<(), Diagnostic> {
        credentials::translate(ty, stored);
        Ok(())
    }

    fn plan(change: &mut Change<'_>) -> Diagnostics {
        credentials::plan(change)
    }

    fn validate(config: &Value) -> Diagnostics {
        let mut found = credentials::validate(config);
        let given = |name: &str| !config.get(name).is_null();
        let needed = ["category", "target", "auth_type"].into_iter().filter(|name| !given(name));
        if !given("target_resource_id") {
            found.extend(needed.map(|name| {
                let summary = format!("A connection needs `{name}`");
                let detail = format!(
                    "Set `{name}`. For an Azure resource, set `target_resource_id` instead, which \
                     determines `{name}`."
                );
                Diagnostic::error(summary, detail).at(Path::of(name))
            }));
        }
        found
    }
}

/// Properties of a connection.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Properties {
    category: String,
    target: String,
    auth_type: String,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    credentials: Option<Json>,
    metadata: BTreeMap<String, String>,
    audience: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_shared_to_all: Option<bool>,
}

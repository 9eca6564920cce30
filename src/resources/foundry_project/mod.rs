//! `azureai_foundry_project`

pub mod data_source;
pub mod list;

use crate::assessment::checks::input::{CheckInput, ConfigValue};
use crate::config::defaults::Defaults;
use crate::config::tags::{Tagged, Tags};
use crate::engine::moves::AzurermType;
use crate::engine::resource::{
    ArmResource, CheckedChange, Create, Delete, Live, ResourceType, WriteMethod,
};
use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, FOUNDRY_PROJECT};
use crate::resources::common::identity::{self, Identity, WireIdentity};
use crate::resources::common::internal_id;
use crate::validators;
use azure::id::ResourceId;
use plugin::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Manages a project of a Microsoft Foundry account.
///
/// Azure writes one thing of an account at a time: projects of one account that are made together
/// wait for each other by themselves.
#[derive(Model, Clone, Debug)]
pub struct FoundryProject {
    /// ID of the project.
    #[tf(same = validators::same_id)]
    id: Computed<String>,
    /// Name of the project: 2 to 64 letters, digits, `-`, `_` and `.`, beginning with a letter or
    /// digit.
    #[tf(replace, check = Check::text(name), same = validators::same_name)]
    name: String,
    /// ID of the account, which must have a sub-domain and an identity.
    #[tf(
        replace,
        check = validators::id_of(&[AI_SERVICES_ACCOUNT.name]),
        same = validators::same_id
    )]
    cognitive_account_id: String,
    /// Region of the project, which is that of its account.
    #[tf(replace, check = validators::given(), same = validators::same_region)]
    location: String,
    /// The identity that the project's agents act as.
    #[tf(min = 1, max = 1)]
    identity: Blocks<Identity>,
    /// Name that people see. Azure never empties it again: to take it away makes a new project.
    #[tf(check = validators::given())]
    display_name: Option<String>,
    /// What the project is for. Azure never empties it again: to take it away makes a new project.
    #[tf(check = validators::given())]
    description: Option<String>,
    #[tf(flatten)]
    tagged: Tagged,
    /// Addresses of the project, by the names that Azure gives them.
    endpoints: Computed<BTreeMap<String, String>>,
    /// Whether it is the account's default project: its first.
    default: Computed<bool>,
    /// ID that Azure gave the project, of 32 digits.
    internal_id: Computed<String>,
    /// `internal_id` as a GUID, with dashes: containers and collections of the project's agents
    /// begin with it, and conditions of roles name it.
    workspace_guid: Computed<String>,
    /// How far Azure is with the project: `Succeeded`, `Failed`, ...
    provisioning_state: Computed<String>,
}

/// What cannot be taken away again.
const KEPT: [&str; 2] = ["display_name", "description"];

/// The name of a project.
fn name(text: &str) -> Result<(), String> {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let first = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if (2..=64).contains(&text.len()) && first && text.chars().all(inner) {
        return Ok(());
    }
    Err(format!(
        "{text:?} is no name of a project: 2 to 64 letters, digits, `-`, `_` and `.`, beginning \
         with a letter or digit."
    ))
}

/// A project on the wire. What is `None` is not mentioned, and stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Body {
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    tags: Option<Tags>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<WireIdentity>,
    properties: Properties,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing)]
    endpoints: BTreeMap<String, String>,
    #[serde(skip_serializing)]
    is_default: Option<bool>,
    #[serde(skip_serializing)]
    internal_id: Option<String>,
    #[serde(skip_serializing)]
    provisioning_state: Option<String>,
}

impl ArmResource for FoundryProject {
    const NAME: &'static str = "azureai_foundry_project";
    const TYPE: ResourceType = ResourceType {
        name: FOUNDRY_PROJECT.name,
        api_version: FOUNDRY_PROJECT.api_version,
        label: "Foundry project",
        create: Create::AfterRead,
        update: WriteMethod::Patch,
        delete: Delete::Final,
    };
    const TIMEOUTS: Timeouts = Timeouts::minutes(30);
    const AZURERM: &'static [AzurermType] =
        &[AzurermType::all("azurerm_cognitive_account_project")];

    type Body = Body;

    fn id(&mut self) -> &mut Computed<String> {
        &mut self.id
    }

    fn resource_id(&self, _defaults: &Defaults) -> Result<ResourceId, Diagnostic> {
        let account = validators::parse(&self.cognitive_account_id, "cognitive_account_id")?;
        Ok(account.child("projects", &self.name))
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        self.cognitive_account_id = validators::parent(id);
    }

    fn tagged(&mut self) -> Option<&mut Tagged> {
        Some(&mut self.tagged)
    }

    fn write(&self, live: Option<&Self::Body>) -> Self::Body {
        let was = live.and_then(|live| live.identity.as_ref());
        Body {
            location: live.is_none().then(|| self.location.clone()),
            tags: self.tagged.write(),
            identity: self.identity.first().map(|it| it.write(was)),
            properties: Properties {
                display_name: self.display_name.clone(),
                description: self.description.clone(),
                ..Properties::default()
            },
        }
    }

    fn read(&mut self, live: &Live<Self::Body>) -> serde_json::Result<()> {
        let Body { location, tags: _, identity, properties } = &live.body;
        self.location = location.clone().unwrap_or_default();
        self.identity.0 = identity::shown(&self.identity, identity.as_ref(), live.importing);
        let text = |it: &Option<String>| it.clone().filter(|it| !it.is_empty());
        self.display_name = text(&properties.display_name);
        self.description = text(&properties.description);
        self.endpoints.set(properties.endpoints.clone());
        self.default.set(properties.is_default);
        let internal = properties.internal_id.clone();
        self.workspace_guid.set(internal.as_deref().and_then(internal_id::guid));
        self.internal_id.set(internal);
        self.provisioning_state.set(properties.provisioning_state.clone());
        Ok(())
    }

    fn check_input(change: CheckedChange<'_>, _defaults: &Defaults) -> CheckInput {
        let CheckedChange::Write(config) = change else { return CheckInput::default() };
        let account = config.get("cognitive_account_id");
        let account = ConfigValue::id(account, Path::of("cognitive_account_id"));
        CheckInput { references: account.into_iter().collect(), ..CheckInput::default() }
    }

    fn validate(config: &Value) -> Diagnostics {
        identity::validate(config).into_iter().collect()
    }

    fn plan(change: &mut Change<'_>) -> Diagnostics {
        let updates = !change.prior.is_null() && !change.planned.is_null();
        for name in KEPT.into_iter().filter(|_| updates) {
            let goes = change.planned.get(name).is_null() && !change.prior.get(name).is_null();
            change.replace.extend(goes.then(|| Path::of(name)));
        }
        Diagnostics::new()
    }
}

//! `azureai_foundry_project`

pub mod data_source;
pub mod list;

use crate::engine::prelude::*;
use crate::private_link::arm_types::{AI_SERVICES_ACCOUNT, FOUNDRY_PROJECT};
use crate::resources::common::identity::{self, Identity, WireIdentity};
use crate::resources::common::internal_id;
use crate::resources::common::names;
use std::collections::BTreeMap;

/// Manages a project of a Microsoft Foundry account.
///
/// Azure accepts one write of an account at a time, so new projects of one account are created one
/// after the other.
#[derive(Model, Clone, Debug)]
pub struct FoundryProject {
    /// ID of the project.
    #[tf(id, same = validators::same_id)]
    id: Computed<String>,
    /// Name of the project. Must have 2 to 64 letters, digits, `-`, `_` and `.`, and begin with a
    /// letter or digit.
    #[tf(replace, check = Check::text(name), same = validators::same_name)]
    name: String,
    /// ID of the Foundry account that has the project. The account must have a subdomain and a
    /// managed identity.
    #[tf(
        replace,
        check = validators::id_of(&[AI_SERVICES_ACCOUNT.name]),
        same = validators::same_id
    )]
    cognitive_account_id: String,
    /// Azure region of the project. Must be the region of the account.
    #[tf(replace, check = validators::given(), same = validators::same_region)]
    location: String,
    /// Managed identity of the project, which its agents use.
    #[tf(min = 1, max = 1)]
    identity: Blocks<Identity>,
    /// Display name of the project. If omitted later, the project is replaced, because Azure cannot
    /// remove the name.
    #[tf(check = validators::given())]
    display_name: Option<String>,
    /// Description of the project. If omitted later, the project is replaced, because Azure cannot
    /// remove the description.
    #[tf(check = validators::given())]
    description: Option<String>,
    #[tf(flatten)]
    tagged: Tagged,
    /// Endpoints of the project, by Azure's names of them.
    endpoints: Computed<BTreeMap<String, String>>,
    /// If `true`, the project is the account's default project, which is its first.
    default: Computed<bool>,
    /// Internal ID that Azure generated for the project, of 32 digits.
    internal_id: Computed<String>,
    /// The `internal_id` as a GUID, with hyphens. The names of the agents' containers and
    /// collections begin with this GUID, and role conditions refer to it.
    workspace_guid: Computed<String>,
    /// Provisioning state of the project, such as `Succeeded` or `Failed`.
    provisioning_state: Computed<String>,
}

/// Attributes that cannot be removed.
const KEPT: [&str; 2] = ["display_name", "description"];

/// Checks the name of a project.
fn name(text: &str) -> Result<(), String> {
    names::check(text, "a project name", 2..=64, &['-', '_', '.'])
}

/// A project as ARM represents it. A PATCH leaves out properties that are `None`, which stay as
/// they are.
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
        update: WriteMethod::Patch,
        ..ResourceType::new(FOUNDRY_PROJECT, "Foundry project")
    };
    const TIMEOUTS: Timeouts = Timeouts::minutes(30);
    const AZURERM: &'static [AzurermType] =
        &[AzurermType::all("azurerm_cognitive_account_project")];

    type Body = Body;

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

    fn check_input(config: &Value, _defaults: &Defaults) -> CheckInput {
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

//! `azureai_public_network_access`

use crate::check;
use crate::setting::{ArmSetting, OnDestroy};
use azure::id::ResourceId;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::field::Computed;
use plugin::model::{Blocks, Model};
use plugin::path::Path;
use plugin::timeouts::Timeouts;
use plugin::value::Value;
use serde_json::{Value as Json, json};

/// Owns the public network access flag of an AI workspace or of one of its default resources, and
/// nothing else of it: the resource itself may be managed elsewhere, or by hand.
///
/// Every write is a PATCH of the flag alone. Before it is disabled, the guard makes sure that a
/// private endpoint connection is approved, so that nobody is locked out.
#[derive(Model, Clone, Debug)]
pub struct PublicNetworkAccess {
    /// ID of the resource that has the flag.
    #[tf(same = check::same_id)]
    id: Computed<String>,
    /// ID of a workspace (hub), storage account, key vault, container registry, AI services account
    /// or search service.
    #[tf(replace, check = check::id_of(TYPES), same = check::same_id)]
    resource_id: String,
    /// `Enabled` or `Disabled`; for storage accounts and search services also `SecuredByPerimeter`.
    #[tf(check = check::one_of(&["Enabled", "Disabled", "SecuredByPerimeter"]))]
    public_network_access: String,
    /// What becomes of the flag when this resource is destroyed: `retain` leaves it as it is,
    /// `restore` puts back the value that it had before.
    #[tf(default = "retain", check = check::one_of(&["retain", "restore"]))]
    on_destroy: String,
    /// What must be true before the flag is disabled.
    #[tf(max = 1)]
    guard: Blocks<Guard>,
    /// Type of the resource.
    resource_type: Computed<String>,
    /// The flag as Azure applies it; a resource that was never told has `Enabled`.
    #[tf(follows("public_network_access"))]
    effective_public_network_access: Computed<String>,
}

/// Protection against locking oneself out.
#[derive(Model, Clone, Debug, PartialEq)]
struct Guard {
    /// `enforce` refuses to disable access while the resource has no approved private endpoint
    /// connection; `off` does not look.
    #[tf(default = "enforce", check = check::one_of(&["enforce", "off"]))]
    mode: String,
}

/// A kind of resource that has the flag.
struct Kind {
    ty: &'static str,
    api: &'static str,
    label: &'static str,
    values: &'static [&'static str],
}

const TWO: &[&str] = &["Enabled", "Disabled"];
const THREE: &[&str] = &["Enabled", "Disabled", "SecuredByPerimeter"];

/// The kinds, with the API versions of azurerm 5.2, which every cloud has.
const KINDS: &[Kind] = &[
    Kind {
        ty: "Microsoft.MachineLearningServices/workspaces",
        api: "2025-06-01",
        label: "a workspace",
        values: TWO,
    },
    Kind {
        ty: "Microsoft.Storage/storageAccounts",
        api: "2025-08-01",
        label: "a storage account",
        values: THREE,
    },
    Kind {
        ty: "Microsoft.KeyVault/vaults",
        api: "2026-02-01",
        label: "a key vault",
        values: TWO,
    },
    Kind {
        ty: "Microsoft.ContainerRegistry/registries",
        api: "2025-11-01",
        label: "a container registry",
        values: TWO,
    },
    Kind {
        ty: "Microsoft.CognitiveServices/accounts",
        api: "2026-03-01",
        label: "an AI services account",
        values: TWO,
    },
    Kind {
        ty: "Microsoft.Search/searchServices",
        api: "2025-05-01",
        label: "a search service",
        values: THREE,
    },
];

const TYPES: &[&str] = &[
    KINDS[0].ty,
    KINDS[1].ty,
    KINDS[2].ty,
    KINDS[3].ty,
    KINDS[4].ty,
    KINDS[5].ty,
];

fn kind_of(id: &ResourceId) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| id.is_type(kind.ty))
}

fn known(id: &ResourceId) -> Result<&'static Kind, Diagnostic> {
    kind_of(id).ok_or_else(|| {
        let types = TYPES.join(", ");
        let detail = format!("It is a {}. Those that do: {types}.", id.resource_type());
        let summary = format!("{:?} has no public network access flag", id.name());
        Diagnostic::error(summary, detail).at(Path::of("resource_id"))
    })
}

/// The flag in a body, in the spelling of the configuration; Azure's own differs from type to type.
fn flag(body: &Json) -> String {
    let value = body["properties"]["publicNetworkAccess"]
        .as_str()
        .unwrap_or("Enabled");
    let known = THREE.iter().find(|known| known.eq_ignore_ascii_case(value));
    known.map_or(value, |known| known).to_owned()
}

impl ArmSetting for PublicNetworkAccess {
    const NAME: &'static str = "azureai_public_network_access";
    const LABEL: &'static str = "public network access";
    const TIMEOUTS: Timeouts = Timeouts::minutes(30);

    fn id(&mut self) -> &mut Computed<String> {
        &mut self.id
    }

    fn target(&self) -> Result<(ResourceId, &'static str), Diagnostic> {
        let id = check::parse(&self.resource_id, "resource_id")?;
        let kind = known(&id)?;
        Ok((id, kind.api))
    }

    fn imported(id: &ResourceId) -> Result<ResourceId, Diagnostic> {
        Ok(id.canonical(known(id)?.ty))
    }

    fn locate(&mut self, id: &ResourceId) {
        self.resource_id = id.as_str().to_owned();
    }

    fn write(&self, live: &Json) -> Option<Json> {
        let there = flag(live) == self.public_network_access;
        let body = json!({"properties": {"publicNetworkAccess": self.public_network_access}});
        (!there).then_some(body)
    }

    fn read(&mut self, live: &Json) {
        self.public_network_access = flag(live);
        self.effective_public_network_access.set(flag(live));
        let kind = ResourceId::parse(&self.resource_id)
            .ok()
            .and_then(|id| kind_of(&id));
        self.resource_type.set(kind.map(|kind| kind.ty.to_owned()));
    }

    fn previous(live: &Json) -> Json {
        json!({"properties": {"publicNetworkAccess": flag(live)}})
    }

    fn on_destroy(&self) -> OnDestroy {
        if self.on_destroy == "restore" {
            OnDestroy::Restore
        } else {
            OnDestroy::Retain
        }
    }

    fn guard(&self, live: &Json) -> Result<(), Diagnostic> {
        if live["kind"]
            .as_str()
            .is_some_and(|kind| kind.eq_ignore_ascii_case("project"))
        {
            return Err(of_a_project(live));
        }
        let off = self.guard.first().is_some_and(|guard| guard.mode == "off");
        let closing = flag(live) == "Enabled" && self.public_network_access != "Enabled";
        if off || !closing || self.public_network_access == "SecuredByPerimeter" {
            return Ok(());
        }
        let connections = live["properties"]["privateEndpointConnections"].as_array();
        let states: Vec<_> = connections.into_iter().flatten().map(connection).collect();
        if states
            .iter()
            .any(|(_, status)| status.eq_ignore_ascii_case("Approved"))
        {
            return Ok(());
        }
        Err(locked_out(live, &states))
    }

    fn validate(config: &Value) -> Diagnostics {
        let (id, value) = (
            config.get("resource_id"),
            config.get("public_network_access"),
        );
        let kind = id
            .as_str()
            .and_then(|id| ResourceId::parse(id).ok())
            .and_then(|id| kind_of(&id));
        let (Some(kind), Some(value)) = (kind, value.as_str()) else {
            return Diagnostics::new();
        };
        if kind.values.contains(&value) || !THREE.contains(&value) {
            return Diagnostics::new();
        }
        let detail = format!("It can be {}.", kind.values.join(" or "));
        let summary = format!(
            "The public network access of {} cannot be {value:?}",
            kind.label
        );
        Diagnostic::error(summary, detail)
            .at(Path::of("public_network_access"))
            .into()
    }
}

/// A connection's endpoint and state.
fn connection(connection: &Json) -> (String, String) {
    let properties = &connection["properties"];
    let endpoint = properties["privateEndpoint"]["id"]
        .as_str()
        .unwrap_or("an unknown endpoint");
    let state = &properties["privateLinkServiceConnectionState"];
    (
        endpoint.to_owned(),
        state["status"].as_str().unwrap_or("Unknown").to_owned(),
    )
}

fn locked_out(live: &Json, states: &[(String, String)]) -> Diagnostic {
    let name = live["name"].as_str().unwrap_or_default();
    let found = if states.is_empty() {
        "It has no private endpoint connection at all.".to_owned()
    } else {
        let rows = states
            .iter()
            .map(|(endpoint, status)| format!("  - {status}: {endpoint}"));
        format!("Its connections:\n{}", rows.collect::<Vec<_>>().join("\n"))
    };
    let detail = format!(
        "No private endpoint connection of {name:?} is approved, so nobody could reach it any more. \
         {found}\n\nCreate an azureai_private_endpoint to it, have the connection approved, and let \
         this resource depend on the endpoint (`depends_on`). If you mean to cut it off, set \
         `guard {{ mode = \"off\" }}`."
    );
    let summary =
        format!("Disabling the public network access of {name:?} would lock everyone out");
    Diagnostic::error(summary, detail).at(Path::of("public_network_access"))
}

fn of_a_project(live: &Json) -> Diagnostic {
    let hub = live["properties"]["hubResourceId"]
        .as_str()
        .unwrap_or("its hub");
    let summary = format!(
        "{:?} is a project",
        live["name"].as_str().unwrap_or_default()
    );
    let detail =
        format!("A project has the network access of its hub. Set `resource_id` to {hub}.");
    Diagnostic::error(summary, detail).at(Path::of("resource_id"))
}

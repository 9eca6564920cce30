//! `azureai_private_endpoint_connection_approval`

pub mod action;
pub mod data_source_connections;
pub mod list;

use crate::assessment::reader::Reader;
use crate::client::decode::array;
use crate::engine::identity::IdentitySchema;
use crate::engine::moves::AzurermType;
use crate::engine::partial::{ArmPartial, Candidates, ObjectRef, OnDestroy, Verdict, WriteMethod};
use crate::private_link::arm_types::{PRIVATE_ENDPOINT, STORAGE_ACCOUNT, WORKSPACE};
use crate::private_link::connection::{self, APPROVED, CONNECTIONS, REJECTED, endpoint, state};
use crate::private_link::services::{connection_types, types};
use crate::validators;
use azure::id::ResourceId;
use plugin::prelude::*;
use plugin::timeouts::{self};
use serde_json::Value as Json;

/// Approves or rejects a private endpoint connection on the side of the resource that it leads to:
/// one that was asked for by hand, or by the managed network of a workspace.
///
/// Azure makes up the name of a connection, so it is found by its private endpoint, by the message
/// that came with it, or by that name.
#[derive(Model, Clone, Debug)]
pub struct ConnectionApproval {
    /// The connection's ID.
    #[tf(same = validators::same_id)]
    id: Computed<String>,
    /// ID of the resource that the connection leads to: a workspace (hub), a storage account, a
    /// Cosmos DB account, or any other resource that private endpoints reach.
    #[tf(replace, check = validators::id_of(types()), same = validators::same_id)]
    target_resource_id: String,
    /// ID of the private endpoint whose connection is meant. This, `connection_name` or
    /// `request_message` is given; the first two may stand together, as in what Terraform writes
    /// for an import.
    #[tf(replace, check = validators::id_of(&[PRIVATE_ENDPOINT.name]), same = validators::same_id)]
    private_endpoint_id: OptionalComputed<String>,
    /// Name of the connection that is meant.
    #[tf(replace, check = validators::length(1, 260), same = validators::same_name)]
    connection_name: OptionalComputed<String>,
    /// Message of the connection that is meant: what whoever asked for it wrote. The decision may
    /// overwrite it, so an import needs one of the other two.
    #[tf(replace, check = validators::length(1, 140))]
    request_message: Option<String>,
    /// The decision: `Approved` or `Rejected`.
    #[tf(default = APPROVED, check = validators::one_of(&[APPROVED, REJECTED]))]
    status: String,
    /// What whoever asked for the connection is told. Without it, what is there stays.
    description: OptionalComputed<String>,
    /// How long to wait for the connection to appear, such as `90s` or `5m`.
    #[tf(default = "1m", check = Check::text(duration))]
    wait_for_connection: String,
    /// What becomes of the connection when this resource is destroyed: `retain` leaves it as it
    /// is, `reject` rejects it, and `delete` removes it, for good.
    #[tf(default = "retain", check = validators::one_of(&["retain", "reject", "delete"]))]
    on_destroy: String,
    /// The connection's ID.
    #[tf(same = validators::same_id)]
    connection_id: Computed<String>,
    /// The parts of the resource (group IDs) that the connection is for, where Azure tells.
    group_ids: Computed<Vec<String>>,
    /// What whoever asked for the connection has to do yet.
    #[tf(recomputed_with("status"))]
    actions_required: Computed<String>,
}

/// The attributes of which one says which connection is meant.
const CHOICE: [&str; 3] = ["private_endpoint_id", "connection_name", "request_message"];

fn name(live: &Json) -> &str {
    connection::name(live["id"].as_str().unwrap_or_default())
}

impl ConnectionApproval {
    /// Whether it is the connection that is meant.
    fn is_meant(&self, live: &Json) -> bool {
        let wanted = self.chosen();
        let name = name(live);
        let has = [endpoint(live), name, state(live, "description").unwrap_or_default()];
        let mut given = wanted.iter().zip(has).filter_map(|(it, has)| Some(((*it)?, has)));
        given.all(|(wanted, has)| wanted.eq_ignore_ascii_case(has))
    }

    fn pick(&self, candidates: &[Json]) -> Result<Option<ResourceId>, Diagnostic> {
        let meant: Vec<&Json> = candidates.iter().filter(|live| self.is_meant(live)).collect();
        match meant[..] {
            [] => Ok(None),
            [one] => validators::parse(one["id"].as_str().unwrap_or_default(), "id").map(Some),
            _ => {
                let detail = format!(
                    "Name the one that is meant by `private_endpoint_id` or `connection_name`:\n{}",
                    rows(meant.into_iter())
                );
                let summary = "More than one private endpoint connection fits";
                Err(Diagnostic::error(summary, detail).at(self.chosen_by()))
            }
        }
    }

    fn missing(&self, parent: &ResourceId, candidates: &[Json]) -> Diagnostic {
        let found = if candidates.is_empty() {
            "It has none.".to_owned()
        } else {
            format!("Its connections:\n{}", rows(candidates.iter()))
        };
        let detail = format!(
            "{found}\n\nIt did not appear within `wait_for_connection = \"{}\"`. If the same run \
             makes the private endpoint, let this resource refer to it, or depend on it.",
            self.wait_for_connection
        );
        let summary = format!("{:?} has no such private endpoint connection", parent.name());
        Diagnostic::error(summary, detail).at(self.chosen_by())
    }

    /// Why the service does not come to this decision from what is there, if it does not.
    ///
    /// Recorded of Storage, which answers 400 to the approval of what is approved or rejected
    /// (Azure/azure-rest-api-specs#30308).
    fn refusal(&self, now: &str, said: &str) -> Option<Diagnostic> {
        let storage = ResourceId::parse(&self.target_resource_id)
            .is_ok_and(|target| target.is_type(STORAGE_ACCOUNT.name));
        if !storage || self.status != APPROVED {
            return None;
        }
        if now.eq_ignore_ascii_case(REJECTED) {
            let summary = "A rejected connection of a storage account cannot be approved again";
            let detail = "Azure Storage refuses that. Replace the private endpoint (`terraform \
                          apply -replace=ADDRESS_OF_THE_ENDPOINT`): it comes with a new \
                          connection. Or leave it rejected, with `status = \"Rejected\"`.";
            return Some(Diagnostic::error(summary, detail).at(Path::of("status")));
        }
        let wanted = self.description.get()?;
        if !now.eq_ignore_ascii_case(APPROVED) || wanted == said {
            return None;
        }
        let summary =
            "The description of an approved connection of a storage account cannot be changed";
        let detail = format!(
            "Azure Storage refuses that. Write what is there, `description = {said:?}`, or remove \
             the attribute; or replace the private endpoint (`terraform apply \
             -replace=ADDRESS_OF_THE_ENDPOINT`), which comes with a new connection."
        );
        Some(Diagnostic::error(summary, detail).at(Path::of("description")))
    }
}

impl ArmPartial for ConnectionApproval {
    const NAME: &'static str = "azureai_private_endpoint_connection_approval";
    const LABEL: &'static str = "the private endpoint connection";
    const NAMED_BY: &'static str = "target_resource_id";
    const IDENTITY: IdentitySchema = IdentitySchema::Joined {
        parts: &[
            ("target_resource_id", "ID of the resource that the connection leads to."),
            ("connection_name", "Name of the connection."),
        ],
        by: "/privateEndpointConnections/",
    };
    const TIMEOUTS: Timeouts = Timeouts::minutes(60);
    fn types() -> &'static [&'static str] {
        connection_types()
    }

    const AZURERM: &'static [AzurermType] = &[];
    const AZAPI: &'static [&'static str] = &["azapi_resource", "azapi_update_resource"];

    fn id(&mut self) -> &mut Computed<String> {
        &mut self.id
    }

    fn how(&self) -> WriteMethod {
        WriteMethod::Put
    }

    fn api(&self) -> &'static str {
        let target = ResourceId::parse(&self.target_resource_id).ok();
        target.and_then(|it| connection::api_version(&it)).unwrap_or(WORKSPACE.api_version)
    }

    fn object(&self) -> Result<ObjectRef<Self>, Diagnostic> {
        if let Some(id) = self.id.get() {
            return validators::parse(id, "id").map(ObjectRef::Id);
        }
        let patience = timeouts::parse(&self.wait_for_connection);
        Ok(ObjectRef::ChildOf(Candidates {
            parent: validators::parse(&self.target_resource_id, "target_resource_id")?,
            child: CONNECTIONS,
            patience: patience.unwrap_or_default(),
            pick: Self::pick,
            missing: Self::missing,
        }))
    }

    fn set_id(&mut self, object: &ResourceId) {
        self.id.set(object.as_str().to_owned());
        self.connection_id.set(object.as_str().to_owned());
    }

    fn imported(id: &str) -> Result<String, Diagnostic> {
        let parsed = validators::parse(id, "id")?;
        let ty = connection_types().iter().find(|ty| parsed.is_type(ty));
        ty.map(|ty| parsed.canonical(ty).to_string()).ok_or_else(|| {
            let summary = format!("{id:?} is not the ID of a private endpoint connection");
            let detail = format!(
                "It names a {}.\n\nExpected: the ID of a resource that private endpoints reach, \
                 with /{CONNECTIONS}/NAME after it",
                parsed.resource_type(),
            );
            Diagnostic::error(summary, detail)
        })
    }

    fn locate(&mut self) -> Result<(), Diagnostic> {
        let id = validators::parse(self.id.get().map_or("", String::as_str), "id")?;
        self.target_resource_id = validators::parent(&id);
        Ok(())
    }

    fn guard(&self, live: &Json, _new: bool, _reader: &Reader) -> Verdict {
        let told = |name| state(live, name).unwrap_or_default();
        if let Some(refusal) = self.refusal(told("status"), told("description")) {
            return Verdict { refusal: Some(refusal), certain: true, ..Verdict::default() };
        }
        if !connection::is(live, "Disconnected") {
            return Verdict::default();
        }
        let summary = "The private endpoint connection is disconnected, for good";
        let detail = format!(
            "Its endpoint {:?} has lost the resource, or the connection was removed on this side. \
             Make the endpoint anew: it comes with a new connection.",
            endpoint(live)
        );
        let refusal = Diagnostic::error(summary, detail).at(Path::of("status"));
        Verdict { refusal: Some(refusal), ..Verdict::default() }
    }

    fn write(&self, live: &Json) -> Option<Json> {
        connection::decide(live, &self.status, self.description.get().map(String::as_str))
    }

    fn plan(change: &mut Change<'_>) -> Diagnostics {
        let text = |value: &Value, name: &str| value.get(name).as_str().map(str::to_owned);
        let decode = || {
            let planned = change.planned.clone().without_unknown();
            Self::decode(Self::block().filled(&planned)).ok()
        };
        let known = !change.prior.is_null() && !change.planned.is_null();
        let Some(planned) = decode().filter(|_| known && change.replace.is_empty()) else {
            return Diagnostics::new();
        };
        let now = |name| text(change.prior, name).unwrap_or_default();
        planned.refusal(&now("status"), &now("description")).into_iter().collect()
    }

    fn read(&mut self, live: &Json, _importing: bool) -> serde_json::Result<bool> {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let status = state(live, "status").unwrap_or_default();
        let known = [APPROVED, REJECTED].into_iter().find(|it| it.eq_ignore_ascii_case(status));
        self.status = known.unwrap_or(status).to_owned();
        self.description.set(state(live, "description").unwrap_or_default().to_owned());
        // Storage accounts spell it without the s.
        let actions = state(live, "actionsRequired").or(state(live, "actionRequired"));
        self.actions_required.set(text(actions));
        let properties = &live["properties"];
        let many = array(live, "/properties/groupIds")?.iter();
        let groups = many.chain([&properties["groupId"]]).filter_map(Json::as_str);
        self.group_ids.set(groups.map(str::to_owned).collect::<Vec<_>>());
        if !endpoint(live).is_empty() {
            self.private_endpoint_id.set(endpoint(live).to_owned());
        }
        self.connection_name.set(name(live).to_owned());
        Ok(true)
    }

    fn on_destroy(&self, live: &Json) -> OnDestroy {
        match self.on_destroy.as_str() {
            "delete" => OnDestroy::Delete,
            "reject" if !connection::is(live, REJECTED) => {
                OnDestroy::Write(connection::decided(REJECTED, None))
            }
            _ => OnDestroy::Retain,
        }
    }

    fn validate(config: &Value) -> Diagnostics {
        let given = CHOICE.map(|name| config.get(name));
        if given.contains(&&Value::Unknown) {
            return Diagnostics::new();
        }
        let [endpoint, name, message] = given.map(|value| !value.is_null());
        if (endpoint || name) != message {
            return Diagnostics::new();
        }
        let last = CHOICE.iter().rev().find(|name| !config.get(name).is_null());
        let detail = format!(
            "{} given. Set `private_endpoint_id`, or `connection_name`, or `request_message`, to \
             say which connection is meant.",
            if message { "More than one is" } else { "None is" }
        );
        let summary = "A connection is chosen by exactly one attribute";
        Diagnostic::error(summary, detail).at(Path::of(last.unwrap_or(&CHOICE[0]))).into()
    }

    fn trim(config: &mut Value) {
        let mut given = CHOICE.into_iter().filter(|name| !config.get(name).is_null());
        given.next();
        for other in given.collect::<Vec<_>>() {
            config.set_entry(other, Value::Null);
        }
        // What waits for a decision is not decided: without it, the default is planned.
        let status = config.get("status").as_str().unwrap_or_default();
        if ![APPROVED, REJECTED].contains(&status) {
            config.set_entry("status", Value::Null);
        }
    }
}

impl ConnectionApproval {
    /// The values of [`CHOICE`].
    fn chosen(&self) -> [Option<&String>; 3] {
        let message = self.request_message.as_ref();
        [self.private_endpoint_id.get(), self.connection_name.get(), message]
    }

    /// The attribute that says which connection is meant.
    fn chosen_by(&self) -> Path {
        let index = self.chosen().iter().position(Option::is_some).unwrap_or_default();
        Path::of(CHOICE[index])
    }
}

/// Connections as a list to choose from.
fn rows<'a>(connections: impl Iterator<Item = &'a Json>) -> String {
    let row = |live: &Json| {
        let name = name(live);
        let status = state(live, "status").unwrap_or("Unknown");
        let message = state(live, "description").unwrap_or_default();
        format!("  - {name}: {status}, {message:?}, from {}", endpoint(live))
    };
    connections.map(row).collect::<Vec<_>>().join("\n")
}

fn duration(text: &str) -> Result<(), String> {
    timeouts::parse(text).map(|_| ())
}

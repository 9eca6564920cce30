//! `azureai_private_endpoint_connection_approval`

pub mod action;
pub mod data_source_connections;
pub mod list;

use crate::client::decode::array;
use crate::engine::partial::Candidates;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{PRIVATE_ENDPOINT, STORAGE_ACCOUNT, WORKSPACE};
use crate::private_link::connection::{self, APPROVED, CONNECTIONS, REJECTED, endpoint, state};
use crate::private_link::services::{connection_types, types};
use plugin::timeouts;

/// Manages the approval of a private endpoint connection at the resource that it connects to.
///
/// The connection can be a manual one, or one of a workspace's managed network. Azure generates the
/// name of a connection, so the resource finds the connection by its private endpoint, by the
/// message of its request, or by its name.
#[derive(Model, Clone, Debug)]
pub struct ConnectionApproval {
    /// ID of the private endpoint connection.
    #[tf(id, same = validators::same_id)]
    id: Computed<String>,
    /// ID of the resource that the private endpoint connects to: a workspace (hub), a storage
    /// account, a Cosmos DB account, or any other resource with Private Link.
    #[tf(replace, check = validators::id_of(types()), same = validators::same_id)]
    target_resource_id: String,
    /// ID of the private endpoint that selects the connection. One of `private_endpoint_id`,
    /// `connection_name` and `request_message` must be set; only the first two can be set together,
    /// as in the configuration that Terraform generates for an import.
    #[tf(replace, check = validators::id_of(&[PRIVATE_ENDPOINT.name]), same = validators::same_id)]
    private_endpoint_id: OptionalComputed<String>,
    /// Name of the connection.
    #[tf(replace, check = validators::length(1, 260), same = validators::same_name)]
    connection_name: OptionalComputed<String>,
    /// Message of the connection request that selects the connection. The decision can overwrite
    /// the message in Azure, so an import needs `private_endpoint_id` or `connection_name`.
    #[tf(replace, check = validators::length(1, 140))]
    request_message: Option<String>,
    /// Decision about the connection. Possible values are `Approved` and `Rejected`.
    #[tf(default = APPROVED, check = validators::one_of(&[APPROVED, REJECTED]))]
    status: String,
    /// Reason of the decision, which the requester sees. If omitted, the existing text stays.
    description: OptionalComputed<String>,
    /// How long to wait for the connection to appear, such as `90s` or `5m`.
    #[tf(default = "1m", check = timeouts::duration())]
    wait_for_connection: String,
    /// What to do with the connection when this resource is destroyed. Possible values are
    /// `retain`, which leaves the connection as it is, `reject`, and `delete`, which disconnects
    /// the private endpoint permanently.
    #[tf(default = "retain", check = validators::one_of(&["retain", "reject", "delete"]))]
    on_destroy: String,
    /// ID of the private endpoint connection.
    #[tf(same = validators::same_id)]
    connection_id: Computed<String>,
    /// Group IDs: the parts of the resource that the connection reaches, if Azure returns them.
    group_ids: Computed<Vec<String>>,
    /// Action that the requester still has to take.
    #[tf(recomputed_with("status"))]
    actions_required: Computed<String>,
}

/// The attributes of which one selects the connection.
const CHOICE: [&str; 3] = ["private_endpoint_id", "connection_name", "request_message"];

fn name(live: &Json) -> &str {
    connection::name(live["id"].as_str().unwrap_or_default())
}

impl ConnectionApproval {
    /// Returns `true` if the attributes select the connection.
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
                    "Set `private_endpoint_id` or `connection_name` to one of these:\n\n{}",
                    rows(meant.into_iter())
                );
                let summary = "The attributes select more than one private endpoint connection";
                Err(Diagnostic::error(summary, detail).at(self.chosen_by()))
            }
        }
    }

    fn missing(&self, parent: &ResourceId, candidates: &[Json]) -> Diagnostic {
        let found = if candidates.is_empty() {
            "The resource has no connections.".to_owned()
        } else {
            format!("The resource has these connections:\n\n{}", rows(candidates.iter()))
        };
        let detail = format!(
            "{found}\n\nNone that the attributes select appeared within \
             `wait_for_connection = \"{}\"`. Correct the attributes. If \
             the same run creates the private endpoint, refer to the endpoint in this resource, or \
             add the endpoint to `depends_on`.",
            self.wait_for_connection
        );
        let summary = format!("{:?} lacks the selected private endpoint connection", parent.name());
        Diagnostic::error(summary, detail).at(self.chosen_by())
    }

    /// Returns the error of a decision that the service rejects in the connection's state.
    ///
    /// Recorded for Storage, which answers 400 to the approval of an approved or rejected
    /// connection (Azure/azure-rest-api-specs#30308).
    fn refusal(&self, now: &str, said: &str) -> Option<Diagnostic> {
        let storage = ResourceId::parse(&self.target_resource_id)
            .is_ok_and(|target| target.is_type(STORAGE_ACCOUNT.name));
        if !storage || self.status != APPROVED {
            return None;
        }
        if now.eq_ignore_ascii_case(REJECTED) {
            let summary = "A rejected connection of a storage account cannot be approved again";
            let detail = "Azure Storage rejects this approval. To keep the connection rejected, \
                          set `status = \"Rejected\"`. To approve it, replace the private \
                          endpoint, which creates a new connection:\n\n  terraform apply \
                          -replace=ADDRESS_OF_THE_ENDPOINT";
            return Some(Diagnostic::error(summary, detail).at(Path::of("status")));
        }
        let wanted = self.description.get()?;
        if !now.eq_ignore_ascii_case(APPROVED) || wanted == said {
            return None;
        }
        let summary =
            "The description of an approved connection of a storage account cannot be changed";
        let detail = format!(
            "Azure Storage rejects this change. Set the existing text, `description = {said:?}`, \
             or remove the attribute. To change the text, replace the private endpoint, which \
             creates a new connection:\n\n  terraform apply -replace=ADDRESS_OF_THE_ENDPOINT"
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
            ("target_resource_id", "ID of the resource that the private endpoint connects to."),
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
                "The ID belongs to a {}.\n\nExpected: the ID of a resource with Private Link, \
                 followed by /{CONNECTIONS}/NAME",
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
        let summary = "The private endpoint connection is permanently disconnected";
        let detail = format!(
            "The private endpoint {:?} has lost the resource, or the connection was deleted at the \
             resource. Replace the private endpoint, which creates a new connection.",
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
        // Storage accounts spell the property without the s.
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
            "{} set. Set `private_endpoint_id`, `connection_name` or `request_message` to select \
             the connection.",
            if message { "More than one is" } else { "None is" }
        );
        let summary = "Exactly one attribute must select the connection";
        Diagnostic::error(summary, detail).at(Path::of(last.unwrap_or(&CHOICE[0]))).into()
    }

    fn trim(config: &mut Value) {
        let mut given = CHOICE.into_iter().filter(|name| !config.get(name).is_null());
        given.next();
        for other in given.collect::<Vec<_>>() {
            config.set_entry(other, Value::Null);
        }
        // A waiting connection has no decision. Without a `status`, the plan contains the default.
        let status = config.get("status").as_str().unwrap_or_default();
        if ![APPROVED, REJECTED].contains(&status) {
            config.set_entry("status", Value::Null);
        }
    }
}

impl ConnectionApproval {
    /// Returns the values of [`CHOICE`].
    fn chosen(&self) -> [Option<&String>; 3] {
        let message = self.request_message.as_ref();
        [self.private_endpoint_id.get(), self.connection_name.get(), message]
    }

    /// Returns the attribute that selects the connection.
    fn chosen_by(&self) -> Path {
        let index = self.chosen().iter().position(Option::is_some).unwrap_or_default();
        Path::of(CHOICE[index])
    }
}

/// Formats connections as a list.
fn rows<'a>(connections: impl Iterator<Item = &'a Json>) -> String {
    let row = |live: &Json| {
        let name = name(live);
        let status = state(live, "status").unwrap_or("Unknown");
        let message = state(live, "description").filter(|message| !message.is_empty());
        let message = message.map(|it| format!(", {it:?}")).unwrap_or_default();
        format!("  - {name}: {status}{message}, from {}", endpoint(live))
    };
    connections.map(row).collect::<Vec<_>>().join("\n")
}

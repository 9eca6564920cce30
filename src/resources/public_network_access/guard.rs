//! The guard: what must be true before public access is disabled.

use crate::check;
use plugin::diagnostic::Diagnostic;
use plugin::model::Model;
use plugin::path::Path;
use serde_json::Value as Json;

/// Protection against locking oneself out.
#[derive(Model, Clone, Debug, PartialEq)]
pub(super) struct Guard {
    /// `enforce` refuses to disable access while the resource has no approved private endpoint
    /// connection; `off` does not look.
    #[tf(default = "enforce", check = check::one_of(&["enforce", "off"]))]
    mode: String,
}

impl Guard {
    pub(super) fn is_on(&self) -> bool {
        self.mode != "off"
    }
}

/// Refuses a project, which has the network access of its hub.
pub(super) fn of_a_project(live: &Json) -> Result<(), Diagnostic> {
    let kind = live["kind"].as_str().unwrap_or_default();
    if !kind.eq_ignore_ascii_case("project") {
        return Ok(());
    }
    let hub = live["properties"]["hubResourceId"].as_str().unwrap_or("its hub");
    let summary = format!("{:?} is a project", live["name"].as_str().unwrap_or_default());
    let detail =
        format!("A project has the network access of its hub. Set `resource_id` to {hub}.");
    Err(Diagnostic::error(summary, detail).at(Path::of("resource_id")))
}

/// Makes sure that a private endpoint connection is approved.
pub(super) fn lets_someone_in(live: &Json) -> Result<(), Diagnostic> {
    let connections = live["properties"]["privateEndpointConnections"].as_array();
    let states: Vec<_> = connections.into_iter().flatten().map(connection).collect();
    if states.iter().any(|(_, status)| status.eq_ignore_ascii_case("Approved")) {
        return Ok(());
    }
    let name = live["name"].as_str().unwrap_or_default();
    let found = if states.is_empty() {
        "It has no private endpoint connection at all.".to_owned()
    } else {
        let rows = states.iter().map(|(endpoint, status)| format!("  - {status}: {endpoint}"));
        format!("Its connections:\n{}", rows.collect::<Vec<_>>().join("\n"))
    };
    let detail = format!(
        "No private endpoint connection of {name:?} is approved, so nobody could reach it any \
         more. {found}\n\nCreate an azureai_private_endpoint to it, have the connection approved, \
         and let this resource depend on the endpoint (`depends_on`). If you mean to cut it \
         off, set `guard {{ mode = \"off\" }}`."
    );
    let summary =
        format!("Disabling the public network access of {name:?} would lock everyone out");
    Err(Diagnostic::error(summary, detail).at(Path::of("public_network_access")))
}

/// A connection's endpoint and state.
fn connection(connection: &Json) -> (String, String) {
    let properties = &connection["properties"];
    let endpoint = properties["privateEndpoint"]["id"].as_str().unwrap_or("an unknown endpoint");
    let state = &properties["privateLinkServiceConnectionState"];
    (endpoint.to_owned(), state["status"].as_str().unwrap_or("Unknown").to_owned())
}

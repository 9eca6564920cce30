//! `azureai_private_endpoint_connections`, the data source

use super::connection::{Connection, Wire};
use crate::arm::{Beside, Home};
use crate::lookup::{ArmData, Seen, Target};
use crate::{check, private_link};
use azure::id::ResourceId;
use plugin::diagnostic::Diagnostic;
use plugin::field::Computed;
use plugin::model::Model;
use plugin::path::Path;
use serde::Deserialize;
use serde_json::Value as Json;

/// Lists the private endpoint connections of a resource: who may reach it privately, and who has
/// asked for it.
#[derive(Model, Clone, Debug)]
pub struct PrivateEndpointConnections {
    /// ID of the resource: a workspace, a storage account, a key vault, a container registry, an AI
    /// services account or a search service.
    #[tf(check = check::id_of(private_link::TYPES))]
    target_resource_id: String,
    /// Only connections in this state: `Approved`, `Pending`, `Rejected`, `Disconnected` or
    /// `Timeout`. Without it, all.
    #[tf(check = check::one_of(private_link::STATUSES))]
    status: Option<String>,
    /// ID of the resource.
    id: Computed<String>,
    /// The connections, in the order of their names.
    connections: Computed<Vec<Connection>>,
}

const LIST: &str = "privateEndpointConnections";

impl ArmData for PrivateEndpointConnections {
    const NAME: &'static str = "azureai_private_endpoint_connections";
    const LABEL: &'static str = "resource";

    fn api(id: &ResourceId) -> &'static str {
        private_link::target(&id.resource_type()).map_or("", |target| target.api)
    }

    fn target(&self, _home: &Home) -> Result<Target, Diagnostic> {
        check::parse(&self.target_resource_id, "target_resource_id").map(Target::Id)
    }

    fn named_by(&self) -> Path {
        Path::of("target_resource_id")
    }

    fn beside(id: &ResourceId, _body: &Json) -> Vec<Beside> {
        vec![Beside::children(LIST, id.clone(), Self::api(id), LIST)]
    }

    fn read(&mut self, seen: &Seen<'_>) -> serde_json::Result<()> {
        self.id.set(seen.id.as_str().to_owned());
        let listed = seen.beside.get(LIST).cloned().unwrap_or_default();
        let listed = Option::<Vec<Wire>>::deserialize(listed)?.unwrap_or_default();
        let mut connections: Vec<Connection> = listed.into_iter().map(Connection::from).collect();
        connections.retain(|it| self.wants(it));
        connections.sort_by(|left, right| left.id.cmp(&right.id));
        self.connections.set(connections);
        Ok(())
    }
}

impl PrivateEndpointConnections {
    fn wants(&self, connection: &Connection) -> bool {
        let status = connection.status.as_deref().unwrap_or_default();
        self.status.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(status))
    }
}

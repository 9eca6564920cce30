//! `azureai_private_endpoint_connections`, the data source

use crate::engine::prelude::*;
use crate::private_link::CONNECTION_STATUSES;
use crate::private_link::connection::{self, CONNECTIONS};
use crate::private_link::services;
use crate::resources::common::connection::{Connection, ConnectionBody};
use crate::resources::common::private_link_target::{TARGET, children};

/// Lists the private endpoint connections of a resource: the approved ones, and those that wait for
/// a decision.
#[derive(Model, Clone, Debug)]
pub struct PrivateEndpointConnections {
    /// ID of the resource: a workspace, a storage account, a Cosmos DB account, or any other
    /// resource with Private Link.
    #[tf(check = validators::id_of(services::types()))]
    target_resource_id: String,
    /// State of the connections to list. Possible values are `Approved`, `Pending`, `Rejected`,
    /// `Disconnected` and `Timeout`. If omitted, lists connections in every state.
    #[tf(check = validators::one_of(CONNECTION_STATUSES))]
    status: Option<String>,
    /// ID of the resource.
    id: Computed<String>,
    /// Private endpoint connections, sorted by name.
    connections: Computed<Vec<Connection>>,
}

impl ArmDataSource for PrivateEndpointConnections {
    const NAME: &'static str = "azureai_private_endpoint_connections";

    fn read(&mut self, reader: &Reader, _defaults: &Defaults) -> Result<(), Diagnostics> {
        let id = validators::parse(&self.target_resource_id, TARGET)?;
        let api_version = connection::api_version(&id).unwrap_or_default();
        let listed: Vec<ConnectionBody> = children(reader, &id, api_version, CONNECTIONS)?;
        let mut connections: Vec<Connection> = listed.into_iter().map(Connection::from).collect();
        connections.retain(|it| self.wants(it));
        connections.sort_by(|left, right| left.id.cmp(&right.id));
        self.id.set(id.as_str().to_owned());
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

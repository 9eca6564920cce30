//! `azureai_private_endpoint_connection`, the data source

use super::PrivateEndpoint;
use crate::engine::data_source::object_name::{ObjectName, ResourceGroupName};
use crate::engine::data_source::resource_view;
use crate::engine::prelude::*;
use plugin::field::Field;

/// Reads the connection of a private endpoint, with the attributes of azurerm's data source.
///
/// The data source `azureai_private_endpoint` has these and all other attributes.
#[derive(Model, Clone, Debug)]
pub struct PrivateEndpointConnection {
    #[tf(flatten)]
    name: ObjectName,
    /// Azure region of the private endpoint.
    location: Computed<String>,
    /// Network interface of the private endpoint.
    network_interface: Computed<Vec<NetworkInterface>>,
    /// Connection of the private endpoint to the service.
    private_service_connection: Computed<Vec<Connection>>,
}

/// A network interface.
#[derive(Object, Clone, Debug, PartialEq)]
struct NetworkInterface {
    /// ID of the network interface.
    id: String,
    /// Name of the network interface.
    name: String,
}

/// The connection of a private endpoint to a service.
#[derive(Object, Clone, Debug, PartialEq)]
struct Connection {
    /// Name of the connection.
    name: String,
    /// State of the connection: `Approved`, `Pending`, `Rejected` or `Disconnected`.
    status: Option<String>,
    /// Message of the service's owner about the decision.
    request_response: Option<String>,
    /// First private IP address of the private endpoint.
    private_ip_address: Option<String>,
}

const ENDPOINT: ObjectType = ObjectType::of(PrivateEndpoint::TYPE);

impl ArmDataSource for PrivateEndpointConnection {
    const NAME: &'static str = "azureai_private_endpoint_connection";

    fn read(&mut self, reader: &Reader, defaults: &Defaults) -> Result<(), Diagnostics> {
        let object = self.name.read(ENDPOINT, reader, defaults, related)?;
        let endpoint = resource_view::read::<PrivateEndpoint>(&object);
        let endpoint = endpoint.map_err(|fault| ENDPOINT.unreadable(&fault))?;
        self.name.locate(&object, ENDPOINT.name);
        self.location.set(endpoint.get("location").as_str().map(str::to_owned));
        let interfaces = Computed::decode(endpoint.get("network_interface").clone());
        self.network_interface = interfaces.map_err(|fault| ENDPOINT.unreadable(&fault))?;
        let connections = endpoint.get("private_service_connection").as_list();
        let connections = connections.unwrap_or_default().iter().map(Connection::of);
        self.private_service_connection.set(connections.collect::<Vec<_>>());
        Ok(())
    }

    fn validate(config: &Value) -> Diagnostics {
        ObjectName::validate(config, ENDPOINT.name, ResourceGroupName::Required)
    }
}

/// Returns the objects to read along with the endpoint, which are required.
fn related(id: &ResourceId, body: &Json) -> Vec<Related> {
    let mut wanted = resource_view::related::<PrivateEndpoint>(id, body);
    wanted.retain(|it| !it.spare);
    wanted
}

impl Connection {
    /// Returns the connection in the endpoint's block.
    fn of(block: &Value) -> Self {
        let text = |name: &str| block.get(name).as_str().map(str::to_owned);
        Self {
            name: text("name").unwrap_or_default(),
            status: text("status"),
            request_response: text("status_description"),
            private_ip_address: text("private_ip_address"),
        }
    }
}

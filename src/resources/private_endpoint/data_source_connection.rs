//! `azureai_private_endpoint_connection`, the data source

use super::PrivateEndpoint;
use crate::assessment::reader::Reader;
use crate::config::defaults::Defaults;
use crate::engine::data_source::object_name::{ObjectName, ResourceGroupName};
use crate::engine::data_source::{ArmDataSource, ObjectType, resource_view};
use crate::engine::related::Related;
use crate::engine::resource::ArmResource;
use azure::id::ResourceId;
use plugin::field::Field;
use plugin::prelude::*;
use serde_json::Value as Json;

/// Reads the connection of a private endpoint, in the shape that azurerm's data source of the same
/// name has. The data source `azureai_private_endpoint` has this and the rest.
#[derive(Model, Clone, Debug)]
pub struct PrivateEndpointConnection {
    #[tf(flatten)]
    name: ObjectName,
    /// Region of the endpoint.
    location: Computed<String>,
    /// The endpoint's network interface.
    network_interface: Computed<Vec<NetworkInterface>>,
    /// The connection to the service.
    private_service_connection: Computed<Vec<Connection>>,
}

/// A network interface.
#[derive(Object, Clone, Debug, PartialEq)]
struct NetworkInterface {
    /// ID of the interface.
    id: String,
    /// Name of the interface.
    name: String,
}

/// The connection of an endpoint to a service.
#[derive(Object, Clone, Debug, PartialEq)]
struct Connection {
    /// Name of the connection.
    name: String,
    /// State of the connection: `Approved`, `Pending`, `Rejected` or `Disconnected`.
    status: Option<String>,
    /// What the service's owner said to it.
    request_response: Option<String>,
    /// First address of the endpoint.
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

/// What the endpoint reads along and cannot do without.
fn related(id: &ResourceId, body: &Json) -> Vec<Related> {
    let mut wanted = resource_view::related::<PrivateEndpoint>(id, body);
    wanted.retain(|it| !it.spare);
    wanted
}

impl Connection {
    /// The connection as the endpoint's block has it.
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

//! `azureai_private_endpoint_connection`, the data source

use crate::arm::{ArmResource, Beside, Home};
use crate::lookup::which::{Group, Which};
use crate::lookup::{ArmData, Seen, Target, whole};
use crate::resources::private_endpoint::PrivateEndpoint;
use azure::id::ResourceId;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::field::{Computed, Field};
use plugin::model::{Model, Object};
use plugin::path::Path;
use plugin::value::Value;
use serde::de::Error as _;
use serde_json::Value as Json;

/// Reads the connection of a private endpoint, in the shape that azurerm's data source of the same
/// name has. The data source `azureai_private_endpoint` has this and the rest.
#[derive(Model, Clone, Debug)]
pub struct PrivateEndpointConnection {
    #[tf(flatten)]
    which: Which,
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

type Of = PrivateEndpoint;

impl ArmData for PrivateEndpointConnection {
    const NAME: &'static str = "azureai_private_endpoint_connection";
    const LABEL: &'static str = Of::KIND.label;

    fn api(_id: &ResourceId) -> &'static str {
        Of::KIND.api
    }

    fn target(&self, home: &Home) -> Result<Target, Diagnostic> {
        self.which.target(home, Of::KIND.ty)
    }

    fn named_by(&self) -> Path {
        self.which.named_by()
    }

    fn beside(id: &ResourceId, body: &Json) -> Vec<Beside> {
        let mut wanted = whole::beside::<Of>(id, body);
        wanted.retain(|it| !it.spare);
        wanted
    }

    fn read(&mut self, seen: &Seen<'_>) -> serde_json::Result<()> {
        let endpoint = whole::read::<Of>(seen)?;
        self.which.locate(seen, Of::KIND.ty);
        let location = endpoint.get("location").as_str();
        self.location.set(location.map(str::to_owned));
        let interfaces = endpoint.get("network_interface").clone();
        self.network_interface = Computed::decode(interfaces).map_err(serde_json::Error::custom)?;
        let connections = endpoint.get("private_service_connection").as_list();
        let connections = connections.unwrap_or_default().iter().map(Connection::of);
        self.private_service_connection.set(connections.collect::<Vec<_>>());
        Ok(())
    }

    fn validate(config: &Value) -> Diagnostics {
        Which::validate(config, Of::KIND.ty, Group::Needed)
    }
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

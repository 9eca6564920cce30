//! `azureai_subnet_private_endpoint_policy`

use crate::check;
use crate::identity::Named;
use crate::setting::{ArmSetting, Writes};
use azure::id::ResourceId;
use plugin::diagnostic::Diagnostic;
use plugin::field::{Computed, OptionalComputed};
use plugin::model::Model;
use plugin::path::Path;
use plugin::timeouts::Timeouts;
use serde_json::{Map, Value as Json, json};

/// Owns the private endpoint network policies of a subnet, and nothing else of it: the subnet
/// itself may be managed elsewhere, or by hand.
///
/// The policies say whether network security groups and route tables apply to the private endpoints
/// of the subnet. Endpoints can be created whatever they say.
#[derive(Model, Clone, Debug)]
pub struct SubnetPrivateEndpointPolicy {
    /// ID of the subnet.
    #[tf(same = check::same_id)]
    id: Computed<String>,
    /// ID of the subnet that has the policies.
    #[tf(replace, check = check::id_of(&[SUBNET]), same = check::same_id)]
    subnet_id: String,
    /// What applies to private endpoints: `Disabled` is nothing, `NetworkSecurityGroupEnabled` the
    /// network security group, `RouteTableEnabled` the route table, and `Enabled` both.
    #[tf(check = check::one_of(POLICIES))]
    private_endpoint_network_policies: String,
    /// What becomes of the policies when this resource is destroyed: `retain` leaves them as they
    /// are, `restore` puts back what was there before. Without it, what the provider's `on_destroy`
    /// says.
    #[tf(check = check::one_of(&["retain", "restore"]))]
    on_destroy: OptionalComputed<String>,
    /// The policies before this resource changed them for the first time.
    #[tf(follows("private_endpoint_network_policies"))]
    previous_value: Computed<String>,
    /// ID of the subnet's network security group.
    #[tf(same = check::same_id)]
    network_security_group_id: Computed<String>,
    /// ID of the subnet's route table.
    #[tf(same = check::same_id)]
    route_table_id: Computed<String>,
}

const SUBNET: &str = "Microsoft.Network/virtualNetworks/subnets";

const POLICIES: &[&str] =
    &["Disabled", "Enabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled"];

/// The attribute, and what ARM calls it.
const ATTRIBUTE: &str = "private_endpoint_network_policies";
const PROPERTY: &str = "privateEndpointNetworkPolicies";

/// The policies in a body, in the spelling of the configuration. A subnet that was never told has
/// `Disabled`.
fn policies(body: &Json) -> String {
    let value = body["properties"][PROPERTY].as_str().unwrap_or("Disabled");
    let known = POLICIES.iter().find(|known| known.eq_ignore_ascii_case(value));
    known.map_or(value, |known| known).to_owned()
}

impl ArmSetting for SubnetPrivateEndpointPolicy {
    const NAME: &'static str = "azureai_subnet_private_endpoint_policy";
    const LABEL: &'static str = "private endpoint network policies";
    const NAMED: Named = Named::Parts(SUBNET);
    const TIMEOUTS: Timeouts = Timeouts::minutes(30);
    const WRITES: Writes = Writes::Whole;
    const NAMED_BY: &'static str = "subnet_id";
    const TYPES: &'static [&'static str] = &[SUBNET];
    const RESTORED: &'static [&'static str] = &[ATTRIBUTE];

    fn id(&mut self) -> &mut Computed<String> {
        &mut self.id
    }

    fn target(&self) -> Result<(ResourceId, &'static str), Diagnostic> {
        Ok((check::parse(&self.subnet_id, "subnet_id")?, "2025-01-01"))
    }

    fn imported(id: &ResourceId) -> Result<ResourceId, Diagnostic> {
        if id.is_type(SUBNET) {
            return Ok(id.canonical(SUBNET));
        }
        let summary = format!("{:?} is not the ID of a subnet", id.as_str());
        let detail = format!(
            "It names a {}.\n\nExpected: /subscriptions/GUID/resourceGroups/GROUP/providers/\
             Microsoft.Network/virtualNetworks/NAME/subnets/NAME",
            id.resource_type()
        );
        Err(Diagnostic::error(summary, detail).at(Path::of("id")))
    }

    fn locate(&mut self, id: &ResourceId) {
        self.subnet_id = id.as_str().to_owned();
    }

    fn write(&self, live: &Json) -> Option<Json> {
        let wanted = &self.private_endpoint_network_policies;
        (policies(live) != *wanted).then(|| json!({"properties": {PROPERTY: wanted}}))
    }

    fn read(&mut self, live: &Json) {
        let reference = |name: &str| live["properties"][name]["id"].as_str().map(str::to_owned);
        self.private_endpoint_network_policies = policies(live);
        self.network_security_group_id.set(reference("networkSecurityGroup"));
        self.route_table_id.set(reference("routeTable"));
    }

    fn restores(&self) -> bool {
        self.on_destroy.get().is_some_and(|end| end == "restore")
    }

    fn read_previous(&mut self, previous: &Map<String, Json>) {
        let value = previous.get(ATTRIBUTE).and_then(Json::as_str);
        self.previous_value.set(value.map(str::to_owned));
    }
}

//! `azureai_subnet_private_endpoint_policy`

pub mod list;

use crate::engine::prelude::*;
use crate::private_link::arm_types::SUBNET;

/// Manages the private endpoint network policies of a subnet.
///
/// The resource manages only this setting. The subnet itself can be managed elsewhere, or manually.
///
/// The policies determine whether network security groups and route tables apply to the private
/// endpoints in the subnet. Private endpoints can be created with any value.
#[derive(Model, Clone, Debug)]
pub struct SubnetPrivateEndpointPolicy {
    /// ID of the subnet.
    #[tf(id, same = validators::same_id)]
    id: Computed<String>,
    /// ID of the subnet that has the policies.
    #[tf(replace, check = validators::id_of(&[SUBNET.name]), same = validators::same_id)]
    subnet_id: String,
    /// Network policies for private endpoints. Possible values are `Disabled`,
    /// `NetworkSecurityGroupEnabled`, `RouteTableEnabled` and `Enabled`, which applies both network
    /// security groups and route tables.
    #[tf(check = validators::one_of(POLICIES))]
    private_endpoint_network_policies: String,
    /// What to do with the policies when this resource is destroyed. Possible values are `retain`,
    /// which leaves them as they are, and `restore`, which writes the previous value. Defaults to
    /// the provider's `on_destroy`.
    #[tf(check = validators::one_of(&["retain", "restore"]))]
    on_destroy: OptionalComputed<String>,
    /// Policies before the first change by this resource.
    #[tf(recomputed_with("private_endpoint_network_policies"))]
    previous_value: Computed<String>,
    /// ID of the subnet's network security group.
    #[tf(same = validators::same_id)]
    network_security_group_id: Computed<String>,
    /// ID of the subnet's route table.
    #[tf(same = validators::same_id)]
    route_table_id: Computed<String>,
}

const POLICIES: &[&str] =
    &["Disabled", "Enabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled"];

/// The attribute, which is also ARM's property.
const ATTRIBUTE: &str = "private_endpoint_network_policies";
const PROPERTY: &str = "privateEndpointNetworkPolicies";

/// Returns the policies in a body, in the spelling of the configuration. A subnet without a value
/// has `Disabled`.
fn policies(body: &Json) -> String {
    let value = body["properties"][PROPERTY].as_str().unwrap_or("Disabled");
    let known = POLICIES.iter().find(|known| known.eq_ignore_ascii_case(value));
    known.map_or(value, |known| known).to_owned()
}

impl ArmPartial for SubnetPrivateEndpointPolicy {
    const NAME: &'static str = "azureai_subnet_private_endpoint_policy";
    const LABEL: &'static str = "the private endpoint network policies of";
    const IDENTITY: IdentitySchema = IdentitySchema::OfId(SUBNET.name);
    const TIMEOUTS: Timeouts = Timeouts::minutes(30);
    const AZURERM: &'static [AzurermType] = &[];
    const NAMED_BY: &'static str = "subnet_id";
    fn types() -> &'static [&'static str] {
        &[SUBNET.name]
    }

    const RESTORED: &'static [&'static str] = &[ATTRIBUTE];

    fn how(&self) -> WriteMethod {
        WriteMethod::Put
    }

    fn api(&self) -> &'static str {
        SUBNET.api_version
    }

    fn object(&self) -> Result<ObjectRef<Self>, Diagnostic> {
        validators::parse(&self.subnet_id, "subnet_id").map(ObjectRef::Id)
    }

    fn imported(id: &str) -> Result<String, Diagnostic> {
        let id = validators::parse(id, "id")?;
        if id.is_type(SUBNET.name) {
            return Ok(id.canonical(SUBNET.name).to_string());
        }
        let summary = format!("{:?} is not the ID of a subnet", id.as_str());
        let detail = format!(
            "The ID belongs to a {}.\n\nExpected: /subscriptions/GUID/resourceGroups/GROUP/\
             providers/Microsoft.Network/virtualNetworks/NAME/subnets/NAME",
            id.resource_type()
        );
        Err(Diagnostic::error(summary, detail).at(Path::of("id")))
    }

    fn locate(&mut self) -> Result<(), Diagnostic> {
        let id = validators::parse(self.id.get().map_or("", String::as_str), "id")?;
        self.subnet_id = id.as_str().to_owned();
        Ok(())
    }

    fn write(&self, live: &Json) -> Option<Json> {
        let wanted = &self.private_endpoint_network_policies;
        (policies(live) != *wanted).then(|| json!({"properties": {PROPERTY: wanted}}))
    }

    fn read(&mut self, live: &Json, _importing: bool) -> serde_json::Result<bool> {
        let reference = |name: &str| live["properties"][name]["id"].as_str().map(str::to_owned);
        self.private_endpoint_network_policies = policies(live);
        self.network_security_group_id.set(reference("networkSecurityGroup"));
        self.route_table_id.set(reference("routeTable"));
        Ok(true)
    }

    fn observe(&mut self, observed: Observed<'_>) {
        if let Observed::Previous(previous) = observed {
            let value = previous.get(ATTRIBUTE).and_then(Json::as_str);
            self.previous_value.set(value.map(str::to_owned));
        }
    }

    fn check_input(prior: &Value, config: &Value, _planned: &Value) -> CheckInput {
        let subnet = if config.is_null() { prior } else { config }.get("subnet_id");
        CheckInput::of_setting(subnet, "subnet_id", None)
    }
}

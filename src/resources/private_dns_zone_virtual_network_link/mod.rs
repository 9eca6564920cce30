//! `azureai_private_dns_zone_virtual_network_link`

pub mod data_source;
pub mod list;

use crate::assessment::checks::input::PlannedLink;
use crate::engine::prelude::*;
use crate::private_link::arm_types::{VIRTUAL_NETWORK, VIRTUAL_NETWORK_LINK};
use crate::resources::common::zone_reference::{self, ZONE};

/// Manages a link of a private DNS zone to a virtual network, whose machines then resolve the
/// zone's names.
#[derive(Model, Clone, Debug)]
pub struct VirtualNetworkLink {
    /// ID of the virtual network link.
    #[tf(id, same = validators::same_id)]
    id: Computed<String>,
    /// Name of the virtual network link.
    #[tf(replace, check = validators::network_name(), same = validators::same_name)]
    name: String,
    /// ID of the private DNS zone. Required unless `private_dns_zone_name` and
    /// `resource_group_name` are set.
    #[tf(replace, check = validators::id_of(&[ZONE]), same = validators::same_id)]
    private_dns_zone_id: OptionalComputed<String>,
    /// Name of the private DNS zone in the provider's subscription, as in azurerm before version 5.
    /// Use it with `resource_group_name` instead of `private_dns_zone_id`.
    #[tf(replace, check = validators::zone_name(), same = validators::same_name)]
    private_dns_zone_name: OptionalComputed<String>,
    /// Name of the zone's resource group. Use it with `private_dns_zone_name`.
    #[tf(replace, check = validators::resource_group(), same = validators::same_name)]
    resource_group_name: OptionalComputed<String>,
    /// ID of the virtual network.
    #[tf(
        replace,
        check = validators::id_of(&[VIRTUAL_NETWORK.name]),
        same = validators::same_id
    )]
    virtual_network_id: String,
    /// If `true`, Azure registers the network's machines in the zone. Must be `false` for a
    /// `privatelink` zone.
    #[tf(default = false)]
    registration_enabled: bool,
    /// How Azure resolves names that the zone does not contain. Possible values are `Default`,
    /// which returns no address, and `NxDomainRedirect`, which resolves the names in public DNS.
    /// Only for `privatelink` zones.
    #[tf(
        check = validators::one_of(&["Default", "NxDomainRedirect"]),
        same = validators::same_name
    )]
    resolution_policy: OptionalComputed<String>,
    /// If `true`, adopts an existing link of the same name instead of failing. The link then
    /// belongs to this resource. The error about a link of the network with another name contains
    /// the name to set.
    #[tf(default = false)]
    adopt_existing: bool,
    #[tf(flatten)]
    tagged: Tagged,
    /// State of the virtual network link: `InProgress` or `Completed`.
    link_state: Computed<String>,
    /// Provisioning state of the link, such as `Succeeded`, `Updating` or `Failed`.
    provisioning_state: Computed<String>,
}

impl ArmResource for VirtualNetworkLink {
    const NAME: &'static str = "azureai_private_dns_zone_virtual_network_link";
    const TYPE: ResourceType = ResourceType {
        create: Create::Conditional,
        ..ResourceType::new(VIRTUAL_NETWORK_LINK, "virtual network link")
    };
    const TIMEOUTS: Timeouts = Timeouts::minutes(30);
    // A zone has few links, and most of them belong to resources.
    const LIST_FROM: Option<usize> = Some(1);
    const AZURERM: &'static [AzurermType] =
        &[AzurermType::all("azurerm_private_dns_zone_virtual_network_link")];

    type Body = Tracked<Properties>;

    fn resource_id(&self, defaults: &Defaults) -> Result<ResourceId, Diagnostic> {
        let (name, group) = (&self.private_dns_zone_name, &self.resource_group_name);
        let zone = zone_reference::zone(defaults, &self.private_dns_zone_id, name, group)?;
        Ok(zone.child("virtualNetworkLinks", &self.name))
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        let names = zone_reference::Names {
            id: &mut self.private_dns_zone_id,
            name: &mut self.private_dns_zone_name,
            group: &mut self.resource_group_name,
        };
        names.locate(id);
    }

    fn tagged(&mut self) -> Option<&mut Tagged> {
        Some(&mut self.tagged)
    }

    fn write(&self, _live: Option<&Self::Body>) -> Self::Body {
        Tracked {
            location: Some("global".to_owned()),
            tags: self.tagged.write(),
            properties: Properties {
                virtual_network: self.virtual_network_id.as_str().into(),
                registration_enabled: self.registration_enabled,
                resolution_policy: self.resolution_policy.get().cloned(),
                ..Properties::default()
            },
            ..Tracked::default()
        }
    }

    fn read(&mut self, live: &Live<Self::Body>) -> serde_json::Result<()> {
        let properties = &live.body.properties;
        self.virtual_network_id.clone_from(&properties.virtual_network.id);
        self.registration_enabled = properties.registration_enabled;
        self.resolution_policy.set(properties.resolution_policy.clone());
        self.link_state.set(properties.virtual_network_link_state.clone());
        self.provisioning_state.set(properties.provisioning_state.clone());
        Ok(())
    }

    fn attributes_of_error(code: &str) -> Vec<Path> {
        zone_reference::attributes_of_error(code, "private_dns_zone_name")
    }

    fn check_input(config: &Value, defaults: &Defaults) -> CheckInput {
        let (registers, network) = ("registration_enabled", "virtual_network_id");
        let (zone, zone_name) = zone_reference::planned(config, defaults, ZONE_NAME);
        let link = PlannedLink {
            name: config.get("name").as_str().map(str::to_owned),
            zone,
            zone_name,
            network: ConfigValue::id(config.get(network), Path::of(network)),
            registers: (config.get(registers).as_bool() == Some(true)).then(|| Path::of(registers)),
        };
        CheckInput { link: Some(link), ..CheckInput::default() }
    }

    fn validate(config: &Value) -> Diagnostics {
        zone_reference::validate(config, ZONE_NAME)
    }
}

const ZONE_NAME: &str = "private_dns_zone_name";

/// Properties of a link.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Properties {
    virtual_network: Reference,
    registration_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution_policy: Option<String>,
    #[serde(skip_serializing)]
    virtual_network_link_state: Option<String>,
    #[serde(skip_serializing)]
    provisioning_state: Option<String>,
}

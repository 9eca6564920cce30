//! `azureai_private_dns_zone_virtual_network_link`

use crate::arm::{ArmResource, Create, Home, Kind, Live};
use crate::check;
use crate::tags::Tagged;
use crate::wire::{Reference, Tracked};
use azure::id::ResourceId;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::field::{Computed, OptionalComputed};
use plugin::model::Model;
use plugin::path::Path;
use plugin::timeouts::Timeouts;
use plugin::value::Value;
use serde::{Deserialize, Serialize};

/// Links a private DNS zone to a virtual network, whose machines then resolve the zone's names.
#[derive(Model, Clone, Debug)]
pub struct VirtualNetworkLink {
    /// The link's ID.
    #[tf(same = check::same_id)]
    id: Computed<String>,
    /// Name of the link.
    #[tf(replace, check = check::network_name(), same = check::same_name)]
    name: String,
    /// ID of the zone.
    #[tf(replace, check = check::id_of(&[ZONE]), same = check::same_id)]
    private_dns_zone_id: String,
    /// ID of the virtual network.
    #[tf(
        replace,
        check = check::id_of(&["Microsoft.Network/virtualNetworks"]),
        same = check::same_id
    )]
    virtual_network_id: String,
    /// Whether the network's machines are registered in the zone. Never for a `privatelink` zone.
    #[tf(default = false)]
    registration_enabled: bool,
    /// What a name that the zone has not resolves to: `Default` is nothing, `NxDomainRedirect` what
    /// the internet says. Only for `privatelink` zones.
    #[tf(check = check::one_of(&["Default", "NxDomainRedirect"]), same = check::same_name)]
    resolution_policy: OptionalComputed<String>,
    #[tf(flatten)]
    tagged: Tagged,
    /// How far Azure is with the link: `InProgress` or `Completed`.
    link_state: Computed<String>,
}

const ZONE: &str = "Microsoft.Network/privateDnsZones";

impl ArmResource for VirtualNetworkLink {
    const NAME: &'static str = "azureai_private_dns_zone_virtual_network_link";
    const KIND: Kind = Kind {
        ty: "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        api: "2024-06-01",
        label: "virtual network link",
        create: Create::Conditional,
    };
    const TIMEOUTS: Timeouts = Timeouts::minutes(30);

    type Body = Tracked<Properties>;

    fn id(&mut self) -> &mut Computed<String> {
        &mut self.id
    }

    fn place(&self, _home: &Home) -> Result<ResourceId, Diagnostic> {
        let zone = check::parse(&self.private_dns_zone_id, "private_dns_zone_id")?;
        Ok(zone.child("virtualNetworkLinks", &self.name))
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        self.private_dns_zone_id = check::parent(id);
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
                virtual_network_link_state: None,
            },
            ..Tracked::default()
        }
    }

    fn read(&mut self, live: &Live<Self::Body>) {
        let properties = &live.body.properties;
        self.virtual_network_id.clone_from(&properties.virtual_network.id);
        self.registration_enabled = properties.registration_enabled;
        self.resolution_policy.set(properties.resolution_policy.clone());
        self.link_state.set(properties.virtual_network_link_state.clone());
    }

    fn validate(config: &Value) -> Diagnostics {
        let zone = config.get("private_dns_zone_id").as_str();
        let registers = config.get("registration_enabled").as_bool() == Some(true);
        let private = zone
            .and_then(|zone| ResourceId::parse(zone).ok())
            .is_some_and(|zone| zone.name().to_ascii_lowercase().starts_with("privatelink."));
        if !(registers && private) {
            return Diagnostics::new();
        }
        Diagnostic::error(
            "A privatelink zone must not register machines",
            "The records of a `privatelink` zone belong to private endpoints, and a network can \
             register its machines in one zone only. Leave `registration_enabled` out, or use a \
             zone of your own for the machines.",
        )
        .at(Path::of("registration_enabled"))
        .into()
    }
}

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
}

//! `azureai_private_dns_zone_virtual_network_link`

use crate::arm::{ArmResource, Create, Home, Kind, Live};
use crate::check;
use crate::checks::intent::{Intent, Link, Said};
use crate::in_zone::{self, ZONE};
use crate::moves::Former;
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
    /// ID of the zone. Required, unless `private_dns_zone_name` and `resource_group_name` are
    /// given.
    #[tf(replace, check = check::id_of(&[ZONE]), same = check::same_id)]
    private_dns_zone_id: OptionalComputed<String>,
    /// Name of the zone, with `resource_group_name` instead of `private_dns_zone_id`, as azurerm
    /// had it before version 5. The zone is then in the provider's own subscription.
    #[tf(replace, check = check::zone_name(), same = check::same_name)]
    private_dns_zone_name: OptionalComputed<String>,
    /// Name of the zone's resource group; with `private_dns_zone_name` only.
    #[tf(replace, check = check::resource_group(), same = check::same_name)]
    resource_group_name: OptionalComputed<String>,
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
    /// Whether a link of that name that exists already is taken over, and then belongs to this
    /// resource. Without it, it is left as it is, and the creation fails. A link of the same
    /// network under another name is not taken over, as its name is part of what it is: the error
    /// has the name to put here.
    #[tf(default = false)]
    adopt_existing: bool,
    #[tf(flatten)]
    tagged: Tagged,
    /// How far Azure is with the link: `InProgress` or `Completed`.
    link_state: Computed<String>,
    /// How far Azure is with the link: `Succeeded`, `Updating`, `Failed`, ...
    provisioning_state: Computed<String>,
}

impl ArmResource for VirtualNetworkLink {
    const NAME: &'static str = "azureai_private_dns_zone_virtual_network_link";
    const KIND: Kind = Kind {
        ty: "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        api: "2024-06-01",
        label: "virtual network link",
        create: Create::Conditional,
    };
    const TIMEOUTS: Timeouts = Timeouts::minutes(30);
    // A zone has few links, and most of them are somebody's resources.
    const READ_ALONG: Option<usize> = Some(1);
    const AZURERM: &'static [Former] =
        &[Former::all("azurerm_private_dns_zone_virtual_network_link")];

    type Body = Tracked<Properties>;

    fn id(&mut self) -> &mut Computed<String> {
        &mut self.id
    }

    fn place(&self, home: &Home) -> Result<ResourceId, Diagnostic> {
        let (name, group) = (&self.private_dns_zone_name, &self.resource_group_name);
        let zone = in_zone::zone(home, &self.private_dns_zone_id, name, group)?;
        Ok(zone.child("virtualNetworkLinks", &self.name))
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        let names = in_zone::Names {
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

    fn read(&mut self, live: &Live<Self::Body>) {
        let properties = &live.body.properties;
        self.virtual_network_id.clone_from(&properties.virtual_network.id);
        self.registration_enabled = properties.registration_enabled;
        self.resolution_policy.set(properties.resolution_policy.clone());
        self.link_state.set(properties.virtual_network_link_state.clone());
        self.provisioning_state.set(properties.provisioning_state.clone());
    }

    fn adopts(&self) -> bool {
        self.adopt_existing
    }

    fn intent(config: &Value) -> Intent {
        let id = |name: &str| Said::id(config.get(name), Path::of(name));
        let registers = "registration_enabled";
        let link = Link {
            name: config.get("name").as_str().map(str::to_owned),
            zone: id("private_dns_zone_id"),
            network: id("virtual_network_id"),
            registers: (config.get(registers).as_bool() == Some(true)).then(|| Path::of(registers)),
        };
        Intent { link: Some(link), ..Intent::default() }
    }

    fn validate(config: &Value) -> Diagnostics {
        let mut found = in_zone::validate(config, "private_dns_zone_name");
        found.extend(registration(config));
        found
    }
}

/// As the check AAI013 says of a zone that is named by its ID.
fn registration(config: &Value) -> Option<Diagnostic> {
    let name = config.get("private_dns_zone_name").as_str()?;
    let private = name.to_ascii_lowercase().starts_with("privatelink.");
    if !private || config.get("registration_enabled").as_bool() != Some(true) {
        return None;
    }
    let found = Diagnostic::error(
        "A privatelink zone must not register machines",
        "The records of a `privatelink` zone belong to private endpoints, and a network can \
         register its machines in one zone only. Leave `registration_enabled` out, or use a zone \
         of your own for the machines.",
    );
    Some(found.at(Path::of("registration_enabled")))
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
    #[serde(skip_serializing)]
    provisioning_state: Option<String>,
}

//! `azureai_private_endpoint`

mod awaits;
mod group;
mod intent;
mod plan;
mod records;
mod rules;
mod wire;

use crate::arm::{ArmResource, Awaited, Beside, Create, Found, Home, Kind, Live, Part};
use crate::check;
use crate::checks::intent::Intent;
use crate::moves::Former;
use crate::place::Place;
use crate::survey::Survey;
use crate::tags::Tagged;
use crate::wire::Tracked;
use azure::id::ResourceId;
use group::{ZoneConfig, ZoneGroup};
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::field::{Computed, OptionalComputed};
use plugin::model::{Blocks, Model, Object};
use plugin::moves::Stored;
use plugin::path::Path;
use plugin::resource::Change;
use plugin::schema::Check;
use plugin::timeouts::Timeouts;
use plugin::value::Value;
use records::DnsRecord;
use std::collections::BTreeSet;
use wire::Properties;

/// Manages a private endpoint: an address in a virtual network for a service of Azure, such as an
/// AI workspace or its default resources.
#[derive(Model, Clone, Debug)]
pub struct PrivateEndpoint {
    /// Name of the endpoint.
    #[tf(replace, check = check::network_name(), same = check::same_name)]
    name: String,
    #[tf(flatten)]
    place: Place,
    /// Region of the endpoint, which must be that of the virtual network. Without it, that region.
    #[tf(replace, same = check::same_region)]
    location: OptionalComputed<String>,
    /// ID of the subnet from which the endpoint takes its addresses.
    #[tf(replace, check = check::id_of(&[SUBNET]), same = check::same_id)]
    subnet_id: String,
    /// Name of the edge zone in the region.
    #[tf(replace, same = check::same_name)]
    edge_zone: Option<String>,
    /// Name that the endpoint's network interface is given, instead of one that Azure makes up.
    #[tf(replace, check = check::network_name(), same = check::same_name)]
    custom_network_interface_name: Option<String>,
    /// Version of the endpoint's addresses: `IPv4`, `IPv6` or `DualStack`.
    #[tf(replace, check = check::one_of(&["IPv4", "IPv6", "DualStack"]))]
    ip_version_type: OptionalComputed<String>,
    /// The connection to the service.
    #[tf(min = 1, max = 1)]
    private_service_connection: Blocks<Connection>,
    /// The private DNS zones in which Azure keeps the endpoint's records. Without it, a group that
    /// someone else made (Azure Policy, for example) is shown, and never touched.
    #[tf(max = 1)]
    private_dns_zone_group: Blocks<ZoneGroup>,
    /// Who manages the endpoint's zone group: `managed` is the block here, `policy` somebody else,
    /// whose group is shown and never touched, and `none` means that there is to be no group, and
    /// one that appears is removed. Without it, `managed` with the block and `policy` without it,
    /// but for a group that the block made: that goes with the block.
    #[tf(check = check::one_of(&["managed", "policy", "none"]))]
    dns_zone_group_mode: Option<String>,
    /// Waits until somebody else (Azure Policy, for example) has made a zone group. With
    /// `dns_zone_group_mode = "policy"` only.
    #[tf(max = 1)]
    wait_for_zone_group: Blocks<WaitForZoneGroup>,
    /// What it means when the zone group cannot be written: `error`, or `warn`, which keeps the
    /// endpoint healthy and tries again at the next apply. Without it, `error`.
    #[tf(check = check::one_of(&["error", "warn"]))]
    on_zone_group_failure: Option<String>,
    /// What to do about a connection that the service has cut, which cannot be mended: `replace`
    /// the endpoint, `warn`, or `ignore` it. Without it, `replace`, but for manual connections, of
    /// which it warns.
    #[tf(check = check::one_of(&["replace", "warn", "ignore"]))]
    on_disconnected: Option<String>,
    /// Whether to wait until the owner of the service has approved a manual connection.
    wait_for_approval: Option<bool>,
    /// A fixed address of the endpoint. With any, every member of the group needs one.
    #[tf(replace)]
    ip_configuration: Blocks<IpConfiguration>,
    /// IDs of the application security groups that the endpoint belongs to. Without it, they are
    /// left as they are.
    #[tf(
        write_if_set,
        check = check::id_of(&["Microsoft.Network/applicationSecurityGroups"]).each(),
        same = check::same_ids
    )]
    application_security_group_ids: OptionalComputed<BTreeSet<String>>,
    #[tf(flatten)]
    tagged: Tagged,
    /// The endpoint's network interface.
    network_interface: Computed<Vec<NetworkInterface>>,
    /// ID of the endpoint's network interface.
    #[tf(same = check::same_id)]
    network_interface_id: Computed<String>,
    /// Addresses of the endpoint, in the order of its interface.
    private_ip_addresses: Computed<Vec<String>>,
    /// Names and addresses that Azure asks to be put into a DNS of one's own. Azure empties it when
    /// a zone group has them; `dns_records` stays.
    #[tf(recomputed_with("private_dns_zone_group"))]
    custom_dns_configs: Computed<Vec<CustomDnsConfig>>,
    /// The zones of the endpoint's zone group, whoever made it, with the records there.
    #[tf(recomputed_with("private_dns_zone_group"))]
    private_dns_zone_configs: Computed<Vec<ZoneConfig>>,
    /// Every record that a DNS needs for this endpoint, with or without a zone group.
    dns_records: Computed<Vec<DnsRecord>>,
    /// State of the connection: `Approved`, `Pending`, `Rejected` or `Disconnected`.
    connection_status: Computed<String>,
    /// ID of the connection on the side of the service, where Azure shows it: of a service that
    /// is named by its ID, is of a kind that this provider knows, and may be read. None of a
    /// connection that the service has cut.
    #[tf(same = check::same_id)]
    private_endpoint_connection_id: Computed<String>,
    /// How far Azure is with the endpoint: `Succeeded`, `Updating`, `Failed`, ...
    provisioning_state: Computed<String>,
}

/// The connection of an endpoint to a service.
#[derive(Model, Clone, Debug, PartialEq)]
struct Connection {
    /// Name of the connection.
    #[tf(replace, check = check::network_name(), same = check::same_name)]
    name: String,
    /// Whether the service's owner approves the connection by hand.
    #[tf(replace, default = false)]
    is_manual_connection: bool,
    /// ID of the service. Exactly one of this and `private_connection_resource_alias` is given.
    #[tf(replace, check = check::any_id(), same = check::same_id)]
    private_connection_resource_id: Option<String>,
    /// Alias of the service's private link service, ending in `.azure.privatelinkservice`.
    #[tf(replace, check = Check::text(rules::alias), same = check::same_name)]
    private_connection_resource_alias: Option<String>,
    /// The parts of the service to reach, in Azure's words group IDs, such as `amlworkspace`.
    #[tf(replace, same = check::same_ids)]
    subresource_names: Option<Vec<String>>,
    /// What the service's owner is told, in at most 140 characters. For manual connections, which
    /// need it.
    #[tf(check = check::length(1, 140))]
    request_message: Option<String>,
    /// First address of the endpoint.
    private_ip_address: Computed<String>,
    /// State of the connection: `Approved`, `Pending`, `Rejected` or `Disconnected`.
    status: Computed<String>,
    /// What the service's owner said to it.
    status_description: Computed<String>,
    /// What the service's owner asks to be done.
    actions_required: Computed<String>,
}

/// Waiting for a zone group that somebody else makes.
#[derive(Model, Clone, Debug, PartialEq)]
struct WaitForZoneGroup {
    /// How long to wait, such as `15m`. Without it, as long as the whole operation may take.
    #[tf(check = plugin::timeouts::duration())]
    timeout: Option<String>,
    /// Names of zones that the group must have. Without it, any group will do.
    required_zone_names: Option<BTreeSet<String>>,
}

/// A fixed address of an endpoint.
#[derive(Model, Clone, Debug, PartialEq)]
struct IpConfiguration {
    /// Name of the address configuration.
    #[tf(check = check::network_name())]
    name: String,
    /// The address, in the subnet's range.
    #[tf(check = Check::text(rules::address))]
    private_ip_address: String,
    /// The part of the service (group ID) that the address is for.
    subresource_name: Option<String>,
    /// The member of the group that the address is for. Without it, `subresource_name`.
    member_name: OptionalComputed<String>,
}

/// A network interface.
#[derive(Object, Clone, Debug, PartialEq)]
struct NetworkInterface {
    /// ID of the interface.
    id: String,
    /// Name of the interface.
    name: String,
}

/// A name and its addresses.
#[derive(Object, Clone, Debug, PartialEq)]
struct CustomDnsConfig {
    /// The name.
    fqdn: String,
    /// Its addresses.
    ip_addresses: Vec<String>,
}

const SUBNET: &str = "Microsoft.Network/virtualNetworks/subnets";
const API: &str = "2025-01-01";

impl ArmResource for PrivateEndpoint {
    const NAME: &'static str = "azureai_private_endpoint";
    const KIND: Kind = Kind {
        ty: "Microsoft.Network/privateEndpoints",
        api: API,
        label: "private endpoint",
        create: Create::AfterRead,
    };
    const TIMEOUTS: Timeouts = Timeouts::minutes(60);
    const READ_ALONG: Option<usize> = Some(2);
    const AZURERM: &'static [Former] = &[Former::all("azurerm_private_endpoint")];

    type Body = Tracked<Properties>;

    fn id(&mut self) -> &mut Computed<String> {
        &mut self.place.id
    }

    fn place(&self, home: &Home) -> Result<ResourceId, Diagnostic> {
        self.place.id_of(home, Self::KIND.ty, &self.name)
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        self.place.locate(id);
    }

    fn tagged(&mut self) -> Option<&mut Tagged> {
        Some(&mut self.tagged)
    }

    fn write(&self, _live: Option<&Self::Body>) -> Self::Body {
        wire::body(self)
    }

    fn read(&mut self, live: &Live<Self::Body>) {
        wire::read(self, live);
    }

    fn translate(_ty: &str, stored: &mut Stored) -> Result<(), Diagnostic> {
        group::without_policys_group(stored);
        Ok(())
    }

    fn validate(config: &Value) -> Diagnostics {
        let mut found = rules::validate(config);
        found.extend(group::validate(config));
        found
    }

    fn trim(config: &mut Value) {
        group::trim(config);
    }

    fn plan(change: &mut Change<'_>) -> Diagnostics {
        plan::refine(change)
    }

    fn intent(config: &Value) -> Intent {
        intent::of(config)
    }

    fn ending(prior: &Value) -> Intent {
        intent::of_end(prior)
    }

    fn before_create(&self) -> Vec<Beside> {
        let network = ResourceId::parse(&self.subnet_id).ok().and_then(|subnet| subnet.parent());
        match network {
            Some(id) if self.location.get().is_none() => {
                vec![Beside::object(NETWORK, id, API)]
            }
            _ => Vec::new(),
        }
    }

    fn complete(&mut self, found: &Found) -> Result<(), Diagnostic> {
        if self.location.get().is_some() {
            return Ok(());
        }
        let network = found.get(NETWORK).and_then(|network| network["location"].as_str());
        let Some(location) = network else {
            let detail = format!("Azure knows no virtual network for {}.", self.subnet_id);
            let summary = "The subnet's virtual network does not exist";
            return Err(Diagnostic::error(summary, detail).at(Path::of("subnet_id")));
        };
        self.location.set(location.to_owned());
        Ok(())
    }

    fn beside(&self, id: &ResourceId, body: &Self::Body) -> Vec<Beside> {
        let interface = body.properties.network_interfaces.first();
        let interface = interface.and_then(|interface| ResourceId::parse(&interface.id).ok());
        let interface = interface.map(|id| Beside::object(INTERFACE, id, API));
        let groups = Beside::children(GROUPS, id.clone(), API, "privateDnsZoneGroups");
        interface.into_iter().chain([groups]).chain(wire::beside_target(self, body)).collect()
    }

    fn parts(&self, id: &ResourceId, found: &Found) -> Vec<Part> {
        group::parts(self, id, found)
    }

    fn unwanted(&self, prior: &Self, id: &ResourceId, found: &Found) -> Vec<Part> {
        match self.dns_zone_group_mode.as_deref() {
            // Whose it is now, somebody else says.
            Some("policy") => Vec::new(),
            Some("none") => plan::every_group(id, found),
            _ => {
                let wanted = self.parts(id, found);
                let mut gone = prior.parts(id, found);
                gone.retain(|part| wanted.iter().all(|wanted| wanted.id != part.id));
                gone
            }
        }
    }

    fn awaits(&self, _survey: &Survey) -> Result<Option<Awaited>, Diagnostic> {
        awaits::next(self)
    }

    fn blame(code: &str) -> Option<Path> {
        let connection = || Path::of("private_service_connection").index(0);
        match code {
            "InvalidPrivateLinkServiceId" | "ResourceNotFound" | "InvalidResourceReference" => {
                Some(connection().attribute("private_connection_resource_id"))
            }
            "InvalidGroupId" | "PrivateEndpointInvalidGroupId" => {
                Some(connection().attribute("subresource_names"))
            }
            "PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps" => {
                Some(Path::of("ip_configuration"))
            }
            "PrivateEndpointCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled"
            | "SubnetIsFull" => Some(Path::of("subnet_id")),
            _ => None,
        }
    }
}

const NETWORK: &str = "virtual network";
const INTERFACE: &str = "interface";
const GROUPS: &str = "zone groups";
const CONNECTIONS: &str = "connections";

//! `azureai_private_endpoint`

mod check_input;
pub mod data_source;
pub mod data_source_connection;
mod group;
pub mod list;
mod pending;
mod plan;
mod records;
mod rules;
mod wire;

use crate::assessment::checks::input::CheckInput;
use crate::assessment::reader::{Read, Reader};
use crate::config::defaults::Defaults;
use crate::config::tags::Tagged;
use crate::engine::moves::AzurermType;
use crate::engine::related::{Related, RelatedObjects};
use crate::engine::resource::{
    ArmResource, CheckedChange, Create, Delete, InlineChildren, Live, Moment, PendingCondition,
    ResourceType, WriteMethod,
};
use crate::engine::scope::Scope;
use crate::engine::wire::Tracked;
use crate::explain::explain;
use crate::private_link::arm_types::{APPLICATION_SECURITY_GROUP, PRIVATE_ENDPOINT, SUBNET};
use crate::private_link::interface::InterfaceBody;
use crate::private_link::zone_group::ZoneGroupBody;
use crate::validators;
use azure::id::ResourceId;
use group::{ZoneConfig, ZoneGroup};
use plugin::prelude::*;
use records::DnsRecord;
use std::collections::BTreeSet;
use wire::Properties;

/// Manages a private endpoint: an address in a virtual network for a service of Azure, such as an
/// AI workspace or its default resources.
#[derive(Model, Clone, Debug)]
pub struct PrivateEndpoint {
    /// Name of the endpoint.
    #[tf(replace, check = validators::network_name(), same = validators::same_name)]
    name: String,
    #[tf(flatten)]
    scope: Scope,
    /// Region of the endpoint, which must be that of the virtual network. Without it, that region.
    #[tf(replace, check = validators::given(), same = validators::same_region)]
    location: OptionalComputed<String>,
    /// ID of the subnet from which the endpoint takes its addresses.
    #[tf(replace, check = validators::id_of(&[SUBNET.name]), same = validators::same_id)]
    subnet_id: String,
    /// Name of the edge zone in the region.
    #[tf(replace, check = validators::given(), same = validators::same_name)]
    edge_zone: Option<String>,
    /// Name that the endpoint's network interface is given, instead of one that Azure makes up.
    #[tf(replace, check = validators::network_name(), same = validators::same_name)]
    custom_network_interface_name: Option<String>,
    /// Version of the endpoint's addresses: `IPv4`, `IPv6` or `DualStack`.
    #[tf(replace, check = validators::one_of(&["IPv4", "IPv6", "DualStack"]))]
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
    #[tf(check = validators::one_of(&["managed", "policy", "none"]))]
    dns_zone_group_mode: Option<String>,
    /// Waits until somebody else (Azure Policy, for example) has made a zone group. With
    /// `dns_zone_group_mode = "policy"` only.
    #[tf(max = 1)]
    wait_for_zone_group: Blocks<WaitForZoneGroup>,
    /// What it means when the zone group cannot be written: `error`, or `warn`, which keeps the
    /// endpoint healthy and tries again at the next apply. Without it, `error`.
    #[tf(check = validators::one_of(&["error", "warn"]))]
    on_zone_group_failure: Option<String>,
    /// What to do about a connection that the service has cut, which cannot be mended: `replace`
    /// the endpoint, `warn`, or `ignore` it. Without it, `replace`, but for manual connections, of
    /// which it warns.
    #[tf(check = validators::one_of(&["replace", "warn", "ignore"]))]
    on_disconnected: Option<String>,
    /// Whether to wait until the owner of the service has approved a manual connection.
    wait_for_approval: Option<bool>,
    /// A fixed address of the endpoint. With any, every member of the group needs one. Their order
    /// means nothing.
    #[tf(replace, key = "name")]
    ip_configuration: Blocks<IpConfiguration>,
    /// IDs of the application security groups that the endpoint belongs to. Without it, they are
    /// left as they are.
    #[tf(
        write_if_set,
        check = validators::id_of(&[APPLICATION_SECURITY_GROUP.name]).each(),
        same = validators::same_ids
    )]
    application_security_group_ids: OptionalComputed<BTreeSet<String>>,
    #[tf(flatten)]
    tagged: Tagged,
    /// The endpoint's network interface.
    network_interface: Computed<Vec<NetworkInterface>>,
    /// ID of the endpoint's network interface.
    #[tf(same = validators::same_id)]
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
    #[tf(same = validators::same_id)]
    private_endpoint_connection_id: Computed<String>,
    /// How far Azure is with the endpoint: `Succeeded`, `Updating`, `Failed`, ...
    provisioning_state: Computed<String>,
}

/// The connection of an endpoint to a service.
#[derive(Model, Clone, Debug, PartialEq)]
struct Connection {
    /// Name of the connection.
    #[tf(replace, check = validators::network_name(), same = validators::same_name)]
    name: String,
    /// Whether the service's owner approves the connection by hand.
    #[tf(replace, default = false)]
    is_manual_connection: bool,
    /// ID of the service. Exactly one of this and `private_connection_resource_alias` is given.
    #[tf(replace, check = validators::any_id(), same = validators::same_id)]
    private_connection_resource_id: Option<String>,
    /// Alias of the service's private link service, ending in `.azure.privatelinkservice`.
    #[tf(replace, check = Check::text(rules::alias), same = validators::same_name)]
    private_connection_resource_alias: Option<String>,
    /// The parts of the service to reach, in Azure's words group IDs, such as `amlworkspace`.
    #[tf(
        replace,
        default = Value::List(Vec::new()),
        check = validators::part().each(),
        same = validators::same_ids
    )]
    subresource_names: Option<Vec<String>>,
    /// What the service's owner is told, in at most 140 characters. For manual connections only;
    /// without it, the owner sees nothing but the endpoint.
    #[tf(check = validators::length(1, 140))]
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
    #[tf(default = Value::List(Vec::new()))]
    required_zone_names: Option<BTreeSet<String>>,
}

/// A fixed address of an endpoint.
#[derive(Model, Clone, Debug, PartialEq)]
struct IpConfiguration {
    /// Name of the address configuration.
    #[tf(check = validators::network_name(), same = validators::same_name)]
    name: String,
    /// The address, in the subnet's range.
    #[tf(check = Check::text(rules::address), same = validators::same_address)]
    private_ip_address: String,
    /// The part of the service (group ID) that the address is for.
    #[tf(check = validators::part(), same = validators::same_name)]
    subresource_name: Option<String>,
    /// The member of the group that the address is for. Without it, `subresource_name`.
    #[tf(check = validators::part(), same = validators::same_name)]
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

const API: &str = PRIVATE_ENDPOINT.api_version;

impl ArmResource for PrivateEndpoint {
    const NAME: &'static str = "azureai_private_endpoint";
    const TYPE: ResourceType = ResourceType {
        name: PRIVATE_ENDPOINT.name,
        api_version: API,
        label: "private endpoint",
        create: Create::AfterRead,
        update: WriteMethod::Put,
        delete: Delete::Final,
    };
    const TIMEOUTS: Timeouts = Timeouts::minutes(60);
    const LIST_FROM: Option<usize> = Some(2);
    const AZURERM: &'static [AzurermType] = &[AzurermType::all("azurerm_private_endpoint")];

    type Body = Tracked<Properties>;

    fn id(&mut self) -> &mut Computed<String> {
        &mut self.scope.id
    }

    fn resource_id(&self, defaults: &Defaults) -> Result<ResourceId, Diagnostic> {
        self.scope.id_of(defaults, Self::TYPE.name, &self.name)
    }

    fn locate(&mut self, id: &ResourceId) {
        self.name = id.name().to_owned();
        self.scope.locate(id);
    }

    fn tagged(&mut self) -> Option<&mut Tagged> {
        Some(&mut self.tagged)
    }

    fn write(&self, _live: Option<&Self::Body>) -> Self::Body {
        wire::body(self)
    }

    fn read(&mut self, live: &Live<Self::Body>) -> serde_json::Result<()> {
        wire::read(self, live)
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

    fn check_input(change: CheckedChange<'_>, _defaults: &Defaults) -> CheckInput {
        match change {
            CheckedChange::Write(config) => check_input::of_write(config),
            CheckedChange::Delete(prior) => check_input::of_delete(prior),
        }
    }

    fn prepare(&mut self, reader: &Reader) -> Result<Option<PendingCondition>, Diagnostic> {
        let network = ResourceId::parse(&self.subnet_id).ok().and_then(|subnet| subnet.parent());
        if self.location.get().is_some() {
            return Ok(None);
        }
        let network = network.map_or(Read::Absent, |id| reader.object(&id, API));
        let location = match network {
            Read::Pending => return Ok(None),
            Read::Hidden(error) => return Err(explain("Preparing a private endpoint", &error)),
            Read::Absent => None,
            Read::Found(network) => network["location"].as_str(),
        };
        let Some(location) = location else {
            let detail = format!("Azure knows no virtual network for {}.", self.subnet_id);
            let summary = "The subnet's virtual network does not exist";
            return Err(Diagnostic::error(summary, detail).at(Path::of("subnet_id")));
        };
        self.location.set(location.to_owned());
        Ok(None)
    }

    fn related(&self, id: &ResourceId, body: &Self::Body) -> Vec<Related> {
        let interface = body.properties.network_interfaces.first();
        let interface = interface.and_then(|interface| ResourceId::parse(&interface.id).ok());
        let interface =
            interface.map(|id| Related::object(INTERFACE, id, API).listed(InterfaceBody::is_whole));
        let groups = Related::children(GROUPS, id.clone(), API, "privateDnsZoneGroups");
        let beside = wire::beside_target(self, body);
        let records = group::listed_records(self);
        interface.into_iter().chain([groups]).chain(beside).chain(records).collect()
    }

    fn inline_children(
        &self,
        prior: Option<&Self>,
        id: &ResourceId,
        related: &RelatedObjects,
    ) -> serde_json::Result<InlineChildren> {
        let groups = related.read::<Vec<ZoneGroupBody>>(GROUPS)?.unwrap_or_default();
        let write = group::inline_children(self, id, &groups);
        match (self.dns_zone_group_mode.as_deref(), prior) {
            // Whose it is now, somebody else says.
            (_, None) | (Some("policy"), _) => Ok(InlineChildren { write, remove: Vec::new() }),
            (Some("none"), _) => {
                Ok(InlineChildren { write, remove: plan::every_group(id, &groups) })
            }
            (_, Some(prior)) => {
                Ok(InlineChildren::new(write, group::inline_children(prior, id, &groups)))
            }
        }
    }

    fn pending(
        &self,
        moment: Moment,
        _reader: &Reader,
    ) -> Result<Option<PendingCondition>, Diagnostic> {
        match moment {
            Moment::Written => pending::next(self),
            Moment::Deleting | Moment::Deleted => Ok(None),
        }
    }

    fn attributes_of_error(code: &str) -> Vec<Path> {
        let connection = || Path::of("private_service_connection").index(0);
        let path = match code {
            "InvalidPrivateLinkServiceId" | "ResourceNotFound" | "InvalidResourceReference" => {
                Some(connection().attribute("private_connection_resource_id"))
            }
            "InvalidGroupId"
            | "PrivateEndpointInvalidGroupId"
            | "OnlyOneGroupIdPermitted"
            | "MissingParameterOnPrivateLinkServiceConnection" => {
                Some(connection().attribute("subresource_names"))
            }
            "PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps" => {
                Some(Path::of("ip_configuration"))
            }
            "PrivateEndpointCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled"
            | "SubnetIsFull" => Some(Path::of("subnet_id")),
            _ => None,
        };
        path.into_iter().collect()
    }
}

const INTERFACE: &str = "interface";
const GROUPS: &str = "zone groups";
const CONNECTIONS: &str = "connections";

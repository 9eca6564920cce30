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

use crate::engine::prelude::*;
use crate::engine::scope::Scope;
use crate::explain::explain;
use crate::private_link::arm_types::{APPLICATION_SECURITY_GROUP, PRIVATE_ENDPOINT, SUBNET};
use crate::private_link::interface::InterfaceBody;
use crate::private_link::zone_group::ZoneGroupBody;
use group::{ZoneConfig, ZoneGroup};
use records::DnsRecord;
use std::collections::BTreeSet;
use wire::Properties;

/// Manages a private endpoint, which gives an Azure service an IP address in a virtual network.
///
/// The service can be a Foundry account, an AI workspace or one of its default resources, or any
/// other service with Private Link.
#[derive(Model, Clone, Debug)]
pub struct PrivateEndpoint {
    /// Name of the private endpoint.
    #[tf(replace, check = validators::network_name(), same = validators::same_name)]
    name: String,
    #[tf(flatten, id)]
    scope: Scope,
    /// Azure region of the private endpoint, which must be the region of the virtual network.
    /// Defaults to that region.
    #[tf(replace, check = validators::given(), same = validators::same_region)]
    location: OptionalComputed<String>,
    /// ID of the subnet that the private endpoint takes its addresses from.
    #[tf(replace, check = validators::id_of(&[SUBNET.name]), same = validators::same_id)]
    subnet_id: String,
    /// Connection of the private endpoint to the service.
    #[tf(min = 1, max = 1)]
    private_service_connection: Blocks<Connection>,
    /// Private DNS zone group, with which Azure writes the private endpoint's records. If omitted,
    /// the provider shows an existing group, such as one that Azure Policy created, and never
    /// changes it.
    #[tf(max = 1)]
    private_dns_zone_group: Blocks<ZoneGroup>,
    /// Static IP addresses of the private endpoint. If omitted, Azure assigns the addresses. If any
    /// block is set, every member of the group needs a block. The order of the blocks has no
    /// meaning.
    #[tf(replace, key = "name")]
    ip_configuration: Blocks<IpConfiguration>,
    /// Custom name of the private endpoint's network interface. If omitted, Azure generates a name.
    #[tf(replace, check = validators::network_name(), same = validators::same_name)]
    custom_network_interface_name: Option<String>,
    /// IDs of the application security groups that the private endpoint belongs to. If omitted,
    /// existing memberships stay.
    #[tf(
        write_if_set,
        check = validators::id_of(&[APPLICATION_SECURITY_GROUP.name]).each(),
        same = validators::same_ids
    )]
    application_security_group_ids: OptionalComputed<BTreeSet<String>>,
    /// IP version of the private endpoint's addresses. Possible values are `IPv4`, `IPv6` and
    /// `DualStack`. If omitted, Azure selects the version.
    #[tf(replace, check = validators::one_of(&["IPv4", "IPv6", "DualStack"]))]
    ip_version_type: OptionalComputed<String>,
    /// Name of the edge zone in the region.
    #[tf(replace, check = validators::given(), same = validators::same_name)]
    edge_zone: Option<String>,
    /// If `true`, waits until the service's owner approves a manual connection. Defaults to
    /// `false`.
    wait_for_approval: Option<bool>,
    /// Owner of the private endpoint's zone group. Possible values are `managed`, the block in this
    /// resource; `policy`, another owner, whose group is shown and never changed; and `none`, which
    /// removes any group. Defaults to `managed` with a `private_dns_zone_group` block and to
    /// `policy` without one. Removing the block deletes the group that it created.
    #[tf(check = validators::one_of(&["managed", "policy", "none"]))]
    dns_zone_group_mode: Option<String>,
    /// Waits until another owner, such as Azure Policy, has created a zone group. Requires
    /// `dns_zone_group_mode = "policy"`.
    #[tf(max = 1)]
    wait_for_zone_group: Blocks<WaitForZoneGroup>,
    /// What to do when Azure rejects the zone group. Possible values are `error`, which fails the
    /// apply, and `warn`, which reports a warning and tries again at the next apply. Defaults to
    /// `error`.
    #[tf(check = validators::one_of(&["error", "warn"]))]
    on_zone_group_failure: Option<String>,
    /// What to do about a connection that the service has disconnected, which cannot be restored.
    /// Possible values are `replace`, which replaces the private endpoint, `warn` and `ignore`.
    /// Defaults to `replace`, and to `warn` for manual connections.
    #[tf(check = validators::one_of(&["replace", "warn", "ignore"]))]
    on_disconnected: Option<String>,
    #[tf(flatten)]
    tagged: Tagged,
    /// Private IP addresses of the private endpoint, in the order of its network interface.
    private_ip_addresses: Computed<Vec<String>>,
    /// Network interface of the private endpoint.
    network_interface: Computed<Vec<NetworkInterface>>,
    /// ID of the private endpoint's network interface.
    #[tf(same = validators::same_id)]
    network_interface_id: Computed<String>,
    /// Every DNS record that the private endpoint needs, with or without a zone group.
    dns_records: Computed<Vec<DnsRecord>>,
    /// Names and addresses that a custom DNS needs. Azure empties the list once a zone group
    /// contains them; `dns_records` stays.
    #[tf(recomputed_with("private_dns_zone_group"))]
    custom_dns_configs: Computed<Vec<CustomDnsConfig>>,
    /// Zones of the private endpoint's zone group, regardless of its owner, with their records.
    #[tf(recomputed_with("private_dns_zone_group"))]
    private_dns_zone_configs: Computed<Vec<ZoneConfig>>,
    /// State of the connection: `Approved`, `Pending`, `Rejected` or `Disconnected`.
    connection_status: Computed<String>,
    /// ID of the connection at the service. Null if the service is set by its alias, has a type
    /// that this provider does not know, or cannot be read, and for a disconnected connection.
    #[tf(same = validators::same_id)]
    private_endpoint_connection_id: Computed<String>,
    /// Provisioning state of the private endpoint, such as `Succeeded`, `Updating` or `Failed`.
    provisioning_state: Computed<String>,
}

/// The connection of a private endpoint to a service.
#[derive(Model, Clone, Debug, PartialEq)]
struct Connection {
    /// Name of the connection.
    #[tf(replace, check = validators::network_name(), same = validators::same_name)]
    name: String,
    /// If `true`, the service's owner approves the connection manually.
    #[tf(replace, default = false)]
    is_manual_connection: bool,
    /// ID of the service. Exactly one of `private_connection_resource_id` and
    /// `private_connection_resource_alias` must be set.
    #[tf(replace, check = validators::any_id(), same = validators::same_id)]
    private_connection_resource_id: Option<String>,
    /// Alias of the service's private link service. Must end in `.azure.privatelinkservice`.
    #[tf(replace, check = Check::text(rules::alias), same = validators::same_name)]
    private_connection_resource_alias: Option<String>,
    /// Group IDs: the parts of the service that the private endpoint reaches, such as
    /// `amlworkspace`.
    #[tf(
        replace,
        default = Value::List(Vec::new()),
        check = validators::part().each(),
        same = validators::same_ids
    )]
    subresource_names: Option<Vec<String>>,
    /// Message to the service's owner, at most 140 characters. Only for manual connections. If
    /// omitted, the owner sees only the private endpoint.
    #[tf(check = validators::length(1, 140))]
    request_message: Option<String>,
    /// First private IP address of the private endpoint.
    private_ip_address: Computed<String>,
    /// State of the connection: `Approved`, `Pending`, `Rejected` or `Disconnected`.
    status: Computed<String>,
    /// Message of the service's owner about the decision.
    status_description: Computed<String>,
    /// Action that the service's owner requests.
    actions_required: Computed<String>,
}

/// The wait for a zone group of another owner.
#[derive(Model, Clone, Debug, PartialEq)]
struct WaitForZoneGroup {
    /// Maximum time to wait, such as `15m`. Defaults to the timeout of the operation.
    #[tf(check = plugin::timeouts::duration())]
    timeout: Option<String>,
    /// Names of zones that the zone group must contain. If omitted, any zone group suffices.
    #[tf(default = Value::List(Vec::new()))]
    required_zone_names: Option<BTreeSet<String>>,
}

/// A static IP address of a private endpoint.
#[derive(Model, Clone, Debug, PartialEq)]
struct IpConfiguration {
    /// Name of the IP configuration.
    #[tf(check = validators::network_name(), same = validators::same_name)]
    name: String,
    /// Private IP address, in the range of the subnet.
    #[tf(check = Check::text(rules::address), same = validators::same_address)]
    private_ip_address: String,
    /// Group ID of the part of the service that the address is for.
    #[tf(check = validators::part(), same = validators::same_name)]
    subresource_name: Option<String>,
    /// Member of the group that the address is for. Defaults to `subresource_name`.
    #[tf(check = validators::part(), same = validators::same_name)]
    member_name: OptionalComputed<String>,
}

/// A network interface.
#[derive(Object, Clone, Debug, PartialEq)]
struct NetworkInterface {
    /// ID of the network interface.
    id: String,
    /// Name of the network interface.
    name: String,
}

/// A name and its addresses.
#[derive(Object, Clone, Debug, PartialEq)]
struct CustomDnsConfig {
    /// Fully qualified domain name.
    fqdn: String,
    /// Addresses of the name.
    ip_addresses: Vec<String>,
}

const API: &str = PRIVATE_ENDPOINT.api_version;

impl ArmResource for PrivateEndpoint {
    const NAME: &'static str = "azureai_private_endpoint";
    const TYPE: ResourceType = ResourceType::new(PRIVATE_ENDPOINT, "private endpoint");
    const TIMEOUTS: Timeouts = Timeouts::minutes(60);
    const LIST_FROM: Option<usize> = Some(2);
    const AZURERM: &'static [AzurermType] = &[AzurermType::all("azurerm_private_endpoint")];

    type Body = Tracked<Properties>;

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

    fn check_input(config: &Value, _defaults: &Defaults) -> CheckInput {
        check_input::of_write(config)
    }

    fn delete_input(state: &Value) -> CheckInput {
        check_input::of_delete(state)
    }

    fn prepare(&mut self, reader: &Reader) -> Pending {
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
            let detail = format!(
                "Azure has no virtual network for {}. Create the network first, or correct \
                 `subnet_id`.",
                self.subnet_id
            );
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
            // The group now belongs to another owner.
            (_, None) | (Some("policy"), _) => Ok(InlineChildren { write, remove: Vec::new() }),
            (Some("none"), _) => {
                Ok(InlineChildren { write, remove: plan::every_group(id, &groups) })
            }
            (_, Some(prior)) => {
                Ok(InlineChildren::new(write, group::inline_children(prior, id, &groups)))
            }
        }
    }

    fn pending(&self, moment: Moment, _reader: &Reader) -> Pending {
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

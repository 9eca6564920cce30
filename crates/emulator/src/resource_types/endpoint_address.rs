//! Addresses of a private endpoint: one address of its subnet for each member of the group.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};
use serde_json::Value;

use super::endpoint_check::{Connection, target};
use super::subnet;
use crate::arm_error::ArmError;
use crate::resource_id::same;
use crate::world::World;
use crate::world::private_link::{LinkGroup, LinkMember};
use crate::world::resource_type::WriteRequest;

/// A member with its address. `fixed` is `true` if the client chose the address.
pub(super) struct Assigned {
    pub(super) member: LinkMember,
    pub(super) address: Ipv4Addr,
    pub(super) fixed: bool,
}

/// Chooses the addresses of an endpoint. An existing endpoint keeps its addresses, unless the
/// request changes them.
pub(super) fn assign(
    world: &World,
    write: &WriteRequest<'_>,
    connection: &Connection<'_>,
) -> Result<Vec<Assigned>, ArmError> {
    let subnet = write.property("subnet")["id"].as_str().unwrap_or_default();
    let group = if connection.is_alias() {
        let members = vec![LinkMember { name: String::new(), names: Vec::new() }];
        LinkGroup { id: String::new(), members, zones: Vec::new() }
    } else {
        target(world, write.id, connection)?.1
    };
    let own = own(world, write);
    let mut taken = taken(world, subnet);
    taken.retain(|address| !own.values().any(|kept| kept == address));
    let nets = nets(world, subnet)?;
    let wanted = write.property("ipConfigurations").as_array().map_or(&[][..], Vec::as_slice);
    if !wanted.is_empty() {
        return assign_fixed(&group, wanted, &nets, &taken);
    }
    let mut assigned = Vec::new();
    for member in group.members {
        let kept = own.get(&member.name).copied();
        let Some(address) = kept.or_else(|| first_free(&nets, &taken)) else {
            let text = format!(
                "Subnet {subnet} does not have enough capacity for the IP addresses that the \
                 private endpoint needs."
            );
            return Err(ArmError::bad("SubnetIsFull", text));
        };
        taken.insert(address);
        assigned.push(Assigned { member, address, fixed: false });
    }
    Ok(assigned)
}

fn assign_fixed(
    group: &LinkGroup,
    wanted: &[Value],
    nets: &[Ipv4Net],
    taken: &BTreeSet<Ipv4Addr>,
) -> Result<Vec<Assigned>, ArmError> {
    let mut assigned: Vec<Assigned> = Vec::new();
    for entry in wanted {
        let inner = &entry["properties"];
        let text = inner["privateIPAddress"].as_str().unwrap_or_default();
        let Ok(address) = text.parse::<Ipv4Addr>() else {
            let message = format!("IP address {text} is not valid.");
            return Err(ArmError::bad("InvalidIPAddress", message));
        };
        if !nets.iter().any(|net| net.contains(&address)) {
            let message = format!(
                "Private static IP address {text} does not belong to the range \
                                   of the subnet."
            );
            return Err(ArmError::bad("PrivateIPAddressNotInSubnet", message));
        }
        if is_reserved(nets, address) {
            let message = format!("Private IP address {text} is reserved by Azure.");
            return Err(ArmError::bad("PrivateIPAddressInReservedRange", message));
        }
        if taken.contains(&address) || assigned.iter().any(|other| other.address == address) {
            let message =
                format!("IP address {text} is not available because it is already allocated.");
            return Err(ArmError::bad("PrivateIPAddressIsAllocated", message));
        }
        let name = inner["memberName"].as_str().unwrap_or_default();
        let own_group = inner["groupId"].as_str().unwrap_or(&group.id);
        let given = |member: &LinkMember| assigned.iter().any(|one| one.member.name == member.name);
        // An IP configuration without a member name applies to the next member (recorded is that
        // the name may be missing).
        let found = group.members.iter().find(|member| match name {
            "" => !given(member),
            name => member.name.eq_ignore_ascii_case(name),
        });
        let Some(member) = found.filter(|_| own_group.eq_ignore_ascii_case(&group.id)) else {
            let message = format!(
                "The IP configuration names group '{own_group}' and member '{name}', which the \
                 target does not have."
            );
            let code = "PrivateEndpointIpConfigurationInvalidMemberName";
            return Err(ArmError::bad(code, message));
        };
        assigned.push(Assigned { member: member.clone(), address, fixed: true });
    }
    let given = |member: &&LinkMember| assigned.iter().any(|one| one.member.name == member.name);
    let missing: Vec<&str> =
        group.members.iter().filter(|member| !given(member)).map(|member| &*member.name).collect();
    if missing.is_empty() {
        return Ok(assigned);
    }
    let message = format!(
        "The IP configurations of the private endpoint are missing the member names {} that the \
         first-party service requires.",
        missing.join(", ")
    );
    let code = "PrivateEndpointIpConfigurationMissingMemberNamesRequiredByFps";
    Err(ArmError::bad(code, message))
}

/// Returns the current addresses of an endpoint, by member.
fn own(world: &World, write: &WriteRequest<'_>) -> BTreeMap<String, Ipv4Addr> {
    let id = write.stored("networkInterfaces")[0]["id"].as_str().unwrap_or_default();
    let interface = world.store.get(id);
    let list = interface.and_then(|it| it.body["properties"]["ipConfigurations"].as_array());
    let entries = list.into_iter().flatten().map(|entry| &entry["properties"]);
    let own = entries.filter_map(|inner| {
        let member = inner["privateLinkConnectionProperties"]["requiredMemberName"].as_str()?;
        Some((member.to_owned(), inner["privateIPAddress"].as_str()?.parse().ok()?))
    });
    own.collect()
}

fn nets(world: &World, subnet: &str) -> Result<Vec<Ipv4Net>, ArmError> {
    let none = Value::Null;
    let properties = world.store.get(subnet).map_or(&none, |found| &found.body["properties"]);
    let nets = subnet::prefixes_of(properties)?.into_iter();
    Ok(nets
        .filter_map(|net| match net {
            IpNet::V4(net) => Some(net),
            IpNet::V6(_) => None,
        })
        .collect())
}

fn taken(world: &World, subnet: &str) -> BTreeSet<Ipv4Addr> {
    let mut taken = BTreeSet::new();
    for interface in world.store.of_type("Microsoft.Network/networkInterfaces") {
        let list = interface.body["properties"]["ipConfigurations"].as_array();
        for entry in list.into_iter().flatten() {
            let inner = &entry["properties"];
            if same(inner["subnet"]["id"].as_str().unwrap_or_default(), subnet)
                && let Some(Ok(address)) = inner["privateIPAddress"].as_str().map(str::parse)
            {
                taken.insert(address);
            }
        }
    }
    taken
}

/// Returns `true` for the first four addresses of a subnet and the last, which Azure reserves.
fn is_reserved(nets: &[Ipv4Net], address: Ipv4Addr) -> bool {
    nets.iter().filter(|net| net.contains(&address)).any(|net| {
        let offset = u32::from(address) - u32::from(net.network());
        offset < 4 || address == net.broadcast()
    })
}

fn first_free(nets: &[Ipv4Net], taken: &BTreeSet<Ipv4Addr>) -> Option<Ipv4Addr> {
    let mut candidates = nets.iter().flat_map(|net| {
        let (first, last) = (u32::from(net.network()), u32::from(net.broadcast()));
        (first.saturating_add(4)..last).map(Ipv4Addr::from)
    });
    candidates.find(|address| !taken.contains(address))
}

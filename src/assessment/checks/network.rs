//! AAI004 to AAI007 and AAI014: whether the endpoint finds a place in its network.

use super::input::{ConfigValue, PlannedEndpoint, StaticAddress};
use super::plan::Plan;
use super::service::PrivateLinkResource;
use crate::assessment::finding::Finding;
use crate::assessment::reader::Read;
use crate::codes::Code;
use crate::explain::pasted;
use crate::private_link::arm_types::{SUBNET, VIRTUAL_NETWORK};
use crate::validators::region;
use azure::id::ResourceId;
use ipnet::{IpNet, Ipv4Net};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

/// Docker's default bridge, on which compute instances run containers.
const DOCKER: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(172, 17, 0, 0), 16);

/// The first addresses of a subnet that Azure keeps for itself; it keeps the last as well.
const FIRST_KEPT: u32 = 4;

/// A subnet, and its network.
pub(super) struct SubnetRead<'r> {
    /// The network, with all of its subnets.
    pub(super) network: Read<&'r Json>,
    /// The subnet alone, where the network may not be read.
    pub(super) subnet: Read<&'r Json>,
    id: Option<ResourceId>,
}

impl<'r> SubnetRead<'r> {
    /// Reads the network where one of the checks is made; the subnet alone where that is forbidden.
    pub(super) fn of(id: Option<&ResourceId>, codes: &[Code], plan: Plan<'r>) -> Self {
        let wanted = id.filter(|_| plan.makes(codes));
        let (mut network, mut subnet) = (Read::Absent, Read::Absent);
        if let Some((id, parent)) = wanted.and_then(|id| Some((id, id.parent()?))) {
            network = plan.object(&parent, VIRTUAL_NETWORK.api_version);
            if network.hidden().is_some() {
                subnet = plan.object(id, SUBNET.api_version);
            }
        }
        Self { network, subnet, id: id.cloned() }
    }

    /// The subnet, which the network holds where that can be read.
    pub(super) fn subnet(&self) -> Option<&'r Json> {
        match self.network.value() {
            Some(network) => subnet(network, self.id.as_ref()?),
            None => self.subnet.value(),
        }
    }
}

/// The subnet among those of its network.
pub(super) fn subnet<'n>(network: &'n Json, id: &ResourceId) -> Option<&'n Json> {
    let subnets = network["properties"]["subnets"].as_array()?;
    let named =
        |it: &&Json| it["name"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(id.name()));
    subnets.iter().find(named)
}

/// The ranges of a subnet.
pub(super) fn ranges(subnet: &Json) -> Vec<IpNet> {
    let properties = &subnet["properties"];
    let one = properties["addressPrefix"].as_str();
    let many = properties["addressPrefixes"].as_array().into_iter().flatten();
    let texts: BTreeSet<&str> = one.into_iter().chain(many.filter_map(Json::as_str)).collect();
    texts.into_iter().filter_map(|text| text.parse().ok()).collect()
}

/// AAI005, as far as the configuration tells: no address twice.
pub(super) fn twice(addresses: &[StaticAddress]) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let parsed = |it: &StaticAddress| it.address.as_deref().and_then(|text| text.parse().ok());
    let known = addresses.iter().filter_map(|it| Some((it, parsed(it)?)));
    let repeated = known.filter(|(_, address): &(_, IpAddr)| !seen.insert(*address));
    repeated
        .map(|(it, address)| {
            let summary = format!("The address {address} occurs twice");
            let detail = "Each member of the service needs an address of its own.";
            Finding::at(Code::Address, &it.path.attribute("private_ip_address"), summary, detail)
        })
        .collect()
}

/// AAI005: each address lies in the subnet, and is none that Azure keeps.
pub(super) fn addresses(addresses: &[StaticAddress], subnet: &Json) -> Vec<Finding> {
    let ranges = ranges(subnet);
    if ranges.is_empty() {
        return Vec::new();
    }
    let list = ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut found = Vec::new();
    for given in addresses {
        let path = given.path.attribute("private_ip_address");
        let parsed = given.address.as_deref().and_then(|text| text.parse::<IpAddr>().ok());
        let Some(address) = parsed else { continue };
        let range = ranges.iter().find(|range| range.contains(&address));
        let (summary, detail) = match range {
            None => (
                format!("The address {address} is not in the subnet"),
                format!("The subnet has {list}. Take an address from there."),
            ),
            Some(IpNet::V4(range)) if is_kept(range, address) => (
                format!("The address {address} is Azure's own"),
                format!(
                    "Azure keeps the first four addresses of a subnet, and the last. Take one from \
                     {} to {}.",
                    Ipv4Addr::from(u32::from(range.network()).saturating_add(FIRST_KEPT)),
                    Ipv4Addr::from(u32::from(range.broadcast()).saturating_sub(1)),
                ),
            ),
            Some(_) => continue,
        };
        found.push(Finding::at(Code::Address, &path, summary, detail));
    }
    found
}

fn is_kept(range: &Ipv4Net, address: IpAddr) -> bool {
    let IpAddr::V4(address) = address else {
        return false;
    };
    let place = u32::from(address).wrapping_sub(u32::from(range.network()));
    place < FIRST_KEPT || address == range.broadcast()
}

/// AAI004: with fixed addresses, each member has one.
pub(super) fn members(
    endpoint: &PlannedEndpoint,
    resource: &PrivateLinkResource,
    subnet: Option<&Json>,
) -> Option<Finding> {
    let first = endpoint.addresses.first()?;
    let given: Option<Vec<&str>> =
        endpoint.addresses.iter().map(|address| address.member.as_deref()).collect();
    let given = given?;
    let missing: Vec<&String> = resource
        .members
        .iter()
        .filter(|member| !given.iter().any(|given| given.eq_ignore_ascii_case(member)))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let names = missing.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    let summary = format!("There is no fixed address for {names}");
    let detail = format!(
        "Where any address is fixed, each member of the service needs one. All of them, ready to \
         paste (choose addresses that are free):\n\n{}",
        blocks(endpoint, resource, subnet)
    );
    Some(Finding::at(Code::MissingMember, &first.path, summary, detail))
}

/// The `ip_configuration` blocks of all members: those that there are, and addresses of the subnet
/// for the others.
pub(super) fn blocks(
    endpoint: &PlannedEndpoint,
    resource: &PrivateLinkResource,
    subnet: Option<&Json>,
) -> String {
    let taken: Vec<&str> =
        endpoint.addresses.iter().filter_map(|address| address.address.as_deref()).collect();
    let mut free =
        subnet.map(ranges).unwrap_or_default().into_iter().find_map(|range| match range {
            IpNet::V4(range) => Some(
                range
                    .hosts()
                    // Hosts begin after the network's own address.
                    .skip(FIRST_KEPT as usize - 1)
                    .map(|address| address.to_string())
                    .filter(|address| !taken.contains(&address.as_str()))
                    .take(resource.members.len())
                    .collect::<Vec<_>>()
                    .into_iter(),
            ),
            IpNet::V6(_) => None,
        });
    let block = |member: &String| {
        let own = endpoint.addresses.iter().find(|address| {
            address.member.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(member))
        });
        let name = own.and_then(|own| own.name.as_deref()).unwrap_or(member);
        let address = own.and_then(|own| own.address.clone());
        let address = address.or_else(|| free.as_mut()?.next()).unwrap_or("ADDRESS".to_owned());
        format!(
            "ip_configuration {{\n  name               = {name:?}\n  private_ip_address = \
             {address:?}\n  subresource_name   = {:?}\n  member_name        = {member:?}\n}}",
            resource.group_id
        )
    };
    pasted(&resource.members.iter().map(block).collect::<Vec<_>>().join("\n"))
}

/// AAI006: the network does not overlap Docker's.
pub(super) fn docker(subnet: &ConfigValue<ResourceId>, network: &Json) -> Option<Finding> {
    let prefixes = network["properties"]["addressSpace"]["addressPrefixes"].as_array()?;
    let overlaps = |net: &IpNet| match net {
        IpNet::V4(net) => net.contains(&DOCKER) || DOCKER.contains(net),
        IpNet::V6(_) => false,
    };
    let mut parsed = prefixes.iter().filter_map(|it| it.as_str()?.parse::<IpNet>().ok());
    let range = parsed.find(overlaps)?;
    let summary = format!("The virtual network's range {range} overlaps Docker's");
    let detail = format!(
        "Compute instances and clusters of a workspace run Docker with its default bridge, \
         {DOCKER}, and cannot reach addresses there. Use a network of another range for the \
         endpoints, or \
         give Docker another bridge on those machines."
    );
    Some(Finding::at(Code::Docker, &subnet.path, summary, detail))
}

/// AAI007: the endpoint is in the region of its network.
pub(super) fn same_region(endpoint: &PlannedEndpoint, network: &Json) -> Option<Finding> {
    let wanted = endpoint.location.as_ref()?;
    let there = network["location"].as_str()?;
    if region(there) == region(&wanted.value) {
        return None;
    }
    let summary = format!("The endpoint's virtual network is in {there}");
    let detail = format!(
        "An endpoint is in the region of its network, wherever the service is. Set `location` to \
         {there:?}, or leave it out."
    );
    Some(Finding::at(Code::Region, &wanted.path, summary, detail))
}

/// AAI014: the subnet belongs to nothing else.
pub(super) fn delegated(id: &ConfigValue<ResourceId>, subnet: &Json) -> Option<Finding> {
    let delegation = subnet["properties"]["delegations"].as_array()?.first()?;
    let to = delegation["properties"]["serviceName"].as_str().unwrap_or("another service");
    let summary = format!("The subnet {:?} is delegated to {to}", id.value.name());
    let detail = "What is delegated to a service is for that service alone. Use another subnet for \
                  private endpoints.";
    Some(Finding::at(Code::Room, &id.path, summary, detail))
}

/// AAI014: the subnet has an address for each member. Addresses of interfaces that go count as
/// free.
pub(super) fn room(
    id: &ConfigValue<ResourceId>,
    subnet: &Json,
    needed: usize,
    goes: &dyn Fn(&str) -> bool,
) -> Option<Finding> {
    let size = |net: &IpNet| match net {
        IpNet::V4(net) => {
            let all = 1_u64 << (32 - u32::from(net.prefix_len()));
            Some(all.saturating_sub(u64::from(FIRST_KEPT) + 1))
        }
        IpNet::V6(_) => None,
    };
    let ranges = ranges(subnet);
    let there: Vec<u64> = ranges.iter().filter_map(size).collect();
    if there.is_empty() {
        return None;
    }
    let used = subnet["properties"]["ipConfigurations"].as_array().into_iter().flatten();
    let interface = |it: &Json| {
        let (interface, _) = it["id"].as_str()?.split_once("/ipConfigurations/")?;
        Some(interface.to_owned())
    };
    let used = used.filter(|it| !interface(it).is_some_and(|it| goes(&it))).count();
    let free = there.iter().sum::<u64>().saturating_sub(u64::try_from(used).unwrap_or(u64::MAX));
    if u64::try_from(needed).is_ok_and(|needed| needed <= free) {
        return None;
    }
    let summary = format!("The subnet {:?} has {free} free addresses", id.value.name());
    let list = ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let detail = format!(
        "The endpoint needs {needed}, one for each member of the service. The subnet has {list}, \
         {used} addresses are in use, and Azure keeps five. Use a larger subnet, or another one."
    );
    Some(Finding::at(Code::Room, &id.path, summary, detail))
}

//! AAI004 to AAI007 and AAI014: whether the subnet and its virtual network suit the endpoint.

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

/// Range of Docker's default bridge network, on which compute instances run containers.
const DOCKER: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(172, 17, 0, 0), 16);

/// Number of addresses at the start of a subnet that Azure reserves. Azure also reserves the last
/// one.
const FIRST_KEPT: u32 = 4;

/// A subnet and its virtual network.
pub(super) struct SubnetRead<'r> {
    /// The virtual network, with all of its subnets.
    pub(super) network: Read<&'r Json>,
    /// The subnet, if the identity cannot read the virtual network.
    pub(super) subnet: Read<&'r Json>,
    id: Option<ResourceId>,
}

impl<'r> SubnetRead<'r> {
    /// Reads the virtual network if one of the checks is on. Reads only the subnet if the identity
    /// cannot read the network.
    pub(super) fn of(id: Option<&ResourceId>, codes: &[Code], plan: Plan<'r>) -> Self {
        let wanted = id.filter(|_| plan.makes(codes));
        let (mut network, mut subnet) = (Read::Absent, Read::Absent);
        if let Some((id, parent)) = wanted.and_then(|id| Some((id, id.parent()?))) {
            network = plan.reader.object(&parent, VIRTUAL_NETWORK.api_version);
            if network.hidden().is_some() {
                subnet = plan.reader.object(id, SUBNET.api_version);
            }
        }
        Self { network, subnet, id: id.cloned() }
    }

    /// Returns the subnet, from its virtual network if that can be read.
    pub(super) fn subnet(&self) -> Option<&'r Json> {
        match self.network.value() {
            Some(network) => subnet(network, self.id.as_ref()?),
            None => self.subnet.value(),
        }
    }
}

/// Returns a subnet from the body of its virtual network.
pub(super) fn subnet<'n>(network: &'n Json, id: &ResourceId) -> Option<&'n Json> {
    let subnets = network["properties"]["subnets"].as_array()?;
    let named =
        |it: &&Json| it["name"].as_str().is_some_and(|it| it.eq_ignore_ascii_case(id.name()));
    subnets.iter().find(named)
}

/// Returns the address ranges of a subnet.
pub(super) fn ranges(subnet: &Json) -> Vec<IpNet> {
    let properties = &subnet["properties"];
    let one = properties["addressPrefix"].as_str();
    let many = properties["addressPrefixes"].as_array().into_iter().flatten();
    let texts: BTreeSet<&str> = one.into_iter().chain(many.filter_map(Json::as_str)).collect();
    texts.into_iter().filter_map(|text| text.parse().ok()).collect()
}

/// Returns the IPv4 ranges of a subnet.
pub(super) fn ipv4_ranges(subnet: &Json) -> Vec<Ipv4Net> {
    let ipv4 = |range| match range {
        IpNet::V4(range) => Some(range),
        IpNet::V6(_) => None,
    };
    ranges(subnet).into_iter().filter_map(ipv4).collect()
}

/// AAI005: reports addresses that occur twice in the configuration.
pub(super) fn twice(addresses: &[StaticAddress]) -> Vec<Finding> {
    let mut seen = BTreeSet::new();
    let parsed = |it: &StaticAddress| it.address.as_deref().and_then(|text| text.parse().ok());
    let known = addresses.iter().filter_map(|it| Some((it, parsed(it)?)));
    let repeated = known.filter(|(_, address): &(_, IpAddr)| !seen.insert(*address));
    repeated
        .map(|(it, address)| {
            let summary = format!("The IP address {address} occurs twice");
            let detail = "Each member of the service needs a different IP address.";
            Finding::at(Code::Address, &it.path.attribute("private_ip_address"), summary, detail)
        })
        .collect()
}

/// AAI005: reports addresses that are outside the subnet or reserved by Azure.
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
                format!("The IP address {address} is not in the subnet"),
                format!("Choose an address in the subnet's range: {list}."),
            ),
            Some(IpNet::V4(range)) if is_kept(range, address) => (
                format!("Azure reserves the IP address {address}"),
                format!(
                    "Azure reserves the first four addresses and the last address of a subnet. \
                     Choose an address from {} to {}.",
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

/// AAI004: reports members without a static IP address in an endpoint that has any.
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
    let summary = format!("No static IP address for {names}");
    let detail = format!(
        "If an endpoint has any static IP address, each member of the service needs one. Add these \
         blocks, with addresses that are free:\n\n{}",
        blocks(endpoint, resource, subnet)
    );
    Some(Finding::at(Code::MissingMember, &first.path, summary, detail))
}

/// Returns the `ip_configuration` blocks of all members: existing ones, and addresses of the subnet
/// for the others.
pub(super) fn blocks(
    endpoint: &PlannedEndpoint,
    resource: &PrivateLinkResource,
    subnet: Option<&Json>,
) -> String {
    let taken: Vec<&str> =
        endpoint.addresses.iter().filter_map(|address| address.address.as_deref()).collect();
    let first = subnet.and_then(|subnet| ipv4_ranges(subnet).into_iter().next());
    let hosts = first.iter().flat_map(Ipv4Net::hosts);
    // The iterator begins after the network's own address.
    let hosts = hosts.skip(FIRST_KEPT as usize - 1).map(|address| address.to_string());
    let mut free = hosts.filter(|address| !taken.contains(&address.as_str()));
    let block = |member: &String| {
        let own = endpoint.addresses.iter().find(|address| {
            address.member.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(member))
        });
        let name = own.and_then(|own| own.name.as_deref()).unwrap_or(member);
        let address = own.and_then(|own| own.address.clone());
        let address = address.or_else(|| free.next()).unwrap_or("ADDRESS".to_owned());
        format!(
            "ip_configuration {{\n  name               = {name:?}\n  private_ip_address = \
             {address:?}\n  subresource_name   = {:?}\n  member_name        = {member:?}\n}}",
            resource.group_id
        )
    };
    pasted(&resource.members.iter().map(block).collect::<Vec<_>>().join("\n"))
}

/// AAI006: reports a virtual network that overlaps Docker's bridge network.
pub(super) fn docker(subnet: &ConfigValue<ResourceId>, network: &Json) -> Option<Finding> {
    let prefixes = network["properties"]["addressSpace"]["addressPrefixes"].as_array()?;
    let overlaps = |net: &IpNet| match net {
        IpNet::V4(net) => net.contains(&DOCKER) || DOCKER.contains(net),
        IpNet::V6(_) => false,
    };
    let mut parsed = prefixes.iter().filter_map(|it| it.as_str()?.parse::<IpNet>().ok());
    let range = parsed.find(overlaps)?;
    let summary = format!("The virtual network's range {range} overlaps Docker's bridge network");
    let detail = format!(
        "Compute instances and clusters of a workspace run Docker with its default bridge network, \
         {DOCKER}, and cannot reach addresses in that range. Use a virtual network with another \
         range, or change Docker's bridge network on those machines."
    );
    Some(Finding::at(Code::Docker, &subnet.path, summary, detail))
}

/// AAI007: reports an endpoint in a different region than its virtual network.
pub(super) fn same_region(endpoint: &PlannedEndpoint, network: &Json) -> Option<Finding> {
    let wanted = endpoint.location.as_ref()?;
    let there = network["location"].as_str()?;
    if region(there) == region(&wanted.value) {
        return None;
    }
    let summary = "The endpoint and its virtual network are in different regions".to_owned();
    let detail = format!(
        "The virtual network is in {there:?}, and an endpoint must be in the region of its virtual \
         network, wherever the service is. Set `location` to {there:?}, or remove it."
    );
    Some(Finding::at(Code::Region, &wanted.path, summary, detail))
}

/// AAI014: reports a subnet that is delegated to a service.
pub(super) fn delegated(id: &ConfigValue<ResourceId>, subnet: &Json) -> Option<Finding> {
    let delegation = subnet["properties"]["delegations"].as_array()?.first()?;
    let to = delegation["properties"]["serviceName"].as_str().unwrap_or("another service");
    let summary = format!("The subnet {:?} is delegated to {to}", id.value.name());
    let detail = "A delegated subnet is reserved for its service. Use another subnet for private \
                  endpoints.";
    Some(Finding::at(Code::Room, &id.path, summary, detail))
}

/// AAI014: reports a subnet with fewer free addresses than the service has members. Addresses of
/// interfaces that the plan deletes count as free.
pub(super) fn room(
    id: &ConfigValue<ResourceId>,
    subnet: &Json,
    needed: usize,
    goes: &dyn Fn(&str) -> bool,
) -> Option<Finding> {
    let size = |net: &Ipv4Net| {
        let all = 1_u64 << (32 - u32::from(net.prefix_len()));
        all.saturating_sub(u64::from(FIRST_KEPT) + 1)
    };
    let there: Vec<u64> = ipv4_ranges(subnet).iter().map(size).collect();
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
    let summary = format!("The subnet {:?} has too few free addresses", id.value.name());
    let list = ranges(subnet).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let detail = format!(
        "The endpoint needs one free address for each member of the service: {needed}. The subnet \
         has {free}. Of its range {list}, Azure reserves five addresses, and other objects hold \
         {used}. Use a larger subnet, or another one."
    );
    Some(Finding::at(Code::Room, &id.path, summary, detail))
}

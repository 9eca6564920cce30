//! Finds the DNS that answers the clients of a virtual network: Azure DNS in that network, the
//! inbound endpoint of an Azure DNS Private Resolver in another network, or a server that Azure
//! Resource Manager does not show.
//!
//! Azure DNS forwards a name that matches a rule of a linked rule set (reported for public names in
//! MicrosoftDocs/azure-docs#100273). It does not forward a name of a private DNS zone that is
//! linked to the network (Microsoft Learn, "What is Azure DNS Private Resolver?").

use super::wire::{DnsResolver, ForwardingRule, InboundEndpoint, NetworkLink, VirtualNetwork};
use crate::assessment::reader::{ArmRequest, Read, Reader, id_at};
use crate::private_link::arm_types::VIRTUAL_NETWORK;
use crate::private_link::arm_types::{ArmType, DNS_FORWARDING_RULESET, DNS_RESOLVER};
use crate::private_link::envelope::Envelope;
use azure::id::ResourceId;
use serde_json::Value as Json;

/// Address of Azure DNS in every virtual network (Microsoft Learn, "What is IP address
/// 168.63.129.16?").
const AZURE_DNS: &str = "168.63.129.16";

/// Maximum number of forwards of a query. More are a loop.
const MOST_HOPS: usize = 5;

/// A name that clients query.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// Public name.
    pub fqdn: &'a str,
    /// Name in the private DNS zone that the public name is an alias of.
    pub alias: &'a str,
}

/// The DNS that answers a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answering {
    /// Virtual networks in which Azure DNS answers the name.
    pub networks: Vec<ResourceId>,
    /// Steps of the query, one clause each. Empty if each client network uses its own Azure DNS.
    pub steps: Vec<String>,
    /// Why it is unknown which DNS answers some of the clients.
    pub unknown: Option<String>,
}

/// Returns the DNS that answers a name for the clients in these networks. `has_zone` returns `true`
/// if a network is linked to the zone of the alias. Resolvers and rule sets are read in the
/// subscriptions of the networks and of `beside`.
pub fn answering(
    reader: &Reader,
    clients: &[ResourceId],
    query: Query<'_>,
    beside: &ResourceId,
    has_zone: &dyn Fn(&ResourceId) -> bool,
) -> Answering {
    let mut walk = Walk { reader, query, beside, has_zone, found: Answering::default() };
    for client in clients {
        walk.network(client);
    }
    walk.found
}

struct Walk<'a> {
    reader: &'a Reader,
    query: Query<'a>,
    beside: &'a ResourceId,
    has_zone: &'a dyn Fn(&ResourceId) -> bool,
    found: Answering,
}

impl Walk<'_> {
    /// Follows a query of a client in the network.
    fn network(&mut self, network: &ResourceId) {
        let body =
            self.spare(network, None, VIRTUAL_NETWORK).decode::<Envelope<VirtualNetwork>>(network);
        let body = body.found().unwrap_or_default().properties;
        if body.dhcp_options.dns_servers.is_empty() {
            return self.azure(network, 0);
        }
        let peers = body.virtual_network_peerings.into_iter();
        let peers: Vec<String> = peers.map(|it| it.properties.remote_virtual_network.id).collect();
        for server in body.dhcp_options.dns_servers {
            self.server(&server, network, &peers, 0);
        }
    }

    /// Follows a query to a server from the network.
    fn server(&mut self, address: &str, from: &ResourceId, peers: &[String], hops: usize) {
        if address == AZURE_DNS {
            return self.azure(from, hops);
        }
        match self.inbound_endpoint(address, from, peers) {
            Some((resolver, network)) => {
                self.step(format!(
                    "{} uses the DNS server {address}, the inbound endpoint of the resolver {} in \
                     {}",
                    from.name(),
                    resolver.name(),
                    network.name()
                ));
                self.azure(&network, hops + 1);
            }
            None => self.unknown(format!(
                "{} uses the DNS server {address}, which Azure Resource Manager does not show; \
                 configure that server to forward {} to Azure DNS in a virtual network that the \
                 zone is linked to",
                from.name(),
                self.query.fqdn
            )),
        }
    }

    /// Follows a query to Azure DNS in the network.
    fn azure(&mut self, network: &ResourceId, hops: usize) {
        if hops > MOST_HOPS {
            let why = format!("the forwarding rules send {} in a loop", self.query.fqdn);
            return self.unknown(why);
        }
        let rules = self.rules(network);
        let rule = best(&rules, self.query.fqdn).or_else(|| {
            let rule = best(&rules, self.query.alias)?;
            (!(self.has_zone)(network)).then_some(rule)
        });
        let Some(rule) = rule else {
            if !self.found.networks.contains(network) {
                self.found.networks.push(network.clone());
            }
            return;
        };
        for server in &rule.target_dns_servers {
            let (domain, address) = (&rule.domain_name, &server.ip_address);
            self.step(format!(
                "a forwarding rule of {} sends {domain} to {address}",
                network.name()
            ));
            self.server(address, network, &[], hops + 1);
        }
    }

    fn step(&mut self, step: String) {
        if !self.found.steps.contains(&step) {
            self.found.steps.push(step);
        }
    }

    fn unknown(&mut self, why: String) {
        self.found.unknown.get_or_insert(why);
    }

    /// Returns the resolver with an inbound endpoint of this address, and its network. A resolver
    /// in the querying network or in a peered one takes precedence.
    fn inbound_endpoint(
        &self,
        address: &str,
        from: &ResourceId,
        peers: &[String],
    ) -> Option<(ResourceId, ResourceId)> {
        let mut others = Vec::new();
        for resolver in self.listed(from, DNS_RESOLVER) {
            let Some(id) = id_at(&resolver["id"]) else { continue };
            let network = Read::Found(resolver).decode::<Envelope<DnsResolver>>(&id).found();
            let network = network.map(|it| it.properties.virtual_network.id).unwrap_or_default();
            let Ok(network) = ResourceId::parse(&network) else { continue };
            let endpoints = self.children(&id, "inboundEndpoints", DNS_RESOLVER);
            let endpoints = endpoints.decode_each::<Envelope<InboundEndpoint>>(&id).found();
            let has = |it: &Envelope<InboundEndpoint>| {
                let mut configurations = it.properties.ip_configurations.iter();
                configurations.any(|it| it.private_ip_address == address)
            };
            if !endpoints.into_iter().flatten().any(|it| has(&it)) {
                continue;
            }
            let peer = |it: &String| it.eq_ignore_ascii_case(network.as_str());
            if network == *from || peers.iter().any(peer) {
                return Some((id, network));
            }
            others.push((id, network));
        }
        // Networks that are not peered may use the same addresses.
        (others.len() == 1).then(|| others.remove(0))
    }

    /// Returns the rules of the rule sets that are linked to a network.
    fn rules(&self, network: &ResourceId) -> Vec<ForwardingRule> {
        let mut rules = Vec::new();
        for ruleset in self.listed(network, DNS_FORWARDING_RULESET) {
            let Some(id) = id_at(&ruleset["id"]) else { continue };
            let links = self.children(&id, "virtualNetworkLinks", DNS_FORWARDING_RULESET);
            let links = links.decode_each::<Envelope<NetworkLink>>(&id).found().unwrap_or_default();
            let is_here = |link: &Envelope<NetworkLink>| {
                let linked = ResourceId::parse(&link.properties.virtual_network.id);
                linked.is_ok_and(|linked| linked == *network)
            };
            if links.iter().any(is_here) {
                let found = self.children(&id, "forwardingRules", DNS_FORWARDING_RULESET);
                let found = found.decode_each::<Envelope<ForwardingRule>>(&id).found();
                rules.extend(found.into_iter().flatten().map(|rule| rule.properties));
            }
        }
        rules.retain(|rule| !rule.forwarding_rule_state.eq_ignore_ascii_case("disabled"));
        rules
    }

    /// Lists the objects of a type in the relevant subscriptions.
    fn listed(&self, near: &ResourceId, ty: ArmType) -> Vec<&Json> {
        let mut scopes = vec![near.subscription_id(), self.beside.subscription_id()];
        scopes.dedup();
        let child = format!("providers/{}", ty.name);
        let lists = scopes.into_iter().map(|scope| self.children(&scope, &child, ty).found());
        lists.flatten().flatten().collect()
    }

    fn children(&self, id: &ResourceId, child: &str, ty: ArmType) -> Read<&[Json]> {
        let listed = self.spare(id, Some(child.to_owned()), ty);
        listed.map(|list| list.as_array().map(Vec::as_slice).unwrap_or_default())
    }

    /// Reads an object or its children as an optional read.
    fn spare(&self, id: &ResourceId, child: Option<String>, ty: ArmType) -> Read<&Json> {
        let (id, api_version) = (id.clone(), ty.api_version);
        self.reader.read(ArmRequest { id, child, api_version, spare: true })
    }
}

/// Returns the rule for a name: the one with the longest domain.
fn best<'r>(rules: &'r [ForwardingRule], name: &str) -> Option<&'r ForwardingRule> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let matches = |rule: &&ForwardingRule| {
        let domain = rule.domain_name.trim_end_matches('.').to_ascii_lowercase();
        let rest = name.strip_suffix(&domain);
        domain.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    rules.iter().filter(matches).max_by_key(|rule| rule.domain_name.len())
}

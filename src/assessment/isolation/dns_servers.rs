//! Whom the clients of a virtual network ask for names: Azure's DNS in that network, the inbound
//! endpoint of an Azure DNS Private Resolver in another network, or a server that Azure Resource
//! Manager does not show.
//!
//! Azure's DNS in a network forwards a name that a rule of a linked rule set has (reported for
//! public names in MicrosoftDocs/azure-docs#100273), but one of a private DNS zone that is linked
//! to the network it answers itself (Microsoft Learn, "What is Azure DNS Private Resolver?").

use super::wire::{
    DnsResolverBody, ForwardingRuleBody, ForwardingRuleProperties, InboundEndpointBody,
    NetworkLinkBody, VirtualNetworkBody,
};
use crate::assessment::reader::{ArmRequest, Read, Reader};
use crate::private_link::arm_types::VIRTUAL_NETWORK;
use crate::private_link::arm_types::{ArmType, DNS_FORWARDING_RULESET, DNS_RESOLVER};
use azure::id::ResourceId;
use serde_json::Value as Json;

/// The address of Azure's DNS in every virtual network (Microsoft Learn, "What is IP address
/// 168.63.129.16?").
const AZURE_DNS: &str = "168.63.129.16";

/// How often a query may be forwarded: more is a loop.
const MOST_HOPS: usize = 5;

/// A name that clients ask for.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// The public name.
    pub fqdn: &'a str,
    /// What it is an alias of, in a private DNS zone.
    pub alias: &'a str,
}

/// Who answers a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answering {
    /// The networks in which Azure's DNS answers it.
    pub networks: Vec<ResourceId>,
    /// How the query gets there, a clause for each step; empty where each network of clients asks
    /// its own DNS of Azure.
    pub steps: Vec<String>,
    /// Why it is not known who answers some of the clients.
    pub unknown: Option<String>,
}

/// Who answers a name for the clients in these networks. `has_zone` tells whether a network is
/// linked to the zone of the alias, and `beside` is where resolvers and rule sets are looked for,
/// besides the subscriptions of the networks.
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
    /// A client in that network asks.
    fn network(&mut self, network: &ResourceId) {
        let body = self.spare(network, None, VIRTUAL_NETWORK).decode::<VirtualNetworkBody>(network);
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

    /// A server is asked from that network.
    fn server(&mut self, address: &str, from: &ResourceId, peers: &[String], hops: usize) {
        if address == AZURE_DNS {
            return self.azure(from, hops);
        }
        match self.inbound_endpoint(address, from, peers) {
            Some((resolver, network)) => {
                self.step(format!(
                    "{} asks {address}, which is the resolver {} in {}",
                    from.name(),
                    resolver.name(),
                    network.name()
                ));
                self.azure(&network, hops + 1);
            }
            None => self.unknown(format!(
                "{} asks the DNS server {address}, which Azure Resource Manager does not show; it \
                 must forward {} to Azure's DNS in a network that the zone is linked to",
                from.name(),
                self.query.fqdn
            )),
        }
    }

    /// Azure's DNS in that network is asked.
    fn azure(&mut self, network: &ResourceId, hops: usize) {
        if hops > MOST_HOPS {
            let why = format!("the rules forward {} in a loop", self.query.fqdn);
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
            self.step(format!("a rule of {} forwards {domain} to {address}", network.name()));
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

    /// The inbound endpoint with that address: its resolver, and the network of that. One in the
    /// asking network, or in one that is peered with it, is meant before others.
    fn inbound_endpoint(
        &self,
        address: &str,
        from: &ResourceId,
        peers: &[String],
    ) -> Option<(ResourceId, ResourceId)> {
        let mut others = Vec::new();
        for resolver in self.listed(from, DNS_RESOLVER) {
            let Some(id) = id_of(resolver) else { continue };
            let network = Read::Found(resolver).decode::<DnsResolverBody>(&id).found();
            let network = network.map(|it| it.properties.virtual_network.id).unwrap_or_default();
            let Ok(network) = ResourceId::parse(&network) else { continue };
            let endpoints = self.children(&id, "inboundEndpoints", DNS_RESOLVER);
            let endpoints = endpoints.decode_each::<InboundEndpointBody>(&id).found();
            let has = |it: &InboundEndpointBody| {
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
        // The addresses of networks that do not know each other may be the same.
        (others.len() == 1).then(|| others.remove(0))
    }

    /// The rules of the rule sets that are linked to a network.
    fn rules(&self, network: &ResourceId) -> Vec<ForwardingRuleProperties> {
        let mut rules = Vec::new();
        for ruleset in self.listed(network, DNS_FORWARDING_RULESET) {
            let Some(id) = id_of(ruleset) else { continue };
            let links = self.children(&id, "virtualNetworkLinks", DNS_FORWARDING_RULESET);
            let links = links.decode_each::<NetworkLinkBody>(&id).found().unwrap_or_default();
            let is_here = |link: &NetworkLinkBody| {
                let linked = ResourceId::parse(&link.properties.virtual_network.id);
                linked.is_ok_and(|linked| linked == *network)
            };
            if links.iter().any(is_here) {
                let found = self.children(&id, "forwardingRules", DNS_FORWARDING_RULESET);
                let found = found.decode_each::<ForwardingRuleBody>(&id).found();
                rules.extend(found.into_iter().flatten().map(|rule| rule.properties));
            }
        }
        rules.retain(|rule| !rule.forwarding_rule_state.eq_ignore_ascii_case("disabled"));
        rules
    }

    /// The objects of a type in the subscriptions where they are looked for.
    fn listed(&self, near: &ResourceId, ty: ArmType) -> Vec<&Json> {
        let mut subscriptions = vec![near.subscription(), self.beside.subscription()];
        subscriptions.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
        let scopes = subscriptions.into_iter();
        let scopes =
            scopes.filter_map(|it| ResourceId::parse(&format!("/subscriptions/{it}")).ok());
        let child = format!("providers/{}", ty.name);
        let lists = scopes.map(|scope| self.children(&scope, &child, ty).found());
        lists.flatten().flatten().collect()
    }

    fn children(&self, id: &ResourceId, child: &str, ty: ArmType) -> Read<&[Json]> {
        let listed = self.spare(id, Some(child.to_owned()), ty);
        listed.map(|list| list.as_array().map(Vec::as_slice).unwrap_or_default())
    }

    /// An object, or its children, that the proof does without.
    fn spare(&self, id: &ResourceId, child: Option<String>, ty: ArmType) -> Read<&Json> {
        let (id, api_version) = (id.clone(), ty.api_version);
        self.reader.read(ArmRequest { id, child, api_version, spare: true })
    }
}

fn id_of(body: &Json) -> Option<ResourceId> {
    ResourceId::parse(body["id"].as_str()?).ok()
}

/// The rule for a name: that with the longest domain.
fn best<'r>(
    rules: &'r [ForwardingRuleProperties],
    name: &str,
) -> Option<&'r ForwardingRuleProperties> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let matches = |rule: &&ForwardingRuleProperties| {
        let domain = rule.domain_name.trim_end_matches('.').to_ascii_lowercase();
        let rest = name.strip_suffix(&domain);
        domain.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    rules.iter().filter(matches).max_by_key(|rule| rule.domain_name.len())
}

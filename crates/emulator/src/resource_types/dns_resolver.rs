//! Azure DNS Private Resolver: resolvers with their endpoints, and rule sets with their rules and
//! links (API specification 2022-07-01). They can be read, and resolve no names.

use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::common::NETWORK;
use super::network::name_guid;
use crate::arm_error::ArmError;
use crate::body;
use crate::world::World;
use crate::world::resource_type::{ResourceType, WriteRequest};
use crate::world::type_info::{Location, TypeInfo};

/// A type of the resolver.
pub(crate) struct ResolverType {
    info: TypeInfo,
    /// Property that refers to another object, and the type of that object.
    refers: Option<(&'static str, &'static str)>,
}

const VERSIONS: &[&str] = &["2022-07-01", "2023-07-01-preview", "2025-05-01"];
const STATE: &[&str] = &["provisioningState"];
const NETWORKS: &str = "Microsoft.Network/virtualNetworks";
const SUBNETS: &str = "Microsoft.Network/virtualNetworks/subnets";
const RULES: &str = "Microsoft.Network/dnsForwardingRulesets/forwardingRules";
const INBOUND: &str = "Microsoft.Network/dnsResolvers/inboundEndpoints";

/// A resolver, which belongs to a virtual network.
pub(crate) static RESOLVER: ResolverType = ResolverType {
    info: TypeInfo {
        name: "Microsoft.Network/dnsResolvers",
        versions: VERSIONS,
        writable: &["virtualNetwork"],
        read_only: &["dnsResolverState", "provisioningState", "resourceGuid"],
        immutable: &["virtualNetwork"],
        ..NETWORK
    },
    refers: Some(("virtualNetwork", NETWORKS)),
};

/// An endpoint that answers queries.
pub(crate) static INBOUND_ENDPOINT: ResolverType = ResolverType {
    info: TypeInfo {
        name: INBOUND,
        versions: VERSIONS,
        writable: &["ipConfigurations"],
        ..NETWORK
    },
    refers: None,
};

/// An endpoint that forwards queries.
pub(crate) static OUTBOUND_ENDPOINT: ResolverType = ResolverType {
    info: TypeInfo {
        name: "Microsoft.Network/dnsResolvers/outboundEndpoints",
        versions: VERSIONS,
        writable: &["subnet"],
        immutable: &["subnet"],
        ..NETWORK
    },
    refers: Some(("subnet", SUBNETS)),
};

/// A rule set.
pub(crate) static RULESET: ResolverType = ResolverType {
    info: TypeInfo {
        name: "Microsoft.Network/dnsForwardingRulesets",
        versions: VERSIONS,
        writable: &["dnsResolverOutboundEndpoints"],
        ..NETWORK
    },
    refers: None,
};

/// A rule, which forwards a domain to servers.
pub(crate) static RULE: ResolverType = ResolverType {
    info: TypeInfo {
        name: RULES,
        versions: VERSIONS,
        writable: &["domainName", "forwardingRuleState", "metadata", "targetDnsServers"],
        read_only: STATE,
        location: Location::Inherited,
        tags: false,
        immutable: &["domainName"],
        ..NETWORK
    },
    refers: None,
};

/// A link of a rule set to a virtual network.
pub(crate) static LINK: ResolverType = ResolverType {
    info: TypeInfo {
        name: "Microsoft.Network/dnsForwardingRulesets/virtualNetworkLinks",
        versions: VERSIONS,
        writable: &["metadata", "virtualNetwork"],
        read_only: STATE,
        location: Location::Inherited,
        tags: false,
        immutable: &["virtualNetwork"],
        ..NETWORK
    },
    refers: Some(("virtualNetwork", NETWORKS)),
};

impl ResolverType {
    fn wrong(&self, path: &str, wanted: &str) -> ArmError {
        body::wrong_type(&self.info, &format!("properties.{path}"), wanted)
    }

    /// Refuses a domain without a final dot, and servers that are not IP addresses (API
    /// specification).
    fn check_rule(&self, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        let domain = write.property("domainName").as_str();
        if domain.is_some_and(|domain| !domain.ends_with('.')) {
            return Err(self.wrong("domainName", "a domain that ends in a dot"));
        }
        let servers = write.property("targetDnsServers").as_array().into_iter().flatten();
        for server in servers {
            if server["ipAddress"].as_str().is_none_or(|it| it.parse::<Ipv4Addr>().is_err()) {
                return Err(self.wrong("targetDnsServers.ipAddress", "an IPv4 address"));
            }
        }
        Ok(())
    }

    /// Refuses an inbound endpoint without a fixed address. Azure would choose one, which the
    /// emulator leaves out.
    fn check_inbound(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        for configuration in write.property("ipConfigurations").as_array().into_iter().flatten() {
            let path = "properties.ipConfigurations.subnet";
            let subnet = body::reference(&self.info, path, &configuration["subnet"], SUBNETS)?;
            if world.store.get(&subnet.to_string()).is_none() {
                let text = format!("The referenced subnet '{subnet}' was not found.");
                return Err(ArmError::bad("InvalidResourceReference", text));
            }
            if configuration["privateIpAddress"].as_str().is_none() {
                let wanted = "an address. The emulator does not choose one";
                return Err(self.wrong("ipConfigurations.privateIpAddress", wanted));
            }
        }
        Ok(())
    }
}

impl ResourceType for ResolverType {
    fn info(&self) -> &TypeInfo {
        &self.info
    }

    fn validate(&self, world: &World, write: &WriteRequest<'_>) -> Result<(), ArmError> {
        if let Some((property, kind)) = self.refers.filter(|_| !write.patch) {
            let path = format!("properties.{property}");
            let id = body::reference(&self.info, &path, write.property(property), kind)?;
            if world.store.get(&id.to_string()).is_none() {
                let text = format!("The referenced resource '{id}' was not found.");
                return Err(ArmError::bad("InvalidResourceReference", text));
            }
        }
        match self.info.name {
            RULES => self.check_rule(write),
            INBOUND => self.check_inbound(world, write),
            _ => Ok(()),
        }
    }

    fn on_accepted(&self, world: &mut World, _write: &WriteRequest<'_>, next: &mut Value) {
        match self.info.name {
            RULES if next["properties"]["forwardingRuleState"].is_null() => {
                next["properties"]["forwardingRuleState"] = json!("Enabled");
            }
            _ if self.info.read_only.contains(&"resourceGuid") => name_guid(world, next),
            _ => {}
        }
    }
}

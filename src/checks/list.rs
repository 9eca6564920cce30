//! Every check: its code, what it says, how grave that is, and what it must read of Azure.

/// How strict a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It is not made.
    Off,
    /// What it finds is a warning.
    Warn,
    /// What it finds is an error.
    Enforce,
}

/// A check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// AAI001
    Subresource,
    /// AAI002
    MissingZone,
    /// AAI003
    ForeignZone,
    /// AAI004
    MissingMember,
    /// AAI005
    Address,
    /// AAI006
    Docker,
    /// AAI007
    Region,
    /// AAI008
    Sku,
    /// AAI009
    SubDomain,
    /// AAI010
    LinkedElsewhere,
    /// AAI011
    ZonesOfGroup,
    /// AAI012
    ManualUnderPolicy,
    /// AAI013
    Registration,
    /// AAI014
    Room,
    /// AAI015
    LegacyAccess,
    /// AAI016
    LastEndpoint,
    /// AAI017
    SharedRecords,
    /// AAI020
    JoinSubnet,
    /// AAI021
    JoinZone,
    /// AAI022
    Approve,
    /// AAI023
    Write,
    /// AAI024
    JoinNetwork,
}

/// What is known of a check.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The check.
    pub code: Code,
    /// The code as people see it.
    pub name: &'static str,
    /// What it finds, in a few words.
    pub title: &'static str,
    /// How strict it is, where the configuration does not say.
    pub level: Level,
    /// What it reads of Azure; empty for what the configuration alone tells.
    pub reads: &'static str,
}

/// Every check, in the order of its code.
pub const RULES: [Rule; 22] = [
    rule(Code::Subresource, "AAI001", Level::Enforce, RESOURCES, "Unknown subresource name"),
    rule(
        Code::MissingZone,
        "AAI002",
        Level::Warn,
        RESOURCES,
        "Zone group without a zone that the service needs",
    ),
    rule(
        Code::ForeignZone,
        "AAI003",
        Level::Enforce,
        RESOURCES,
        "Zone that is none of the service's or of the cloud's",
    ),
    rule(
        Code::MissingMember,
        "AAI004",
        Level::Enforce,
        RESOURCES,
        "Fixed addresses that leave out a member",
    ),
    rule(
        Code::Address,
        "AAI005",
        Level::Enforce,
        NETWORK,
        "Fixed address that the endpoint cannot have",
    ),
    rule(Code::Docker, "AAI006", Level::Warn, NETWORK, "Network that overlaps Docker's"),
    rule(
        Code::Region,
        "AAI007",
        Level::Enforce,
        NETWORK,
        "Endpoint in another region than its network",
    ),
    rule(Code::Sku, "AAI008", Level::Enforce, TARGET, "SKU without private link"),
    rule(
        Code::SubDomain,
        "AAI009",
        Level::Enforce,
        TARGET,
        "AI services account without a subdomain of its own",
    ),
    rule(
        Code::LinkedElsewhere,
        "AAI010",
        Level::Enforce,
        "the zones of that name in the subscriptions of the zone and of the network, and their \
         links",
        "Network that is linked to another zone of that name",
    ),
    rule(
        Code::ZonesOfGroup,
        "AAI011",
        Level::Enforce,
        "",
        "More than five zones in a group, or one twice",
    ),
    rule(
        Code::ManualUnderPolicy,
        "AAI012",
        Level::Warn,
        "",
        "Manual connection whose zone group a policy is to make",
    ),
    rule(
        Code::Registration,
        "AAI013",
        Level::Enforce,
        "",
        "Privatelink zone that is to register machines",
    ),
    rule(
        Code::Room,
        "AAI014",
        Level::Enforce,
        "the subnet's virtual network and the service's private link resources",
        "Subnet that is delegated, or has too few free addresses",
    ),
    rule(
        Code::LegacyAccess,
        "AAI015",
        Level::Warn,
        TARGET,
        "Workspace with the legacy switch for public access",
    ),
    rule(
        Code::LastEndpoint,
        "AAI016",
        Level::Warn,
        TARGET,
        "Last endpoint of a service without public access, that is to go",
    ),
    rule(
        Code::SharedRecords,
        "AAI017",
        Level::Warn,
        "the service, and the zone groups of its other endpoints",
        "Records that another endpoint to the service has too",
    ),
    rule(Code::JoinSubnet, "AAI020", Level::Enforce, RIGHTS, "No right to join the subnet"),
    rule(Code::JoinZone, "AAI021", Level::Enforce, RIGHTS, "No right to join a zone"),
    rule(Code::Approve, "AAI022", Level::Enforce, RIGHTS, "No right to approve the connection"),
    rule(Code::Write, "AAI023", Level::Enforce, RIGHTS, "No right to write the setting"),
    rule(Code::JoinNetwork, "AAI024", Level::Enforce, RIGHTS, "No right to link the network"),
];

const RESOURCES: &str = "the service's private link resources";
const NETWORK: &str = "the subnet's virtual network";
const TARGET: &str = "the service";
const RIGHTS: &str = "the permissions there of the identity that Terraform runs as";

const fn rule(
    code: Code,
    name: &'static str,
    level: Level,
    reads: &'static str,
    title: &'static str,
) -> Rule {
    Rule { code, name, title, level, reads }
}

impl Code {
    /// What is known of it.
    pub fn rule(self) -> &'static Rule {
        // The order of the list is that of the codes; a test holds it to that.
        &RULES[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_has_every_check_at_its_place() {
        for (place, rule) in RULES.iter().enumerate() {
            assert_eq!(rule.code as usize, place, "{}", rule.name);
            assert_eq!(rule.code.rule().name, rule.name);
        }
        assert!(RULES.is_sorted_by_key(|rule| rule.name));
    }
}

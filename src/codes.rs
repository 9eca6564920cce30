//! Codes of findings, each with its title, its default level, and what it reads or what its
//! evidence is. Codes below AAI100 are checks of a plan. Codes from AAI101 on assess existing
//! resources.

/// Severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The check is off.
    Off,
    /// A warning.
    Warn,
    /// An error.
    Enforce,
}

impl Level {
    /// Returns the value that attributes show.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warning",
            Self::Enforce => "error",
        }
    }
}

/// Evidence for a finding about an existing resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Azure's documentation of private link.
    Declared,
    /// The resource, as Azure Resource Manager shows it.
    Arm,
    /// The records and links of private DNS zones.
    Dns,
    /// None: the identity cannot read the resource.
    Unverified,
}

impl Evidence {
    /// Returns the value that attributes show.
    pub fn word(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Arm => "arm",
            Self::Dns => "dns",
            Self::Unverified => "unverified",
        }
    }
}

/// Subject of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// A plan. The provider's configuration can make the check stricter or more lenient.
    Plan {
        /// Objects that the check reads from Azure. Empty if the check reads only the
        /// configuration.
        reads: &'static str,
    },
    /// An existing resource.
    Live(Evidence),
}

/// Definition of a code.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The code.
    pub code: Code,
    /// The code as diagnostics print it, such as `AAI001`.
    pub name: &'static str,
    /// Title, in a few words.
    pub title: &'static str,
    /// Default level.
    pub level: Level,
    /// Subject of the code.
    pub basis: Basis,
}

/// Generates the enumeration and the table of codes from one list.
macro_rules! codes {
    ($($code:ident = $level:ident, $basis:expr, $name:literal, $title:literal;)+) => {
        /// Code of a finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $name] $code,)+
        }

        /// All codes, in ascending order.
        pub const RULES: [Rule; [$($name),+].len()] = [$(Rule {
            code: Code::$code,
            name: $name,
            title: $title,
            level: Level::$level,
            basis: $basis,
        }),+];
    };
}

codes! {
    Subresource = Enforce, plan(RESOURCES), "AAI001", "Unknown subresource name";
    MissingZone = Warn, plan(RESOURCES), "AAI002",
        "Zone group that lacks a zone of the service";
    ForeignZone = Enforce, plan(RESOURCES), "AAI003",
        "Zone that does not belong to the service or the cloud";
    MissingMember = Enforce, plan(RESOURCES), "AAI004", "Static IP addresses that leave out a \
                                                         member";
    Address = Enforce, plan(NETWORK), "AAI005", "Static IP address that is not available";
    Docker = Warn, plan(NETWORK), "AAI006", "Virtual network that overlaps Docker's bridge network";
    Region = Enforce, plan(NETWORK), "AAI007", "Endpoint in a different region than its virtual \
                                                network";
    Sku = Enforce, plan(TARGET), "AAI008", "SKU without private link support";
    SubDomain = Enforce, plan(TARGET), "AAI009",
        "AI services account without a custom subdomain";
    LinkedElsewhere = Enforce, plan(ZONES), "AAI010",
        "Virtual network that is already linked to a zone of the same name";
    ZonesOfGroup = Enforce, plan(""), "AAI011", "Too many zones or duplicate zones in a zone group";
    ManualUnderPolicy = Warn, plan(""), "AAI012",
        "Manual connection whose zone group is left to a policy";
    Registration = Enforce, plan(""), "AAI013", "Private link zone with auto-registration";
    Room = Enforce, plan(ROOM), "AAI014", "Subnet that is delegated or has too few free addresses";
    LegacyAccess = Warn, plan(TARGET), "AAI015",
        "Workspace that allows public access by a legacy property";
    LastEndpoint = Warn, plan(TARGET), "AAI016",
        "Removal of the last endpoint of a service without public access";
    SharedRecords = Warn, plan(SHARED), "AAI017",
        "Records that another endpoint to the service also uses";
    MissingReference = Warn, plan(REFERENCES), "AAI018", "Reference to a resource that does not \
                                                          exist";
    JoinSubnet = Enforce, plan(RIGHTS), "AAI020", "Missing permission to join the subnet";
    JoinZone = Enforce, plan(RIGHTS), "AAI021", "Missing permission to join a zone";
    Approve = Enforce, plan(RIGHTS), "AAI022", "Missing permission to approve the connection";
    Write = Enforce, plan(RIGHTS), "AAI023", "Missing permission to write the setting";
    JoinNetwork = Enforce, plan(RIGHTS), "AAI024", "Missing permission to link the virtual network";
    AgentSubnet = Enforce, plan(AGENTS), "AAI025", "Subnet that agents cannot run in";
    Unregistered = Enforce, plan(PROVIDERS), "AAI026", "Resource provider that is not registered";
    HostStores = Enforce, plan(CONNECTIONS), "AAI027",
        "Capability host without the connections or roles that it needs";
    Outbound = Enforce, plan(OUTBOUND), "AAI028",
        "Isolation mode or outbound rule that a managed network does not support";
    Approver = Enforce, plan(APPROVER), "AAI029",
        "Outbound rule whose connection the identity cannot approve";
    Throughput = Warn, plan(THROUGHPUT), "AAI030",
        "Cosmos DB throughput limit that is too low for agents";
    OneGroup = Enforce, plan(""), "AAI031", "Connection with no subresource or several";
    RefusedRules = Enforce, plan(TARGET), "AAI032", "Rules or tags that the service does not \
                                                     support";
    SoftDeleted = Enforce, plan(DELETED), "AAI033",
        "Name or subdomain of a deleted Foundry account that is not purged";
    PublicAccess = Enforce, live(Evidence::Arm), "AAI101", "public network access is enabled";
    OpenRules = Warn, live(Evidence::Arm), "AAI102", "the network rules would allow public traffic \
                                                      if public network access were enabled";
    OnlyRules = Enforce, live(Evidence::Arm), "AAI103",
        "public network access is enabled, and only the network rules restrict it";
    NoBypass = Warn, live(Evidence::Arm), "AAI104", "no Azure service can bypass the network rules";
    NoEndpoint = Enforce, live(Evidence::Declared), "AAI105", "a subresource has no private \
                                                               endpoint";
    NoZone = Enforce, live(Evidence::Dns), "AAI106", "a name has no private DNS zone";
    NotApproved = Enforce, live(Evidence::Arm), "AAI107", "a private endpoint connection is not \
                                                           approved";
    Unlinked = Enforce, live(Evidence::Dns), "AAI108",
        "a zone is not linked to a client network";
    StaleRecord = Enforce, live(Evidence::Dns), "AAI109",
        "a record does not have the endpoint's addresses";
    NoRecord = Enforce, live(Evidence::Dns), "AAI110", "a name has no record";
    NoWildcard = Enforce, live(Evidence::Dns), "AAI111",
        "a manually maintained zone lacks the wildcard record of online endpoints";
    BlockedTasks = Warn, live(Evidence::Arm), "AAI112", "images cannot be built";
    RewrittenByPolicy = Enforce, live(Evidence::Arm), "AAI113",
        "a policy probably enabled public network access";
    OrphanedConnection = Warn, live(Evidence::Arm), "AAI114",
        "the private endpoint of a connection no longer exists";
    Unverified = Warn, live(Evidence::Unverified), "AAI115", "something cannot be read";
    NoAgentNetwork = Warn, live(Evidence::Arm), "AAI116", "agents have no virtual network";
    UnfitSubnet = Enforce, live(Evidence::Arm), "AAI117",
        "the subnet of the agents does not exist, is not delegated, or is not linked";
    NoHost = Enforce, live(Evidence::Arm), "AAI118", "a capability host is missing or not ready";
    LocalKeys = Warn, live(Evidence::Arm), "AAI119", "API keys of an account are enabled";
    MissingRole = Enforce, live(Evidence::Arm), "AAI120",
        "the identity of a project lacks a role on a store";
    PerimeterIssue = Enforce, live(Evidence::Arm), "AAI121",
        "a network security perimeter is not in effect as configured";
    Telemetry = Enforce, live(Evidence::Arm), "AAI122",
        "telemetry is unreachable, or reachable from outside its private link scope";
    ManagedNetwork = Enforce, live(Evidence::Arm), "AAI123",
        "a managed network is missing, is not ready, or has no active rule to a resource";
}

const RESOURCES: &str = "the service's private link resources";
const NETWORK: &str = "the subnet's virtual network";
const TARGET: &str = "the service";
const RIGHTS: &str = "the permissions of the identity that Terraform runs as";
const ZONES: &str = "the zones of the same name in the subscriptions of the zone and of the \
                     virtual network, and their links";
const PROVIDERS: &str = "the registration of the resource providers in the subscription";
const AGENTS: &str = "the subnet's virtual network and, if a service holds the subnet, the \
                      accounts of the subscription";
const CONNECTIONS: &str = "the connections of the account or project, and the roles of the \
                           project's identity on their target resources";
const OUTBOUND: &str = "the managed network and, for an account, the network of its agents";
const APPROVER: &str = "the account or hub, and the roles of its identity on the target of the \
                        rule";
const THROUGHPUT: &str = "the connection, the Cosmos DB account and the projects of the account";
const ROOM: &str = "the subnet's virtual network and the service's private link resources";
const REFERENCES: &str = "the resource, and the resource group of a resource that does not exist";
const DELETED: &str = "the deleted accounts of the subscription";
const SHARED: &str = "the service, and the zone groups of its other endpoints";

const fn plan(reads: &'static str) -> Basis {
    Basis::Plan { reads }
}

const fn live(evidence: Evidence) -> Basis {
    Basis::Live(evidence)
}

/// Returns the checks of a plan.
pub fn checks() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().filter(|rule| matches!(rule.basis, Basis::Plan { .. }))
}

/// Returns the codes that assess existing resources.
pub fn judgements() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().filter(|rule| matches!(rule.basis, Basis::Live(_)))
}

impl Code {
    /// Returns the definition of the code.
    pub fn rule(self) -> &'static Rule {
        // The enumeration and the table come from one list.
        &RULES[self as usize]
    }

    /// Returns the evidence of a code that assesses existing resources, or `None` for a check of a
    /// plan.
    pub fn evidence(self) -> Option<Evidence> {
        match self.rule().basis {
            Basis::Live(evidence) => Some(evidence),
            Basis::Plan { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_indexed_by_code_and_sorted_by_name() {
        for (place, rule) in RULES.iter().enumerate() {
            assert_eq!(rule.code as usize, place, "{}", rule.name);
            assert_eq!(rule.code.rule().name, rule.name);
        }
        assert!(RULES.is_sorted_by_key(|rule| rule.name));
    }
}

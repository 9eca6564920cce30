//! Every code: what it says, how grave that is, and what it reads or rests on. Those below AAI100
//! are of checks of a plan; those from AAI101 on judge what there is.

/// How grave it is what a code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It is not looked for.
    Off,
    /// A warning.
    Warn,
    /// An error.
    Enforce,
}

impl Level {
    /// The word for it in an attribute.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warning",
            Self::Enforce => "error",
        }
    }
}

/// What a judgement of what there is rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// On what Azure publishes about private link.
    Declared,
    /// On what Azure Resource Manager shows of the resource.
    Arm,
    /// On the records and links of zones.
    Dns,
    /// On nothing: it may not be seen.
    Unverified,
}

impl Evidence {
    /// The word for it in an attribute.
    pub fn word(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Arm => "arm",
            Self::Dns => "dns",
            Self::Unverified => "unverified",
        }
    }
}

/// What a code is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// A plan: a check of it, which the provider's configuration can make stricter or laxer.
    Plan {
        /// What the check reads of Azure; empty for what the configuration alone tells.
        reads: &'static str,
    },
    /// What there is.
    Live(Evidence),
}

/// What is known of a code.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The code.
    pub code: Code,
    /// The code as people see it.
    pub name: &'static str,
    /// What it says, in a few words.
    pub title: &'static str,
    /// How grave that is, where the configuration does not say.
    pub level: Level,
    /// What it is about.
    pub basis: Basis,
}

/// Writes the enumeration of the codes, and the table, from one list.
macro_rules! codes {
    ($($code:ident = $level:ident, $basis:expr, $name:literal, $title:literal;)+) => {
        /// A code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $name] $code,)+
        }

        /// Every code, in their order.
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
        "Zone group without a zone that the service needs";
    ForeignZone = Enforce, plan(RESOURCES), "AAI003",
        "Zone that is none of the service's or of the cloud's";
    MissingMember = Enforce, plan(RESOURCES), "AAI004", "Fixed addresses that leave out a member";
    Address = Enforce, plan(NETWORK), "AAI005", "Fixed address that the endpoint cannot have";
    Docker = Warn, plan(NETWORK), "AAI006", "Network that overlaps Docker's";
    Region = Enforce, plan(NETWORK), "AAI007", "Endpoint in another region than its network";
    Sku = Enforce, plan(TARGET), "AAI008", "SKU without private link";
    SubDomain = Enforce, plan(TARGET), "AAI009",
        "AI services account without a subdomain of its own";
    LinkedElsewhere = Enforce, plan(ZONES), "AAI010",
        "Network that is linked to another zone of that name";
    ZonesOfGroup = Enforce, plan(""), "AAI011", "More than five zones in a group, or one twice";
    ManualUnderPolicy = Warn, plan(""), "AAI012",
        "Manual connection whose zone group a policy is to make";
    Registration = Enforce, plan(""), "AAI013", "Privatelink zone that is to register machines";
    Room = Enforce, plan(ROOM), "AAI014", "Subnet that is delegated, or has too few free addresses";
    LegacyAccess = Warn, plan(TARGET), "AAI015",
        "Workspace with the legacy switch for public access";
    LastEndpoint = Warn, plan(TARGET), "AAI016",
        "Last endpoint of a service without public access, that is to go";
    SharedRecords = Warn, plan(SHARED), "AAI017",
        "Records that another endpoint to the service has too";
    MissingReference = Warn, plan(REFERENCES), "AAI018", "Reference to what does not exist";
    JoinSubnet = Enforce, plan(RIGHTS), "AAI020", "No right to join the subnet";
    JoinZone = Enforce, plan(RIGHTS), "AAI021", "No right to join a zone";
    Approve = Enforce, plan(RIGHTS), "AAI022", "No right to approve the connection";
    Write = Enforce, plan(RIGHTS), "AAI023", "No right to write the setting";
    JoinNetwork = Enforce, plan(RIGHTS), "AAI024", "No right to link the network";
    AgentSubnet = Enforce, plan(AGENTS), "AAI025", "Subnet that agents cannot run in";
    Unregistered = Enforce, plan(PROVIDERS), "AAI026", "Resource provider that is not registered";
    HostStores = Enforce, plan(CONNECTIONS), "AAI027",
        "Capability host without the connections or the roles that it needs";
    Outbound = Enforce, plan(OUTBOUND), "AAI028",
        "Isolation mode that a managed network cannot come to, or outbound rule that it does not \
         take";
    Approver = Enforce, plan(APPROVER), "AAI029",
        "Outbound rule whose connection nobody has the role to approve";
    Throughput = Warn, plan(THROUGHPUT), "AAI030",
        "Cosmos DB account whose throughput limit is too low for agents";
    OneGroup = Enforce, plan(""), "AAI031", "Two groups of a service, or none, in a connection";
    RefusedRules = Enforce, plan(TARGET), "AAI032", "Rules or tags that the service does not take";
    SoftDeleted = Enforce, plan(DELETED), "AAI033",
        "Name or sub-domain of a Foundry account that is deleted and not purged";
    PublicAccess = Enforce, live(Evidence::Arm), "AAI101", "public network access is on";
    OpenRules = Warn, live(Evidence::Arm), "AAI102", "the rules behind a flag that is off are open";
    OnlyRules = Enforce, live(Evidence::Arm), "AAI103",
        "the flag is on, and only the rules protect it";
    NoBypass = Warn, live(Evidence::Arm), "AAI104", "no service of Azure may pass the rules";
    NoEndpoint = Enforce, live(Evidence::Declared), "AAI105", "a group has no private endpoint";
    NoZone = Enforce, live(Evidence::Dns), "AAI106", "a name has no private DNS zone";
    NotApproved = Enforce, live(Evidence::Arm), "AAI107", "a connection is not approved";
    Unlinked = Enforce, live(Evidence::Dns), "AAI108",
        "a zone is not linked to a network of clients";
    StaleRecord = Enforce, live(Evidence::Dns), "AAI109",
        "a record has other addresses than the endpoint";
    NoRecord = Enforce, live(Evidence::Dns), "AAI110", "a name has no record";
    NoWildcard = Enforce, live(Evidence::Dns), "AAI111",
        "a zone kept by hand lacks the record of online endpoints";
    BlockedTasks = Warn, live(Evidence::Arm), "AAI112", "images cannot be built";
    RewrittenByPolicy = Enforce, live(Evidence::Arm), "AAI113",
        "a policy is likely to have switched the flag on";
    OrphanedConnection = Warn, live(Evidence::Arm), "AAI114",
        "a connection is left of an endpoint that is gone";
    Unverified = Warn, live(Evidence::Unverified), "AAI115", "something may not be seen";
    NoAgentNetwork = Warn, live(Evidence::Arm), "AAI116", "agents have no network of their own";
    UnfitSubnet = Enforce, live(Evidence::Arm), "AAI117",
        "the subnet of the agents is missing, not delegated or not linked";
    NoHost = Enforce, live(Evidence::Arm), "AAI118", "a capability host is missing or not ready";
    LocalKeys = Warn, live(Evidence::Arm), "AAI119", "the keys of an account are usable";
    MissingRole = Enforce, live(Evidence::Arm), "AAI120",
        "the identity of a project lacks a role on its store";
    PerimeterIssue = Enforce, live(Evidence::Arm), "AAI121",
        "a perimeter has not taken effect as configured";
    Telemetry = Enforce, live(Evidence::Arm), "AAI122",
        "telemetry is closed to everybody, or not closed as its private link scope could be";
    ManagedNetwork = Enforce, live(Evidence::Arm), "AAI123",
        "a managed network is missing, not ready, or leads to a resource by no rule";
}

const RESOURCES: &str = "the service's private link resources";
const NETWORK: &str = "the subnet's virtual network";
const TARGET: &str = "the service";
const RIGHTS: &str = "the permissions there of the identity that Terraform runs as";
const ZONES: &str = "the zones of that name in the subscriptions of the zone and of the \
                     network, and their links";
const PROVIDERS: &str = "the registration of the providers in the subscription";
const AGENTS: &str = "the subnet's virtual network and, where something holds the subnet, the \
                      accounts of the subscription";
const CONNECTIONS: &str = "the connections of the account or project, and the roles of the \
                           project's identity on what they lead to";
const OUTBOUND: &str = "the managed network and, of an account, where its agents run";
const APPROVER: &str = "the account or hub, and the roles of its identity on what the rule \
                        connects to";
const THROUGHPUT: &str = "the connection, the Cosmos DB account and the projects of the account";
const ROOM: &str = "the subnet's virtual network and the service's private link resources";
const REFERENCES: &str = "what is referred to, and the resource group of what is missing";
const DELETED: &str = "the deleted accounts of the subscription";
const SHARED: &str = "the service, and the zone groups of its other endpoints";

const fn plan(reads: &'static str) -> Basis {
    Basis::Plan { reads }
}

const fn live(evidence: Evidence) -> Basis {
    Basis::Live(evidence)
}

/// The checks of a plan.
pub fn checks() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().filter(|rule| matches!(rule.basis, Basis::Plan { .. }))
}

/// The judgements of what there is.
pub fn judgements() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().filter(|rule| matches!(rule.basis, Basis::Live(_)))
}

impl Code {
    /// What is known of it.
    pub fn rule(self) -> &'static Rule {
        // Both are written from one list.
        &RULES[self as usize]
    }

    /// What it rests on, where it judges what there is.
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
    fn the_list_has_every_code_at_its_place() {
        for (place, rule) in RULES.iter().enumerate() {
            assert_eq!(rule.code as usize, place, "{}", rule.name);
            assert_eq!(rule.code.rule().name, rule.name);
        }
        assert!(RULES.is_sorted_by_key(|rule| rule.name));
    }
}

//! What can be wrong with a posture.

use azure::id::ResourceId;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The workspace is not isolated, or somebody cannot reach it.
    Error,
    /// It is, but something is open to chance.
    Warning,
}

/// What a finding rests on.
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

impl Severity {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl Evidence {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Arm => "arm",
            Self::Dns => "dns",
            Self::Unverified => "unverified",
        }
    }
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// One of [`CODES`].
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// The resource that it is about.
    pub resource: ResourceId,
    /// What is wrong.
    pub message: String,
    /// The configuration that mends it; empty where none does.
    pub mend: String,
    /// What it rests on.
    pub evidence: Evidence,
}

/// The codes, with how grave each is, what it rests on, and what it means.
pub const CODES: &[(&str, Severity, Evidence, &str)] = &[
    (PUBLIC, Severity::Error, Evidence::Arm, "public network access is on"),
    (OPEN_BEHIND, Severity::Warning, Evidence::Arm, "the rules behind a flag that is off are open"),
    (ONLY_RULES, Severity::Error, Evidence::Arm, "the flag is on, and only the rules protect it"),
    (NO_BYPASS, Severity::Warning, Evidence::Arm, "no service of Azure may pass the rules"),
    (NO_ENDPOINT, Severity::Error, Evidence::Declared, "a group has no private endpoint"),
    (NO_ZONE, Severity::Error, Evidence::Dns, "a name has no private DNS zone"),
    (NOT_APPROVED, Severity::Error, Evidence::Arm, "a connection is not approved"),
    (UNLINKED, Severity::Error, Evidence::Dns, "a zone is not linked to a network of clients"),
    (STALE, Severity::Error, Evidence::Dns, "a record has other addresses than the endpoint"),
    (NO_RECORD, Severity::Error, Evidence::Dns, "a name has no record"),
    (
        NO_WILDCARD,
        Severity::Error,
        Evidence::Dns,
        "a zone kept by hand lacks the record of online endpoints",
    ),
    (TASKS, Severity::Warning, Evidence::Arm, "images cannot be built"),
    (REWRITTEN, Severity::Error, Evidence::Arm, "a policy is likely to have switched the flag on"),
    (ORPHAN, Severity::Warning, Evidence::Arm, "a connection is left of an endpoint that is gone"),
    (UNSEEN, Severity::Warning, Evidence::Unverified, "something may not be seen"),
];

pub(super) const PUBLIC: &str = "AAI101";
pub(super) const OPEN_BEHIND: &str = "AAI102";
pub(super) const ONLY_RULES: &str = "AAI103";
pub(super) const NO_BYPASS: &str = "AAI104";
pub(super) const NO_ENDPOINT: &str = "AAI105";
pub(super) const NO_ZONE: &str = "AAI106";
pub(super) const NOT_APPROVED: &str = "AAI107";
pub(super) const UNLINKED: &str = "AAI108";
pub(super) const STALE: &str = "AAI109";
pub(super) const NO_RECORD: &str = "AAI110";
pub(super) const NO_WILDCARD: &str = "AAI111";
pub(super) const TASKS: &str = "AAI112";
pub(super) const REWRITTEN: &str = "AAI113";
pub(super) const ORPHAN: &str = "AAI114";
pub(super) const UNSEEN: &str = "AAI115";

/// A finding of a code.
pub(super) fn of(
    code: &'static str,
    resource: &ResourceId,
    message: String,
    mend: String,
) -> Finding {
    let known = CODES.iter().find(|(known, ..)| *known == code);
    let (severity, evidence) =
        known.map_or((Severity::Error, Evidence::Arm), |(_, severity, it, _)| (*severity, *it));
    Finding { code, severity, resource: resource.clone(), message, mend, evidence }
}

/// Something may not be seen.
pub(super) fn unverified(resource: &ResourceId, what: &str, why: &str) -> Finding {
    let message = format!("{what} could not be verified: {why}");
    of(UNSEEN, resource, message, String::new())
}

//! The network security perimeter of a resource, which may decide over its public network access.

use super::wire::{AccessRuleBody, IssueBody, PerimeterBody};
use crate::assessment::reader::{ArmRequest, Read, Reader};
use crate::private_link::network_rules::{Perimeter, public_access_of};
use azure::id::ResourceId;

/// The type of the children of a resource that show the perimeters that it is in.
pub const CONFIGURATIONS: &str = "networkSecurityPerimeterConfigurations";

/// A perimeter, as a resource in it shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Association {
    /// Name of the configuration.
    pub configuration: String,
    /// ID of the perimeter.
    pub perimeter: String,
    /// `Learning`, `Audit` or `Enforced`.
    pub mode: String,
    /// Name of the profile.
    pub profile: String,
    /// The state, where it is told.
    pub state: Option<String>,
    /// What is wrong with it.
    pub issues: Vec<Issue>,
}

/// Why a perimeter does not work at a resource as it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Such as `MissingPerimeterConfiguration`.
    pub kind: String,
    /// `Warning` or `Error`.
    pub severity: String,
    /// What is wrong, in Azure's words.
    pub description: String,
    /// IDs of resources that should be in the perimeter too.
    pub resources: Vec<String>,
    /// Rules that its profile should have.
    pub rules: Vec<SuggestedRule>,
}

/// A rule that a profile should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuggestedRule {
    /// Its name.
    pub name: String,
    /// `Inbound` or `Outbound`.
    pub direction: String,
    /// What it allows, by the names of azurerm's attributes; none is empty.
    pub allows: Vec<(&'static str, Vec<String>)>,
}

impl Association {
    fn of(PerimeterBody { name, properties }: PerimeterBody) -> Self {
        Self {
            configuration: name,
            perimeter: properties.network_security_perimeter.id,
            mode: properties.resource_association.access_mode,
            profile: properties.profile.name,
            state: properties.provisioning_state,
            issues: properties.provisioning_issues.into_iter().map(Issue::of).collect(),
        }
    }

    /// Name of the perimeter.
    pub fn name(&self) -> &str {
        self.perimeter.rsplit('/').next().unwrap_or_default()
    }

    /// Whether it has come to the resource. One that has not may come yet.
    pub fn has_come(&self) -> bool {
        let come =
            |state: &str| ["Succeeded", "Updating"].iter().any(|it| it.eq_ignore_ascii_case(state));
        self.state.as_deref().is_none_or(come)
    }

    fn enforces(&self) -> bool {
        self.mode.eq_ignore_ascii_case("Enforced")
    }
}

impl Issue {
    fn of(IssueBody { properties }: IssueBody) -> Self {
        Self {
            kind: properties.issue_type,
            severity: properties.severity,
            description: properties.description,
            resources: properties.suggested_resource_ids,
            rules: properties.suggested_access_rules.into_iter().map(SuggestedRule::of).collect(),
        }
    }

    /// Whether it keeps the perimeter from working.
    pub fn is_error(&self) -> bool {
        self.severity.eq_ignore_ascii_case("Error")
    }

    /// It in a line.
    pub fn text(&self) -> String {
        let described = Some(self.description.trim()).filter(|it| !it.is_empty());
        [Some(self.kind.as_str()), described].into_iter().flatten().collect::<Vec<_>>().join(": ")
    }
}

impl SuggestedRule {
    fn of(AccessRuleBody { name, properties }: AccessRuleBody) -> Self {
        let subscriptions = properties.subscriptions.into_iter().map(|it| it.id).collect();
        let allows = [
            ("address_prefixes", properties.address_prefixes),
            ("fqdns", properties.fully_qualified_domain_names),
            ("service_tags", properties.service_tags),
            ("subscription_ids", subscriptions),
        ];
        Self {
            name,
            // Recorded of rules that were made without one.
            direction: properties.direction.unwrap_or_else(|| "Inbound".to_owned()),
            allows: allows.into_iter().filter(|(_, values)| !values.is_empty()).collect(),
        }
    }
}

/// The perimeters that a resource shows; absent where it shows none. That they cannot be read is
/// no failure.
pub fn see(reader: &Reader, id: &ResourceId) -> Read<Vec<Association>> {
    look(reader, id, true)
}

/// The perimeters that a resource shows, for who cannot do without.
pub fn need(reader: &Reader, id: &ResourceId) -> Read<Vec<Association>> {
    look(reader, id, false)
}

fn look(reader: &Reader, id: &ResourceId, spare: bool) -> Read<Vec<Association>> {
    let Some(access) = public_access_of(id).filter(|access| access.perimeters) else {
        return Read::Absent;
    };
    let child = Some(CONFIGURATIONS.to_owned());
    let api_version = access.arm_type.api_version;
    let listed = reader.read(ArmRequest { id: id.clone(), child, api_version, spare });
    let listed = listed.map(|list| list.as_array().map(Vec::as_slice).unwrap_or_default());
    let bodies = listed.decode_each::<PerimeterBody>(id);
    bodies.map(|bodies| bodies.into_iter().map(Association::of).collect())
}

/// What the perimeters of a resource decide. What cannot be read is not known, and no failure.
pub fn of(reader: &Reader, id: &ResourceId) -> Perimeter {
    in_force(see(reader, id).as_found().map(Vec::as_slice))
}

/// What these perimeters of a resource decide; `None` where they are not known.
pub fn in_force(shown: Option<&[Association]>) -> Perimeter {
    let Some(shown) = shown else { return Perimeter::Unknown };
    let mut come = shown.iter().filter(|it| it.has_come());
    match (shown.is_empty(), come.clone().next().is_some(), come.any(Association::enforces)) {
        (true, ..) => Perimeter::None,
        (_, _, true) => Perimeter::Enforced,
        (_, true, _) => Perimeter::Reports,
        (_, false, _) => Perimeter::Unknown,
    }
}

/// The one to show: a resource can be in one perimeter only.
pub fn the_one(shown: &[Association]) -> Option<&Association> {
    shown.iter().find(|it| it.has_come() && it.enforces()).or(shown.first())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    #[test]
    fn only_what_has_come_to_the_resource_counts() {
        let one = |mode: &str, state: &str| {
            json!({"properties": {
                "provisioningState": state, "resourceAssociation": {"accessMode": mode},
            }})
        };
        let id = ResourceId::in_group("s", "g", "Microsoft.Storage/storageAccounts", "a");
        for (list, expected) in [
            (json!([]), Perimeter::None),
            (json!([one("Enforced", "Succeeded")]), Perimeter::Enforced),
            (json!([one("enforced", "Updating")]), Perimeter::Enforced),
            (json!([one("Enforced", "Creating")]), Perimeter::Unknown),
            (json!([one("Enforced", "Failed")]), Perimeter::Unknown),
            (json!([one("Learning", "Succeeded")]), Perimeter::Reports),
            (json!([one("Audit", "Succeeded")]), Perimeter::Reports),
            (json!([one("Audit", "Succeeded"), one("Enforced", "Succeeded")]), Perimeter::Enforced),
            (json!([{"properties": {"resourceAssociation": Json::Null}}]), Perimeter::Reports),
            (json!(["x"]), Perimeter::Unknown),
        ] {
            let key = format!("{id}/networkSecurityPerimeterConfigurations/");
            let reader = Reader::of([(key, list.clone())]);
            assert_eq!(of(&reader, &id), expected, "{list}");
            assert!(reader.is_complete());
        }
        let vault = ResourceId::in_group("s", "g", "Microsoft.KeyVault/vaults", "v");
        let reader = Reader::of([]);
        assert_eq!(of(&reader, &vault), Perimeter::Unknown);
        assert!(reader.is_complete(), "only preview versions show those of a vault");
    }
}

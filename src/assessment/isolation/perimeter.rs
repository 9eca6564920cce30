//! Network security perimeter of a resource, which may override its public network access flag.

use crate::assessment::reader::{ArmRequest, Read, Reader};
use crate::private_link::envelope::{Envelope, Reference};
use crate::private_link::network_rules::{Perimeter, public_access_of};
use azure::id::ResourceId;
use serde::Deserialize;

/// Type of the child resources that show the perimeters of a resource.
pub const CONFIGURATIONS: &str = "networkSecurityPerimeterConfigurations";

/// A network security perimeter, as an associated resource shows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Association {
    /// Name of the configuration.
    #[serde(skip)]
    pub configuration: String,
    /// The perimeter.
    #[serde(rename = "networkSecurityPerimeter")]
    pub perimeter: Reference,
    resource_association: ResourceAssociation,
    /// The profile.
    pub profile: Reference,
    /// Provisioning state, if shown.
    #[serde(rename = "provisioningState")]
    pub state: Option<String>,
    /// Provisioning issues.
    #[serde(rename = "provisioningIssues")]
    pub issues: Vec<Envelope<Issue>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ResourceAssociation {
    access_mode: String,
}

/// A provisioning issue of a perimeter at a resource.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Issue {
    /// Type of the issue, such as `MissingPerimeterConfiguration`.
    #[serde(rename = "issueType")]
    pub kind: String,
    severity: String,
    /// Description, in Azure's words.
    description: String,
    /// IDs of resources that should be in the perimeter too.
    #[serde(rename = "suggestedResourceIds")]
    pub resources: Vec<String>,
    /// Rules that its profile should have.
    #[serde(rename = "suggestedAccessRules")]
    pub rules: Vec<Envelope<SuggestedRule>>,
}

/// A rule that Azure suggests for a profile.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SuggestedRule {
    direction: Option<String>,
    address_prefixes: Vec<String>,
    fully_qualified_domain_names: Vec<String>,
    service_tags: Vec<String>,
    subscriptions: Vec<Reference>,
}

impl Association {
    /// Returns the name of the perimeter.
    pub fn name(&self) -> &str {
        self.perimeter.id.rsplit('/').next().unwrap_or_default()
    }

    /// Returns the access mode: `Learning`, `Audit` or `Enforced`.
    pub fn mode(&self) -> &str {
        &self.resource_association.access_mode
    }

    /// Returns `true` if the perimeter is in effect at the resource. Otherwise it may take effect
    /// later.
    pub fn has_come(&self) -> bool {
        let come =
            |state: &str| ["Succeeded", "Updating"].iter().any(|it| it.eq_ignore_ascii_case(state));
        self.state.as_deref().is_none_or(come)
    }

    fn enforces(&self) -> bool {
        self.mode().eq_ignore_ascii_case("Enforced")
    }
}

impl Issue {
    /// Returns `true` if the issue keeps the perimeter from working.
    pub fn is_error(&self) -> bool {
        self.severity.eq_ignore_ascii_case("Error")
    }

    /// Returns the issue as one line.
    pub fn text(&self) -> String {
        let described = Some(self.description.trim()).filter(|it| !it.is_empty());
        [Some(self.kind.as_str()), described].into_iter().flatten().collect::<Vec<_>>().join(": ")
    }
}

impl SuggestedRule {
    /// Returns the direction: `Inbound` or `Outbound`.
    pub fn direction(&self) -> &str {
        // Recorded for rules that were created without a direction.
        self.direction.as_deref().unwrap_or("Inbound")
    }

    /// Returns the allowed values by the names of azurerm's attributes. No list is empty.
    pub fn allows(&self) -> impl Iterator<Item = (&'static str, Vec<String>)> {
        let allows = [
            ("address_prefixes", self.address_prefixes.clone()),
            ("fqdns", self.fully_qualified_domain_names.clone()),
            ("service_tags", self.service_tags.clone()),
            ("subscription_ids", self.subscriptions.iter().map(|it| it.id.clone()).collect()),
        ];
        allows.into_iter().filter(|(_, values)| !values.is_empty())
    }
}

/// Reads the perimeters of a resource. Absent if its type shows none. A failed read is not an
/// error.
pub fn see(reader: &Reader, id: &ResourceId) -> Read<Vec<Association>> {
    look(reader, id, true)
}

/// Reads the perimeters of a resource. A failed read is an error.
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
    let association =
        |it: Envelope<Association>| Association { configuration: it.name, ..it.properties };
    let bodies = listed.decode_each::<Envelope<Association>>(id);
    bodies.map(|bodies| bodies.into_iter().map(association).collect())
}

/// Returns the effect of the perimeters of a resource. A failed read gives [`Perimeter::Unknown`].
pub fn of(reader: &Reader, id: &ResourceId) -> Perimeter {
    in_force(see(reader, id).as_found().map(Vec::as_slice))
}

/// Returns the effect of these perimeters; `None` means that they are unknown.
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

/// Returns the perimeter to show. A resource can be in only one perimeter.
pub fn the_one(shown: &[Association]) -> Option<&Association> {
    shown.iter().find(|it| it.has_come() && it.enforces()).or(shown.first())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    #[test]
    fn only_a_perimeter_in_effect_counts() {
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

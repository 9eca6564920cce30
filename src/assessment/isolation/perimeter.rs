//! The network security perimeter of a resource, which may decide over its public network access.

use super::wire::{PerimeterBody, PerimeterProperties};
use crate::assessment::reader::{ArmRequest, Read, Reader};
use crate::private_link::network_rules::{Perimeter, public_access_of};
use azure::id::ResourceId;

/// The perimeter that a resource is in. What cannot be read is not known, and no failure.
pub fn of(reader: &Reader, id: &ResourceId) -> Perimeter {
    let Some(access) = public_access_of(id).filter(|access| access.perimeters) else {
        return Perimeter::Unknown;
    };
    let listed = reader.read(ArmRequest {
        id: id.clone(),
        child: Some("networkSecurityPerimeterConfigurations".to_owned()),
        api_version: access.arm_type.api_version,
        spare: true,
    });
    let listed = listed.map(|list| list.as_array().map(Vec::as_slice).unwrap_or_default());
    match listed.decode_each::<PerimeterBody>(id) {
        Read::Found(bodies) => in_force(&bodies),
        Read::Absent | Read::Pending | Read::Hidden(_) => Perimeter::Unknown,
    }
}

/// What those that have come to the resource say. One that has not may come yet.
fn in_force(bodies: &[PerimeterBody]) -> Perimeter {
    let there = |it: &&PerimeterProperties| match it.provisioning_state.as_deref() {
        None => true,
        Some(state) => ["Succeeded", "Updating"].iter().any(|it| it.eq_ignore_ascii_case(state)),
    };
    let mut modes = bodies.iter().map(|body| &body.properties).filter(there);
    let enforces = |it: &PerimeterProperties| {
        it.resource_association.access_mode.eq_ignore_ascii_case("Enforced")
    };
    match (bodies.is_empty(), modes.clone().next().is_some(), modes.any(enforces)) {
        (true, ..) => Perimeter::None,
        (_, _, true) => Perimeter::Enforced,
        (_, true, _) => Perimeter::Reports,
        (_, false, _) => Perimeter::Unknown,
    }
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

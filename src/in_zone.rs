//! The private DNS zone that a resource is in: named by its ID, or by its name and resource group,
//! which is how azurerm named it before version 5.

use crate::arm::Home;
use crate::check;
use azure::id::ResourceId;
use plugin::diagnostic::{Diagnostic, Diagnostics};
use plugin::field::OptionalComputed;
use plugin::path::Path;
use plugin::value::Value;

/// ARM's name of the type.
pub const ZONE: &str = "Microsoft.Network/privateDnsZones";

const ID: &str = "private_dns_zone_id";
const GROUP: &str = "resource_group_name";

/// The attributes that name a zone.
pub struct Names<'m> {
    /// Its ID.
    pub id: &'m mut OptionalComputed<String>,
    /// Its name.
    pub name: &'m mut OptionalComputed<String>,
    /// The name of its resource group.
    pub group: &'m mut OptionalComputed<String>,
}

impl Names<'_> {
    /// Sets all of them, for what is in the zone and has this ID.
    pub fn locate(self, child: &ResourceId) {
        let zone = child.parent();
        self.id.set(check::parent(child));
        self.name.set(zone.map(|zone| zone.name().to_owned()));
        self.group.set(child.resource_group().map(str::to_owned));
    }
}

/// The zone's ID.
///
/// # Errors
///
/// When the attributes do not name a zone.
pub fn zone(
    home: &Home,
    id: &OptionalComputed<String>,
    name: &OptionalComputed<String>,
    group: &OptionalComputed<String>,
) -> Result<ResourceId, Diagnostic> {
    if let Some(id) = id.get() {
        return check::parse(id, ID);
    }
    let (Some(name), Some(group)) = (name.get(), group.get()) else {
        return Err(Diagnostic::error("The zone is not named", WAYS).at(Path::of(ID)));
    };
    let Some(subscription) = &home.subscription_id else {
        let detail = "A zone that is named by its resource group is in the subscription of the \
                      provider's configuration: set `subscription_id` there, or the environment \
                      variable ARM_SUBSCRIPTION_ID; or name the zone by its ID.";
        return Err(Diagnostic::error("There is no subscription", detail).at(Path::of(ID)));
    };
    Ok(ResourceId::in_group(subscription, group, ZONE, name))
}

/// Exactly one way to name the zone, as far as that is known; `name` is the attribute of the zone's
/// name.
pub fn validate(config: &Value, name: &str) -> Diagnostics {
    let given = |attribute: &str| match config.get(attribute) {
        Value::Unknown => None,
        value => Some(!value.is_null()),
    };
    let (summary, attribute) = match (given(ID), given(name), given(GROUP)) {
        (Some(true), Some(true), _) => ("The zone is named twice", name),
        (Some(true), _, Some(true)) => ("The zone is named twice", GROUP),
        (Some(false), Some(false), Some(false)) => ("The zone is not named", ID),
        (Some(false), Some(false), _) => ("The zone's name is missing", name),
        (Some(false), _, Some(false)) => ("The zone's resource group is missing", GROUP),
        _ => return Diagnostics::new(),
    };
    Diagnostic::error(summary, WAYS).at(Path::of(attribute)).into()
}

const WAYS: &str = "Set `private_dns_zone_id`; or, as azurerm had it before version 5, the zone's \
                    name and its `resource_group_name`.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_named_in_exactly_one_way() {
        let at = |id: Value, name: Value, group: Value| -> String {
            let config = Value::map([(ID, id), ("zone_name", name), (GROUP, group)]);
            let found = validate(&config, "zone_name");
            found.iter().filter_map(|it| it.path.as_ref()).map(ToString::to_string).collect()
        };
        let (some, none, later) = (|| Value::from("x"), || Value::Null, || Value::Unknown);
        assert_eq!(at(some(), none(), none()), "");
        assert_eq!(at(none(), some(), some()), "");
        assert_eq!(at(none(), none(), none()), ID);
        assert_eq!(at(some(), some(), none()), "zone_name");
        assert_eq!(at(some(), none(), some()), GROUP);
        assert_eq!(at(none(), some(), none()), GROUP);
        assert_eq!(at(none(), none(), some()), "zone_name");
        assert_eq!(at(later(), none(), none()), "");
        assert_eq!(at(none(), some(), later()), "");
        assert_eq!(at(some(), some(), later()), "zone_name");
        assert_eq!(at(none(), none(), later()), "zone_name");
        assert_eq!(at(none(), later(), none()), GROUP);
    }
}

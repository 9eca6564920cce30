//! The private DNS zone of a resource, by its ID, or by its name and resource group, as azurerm
//! identified it before version 5.

use crate::engine::prelude::*;
use crate::private_link::arm_types::PRIVATE_DNS_ZONE;

/// ARM's name of the type.
pub const ZONE: &str = PRIVATE_DNS_ZONE.name;

const ID: &str = "private_dns_zone_id";
const GROUP: &str = "resource_group_name";

/// The attributes that identify a zone.
pub struct Names<'m> {
    /// ID of the zone.
    pub id: &'m mut OptionalComputed<String>,
    /// Name of the zone.
    pub name: &'m mut OptionalComputed<String>,
    /// Name of the zone's resource group.
    pub group: &'m mut OptionalComputed<String>,
}

impl Names<'_> {
    /// Sets the attributes from the ID of a child of the zone.
    pub fn locate(self, child: &ResourceId) {
        let zone = child.parent();
        self.id.set(validators::parent(child));
        self.name.set(zone.map(|zone| zone.name().to_owned()));
        self.group.set(child.resource_group().map(str::to_owned));
    }
}

/// Returns the zone's ID.
///
/// # Errors
///
/// Returns an error if the attributes do not identify a zone.
pub fn zone(
    defaults: &Defaults,
    id: &OptionalComputed<String>,
    name: &OptionalComputed<String>,
    group: &OptionalComputed<String>,
) -> Result<ResourceId, Diagnostic> {
    if let Some(id) = id.get() {
        let zone = validators::parse(id, ID)?;
        let named = |word: &OptionalComputed<String>, own| differs(word.get().map(|it| &**it), own);
        if named(name, Some(zone.name())) || named(group, zone.resource_group()) {
            return Err(Diagnostic::error(TWO, WAYS).at(Path::of(ID)));
        }
        return Ok(zone);
    }
    let (Some(name), Some(group)) = (name.get(), group.get()) else {
        return Err(Diagnostic::error("The private DNS zone is not set", WAYS).at(Path::of(ID)));
    };
    let Some(subscription) = &defaults.subscription_id else {
        let detail = "A zone that is identified by its name and resource group is in the \
                      provider's subscription. Set `subscription_id` in the provider's \
                      configuration or the environment variable ARM_SUBSCRIPTION_ID, or set \
                      `private_dns_zone_id`.";
        return Err(Diagnostic::error("A subscription is missing", detail).at(Path::of(ID)));
    };
    Ok(ResourceId::in_group(subscription, group, ZONE, name))
}

/// Returns the zone of a plan, with the attribute that identifies it, and the zone's name, as far
/// as each is known. `name` is the attribute of the zone's name.
pub fn planned(
    config: &Value,
    defaults: &Defaults,
    name: &str,
) -> (Option<ConfigValue<ResourceId>>, Option<String>) {
    let text = |attribute: &str| config.get(attribute).as_str();
    let by_name = || {
        let (group, subscription) = (text(GROUP)?, defaults.subscription_id.as_deref()?);
        let id = ResourceId::in_group(subscription, group, ZONE, text(name)?);
        Some(ConfigValue::new(id, Path::of(name)))
    };
    let zone = match config.get(ID) {
        Value::Null => by_name(),
        id => ConfigValue::id(id, Path::of(ID)),
    };
    let of_id = zone.as_ref().map(|zone| zone.value.name());
    let known = of_id.or(text(name)).map(str::to_owned);
    (zone, known)
}

/// Checks that the attributes identify exactly one zone, as far as they are known. `name` is the
/// attribute of the zone's name.
pub fn validate(config: &Value, name: &str) -> Diagnostics {
    let given = |attribute: &str| match config.get(attribute) {
        Value::Unknown => None,
        value => Some(!value.is_null()),
    };
    let zone = config.get(ID).as_str().and_then(|id| ResourceId::parse(id).ok());
    let other = |attribute: &str, own: fn(&ResourceId) -> Option<&str>| {
        zone.as_ref().is_some_and(|zone| differs(config.get(attribute).as_str(), own(zone)))
    };
    let (summary, attribute) = match (given(ID), given(name), given(GROUP)) {
        _ if other(name, |zone| Some(zone.name())) => (TWO, name),
        _ if other(GROUP, ResourceId::resource_group) => (TWO, GROUP),
        (Some(false), Some(false), Some(false)) => ("The private DNS zone is not set", ID),
        (Some(false), Some(false), _) => ("The zone's name is missing", name),
        (Some(false), _, Some(false)) => ("The zone's resource group is missing", GROUP),
        _ => return Diagnostics::new(),
    };
    Diagnostic::error(summary, WAYS).at(Path::of(attribute)).into()
}

/// Returns the attributes that ARM's error about a missing zone concerns. `name` is the attribute
/// of the zone's name.
pub fn attributes_of_error(code: &str, name: &str) -> Vec<Path> {
    let absent = code == "ParentResourceNotFound";
    let names = [GROUP, name, ID].into_iter().filter(|_| absent);
    names.map(Path::of).collect()
}

fn differs(word: Option<&str>, own: Option<&str>) -> bool {
    word.zip(own).is_some_and(|(word, own)| !word.eq_ignore_ascii_case(own))
}

const TWO: &str = "The attributes identify two zones";

const WAYS: &str = "Set `private_dns_zone_id`, or the zone's name and its `resource_group_name`, \
                    as in azurerm before version 5. If all are set, they must identify one zone.";

#[cfg(test)]
mod tests {
    use super::*;

    const HUB: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/RG-Hub/\
                       providers/Microsoft.Network/privateDnsZones/corp.example";

    #[test]
    fn a_zone_is_identified_by_id_by_name_or_by_both() {
        let at = |id: Value, name: Value, group: Value| -> String {
            let config = Value::map([(ID, id), ("zone_name", name), (GROUP, group)]);
            let found = validate(&config, "zone_name");
            found.iter().filter_map(|it| it.path.as_ref()).map(ToString::to_string).collect()
        };
        let (id, name, group) = (|| HUB.into(), || "corp.example".into(), || "rg-hub".into());
        let (other, none, later) = (|| Value::from("x"), || Value::Null, || Value::Unknown);
        assert_eq!(at(id(), none(), none()), "");
        assert_eq!(at(none(), name(), group()), "");
        assert_eq!(at(id(), name(), group()), "");
        assert_eq!(at(id(), name(), none()), "");
        assert_eq!(at(id(), other(), group()), "zone_name");
        assert_eq!(at(id(), none(), other()), GROUP);
        assert_eq!(at(none(), none(), none()), ID);
        assert_eq!(at(none(), name(), none()), GROUP);
        assert_eq!(at(none(), none(), group()), "zone_name");
        assert_eq!(at(later(), none(), none()), "");
        assert_eq!(at(later(), name(), group()), "");
        assert_eq!(at(none(), name(), later()), "");
        assert_eq!(at(id(), other(), later()), "zone_name");
        assert_eq!(at(none(), none(), later()), "zone_name");
        assert_eq!(at(none(), later(), none()), GROUP);
    }

    #[test]
    fn an_unknown_zone_is_compared_once_known() {
        let defaults = Defaults::default();
        let word = |text: &str| OptionalComputed(Some(text.to_owned()));
        let named =
            |name: &str, group: &str| zone(&defaults, &word(HUB), &word(name), &word(group));
        assert!(named("CORP.example", "rg-hub").is_ok());
        assert!(named("other.example", "rg-hub").is_err());
        assert!(named("corp.example", "rg-spoke").is_err());
    }
}

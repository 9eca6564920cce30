//! Rules for the attributes of a flag, and equality of their values in Azure.

use crate::assessment::checks::input::PlannedRules;
use crate::engine::prelude::*;
use crate::private_link::network_rules::{
    self, PublicAccess, flag_of, public_access_of, public_access_types,
};
use crate::private_link::services::Service;
use std::collections::BTreeSet;
use std::iter;

/// Returns the public access properties of a resource's type, or an error if the type has none.
pub(super) fn known(id: &ResourceId) -> Result<&'static PublicAccess, Diagnostic> {
    public_access_of(id).ok_or_else(|| {
        let summary = format!("{:?} has no public network access flag", id.name());
        let refused =
            |detail: String| Diagnostic::error(&summary, detail).at(Path::of("resource_id"));
        let mut parents = iter::successors(id.parent(), ResourceId::parent);
        if let Some(whole) = parents.find(|it| public_access_of(it).is_some()) {
            return refused(format!(
                "The resource is part of {whole}, which has the flag. Set `resource_id` to that ID."
            ));
        }
        let types = public_access_types().join(", ");
        let why = flag_of(id).and_then(|access| access.refused);
        let why = why.map_or_else(String::new, |why| format!(", and {why}"));
        refused(format!(
            "The resource is a {}{why}. These types have the flag: {types}.",
            id.resource_type()
        ))
    })
}

/// Checks that a text is the ID of a resource whose flag the provider can write.
pub(super) fn target(text: &str) -> Result<(), String> {
    let id = ResourceId::parse(text).map_err(|fault| fault.to_string())?;
    known(&id).map(|_| ()).map_err(|fault| format!("{}. {}", fault.summary, fault.detail))
}

/// Returns the error about groups in the guard that the type does not have.
pub(super) fn unknown_groups(service: &Service, config: &Value) -> Option<Diagnostic> {
    let [guard] = config.get("guard").as_list()? else {
        return None;
    };
    let (ty, known) = (service.arm_type.name, service.group_ids());
    let mut wanted = guard.get("require_groups").as_list()?.iter().filter_map(Value::as_str);
    let wrong = wanted.find(|it| !known.iter().any(|known| known.eq_ignore_ascii_case(it)))?;
    let detail = format!("The group IDs of a {ty} are: {}.", known.join(", "));
    let summary = format!("{wrong:?} is not a group ID of the resource");
    let path = Path::of("guard").index(0).attribute("require_groups");
    Some(Diagnostic::error(summary, detail).at(path))
}

/// Returns the rules of a configuration, for the checks.
pub(super) fn planned_rules(config: &Value) -> PlannedRules {
    let texts = |name: &str| ConfigValue::known_texts(config.get(name), Path::of(name));
    let (subnets, bypass) = ("virtual_network_subnet_ids", "bypass");
    PlannedRules {
        addresses: texts("ip_rules"),
        subnets: texts(subnets),
        bypass: texts(bypass).map(|it| it.path),
    }
}

/// Checks a value of the flag. Azure can accept unknown values, but none that differs from a known
/// one only by its case.
pub(super) fn word(text: &str) -> Result<(), String> {
    let mut known = network_rules::THREE.iter();
    match known.find(|word| word.eq_ignore_ascii_case(text) && **word != text) {
        Some(word) => Err(format!("{text:?} has the wrong case. Did you mean {word:?}?")),
        None if text.trim().is_empty() => Err("The value is empty. Set a value.".to_owned()),
        None => Ok(()),
    }
}

/// Returns `true` if two sets of bypassing services are equal. An empty set equals `None`.
pub(super) fn same_bypass(left: &Value, right: &Value) -> bool {
    let who = |value: &Value| -> Option<BTreeSet<String>> {
        let who = value.as_list()?.iter().map(|it| it.as_str().map(str::to_owned));
        who.filter(|it| it.as_deref() != Some("None")).collect()
    };
    matches!((who(left), who(right)), (Some(left), Some(right)) if left == right)
}

//! The rules for the attributes of a flag, and when two values mean one thing to Azure.

use crate::assessment::checks::input::{ConfigValue, PlannedRules};
use crate::private_link::network_rules::{
    self, PublicAccess, flag_of, public_access_of, public_access_types,
};
use crate::private_link::services::Service;
use azure::id::ResourceId;
use plugin::prelude::*;
use std::collections::BTreeSet;
use std::iter;

/// The flag of a resource whose type has one.
pub(super) fn known(id: &ResourceId) -> Result<&'static PublicAccess, Diagnostic> {
    public_access_of(id).ok_or_else(|| {
        let summary = format!("{:?} has no public network access flag", id.name());
        let refused =
            |detail: String| Diagnostic::error(&summary, detail).at(Path::of("resource_id"));
        let mut parents = iter::successors(id.parent(), ResourceId::parent);
        if let Some(whole) = parents.find(|it| public_access_of(it).is_some()) {
            return refused(format!(
                "It is part of {whole}, which has one: set `resource_id` to that."
            ));
        }
        let types = public_access_types().join(", ");
        let why = flag_of(id).and_then(|access| access.refused);
        let why = why.map_or_else(String::new, |why| format!(", and {why}"));
        refused(format!("It is a {}{why}. Those that do: {types}.", id.resource_type()))
    })
}

/// The ID of a resource whose flag this resource writes.
pub(super) fn target(text: &str) -> Result<(), String> {
    let id = ResourceId::parse(text).map_err(|fault| fault.to_string())?;
    known(&id).map(|_| ()).map_err(|fault| format!("{}. {}", fault.summary, fault.detail))
}

/// Groups that the guard asks for, and that resources of the type do not have.
pub(super) fn unknown_groups(service: &Service, config: &Value) -> Option<Diagnostic> {
    let [guard] = config.get("guard").as_list()? else {
        return None;
    };
    let (ty, known) = (service.arm_type.name, service.group_ids());
    let mut wanted = guard.get("require_groups").as_list()?.iter().filter_map(Value::as_str);
    let wrong = wanted.find(|it| !known.iter().any(|known| known.eq_ignore_ascii_case(it)))?;
    let detail = format!("A {ty} has: {}. Azure calls them group IDs.", known.join(", "));
    let summary = format!("{wrong:?} is no part of the resource");
    let path = Path::of("guard").index(0).attribute("require_groups");
    Some(Diagnostic::error(summary, detail).at(path))
}

/// The rules that a configuration sets, in the words of the checks.
pub(super) fn planned_rules(config: &Value) -> PlannedRules {
    let texts = |name: &str| ConfigValue::known_texts(config.get(name), Path::of(name));
    let (subnets, bypass) = ("virtual_network_subnet_ids", "bypass");
    PlannedRules {
        addresses: texts("ip_rules"),
        subnets: texts(subnets),
        bypass: texts(bypass).map(|it| it.path),
    }
}

/// A word of the flag. Azure may have more than are known here, but none that differs in its casing
/// only.
pub(super) fn word(text: &str) -> Result<(), String> {
    let mut known = network_rules::THREE.iter();
    match known.find(|word| word.eq_ignore_ascii_case(text) && **word != text) {
        Some(word) => Err(format!("{text:?} is spelt otherwise. Did you mean {word:?}?")),
        None if text.trim().is_empty() => Err("It must not be empty.".to_owned()),
        None => Ok(()),
    }
}

/// Two sets of those who may pass: nobody is `None`.
pub(super) fn same_bypass(left: &Value, right: &Value) -> bool {
    let who = |value: &Value| -> Option<BTreeSet<String>> {
        let who = value.as_list()?.iter().map(|it| it.as_str().map(str::to_owned));
        who.filter(|it| it.as_deref() != Some("None")).collect()
    };
    matches!((who(left), who(right)), (Some(left), Some(right)) if left == right)
}

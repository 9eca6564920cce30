//! Write-only attributes: Terraform passes their values with the configuration, and the provider
//! passes them only to the service.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::schema::{Attribute, Block, Nesting, Presence};
use crate::value::Value;

/// Removes the write-only values.
pub(crate) fn kept(block: &Block, value: Value) -> Value {
    filled(block, value, &Value::Null)
}

/// Adds the write-only values of the configuration to a planned value.
pub(crate) fn filled(block: &Block, mut value: Value, config: &Value) -> Value {
    if has_any(block) {
        fill(block, &mut value, config);
    }
    value
}

fn has_any(block: &Block) -> bool {
    block.attributes.iter().any(|it| it.write_only)
        || block.blocks.iter().any(|it| has_any(&it.block))
}

fn fill(block: &Block, value: &mut Value, config: &Value) {
    let Value::Map(members) = value else { return };
    for attribute in block.attributes.iter().filter(|it| it.write_only) {
        members.insert(attribute.name().to_owned(), config.get(attribute.name()).clone());
    }
    for nested in &block.blocks {
        let config = config.get(nested.name());
        match members.get_mut(nested.name()) {
            Some(Value::List(elements)) => {
                let configs = config.as_list().unwrap_or_default();
                for (index, element) in elements.iter_mut().enumerate() {
                    fill(&nested.block, element, configs.get(index).unwrap_or(&Value::Null));
                }
            }
            Some(single) => fill(&nested.block, single, config),
            None => {}
        }
    }
}

/// Returns errors about write-only values in a configuration, for a Terraform that would store
/// them.
pub(crate) fn refused(block: &Block, config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    refuse(block, config, &Path::root(), &mut found);
    found
}

fn refuse(block: &Block, config: &Value, at: &Path, found: &mut Diagnostics) {
    let given = |it: &&Attribute| it.write_only && !config.get(it.name()).is_null();
    for attribute in block.attributes.iter().filter(given) {
        let path = at.attribute(attribute.name());
        let summary = format!("`{path}` is write-only");
        let detail = "Write-only attributes require Terraform 1.11 or later. This version would \
                      store the value in its state. Upgrade Terraform or remove the attribute.";
        found.push(Diagnostic::error(summary, detail).at(path));
    }
    for nested in &block.blocks {
        let path = at.attribute(nested.name());
        match config.get(nested.name()) {
            Value::List(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    refuse(&nested.block, element, &path.index(index), found);
                }
            }
            single => refuse(&nested.block, single, &path, found),
        }
    }
}

/// Returns the write-only attributes that Terraform does not accept: outside resources, in a set,
/// or computed.
pub(crate) fn misplaced(block: &Block, is_resource: bool) -> Vec<Path> {
    let mut found = Vec::new();
    misplace(block, is_resource, &Path::root(), &mut found);
    found
}

fn misplace(block: &Block, allowed: bool, at: &Path, found: &mut Vec<Path>) {
    let chosen = |it: &Attribute| !matches!(it.presence, Presence::Required | Presence::Optional);
    let wrong = |it: &&Attribute| it.write_only && (!allowed || chosen(it));
    found.extend(block.attributes.iter().filter(wrong).map(|it| at.attribute(it.name())));
    for nested in &block.blocks {
        let allowed = allowed && nested.nesting != Nesting::Set;
        misplace(&nested.block, allowed, &at.attribute(nested.name()), found);
    }
}

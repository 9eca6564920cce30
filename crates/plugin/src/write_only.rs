//! Write-only attributes: their values come with a configuration, and go no further than to the
//! service.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::schema::{Attribute, Block, Nesting, Presence};
use crate::value::Value;

/// A value without what is never kept.
pub(crate) fn kept(block: &Block, value: Value) -> Value {
    filled(block, value, &Value::Null)
}

/// A planned value with what the configuration has of what is never kept.
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

/// What is wrong with a configuration for a Terraform that keeps every value.
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
        let detail = "Write-only attributes come with Terraform 1.11: this one would keep the \
                      value in its state. Use a later one, or leave the attribute out.";
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

/// The attributes that are write-only where Terraform takes none: outside of resources, in a set,
/// or with a value of the provider's own.
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

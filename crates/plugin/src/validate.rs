//! Validates a configuration with the checks of its schema, as far as its values are known.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::schema::{Attribute, Block, Nesting, Presence};
use crate::value::Value;

/// Applies all checks of the schema to the known values.
pub fn validate(block: &Block, config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    walk(block, config, &Path::root(), &mut found);
    found
}

fn walk(block: &Block, config: &Value, at: &Path, found: &mut Diagnostics) {
    for attribute in &block.attributes {
        check(attribute, config.get(attribute.name()), at, found);
    }
    for nested in &block.blocks {
        let path = at.attribute(nested.name());
        match config.get(nested.name()) {
            // Terraform finds a block by its index in the configuration, but a set has another
            // order: with several blocks, Terraform would show the wrong one.
            Value::List(elements) if nested.nesting == Nesting::Set && elements.len() > 1 => {
                let mut inner = Diagnostics::new();
                for element in elements {
                    walk(&nested.block, element, &path, &mut inner);
                }
                found.extend(inner.into_iter().map(|fault| fault.at(path.clone())));
            }
            Value::List(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    walk(&nested.block, element, &path.index(index), found);
                }
            }
            single @ Value::Map(_) => walk(&nested.block, single, &path, found),
            _ => {}
        }
    }
}

fn check(attribute: &Attribute, value: &Value, at: &Path, found: &mut Diagnostics) {
    if !value.is_given() {
        return;
    }
    let path = at.attribute(attribute.name());
    if let Some(index) = null_element(value) {
        let summary = format!("`{path}` is not valid");
        let detail = format!("Element {index} is null. Remove the element or set its value.");
        found.push(Diagnostic::error(summary, detail).at(path));
        return;
    }
    if let (Some(block), Value::List(elements)) = (&attribute.block, value) {
        written_as_blocks(attribute, block, (elements, &path), found);
    }
    for rule in &attribute.facts.checks {
        if let Err(wrong) = rule.run(value) {
            let summary = format!("`{path}` is not valid");
            found.push(Diagnostic::error(summary, wrong).at(path.clone()));
        }
    }
}

/// Checks what Terraform checks only for real blocks, and applies the checks of the blocks'
/// members.
fn written_as_blocks(
    attribute: &Attribute,
    block: &Block,
    (elements, path): (&[Value], &Path),
    found: &mut Diagnostics,
) {
    if attribute.facts.max > 0
        && i64::try_from(elements.len()).is_ok_and(|it| it > attribute.facts.max)
    {
        let summary = format!("`{path}` is not valid");
        let detail = match attribute.facts.max {
            1 => "Only one block is allowed. Remove the others.".to_owned(),
            max => format!("At most {max} blocks are allowed. Remove the others."),
        };
        found.push(Diagnostic::error(summary, detail).at(path.clone()));
    }
    for (index, element) in elements.iter().enumerate() {
        let at = path.index(index);
        for required in block.attributes.iter().filter(|it| it.presence == Presence::Required) {
            if element.get(required.name()).is_null() {
                let at = at.attribute(required.name());
                let summary = format!("`{at}` is missing");
                found.push(
                    Diagnostic::error(summary, "The attribute is required. Set a value.").at(at),
                );
            }
        }
        walk(block, element, &at, found);
    }
}

/// Returns the index of a null in a list or set, which no service accepts. A null in a map is no
/// entry.
fn null_element(value: &Value) -> Option<usize> {
    value.as_list()?.iter().position(Value::is_null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BlockSet, Blocks, Model};
    use crate::schema::Check;

    fn short(text: &str) -> Result<(), String> {
        if text.len() < 4 { Ok(()) } else { Err(format!("{text:?} is longer than 3")) }
    }

    /// A thing.
    #[derive(Model)]
    struct Thing {
        /// Names.
        #[tf(check = Check::text(short).each())]
        names: Vec<String>,
        /// Parts.
        part: Blocks<Part>,
        /// Parts in no order.
        piece: BlockSet<Part>,
    }

    /// A part.
    #[derive(Model)]
    struct Part {
        /// Key.
        #[tf(check = Check::text(short))]
        key: Option<String>,
    }

    #[test]
    fn errors_contain_the_path_and_unknown_values_are_skipped() {
        let key = |key: Value| Value::map([("key", key)]);
        let parts = vec![key(Value::Unknown), key(Value::Null), key("long".into())];
        let config = Value::map([
            ("names", Value::List(vec!["ok".into(), Value::Unknown, "too long".into()])),
            ("part", Value::List(parts)),
        ]);
        let paths: Vec<String> = validate(&Thing::block(), &config)
            .iter()
            .filter_map(|found| found.path.as_ref().map(ToString::to_string))
            .collect();
        assert_eq!(paths, ["names", "part[2].key"]);
        for (others, path) in [(vec![], "piece[0].key"), (vec![key("ok".into())], "piece")] {
            let pieces = others.into_iter().chain([key("long".into())]).collect();
            let found = validate(&Thing::block(), &Value::map([("piece", Value::List(pieces))]));
            let paths = found.iter().filter_map(|it| it.path.as_ref().map(ToString::to_string));
            assert_eq!(paths.collect::<Vec<_>>(), [path]);
        }
        let unknown = Value::map([("names", Value::Unknown), ("part", Value::Unknown)]);
        assert_eq!(validate(&Thing::block(), &unknown), Diagnostics::new());
    }
}

//! Rules for names.

use std::ops::RangeInclusive;

/// Checks that a text is a name of ASCII letters, digits and `others`, beginning with a letter or
/// digit. `what` is the name in the error, such as `a project name`.
pub(crate) fn check(
    text: &str,
    what: &str,
    length: RangeInclusive<usize>,
    others: &[char],
) -> Result<(), String> {
    let inner = |c: char| c.is_ascii_alphanumeric() || others.contains(&c);
    let first = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if length.contains(&text.len()) && first && text.chars().all(inner) {
        return Ok(());
    }
    let others: Vec<String> = others.iter().map(|c| format!("`{c}`")).collect();
    let (last, before) = others.split_last().map_or(("", &[][..]), |(last, it)| (last, it));
    Err(format!(
        "{text:?} is not {what}. Use {} to {} letters, digits, {} and {last}, beginning with a \
         letter or digit.",
        length.start(),
        length.end(),
        before.join(", ")
    ))
}

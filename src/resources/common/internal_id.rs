//! The internal ID of a Foundry account or project.

/// Formats the 32 digits of an internal ID as a GUID with hyphens, the form of data planes and role
/// conditions.
pub(crate) fn guid(internal_id: &str) -> Option<String> {
    let digits = internal_id.len() == 32 && internal_id.bytes().all(|it| it.is_ascii_hexdigit());
    let part = |from: usize, to: usize| internal_id.get(from..to);
    let parts = [part(0, 8)?, part(8, 12)?, part(12, 16)?, part(16, 20)?, part(20, 32)?];
    digits.then(|| parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::guid;

    #[test]
    fn only_32_digits_are_a_guid() {
        let expected = "01234567-89ab-cdef-0123-456789abcdef";
        assert_eq!(guid("0123456789abcdef0123456789abcdef").as_deref(), Some(expected));
        for other in ["", "0123456789abcdef", expected, "0123456789abcdef0123456789abcdeg"] {
            assert_eq!(guid(other), None, "{other}");
        }
    }
}

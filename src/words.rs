//! Words that are nearly others.

/// How many letters a word may differ from one that was probably meant.
const MOST_SLIPS: usize = 3;

/// The word that was probably meant, where one is near.
pub fn nearest<'w>(word: &str, known: &[&'w str]) -> Option<&'w str> {
    known
        .iter()
        .map(|known| (slips(word, known), *known))
        .min_by_key(|(slips, _)| *slips)
        .filter(|(slips, known)| *slips <= MOST_SLIPS && *slips * 2 < known.len())
        .map(|(_, known)| known)
}

/// How many letters must be put in, taken out or changed to come from one word to the other
/// (Levenshtein's distance), regardless of case.
pub fn slips(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, letter) in left.to_lowercase().chars().enumerate() {
        let mut next = vec![line + 1];
        for (column, other) in right.iter().enumerate() {
            let changed = row[column] + usize::from(letter != *other);
            next.push(changed.min(row[column + 1] + 1).min(next[column] + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        for (left, right, count) in [("", "abc", 3), ("Vault", "vault", 0), ("valt", "vault", 1)] {
            assert_eq!(slips(left, right), count, "{left} {right}");
        }
    }
}

//! Tables of cases as text. Each paragraph is a case, and its lines are `name: value`. A name that
//! occurs several times has a value of several lines.

/// A case of a table.
#[derive(Debug)]
pub struct Case<'t> {
    lines: Vec<(&'t str, &'t str)>,
}

/// Reads the cases of a table.
pub fn cases(table: &str) -> Vec<Case<'_>> {
    let paragraphs = table.split("\n\n").map(str::trim).filter(|text| !text.is_empty());
    paragraphs.map(Case::read).collect()
}

impl<'t> Case<'t> {
    fn read(paragraph: &'t str) -> Self {
        let parts = paragraph.lines().map(|line| {
            let parts = line.split_once(':').unwrap_or_else(|| panic!("no name in {line:?}"));
            (parts.0.trim(), parts.1.trim())
        });
        Self { lines: parts.collect() }
    }

    /// Returns the value of a name, or `None` if the case does not have the name.
    pub fn get(&self, name: &str) -> Option<String> {
        let values = self.lines.iter().filter(|(known, _)| *known == name);
        let values: Vec<&str> = values.map(|(_, value)| *value).collect();
        (!values.is_empty()).then(|| values.join("\n"))
    }

    /// Returns the value of a name that every case of the table has.
    pub fn need(&self, name: &str) -> String {
        self.get(name).unwrap_or_else(|| panic!("no {name}: in {self:?}"))
    }
}

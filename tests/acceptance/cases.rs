//! Tables of cases as text: a paragraph for each, `name: value` lines in it. A name that stands
//! several times has a value of several lines.

/// One case.
#[derive(Debug)]
pub struct Case<'t> {
    lines: Vec<(&'t str, &'t str)>,
}

/// Reads a table.
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

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<String> {
        let values = self.lines.iter().filter(|(known, _)| *known == name);
        let values: Vec<&str> = values.map(|(_, value)| *value).collect();
        (!values.is_empty()).then(|| values.join("\n"))
    }

    /// The value of a name that each case of the table has.
    pub fn need(&self, name: &str) -> String {
        self.get(name).unwrap_or_else(|| panic!("no {name}: in {self:?}"))
    }
}

//! Reads Terraform files that `terraform fmt` has formatted: blocks, attributes, and the text of
//! their values. Fails at what it does not know, so that nothing is left out.

use std::str::Lines;

/// A block, such as `variable "name" { ... }`.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(crate) kind: String,
    pub(crate) labels: Vec<String>,
    attributes: Vec<(String, String)>,
    pub(crate) blocks: Vec<Block>,
}

impl Block {
    /// Returns the source of an attribute's value. A heredoc is returned as a quoted string.
    pub(crate) fn source(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, source)| source.as_str())
    }

    /// Returns the value of an attribute that is a quoted string.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let source = self.source(name)?;
        Some(serde_json::from_str(source).unwrap_or_else(|_| panic!("{name} is no text: {source}")))
    }

    /// Returns the names of the attributes.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(name, _)| name.as_str())
    }
}

/// Returns the blocks of a file.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let file = body(&mut text.lines());
    assert!(file.attributes.is_empty(), "attributes outside of a block: {file:?}");
    file.blocks
}

/// Returns the members of a block, up to the line that closes it, or of a file.
fn body(lines: &mut Lines) -> Block {
    let mut block = Block::default();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if trimmed == "}" {
            return block;
        }
        if let Some(head) = trimmed.strip_suffix(" {").filter(|head| !head.contains('=')) {
            let mut words = head.split_whitespace().map(|word| word.trim_matches('"').to_owned());
            let kind = words.next().expect("the type of a block");
            let inner = body(lines);
            block.blocks.push(Block { kind, labels: words.collect(), ..inner });
        } else if let Some((name, value)) = trimmed.split_once('=') {
            block.attributes.push((name.trim().to_owned(), source(value.trim(), lines)));
        } else {
            panic!("neither a block nor an attribute: {line}");
        }
    }
    block
}

/// Returns the source of a value that begins with this text.
fn source(start: &str, lines: &mut Lines) -> String {
    if let Some(end) = start.strip_prefix("<<-") {
        return heredoc(end, lines);
    }
    let mut text = start.to_owned();
    while depth(&text) > 0 {
        text.push('\n');
        text.push_str(lines.next().expect("the end of a value"));
    }
    text
}

/// Returns a heredoc as a quoted string, without its common indentation.
fn heredoc(end: &str, lines: &mut Lines) -> String {
    let taken: Vec<&str> = lines.by_ref().take_while(|line| line.trim() != end).collect();
    let indents = taken.iter().filter(|line| !line.trim().is_empty());
    let indent = indents.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let lines = taken.iter().map(|line| line.get(indent..).unwrap_or_default());
    let text: String = lines.flat_map(|line| [line, "\n"]).collect();
    serde_json::to_string(&text).expect("a string")
}

/// Returns how many brackets are open at the end of the text.
fn depth(text: &str) -> i32 {
    let mut quoted = false;
    let mut escaped = false;
    let mut depth = 0;
    for each in text.chars() {
        match each {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            _ => {}
        }
    }
    depth
}

//! A strict reader of the Mermaid flowcharts that the provider writes. It accepts less than Mermaid
//! does.

use std::collections::BTreeSet;

/// A flowchart that obeys the rules.
#[derive(Debug, Default)]
pub struct Flowchart {
    /// The labels of nodes, with the class of each.
    pub nodes: Vec<(String, String)>,
    /// The titles of subgraphs.
    pub subgraphs: Vec<String>,
    /// The edges, as `LABEL of the start -> LABEL of the end`, with the label of each.
    pub edges: Vec<(String, String, String)>,
}

impl Flowchart {
    /// Reads a flowchart.
    ///
    /// # Panics
    ///
    /// When a label is not quoted or not escaped, an ID is declared twice, an edge or a class has
    /// no declaration, a class is not used, or a subgraph does not end.
    pub fn read(text: &str) -> Self {
        let mut lines = text.lines().map(str::trim_start);
        assert_eq!(lines.next(), Some("flowchart LR"), "{text}");
        let title = lines.next().and_then(|line| line.strip_prefix("accTitle: "));
        is_escaped(title.expect("a title"));
        let (mut chart, mut ids, mut depth) = (Self::default(), Vec::new(), 0_usize);
        let (mut used, mut defined, mut edges) = (BTreeSet::new(), BTreeSet::new(), 0);
        for line in lines {
            if line == "end" {
                depth = depth.checked_sub(1).unwrap_or_else(|| panic!("too many ends: {text}"));
            } else if let Some(rest) = line.strip_prefix("subgraph ") {
                let (id, title) = rest.split_once("[\"").expect("a quoted title");
                let title = title.strip_suffix("\"]").expect("the end of the title");
                declare(&mut ids, id, title);
                chart.subgraphs.push(title.to_owned());
                depth += 1;
            } else if let Some(rest) = line.strip_prefix("classDef ") {
                let (class, style) = rest.split_once(' ').expect("a style");
                assert!(style.contains("fill:") && !style.contains(';'), "{line}");
                assert!(defined.insert(class.to_owned()), "{line}: twice");
            } else if let Some(rest) = line.strip_prefix("class ") {
                let (of, class) = rest.split_once(' ').expect("a class");
                of.split(',').for_each(|id| _ = label_of(&ids, id, line));
                used.insert(class.to_owned());
            } else if let Some(rest) = line.strip_prefix("linkStyle ") {
                let (places, _) = rest.split_once(' ').expect("a style");
                let is_there = |place: &str| place.parse::<usize>().is_ok_and(|it| it < edges);
                assert!(places.split(',').all(is_there), "{line}: {edges} edges");
            } else if let Some((from, label, to)) = edge(line) {
                let ends = [from, to].map(|id| label_of(&ids, id, line));
                let [from, to] = ends;
                chart.edges.push((from, to, label.to_owned()));
                edges += 1;
            } else {
                let (id, label, class) = node(line);
                declare(&mut ids, id, label);
                used.insert(class.to_owned());
                chart.nodes.push((label.to_owned(), class.to_owned()));
            }
        }
        assert_eq!(depth, 0, "a subgraph does not end: {text}");
        assert_eq!(used, defined, "classes that are used, and those that are defined: {text}");
        assert!(text.len() < 50_000 && edges < 500, "Mermaid refuses it: {}", text.len());
        chart
    }

    /// Returns the first line of the labels of nodes with that class, sorted.
    pub fn of_class(&self, class: &str) -> Vec<&str> {
        let of_class = self.nodes.iter().filter(|(_, own)| own == class);
        let mut names: Vec<&str> = of_class.map(|(label, _)| first_line(label)).collect();
        names.sort_unstable();
        names
    }

    /// Returns `FROM -> TO: LABEL` of each edge that begins at a node with that name, sorted.
    pub fn from(&self, name: &str) -> Vec<String> {
        let from = self.edges.iter().filter(|(from, ..)| first_line(from) == name);
        let mut told: Vec<String> =
            from.map(|(_, to, label)| format!("{name} -> {}: {label}", first_line(to))).collect();
        told.sort();
        told
    }
}

fn first_line(label: &str) -> &str {
    label.split("<br/>").next().unwrap_or_default()
}

fn declare(ids: &mut Vec<(String, String)>, id: &str, label: &str) {
    let is_plain = id.chars().all(|c| c.is_ascii_alphanumeric());
    assert!(is_plain && !["end", "class", "style", "default"].contains(&id), "{id:?}");
    assert!(ids.iter().all(|(known, _)| known != id), "{id} is declared twice");
    is_escaped(label);
    ids.push((id.to_owned(), label.to_owned()));
}

fn label_of(ids: &[(String, String)], id: &str, line: &str) -> String {
    let known = ids.iter().find(|(known, _)| known == id);
    known.unwrap_or_else(|| panic!("{line}: {id} is not declared")).1.clone()
}

/// The ends and the label of an edge.
fn edge(line: &str) -> Option<(&str, &str, &str)> {
    let arrows = [" --> ", " -.- ", " -->|", " -.-|"];
    let (from, rest) = arrows.iter().find_map(|arrow| line.split_once(arrow))?;
    if from.contains('"') {
        return None;
    }
    let Some(label) = rest.strip_prefix('"') else { return Some((from, "", rest)) };
    let (label, to) = label.split_once("\"| ").expect("the end of the label");
    is_escaped(label);
    Some((from, label, to))
}

/// The ID, label and class of a node.
fn node(line: &str) -> (&str, &str, &str) {
    let (rest, class) = line.rsplit_once(":::").unwrap_or_else(|| panic!("what is {line:?}?"));
    let (open, rest) = rest.split_once('"').expect("a quoted label");
    let (label, close) = rest.split_once('"').expect("the end of the label");
    let id = open.trim_end_matches(['[', '(']);
    let shape = (open.strip_prefix(id).expect("a shape"), close);
    let known = [("[", "]"), ("([", "])"), ("((", "))"), ("[(", ")]")];
    assert!(known.contains(&shape), "{line}");
    (id, label, class)
}

/// Only letters, digits, what means nothing to Mermaid, numbers of characters, and line breaks.
fn is_escaped(label: &str) {
    for line in label.split("<br/>") {
        let mut parts = line.split('#');
        let plain = parts.next().unwrap_or_default();
        let is_plain = |c: char| c.is_alphanumeric() || " -_./,:()…".contains(c);
        assert!(plain.chars().all(is_plain), "{label}");
        for part in parts {
            let (number, plain) = part.split_once(';').expect("the end of the character");
            assert!(number.parse::<u32>().is_ok() && plain.chars().all(is_plain), "{label}");
        }
        assert!(!line.is_empty(), "an empty line in {label:?}");
    }
}

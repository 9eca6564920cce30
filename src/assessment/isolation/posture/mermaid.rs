//! Writes Mermaid flowcharts: nodes, subgraphs and edges, with their classes and escaped labels.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The most edges that a chart gets. Mermaid refuses a chart of more than 500 (its `maxEdges`).
const MOST_EDGES: usize = 400;

/// The most characters of a line in a label.
const MOST_CHARACTERS: usize = 60;

/// The meaning of a node, which decides its color.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// A resource that the internet can reach.
    Public,
    /// A resource that selected networks can reach, or telemetry that the internet can reach.
    Selected,
    /// An object that exists and does not work, or that is missing.
    Broken,
    /// An object that this identity cannot read.
    Unverified,
    /// A resource whose network security perimeter decides who can reach it.
    Perimeter,
    /// A resource that only private endpoints lead to.
    Private,
    /// A private endpoint, an outbound rule, or another part of a private path.
    Path,
    /// A private DNS zone.
    Zone,
    /// A virtual network or subnet.
    Network,
    /// An object without a verdict.
    Plain,
}

impl Class {
    fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Selected => "selected",
            Self::Broken => "broken",
            Self::Unverified => "unverified",
            Self::Perimeter => "perimeter",
            Self::Private => "private",
            Self::Path => "path",
            Self::Zone => "zone",
            Self::Network => "network",
            Self::Plain => "plain",
        }
    }

    /// The colors, which can be read on a light and on a dark page.
    fn style(self) -> &'static str {
        match self {
            Self::Public => "fill:#ffebe9,stroke:#cf222e,stroke-width:3px,color:#82071e",
            Self::Selected => "fill:#fff8c5,stroke:#bf8700,stroke-width:2px,color:#633c01",
            Self::Broken => "fill:#fff8c5,stroke:#bf8700,stroke-dasharray:5 3,color:#633c01",
            Self::Unverified => "fill:#eaeef2,stroke:#6e7781,stroke-dasharray:5 3,color:#424a53",
            Self::Perimeter => "fill:#fbefff,stroke:#8250df,color:#512a97",
            Self::Private => "fill:#dafbe1,stroke:#1a7f37,color:#044f1e",
            Self::Path => "fill:#ffffff,stroke:#1a7f37,color:#1f2328",
            Self::Zone => "fill:#ddf4ff,stroke:#0969da,color:#0a3069",
            Self::Network => "fill:transparent,stroke:#6e7781",
            Self::Plain => "fill:#f6f8fa,stroke:#6e7781,color:#1f2328",
        }
    }

    /// The style of an edge that leads to a node of this class; `None` for the usual one.
    fn edge_style(self) -> Option<&'static str> {
        match self {
            Self::Public => Some("stroke:#cf222e,stroke-width:3px"),
            Self::Selected => Some("stroke:#bf8700,stroke-width:2px"),
            Self::Broken => Some("stroke:#bf8700,stroke-dasharray:5 3"),
            Self::Unverified => Some("stroke:#6e7781,stroke-dasharray:5 3"),
            _ => None,
        }
    }
}

/// The shape of a node.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Box,
    Stadium,
    Circle,
    Cylinder,
}

/// The kind of an edge.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line {
    /// Traffic.
    Arrow,
    /// A relation, such as the link of a zone.
    Dotted,
}

/// A flowchart that is being written.
#[derive(Debug)]
pub(super) struct Chart {
    text: String,
    depth: usize,
    edges: Vec<String>,
    edge_styles: BTreeMap<&'static str, Vec<usize>>,
    classes: BTreeSet<Class>,
    subgraphs: BTreeMap<Class, Vec<String>>,
    /// The number of edges that the chart has no room for.
    pub(super) edges_left_out: usize,
}

impl Chart {
    /// Starts a chart that runs from left to right. Readers of the page hear the title.
    pub(super) fn new(title: &str) -> Self {
        Self {
            text: format!("flowchart LR\n  accTitle: {}\n", escaped(title)),
            depth: 1,
            edges: Vec::new(),
            edge_styles: BTreeMap::new(),
            classes: BTreeSet::new(),
            subgraphs: BTreeMap::new(),
            edges_left_out: 0,
        }
    }

    /// Adds a node, whose label has these lines.
    pub(super) fn node(&mut self, id: &str, shape: Shape, lines: &[String], class: Class) {
        let (open, close) = match shape {
            Shape::Box => ("[", "]"),
            Shape::Stadium => ("([", "])"),
            Shape::Circle => ("((", "))"),
            Shape::Cylinder => ("[(", ")]"),
        };
        let label = label(lines);
        self.line(&format!("{id}{open}\"{label}\"{close}:::{}", class.word()));
        self.classes.insert(class);
    }

    /// Begins a subgraph, which has the nodes that follow until [`Self::close`].
    pub(super) fn open(&mut self, id: &str, title: &str, class: Class) {
        self.line(&format!("subgraph {id}[\"{}\"]", label(&[title.to_owned()])));
        self.depth += 1;
        self.classes.insert(class);
        self.subgraphs.entry(class).or_default().push(id.to_owned());
    }

    /// Ends the subgraph that was begun last.
    pub(super) fn close(&mut self) {
        self.depth -= 1;
        self.line("end");
    }

    /// Adds an edge with the style of a class. An empty label is none.
    pub(super) fn edge(&mut self, ends: (&str, &str), line: Line, text: &str, class: Class) {
        if self.edges.len() == MOST_EDGES {
            self.edges_left_out += 1;
            return;
        }
        let arrow = match line {
            Line::Arrow => "-->",
            Line::Dotted => "-.-",
        };
        let label = match text {
            "" => String::new(),
            text => format!("|\"{}\"|", label(&[text.to_owned()])),
        };
        if let Some(style) = class.edge_style() {
            self.edge_styles.entry(style).or_default().push(self.edges.len());
        }
        self.edges.push(format!("{} {arrow}{label} {}", ends.0, ends.1));
    }

    /// Returns the chart, with the edges and classes at its end.
    pub(super) fn finish(mut self) -> String {
        for edge in std::mem::take(&mut self.edges) {
            self.line(&edge);
        }
        for class in std::mem::take(&mut self.classes) {
            self.line(&format!("classDef {} {}", class.word(), class.style()));
        }
        for (class, ids) in std::mem::take(&mut self.subgraphs) {
            self.line(&format!("class {} {}", ids.join(","), class.word()));
        }
        for (style, edges) in std::mem::take(&mut self.edge_styles) {
            let edges: Vec<String> = edges.iter().map(usize::to_string).collect();
            self.line(&format!("linkStyle {} {style}", edges.join(",")));
        }
        self.text
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{:width$}{line}", "", width = 2 * self.depth);
    }
}

fn label(lines: &[String]) -> String {
    lines.iter().map(|line| escaped(line)).collect::<Vec<_>>().join("<br/>")
}

/// Returns a text as part of a label in quotes, cut off where it is long. Letters and digits stay,
/// and so does what no reader of Mermaid takes for syntax or Markdown.
fn escaped(text: &str) -> String {
    let mut kept: Vec<char> = text.chars().collect();
    if kept.len() > MOST_CHARACTERS {
        kept.truncate(MOST_CHARACTERS - 1);
        kept.push('…');
    }
    let mut out = String::new();
    for (place, c) in kept.iter().copied().enumerate() {
        match c {
            // Mermaid takes "style" and a colon without a blank for a statement.
            ':' if kept.get(place + 1) == Some(&' ') => out.push(c),
            c if c.is_alphanumeric() || " -_./,()…".contains(c) => out.push(c),
            c if c.is_control() => out.push(' '),
            c => {
                let _ = write!(out, "#{};", u32::from(c));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_mermaid_takes_for_syntax() {
        for (text, expected) in [
            ("airef-hub (private only)", "airef-hub (private only)"),
            ("say \"no\"", "say #34;no#34;"),
            ("a#b;c", "a#35;b#59;c"),
            ("[x]{y}|z", "#91;x#93;#123;y#125;#124;z"),
            ("<b>&`*", "#60;b#62;#38;#96;#42;"),
            ("two\nlines", "two lines"),
            ("blob: style:#1;", "blob: style#58;#35;1#59;"),
            ("größe", "größe"),
        ] {
            assert_eq!(escaped(text), expected, "{text}");
        }
        assert_eq!(escaped(&"x".repeat(61)), format!("{}…", "x".repeat(59)));
        assert_eq!(escaped(&"x".repeat(60)), "x".repeat(60));
    }

    #[test]
    fn writes_edges_styles_and_classes_after_the_nodes() {
        let mut chart = Chart::new("A \"chart\"");
        chart.open("net1", "vnet", Class::Network);
        chart.node("pe1", Shape::Stadium, &["pe".into(), "x".into()], Class::Path);
        chart.close();
        chart.node("res1", Shape::Box, &["st".into()], Class::Public);
        chart.edge(("pe1", "res1"), Line::Arrow, "blob: Approved", Class::Path);
        chart.edge(("net1", "res1"), Line::Dotted, "", Class::Public);
        let expected = "flowchart LR
  accTitle: A #34;chart#34;
  subgraph net1[\"vnet\"]
    pe1([\"pe<br/>x\"]):::path
  end
  res1[\"st\"]:::public
  pe1 -->|\"blob: Approved\"| res1
  net1 -.- res1
  classDef public fill:#ffebe9,stroke:#cf222e,stroke-width:3px,color:#82071e
  classDef path fill:#ffffff,stroke:#1a7f37,color:#1f2328
  classDef network fill:transparent,stroke:#6e7781
  class net1 network
  linkStyle 1 stroke:#cf222e,stroke-width:3px
";
        assert_eq!(chart.finish(), expected);
    }

    #[test]
    fn counts_the_edges_that_it_has_no_room_for() {
        let mut chart = Chart::new("many");
        for _ in 0..MOST_EDGES + 3 {
            chart.edge(("a", "b"), Line::Arrow, "", Class::Path);
        }
        assert_eq!(chart.edges_left_out, 3);
        assert_eq!(chart.finish().matches("a --> b").count(), MOST_EDGES);
    }
}

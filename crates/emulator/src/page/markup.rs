//! HTML in the making. Text becomes markup by [`text`] alone, which escapes it, so that no name in
//! the world can be anything but a name on the page.

use std::fmt;

/// A piece of HTML.
#[derive(Debug, Clone, Default)]
pub(super) struct Markup(String);

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text as it is.
pub(super) fn text(value: &str) -> Markup {
    let mut safe = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    Markup(safe)
}

/// An element with a class, which may be empty.
pub(super) fn element(name: &'static str, class: &'static str, inner: Vec<Markup>) -> Markup {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    let inner: String = inner.into_iter().map(|part| part.0).collect();
    Markup(format!("<{name}{class}>{inner}</{name}>"))
}

/// Lines below each other, or a dash where there is none.
pub(super) fn lines(all: Vec<Markup>) -> Markup {
    if all.is_empty() {
        return element("span", "none", vec![text("–")]);
    }
    let all = all.into_iter().map(|line| element("div", "", vec![line])).collect();
    element("div", "lines", all)
}

/// Text with a quieter remark behind it.
pub(super) fn remarked(value: &str, remark: &str) -> Markup {
    let mut parts = vec![text(value)];
    if !remark.is_empty() {
        parts.extend([text(" "), element("small", "", vec![text(remark)])]);
    }
    element("span", "", parts)
}

/// A word that says how something stands, in the colour of its kind.
pub(super) fn badge(word: &str) -> Markup {
    let class = match word.to_ascii_lowercase().as_str() {
        "" => return element("span", "none", vec![text("–")]),
        "disabled" | "approved" | "succeeded" | "completed" | "deny" => "badge good",
        "enabled" | "pending" | "allow" | "updating" | "creating" | "inprogress" => "badge warn",
        "rejected" | "disconnected" | "failed" => "badge bad",
        _ => "badge",
    };
    element("span", class, vec![text(word)])
}

/// A titled part of the page: a table, or a sentence when there is nothing to show in it.
pub(super) fn section(
    title: &str,
    heads: &[&str],
    rows: Vec<Vec<Markup>>,
    nothing: &str,
) -> Markup {
    let count = element("span", "count", vec![text(&rows.len().to_string())]);
    let title = element("h2", "", vec![text(title), text(" "), count]);
    if rows.is_empty() {
        return element("section", "", vec![title, element("p", "empty", vec![text(nothing)])]);
    }
    let heads = heads.iter().map(|head| element("th", "", vec![text(head)])).collect();
    let head = element("thead", "", vec![element("tr", "", heads)]);
    let row = |cells: Vec<Markup>| {
        let cells = cells.into_iter().map(|cell| element("td", "", vec![cell])).collect();
        element("tr", "", cells)
    };
    let body = element("tbody", "", rows.into_iter().map(row).collect());
    let table = element("div", "scroll", vec![element("table", "", vec![head, body])]);
    element("section", "", vec![title, table])
}

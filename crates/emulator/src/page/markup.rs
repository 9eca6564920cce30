//! The pieces that the page is made of. Only maud turns text into markup, and it escapes all of it,
//! so that no name in the world can be anything but a name on the page.

use maud::{Markup, html};

/// Lines below each other, or a dash where there is none.
pub(super) fn lines(all: &[Markup]) -> Markup {
    html! {
        @if all.is_empty() {
            span.none { "–" }
        } @else {
            div.lines { @for line in all { div { (line) } } }
        }
    }
}

/// Text with a quieter remark behind it.
pub(super) fn remarked(value: &str, remark: &str) -> Markup {
    html! { span { (value) @if !remark.is_empty() { " " small { (remark) } } } }
}

/// A word that says how something stands, in the colour of its kind.
pub(super) fn badge(word: &str) -> Markup {
    let class = match word.to_ascii_lowercase().as_str() {
        "" => return html! { span.none { "–" } },
        "disabled" | "approved" | "succeeded" | "completed" | "deny" => "badge good",
        "enabled" | "pending" | "allow" | "updating" | "creating" | "inprogress" => "badge warn",
        "rejected" | "disconnected" | "failed" => "badge bad",
        _ => "badge",
    };
    html! { span class=(class) { (word) } }
}

/// A titled part of the page: a table, or a sentence when there is nothing to show in it.
pub(super) fn section(title: &str, heads: &[&str], rows: &[Vec<Markup>], nothing: &str) -> Markup {
    html! {
        section {
            h2 { (title) " " span.count { (rows.len()) } }
            @if rows.is_empty() {
                p.empty { (nothing) }
            } @else {
                div.scroll {
                    table {
                        thead { tr { @for head in heads { th { (head) } } } }
                        tbody {
                            @for row in rows { tr { @for cell in row { td { (cell) } } } }
                        }
                    }
                }
            }
        }
    }
}

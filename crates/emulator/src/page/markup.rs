//! The pieces that the page is made of. Only maud turns text into markup, and it escapes all of it,
//! so that no name in the world becomes an element or a script.

use maud::{Markup, html};

/// The sections in their order: the ID and the title of each.
pub(super) const SECTIONS: [(&str, &str); 9] = [
    ("picture", "Picture"),
    ("operations", "Running operations"),
    ("targets", "Targets of private endpoints"),
    ("agents", "Foundry agents"),
    ("endpoints", "Private endpoints"),
    ("zones", "Private DNS zones"),
    ("managed", "Managed networks"),
    ("subnets", "Subnets"),
    ("requests", "Latest requests"),
];

/// Returns lines below each other, or a dash if there is none.
pub(super) fn lines(all: &[Markup]) -> Markup {
    html! {
        @if all.is_empty() {
            span.none { "–" }
        } @else {
            div.lines { @for line in all { div { (line) } } }
        }
    }
}

/// Returns a text with a quieter remark behind it.
pub(super) fn remarked(value: &str, remark: &str) -> Markup {
    html! { span { (value) @if !remark.is_empty() { " " small { (remark) } } } }
}

/// Returns a state in the color of its kind.
pub(super) fn badge(state: &str) -> Markup {
    let class = match state.to_ascii_lowercase().as_str() {
        "" => return html! { span.none { "–" } },
        "disabled" | "approved" | "succeeded" | "completed" | "deny" | "active" => "good",
        "enabled" | "pending" | "allow" | "updating" | "creating" | "inprogress" | "inactive"
        | "provisioning" => "warn",
        "rejected" | "disconnected" | "failed" => "bad",
        _ => "",
    };
    tag(state, class)
}

/// Returns words in the color of a class.
pub(super) fn tag(words: &str, class: &str) -> Markup {
    html! { span class={ "badge " (class) } { (words) } }
}

/// Returns a section of the page: a table, or a sentence if it has no rows. The table scrolls
/// sideways where it is too wide, with the keyboard too.
pub(super) fn section(id: &str, heads: &[&str], rows: &[Vec<Markup>], nothing: &str) -> Markup {
    let title = SECTIONS.iter().find(|(known, _)| *known == id).map_or(id, |(_, title)| title);
    html! {
        section id=(id) {
            h2 id={ (id) "-title" } { (title) " " span.count { (rows.len()) } }
            @if rows.is_empty() {
                p.empty { (nothing) }
            } @else {
                div.scroll id={ (id) "-table" } tabindex="0" role="group"
                    aria-labelledby={ (id) "-title" } {
                    table {
                        thead { tr { @for head in heads { th scope="col" { (head) } } } }
                        tbody {
                            @for row in rows { tr { @for cell in row { td { (cell) } } } }
                        }
                    }
                }
            }
        }
    }
}

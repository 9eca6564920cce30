//! Renders `docs/` as HTML in the layout of the registry: the list of all pages on the left, the
//! page on the right.

use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use crate::failure::{Context as _, Result};

const STYLE: &str = include_str!("preview.css");

/// Sections of the registry by folder, in the registry's order.
const SECTIONS: [(&str, &str); 7] = [
    ("", "Provider"),
    ("guides", "Guides"),
    ("resources", "Resources"),
    ("data-sources", "Data Sources"),
    ("actions", "Actions"),
    ("list-resources", "List Resources"),
    ("functions", "Functions"),
];

/// A page of `docs/`.
struct Page {
    /// Path below `docs/`, without the file extension.
    path: String,
    title: String,
    text: String,
}

impl Page {
    fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// Writes an HTML page for each page of `docs/` and returns the path of the first one.
///
/// # Errors
///
/// Returns an error if a file cannot be read or written.
pub(super) fn write(docs: &Path, out: &Path) -> Result<PathBuf> {
    let mut pages = Vec::new();
    for (folder, _) in SECTIONS {
        read(docs, folder, &mut pages)?;
    }
    for page in &pages {
        let file = out.join(format!("{}.html", page.path));
        let folder = file.parent().context("A page has no folder")?;
        fs::create_dir_all(folder).context(format!("Cannot create {}", folder.display()))?;
        fs::write(&file, render(page, &pages))
            .context(format!("Cannot write {}", file.display()))?;
    }
    Ok(out.join("index.html"))
}

fn read(docs: &Path, folder: &str, pages: &mut Vec<Page>) -> Result<()> {
    let mut files: Vec<PathBuf> = fs::read_dir(docs.join(folder))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    for file in files {
        let whole = fs::read_to_string(&file).context(format!("Cannot read {}", file.display()))?;
        // A file without front matter is no page of the registry.
        let Some((front, text)) =
            whole.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"))
        else {
            continue;
        };
        let title = front.lines().find_map(|line| line.strip_prefix("page_title: "));
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        pages.push(Page {
            path: format!("{folder}/{name}").trim_start_matches('/').to_owned(),
            title: title.unwrap_or_default().trim_matches('"').to_owned(),
            text: text.to_owned(),
        });
    }
    Ok(())
}

fn render(page: &Page, pages: &[Page]) -> String {
    let up = if page.folder().is_empty() { "" } else { "../" };
    let title = escaped(&page.title);
    let (list, body) = (side(page, pages, up), body(&page.text));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n<nav>\n{list}</nav>\n<main>\n{body}</main>\n</html>\n"
    )
}

fn side(page: &Page, pages: &[Page], up: &str) -> String {
    let mut list = String::new();
    for (folder, heading) in SECTIONS {
        let inside: Vec<&Page> = pages.iter().filter(|page| page.folder() == folder).collect();
        if inside.is_empty() {
            continue;
        }
        list.push_str(&format!("<h2>{heading}</h2>\n<ul>\n"));
        for other in inside {
            let here = if other.path == page.path { " class=\"here\"" } else { "" };
            let shown = if folder == "guides" { &other.title } else { other.name() };
            // A long name breaks at its underscores.
            let (path, shown) = (&other.path, escaped(shown).replace('_', "_<wbr>"));
            list.push_str(&format!("<li{here}><a href=\"{up}{path}.html\">{shown}</a></li>\n"));
        }
        list.push_str("</ul>\n");
    }
    list
}

/// Renders the text of a page. Headings get the anchors that the registry gives them, and links
/// lead to the rendered pages.
fn body(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut events: Vec<Event<'_>> = Parser::new_ext(text, options).collect();
    for index in 0..events.len() {
        let words = heading(&events[index..]);
        match &mut events[index] {
            Event::Start(Tag::Heading { id, .. }) => *id = Some(anchor(&words).into()),
            Event::Start(Tag::Link { dest_url, .. }) => *dest_url = target(dest_url),
            _ => {}
        }
    }
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    out
}

/// Returns the text of the heading that begins at the first event.
fn heading(events: &[Event<'_>]) -> String {
    let inside = events.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
    inside
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(&**text),
            _ => None,
        })
        .collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().trim().to_lowercase().replace(' ', "-")
}

fn target(link: &str) -> CowStr<'static> {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, it)| (path, Some(it)));
    let path = match path.strip_suffix(".md") {
        Some(page) if !page.contains("://") => format!("{page}.html"),
        _ => path.to_owned(),
    };
    anchor.map_or(path.clone(), |anchor| format!("{path}#{anchor}")).into()
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    html::push_html(&mut out, std::iter::once(Event::Text(text.into())));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_leads_to_a_page() {
        let out = tempfile::tempdir().unwrap();
        let docs = crate::project::root().join("docs");
        let first = write(&docs, out.path()).unwrap();
        let index = fs::read_to_string(&first).unwrap();
        let links: Vec<&str> =
            index.split("<li><a href=\"").skip(1).filter_map(|it| it.split('"').next()).collect();
        assert!(links.len() > 30, "{links:?}");
        for link in links {
            let page = fs::read_to_string(out.path().join(link)).unwrap();
            assert!(page.contains("<main>\n<h1 id="), "{link}");
            let folder = out.path().join(link);
            let targets = page.split("href=\"").skip(1).filter_map(|it| it.split('"').next());
            for target in targets.filter(|target| !target.contains("://")) {
                let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
                let file = if file.is_empty() {
                    folder.clone()
                } else {
                    folder.parent().unwrap().join(file)
                };
                let page = fs::read_to_string(&file).unwrap_or_default();
                assert!(page.contains(&format!("id=\"{anchor}")), "{link}: {target}");
            }
        }
    }

    #[test]
    fn headings_get_anchors_and_links_lead_to_html_pages() {
        let html =
            body("## Nested `a_b`: more\n\n[x](../guides/a.md#b-c) [y](https://e.com/a.md)\n");
        assert!(html.contains("<h2 id=\"nested-a_b-more\">"), "{html}");
        assert!(html.contains("href=\"../guides/a.html#b-c\""), "{html}");
        assert!(html.contains("href=\"https://e.com/a.md\""), "{html}");
        assert_eq!(escaped("a < b"), "a &lt; b");
    }
}

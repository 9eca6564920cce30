//! The shapes of the picture, and how they become SVG. Every text goes through maud, which escapes
//! it, and every color is a class, because the page's policy allows no style attributes.

use maud::{Markup, html};

/// Shapes with places. Lines are drawn over boxes, and texts over both.
#[derive(Default)]
pub(super) struct Canvas {
    boxes: Vec<Rect>,
    lines: Vec<Line>,
    texts: Vec<Text>,
}

struct Rect {
    class: String,
    place: Place,
}

/// Where a box stands, in pixels of the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

struct Line {
    class: String,
    path: String,
    tip: String,
}

struct Text {
    class: &'static str,
    at: (i32, i32),
    shown: String,
    /// The whole text, where what is shown is shorter.
    whole: Option<String>,
}

impl Canvas {
    /// Draws a box with round corners.
    pub(super) fn add_box(&mut self, class: &str, place: Place) {
        self.boxes.push(Rect { class: class.to_owned(), place });
    }

    /// Draws a box whose height is not known yet; returns its number for [`Canvas::stretch`].
    pub(super) fn reserve(&mut self, class: &str, place: Place) -> usize {
        self.add_box(class, place);
        self.boxes.len() - 1
    }

    /// Gives a box its height.
    pub(super) fn stretch(&mut self, index: usize, height: i32) {
        if let Some(found) = self.boxes.get_mut(index) {
            found.place.height = height;
        }
    }

    /// Draws a text that begins at a point and is at most so wide. A longer one is cut, and a
    /// browser shows all of it under the pointer.
    pub(super) fn add_text(&mut self, class: &'static str, at: (i32, i32), most: i32, text: &str) {
        let shown = fit(text, f64::from(most) / size(class));
        let whole = (shown != text).then(|| text.to_owned());
        self.texts.push(Text { class, at, shown, whole });
    }

    /// Draws a curve from one point to another, with an arrowhead there. It begins and ends
    /// horizontally.
    pub(super) fn add_arrow(&mut self, class: &str, from: (i32, i32), to: (i32, i32), tip: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        let (bend, head) = ((x2 - x1) / 2, (x2 - x1).signum() * 7);
        let path = format!(
            "M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}M{} {}L{x2} {y2}L{} {}",
            x1 + bend,
            x2 - bend,
            x2 - head,
            y2 - 4,
            x2 - head,
            y2 + 4
        );
        self.lines.push(Line { class: class.to_owned(), path, tip: tip.to_owned() });
    }

    /// Draws a line that ends in a cross at a point.
    pub(super) fn add_cross(&mut self, class: &str, from: (i32, i32), to: (i32, i32), tip: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        let path = format!("M{x1} {y1}L{x2} {y2}M{} {}l8 8m0 -8l-8 8", x2 - 4, y2 - 4);
        self.lines.push(Line { class: class.to_owned(), path, tip: tip.to_owned() });
    }

    /// Returns the shapes as SVG, without the element around them.
    pub(super) fn markup(&self) -> Markup {
        html! {
            @for one in &self.boxes {
                rect class=(one.class) x=(one.place.x) y=(one.place.y) rx="6"
                    width=(one.place.width) height=(one.place.height) {}
            }
            @for one in &self.lines {
                path class=(one.class) d=(one.path) { title { (one.tip) } }
            }
            @for one in &self.texts {
                text class=(one.class) x=(one.at.0) y=(one.at.1) {
                    (one.shown)
                    @if let Some(whole) = &one.whole { title { (whole) } }
                }
            }
        }
    }
}

/// Returns the font size of a class of texts, as in `page.css`, with what bold text adds.
fn size(class: &str) -> f64 {
    match class {
        "name" => 14.6,
        "label" => 12.0,
        _ => 11.5,
    }
}

/// Returns the width of a character in sizes of its font: that of DejaVu Sans, which is the widest
/// of the usual fonts.
fn width(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | 'I' => 0.3,
        '.' | ',' | ':' | ' ' | '/' | '·' | '\'' | '|' => 0.34,
        'f' | 't' | 'r' | '-' | '(' | ')' => 0.41,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' => 0.59,
        'm' | 'M' | 'W' | '…' => 1.0,
        'w' => 0.82,
        'A'..='Z' | '@' | '&' => 0.72,
        _ if character.is_ascii() => 0.64,
        _ => 1.1,
    }
}

/// Returns as much of a text as fits, with an ellipsis in its middle.
fn fit(text: &str, most: f64) -> String {
    let wide = |text: &str| text.chars().map(width).sum::<f64>();
    if wide(text) <= most {
        return text.to_owned();
    }
    let characters: Vec<char> = text.chars().take(200).collect();
    for kept in (0..characters.len()).rev() {
        let (head, tail) = (kept.div_ceil(2), kept / 2);
        let (head, tail) = (&characters[..head], &characters[characters.len() - tail..]);
        let cut: String = head.iter().chain(['…'].iter()).chain(tail).collect();
        if wide(&cut) <= most {
            return cut;
        }
    }
    "…".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_keeps_its_ends() {
        assert_eq!(fit("snet-pe", 100.0), "snet-pe");
        let cut = fit("privatelink.very-long-region-name.azmk8s.io", 15.0);
        assert!(cut.starts_with("privatelink") && cut.ends_with("azmk8s.io"), "{cut}");
        assert!(cut.chars().map(width).sum::<f64>() <= 15.0, "{cut}");
        assert_eq!(fit("abc", 0.0), "…");
    }
}

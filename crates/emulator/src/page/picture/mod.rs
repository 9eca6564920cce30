//! The picture of the world: who reaches what, and which names lead there.

mod canvas;
mod exposure;
mod layout;
mod scene;

use maud::{Markup, html};

pub(super) use exposure::Exposure;
pub(super) use scene::{LinkState, Scene};

/// Draws a scene, with the same in words for readers who do not see it.
pub(super) fn picture(scene: &Scene) -> Markup {
    let drawn = layout::lay_out(scene);
    let summary = summary(scene);
    let view = format!("0 0 {} {}", layout::WIDTH, drawn.height);
    html! {
        section id="picture" {
            h2 { "Picture" }
            p.summary { (summary) }
            div.scroll id="picture-box" tabindex="0" role="group" aria-label="Picture" {
                svg role="img" aria-labelledby="picture-title picture-text" viewBox=(view)
                    width=(layout::WIDTH) height=(drawn.height) {
                    title id="picture-title" {
                        "Private DNS zones, networks, private endpoints, targets and the internet"
                    }
                    desc id="picture-text" { (summary) " The tables below list all of it." }
                    (drawn.canvas.markup())
                }
            }
            @if !drawn.omitted.is_empty() {
                p.summary.omitted {
                    "Not drawn: "
                    (drawn.omitted.iter().map(|(count, what)| format!("{count} {what}"))
                        .collect::<Vec<_>>().join(", "))
                    ". The tables below list all of them."
                }
            }
            (legend())
        }
    }
}

fn summary(scene: &Scene) -> String {
    let count = |count: usize, one: &str, more: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {more}"),
    };
    let targets = count(scene.targets.len(), "target", "targets");
    let exposures = [
        Exposure::Open,
        Exposure::Selected,
        Exposure::Perimeter,
        Exposure::Private,
        Exposure::Closed,
    ];
    let exposures = exposures.into_iter().map(|it| (scene.exposed(it), it.words()));
    let exposures = exposures.filter(|(count, _)| *count > 0);
    let exposures = exposures.map(|(count, words)| format!("{count} {words}")).collect::<Vec<_>>();
    let exposures = match exposures.is_empty() {
        true => String::new(),
        false => format!(" ({})", exposures.join("; ")),
    };
    format!(
        "{targets}{exposures}, {}, {}, {}.",
        count(scene.endpoints(), "private endpoint", "private endpoints"),
        count(scene.networks.len() + scene.managed.len(), "network", "networks"),
        count(scene.zones.len(), "private DNS zone", "private DNS zones"),
    )
}

/// Says what the colors and lines stand for.
fn legend() -> Markup {
    let lines = [
        ("good", "approved connection"),
        ("warn dashed", "pending connection, selected networks, missing link"),
        ("bad", "open to the internet"),
        ("bad dashed", "rejected connection, link to a missing network"),
        ("plain", "link of a zone to a network"),
    ];
    html! {
        ul.legend {
            @for (class, words) in lines {
                li {
                    svg width="28" height="10" aria-hidden="true" {
                        path class={ "edge " (class) } d="M1 5H27" {}
                    }
                    (words)
                }
            }
        }
    }
}
